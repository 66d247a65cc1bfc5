"""A run that goes on until it knows enough: an interval narrow enough, or a verdict that is sure, within a budget.

Looking again and again at growing replications would call a fair coin biased in the end; so each look spends a part of one
error rate (`methods.sequential`), shared by the criteria (Bonferroni).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.base.errors import ScenarioError
from sim.experiments.kpis import NOT_MEANS, is_mean, names
from sim.experiments.methods.sequential import PRECISE, Rounds, Width, plan_rounds, stop
from sim.experiments.result import Result
from sim.experiments.statistics import CONFIDENCE
from sim.experiments.verdict import FAIL, PASS
from sim.scenario.reads_claims import DRAWN, Claims
from sim.scenario.schema import Scenario
from sim.scenario.suggestions import did_you_mean

FIRST = 20  # replications at the first look: fewer say little of a spread
ALPHA = 1.0 - CONFIDENCE


@dataclass(frozen=True)
class Until:
    """When a run knows enough: all criteria decided (no `kpi`), or half the interval of a key figure at most `half`."""

    kpi: str | None = None
    half: float = 0.0
    relative: bool = True
    """`half` is a share of the figure; else in its own unit"""

    def rounds(self, scenario: Scenario, budget: int, claims: Claims = DRAWN) -> Rounds:
        """Looks up to `budget` replications.

        Raises
        ------
        ScenarioError
            For an unknown key figure, or where a verdict is waited for and there is no criterion; of expected claims also for
            anything but means, which would never be known.
        """
        if self.kpi is not None and self.kpi not in (known := names(scenario)):
            raise ScenarioError(f'unknown key figure "{self.kpi}": {did_you_mean(self.kpi, known)}')
        if self.kpi is None and not scenario.criteria:
            raise ScenarioError("the scenario has no criteria, so no verdict can be waited for: state some, or ask for the precision of a key figure")
        if claims == "expected":
            self._check_means(scenario)
        share = ALPHA if self.kpi is not None else ALPHA / len(scenario.criteria)
        if budget < 2:
            raise ScenarioError(f"a budget of {budget} replications says nothing of a spread: give --replications 2 or more")
        return plan_rounds(min(FIRST, budget), budget, alpha=share, spending="even" if self.kpi is not None else "late")

    def _check_means(self, scenario: Scenario) -> None:
        wanted = [self.kpi] if self.kpi in NOT_MEANS else []
        if self.kpi is None:
            wanted = [name for name, one in scenario.criteria.items() if not is_mean(one)]
        if wanted:
            raise ScenarioError(f"{wanted[0]} is never known from expected claims: wait for the mean of another figure, or play it with claims drawn")

    def enough(self, result: Result) -> bool:
        """Whether the run may stop at this look."""
        assert result.rounds is not None
        if self.kpi is None:
            return result.verdict in (PASS, FAIL)
        values = result.figures[self.kpi].values
        if np.isnan(values).any():  # it does not exist in some replications, so looks cannot be counted
            return False
        return stop(values, Width(self.half, self.relative), result.rounds).verdict == PRECISE
