"""`optimise`: the best policy under limits, honest about noise; several goals give a Pareto set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field as Declared
from pydantic import model_validator

from sim.base.arrays import Reals
from sim.base.units import Change
from sim.experiments.answer import BY_ROW, OWN, Amount, Answer, Lines, Sentence, Series, Span, Table, gap_unit
from sim.experiments.field import Field, Power, power_part
from sim.experiments.grid import stated
from sim.experiments.headlines.searching import KEPT, of_optimum
from sim.experiments.lab import Lab
from sim.experiments.policies import Policy
from sim.experiments.study import Study, part_of
from sim.runs.ahead import Part
from sim.runs.case import Case
from sim.runs.side_by_side import together
from sim.scenario.language.nodes import Path
from sim.scenario.lever_signs import UNMOVED
from sim.scenario.load import Loaded
from sim.scenario.schema import Criterion
from sim.scenario.unknown import Knob
from sim.statistics import levers as rooms
from sim.statistics.evaluation import Estimate
from sim.statistics.optimising import PROPOSED, Best, most_plays, optimise
from sim.statistics.pareto import CHILDREN, SHOWN, Choice, pareto
from sim.statistics.pareto import most_plays as most_of_several

POINTS, FIRST, FRESH = 32, 8, 128
FEWEST = 8  # points, and fresh replications
SEARCHED, LAST = 0.8, 0.6  # shares of a round, and of the last, that are usually played: candidates have some already


class Handle(Knob):
    """A lever of the policy and its range; `present` is its value today."""

    low: Change
    high: Change
    present: Change | None = None

    @property
    def ends(self) -> tuple[float, ...]:
        """The ends of its range."""
        return self.low, self.high

    @property
    def today(self) -> float | None:
        """Its value today: as stated, of a relative one where nothing moves."""
        unmoved = UNMOVED.get(self.change)
        there = self.present is None and unmoved is not None and self.low <= unmoved <= self.high
        return unmoved if there else self.present

    def of(self, loaded: Loaded) -> Handle:
        """With today's value as a scenario has it, where the study says none and it is a number."""
        there = stated(loaded, self.paths) if self.present is None and self.change not in UNMOVED else None
        return self if there is None else self.model_copy(update={"present": there})

    @model_validator(mode="after")
    def _range(self) -> Handle:
        if not self.low < self.high:
            raise ValueError(f"low {self.low:g} must be below high {self.high:g}")
        return self


