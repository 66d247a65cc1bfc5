"""The data of every shipped scenario and study, played small, are those of the table (`tests/whole/data_hashes.py`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.whole import data_hashes


def test_the_table_names_every_file() -> None:
    assert list(data_hashes.stored()) == [
        path.relative_to(data_hashes.SCENARIOS).as_posix() for path in data_hashes.files()
    ]


@pytest.mark.parametrize("path", data_hashes.files(), ids=lambda path: path.stem)
def test_data_are_as_in_the_table(path: Path) -> None:
    assert not list(data_hashes.moved([path]))
