"""What levers have rewritten of the warm-up: products, accounts, segments, rivals and the like act in it as well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sim.scenario.language.nodes import Node, Origin, Path, child, dotted, plain, pruned
from sim.scenario.language.warm_up_policy import FROM_THE_WARM_UP, SINCE, policy_before, start_of

KEY = "rewritten_by"  # of the opening
BLOCKS = ("products", "segments", "us", "rivals", "market", "credit", "accounts")
_SAYS = {"reason", "source", "assumed"}


def with_rewritten(base: Node, tree: Node) -> Node:
    """The tree of a scenario, in whose opening stand the paths where the warm-up is not that of `base`."""
    opening, start = tree.value.get("opening"), start_of(tree)
    kind = None if opening is None else child(opening, "kind")
    if opening is None or kind is None or kind.value != "warm_up" or not isinstance(opening.value, dict):
        return tree
    before, after = _played(pruned(base)), _played(pruned(tree))
    told = child(opening, KEY)
    had = [] if told is None or not isinstance(told.value, list) else plain(told)
    found = [dotted(path) for name in before.keys() | after.keys() for path in _changed(before, after, name, start)]
    names = sorted({*map(str, had), *found})
    if not names:
        return tree
    at = Origin("", 0, 0, "default")
    items = {**opening.value, KEY: Node([Node(name, at) for name in names], at, at)}
    return replace(tree, value={**tree.value, "opening": replace(opening, value=items)})


def _played(tree: Node) -> dict[str, Any]:
    """What the warm-up is played with, as plain data."""
    found = {name: plain(tree.value[name]) for name in BLOCKS if name in tree.value}
    policy, there = policy_before(tree), tree.value.get("policy")
    deposits = None if there is None else child(there, FROM_THE_WARM_UP)
    own = {} if policy is None else {k: v for k, v in plain(policy).items() if k != FROM_THE_WARM_UP}
    return found | {"policy": own | ({} if deposits is None else {FROM_THE_WARM_UP: plain(deposits)})}


def _changed(before: dict[str, Any], after: dict[str, Any], name: str, start: str) -> Iterator[Path]:
    yield from _differences(before.get(name), after.get(name), (name,), start)


def _differences(before: Any, after: Any, path: Path, start: str) -> Iterator[Path]:
    """Paths below which the months before `start` are not the same; a block that is new or gone is named itself."""
    if _until(before, start) == _until(after, start) or _later(before, after, start):
        return
    if not _mapping(before) or not _mapping(after):
        yield path
        return
    for key in sorted((before.keys() | after.keys()) - _SAYS):
        yield from _differences(before.get(key), after.get(key), (*path, key), start)


def _mapping(value: Any) -> bool:
    return isinstance(value, dict) and SINCE not in value


def _until(value: Any, start: str) -> Any:
    """A dated figure as months before `start` see it: by date, a plain one by itself."""
    dates = value.get(SINCE) if isinstance(value, dict) else None
    if not isinstance(dates, dict) or not dates:
        return value
    seen = {date: one for date, one in sorted(dates.items()) if date < start} or {"": dates[min(dates)]}
    values = list(seen.values())
    return values[0] if all(one == values[0] for one in values) else seen


def _later(before: Any, after: Any, start: str) -> bool:
    """Whether both are absent, or events and rules that begin no sooner than the horizon."""
    blocks = [one for one in (before, after) if one is not None]
    dates = [one.get("start", one.get("effective_from")) if isinstance(one, dict) else None for one in blocks]
    return all(isinstance(date, str) and date >= start for date in dates)
