"""`frontier`: how far a lever may go before a criterion breaks, with an interval; and what each step of it costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field as Declared
from pydantic import model_validator

from sim.base.arrays import Reals
from sim.base.errors import Problem, ScenarioError
from sim.base.units import Change
from sim.experiments.answer import OWN, Amount, Answer, Lines, Sentence, Series, Table
from sim.experiments.field import Field, margin, share_of
from sim.experiments.grid import stated
from sim.experiments.headlines.searching import of_criterion, of_lever
from sim.experiments.lab import Lab
from sim.experiments.policies import Policy
from sim.experiments.study import StudyOfMeans, part_of
from sim.experiments.tables.lever_pictures import curve
from sim.figures.key import NOT_MEANS
from sim.results.kpis import is_mean, not_means, units
from sim.runs.ahead import Part
from sim.scenario.language.nodes import Path
from sim.scenario.lever_signs import UNMOVED
from sim.scenario.load import Loaded
from sim.scenario.schema import Criterion
from sim.scenario.unknown import Knob
from sim.statistics.root import FAILS, FOUND, HOLDS, SCAN, Root, doublings, frontier, levels_at_most

FIRST = 24  # replications of the scan
BUDGET = 200  # and at most at a level
SCANNED, NARROWED = 0.6, 0.5  # shares of the replications of scan and levels that are usually played
FINE = 0.01  # half-width wanted, as a share of the lever's range
SHOWN = (
    "result",
    "npv",
    "market_share_end",
    "active_partners_end",
    "lost_partners_end",
    "ruined",
    "loss",
    "combined_ratio",
)


class Lever(Knob):
    """The lever: it is moved from its safe end to its harsh one."""

    name: str = Declared(default="", description="what the lever is called; left out: its path")
    safe: Change = Declared(description="end at which the criteria hold sooner")
    harsh: Change = Declared(description="end at which they break sooner")

    @property
    def label(self) -> str:
        """What it is called."""
        return self.name or self.paths[0]

    @property
    def ends(self) -> tuple[float, ...]:
        """Both ends of the lever."""
        return self.safe, self.harsh

    def today(self, loaded: Loaded) -> float | None:
        """Where the scenario stands; None where its paths hold no number, or several."""
        return UNMOVED[self.change] if self.change in UNMOVED else stated(loaded, self.paths)

    @model_validator(mode="after")
    def _range(self) -> Lever:
        if self.safe == self.harsh:
            raise ValueError(f"safe and harsh are both {self.safe:g}; give the two ends of the range")
        return self


class Frontier(StudyOfMeans):
    """The highest (or lowest) level of one lever at which every criterion of the scenario still holds."""

    usual: ClassVar[int] = FIRST
    kind: Literal["frontier"]
    policy: Policy = Declared(description="the scenario, or a scenario and what is changed in it")
    lever: Lever
    criteria: list[str] = Declared(default=[], description="names of the scenario's criteria; left out: all")
    budget: int = Declared(default=BUDGET, ge=FIRST, description="replications of a level, at most")
    tolerance: Change | None = Declared(
        default=None, description="half-width of the interval at which to stop; left out: 1% of the range"
    )

    def named_criteria(self) -> Iterable[tuple[Path, str]]:
        """Those that are to hold."""
        return self.listed("criteria")

    def ahead(self, lab: Lab) -> list[Part]:
        """For each criterion the scan, which may double up to the budget, then levels at each doubling."""
        base = lab.case(self.policy.scenario, self.policy.sets, self.seed, claims=self.claims)
        names = self.criteria or list(base.outline.scenario.criteria)
        first, levels = self._first, levels_at_most(self._tolerance / abs(self.lever.harsh - self.lever.safe))
        return [
            part
            for name in names
            for part in (
                Part("scan", SCAN, self.budget, name, SCANNED),
                *(Part("levels", levels, k, f"{name}, {k}", NARROWED) for k in doublings(first, self.budget)),
            )
        ]

    def scaled(self, share: float) -> Frontier:
        """With fewer replications of a level."""
        budget = part_of(self.budget, share, FIRST)
        return self.model_copy(update={"replications": min(self._first, budget), "budget": budget})

    @property
    def _first(self) -> int:
        """Replications of the scan."""
        return min(self.each, self.budget)

    @property
    def _tolerance(self) -> float:
        return self.tolerance or FINE * abs(self.lever.harsh - self.lever.safe)

    def answer(self, lab: Lab) -> Answer:
        """Scan the lever, then search where each criterion breaks; all on common luck."""
        base = lab.case(self.policy.scenario, self.policy.sets, self.seed, claims=self.claims)
        assert base.loaded is not None
        declared = base.loaded.scenario.criteria
        names = self.criteria or list(declared)
        if not names:
            raise ScenarioError("the scenario has no criteria, so there is no frontier: state criteria in it")
        if not self.drawn:
            self._check_means({name: declared[name] for name in names}, not_means(base.loaded.scenario))
        field = Field(lab, self.policy, [self.lever], base.specification.seed, self.claims)
        first, tolerance = self._first, self._tolerance
        roots: dict[str, Root] = {}
        known, unit, today = units(base.loaded.scenario), self.lever.shown_as, self.lever.today(base.loaded)
        for name in names:
            one = declared[name]

            def margins(levels: Reals, luck: range, one: Criterion = one, name: str = name) -> Reals:
                scan = len(levels) == SCAN
                lab.account.begin("scan" if scan else "levels", name if scan else f"{name}, {len(luck)}")
                return margin(one, field.figures(levels[:, None], luck, one.kpi))

            roots[name] = frontier(
                margins,
                self.lever.safe,
                self.lever.harsh,
                first=first,
                budget=self.budget,
                tolerance=tolerance,
                share=share_of(one, known[one.kpi]),
            )
        said = {name: of_criterion(declared[name], known[declared[name].kpi]) for name in names}
        curves = [
            curve(
                said[name],
                name,
                declared[name],
                known[declared[name].kpi],
                roots[name],
                (self.lever.label, unit),
                today,
            )
            for name in sorted(names, key=lambda name: name != self.binding(roots))
        ]
        answer = self._told(field, roots, base.plan.scenario.currency, first)
        return replace(answer, says=[self.head(roots, said, today), *answer.says], charts=[*curves, *answer.charts])

    def head(self, roots: dict[str, Root], said: Mapping[str, Sentence], today: float | None) -> Sentence:
        """The answer in one sentence: how far the lever may go. `said` are the criteria in words."""
        binding, ends = self.binding(roots), (self.lever.safe, self.lever.harsh)
        first = None if binding is None else (roots[binding], said[binding])
        holds = all(one.status == HOLDS for one in roots.values())
        return of_lever(OWN + self.lever.label, self.lever.shown_as, ends, first, holds, today)

    def _check_means(self, criteria: Mapping[str, Criterion], bending: frozenset[str]) -> None:
        """Refuse criteria that expected claims leave unknown."""
        if bent := [name for name, one in criteria.items() if not is_mean(one, bending)]:
            what = f"the criterion {bent[0]} is no bound on a mean that expected claims leave as it is"
            raise ScenarioError(Problem("criteria", what, "name others under criteria, or write claims: drawn"))

    def _told(self, field: Field, roots: dict[str, Root], currency: str, first: int) -> Answer:
        import pandas

        unit = self.lever.shown_as
        rows = [
            {
                "criterion": name,
                "status": one.status,
                "level": one.level,
                "low": np.nan if one.status in (HOLDS, FAILS) else one.low,
                "high": np.nan if one.status in (HOLDS, FAILS) else one.high,
                "replications": one.replications,
            }
            for name, one in roots.items()
        ]
        units = {"level": unit, "low": unit, "high": unit, "replications": "count"}
        scan, charts = self._scan(field, next(iter(roots.values())).levels, first, unit)
        tables = [Table("frontier", pandas.DataFrame(rows), units), scan]
        return Answer(
            "frontier", self.name or "frontier", self._says(roots, unit), tables, charts, currency=currency, found=roots
        )

    def _says(self, roots: dict[str, Root], unit: str) -> list[Sentence]:
        binding = self.binding(roots)
        said = [] if self.drawn else [Sentence("claims_expected")]
        for name, one in sorted(roots.items(), key=lambda item: item[0] != binding):
            values: dict[str, Amount | str] = {
                "criterion": name,
                "level": Amount(one.level, unit, one.low, one.high),
                "safe": Amount(self.lever.safe, unit),
                "harsh": Amount(self.lever.harsh, unit),
            }
            said.append(Sentence(f"frontier_{one.status.replace(' ', '_')}", values))
        return said

    def binding(self, roots: dict[str, Root]) -> str | None:
        """The criterion that breaks first on the way from safe to harsh; None where none is known to break."""
        away = {name: abs(one.level - self.lever.safe) for name, one in roots.items() if one.status in (FOUND, FAILS)}
        known = all(one.status in (FOUND, FAILS, HOLDS) for one in roots.values())
        return min(away, key=lambda name: away[name]) if away and known else None

    def _scan(self, field: Field, levels: Reals, first: int, unit: str) -> tuple[Table, list[Lines]]:
        """Profit against retention and ruin along the lever."""
        import pandas

        sheets = field.played(levels[:, None], range(first))
        shown = [kpi for kpi in SHOWN if kpi in sheets[0].position and (self.drawn or kpi not in NOT_MEANS)]
        rows, units = [], {"level": unit}
        for level, sheet in zip(levels, sheets, strict=True):
            row = {"level": float(level)}
            for kpi in shown:
                found = sheet.figure(kpi).estimate()
                row |= {kpi: found.figure, f"{kpi}_low": found.low, f"{kpi}_high": found.high}
            rows.append(row)
        for kpi in shown:
            units |= dict.fromkeys((kpi, f"{kpi}_low", f"{kpi}_high"), sheets[0].figure(kpi).unit)
        frame = pandas.DataFrame(rows).sort_values("level", ignore_index=True)
        charts = [
            Lines(
                f"frontier_{kpi}",
                frame.level.tolist(),
                [Series(f"kpi.{kpi}", *(frame[c].to_numpy() for c in (kpi, f"{kpi}_low", f"{kpi}_high")))],
                OWN + self.lever.label,
                units[kpi],
                x_unit=unit,
            )
            for kpi in ("result", "market_share_end", "ruined")
            if kpi in shown
        ]
        return Table("scan", frame, units), charts