class Optimise(Study):
    """Levers, a goal (or several), and limits that must hold on average."""

    usual: ClassVar[int] = FIRST
    kind: Literal["optimise"]
    policy: Policy = Declared(description="the scenario, or a scenario and what is changed in it")
    levers: dict[str, Handle] = Declared(min_length=1, max_length=12)
    goals: dict[str, Literal["maximise", "minimise"]] = Declared(
        default={"result": "maximise"}, min_length=1, max_length=4, description="key figures and what is wanted of them"
    )
    limits: dict[str, Criterion] = Declared(default={}, description="bounds on means of key figures; left out: none")
    points: Power = Declared(default=POINTS, ge=FEWEST, le=4096, description="points of the start, a power of two")
    fresh: int = Declared(default=FRESH, ge=FEWEST, description="replications on fresh luck for what is reported")

    @model_validator(mode="after")
    def _means(self) -> Optimise:
        if shares := [name for name, one in self.limits.items() if one.in_share is not None]:
            raise ValueError(f"limits.{shares[0]}: in_share is not taken here; bound the mean of a probability instead")
        return self

    def named_figures(self) -> Iterator[tuple[Path, str]]:
        """Of goals, then of limits."""
        yield from ((("goals", kpi), kpi) for kpi in self.goals)
        yield from ((("limits", name, "kpi"), one.kpi) for name, one in self.limits.items())

    def ahead(self, lab: Lab) -> list[Part]:
        """Rounds, each with more replications of a candidate, then fresh luck."""
        several = len(self.goals) > 1
        plays = (
            most_of_several(self.points, self.each) if several else most_plays(len(self.levers), self.points, self.each)
        )
        usual = dict.fromkeys(plays, SEARCHED) | {max(plays): SEARCHED if several else LAST}
        beside = together(self.levers.values(), CHILDREN if several else PROPOSED)
        rounds = [Part("round", cases, each, str(each), usual[each], beside) for each, cases in plays.items()]
        return [*rounds, Part("fresh", SHOWN if several else 2, self.fresh)]

    def scaled(self, share: float) -> Optimise:
        """With fewer points and replications."""
        points, each = power_part(self.points, share, FEWEST), part_of(self.each, share, self.fewest)
        fresh = part_of(self.fresh, share, FEWEST)
        return self.model_copy(update={"points": points, "replications": each, "fresh": fresh})

    def answer(self, lab: Lab) -> Answer:
        """Search on common luck, report on fresh luck."""
        base = lab.case(self.policy.scenario, self.policy.sets, self.seed)
        assert base.loaded is not None
        levers = {name: one.of(base.loaded) for name, one in self.levers.items()}
        return self.model_copy(update={"levers": levers})._searched(lab, base)

    def _searched(self, lab: Lab, base: Case) -> Answer:
        seed = base.specification.seed
        kpis = [kpi for _, kpi in self.named_figures()]
        field = Field(lab, self.policy, list(self.levers.values()), seed)

        def play(points: Reals, luck: range) -> Reals:
            lab.account.begin(*(("fresh",) if luck.start else ("round", str(len(luck)))))
            return field.measures(points, luck, kpis)

        space = [rooms.Lever(name, one.low, one.high, one.whole) for name, one in self.levers.items()]
        first = self.each
        middle = np.array([[(one.low + one.high) / 2 for one in self.levers.values()]])
        figures = {kpi: field.played(middle, range(first))[0].figure(kpi) for kpi in kpis}
        units, bounds = ({kpi: getattr(one, what) for kpi, one in figures.items()} for what in ("unit", "bounds"))
        goals = [rooms.Goal(name, sense, units[name] == "probability") for name, sense in self.goals.items()]
        limits = [_limit(name, one, units[one.kpi] == "probability") for name, one in self.limits.items()]
        if len(goals) == 1:
            now = [one.today for one in self.levers.values()]
            today = None if any(value is None for value in now) else np.array(now, dtype=np.float64)
            best = optimise(
                play,
                space,
                goals[0],
                limits,
                seed=seed,
                points=self.points,
                first=first,
                fresh=self.fresh,
                present=today,
            )
            limited = [one.within(bounds[kpi]) for one, kpi in zip(best.limits, kpis[1:], strict=True)]
            best = replace(best, goal=best.goal.within(bounds[kpis[0]]), limits=tuple(limited))
            return self._one(best, units, base.plan.scenario.currency, field)
        found = pareto(play, space, goals, limits, seed=seed, points=self.points, first=first, fresh=self.fresh)
        cut = [[one.within(bounds[kpi]) for one, kpi in zip(choice.goals, kpis, strict=False)] for choice in found]
        kept = tuple(replace(one, goals=tuple(goals)) for one, goals in zip(found, cut, strict=True))
        return self._several(kept, units, base.plan.scenario.currency)

    def _one(self, best: Best, units: dict[str, str], currency: str, field: Field) -> Answer:
        import pandas

        rows = [
            {
                "lever": name,
                "best": best.values[i],
                "as_good_from": best.as_good[0, i],
                "as_good_to": best.as_good[1, i],
                "present": one.today,
                "unit": one.shown_as,
            }
            for i, (name, one) in enumerate(self.levers.items())
        ]
        goal = next(iter(self.goals))
        figures = [{"figure": goal, "unit": units[goal], **_spread(best.goal)}]
        figures += [
            {"figure": one.kpi, "unit": units[one.kpi], **_spread(found)}
            for one, found in zip(self.limits.values(), best.limits, strict=True)
        ]
        if best.gain is not None:
            figures.append({"figure": "gain", "unit": gap_unit(units[goal]), **_spread(best.gain)})
        tables = [
            Table(
                "levers",
                pandas.DataFrame(rows),
                dict.fromkeys(("best", "as_good_from", "as_good_to", "present"), BY_ROW),
            ),
            Table("figures", pandas.DataFrame(figures), dict.fromkeys(("mean", "low", "high"), BY_ROW)),
        ]
        says, charts = self._says(best, goal, units[goal]), self._tried(best, field, goal, units[goal])
        return Answer("optimise", self.name or f"optimise {goal}", says, tables, charts, currency=currency, found=best)

    def _says(self, best: Best, goal: str, unit: str) -> list[Sentence]:
        """The winner, the limits, the gain; a winner that breaks limits is no optimum and is not called one."""
        where = tuple(
            Sentence("part_named", {"name": OWN + name, "value": _of(one, value)})
            for (name, one), value in zip(self.levers.items(), best.values, strict=True)
        )
        alike = tuple(
            Sentence("part_between", {"name": OWN + name, "low": _of(one, low), "high": _of(one, high)})
            for (name, one), (low, high) in zip(self.levers.items(), best.as_good.T, strict=True)
        )
        said = [
            of_optimum(where, f"kpi.{goal}", unit, best, bool(self.limits)),
            Sentence(
                "optimum" if best.kept else "optimum_none",
                {"where": where, "kpi": f"kpi.{goal}", "goal": _amount(best.goal, unit)},
            ),
        ]
        if self.limits:
            said.append(Sentence(KEPT[best.limits_word]))
        if best.kept:
            said.append(Sentence("optimum_alike", {"where": alike}))
        if best.gain is not None:
            key = "gain_better" if best.gain.above_zero else "gain_worse" if best.gain.below_zero else "gain_unclear"
            said.append(
                Sentence(
                    key, {"gain": Amount(best.gain.figure, gap_unit(unit), best.gain.low, best.gain.high, signed=True)}
                )
            )
        return said

    def _tried(self, best: Best, field: Field, goal: str, unit: str) -> list[Lines]:
        """What was tried, by lever."""
        points = np.array(list(field.sheets))
        means = np.array([sheet.figure(goal).estimate().figure for sheet in field.sheets.values()])
        charts = []
        for i, name in enumerate(self.levers):
            order = np.argsort(points[:, i], kind="stable")
            charts.append(
                Lines(
                    f"tried_by.{name}",
                    points[order, i].tolist(),
                    [Series(f"kpi.{goal}", means[order])],
                    OWN + name,
                    unit,
                    "points",
                    self.levers[name].shown_as,
                    spans=self._stands(i, name, best),
                    finding=_shown(name, self.levers[name], best.values[i], best.as_good[:, i]),
                )
            )
        return charts

    def _stands(self, i: int, name: str, best: Best) -> list[Span]:
        """The best value of a lever with those as good as it, and today's."""
        low, high = map(float, best.as_good[:, i])
        now = self.levers[name].today
        return [Span("best", float(best.values[i]), low, high), *([] if now is None else [Span("present", now)])]

    def _several(self, found: tuple[Choice, ...], units: dict[str, str], currency: str) -> Answer:
        import pandas

        rows = [
            dict(zip(self.levers, one.values.tolist(), strict=True))
            | {
                key: value
                for goal, shown in zip(self.goals, one.goals, strict=True)
                for key, value in _named(goal, shown).items()
            }
            | {"sure": one.sure}
            for one in found
        ]
        of = {f"{goal}{end}": units[goal] for goal in self.goals for end in ("", "_low", "_high")} | {
            name: one.shown_as for name, one in self.levers.items()
        }
        first, second = list(self.goals)[:2]
        if not found:
            return Answer(
                "optimise", self.name or "Pareto set", [Sentence("pareto_none")], [], currency=currency, found=found
            )
        goals = tuple(f"kpi.{goal}" for goal in self.goals)
        says = [
            Sentence(
                "pareto",
                {
                    "count": Amount(len(found), "count"),
                    "sure": Amount(sum(one.sure for one in found), "count"),
                    "goals": goals,
                },
            )
        ]
        x, y = ([one.goals[at] for one in found] for at in (0, 1))
        series = Series(f"kpi.{second}", *np.array([[one.figure, one.low, one.high] for one in y]).T)
        charts = [
            Lines("pareto", [one.figure for one in x], [series], first, units[second], "points", units[first], second)
        ]
        return Answer(
            "optimise",
            self.name or "Pareto set",
            says,
            [Table("pareto", pandas.DataFrame(rows), of)],
            charts,
            currency=currency,
            found=found,
            own=frozenset(self.levers),
        )


def _limit(name: str, one: Criterion, probability: bool) -> rooms.Limit:
    if one.at_most is not None:
        return rooms.Limit(name, "at_most", one.at_most, probability)
    assert one.at_least is not None
    return rooms.Limit(name, "at_least", one.at_least, probability)


def _shown(name: str, lever: Handle, value: float, alike: Reals) -> Sentence:
    """What was found of a lever."""
    low, high = (_of(lever, end) for end in alike)
    return Sentence("shows_optimum", {"name": OWN + name, "value": _of(lever, value), "low": low, "high": high})


def _of(lever: Handle, value: float) -> Amount:
    return Amount(float(value), lever.shown_as, brief=True)


def _spread(one: Estimate) -> dict[str, float]:
    return {"mean": one.figure, "low": one.low, "high": one.high}


def _named(name: str, one: Estimate) -> dict[str, float]:
    return {name: one.figure, f"{name}_low": one.low, f"{name}_high": one.high}


def _amount(one: Estimate, unit: str) -> Amount:
    return Amount(one.figure, unit, one.low, one.high)
