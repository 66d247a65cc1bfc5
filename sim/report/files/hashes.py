"""Fingerprints: of a file, and of a run's figures (equal on every processor)."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.scenario.files.plain_file import opened

if TYPE_CHECKING:
    from sim.judgement.result import Result

DIGITS = 9
LARGEST_FILE = 2**40
_BLOCK = 1 << 20
_LARGEST = 2.0**62


def of_file(path: Path) -> str:
    """SHA-256 of a plain file's bytes.

    Raises
    ------
    UnfitFile
    """
    found = hashlib.sha256()
    with opened(path, LARGEST_FILE) as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def of_result(result: Result) -> str:
    """SHA-256 of what a run says: money and counts as integers, shares and key figures as printed with 9 digits.

    Surprises are left out: they are sums of real numbers, whose last bits depend on the processor.
    """
    cube, found = result.cube, hashlib.sha256()
    for m, metric in enumerate(cube.metrics):
        if metric.figure.axis == "draw":
            continue
        values = cube.values[..., m]
        found.update(f"{metric.name},{metric.unit}\n".encode())
        found.update(_whole(values) if metric.unit in ("money", "count") else _printed(values))
    for figure in result.figures.values():
        found.update(figure.name.encode() + b"\n" + _printed(figure.values))
    return found.hexdigest()


def _whole(values: np.ndarray) -> bytes:
    return np.clip(np.rint(values), -_LARGEST, _LARGEST).astype("<i8").tobytes()


def _printed(values: np.ndarray) -> bytes:
    return ",".join([f"{value + 0.0:.{DIGITS}g}" for value in values.ravel().tolist()]).encode()
