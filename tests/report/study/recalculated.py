"""Formulas of a workbook worked out again, apart from what wrote them."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
from scipy.stats import t as student


class Recalculated:
    """Formulas of a workbook worked out from its constants alone: cached values are not looked at."""

    def __init__(self, path: Path) -> None:
        self.book = openpyxl.load_workbook(path)
        self.names = {name: next(iter(one.destinations)) for name, one in self.book.defined_names.items()}

    def value(self, sheet: str, cell: str) -> Any:
        found = self.book[sheet][cell.replace("$", "")].value
        return self.outcome(sheet, found[1:]) if isinstance(found, str) and found.startswith("=") else found

    def outcome(self, sheet: str, formula: str) -> float:
        text = re.sub(r"([A-Z]+\d+):([A-Z]+\d+)", lambda m: f"cells('{m[1]}','{m[2]}')", formula)
        names = sorted(self.names, key=len, reverse=True)
        parts = re.split(r"('[^']*'|" + "|".join([*map(re.escape, names), r"\b[A-Z]{1,2}\d+\b"]) + ")", text)
        said = "".join(
            f"at({part!r})" if part in self.names or re.fullmatch(r"[A-Z]{1,2}\d+", part) else part for part in parts
        )

        def at(key: str) -> Any:
            return self.value(*self.names[key]) if key in self.names else self.value(sheet, key)

        def cells(first: str, last: str) -> list[float]:
            return [self.value(sheet, cell.coordinate) for row in self.book[sheet][f"{first}:{last}"] for cell in row]

        def flat(*values: Any) -> list[float]:
            return [x for value in values for x in (value if isinstance(value, list) else [value])]

        known = {
            "at": at,
            "cells": cells,
            "SUM": lambda *v: math.fsum(flat(*v)),
            "AVERAGE": lambda *v: float(np.mean(flat(*v))),
            "COUNT": lambda *v: len(flat(*v)),
            "STDEV": lambda *v: float(np.std(flat(*v), ddof=1)),
            "SQRT": math.sqrt,
            "TINV": lambda p, n: float(student.ppf(1 - p / 2, n)),
            "ROUND": round,
        }
        return eval(said, {"__builtins__": {}}, known)

    def formulas(self) -> list[tuple[str, str, str]]:
        return [
            (sheet.title, cell.coordinate, cell.value)
            for sheet in self.book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
        ]  # fmt: skip
