"""Laws of random figures in the scenario language."""

from __future__ import annotations

from typing import Literal

from pydantic import (
    Field,
    model_validator,
)

from sim.base.in_turn import sum_in_turn
from sim.base.units import Block, Coefficient, Number, Positive, hint, shown


def _is_zero(value: object) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and value == 0


class Law(Block):
    """A distribution. A bare number is a constant; `mean` may be left out where another figure fixes it."""

    dist: Literal["constant", "lognormal", "gamma", "exponential", "pareto", "uniform", "discrete", "mixture"] = Field(
        description="the law; pareto is the Lomax law (Pareto II)"
    )
    mean: Positive | None = Field(default=None, description="mean of the law")
    cv: Coefficient | None = Field(default=None, description="coefficient of variation (lognormal, gamma)")
    alpha: Positive | None = Field(default=None, description="tail index (pareto)")
    low: Number | None = Field(default=None, description="lowest value (uniform)")
    high: Number | None = Field(default=None, description="highest value (uniform)")
    values: list[Positive] | None = Field(default=None, description="points of a discrete law")
    weights: list[Positive] | None = Field(default=None, description="weights of a discrete law or a mixture")
    parts: list[Law] | None = Field(default=None, description="laws of a mixture, each with its mean")

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: object) -> object:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return {"dist": "constant", "mean": value}
        if not isinstance(value, dict | Law):
            example = "{dist: lognormal, mean: 80e3, cv: 1.8}"
            raise ValueError(f"a number expected, or a law such as {example}, got {shown(value)}{hint(value)}")
        if isinstance(value, dict) and value.get("dist") in ("lognormal", "gamma") and _is_zero(value.get("cv")):
            return {**{key: item for key, item in value.items() if key != "cv"}, "dist": "constant"}
        return value

    @model_validator(mode="after")
    def _complete(self) -> Law:
        needed = {
            "lognormal": ("cv",),
            "gamma": ("cv",),
            "pareto": ("alpha",),
            "uniform": ("low", "high"),
            "discrete": ("values", "weights"),
            "mixture": ("parts", "weights"),
        }.get(self.dist, ())
        given = self.model_fields_set - {"dist", "mean", "source", "assumed"}
        if missing := [key for key in needed if getattr(self, key) is None]:
            raise ValueError(f"a {self.dist} law needs {' and '.join(missing)}")
        if extra := sorted(given - set(needed)):
            raise ValueError(f"a {self.dist} law has no {' or '.join(extra)}")
        if self.alpha is not None and self.alpha <= 1:
            raise ValueError("a pareto law with alpha <= 1 has no mean; state an alpha above 1")
        of = self.values if self.dist == "discrete" else self.parts
        if self.weights is not None and (len(self.weights) != len(of or ()) or sum(self.weights) <= 0):
            raise ValueError("as many weights as values or parts are needed, with a positive sum")
        if self.parts and any(part.expected is None or part.dist == "mixture" for part in self.parts):
            raise ValueError("each part of a mixture needs a mean and must not be a mixture")
        return self

    @property
    def expected(self) -> float | None:
        """The mean, or None where it is left open."""
        if self.dist == "uniform":
            return ((self.low or 0.0) + (self.high or 0.0)) / 2
        if self.weights and (self.values or self.parts):
            points = self.values or [part.expected or 0.0 for part in self.parts or []]
            whole = sum_in_turn(self.weights)
            return sum_in_turn(w * x for w, x in zip(self.weights, points, strict=True)) / whole
        return self.mean
