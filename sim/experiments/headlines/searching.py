"""The answers of a frontier, a sensitivity, an optimum and of failing worlds in one sentence each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from sim.base.arrays import Reals
from sim.experiments.said import Amount, Said, Sentence, gap_unit
from sim.statistics.evaluation import Estimate
from sim.statistics.optimising import BREAKS, NONE_KEEPS, ON_AVERAGE, SURELY, Best
from sim.statistics.root import FOUND, HOLDS, Root

NAMED = 3  # inputs of a failing world that are named
MOVED = 0.1  # spreads by which an input has moved
KEPT = {
    SURELY: "limits_kept",
    ON_AVERAGE: "limits_kept_on_average",
    BREAKS: "limits_broken",
    NONE_KEEPS: "limits_none_keeps",
}
"""sentences on limits, and with `part_` before them parts of one"""


class Spoken(Protocol):
    """What says a value in words."""

    def words(self, value: float) -> str:
        """A value as it stands in a sentence."""


def of_lever(
    lever: str,
    unit: str,
    ends: tuple[float, float],
    roots: Mapping[str, Root],
    binding: str | None,
    today: float | None,
) -> Sentence:
    """How far a lever may go. `ends` are the safe and the harsh one, `binding` the criterion that breaks first."""
    safe, harsh = (Amount(end, unit, brief=True) for end in ends)
    values: dict[str, Said] = {"lever": lever, "safe": safe, "harsh": harsh}
    if binding is not None:
        one, key = roots[binding], "head_lever" if roots[binding].status == FOUND else "head_lever_fails"
        level = Amount(one.level, unit, one.low, one.high, brief=True)
        stands = () if today is None else (Sentence("part_today", {"value": Amount(today, unit, brief=True)}),)
        return Sentence(key, values | {"level": level, "criterion": binding, "parts": stands})
    everywhere = all(one.status == HOLDS for one in roots.values())
    return Sentence("head_lever_holds" if everywhere else "head_lever_open", values)


def of_inputs(kpi: str, unit: str, first: tuple[str, str, str], low: Estimate, high: Estimate, idle: int) -> Sentence:
    """Which input moves a key figure most. `first`: its name, its low and its high value in words."""
    values = {"input": first[0], "from": first[1], "to": first[2], "kpi": kpi}
    changes = {"low": changed(low, unit), "high": changed(high, unit)}
    return Sentence("head_input", values | changes | {"parts": _idle(idle)})


def of_effects(kpi: str, name: str, size: Amount, idle: int, key: str) -> Sentence:
    """The same of mean effects (`head_effect`) and of shares of the spread (`head_share`)."""
    return Sentence(key, {"input": name, "kpi": kpi, "size": size, "parts": _idle(idle)})


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
    names: Sequence[str], spoken: Mapping[str, Spoken], values: Reals, shifts: Reals, now: Reals, share: Estimate,
) -> Sentence:  # fmt: skip
    """What has to come together to fail: the inputs that have moved most, and the share of worlds that fail."""
    order = sorted(range(len(names)), key=lambda i: -abs(shifts[i]))
    moved = [i for i in order if abs(shifts[i]) >= MOVED][:NAMED] or order[:1]
    where = tuple(
        Sentence("part_input", {"input": names[i], "value": spoken[names[i]].words(values[i]),
                                "today": spoken[names[i]].words(now[i])})
        for i in moved
    )  # fmt: skip
    return Sentence("head_failing", {"where": where, "share": shared(share)})


def shared(one: Estimate) -> Amount:
    """A share with its interval."""
    return Amount(one.figure, "share", one.low, one.high, brief=True)
