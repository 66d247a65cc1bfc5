"""Reference cases and the comparison of an answer with one of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

TESTS = Path(__file__).resolve().parents[1]
CARRIED = TESTS / "reference"
BESIDE = TESTS.parents[1] / "shared" / "reference"

Case = dict[str, Any]
KNOWN_TOLERANCES = ("abs", "rel", "money_rel", "exact")


def load(path: Path) -> list[Case]:
    """Cases of one file; none if it is not there."""
    return json.loads(path.read_text(encoding="utf-8"))["cases"] if path.exists() else []


def all_cases(name: str) -> list[Case]:
    """The cases of a file that the repository carries and any newer ones beside it."""
    carried = load(CARRIED / name)
    known = {case["id"] for case in carried}
    return carried + [case for case in load(BESIDE / name) if case["id"] not in known]


def changed(name: str) -> list[str]:
    """Ids of cases that the repository carries otherwise than they stand beside it."""
    beside = {case["id"]: case for case in load(BESIDE / name)}
    return [case["id"] for case in load(CARRIED / name) if beside.get(case["id"], case) != case]


def differences(case: Case, answer: Mapping[str, Any]) -> list[str]:
    """What in the answer is missing or outside the case's tolerance."""
    tolerance = case["tolerance"]
    if not any(key in tolerance for key in KNOWN_TOLERANCES):
        return [f"no known tolerance in {tolerance}"]
    return _compare(case["expected"], answer, tolerance, "")


def _compare(expected: Any, actual: Any, tolerance: Mapping[str, Any], where: str) -> list[str]:
    if isinstance(expected, Mapping):
        return _compare_keys(expected, actual, tolerance, where)
    if isinstance(expected, list):
        return _compare_items(expected, actual, tolerance, where)
    return [] if _same(expected, actual, tolerance) else [f"{where}: {actual!r} is not {expected!r}"]


def _compare_keys(expected: Any, actual: Any, tolerance: Mapping[str, Any], where: str) -> list[str]:
    found = []
    for key, value in expected.items():
        place = f"{where}.{key}"
        if not isinstance(actual, Mapping) or key not in actual:
            found.append(f"{place}: no answer to this key")
        else:
            found += _compare(value, actual[key], _tolerance_of(key, actual, tolerance), place)
    return found


def _tolerance_of(key: str, actual: Mapping[str, Any], tolerance: Mapping[str, Any]) -> Mapping[str, Any]:
    """An answer may state why one key is held to another tolerance, under `tolerances`."""
    return actual.get("tolerances", {}).get(key, tolerance)


def _compare_items(expected: list[Any], actual: Any, tolerance: Mapping[str, Any], where: str) -> list[str]:
    items = list(actual) if isinstance(actual, (list, tuple, np.ndarray)) else None
    if items is None or len(items) != len(expected):
        return [f"{where}: {actual!r} has not the length of {expected!r}"]
    pairs = enumerate(zip(expected, items, strict=True))
    return [text for i, (e, a) in pairs for text in _compare(e, a, tolerance, f"{where}[{i}]")]


def _same(expected: Any, actual: Any, tolerance: Mapping[str, Any]) -> bool:
    if isinstance(expected, str):
        return _same_text(expected, actual, tolerance)
    if expected is None or isinstance(expected, bool):
        return actual is expected
    if actual is None or isinstance(actual, (bool, str)):
        return False
    if isinstance(expected, int) and isinstance(actual, int):
        return expected == actual
    return _close(float(expected), float(actual), tolerance)


def _same_text(expected: str, actual: Any, tolerance: Mapping[str, Any]) -> bool:
    """Figures written out in digits or as an exact fraction."""
    if isinstance(actual, str):
        return expected == actual
    if isinstance(actual, Fraction):
        return Fraction(expected) == actual
    return actual is not None and _close(float(expected), float(actual), tolerance)


def _close(expected: float, actual: float, tolerance: Mapping[str, Any]) -> bool:
    if tolerance.get("exact"):
        return expected == actual
    relative = float(tolerance.get("rel", tolerance.get("money_rel", 0.0)))
    allowed = float(tolerance.get("abs", 0.0)) + relative * abs(expected)
    # Half a unit in the last place of the printed figure is no disagreement.
    return abs(expected - actual) <= max(allowed, 4e-16 * abs(expected))
