"""What contracts of a product cost: a share of the premium they earn, or a sum for the time that they are in force.

A stated loss ratio or cost ratio holds at the reference price, a severity in money at every price: what a contract
costs does not move with its price. Where no price that is stated leaves the reference the two are the same, and cost
goes by premium earned.

Notation: t month (index t + warm_up in a series).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.base import laws
from sim.base.arrays import Integers, Reals
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR, Dated, to_minor
from sim.contracts.products import Claims, Product
from sim.engine.layout import prices


def monthly(dated: Dated, first: int, months: int) -> Reals:
    """Values of the months from the ordinal `first` on: float64[months]."""
    return np.array(dated.series(first, months), dtype=np.float64)


@dataclass(frozen=True)
class Costs:
    """Claims or cost of goods of a product by month, float64[months] each, the term after the horizon included."""

    frequency: Reals
    per_premium: Reals
    """mean claim over the premium of a contract-year, at the price in force"""
    cost_ratio: Reals | None
    """cost of goods over premium, at the price in force; None where there are claims"""
    each_minor: Reals | None
    """mean claim, or cost of goods of a contract-year, minor units; None where cost goes by premium earned"""
    kind: int
    law: Reals


def costs_of(product: Product, price_minor: Integers, first: int) -> Costs:
    """The costs of a product whose price by month is `price_minor`, from the ordinal `first` on."""
    months = price_minor.size
    if product.claims is None:
        assert product.cost_ratio is not None
        ratio, each = _at_price(product, price_minor, first, monthly(product.cost_ratio, first, months))
        return Costs(np.zeros(months), np.zeros(months), ratio, each, 0, np.ones(1))
    frequency, trend = monthly(product.claims.frequency, first, months), _trend(product.claims, first, months)
    kind, law = laws.severity(product.claims.severity)
    if product.claims.loss_ratio is None:
        return Costs(frequency, *_of_severity(product, price_minor, first, trend), kind, law)
    ratio = monthly(product.claims.loss_ratio, first, months)
    per_premium = np.divide(ratio, frequency, out=np.zeros(months), where=frequency > 0) * trend
    per_premium, each = _at_price(product, price_minor, first, per_premium)
    return Costs(frequency, per_premium, None, each, kind, law)


def _trend(claims: Claims, first: int, months: int) -> Reals:
    """What inflation has made of a claim of the first month: float64[months]."""
    grown = (1.0 + monthly(claims.inflation, first, months)) ** (1.0 / MONTHS_PER_YEAR)
    return np.concatenate(([1.0], np.cumprod(grown[:-1])))


def _at_price(product: Product, price_minor: Integers, first: int, ratio: Reals) -> tuple[Reals, Reals | None]:
    """A ratio stated at the reference price: what it is at the price in force, and of a contract-year's money."""
    reference = to_minor(prices.reference(product, first))
    if product.follows_price or _prices(product, first) == {reference}:
        return ratio, None
    each = ratio * reference / _years(product)
    return _over_price(each, product, price_minor), each


def _of_severity(product: Product, price_minor: Integers, first: int, trend: Reals) -> tuple[Reals, None, Reals | None]:
    """A severity stated in money: mean claim over premium at the price in force, and in money where prices differ."""
    assert product.claims is not None
    mean = float(product.claims.severity.expected or 0.0)
    if product.price_spread == 0 and price_minor[0] > 0 and len(_prices(product, first)) == 1:
        return trend * (mean * _years(product) / product.price.at(first)), None, None
    each = trend * (mean * MINOR_PER_MAJOR)
    return _over_price(each, product, price_minor), None, each


def _over_price(each: Reals, product: Product, price_minor: Integers) -> Reals:
    return np.divide(each * _years(product), price_minor, out=np.zeros(each.size), where=price_minor > 0)


def _prices(product: Product, first: int) -> set[int]:
    """All prices that are stated for the ordinal `first` and later, minor units, however long the horizon is."""
    return {to_minor(product.price.at(month)) for month in (first, *product.price.changes) if month >= first}


def _years(product: Product) -> float:
    """Contract-years of a contract; a one-off sale counts as one."""
    return product.term / MONTHS_PER_YEAR if product.term else 1.0
