"""What a customer, or a partner, brings while it stays, against what it costs to win it.

A margin m a period from now on, kept with probability r from one period to the next and discounted at i, is worth
m (1 + i) / (1 + i - r). Source: Gupta, Lehmann and Stuart 2004, "Valuing Customers", Journal of Marketing Research 41.

The mean of such fractions is not what the mean margin is worth at the mean retention: a replication that loses nobody
would weigh in it as if nobody ever left. So each is told as two sums, a value a replication each, of which it is the
ratio (`sim.statistics.ratios`). Money is in major units; both sums are 0 where a replication knows nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.base.arrays import Reals
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR
from sim.contracts.products import Product
from sim.results.account_series import Books
from sim.results.contribution import COMPONENTS
from sim.scenario.schema import Scenario

_TO_WIN = [COMPONENTS.index(name) for name in ("commission", "acquisition")]


def margins_of_customers(books: Books, scenario: Scenario, product: str) -> Reals:
    """Margin of a product's contracts before what it took to win them: of a lifetime, over `customers_that_end`."""
    grouping, (premium, _) = books.contributions.by_product, _premium_of_a_contract(books, product)
    margin = (grouping.of(product) + _won(books, product)) * premium
    _, stood = _retention(books, scenario, product)
    return np.asarray(margin * stood * _growth(scenario, product))


def customers_that_end(books: Books, scenario: Scenario, product: str) -> Reals:
    """Contracts of a product over earned premium, by what they lose a term with interest; 0 where that is unknown."""
    grouping, (_, contracts) = books.contributions.by_product, _premium_of_a_contract(books, product)
    earned = grouping.amounts[0, grouping.parts.index(product)].sum(axis=-1) / MINOR_PER_MAJOR
    kept, stood = _retention(books, scenario, product)
    return np.asarray(earned * contracts * (_growth(scenario, product) * stood - kept))


def cost_of_customers(books: Books, scenario: Scenario, product: str) -> Reals:
    """Acquisition and commission of a product's new business: of a contract, over `customers_won`."""
    return np.asarray(_won(books, product) * _premium_of_a_contract(books, product)[0])


def customers_won(books: Books, scenario: Scenario, product: str) -> Reals:
    """New contracts of a product by the premium on which winning them became cost."""
    premium, contracts = _premium_of_a_contract(books, product)
    earned = books.contributions.new_of(product)[0].sum(axis=-1) / MINOR_PER_MAJOR
    return np.asarray(contracts * (earned if scenario.accounts.acquisition == "deferred" else premium))


def margins_of_partners(books: Books, scenario: Scenario, segment: str) -> Reals:
    """Contribution of a type of partner: of a partner's lifetime, over `partners_that_end`."""
    _, stood = _partners(books, segment)
    found = books.contributions.by_segment.of(segment) * stood * (1.0 + scenario.accounts.discount_rate)
    return np.asarray(found)


def partners_that_end(books: Books, scenario: Scenario, segment: str) -> Reals:
    """Active partner-years of a type, by what it loses a year with interest."""
    active = books.cube.series(f"active.{segment}").sum(axis=1) / MONTHS_PER_YEAR
    lost, stood = _partners(books, segment)
    return np.asarray(active * (scenario.accounts.discount_rate * stood + lost))


def partner_cost(books: Books, scenario: Scenario, segment: str) -> Reals:
    """What it costs to take a partner of a type on."""
    stated = scenario.segments.get(segment)
    if stated is None:
        return np.full(books.shape[0], np.nan)
    places = 1.0 if stated.branches is None else float(stated.branches.number.expected or 1.0)
    return np.full(books.shape[0], stated.cost.onboarding * places)


SUMS: dict[str, Callable[[Books, Scenario, str], Reals]] = {
    one.__name__: one
    for one in (
        margins_of_customers, customers_that_end, cost_of_customers, customers_won, margins_of_partners,
        partners_that_end,
    )
}  # fmt: skip


def _won(books: Books, product: str) -> Reals:
    """What was spent on winning new contracts of a product, as it becomes cost."""
    return np.asarray(-books.contributions.new_of(product)[_TO_WIN].sum(axis=(0, -1)) / MINOR_PER_MAJOR)


def _premium_of_a_contract(books: Books, product: str) -> tuple[Reals, Reals]:
    """Premium of new contracts without what is refunded on cancellation, and how many they are."""
    names = ("premium_new", "premium_renewal", "premium_refunded", "contracts_sold")
    new, renewal, refunded, sold = (_sum(books, name, product) for name in names)
    written = new + renewal
    return new * (1.0 - refunded / np.where(written > 0, written, 1.0)), sold


def _retention(books: Books, scenario: Scenario, product: str) -> tuple[Reals, Reals]:
    """What is kept from term to term, and what it is kept of; of a product that never renews none of one.

    Of a term of a year, contracts in force after it and those sold a year before. Of another term, premium renewed and
    premium written a term before: both 0, unknown, where premium says more or less than how many have stayed.
    """
    found, nothing = scenario.products[product], np.zeros(books.shape[0])
    if not _renews(found):
        return nothing, np.ones(books.shape[0])
    if found.term == MONTHS_PER_YEAR:
        return _sum(books, "kept_13_months", product), _sum(books, "sold_a_year_ago", product)
    if not _alike(found):
        return nothing, nothing
    new, renewal = (books.cube.series(f"{name}.{product}") for name in ("premium_new", "premium_renewal"))
    return renewal[:, found.term :].sum(axis=1), (new + renewal)[:, : -found.term].sum(axis=1)


def _renews(product: Product) -> bool:
    return product.term > 0 and any(product.renewal)


def _alike(product: Product) -> bool:
    """Whether all contracts of a product renew alike, whatever their age, and at the price at which they were sold."""
    return len(product.renewal) == 1 and len(product.price.since) == 1 and not product.changed


def _growth(scenario: Scenario, product: str) -> float:
    """What a unit of money becomes by the discount rate in a term, after which contracts renew."""
    found = scenario.products[product]
    years = found.term / MONTHS_PER_YEAR if _renews(found) else 1.0
    return float((1.0 + scenario.accounts.discount_rate) ** years)


def _partners(books: Books, segment: str) -> tuple[Reals, Reals]:
    """Partners lost within a year and those there a year before, at the ends of all whole years."""
    ends = slice(MONTHS_PER_YEAR - 1, None, MONTHS_PER_YEAR)
    lost, stood = (books.cube.series(f"{name}.{segment}")[:, ends] for name in ("lost_in_year", "with_us_a_year_ago"))
    return lost.sum(axis=1), stood.sum(axis=1)


def _sum(books: Books, name: str, part: str) -> Reals:
    return np.asarray(books.cube.series(f"{name}.{part}").sum(axis=1))
