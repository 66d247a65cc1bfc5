"""What to recalibrate after a back-test: sums taken apart into what a scenario states.

More claims than expected may come of more premium; then what claims cost is right, and what is sold is not. So sums are
taken apart: partners, premium of each, claims and commission over premium. What is surely off is ordered by the money
that it moves: a ratio is off too where only its denominator is, but by less.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.contracts.products import Product
from sim.partners.segments import RESERVED
from sim.scenario.language.actuals import Part
from sim.scenario.schema import Scenario
from sim.statistics import fan
from sim.statistics.fan import Bias

NAMED = 3  # products that are named one by one


class Known(Protocol):
    """A series as a back-test tells it."""

    @property
    def months(self) -> Integers:
        """Places in the horizon, int64[t]."""

    @property
    def actual(self) -> Reals:
        """What happened, float64[t]."""

    @property
    def model(self) -> Reals:
        """What replications say, float64[n, t]."""


@dataclass(frozen=True)
class Driver:
    """One thing that may be off: its bias, the money that it moves over the months told, where a scenario states it."""

    name: str
    part: Part
    bias: Bias
    effect: float
    paths: str


@dataclass(frozen=True)
class _Quotient:
    """A sum, or one over another in the months that both tell; `worth` is the money that rests on it."""

    name: str
    top: Known
    bottom: Known | None = None
    worth: Known | None = None


def drivers(series: Mapping[tuple[Part, str], Known], scenario: Scenario, confidence: float) -> list[Driver]:
    """All that the series tell of: what is surely off, what is likely, the rest; each by the money that it moves."""
    quotients = [(part, one) for part in dict.fromkeys(part for part, _ in series) for one in _quotients(part, series)]
    found = [_driver(part, one, scenario, confidence) for part, one in quotients if _exists(one)]
    return sorted(found, key=lambda one: (not one.bias.clear, not one.bias.likely, -one.effect))


def _quotients(part: Part, series: Mapping[tuple[Part, str], Known]) -> Iterator[_Quotient]:
    premium, claims, commission, partners = (
        series.get((part, name)) for name in ("premium", "claims", "commission", "partners")
    )
    if partners is not None:
        yield _Quotient("partners", partners, worth=premium)
    if premium is not None:
        yield _Quotient("premium" if partners is None else "premium_of_partner", premium, partners, premium)
    for name, one in (("claims", claims), ("commission", commission)):
        if one is not None:
            yield _Quotient(name if premium is None else f"{name}_over_premium", one, premium, one)


def _driver(part: Part, one: _Quotient, scenario: Scenario, confidence: float) -> Driver:
    actual, model, expected = _compared(one)
    found = fan.bias(actual, expected, model, confidence)
    worth = 0.0 if one.worth is None else float(one.worth.model.mean(axis=0).sum())
    effect = abs(found.bias * worth) if expected else abs(actual)
    return Driver(one.name, part, found, effect, ", ".join(_paths(one.name, part, scenario)))


def _exists(one: _Quotient) -> bool:
    """Whether there is anything below, in fact and in every replication."""
    if one.bottom is None:
        return True
    actual, model = _summed(one.bottom, np.intersect1d(one.top.months, one.bottom.months))
    return actual != 0.0 and bool((model != 0.0).all())


def _compared(one: _Quotient) -> tuple[float, Reals, float]:
    """What happened, what each replication says, and what is expected: of ratios those of the sums."""
    if one.bottom is None:
        sums = one.top.model.sum(axis=1)
        return float(one.top.actual.sum()), sums, float(sums.mean())
    common = np.intersect1d(one.top.months, one.bottom.months)
    (top, above), (bottom, below) = (_summed(side, common) for side in (one.top, one.bottom))
    return top / bottom, above / below, float(above.mean() / below.mean())


def _summed(side: Known, months: Integers) -> tuple[float, Reals]:
    """Sums over some months: what happened, and each replication."""
    at = np.searchsorted(side.months, months)
    return float(side.actual[at].sum()), side.model[:, at].sum(axis=1)


def _paths(name: str, part: Part, scenario: Scenario) -> list[str]:
    """Where a scenario states it."""
    if name.startswith("commission"):
        return ["policy.rules"]
    claims = name.startswith("claims")
    if part.kind == "product":
        sold = [f"products.{part.name}.price", f"segments.*.mix.{part.name}"]
        return [f"products.{part.name}.{_cost(scenario.products[part.name])}"] if claims else sold
    if part.name in scenario.own:
        return _costs(scenario, list(scenario.products)) if claims else [f"own.{part.name}"]
    if part.kind in ("whole", "segments", "products") or part.name == RESERVED:
        sold = ["segments.*.turnover", "segments.*.choice"] if name == "partners" else ["market.demand"]
        return _costs(scenario, list(scenario.products)) if claims else sold
    keys = ("turnover", "choice") if name == "partners" else ("relativity",) if claims else ("flow", "mix")
    costs = (
        _costs(scenario, [one for one, share in scenario.segments[part.name].mix.items() if share]) if claims else []
    )
    return [*costs, *(f"segments.{part.name}.{key}" for key in keys)]


def _costs(scenario: Scenario, names: Sequence[str]) -> list[str]:
    """Where the cost of products is stated, one by one where they are few."""
    found = [f"products.{name}.{_cost(scenario.products[name])}" for name in names]
    return found if len(found) <= NAMED else ["products.*.claims"]


def _cost(product: Product) -> str:
    if product.claims is None:
        return "cost_ratio"
    return "claims.frequency" if product.claims.loss_ratio is None else "claims.loss_ratio"
