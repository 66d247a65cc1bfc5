"""A scenario with knobs: points of a design become cases, their key figures come back as arrays.

Nothing is played twice.

Notation: n point, d knob, k replication, m measure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
from pydantic import AfterValidator, model_validator
from pydantic import Field as Declared

from sim.base.arrays import Reals
from sim.base.errors import Problem, ScenarioError
from sim.base.units import Block, Change
from sim.experiments.lab import Lab
from sim.experiments.policies import ALWAYS, SIGNS, UNMOVED, How, Variant
from sim.judgement.verdict import kept
from sim.results.kpis import Kpi
from sim.runs.case import Case
from sim.runs.sheet import Sheet
from sim.scenario.language.overrides import ALWAYS_SET
from sim.scenario.reads_claims import DRAWN, Claims
from sim.scenario.schema import Criterion
from sim.statistics import uncertainty as laws
from sim.statistics.uncertainty import Uncertainty

DIGITS = 12  # of a value as it is written into a scenario
SHOWN = 4  # digits of a value in a sentence
TAKES = {"uniform": ("low", "high"), "triangular": ("low", "likely", "high"), "normal": ("mean", "deviation"),
         "lognormal": ("mean", "deviation")}  # fmt: skip
CUT = {"normal": ("low", "high")}  # taken, not needed


def power_of_two(n: int) -> int:
    """The number, if a space-filling design can have it: others are not spread evenly."""
    if n & (n - 1):
        below = 1 << (n.bit_length() - 1)
        raise ValueError(f"{n} is no power of two; give {below} or {2 * below}")
    return n


Power = Annotated[int, AfterValidator(power_of_two)]


class Knob(Block):
    """What is turned in a scenario: one or several dotted paths that get, or move by, the same value."""

    path: str | list[str] = Declared(description="dotted path, or several that are turned together")
    unit: str = Declared(
        default="", max_length=4, description="what stands behind the number: %, mo, d; left out: nothing"
    )
    change: How = Declared(
        default="set",
        description="set: values stand in place of what is there; shift: they are added to it, scale: it is multiplied",
    )
    always: bool = Declared(default=False, description=ALWAYS)
    whole: bool = Declared(default=False, description="whole numbers only")
    percent: bool = Declared(default=False, description="a share: shown in percent")

    @property
    def paths(self) -> list[str]:
        """The paths turned together."""
        return [self.path] if isinstance(self.path, str) else self.path

    @property
    def shown_as(self) -> str:
        """Unit in which values are shown."""
        return "share" if self.percent else "number"

    def words(self, value: float) -> str:
        """A value as it stands in a sentence."""
        return f"{100 * value:.{SHOWN}g} %" if self.percent else f"{value:.{SHOWN}g}"

    def sets(self, value: float) -> tuple[str, ...]:
        """`path=value` of each path."""
        number = str(round(value)) if self.whole else f"{value:.{DIGITS}g}"
        unit = "pp" if self.change == "shift" and self.unit == "%" else self.unit
        return tuple(f"{ALWAYS_SET * self.always}{path}{SIGNS[self.change]}{number}{unit}" for path in self.paths)


class Unknown(Knob):
    """What we do not know of the world: a knob with a law. `present` is its value today; left out: the median."""

    law: str = Declared(default="uniform", pattern="^(uniform|triangular|normal|lognormal)$")
    low: Change | None = None
    high: Change | None = None
    likely: Change | None = Declared(default=None, description="peak of a triangular law")
    mean: Change | None = None
    deviation: Change | None = Declared(default=None, description="standard deviation of a normal or lognormal law")
    present: Change | None = None

    @model_validator(mode="after")
    def _complete(self) -> Unknown:
        needs, given = TAKES[self.law], self._given()
        if missing := [name for name in needs if name not in given]:
            raise ValueError(f"a {self.law} law needs {', '.join(missing)}")
        if foreign := [name for name in given if name not in (*needs, *CUT.get(self.law, ()))]:
            raise ValueError(f"a {self.law} law takes no {', '.join(foreign)}; remove it or choose another law")
        low, high = self.of("law").bounds
        if self.present is not None and not low <= self.present <= high:
            raise ValueError(f"present {self.present:g} lies outside the law, {low:g} to {high:g}; widen the law")
        return self

    def today(self, name: str) -> float:
        """The value of today: as stated, of a relative one where nothing moves, else the law's median."""
        if self.present is not None:
            return self.present
        low, high = self.of(name).bounds
        unmoved = UNMOVED.get(self.change, np.nan)
        return unmoved if low <= unmoved <= high else self.of(name).median

    def _given(self) -> dict[str, float]:
        return {
            key: value
            for key in ("low", "likely", "high", "mean", "deviation")
            if (value := getattr(self, key)) is not None
        }

    def of(self, name: str) -> Uncertainty:
        """The law under a name."""
        kinds = {
            "uniform": laws.Uniform,
            "triangular": laws.Triangular,
            "normal": laws.Normal,
            "lognormal": laws.Lognormal,
        }
        return kinds[self.law](name, **self._given())  # type: ignore[arg-type]  # what the law takes was checked


