"""What a page that is tried in this process leaves behind is put back."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def main_stays() -> Iterator[None]:
    """A tried page takes the place of `__main__`, which every process that is started later would import."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before
