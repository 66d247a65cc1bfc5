"""`reverse-stress`: the nearest and the likeliest worlds in which a policy fails, and when it fails in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import sqrt
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field as Declared

from sim.base.arrays import Reals
from sim.base.errors import ScenarioError
from sim.experiments.answer import BY_ROW, OWN, Amount, Answer, Sentence, Table
from sim.experiments.field import Field, Power, power_part, present, taken_for_today
from sim.experiments.headlines.searching import of_failing_world, of_input, shared
from sim.experiments.lab import Lab
from sim.experiments.policies import Policy
from sim.experiments.study import Study, part_of
from sim.experiments.tables.failing_pictures import pictures
from sim.judgement.breaking.kept_criteria import levels
from sim.judgement.verdict import room
from sim.results.kpis import Kpi
from sim.runs.ahead import Part
from sim.runs.sheet import Sheet
from sim.runs.side_by_side import together
from sim.scenario.language.nodes import Path
from sim.scenario.schema import Criterion
from sim.scenario.unknown import Unknown
from sim.statistics.evaluation import space_filling
from sim.statistics.failure.failing import FOUND, NONE, NOW, PEAK, Effort, FailingWorld, Search, most_worlds
from sim.statistics.influence import influence
from sim.statistics.intervals import wilson
from sim.statistics.patient_rules import ALL_FAIL, NO_FAILURES, Restriction, Rule, Rules, rules
from sim.statistics.uncertainty import worlds

REPLICATIONS = 8
SAMPLED = 256  # worlds by their laws, a power of two
SEARCHED = 0.15  # share of the worlds of a search that is usually played: the rest where margins are a yes or no
ROUNDS, HALVINGS = 10, 8  # of the search: a ray is cut to 1/256, finer than the noise of few replications
FAR = 10.0  # usual sizes of a margin: more is no farther, so that a value beside all others does not bend a surface

FEWEST_WORLDS = 16
DIGITS = 2  # of influences that are told apart
SEARCHES = "nearest", "most_likely"


class ReverseStress(Study):
    """Worlds in which the replications, taken as they are, break a criterion: its mean, or its share of them."""

    usual: ClassVar[int] = REPLICATIONS
    kind: Literal["reverse_stress"]
    policy: Policy = Declared(description="the scenario, or a scenario and what is changed in it")
    uncertainties: dict[str, Unknown] = Declared(min_length=1, max_length=20)
    criteria: list[str] = Declared(
        default=[], description="the scenario's criteria that must break; left out: any of them"
    )
    sampled: Power = Declared(
        default=SAMPLED, ge=FEWEST_WORLDS, le=65_536, description="worlds sampled, a power of two"
    )
    rounds: int = Declared(default=ROUNDS, ge=0, le=1000, description="rounds of the search; more come nearer")
    search: bool = Declared(default=True, description="also search for the nearest and the most likely failing world")

    def named_criteria(self) -> Iterable[tuple[Path, str]]:
        """Those that are to hold."""
        return self.listed("criteria")

    def ahead(self, lab: Lab) -> list[Part]:
        """The sample, then both searches."""
        most = most_worlds(len(self.uncertainties), self.sampled, Effort(self.rounds, HALVINGS))
        knobs = self.uncertainties.values()
        few = together(knobs, round(SEARCHED * most / self.rounds)) if self.rounds else 1
        searches = [Part(name, most, self.each, "", SEARCHED, few) for name in SEARCHES] if self.search else []
        return [Part("sample", self.sampled, self.each, together=together(knobs, self.sampled)), *searches]

    def scaled(self, share: float) -> ReverseStress:
        """With fewer worlds and rounds."""
        worlds, rounds = power_part(self.sampled, share, FEWEST_WORLDS), part_of(self.rounds, share, 0)
        each = part_of(self.each, sqrt(share), self.fewest)
        return self.model_copy(update={"replications": each, "sampled": worlds, "rounds": rounds})

    def answer(self, lab: Lab) -> Answer:
        """Sample worlds by their laws, look for rules among those that fail, then search from them to the present."""
        base = lab.case(self.policy.scenario, self.policy.sets, self.seed)
        assert base.loaded is not None
        broken = self._criteria(base.plan.scenario.criteria)
        field = Field(lab, self.policy, list(self.uncertainties.values()), base.specification.seed)
        luck, seed = range(self.each), base.specification.seed

        def kept(points: Reals) -> Reals:
            return np.array([levels(broken, _figures(sheet)) for sheet in field.played(points, luck)])

        laws = [one.of(name) for name, one in self.uncertainties.items()]
        sample = worlds(laws, space_filling(self.sampled, len(laws), seed))
        of_sample = kept(sample)
        scales = usual_size(of_sample)
        shares = np.array([share_broken(broken, sheet) for sheet in field.played(sample, luck)])
        found = rules(sample, least(of_sample, scales) < 0.0, list(self.uncertainties), seed=seed)
        now = present(self.uncertainties, base.loaded)
        searched: dict[str, FailingWorld] = {}
        if self.search:
            lab.account.begin("nearest")
            search = Search(
                lambda points: least(kept(points), scales),
                laws, n=self.sampled, seed=seed, present=now, effort=Effort(self.rounds, HALVINGS),
            )  # fmt: skip
            searched["nearest"] = search.nearest()
            lab.account.begin("most_likely")
            searched["most_likely"] = search.most_likely()
        answer = self._told(sample, shares, found, searched, now)
        return replace(
            answer, says=[*answer.says, self._rule_of_judging(), *taken_for_today(self.uncertainties, base.loaded)]
        )

    def _criteria(self, declared: dict[str, Criterion]) -> list[Criterion]:
        if not declared:
            raise ScenarioError("the scenario has no criteria, so nothing can fail: state criteria in it")
        return [declared[name] for name in self.criteria or declared]

    def _told(
        self, sample: Reals, shares: Reals, found: Rules, searched: dict[str, FailingWorld], now: Reals
    ) -> Answer:
        import pandas

        names, weights = list(self.uncertainties), influence(sample, shares)
        order = self._order(weights, searched)
        ordered = [(i, names[i]) for i in order]
        ends = np.array([wilson(share * self.each, self.each) for share in shares])
        table = pandas.DataFrame(sample, columns=names)
        table = table.assign(failing=shares, failing_low=ends[:, 0], failing_high=ends[:, 1])
        rows = [
            {
                "world": kind,
                "input": name,
                "unit": self.uncertainties[name].shown_as,
                "value": one.values[i],
                "present": now[i],
                "spreads": one.shifts[i],
                "influence": weights[i],
            }
            for kind, one in searched.items()
            if one.found
            for i, name in ordered
        ]
        ruled = [
            {
                "rule": r + 1,
                "input": side.name,
                "side": ">" if side.above else "<",
                "unit": self.uncertainties[side.name].shown_as,
                "bound": side.bound,
                "quasi_p": side.p,
                "coverage": one.coverage.figure,
                "density": one.density.figure,
            }
            for r, one in enumerate(found.rules)
            for side in one.restrictions
        ]
        units = dict.fromkeys(("value", "present", "bound"), BY_ROW) | {"spreads": "number", "quasi_p": "number"}
        inputs = {name: one.shown_as for name, one in self.uncertainties.items()}
        units |= {"failing": "share", "coverage": "share", "density": "share", "rule": "count"}
        units |= {"influence": "share"}
        tables = [
            Table(name, pandas.DataFrame(frame), units)
            for name, frame in (("failing_worlds", rows), ("rules", ruled))
            if frame
        ]
        marks = {"present": now} | {kind: one.values for kind, one in searched.items() if one.status == FOUND}
        charts = pictures(self.uncertainties, order, sample, shares, weights, found.rules, marks)
        return Answer(
            "reverse_stress",
            self.name or "reverse stress",
            self._says(found, searched, now),
            [
                *tables,
                Table("worlds", table, inputs | dict.fromkeys(("failing", "failing_low", "failing_high"), "share")),
            ],
            charts,
            found=(found, searched),
            own=frozenset(names),
        )

    def _order(self, weights: Reals, searched: dict[str, FailingWorld]) -> list[int]:
        """Inputs by their influence, those without any by how far the nearest failing world is from today."""
        world = searched.get("nearest")
        moved = np.zeros(len(weights)) if world is None or not world.found else np.abs(world.shifts)
        return sorted(range(len(weights)), key=lambda i: (-round(float(weights[i]), DIGITS), -moved[i]))

    def head(self, found: Rules, searched: dict[str, FailingWorld], now: Reals) -> Sentence:
        """The answer in one sentence: what has to come together to fail."""
        if found.statement == NO_FAILURES:
            most = Amount(found.failures.high, "share")
            return Sentence("failing_none", {"count": Amount(self.sampled, "count"), "most": most})
        share, world = shared(found.failures), searched.get("nearest")
        if world is None or not world.found:
            return Sentence("failing_share", {"share": share})
        if world.status == NOW:
            return Sentence("head_failing_now", {"share": share})
        units = [one.shown_as for one in self.uncertainties.values()]
        return of_failing_world(list(self.uncertainties), units, world.values, world.shifts, now, found.failures)

    def _says(self, found: Rules, searched: dict[str, FailingWorld], now: Reals) -> list[Sentence]:
        said = [self.head(found, searched, now)]
        if found.statement == NO_FAILURES:
            return said
        none = "failing_all" if found.statement == ALL_FAIL else "failing_no_rule"
        said += [self._rule(one) for one in found.rules] or [Sentence(none, {"count": Amount(self.sampled, "count")})]
        told = {NOW: "failing_now", PEAK: "failing_peak"}
        for kind, one in searched.items():
            if one.status in told:
                said += [Sentence(told[one.status])] if Sentence(told[one.status]) not in said else []
            elif one.status != NONE:
                where = tuple(
                    of_input(name, unknown.shown_as, float(value), float(today))
                    for (name, unknown), value, today in zip(self.uncertainties.items(), one.values, now, strict=True)
                )
                said.append(Sentence(f"failing_{kind}", {"where": where, "distance": Amount(one.distance, "number")}))
        return said

    def _rule_of_judging(self) -> Sentence:
        return Sentence("failing_judged", {"count": Amount(self.each, "count")})

    def _rule(self, one: Rule) -> Sentence:
        """`motor > 74 % & growth < 2 %` with the share of failures it covers and of worlds inside that fail."""
        where = tuple(
            Sentence(
                "part_above" if side.above else "part_below", {"input": OWN + side.name, "value": self._bound(side)}
            )
            for side in one.restrictions
        )
        found = {
            name: Amount(share.figure, "share", share.low, share.high)
            for name, share in (("coverage", one.coverage), ("density", one.density))
        }
        return Sentence("failing_rule", {"where": where, **found})

    def _bound(self, side: Restriction) -> Amount:
        return Amount(side.bound, self.uncertainties[side.name].shown_as, brief=True)


def _figures(sheet: Sheet) -> dict[str, Kpi]:
    return {name: sheet.figure(name) for name in sheet.names}


def share_broken(criteria: Sequence[Criterion], sheet: Sheet) -> float:
    """Share of the replications of a sheet that break a criterion; where a figure has no value it is broken."""
    kept = [room(one, sheet.figure(one.kpi)) >= 0.0 for one in criteria]
    return 1.0 - float(np.all(kept, axis=0).mean())


def usual_size(levels: Reals) -> Reals:
    """Median size of the levels[n, c] of each criterion, float64[c]; 1 where it is 0 or infinite."""
    found = np.median(np.abs(np.nan_to_num(levels, nan=np.inf)), axis=0)
    return np.where((found > 0.0) & np.isfinite(found), found, 1.0)


def least(levels: Reals, scales: Reals) -> Reals:
    """The margin of each world, float64[n]: the least of its levels[n, c] in units of their usual sizes."""
    margins = np.clip(levels / scales, -FAR, FAR)
    return np.asarray(np.where(np.isnan(margins), -FAR, margins).min(axis=1))
