"""Prices of us and of our rivals, and what a price does to sales.

Notation: r rival, t month (index t + warm_up in a series).
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.functions import exp, log
from sim.base.units import MINOR_PER_MAJOR
from sim.contracts.products import Product
from sim.scenario.schema import Scenario


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
