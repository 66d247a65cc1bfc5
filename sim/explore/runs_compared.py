"""Runs of the store side by side: verdicts, key figures with intervals, and what differs in their scenarios."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.explore.explorer_words import ExplorerWords
from sim.explore.point_estimate import FIGURES
from sim.judgement.result import Result
from sim.report.language.numbers import Numbers
from sim.runs.fingerprint import fingerprint
from sim.runs.store_folder import Stored

SHOWN_KEY = 8  # characters of a key
MOST_DIFFERENCES = 12
SHOWN = (*FIGURES, "loss", "ruined")
IGNORED = {"description", "replications"}


def comparable(stored: Sequence[Stored]) -> list[Stored]:
    """Those that this version has played month by month."""
    return [one for one in stored if one.months and one.version == fingerprint()]


def named(one: Stored, words: ExplorerWords) -> str:
    """A stored run as it is chosen."""
    count = words.numbers.count(one.months)
    return words("compare.run", name=one.name, n=count, mark=one.key[:SHOWN_KEY])


def side_by_side(results: Mapping[str, Result], words: ExplorerWords) -> list[dict[str, str]]:
    """A row a figure, a column a run; the verdict first."""
    head = words("head.figure")
    rows = [{head: words("compare.verdict"), **{name: words.labels(f"verdict.{one.verdict}") for name, one in
             results.items()}}]  # fmt: skip
    counts = {name: words.numbers.count(len(one.replications)) for name, one in results.items()}
    rows.append({head: words("compare.replications"), **counts})
    names = [name for name in SHOWN if any(name in one.kpi_rows for one in results.values())]
    return rows + [
        {
            head: words.labels.kpi(name).partition(" (")[0],
            **{at: _cell(one, name, words) for at, one in results.items()},
        }
        for name in names
    ]


def _cell(result: Result, name: str, words: ExplorerWords) -> str:
    row = result.kpi_rows.get(name)
    if row is None:
        return ""
    numbers = Numbers(words.labels, result.cube.currency)
    (mean, low, high), unit = numbers.bare([row["mean"], row["low"], row["high"]], row["unit"])
    return f"{mean} ({low} … {high}) {unit}".strip()


def differences(results: Mapping[str, Result], words: ExplorerWords) -> list[dict[str, str]]:
    """Figures of the scenarios that are not the same, by key; so many at most, and how many more there are."""
    flat = {name: dict(_figures(one.loaded.tree)) for name, one in results.items()}
    paths = dict.fromkeys(path for one in flat.values() for path in one)
    differing = [path for path in paths if len({one.get(path) for one in flat.values()}) > 1]
    head = words("compare.path")
    rows = [{head: path, **{name: one.get(path, "") for name, one in flat.items()}}
            for path in differing[:MOST_DIFFERENCES]]  # fmt: skip
    if more := len(differing) - len(rows):
        rows.append({head: words("compare.more", n=more), **dict.fromkeys(flat, "")})
    return rows


def _figures(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if path or key not in IGNORED:
                yield from _figures(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _figures(item, f"{path}[{at}]")
    else:
        yield path, str(value)
