"""Runs of the store side by side: verdicts, key figures with intervals, and what differs in their scenarios."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.explore.explorer_words import ExplorerWords
from sim.explore.point_estimate import FIGURES
from sim.judgement.result import Result
from sim.report.language.numbers import Numbers
from sim.runs.fingerprint import fingerprint
from sim.runs.store_folder import Stored

SHOWN_KEY = 8  # characters of a key
MOST_NAMED = 3  # figures in the name of a run
MOST_DIFFERENCES = 12
SHOWN = (*FIGURES, "loss", "ruined")
IGNORED = {"description", "replications"}


def comparable(stored: Sequence[Stored]) -> dict[str, Stored]:
    """Those that this version has played month by month, by key."""
    return {one.key: one for one in stored if one.months and one.version == fingerprint()}


def named(stored: Mapping[str, Stored], words: ExplorerWords) -> dict[str, str]:
    """Each stored run by what it has moved of the explored scenario, one of another name by that name."""
    names = {key: _named(one, words) for key, one in stored.items()}
    alike = {name for name, times in Counter(names.values()).items() if times > 1}
    return {
        key: words("compare.marked", name=name, mark=key[:SHOWN_KEY]) if name in alike else name
        for key, name in names.items()
    }


def _named(one: Stored, words: ExplorerWords) -> str:
    explored = words.explorer.loaded
    if one.name != explored.scenario.name:
        return one.name
    here, there = (dict(_figures(tree)) for tree in (explored.tree, words.explorer.tree_of(one.key)))
    moved = [path for path in {**here, **there} if here.get(path) != there.get(path)]
    said = [f"{words.figure_at(path)} {words.stated(there.get(path))}" for path in moved[:MOST_NAMED]]
    more = [words("compare.more", n=len(moved) - len(said))] if len(moved) > len(said) else []
    return "; ".join((*said, *more)) or words("nothing_moved")


def side_by_side(results: Mapping[str, Result], words: ExplorerWords) -> list[dict[str, str]]:
    """A row a figure, a column a run; the verdict first."""
    head = words("head.figure")
    verdicts = {name: words.labels(f"verdict.{one.verdict}") for name, one in results.items()}
    counts = {name: words.numbers.count(len(one.replications)) for name, one in results.items()}
    names = [name for name in SHOWN if any(name in one.kpi_rows for one in results.values())]
    return [
        {head: words("compare.verdict"), **verdicts},
        {head: words("compare.replications"), **counts},
        *({head: said, **cells} for said, cells in (_row(name, results, words) for name in names)),
    ]


def _row(name: str, results: Mapping[str, Result], words: ExplorerWords) -> tuple[str, dict[str, str]]:
    """A figure with its unit, and of each run its mean with the interval, in that one unit."""
    rows = {at: one.kpi_rows[name] for at, one in results.items() if name in one.kpi_rows}
    first = next(iter(rows.values()))
    ends = [row[part] for row in rows.values() for part in ("mean", "low", "high")]
    numbers = Numbers(words.labels, next(iter(results.values())).cube.currency)
    said, unit = numbers.bare(ends, first["unit"])
    cells = {
        at: f"{mean} ({low} … {high})"
        for at, mean, low, high in zip(rows, said[::3], said[1::3], said[2::3], strict=True)
    }
    figure = words.labels.kpi(name).partition(" (")[0]
    return f"{figure}, {unit}" if unit else figure, {at: cells.get(at, "") for at in results}


def differences(results: Mapping[str, Result], words: ExplorerWords) -> list[dict[str, str]]:
    """Figures of the scenarios that are not the same, by key; so many at most, and how many more there are."""
    flat = {name: dict(_figures(one.loaded.tree)) for name, one in results.items()}
    paths = dict.fromkeys(path for one in flat.values() for path in one)
    differing = [path for path in paths if len({one.get(path) for one in flat.values()}) > 1]
    head = words("compare.path")
    rows = [
        {head: words.figure_at(path), **{name: words.stated(one.get(path)) for name, one in flat.items()}}
        for path in differing[:MOST_DIFFERENCES]
    ]
    if more := len(differing) - len(rows):
        rows.append({head: words("compare.more", n=more), **dict.fromkeys(flat, "")})
    return rows


def _figures(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Figures and texts of a tree by path; a whole number and the same with a decimal are one."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if path or key not in IGNORED:
                yield from _figures(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _figures(item, f"{path}[{at}]")
    else:
        yield path, str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
