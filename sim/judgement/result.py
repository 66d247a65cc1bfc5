"""The result of a run: verdict, key figures, theory, monthly cube and partner panel, each labelled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.base.in_python.arguments import Arguments
from sim.base.in_python.faced import Faced
from sim.base.notes import Note
from sim.engine.layout.plan import Plan, laid_out
from sim.judgement import contribution_table, partner_flows, partner_panel, verdict
from sim.judgement import explain as explaining
from sim.judgement.beside.theory_figure import TheoryFigure
from sim.judgement.breaking.found_points import Breaking
from sim.judgement.precision import Look, Until
from sim.judgement.solved_rates import solved_rates
from sim.judgement.twin import Twin
from sim.judgement.with_doubt import Doubted
from sim.results import kpis
from sim.results.columns import EVENTS
from sim.results.contribution import Contributions
from sim.results.cube import Cube
from sim.results.kpis import Kpi
from sim.runs.replicate import Replication, Specification
from sim.scenario.load import Loaded
from sim.scenario.reads_claims import DRAWN
from sim.scenario.schema import Criterion
from sim.statistics import intervals
from sim.statistics.evaluation import Estimate
from sim.statistics.intervals import Tail
from sim.statistics.sequential import Rounds

if TYPE_CHECKING:
    import pandas
    import xarray

TAILS = (0.95, 0.99)


@dataclass(frozen=True, repr=False)
class Result(Faced):
    """What a run says. Frames are made when first asked for.

    Examples
    --------
    >>> import sim
    >>> sim.run("scenarios/gallery/small_network.yaml", replications=2, workers=1, doubt=0, breaks=False).verdict
    'UNDECIDED'
    """

    face = "sim.report.faces.of_result"

    loaded: Loaded
    specification: Specification
    plan: Plan
    cube: Cube
    replications: tuple[Replication, ...]
    notes: tuple[Note, ...] = ()
    timing: Mapping[str, float] = field(default_factory=dict)
    rounds: Rounds | None = None
    """looks of a run that went on until it knew enough: criteria are then judged at the error that a look may spend"""
    until: Until | None = None
    """what that run waited for"""
    doubt: Doubted | None = None
    """the verdict with doubt, where the scenario states uncertainties"""
    twin: Twin | None = None
    """the same without the partner programme, where it was played"""
    breaking: Breaking | None = None
    """breaking points, where they were looked for"""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled without the plan, which is laid out anew."""
        return _unpickled, ({one.name: getattr(self, one.name) for one in fields(self) if one.name != "plan"},)

    @cached_property
    def figures(self) -> dict[str, Kpi]:
        """Key figures by name, one value a replication."""
        return kpis.key_figures(self.cube, self.plan.scenario, self.plan.claims)

    @cached_property
    def criteria(self) -> list[verdict.Judgement]:
        """Each criterion judged."""
        return [self._judged(name, criterion) for name, criterion in self.plan.scenario.criteria.items()]

    def _judged(self, name: str, criterion: Criterion) -> verdict.Judgement:
        figure, claims = self.figures[criterion.kpi], self.plan.claims
        bending = kpis.not_means(self.plan.scenario)
        if self.rounds is None:
            return verdict.judge(name, criterion, figure, claims, bending)
        return verdict.judge_at_look(name, criterion, figure, self.rounds, claims, bending)

    @property
    def drawn(self) -> bool:
        """Whether claims were drawn; else they are expected values, and figures are means only."""
        return self.plan.claims == DRAWN

    @property
    def verdict(self) -> str:
        """PASS, FAIL or UNDECIDED."""
        return verdict.overall(self.criteria)

    @property
    def look(self) -> Look | None:
        """What a run in rounds knew when it was looked at last; None of a run played at once."""
        return None if self.rounds is None else Look(self.rounds, len(self.replications), self.verdict, self.figures)

    @cached_property
    def theory(self) -> dict[str, TheoryFigure]:
        """Closed forms that stand beside the simulation."""
        from sim.judgement.beside.closed_forms import theory  # no verdict needs it, and studies ask for no theory

        return theory(self.plan)

    @cached_property
    def kpis(self) -> pandas.DataFrame:
        """Key figures: unit, mean, its 95 % interval (low, high), p5, p50, p95, theory, known (replications), text.

        The mean of a ratio is the ratio of the means of its sums; of months those count that come and are waited for.
        There are no p5 and p95 of fewer than 20 values.
        Of expected claims there are no p5, p50 and p95: the luck of claims, most of the spread, is not in them.
        """
        import pandas

        return pandas.DataFrame.from_dict(self.kpi_rows, orient="index").rename_axis("kpi")

    @cached_property
    def kpi_rows(self) -> dict[str, dict[str, Any]]:
        """The rows of `kpis` by name, in plain numbers: the verdict is shown before pandas is there."""
        rows = {name: _row(figure, self.theory) for name, figure in self.figures.items()}
        if not self.drawn:
            rows = {name: row | dict.fromkeys(("p5", "p50", "p95"), np.nan) for name, row in rows.items()}
        return rows

    @cached_property
    def contributions(self) -> Contributions:
        """Who earns, who costs, exact and by year: by product, type of partner, new business and renewals."""
        return Contributions(self.cube)

    @cached_property
    def contribution(self) -> pandas.DataFrame:
        """Contribution margins over the horizon: grouping, part, components, contribution and its interval; means."""
        return contribution_table.frame(self.contributions)

    @cached_property
    def risk(self) -> dict[str, Tail]:
        """Tail measures of the loss (minus the result over the horizon) with their intervals, major units.

        NaN where there are too few replications to tell them, or no claims were drawn.
        """
        losses = -self.figures["result"].values if self.drawn else np.zeros(0)
        found = {f"var_{p:.0%}": intervals.bounded_var(losses, p) for p in TAILS}
        return found | {f"tvar_{p:.0%}": intervals.bounded_tvar(losses, p) for p in TAILS}

    @cached_property
    def monthly(self) -> xarray.DataArray:
        """Monthly metrics by policy, world, replication, month and metric; money in major units."""
        return self.cube.labelled()

    @cached_property
    def partners(self) -> pandas.DataFrame:
        """Panel by segment and year, and by partner for the replications asked for; money in major units."""
        return partner_panel.frame(self.plan, self.cube, self.replications)

    @cached_property
    def joining_years(self) -> pandas.DataFrame:
        """What partners contribute by the year in which they came to us, of the replications followed one by one."""
        return partner_panel.by_joining_year(self.partners, self.plan)

    @cached_property
    def flows(self) -> pandas.DataFrame:
        """Partners that moved or stayed: replication, quarter, from, to, partners.

        Places are principals (`us` first), `(left)`, `(defaulted)`, and `(new)` before the entry. A partner of several
        principals stands with each by its share, so that parts of partners move. Only the ends of calendar quarters are
        compared.
        """
        return partner_flows.flows(self.plan, self.replications)

    @cached_property
    def joining(self) -> pandas.DataFrame:
        """Agents of network brokers: replication, by, month, agents, gain (over selling elsewhere, major units).

        by `joining`: all that joined in a month (from 1); by `before_default`: those of brokers that defaulted, by
        months from joining to default (from 0). Who came with its broker at the opening is left out.
        """
        return partner_flows.joining(self.replications)

    @cached_property
    def events(self) -> pandas.DataFrame:
        """What happened when: replication, month (from t = 0), name, text."""
        import pandas

        rows = [(one.number, *event) for one in self.replications for event in one.events]
        return pandas.DataFrame(rows, columns=list(EVENTS)).astype(EVENTS)

    def explain(self, partner: str, replication: int = 0) -> pandas.DataFrame:
        """Month by month what one partner sold, earned, owed and was paid, from a rerun of one replication.

        Raises
        ------
        ScenarioError
            Without such a partner, or where the replication was not played.
        """
        self._check_asked(replication, partner=partner)
        return _numbers(explaining.explain(self.plan, partner, replication))

    def solved_rates(self, replication: int = 0) -> pandas.DataFrame:
        """Rates solved partner by partner (rules `credibility_rate`) at each review, with what they are solved from.

        Raises
        ------
        ScenarioError
            Where no rule solves rates, or the replication was not played.
        """
        self._check_asked(replication)
        return solved_rates(self.plan, replication)

    def statement(self, partner: str, replication: int = 0, month: str | None = None) -> pandas.DataFrame:
        """One partner's statements line by line: rule, input, rate, amount; of one month such as 2025-03, or of all.

        Raises
        ------
        ScenarioError
            Without such a partner or month, or where the replication was not played.
        """
        self._check_asked(replication, partner=partner, month=month)
        return _numbers(explaining.statement(self.plan, partner, replication, month))

    def _check_asked(self, replication: int, **texts: str | None) -> None:
        """Refuse a replication that was not played, and what is no text."""
        given = Arguments()
        given.whole_numbers("replication", (replication,), len(self.replications))
        for name, text in texts.items():
            given.text(name, text)
        given.check()


