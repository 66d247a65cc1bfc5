"""The answers of a map, and of one policy in many worlds, in one sentence each."""

from __future__ import annotations

from collections.abc import Sequence

from sim.experiments.saying import Amount, Sentence


def of_present(where: Sequence[Sentence], result: Amount, ruin: Amount, even: Sequence[Sentence] = ()) -> Sentence:
    """Where the present policy stands: its result, its ruin, and where along the axes it breaks even."""
    ruined = Sentence("part_ruin", {"share": ruin})
    return Sentence("head_map", {"where": tuple(where), "parts": (earns(result), ruined, *even)})


def of_cells(cells: int, earning: int) -> Sentence:
    """A map on which the present policy has no place."""
    return Sentence("head_cells", {"cells": Amount(cells, "count"), "earning": Amount(earning, "count")})


def earns(result: Amount) -> Sentence:
    """Whether a mean result is a profit or a loss, or neither for sure."""
    low, high = result.low, result.high
    if low is not None and high is not None and low <= 0 <= high and low < high:
        return Sentence("part_around_zero", {"result": result})
    if result.value >= 0:
        return Sentence("part_earns", {"result": result})
    less, more = (None, None) if low is None or high is None else (-high, -low)
    return Sentence("part_loses", {"result": Amount(-result.value, result.unit, less, more, brief=result.brief)})


def of_worlds(worst: str, result: Amount, gap: Amount | None, kept: int | None, count: int) -> Sentence:
    """The worst world; `gap` its distance from the base, None of the base itself; `kept` worlds keep all criteria."""
    parts = [] if gap is None else [Sentence("part_gap", {"gap": gap})]
    if kept is not None:
        parts.append(Sentence("part_kept", {"kept": Amount(kept, "count"), "all": Amount(count, "count")}))
    key = "head_world" if gap is not None else "head_world_base"
    return Sentence(key, {"world": worst, "parts": (earns(result), *parts)})
