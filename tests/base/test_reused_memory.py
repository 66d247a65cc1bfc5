"""Freed memory is kept where the C library can be asked to; elsewhere nothing happens."""

from __future__ import annotations

import ctypes
import platform
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from sim.base.memory import reused

NEW_PAGES = """
import resource
import numpy as np
from sim.base.memory.reused import LARGEST, keep_memory

def new_pages():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    np.empty(LARGEST // 2, dtype=np.uint8)[:] = 1
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

keep_memory()
print(new_pages(), new_pages())
"""
"""how many pages an array touches for the first time, and the next of its size"""


@pytest.mark.parametrize("fault", [OSError, TypeError])
def test_without_such_a_library_nothing_is_asked(monkeypatch: pytest.MonkeyPatch, fault: type[Exception]) -> None:
    def none(_name: Any) -> Any:
        raise fault

    for library in (none, lambda _name: SimpleNamespace()):
        monkeypatch.setattr(ctypes, "CDLL", library)
        reused.keep_memory.__wrapped__()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="asks glibc")
def test_memory_is_used_again() -> None:
    """An array of the next month takes the pages of this one's."""
    said = subprocess.run([sys.executable, "-c", NEW_PAGES], capture_output=True, text=True, check=True).stdout
    first, then = map(int, said.split())
    assert then < first // 10
