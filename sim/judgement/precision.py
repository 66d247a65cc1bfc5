"""A run that goes on until it knows enough: an interval narrow enough, or a verdict that is sure, within a budget.

Looking again and again at growing replications would call a fair coin biased in the end; so each look spends a part of
one error rate (`methods.sequential`), shared by the criteria (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

import numpy as np

from sim.base.errors import Problem, ScenarioError
from sim.judgement.verdict import FAIL, PASS
from sim.results.kpis import Kpi, is_mean, not_means, units
from sim.scenario.language.suggestions import did_you_mean
from sim.scenario.reads_claims import DRAWN, Claims
from sim.scenario.schema import Scenario
from sim.statistics.intervals import CONFIDENCE
from sim.statistics.sequential import MOST, PRECISE, Rounds, Stop, Width, needed, plan_rounds, stop

FIRST = 20  # replications at the first look: fewer say little of a spread
ALPHA = 1.0 - CONFIDENCE


@dataclass(frozen=True)
class Look:
    """What is known when a run in rounds is looked at."""

    rounds: Rounds
    replications: int
    """played so far"""
    verdict: str
    figures: Mapping[str, Kpi]


@dataclass(frozen=True)
class Reached:
    """How far a run has come at a look."""

    enough: bool
    replications: int
    rounds: int
    """looks taken"""
    budget: int
    """replications that may be played"""
    figure: float = np.nan
    half: float = np.nan
    """half the interval that allows for all looks, in the figure's own unit; NaN where a verdict is waited for"""
    unknown: int = 0
    """replications in which the figure does not exist"""
    needed: int | None = None
    """budget that would do if mean and spread stay as they are; None where it is not known or above MOST"""

    @property
    def holds_zero(self) -> bool:
        """The figure cannot be told from 0, so a share of it says nothing."""
        return abs(self.figure) <= self.half


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
            For an unknown key figure, a precision that says nothing, or where a verdict is waited for and there is no
            criterion; of expected claims also for anything but means, which would never be known.
        """
        if self.kpi is not None:
            self._check(self.kpi, units(scenario))
        elif not scenario.criteria:
            raise ScenarioError(
                "the scenario has no criteria, so no verdict can be waited for: "
                "state some, or ask for the precision of a key figure"
            )
        if claims == "expected":
            self._check_means(scenario)
        share = ALPHA if self.kpi is not None else ALPHA / len(scenario.criteria)
        if budget < 2:
            raise ScenarioError(
                f"a budget of {budget} replications says nothing of a spread: give --replications 2 or more"
            )
        return plan_rounds(min(FIRST, budget), budget, alpha=share, spending="even" if self.kpi is not None else "late")

    def _check_means(self, scenario: Scenario) -> None:
        bent = not_means(scenario)
        wanted = [self.kpi] if self.kpi in bent else []
        if self.kpi is None:
            wanted = [name for name, one in scenario.criteria.items() if not is_mean(one, bent)]
        if wanted:
            raise ScenarioError(
                f"{wanted[0]} is never known from expected claims: "
                "wait for the mean of another figure, or play it with claims drawn"
            )

    def _check(self, kpi: str, known: dict[str, str]) -> None:
        if kpi not in known:
            raise ScenarioError(Problem(f"precision of {kpi}", f'unknown key figure "{kpi}"', did_you_mean(kpi, known)))
        if not (isfinite(self.half) and self.half > 0):
            raise ScenarioError(Problem(f"precision of {kpi}", f"must be above 0, got {self.half:g}", "such as 1%"))
        if self.relative and known[kpi] == "probability":
            raise ScenarioError(
                Problem(
                    f"precision of {kpi}",
                    "a probability may be 0, and a share of 0 says nothing",
                    "ask for points, such as 1pp",
                )
            )
        if self.relative and self.half >= 1:
            raise ScenarioError(
                Problem(
                    f"precision of {kpi}", f"{self.half:.0%} of the figure is an interval that holds 0", "such as 1%"
                )
            )

    def enough(self, look: Look) -> bool:
        """Whether the run may stop at this look.

        Raises
        ------
        ScenarioError
            At the first look, where the figure does not exist in some replications or is as good as 0 and a share of it
            is asked for.
        """
        found = self.reached(look)
        if self.kpi is not None and found.rounds == 1 and not found.enough:
            self._refuse_hopeless(self.kpi, found)
        return found.enough

    def reached(self, look: Look) -> Reached:
        """How far the run has come."""
        played, totals = look.replications, look.rounds.totals
        number, budget = totals.index(played) + 1, totals[-1]
        if self.kpi is None:
            return Reached(look.verdict in (PASS, FAIL), played, number, budget)
        kpi = look.figures[self.kpi]
        values, probability = kpi.averaged, kpi.of_events
        if unknown := int(np.isnan(values).sum()):  # looks can only be counted on whole rounds
            return Reached(False, played, number, budget, unknown=unknown)
        wanted = Width(self.half, self.relative)
        at: Stop = stop(values, wanted, look.rounds, probability)
        enough = at.verdict == PRECISE
        more = None if enough else needed(values, wanted, look.rounds, probability)
        return Reached(enough, played, number, budget, at.sure.figure, at.sure.half, 0, more)

    def _refuse_hopeless(self, kpi: str, found: Reached) -> None:
        """Refuse what no budget can give, while little has been played."""
        path = f"precision of {kpi}"
        if found.unknown:
            what = (
                f"it does not exist in {found.unknown} of the first {found.replications} replications, "
                "so its precision is not known"
            )
            raise ScenarioError(Problem(path, what, "ask for another key figure, such as a probability"))
        if self.relative and found.holds_zero and found.needed is None:
            what = (
                f"it is 0 in all of the first {found.replications} replications, and a share of 0 says nothing"
                if not found.figure
                else (
                    f"its mean in the first {found.replications} replications is "
                    f"{found.figure:.4g} ± {found.half:.4g}, which cannot be told from 0: "
                    f"{self.half:.4g} of it would need over {MOST:,} replications"
                )
            )
            remedy = (
                "ask for an absolute precision: an amount in the figure's own unit, or points such as 1pp of a rate"
            )
            raise ScenarioError(Problem(path, what, remedy))
