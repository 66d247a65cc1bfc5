"""Sums that ratios are of, a value a replication: key figures of the same axis, and these, which are none themselves.

Money is in major units. Sums of a year are those of the last whole year; market sums, of the last twelve months.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sim.base.arrays import Reals
from sim.base.errors import SimError
from sim.base.units import DAYS_PER_MONTH, MINOR_PER_MAJOR, MONTHS_PER_YEAR
from sim.figures.key import Placed
from sim.money.flows import Flow
from sim.results import by_part, lifetime, whole
from sim.results.account_series import Books
from sim.results.contribution import COMPONENTS, Grouping
from sim.scenario.language.suggestions import did_you_mean
from sim.scenario.schema import Scenario
from sim.statistics.ratios import Terms

_EXPENSES = (
    "handling", "acquisition", "administration", "programme", "marketing_funds", "commission_tax", "direct_channel",
)  # fmt: skip
_OWN_EXPENSES = ("handling", "acquisition", "administration", "service")  # of contribution margins
_COSTS = ("claims", "commission", *_EXPENSES)


def terms(one: Placed, books: Books, scenario: Scenario) -> Terms:
    """The sums that a ratio is of; none where the figure is no ratio."""
    return [(_sum(top, one, books, scenario), _sum(low, one, books, scenario)) for top, low in one.key.ratio_of]


def _sum(name: str, one: Placed, books: Books, scenario: Scenario) -> Reals:
    if not one.part:
        if not known(name):
            raise SimError(
                f'{one.name} is stated as a ratio of "{name}", which is no sum; {did_you_mean(name, _names())}'
            )
        return np.asarray({**whole.FORMULAS, **_WHOLE}[name](books, scenario), dtype=np.float64)
    if name in _PARTS:
        return _PARTS[name](books, scenario, one.part)
    return by_part.total(books.cube, name, one.part)


def known(name: str) -> bool:
    """Whether there is such a sum of the whole."""
    return name in _names()


def _names() -> list[str]:
    return [*whole.FORMULAS, *_WHOLE]


def _costs(books: Books, scenario: Scenario) -> Reals:
    cost = sum(books.movement[label].sum(axis=1) for label in _COSTS)
    incidents = books.flow(Flow.OTHER_PAID).sum(axis=1)
    return np.asarray(cost + books.movement["loss_share"].sum(axis=1) + incidents)


def _expenses(books: Books, scenario: Scenario) -> Reals:
    paid = sum(books.movement[label].sum(axis=1) for label in _EXPENSES)
    return np.asarray(paid + books.flow(Flow.OTHER_PAID).sum(axis=1))


def _other_costs_written(books: Books, scenario: Scenario) -> Reals:
    commission = books.flow(
        Flow.COMMISSION_ACCRUED, Flow.COMMISSION_EXPENSED, Flow.ADVANCE_WRITTEN_DOWN, Flow.ONLOAD_ACCRUED
    ) - books.flow(
        Flow.COMMISSION_REVERSED, Flow.COMMISSION_CLAWED_BACK, Flow.HOLDBACK_FORFEITED, Flow.LOSS_SHARE_CHARGED,
        Flow.ONLOAD_TAKEN_BACK,
    )  # fmt: skip
    other = books.flow(
        Flow.HANDLING_PAID,
        Flow.ACQUISITION_PAID,
        Flow.ADMINISTRATION_PAID,
        Flow.PROGRAMME_PAID,
        Flow.DIRECT_CHANNEL_PAID,
        Flow.OTHER_PAID,
        Flow.FUND_ACCRUED,
        Flow.VAT_BORNE,
        Flow.VAT_REVERSE_BORNE,
    ) - books.flow(Flow.FUND_EXPIRED)
    return (commission + other).sum(axis=1)


def _of_products(books: Books, name: str) -> Reals:
    """A monthly figure by product over the horizon, all products together."""
    found = [by_part.total(books.cube, name, product) for product in books.cube.named(name)]
    return np.asarray(np.add.reduce(found))


def _of_creditors(books: Books, name: str) -> Reals:
    """A monthly figure of all partners together, over the horizon."""
    return np.asarray(np.add.reduce([by_part.total(books.cube, name, who) for who in books.cube.named(name)]))


def _of_doubted(books: Books, name: str) -> Reals:
    """A monthly figure of the segments of whose quality anything is said, all together, at the end."""
    ends = (books.cube.series(f"{name}.{one}")[:, -1] for one in books.cube.named(name))
    return np.asarray(np.add.reduce([np.zeros(books.shape[0]), *ends]))


def _receivable_days(books: Books, scenario: Scenario) -> Reals:
    """Receivable at the end x days of the last twelve months, fewer where the horizon is shorter.

    Over the premium of these months it is the average collection period (Brealey, Myers and Allen, Principles of
    Corporate Finance, section on financial ratios: receivables over average daily sales).
    """
    days = DAYS_PER_MONTH * min(books.shape[1], MONTHS_PER_YEAR)
    return np.asarray(books.cube.series("balance.receivable")[:, -1] * days)


def _of_market(books: Books, ours: bool) -> Reals:
    """New premium through partners in the last twelve months: ours as sold, the rivals' expected."""
    market = books.cube.series("market_premium")[:, -MONTHS_PER_YEAR:]
    share = books.cube.series("market_share.us")[:, -MONTHS_PER_YEAR:] if ours else 1.0
    return np.asarray((share * market).sum(axis=1))


def _of_year(books: Books, scenario: Scenario) -> Reals:
    """Partners' premium of the last whole year, 0 before its end."""
    whole_years = books.shape[1] // MONTHS_PER_YEAR * MONTHS_PER_YEAR
    return books.flow(Flow.PREMIUM_WRITTEN)[:, max(whole_years - MONTHS_PER_YEAR, 0) : whole_years].sum(axis=1)


