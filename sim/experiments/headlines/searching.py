"""The answers of a frontier, a sensitivity, an optimum and of failing worlds in one sentence each."""

from __future__ import annotations

from collections.abc import Sequence

from sim.base.arrays import Reals
from sim.experiments.saying import OWN, Amount, Said, Sentence, gap_unit
from sim.scenario.schema import Criterion
from sim.statistics.evaluation import Estimate
from sim.statistics.optimising import BREAKS, NONE_KEEPS, ON_AVERAGE, SURELY, Best
from sim.statistics.root import FOUND, Root

NAMED = 3  # inputs of a failing world that are named
MOVED = 0.1  # spreads by which an input has moved
KEPT = {
    SURELY: "limits_kept",
    ON_AVERAGE: "limits_kept_on_average",
    BREAKS: "limits_broken",
    NONE_KEEPS: "limits_none_keeps",
}
"""sentences on limits, and with `part_` before them parts of one"""
Ends = tuple[str, Amount, Amount]
"""name of an input, its low and its high value"""


def of_lever(
    lever: str, unit: str, ends: tuple[float, float], first: tuple[Root, Sentence] | None, holds: bool,
    today: float | None,
) -> Sentence:  # fmt: skip
    """How far a lever may go.

    Parameters
    ----------
    ends : the safe and the harsh one
    first : where the criterion that breaks first breaks, and what it bounds; None where none is known to break
    holds : every criterion holds everywhere
    """
    safe, harsh = (Amount(end, unit, brief=True) for end in ends)
    values: dict[str, Said] = {"lever": lever, "safe": safe, "harsh": harsh}
    if first is None:
        return Sentence("head_lever_holds" if holds else "head_lever_open", values)
    root, criterion = first
    level = Amount(root.level, unit, root.low, root.high, brief=True)
    stands = () if today is None else (Sentence("part_today", {"value": Amount(today, unit, brief=True)}),)
    key = "head_lever" if root.status == FOUND else "head_lever_fails"
    return Sentence(key, values | {"level": level, "criterion": criterion, "parts": stands})


def of_criterion(criterion: Criterion, unit: str) -> Sentence:
    """What a criterion bounds, with its bound and, where it is asked for, the share of replications."""
    limit = criterion.at_most if criterion.at_least is None else criterion.at_least
    assert limit is not None
    key = "part_at_most" if criterion.at_least is None else "part_at_least"
    bound = Sentence(key, {"value": Amount(limit, unit, brief=True)})
    values: dict[str, Said] = {"kpi": f"kpi.{criterion.kpi}", "bound": bound}
    if criterion.in_share is None:
        return Sentence("part_bound", values)
    return Sentence("part_bound_share", values | {"share": Amount(criterion.in_share, "share", brief=True)})


def of_inputs(kpi: str, unit: str, first: Ends, low: Estimate, high: Estimate, idle: int) -> Sentence:
    """Which input moves a key figure most: by how much at its low and at its high value."""
    values: dict[str, Said] = {"input": OWN + first[0], "from": first[1], "to": first[2], "kpi": kpi}
    changes: dict[str, Said] = {"low": changed(low, unit), "high": changed(high, unit)}
    return Sentence("head_input", values | changes | {"parts": _idle(idle)})


def of_effects(kpi: str, name: str, size: Amount, idle: int, key: str) -> Sentence:
    """The same of mean effects (`head_effect`) and of shares of the spread (`head_share`)."""
    return Sentence(key, {"input": OWN + name, "kpi": kpi, "size": size, "parts": _idle(idle)})


def _idle(count: int) -> tuple[Sentence, ...]:
    return (Sentence("part_idle", {"count": Amount(count, "count")}),) if count else ()


def changed(one: Estimate, unit: str) -> Amount:
    """A change with its sign."""
    return Amount(one.figure, gap_unit(unit), one.low, one.high, signed=True, brief=True)


def of_optimum(where: Sequence[Sentence], kpi: str, unit: str, best: Best, limited: bool) -> Sentence:
    """The best point: what it brings, against today too, and whether it keeps the limits."""
    goal = Amount(best.goal.figure, unit, best.goal.low, best.goal.high, brief=True)
    gain = [] if best.gain is None else [_gain(best.gain, unit)]
    limits = [Sentence(f"part_{KEPT[best.limits_word]}")] if limited else []
    parts = [Sentence("part_goal", {"kpi": kpi, "goal": goal}), *gain, *limits]
    key = "head_optimum" if best.kept else "head_optimum_none"
    return Sentence(key, {"where": tuple(where), "parts": tuple(parts)})


def _gain(one: Estimate, unit: str) -> Sentence:
    less, more = sorted((abs(one.low), abs(one.high)))
    size = Amount(abs(one.figure), gap_unit(unit), less, more, brief=True)
    if one.above_zero or one.below_zero:
        return Sentence("part_gain_better" if one.above_zero else "part_gain_worse", {"gap": size})
    return Sentence("part_gain_open", {"gap": changed(one, unit)})


def of_failing_world(
    names: Sequence[str], units: Sequence[str], values: Reals, shifts: Reals, now: Reals, share: Estimate
) -> Sentence:
    """What has to come together to fail: the inputs that have moved most, and the share of worlds that fail."""
    order = sorted(range(len(names)), key=lambda i: -abs(shifts[i]))
    moved = [i for i in order if abs(shifts[i]) >= MOVED][:NAMED] or order[:1]
    where = tuple(of_input(names[i], units[i], float(values[i]), float(now[i])) for i in moved)
    return Sentence("head_failing", {"where": where, "share": shared(share)})


def of_input(name: str, unit: str, value: float, now: float) -> Sentence:
    """An input somewhere else than today."""
    there, today = Amount(value, unit, brief=True), Amount(now, unit, brief=True)
    return Sentence("part_input", {"input": OWN + name, "value": there, "today": today})


def shared(one: Estimate) -> Amount:
    """A share with its interval."""
    return Amount(one.figure, "share", one.low, one.high, brief=True)
