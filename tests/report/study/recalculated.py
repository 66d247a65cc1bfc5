"""Formulas of a workbook worked out again, apart from what wrote them: by ourselves, and by LibreOffice."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from scipy.stats import t as student

CELL = r"\$?[A-Z]{1,3}\$?\d+"
PLACE = rf"(?:'(?P<sheet>(?:[^']|'')*)'!)?(?P<first>{CELL})(?::(?P<last>{CELL}))?(?![\w(])"


class Recalculated:
    """Formulas of a workbook worked out from its constants alone: cached values are not looked at."""

    def __init__(self, path: Path) -> None:
        self.book = openpyxl.load_workbook(path)
        self.names = {name: next(iter(one.destinations)) for name, one in self.book.defined_names.items()}
        names = sorted(self.names, key=len, reverse=True)
        self.token = re.compile("|".join([f"(?P<name>{'|'.join(map(re.escape, names)) or '(?!)'})", PLACE]))
        self.kept: dict[tuple[str, str], Any] | None = None

    def value(self, sheet: str, cell: str) -> Any:
        key = sheet, cell.replace("$", "")
        if self.kept is not None and key in self.kept:
            return self.kept[key]
        found = self.book[sheet][key[1]].value
        found = self.outcome(sheet, found[1:]) if isinstance(found, str) and found.startswith("=") else found
        if self.kept is not None:
            self.kept[key] = found
        return found

    def outcome(self, sheet: str, formula: str) -> float:
        def said(found: re.Match[str]) -> str:
            if found["name"] is not None:
                return f"at(*{self.names[found['name']]!r})"
            there = sheet if found["sheet"] is None else found["sheet"].replace("''", "'")
            if found["last"] is None:
                return f"at({there!r}, {found['first']!r})"
            return f"cells({there!r}, {found['first']!r}, {found['last']!r})"

        return eval(self.token.sub(said, formula), {"__builtins__": {}}, self._functions())

    def _functions(self) -> dict[str, Callable[..., Any]]:
        def cells(sheet: str, first: str, last: str) -> list[float]:
            rows = self.book[sheet][f"{first}:{last}".replace("$", "")]
            found = [self.value(sheet, cell.coordinate) for row in rows for cell in row]
            return [value for value in found if isinstance(value, int | float)]

        def flat(*values: Any) -> list[float]:
            return [x for value in values for x in (value if isinstance(value, list) else [value])]

        return {
            "at": self.value,
            "cells": cells,
            "SUM": lambda *v: math.fsum(flat(*v)),
            "AVERAGE": lambda *v: float(np.mean(flat(*v))),
            "COUNT": lambda *v: len(flat(*v)),
            "STDEV": lambda *v: float(np.std(flat(*v), ddof=1)),
            "SQRT": math.sqrt,
            "TINV": lambda p, n: float(student.ppf(1 - p / 2, n)),
            "ROUND": lambda x, digits: round(x, digits) + 0.0,
            "ABS": abs,
            "MAX": lambda *v: max(flat(*v)),
            "MIN": lambda *v: min(flat(*v)),
        }

    def formulas(self) -> list[tuple[str, str, str]]:
        return [
            (sheet.title, cell.coordinate, cell.value)
            for sheet in self.book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
        ]  # fmt: skip

    def all(self) -> dict[tuple[str, str], Any]:
        """Every formula's outcome, each worked out once."""
        self.kept = {}
        found = {(sheet, cell): self.value(sheet, cell) for sheet, cell, _ in self.formulas()}
        self.kept = None
        return found


def check_with_libreoffice(paths: list[Path], folder: Path) -> None:
    """All formulas recalculated by another program: the values that we wrote beside them are taken out first."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not there: formulas were recalculated by the suite alone")
    bare = [_without_values(path, folder) for path in paths]
    profile, out = f"-env:UserInstallation={(folder / 'profile').as_uri()}", folder / "out"
    order = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out), *map(str, bare)]
    subprocess.run(order, check=True, capture_output=True, timeout=300)
    for path in bare:
        theirs = openpyxl.load_workbook(out / path.name, data_only=True)
        for (sheet, cell), value in Recalculated(path).all().items():
            assert theirs[sheet][cell].value == pytest.approx(value, rel=1e-9, abs=1e-6), (sheet, cell)


def _without_values(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as there, zipfile.ZipFile(folder / path.name, "w") as bare:
        for name in there.namelist():
            text = there.read(name)
            sheet = name.startswith("xl/worksheets/")
            bare.writestr(name, re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", text) if sheet else text)
    return folder / path.name
