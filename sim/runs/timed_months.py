"""A few months of a scenario, played before its work begins: what this machine takes for a second as it is reckoned."""

from __future__ import annotations

import time

from sim.engine.layout.outline import Outline
from sim.engine.layout.plan import Plan
from sim.runs.ahead import Clock
from sim.runs.resources import estimate

UNTIMED = 1  # months that load kernels, or compile them
TIMED = 2  # those after it: over all months a scenario takes 0.9 to 1.5 times what they tell
WORTH = 0.05  # share of the work ahead that they may be, at most
SOON = 10.0  # reckoned seconds: shorter work is over before it matters how long it takes


def worth_it(outline: Outline, together: int, ahead: float) -> bool:
    """Whether timed months are little beside the work ahead, in reckoned seconds, and it is not over soon."""
    if ahead < SOON or outline.months < UNTIMED + TIMED:
        return False
    return (UNTIMED + TIMED) * _month(outline, together) <= WORTH * ahead


def seconds_for_one(plan: Plan, outline: Outline, together: int, clock: Clock = time.perf_counter) -> float:
    """Seconds of this machine for a reckoned one of a month, so many replications standing in one table."""
    from sim.engine.model import PartnerNetwork  # a study is checked without it

    model = PartnerNetwork(plan, range(together))
    for _ in range(UNTIMED):
        model.step()
    began = clock()
    for _ in range(TIMED):
        model.step()
    seconds = clock() - began
    model.table.give_back()
    return seconds / (TIMED * _month(outline, together))


def _month(outline: Outline, together: int) -> float:
    return estimate(outline, together)[1] / outline.months
