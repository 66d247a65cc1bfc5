"""`sensitivity`: which of the things that we do not know move a key figure, one at a time or all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field as Declared
from pydantic import model_validator

from sim.base.arrays import Reals
from sim.base.errors import ScenarioError
from sim.experiments.answer import BY_ROW, OWN, Amount, Answer, Lines, Sentence, Series, Table, gap_unit
from sim.experiments.field import Field, existing, power_of_two, present, taken_for_today
from sim.experiments.headlines.searching import Ends, of_effects, of_inputs
from sim.experiments.lab import Lab
from sim.experiments.policies import Policy
from sim.experiments.study import Study
from sim.runs.ahead import Part
from sim.runs.side_by_side import together
from sim.scenario.language.nodes import Path
from sim.scenario.unknown import Unknown
from sim.statistics.evaluation import Estimate
from sim.statistics.sensitivity.morris import Effect, morris
from sim.statistics.sensitivity.sobol import Sobol, sobol
from sim.statistics.sensitivity.tornado import Bar, Tornado, tornado

REPLICATIONS = 8
TRAJECTORIES, POINTS = 16, 64  # of Morris; rows of Sobol', each d + 2 points
FEWEST = 4  # replications that divide into halves with a spread
NAMED = 3  # inputs that a sentence is about


class Sensitivity(Study):
    """Tornado, Morris' effects or Sobol' indices of one key figure over declared uncertainties."""

    usual: ClassVar[int] = REPLICATIONS
    fewest: ClassVar[int] = FEWEST
    kind: Literal["sensitivity"]
    policy: Policy = Declared(description="the scenario, or a scenario and what is changed in it")
    figure: str = Declared(default="result", description="key figure")
    method: Literal["tornado", "morris", "sobol"] = "tornado"
    uncertainties: dict[str, Unknown] = Declared(min_length=1, max_length=50)
    points: int | None = Declared(
        default=None, ge=2, description="trajectories of morris, rows of sobol (a power of two)"
    )

    @model_validator(mode="after")
    def _can_be_used(self) -> Sensitivity:
        self._check_design()
        return self

    def _check_design(self) -> None:
        """The designs that the methods can use; said again where the replications come from a command."""
        if self.method == "morris" and self.replications in (2, 3):
            raise ValueError(
                f"replications: {self.replications} do not divide into halves with a spread, as morris needs; "
                "give 4 or more, or 1 without luck"
            )
        if self.method == "sobol" and self.points is not None:
            power_of_two(self.points)

    def named_figures(self) -> Iterator[tuple[Path, str]]:
        """The figure that is explained."""
        yield ("figure",), self.figure

    def ahead(self, lab: Lab) -> list[Part]:
        """Every point of the design, and the present one."""
        d = len(self.uncertainties)
        walks, rows = self.points or TRAJECTORIES, self.points or POINTS
        design = {"tornado": 2 * d, "morris": walks * (d + 1), "sobol": rows * (d + 2)}
        points = 1 + design[self.method]
        return [Part("points", points, self.each, together=together(self.uncertainties.values(), points))]

    def answer(self, lab: Lab) -> Answer:
        """Play the design on common luck and say what matters."""
        try:
            self._check_design()
        except ValueError as error:
            raise ScenarioError(str(error)) from None
        base = lab.case(self.policy.scenario, self.policy.sets, self.seed)
        assert base.loaded is not None
        field = Field(lab, self.policy, list(self.uncertainties.values()), base.specification.seed)
        luck = range(self.each)

        def evaluate(points: Reals) -> Reals:
            return existing(self.figure, field.values(points, luck, self.figure))

        laws = [one.of(name) for name, one in self.uncertainties.items()]
        now = present(self.uncertainties, base.loaded)
        unit = next(iter(field.played(now[None, :], luck))).figure(self.figure).unit
        if self.method == "tornado":
            answer = self._tornado(tornado(evaluate, laws, now), unit)
        elif self.method == "morris":
            answer = self._morris(morris(evaluate, laws, self.points or TRAJECTORIES, base.specification.seed), unit)
        else:
            answer = self._sobol(sobol(evaluate, laws, self.points or POINTS, base.specification.seed))
        tables, charts, says, found = answer
        if self.method == "tornado":  # the others start from no world of today
            says += taken_for_today(self.uncertainties, base.loaded)
        return Answer("sensitivity", self.name or f"{self.method}: {self.figure}", says, tables, charts,
                      currency=base.plan.scenario.currency, found=found)  # fmt: skip

    def _tornado(self, found: Tornado, unit: str) -> tuple[list[Table], list[Lines], list[Sentence], object]:
        import pandas

        bars = found.bars
        rows = [
            {
                "input": bar.name,
                "unit": self.uncertainties[bar.name].shown_as,
                "low_value": bar.low_value,
                "high_value": bar.high_value,
                **_spread("at_low", bar.low),
                **_spread("at_high", bar.high),
                **_spread("swing", bar.swing),
            }
            for bar in bars
        ]
        ends = ("", "_low", "_high")
        units = {
            f"{head}{end}": gap_unit(unit) for head in ("at_low", "at_high", "swing") for end in ends
        } | dict.fromkeys(("low_value", "high_value"), BY_ROW)
        inputs = [bar.name for bar in bars]
        chart = Lines(
            "tornado",
            inputs,
            [
                _series("column.at_low", [bar.low for bar in bars]),
                _series("column.at_high", [bar.high for bar in bars]),
            ],
            "input",
            gap_unit(unit),
            "lying",
            finding=_widest(bars[0], unit),
        )
        moving = [bar for bar in bars if any(map(_moves, (bar.low, bar.high, bar.swing)))]
        first = [
            of_inputs(self._kpi, unit, self._ends(bar), bar.low, bar.high, len(bars) - len(moving))
            for bar in moving[:1]
        ]
        says = first + [
            Sentence(
                "tornado",
                {
                    "input": bar.name,
                    "kpi": self._kpi,
                    "from": self._amount(bar.name, bar.low_value),
                    "to": self._amount(bar.name, bar.high_value),
                    "low": _change(bar.low, unit),
                    "high": _change(bar.high, unit),
                },
            )
            for bar in moving[:NAMED]
        ]
        says += self._idle([bar.name for bar in bars if bar not in moving])
        return [Table("tornado", pandas.DataFrame(rows), units)], [chart], says, found

    def _ends(self, bar: Bar) -> Ends:
        return bar.name, self._amount(bar.name, bar.low_value), self._amount(bar.name, bar.high_value)

    def _morris(self, found: Sequence[Effect], unit: str) -> tuple[list[Table], list[Lines], list[Sentence], object]:
        import pandas

        effects = list(found)
        rows = [
            {
                "input": one.name,
                **_spread("mu_star", one.mu_star),
                **_spread("mu", one.mu),
                "sigma": one.sigma,
                "matters": one.matters,
            }
            for one in effects
        ]
        units = {f"{head}{end}": gap_unit(unit) for head in ("mu", "mu_star") for end in ("", "_low", "_high")} | {
            "sigma": gap_unit(unit)
        }
        chart = Lines(
            "morris",
            [one.name for one in effects],
            [_series("column.mu_star", [one.mu_star for one in effects])],
            "input",
            gap_unit(unit),
            "lying",
        )
        matter = [one for one in effects if one.matters]
        idle = [one.name for one in effects if not one.matters]
        says = [
            of_effects(self._kpi, one.name, _brief(one.mu_star, gap_unit(unit)), len(idle), "head_effect")
            for one in matter[:1]
        ]
        says += [
            Sentence(
                "morris",
                {
                    "input": one.name,
                    "kpi": self._kpi,
                    "size": _amount(one.mu_star, gap_unit(unit)),
                    "spread": Amount(one.sigma, gap_unit(unit)),
                },
            )
            for one in matter[:NAMED]
        ]
        says += self._idle(idle)
        return [Table("morris", pandas.DataFrame(rows), units)], [chart], says, found

    def _sobol(self, found: Sobol) -> tuple[list[Table], list[Lines], list[Sentence], object]:
        import pandas

        indices = sorted(found.indices, key=lambda one: -one.total.figure)
        rows = [{"input": one.name, **_spread("first", one.first), **_spread("total", one.total)} for one in indices]
        units = {f"{head}{end}": "share" for head in ("first", "total") for end in ("", "_low", "_high")}
        series = [
            _series("column.first", [one.first for one in indices]),
            _series("column.total", [one.total for one in indices]),
        ]
        matter = [one for one in indices if one.total.above_zero]
        idle = [one.name for one in indices if one not in matter]
        says = [
            of_effects(self._kpi, one.name, _brief(one.total.within((0.0, 1.0)), "share"), len(idle), "head_share")
            for one in matter[:1]
        ]
        says += [
            Sentence(
                "sobol",
                {
                    "input": one.name,
                    "kpi": self._kpi,
                    "first": _amount(one.first, "share"),
                    "total": _amount(one.total, "share"),
                },
            )
            for one in matter[:NAMED]
        ]
        says += self._idle(idle)
        if found.luck_variance > 0.0:
            share = found.luck_variance / (found.luck_variance + found.variance)
            says.append(Sentence("sobol_luck", {"kpi": self._kpi, "share": Amount(share, "share")}))
        return (
            [Table("sobol", pandas.DataFrame(rows), units)],
            [Lines("sobol", [one.name for one in indices], series, "input", "share", "lying")],
            says,
            found,
        )

    @property
    def _kpi(self) -> str:
        return f"kpi.{self.figure}"

    def _amount(self, name: str, value: float) -> Amount:
        return Amount(value, self.uncertainties[name].shown_as, brief=True)

    def _idle(self, names: list[str]) -> list[Sentence]:
        """What moves nothing that can be told from luck."""
        if len(names) == len(self.uncertainties):
            return [Sentence("nothing_matters", {"kpi": self._kpi})]
        return [Sentence("idle_inputs", {"kpi": self._kpi, "inputs": ", ".join(names)})] if names else []


def _widest(bar: Bar, unit: str) -> Sentence:
    """What a tornado shows."""
    swing = Amount(abs(bar.swing.figure), gap_unit(unit), brief=True)
    return Sentence("shows_tornado", {"input": OWN + bar.name, "swing": swing})


def _moves(one: Estimate) -> bool:
    """Whether a change is told from none; one replication alone cannot tell, so it is taken as it is."""
    return one.figure != 0.0 and (one.above_zero or one.below_zero or not np.isfinite(one.low))


def _amount(one: Estimate, unit: str) -> Amount:
    return Amount(one.figure, unit, one.low, one.high)


def _brief(one: Estimate, unit: str) -> Amount:
    return Amount(min(max(one.figure, one.low), one.high), unit, one.low, one.high, brief=True)


def _change(one: Estimate, unit: str) -> Amount:
    return Amount(one.figure, gap_unit(unit), one.low, one.high, signed=True)


def _spread(name: str, one: Estimate) -> dict[str, float]:
    return {name: one.figure, f"{name}_low": one.low, f"{name}_high": one.high}


def _series(name: str, found: list[Estimate]) -> Series:
    figures, low, high = np.array([[one.figure, one.low, one.high] for one in found]).T
    return Series(name, figures, low, high)
