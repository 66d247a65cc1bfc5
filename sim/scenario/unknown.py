"""What is turned in a scenario, and what we do not know of the world: one declaration for scenarios and studies."""

from __future__ import annotations

import numpy as np
from pydantic import Field as Declared
from pydantic import model_validator

from sim.base.arrays import Reals
from sim.base.units import Block, Change
from sim.scenario.lever_signs import ALWAYS, ALWAYS_SET, SIGNS, UNMOVED, How
from sim.statistics import uncertainty as laws
from sim.statistics.uncertainty import Uncertainty

DIGITS = 12  # of a value as it is written into a scenario
SHOWN = 4  # digits of a value in a sentence
TAKES = {"uniform": ("low", "high"), "triangular": ("low", "likely", "high"), "normal": ("mean", "deviation"),
         "lognormal": ("mean", "deviation")}  # fmt: skip
CUT = {"normal": ("low", "high")}  # taken, not needed


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

    @property
    def ends(self) -> tuple[float, ...]:
        """The values that it goes to, as far as they are known before anything is played."""
        return ()

    def words(self, value: float) -> str:
        """A value as it stands in a sentence."""
        return f"{100 * value:.{SHOWN}g} %" if self.percent else f"{value:.{SHOWN}g}"

    def taken(self, values: Reals) -> Reals:
        """Values as the scenario takes them: rounded where it takes whole numbers only."""
        return np.rint(values) if self.whole else values

    def sets(self, value: float) -> tuple[str, ...]:
        """`path=value` of each path."""
        number = str(round(value)) if self.whole else f"{value:.{DIGITS}g}"
        unit = "pp" if self.change == "shift" and self.unit == "%" else self.unit
        return tuple(f"{ALWAYS_SET * self.always}{path}{SIGNS[self.change]}{number}{unit}" for path in self.paths)


class Unknown(Knob):
    """What we do not know of the world: a knob with a law. `present` is its value today; left out: the scenario's."""

    law: str = Declared(
        default="uniform", pattern="^(uniform|triangular|normal|lognormal)$",
        description="uniform, triangular, normal or lognormal",
    )  # fmt: skip
    low: Change | None = Declared(default=None, description="lowest value (uniform, triangular)")
    high: Change | None = Declared(default=None, description="highest value (uniform, triangular)")
    likely: Change | None = Declared(default=None, description="peak of a triangular law")
    mean: Change | None = Declared(default=None, description="mean (normal, lognormal)")
    deviation: Change | None = Declared(default=None, description="standard deviation of a normal or lognormal law")
    present: Change | None = Declared(
        default=None,
        description="value today; left out: what the scenario says at the path, of a relative one where nothing moves, "
        "and the middle (median) of the law where neither lies in it",
    )

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

    @property
    def ends(self) -> tuple[float, ...]:
        """The ends of its law, as far as it has any that a draw comes to: a lognormal one never comes to 0."""
        law = self.of("law")
        return tuple(one for one in law.bounds if one in law.drawn_bounds)

    def today(self, said: float | None = None) -> float | None:
        """Today's value: as stated, else where nothing moves, or as the scenario has `said`; None outside the law."""
        if self.present is not None:
            return self.present
        low, high = self.of("law").bounds
        found = UNMOVED.get(self.change, said)
        return found if found is not None and low <= found <= high else None

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
