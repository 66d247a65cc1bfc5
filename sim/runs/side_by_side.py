"""Which cases may stand in one table: those that differ in the figures of `sim.engine.layout.by_case` alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sim.scenario.language.overrides import parsed_path
from sim.scenario.unknown import Knob

MOST_CASES = 64  # in one table: more would save little and lose more where a run is cut off
Pattern = tuple[str | None, ...]
"""keys from the top of a scenario; None is any"""
LOSS_RATIO: Pattern = ("products", None, "claims", "loss_ratio")
WORLD = 0.2  # of a case that is played alone: a world that shares the partners of another
FIGURES: tuple[Pattern, ...] = (
    ("market", "demand"),
    ("products", None, "renewal"),
    LOSS_RATIO,
    ("segments", None, "choice", "weights", None),
    ("rivals", None, "commission"),
    ("policy", "rules", None, "new"),
    ("policy", "rules", None, "renewal"),
)
"""where they stand"""


def without_figures(tree: dict[str, Any]) -> dict[str, Any]:
    """A scenario's tree without them."""
    found: Any = {**tree, "market": tree.get("market") or {}}
    for pattern in FIGURES:
        found = _without(found, pattern)
    return dict(found)


def _without(block: Any, pattern: Pattern) -> Any:
    if not isinstance(block, dict):
        return block
    key, *rest = pattern
    if key is None:
        return {name: _without(one, tuple(rest)) if rest else None for name, one in block.items()}
    if not rest:
        return {**block, key: None}
    return {**block, key: _without(block[key], tuple(rest))} if key in block else block


def turns_loss_ratios(paths: Iterable[str]) -> bool:
    """Whether nothing but loss ratios is turned at these paths."""
    return all(_leads(parsed_path(text) or (), LOSS_RATIO) for text in paths)


def weight_of_worlds(worlds: int) -> float:
    """What each of so many worlds takes on average, of a case that is played alone: the first plays the partners."""
    return (1.0 + WORLD * (worlds - 1)) / worlds


def together(knobs: Iterable[Knob], cases: int) -> int:
    """How many of so many cases, told apart by knobs, are played side by side."""
    paths = [parsed_path(text) or () for knob in knobs for text in knob.paths]
    return min(cases, MOST_CASES) if all(any(_leads(path, one) for one in FIGURES) for path in paths) else 1


def _leads(path: Sequence[object], pattern: Pattern) -> bool:
    """Whether a path ends in a figure, or within it."""
    return len(path) >= len(pattern) and all(key in (None, part) for part, key in zip(path, pattern, strict=False))
