"""Prices of us and of our rivals, and what a price does to sales.

Notation: r rival, t month (index t + warm_up in a series).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.functions import exp, log
from sim.base.units import MINOR_PER_MAJOR
from sim.contracts.products import Product
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    from sim.engine.layout.lines import Line


def reference(product: Product, first: int) -> float:
    """Price, in major units, at which a stated loss ratio or cost ratio holds; `first` is the warm-up's month."""
    return product.price.at(first) if product.reference_price is None else product.reference_price


def of_rivals(scenario: Scenario, name: str, first: int, months: int) -> Reals:
    """Prices of a product at each rival, the reference price where none is stated: float64[r, months], major units."""
    usual = [reference(scenario.products[name], first)] * months
    stated = [rival.price.get(name) for rival in scenario.rivals.values()]
    return np.array([usual if one is None else one.series(first, months) for one in stated]).reshape(-1, months)


def effect(product: Product, theirs: Reals, price_minor: Integers, first: int) -> Reals:
    """Factor on our sales, (our price / the rivals' mean price)^-elasticity: float64[months]."""
    months = price_minor.size
    if product.price_response == 0:
        return np.ones(months)
    against = theirs.mean(axis=0) if theirs.size else np.full(months, reference(product, first))
    ratio = (price_minor / (against * MINOR_PER_MAJOR)).tolist()
    return np.array([exp(-product.price_response * log(one)) for one in ratio])


def worth_of_rivals(scenario: Scenario, lines: Sequence[Line], first: int, months: int) -> Reals | None:
    """Price x season at each rival, major units: float64[r, product, months]; None where nothing is said of prices."""
    said = any(line.product.price_response for line in lines) or any(one.price for one in scenario.rivals.values())
    if not said or not scenario.rivals:
        return None
    by_product = [of_rivals(scenario, line.name, first, months) * (line.season / line.price_effect) for line in lines]
    return np.stack(by_product, axis=1)
