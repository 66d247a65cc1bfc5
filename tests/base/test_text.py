"""Text from outside made safe."""

from __future__ import annotations

import pytest

from sim.base.notes import Note
from sim.base.text import csv_safe, safe_text


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Агент №1 ₽ 😀", "Агент №1 ₽ 😀"), ("a\x1b[2J\x07 b", "a\\x1b[2J\\x07 b"), ("ok\nERROR: x", "ok\\nERROR: x"),
        ("abc\u202egnp.exe", "abc\\u202egnp.exe"), ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("\r\t\0\x85", "\\r\\t\\x00\\x85"), ("\ud800", "\\ud800"), ("\u2028", "\\u2028"),
    ],
)  # fmt: skip
def test_safe_text(raw: str, shown: str) -> None:
    assert safe_text(raw) == shown
    assert safe_text(shown) == shown
    assert shown.isprintable()


FORMULAS = ["=1+1", "-2+3", "+7", "@x", "\t1", "\r=1+1", "\n=1", "  =1", "\u00a0=1", "＝1+1", "\ufeff=1"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_csv_cells_that_would_be_formulas(cell: str) -> None:
    assert csv_safe(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "a=1", "Агент", "1-2", " x", "'=1"])
def test_csv_cells_that_are_text(cell: str) -> None:
    assert csv_safe(cell) == cell


def test_a_note_reads_as_a_line() -> None:
    assert str(Note("code", "text", "a.b")) == "a.b: text"