def present(unknowns: Mapping[str, Unknown]) -> Reals:
    """Values[d] of today."""
    return np.array([one.today(name) for name, one in unknowns.items()])


@dataclass
class Field:
    """The cases of a scenario over its knobs."""

    lab: Lab
    variant: Variant
    knobs: Sequence[Knob]
    seed: int
    claims: Claims = DRAWN
    sheets: dict[tuple[float, ...], Sheet] = field(default_factory=dict)

    def case(self, point: Reals) -> Case:
        """The case of a point[d]."""
        sets = [text for knob, value in zip(self.knobs, point, strict=True) for text in knob.sets(float(value))]
        return self.lab.case(self.variant.scenario, (*self.variant.sets, *sets), self.seed, claims=self.claims)

    def played(self, points: Reals, luck: range) -> list[Sheet]:
        """Sheets of points[n, d] for the replications `luck`; what is known is not played again."""
        keys = [tuple(np.round(point, DIGITS)) for point in points]
        lacking: dict[tuple[int, ...], list[tuple[float, ...]]] = {}
        for key in dict.fromkeys(keys):
            known = set(self.sheets[key].numbers) if key in self.sheets else set()
            if wanted := tuple(number for number in luck if number not in known):
                lacking.setdefault(wanted, []).append(key)
        for numbers, some in lacking.items():
            found = self.lab.sheets([self.case(np.array(key)) for key in some], numbers)
            for key, sheet in zip(some, found, strict=True):
                self.sheets[key] = Sheet.joined([self.sheets[key], sheet]) if key in self.sheets else sheet
        return [self.sheets[key].taken(luck) for key in keys]

    def figures(self, points: Reals, luck: range, kpi: str) -> list[Kpi]:
        """A key figure at each point, with its values[k]."""
        return [sheet.figure(kpi) for sheet in self.played(points, luck)]

    def values(self, points: Reals, luck: range, kpi: str) -> Reals:
        """Values whose mean over k is the key figure, float64[n, k]; NaN where it does not exist."""
        return averaged(self.figures(points, luck, kpi))

    def measures(self, points: Reals, luck: range, kpis: Sequence[str]) -> Reals:
        """Key figures, float64[n, k, m].

        Raises
        ------
        ScenarioError
            For a figure that does not exist in every replication: it has no mean.
        """
        return np.stack([existing(kpi, self.values(points, luck, kpi)) for kpi in kpis], axis=2)


def existing(kpi: str, values: Reals) -> Reals:
    """The values, if they all exist.

    Raises
    ------
    ScenarioError
    """
    if np.isnan(values).any():
        raise ScenarioError(
            Problem(
                kpi,
                "the key figure does not exist in some replications, so it has no mean",
                "choose another, such as a probability",
            )
        )
    return values


def averaged(figures: Sequence[Kpi]) -> Reals:
    """Values of a key figure at n points whose means are the figure's, float64[n, k]."""
    return np.array([one.averaged for one in figures])


def margin(criterion: Criterion, figures: Sequence[Kpi]) -> Reals:
    """By how much a key figure at n points keeps a criterion, float64[n, k]: it holds where the mean is not below 0.

    A value that does not exist keeps nothing where a share of replications is asked for.

    Raises
    ------
    ScenarioError
        Where a mean is asked for and a value does not exist.
    """
    if criterion.in_share is not None:
        return np.array([kept(criterion, one) for one in figures]) - criterion.in_share
    values = existing(criterion.kpi, averaged(figures))
    limit = criterion.at_least if criterion.at_least is not None else criterion.at_most
    assert limit is not None
    return values - limit if criterion.at_least is not None else limit - values


def share_of(criterion: Criterion, unit: str) -> float | None:
    """What makes margins 0 or 1 when it is added, where the criterion bounds a probability; else None."""
    if criterion.in_share is not None:
        return criterion.in_share
    if unit != "probability":
        return None
    return criterion.at_least if criterion.at_most is None else 1.0 - criterion.at_most
