"""Laws of random figures as scenarios state them, with their quantiles and sampler parameters.

Quantiles are rounded to ten significant figures, so that a population is the same on every processor.
"""

from __future__ import annotations

from math import log, sqrt
from typing import Literal

import numpy as np
from pydantic import Field, model_validator

from sim.base import severities
from sim.base.arrays import Reals
from sim.base.in_turn import sum_in_turn
from sim.base.units import Block, Coefficient, Number, Positive, shown
from sim.base.written.otherwise import as_number, told

_SIGNIFICANT = 10
_POINTS = 64
_NO_LIMIT = 1e12  # of the mean claim: what is beyond is none of it


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
            what = f"a number expected, or a law such as {example}, got {shown(value)}"
            raise ValueError(told(what, as_number(value)))
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


def quantiles(law: Law, u: Reals) -> Reals:
    """Quantiles of a law with a known mean at u (0 < u < 1), shape as u."""
    mean = law.expected or 0.0
    if law.dist == "constant" or mean == 0.0 or law.cv == 0.0:
        return np.full(u.shape, mean)
    return significant(_QUANTILE[law.dist](law, mean, u))


def points(law: Law, number: int = _POINTS) -> Reals:
    """So many equally likely values of a law whose mean is left open, over their mean: float64[number]."""
    stated = law if law.weights is not None else law.model_copy(update={"mean": 1.0})
    found = quantiles(stated, (np.arange(number) + 0.5) / number)
    return np.asarray(found / found.mean())


def significant(values: Reals) -> Reals:
    """Values rounded to ten significant figures."""
    safe = np.where(values > 0, values, 1.0)
    scale = 10.0 ** (_SIGNIFICANT - 1 - np.floor(np.log10(safe)))
    return np.where(values > 0, np.rint(values * scale) / scale, values)


def severity(law: Law) -> tuple[int, Reals]:
    """Kind and parameters of `amounts.sum_of_claims` for a severity law, scaled to mean 1."""
    return _scaled(law) if law.dist not in ("mixture", "discrete") else _compound(law)


def squared_cv(law: Law) -> float:
    """Squared coefficient of variation of a severity law (infinite for a Pareto law with alpha <= 2)."""
    if law.dist in ("lognormal", "gamma"):
        return float(law.cv or 0.0) ** 2
    if law.dist == "exponential":
        return 1.0
    if law.dist == "pareto":
        alpha = float(law.alpha or 0.0)
        return alpha / (alpha - 2.0) if alpha > 2.0 else float("inf")
    if law.weights is None:
        return 0.0
    parts = [(value, 0.0) for value in law.values or ()]
    parts = parts or [(float(part.expected or 0.0), squared_cv(part)) for part in law.parts or ()]
    second = sum_in_turn(w * m * m * (1.0 + c) for w, (m, c) in zip(law.weights, parts, strict=True))
    second /= sum_in_turn(law.weights)
    return second / float(law.expected or 1.0) ** 2 - 1.0


def limited_mean(law: Law, limit: Reals) -> Reals:
    """E[min(X, limit)] of a severity law scaled to mean 1, at limits in units of the mean: float64, shape as limit.

    Sources: Klugman, Panjer and Willmot, *Loss Models*, appendix A; for cv 0 the law is its mean.
    """
    if law.weights is None:
        return _limited(law, 1.0, limit)
    mean, total = float(law.expected or 1.0), sum_in_turn(law.weights)
    parts = law.parts or [Law.model_validate(value) for value in law.values or ()]
    found = np.zeros(np.shape(limit))
    for weight, part in zip(law.weights, parts, strict=True):
        found += weight / total * _limited(part, (part.expected or 0.0) / mean, limit)
    return found