def _unpickled(kept: Mapping[str, Any]) -> Result:
    return Result(plan=laid_out(kept["specification"].outline()), **kept)


def _numbers(frame: pandas.DataFrame) -> pandas.DataFrame:
    """The table with floats for exact decimals, which sum, plot and compare as columns of numbers do."""
    exact = [name for name in frame.columns if any(isinstance(one, Decimal) for one in frame[name])]
    return frame.assign(**{name: [_plain(one) for one in frame[name]] for name in exact})


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _row(figure: Kpi, beside: Mapping[str, TheoryFigure]) -> dict[str, Any]:
    there = figure.values[~np.isnan(figure.values)]
    if figure.unit == "month":
        there = there[there > 0]
    found = figure.estimate() if there.size else Estimate(np.nan, np.nan, np.nan)
    levels = (0.05, 0.5, 0.95)
    p5, p50, p95 = np.quantile(there, levels, method="inverted_cdf").tolist() if there.size else (np.nan,) * 3
    if there.size < intervals.LEAST_OF_TWENTIETHS:
        p5 = p95 = np.nan
    expected = beside[figure.name].value if figure.name in beside else np.nan
    return {
        "unit": figure.unit, "mean": found.figure, "low": found.low, "high": found.high, "p5": p5, "p50": p50,
        "p95": p95, "theory": expected, "known": int(there.size), "text": figure.text,
    }  # fmt: skip