def _of_top_10(books: Books, scenario: Scenario) -> Reals:
    share = whole.last_known(books.cube.series("top_10_share"))
    return np.where(np.isnan(share), 0.0, share) * _of_year(books, scenario)


def _incremental(books: Books, scenario: Scenario) -> Reals:
    """New premium of partners that would not have come without them."""
    return np.asarray((books.cube.series("premium_touched") - books.cube.series("premium_anyway")).sum(axis=1))


_WHOLE: dict[str, Callable[[Books, Scenario], Any]] = {
    "costs": _costs,
    "expenses": _expenses,
    "other_costs_written": _other_costs_written,
    "claims_paid": lambda b, s: b.flow(Flow.CLAIMS_PAID).sum(axis=1),
    "premium_direct": lambda b, s: b.flow(Flow.PREMIUM_WRITTEN_DIRECT).sum(axis=1),
    "premium_of_ours": lambda b, s: _of_market(b, ours=True),
    "premium_of_market": lambda b, s: _of_market(b, ours=False),
    "premium_touched": lambda b, s: b.cube.series("premium_touched").sum(axis=1),
    "premium_incremental": lambda b, s: (b.cube.series("premium_touched") - b.cube.series("premium_anyway")).sum(
        axis=1
    ),
    "attended_partners": lambda b, s: b.cube.series("attended").sum(axis=1),
    "attention_of_partners": lambda b, s: np.nansum(b.cube.series("attention") * b.cube.series("attended"), axis=1),
    "asked": lambda b, s: b.cube.series("asked").sum(axis=1),
    "served": lambda b, s: b.cube.series("served").sum(axis=1),
    "desk_leads": lambda b, s: b.cube.series("desk_leads").sum(axis=1),
    "desk_hours": lambda b, s: (b.cube.series("desk_wait") * b.cube.series("desk_leads")).sum(axis=1),
    "premium_of_year": _of_year,
    "premium_of_top_10": _of_top_10,
    "unsound_partners_end": lambda b, s: _of_doubted(b, "unsound"),
    "doubted_partners_end": lambda b, s: _of_doubted(b, "doubted"),
    "survey_answers": lambda b, s: b.cube.series("survey_answers").sum(axis=1),
    "survey_score": lambda b, s: b.cube.series("survey_score").sum(axis=1),
    "sales_of_partners": lambda b, s: _of_creditors(b, "sold_first"),
    "units_off_market": lambda b, s: whole.of_stocked(b, "units_due").sum(axis=1),
    "reserved_units_bought": lambda b, s: whole.of_stocked(b, "units_bought").sum(axis=1),
    "untracked_sales": lambda b, s: _of_creditors(b, "untracked"),
    "kept_13_months": lambda b, s: _of_products(b, "kept_13_months"),
    "sold_a_year_ago": lambda b, s: _of_products(b, "sold_a_year_ago"),
    "receivable_times_days": _receivable_days,
    "premium_of_12_months": lambda b, s: b.flow(Flow.PREMIUM_WRITTEN)[:, -MONTHS_PER_YEAR:].sum(axis=1),
    "equity_tested_end": lambda b, s: b.tested[:, -1],
    "equity_required_end": lambda b, s: whole.required(b, s)[:, -1],
    "registered_end": lambda b, s: b.cube.series("our_partners")[:, -1],
    "active_registered_end": lambda b, s: b.cube.series("active_registered")[:, -1],
    "exposure_end": lambda b, s: b.cube.series("exposure")[:, -1],
}


def _cost_of_new_customers(books: Books, scenario: Scenario, segment: str) -> Reals:
    """Commission and service of a type of partner, or what our own channel cost, opening of outlets over their life."""
    cube = books.cube
    if segment in cube.named("own_cost"):
        return by_part.total(cube, "own_cost", segment)
    return by_part.total(cube, "commission", segment) + by_part.total(cube, "service_cost", segment)


def _at_years_ends(name: str) -> Callable[[Books, Scenario, str], Reals]:
    """A stock at the ends of all whole years together."""
    ends = slice(MONTHS_PER_YEAR - 1, None, MONTHS_PER_YEAR)
    return lambda books, scenario, part: np.asarray(books.cube.series(f"{name}.{part}")[:, ends].sum(axis=1))


def _of_product(*components: str) -> Callable[[Books, Scenario, str], Reals]:
    """Cost of a product as its contribution margin bears it."""
    return lambda books, scenario, part: _borne(books.contributions.by_product, part, components)


def _of_segment(*components: str) -> Callable[[Books, Scenario, str], Reals]:
    """Cost of a type of partner as its contribution margin bears it."""
    return lambda books, scenario, part: _borne(books.contributions.by_segment, part, components)


def _borne(grouping: Grouping, part: str, components: Sequence[str]) -> Reals:
    rows = [COMPONENTS.index(name) for name in components]
    return np.asarray(-grouping.amounts[rows, grouping.parts.index(part)].sum(axis=(0, -1)) / MINOR_PER_MAJOR)


_PARTS: dict[str, Callable[[Books, Scenario, str], Reals]] = {
    **{name: _at_years_ends(name) for name in ("lost_in_year", "with_us_a_year_ago")},
    "expenses_of_product": _of_product(*_OWN_EXPENSES),
    "commission_of_product": _of_product("commission"),
    "commission_of_segment": _of_segment("commission"),
    "expenses_of_segment": _of_segment(*_OWN_EXPENSES),
    "cost_of_new_customers": _cost_of_new_customers,
    **lifetime.SUMS,
}
