"""What a customer, or a partner, brings while it stays, against what it costs to win it.

A margin m a period from now on, kept with probability r from one period to the next and discounted at i, is worth
m (1 + i) / (1 + i - r). Source: Gupta, Lehmann and Stuart 2004, "Valuing Customers", Journal of Marketing Research 41.

Values are a replication's, of its own sums over the horizon, major units; NaN where nothing of them is known.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Reals
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR
from sim.results.account_series import Books
from sim.results.contribution import COMPONENTS
from sim.scenario.schema import Scenario
from sim.statistics.ratios import divide

_TO_WIN = [COMPONENTS.index(name) for name in ("commission", "acquisition")]


def value(margin: Reals, kept: Reals, discount: float) -> Reals:
    """Worth of a margin a period, kept with a probability, discounted at a rate a period; NaN where it has no end."""
    return divide(margin * (1.0 + discount), 1.0 + discount - kept)


def customer_value(books: Books, scenario: Scenario, product: str) -> Reals:
    """Of a new contract of a product: its margin a term before what it takes to win it, with its renewals."""
    found = scenario.products[product]
    if found.term not in (0, MONTHS_PER_YEAR) and any(found.renewal):
        return np.full(books.shape[0], np.nan)  # what is kept of it is known of terms of a year only
    grouping = books.contributions.by_product
    earned = grouping.amounts[0, grouping.parts.index(product)].sum(axis=-1) / MINOR_PER_MAJOR
    margin = divide(grouping.of(product) + _won(books, product), earned) * _price(books, product)
    kept = divide(*(books.cube.series(f"{name}.{product}").sum(axis=1) for name in _PERSISTENCY))
    renews = found.term == MONTHS_PER_YEAR and any(found.renewal)
    return value(margin, kept if renews else np.zeros_like(margin), scenario.accounts.discount_rate)


def customer_cost(books: Books, scenario: Scenario, product: str) -> Reals:
    """Acquisition and commission of a new contract of a product."""
    earned = books.contributions.new_of(product)[0].sum(axis=-1) / MINOR_PER_MAJOR
    return divide(_won(books, product), earned) * _price(books, product)


def partner_value(books: Books, scenario: Scenario, segment: str) -> Reals:
    """Of a partner of a type: its contribution a year, for as long as partners of its type stay."""
    active = books.cube.series(f"active.{segment}").sum(axis=1) / MONTHS_PER_YEAR
    a_year = divide(books.contributions.by_segment.of(segment), active)
    ends = slice(MONTHS_PER_YEAR - 1, None, MONTHS_PER_YEAR)
    churn = divide(*(books.cube.series(f"{name}.{segment}")[:, ends].sum(axis=1) for name in _CHURN))
    return value(a_year, 1.0 - churn, scenario.accounts.discount_rate)


def partner_cost(books: Books, scenario: Scenario, segment: str) -> Reals:
    """What it costs to take a partner of a type on."""
    stated = scenario.segments.get(segment)
    return np.full(books.shape[0], np.nan if stated is None else stated.cost.onboarding)


_PERSISTENCY = ("kept_13_months", "sold_a_year_ago")
_CHURN = ("lost_in_year", "with_us_a_year_ago")


def _won(books: Books, product: str) -> Reals:
    """What was spent on winning new contracts of a product, as it becomes cost."""
    return np.asarray(-books.contributions.new_of(product)[_TO_WIN].sum(axis=(0, -1)) / MINOR_PER_MAJOR)


def _price(books: Books, product: str) -> Reals:
    """Mean premium of a new contract."""
    premium, sold = (books.cube.series(f"{name}.{product}").sum(axis=1) for name in ("premium_new", "contracts_sold"))
    return divide(premium, sold)
