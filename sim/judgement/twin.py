"""The twin of a run: the same scenario without the partner programme, on the same luck. What differs, partners add."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sim.results.kpis import Kpi
from sim.runs.case import Case
from sim.runs.orders import Order
from sim.runs.play import Runner
from sim.runs.sheet import Sheet
from sim.statistics.paired_difference import Difference

ADDED = ("result", "npv", "premium")  # key figures whose difference is told


@dataclass(frozen=True)
class Twin:
    """What is known of the twin."""

    sheet: Sheet
    """key figures of the replications without the programme"""
    added: Mapping[str, Difference]
    """what the run has more than its twin, by key figure"""

    @property
    def incremental_value(self) -> Difference:
        """The same of net present values: with what contracts in force at the end will still earn."""
        return self.added["npv"]

    @property
    def incremental_profit(self) -> Difference:
        """Result with the programme less the result without it."""
        return self.added["result"]


def without_programme(case: Case) -> Case:
    """The case in which partners sell nothing for us from the start on."""
    tree = case.specification.tree
    policy = {**tree["policy"], "programme": False}
    return replace(case, specification=replace(case.specification, tree={**tree, "policy": policy}))


def play_twin(runner: Runner, case: Case, figures: Mapping[str, Kpi], replications: int) -> Twin:
    """Play the twin of a run.

    Parameters
    ----------
    figures : key figures of the run
    replications : as many of its first replications

    Raises
    ------
    OutputError, LedgerError, RunError
    """
    (sheet,) = runner.play([Order(without_programme(case), range(replications))])
    assert isinstance(sheet, Sheet)
    return Twin(sheet, {name: figures[name].less(sheet.figure(name)) for name in ADDED})
