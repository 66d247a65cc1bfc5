"""A run that goes on until it knows enough: an interval narrow enough, or a verdict that is sure, within a budget.

Looking again and again at growing replications would call a fair coin biased in the end; so each look spends a part of one
error rate (`methods.sequential`), shared by the criteria (Bonferroni).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.base.errors import ScenarioError
from sim.experiments.kpis import names
from sim.experiments.methods.sequential import Rounds, Width, plan_rounds, stop, sure_interval
from sim.experiments.statistics import CONFIDENCE
from sim.experiments.verdict import FAIL, PASS, UNDECIDED, Judgement, judge, overall
from sim.scenario.schema import Criterion, Scenario
from sim.scenario.suggestions import did_you_mean

Reals = NDArray[np.float64]
FIRST = 20  # replications at the first look: fewer say little of a spread
ALPHA = 1.0 - CONFIDENCE


@dataclass(frozen=True)
class Until:
    """When a run knows enough: all criteria decided (no `kpi`), or half the interval of a key figure at most `half`."""

    kpi: str | None = None
    half: float = 0.0
    relative: bool = True
    """`half` is a share of the figure; else in its own unit"""

    def rounds(self, scenario: Scenario, budget: int) -> Rounds:
        """Looks up to `budget` replications.

        Raises
        ------
        ScenarioError
            For an unknown key figure, or where a verdict is waited for and there is no criterion.
        """
        if self.kpi is not None and self.kpi not in (known := names(scenario)):
            raise ScenarioError(f'unknown key figure "{self.kpi}": {did_you_mean(self.kpi, known)}')
        if self.kpi is None and not scenario.criteria:
            raise ScenarioError("the scenario has no criteria, so no verdict can be waited for: state some, or ask for the precision of a key figure")
        share = ALPHA if self.kpi is not None else ALPHA / len(scenario.criteria)
        first = min(max(FIRST, 2), budget)
        if budget < 2:
            raise ScenarioError(f"a budget of {budget} replications says nothing of a spread: give --replications 2 or more")
        return plan_rounds(first, budget, alpha=share, spending="even" if self.kpi is not None else "late")

    def enough(self, rounds: Rounds, criteria: list[Judgement], values: Reals | None) -> bool:
        """Whether the run may stop at this look; `values` are those of the key figure."""
        if values is None:
            return overall(criteria) in (PASS, FAIL)
        known = values[~np.isnan(values)]
        return known.size == values.size and stop(known, Width(self.half, self.relative), rounds).stop


def judged(name: str, criterion: Criterion, values: Reals, rounds: Rounds) -> Judgement:
    """A criterion judged at a look, by the interval that the look may spend its error on."""
    usual = judge(name, criterion, values)
    error = rounds.errors[rounds.totals.index(values.size)]
    seen = values
    if usual.of == "share":
        assert usual.limit is not None
        keeps = values >= usual.limit if criterion.at_least is not None else values <= usual.limit
        seen = keeps.astype(np.float64)
    seen = seen[~np.isnan(seen)]
    if seen.size < 2:
        return usual
    sure = sure_interval(seen, error)
    above = usual.sense == "at_least"
    holds, fails = (sure.low >= usual.bound, sure.high < usual.bound) if above else (sure.high <= usual.bound, sure.low > usual.bound)
    verdict = PASS if holds else FAIL if fails else UNDECIDED
    return Judgement(
        name, usual.kpi, verdict, usual.figure, sure.low, sure.high, usual.bound, usual.sense, usual.of, usual.limit,
        usual.more if verdict == UNDECIDED else 0,
    )  # fmt: skip
