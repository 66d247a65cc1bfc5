"""The verdict with doubt: each replication also draws what we do not know, on the luck of the run at stated figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from sim.judgement import verdict
from sim.results import kpis
from sim.results.kpis import Kpi
from sim.runs.case import Case
from sim.runs.doubt import drawn
from sim.runs.orders import Order
from sim.runs.play import Runner
from sim.runs.replicate import Doubt
from sim.runs.sheet import Sheet
from sim.scenario.reads_claims import DRAWN
from sim.scenario.schema import Scenario
from sim.statistics.sensitivity.variance_shares import Shares, variance_shares

ALWAYS = "result"  # the key figure whose spread is always taken apart


@dataclass(frozen=True)
class Doubted:
    """What is known once figures are in doubt too."""

    criteria: list[verdict.Judgement]
    sheet: Sheet
    """key figures of the replications with doubt"""
    shares: Mapping[str, Shares | None]
    """of the spread, by key figure: the result and those that criteria bound; None where nothing can be said"""

    @property
    def verdict(self) -> str:
        """PASS, FAIL or UNDECIDED."""
        return verdict.overall(self.criteria)

    @property
    def replications(self) -> int:
        """How many were played."""
        return len(self.sheet.numbers)

    @cached_property
    def figures(self) -> dict[str, Kpi]:
        """Key figures by name, one value a replication."""
        return self.sheet.figures


def uncertain(scenario: Scenario) -> Doubt:
    """The uncertain figures of a scenario."""
    return tuple(scenario.uncertainties.items())


def doubtful(case: Case) -> Case:
    """The case whose replications draw their figures too."""
    return replace(case, specification=replace(case.specification, doubt=uncertain(case.outline.scenario)))


def play_with_doubt(runner: Runner, case: Case, stated: Mapping[str, Kpi], replications: int) -> Doubted:
    """Play the first replications of a run again, with doubt, and judge them.

    Parameters
    ----------
    case : without doubt
    stated : key figures of the run at the stated figures

    Raises
    ------
    OutputError, LedgerError, RunError
    """
    sheet = _sheet(runner, doubtful(case), replications)
    return judged(case, stated, sheet)


def judged(case: Case, stated: Mapping[str, Kpi], sheet: Sheet) -> Doubted:
    """The verdict on replications with doubt, and where their spread comes from."""
    scenario, claims = case.outline.scenario, case.specification.claims
    bending, doubt = kpis.not_means(scenario), uncertain(scenario)
    criteria = [
        verdict.judge(name, one, sheet.figure(one.kpi), claims, bending) for name, one in scenario.criteria.items()
    ]
    values, names = drawn(doubt, case.specification.seed, sheet.numbers), [name for name, _ in doubt]
    shares = {
        kpi: variance_shares(stated[kpi].values[: len(values)], sheet.figure(kpi).values, values, names)
        for kpi in dict.fromkeys((ALWAYS, *(one.kpi for one in scenario.criteria.values())))
    }
    return Doubted(criteria, sheet, shares if claims == DRAWN else {})


def _sheet(runner: Runner, case: Case, replications: int) -> Sheet:
    (sheet,) = runner.play([Order(case, range(replications))])
    assert isinstance(sheet, Sheet)
    return sheet