def _limited(law: Law, mean: float, limit: Reals) -> Reals:
    """The same of a law that is no mixture, with this mean."""
    from scipy.special import gammainc, gammaincc, ndtr

    kind, params = _scaled(law, mean) if mean > 0.0 else (severities.FIXED, np.zeros(1))
    x = np.minimum(limit, _NO_LIMIT)
    if kind == severities.LOMAX:
        alpha, scale = params
        return np.asarray(mean * (1.0 - (scale / (scale + x)) ** (alpha - 1.0)))
    if kind == severities.LOGNORMAL:
        z = (np.log(x) - params[0]) / params[1]
        return np.asarray(mean * ndtr(z - params[1]) + x * ndtr(-z))
    if kind in (severities.GAMMA, severities.EXPONENTIAL):
        shape = params[1] if kind == severities.GAMMA else 1.0
        rate = shape / mean
        return np.asarray(mean * gammainc(shape + 1.0, rate * x) + x * gammaincc(shape, rate * x))
    return np.minimum(mean, x)


def _lognormal_parameters(mean: float, cv: float) -> tuple[float, float]:
    sigma = sqrt(log(1.0 + cv * cv))
    return log(mean) - sigma * sigma / 2.0, sigma


def _lognormal(law: Law, mean: float, u: Reals) -> Reals:
    location, sigma = _lognormal_parameters(mean, float(law.cv or 0.0))
    return np.array([severities.lognormal(location, sigma, x) for x in u])


def _gamma(law: Law, mean: float, u: Reals) -> Reals:
    from scipy.special import gammaincinv

    shape = float(law.cv or 0.0) ** -2
    return np.asarray(gammaincinv(shape, u) * mean / shape)


def _exponential(law: Law, mean: float, u: Reals) -> Reals:
    return np.array([severities.exponential(mean, x) for x in u])


def _pareto(law: Law, mean: float, u: Reals) -> Reals:
    alpha = float(law.alpha or 0.0)
    return np.array([severities.lomax(alpha, mean * (alpha - 1.0), x) for x in u])


def _uniform(law: Law, mean: float, u: Reals) -> Reals:
    low, high = float(law.low or 0.0), float(law.high or 0.0)
    return low + (high - low) * u


def _discrete(law: Law, mean: float, u: Reals) -> Reals:
    order = np.argsort(law.values or [])
    running = np.cumsum(np.asarray(law.weights)[order]) / np.sum(law.weights or [])
    return np.asarray(law.values)[order][np.searchsorted(running, u).clip(max=order.size - 1)]


_QUANTILE = {
    "lognormal": _lognormal, "gamma": _gamma, "exponential": _exponential, "pareto": _pareto, "uniform": _uniform,
    "discrete": _discrete,
}  # fmt: skip


def _scaled(law: Law, mean: float = 1.0) -> tuple[int, Reals]:
    cv, alpha = float(law.cv or 0.0), float(law.alpha or 0.0)
    if law.dist == "exponential":
        return severities.EXPONENTIAL, np.array([mean])
    if law.dist == "pareto":
        return severities.LOMAX, np.array([alpha, mean * (alpha - 1.0)])
    if law.dist == "gamma" and cv > 0.0:
        return severities.GAMMA, np.array([mean, cv**-2])
    if law.dist == "lognormal" and cv > 0.0:
        return severities.LOGNORMAL, np.array(_lognormal_parameters(mean, cv))
    return severities.FIXED, np.array([mean])


def _compound(law: Law) -> tuple[int, Reals]:
    total = float(law.expected or 1.0)
    running = np.cumsum(law.weights or []) / np.sum(law.weights or [])
    if law.dist == "discrete":
        return severities.DISCRETE, np.concatenate(([running.size], np.asarray(law.values) / total, running))
    rows: list[float] = [len(running)]
    for weight, part in zip(running, law.parts or (), strict=True):
        kind, params = _scaled(part, float(part.expected or 0.0) / total)
        rows += [weight, kind, params[0], params[1] if params.size > 1 else 0.0]
    return severities.MIXTURE, np.array(rows, dtype=np.float64)
