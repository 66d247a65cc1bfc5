"""Mistakes that a product like this has made, or might: each put into the product for a test, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.base.arrays import Integers, Reals
from sim.base.units import MONTHS_PER_YEAR
from sim.engine.state.books import Books
from sim.engine.state.in_force import Margin
from sim.money.deficiency import Deficiency
from sim.money.flows import Account, Flow
from sim.policy.book import Book
from sim.results import whole

Patch = pytest.MonkeyPatch


def margin_without_handling(patch: Patch) -> None:
    """What claims to come cost to handle is forgotten."""
    right = Margin._claims

    def claims(self: Margin, now: Any, p: int, premium: Any) -> Reals:
        return right(self, now, p, premium) / (1.0 + now.plan.lines[p].product.expenses.handling)

    patch.setattr(Margin, "_claims", claims)


def unearned_is_margin(patch: Patch) -> None:
    """Claims of contracts in force are forgotten."""
    patch.setattr(Margin, "_claims", lambda self, now, p, premium: np.zeros((1, premium.by_slot.shape[0])))


def no_commission_to_come(patch: Patch) -> None:
    """Commission that accrues as premium is earned is forgotten."""
    patch.setattr(Book, "to_come", lambda self, ordinal, in_force: np.zeros_like(in_force.unearned))


def terms_of_today_for_ever(patch: Patch) -> None:
    """What the policy states for months to come is forgotten."""
    patch.setattr(
        Margin, "_commission", lambda self, now, premium, in_force: self._batch.book.to_come(now.ordinal, in_force)
    )


def open_years_are_free(patch: Patch) -> None:
    """What rules will owe for a year that they have not judged yet is forgotten."""
    patch.setattr(Book, "owed", lambda self, facts, memory: 0)


def advances_are_worth(patch: Patch) -> None:
    """Commission advanced counts as an asset."""
    _add_to_value(patch, Account.ADVANCE)


def deferred_cost_is_worth(patch: Patch) -> None:
    """So does deferred acquisition cost."""
    _add_to_value(patch, Account.DAC)


def overdue_is_good(patch: Patch) -> None:
    """Debts of any age count at their face."""
    patch.setattr(Books, "prudent_equity", Books.equity)


def debts_are_bad_at_once(patch: Patch) -> None:
    """Whatever partners owe counts as nothing."""
    patch.setattr(Books, "prudent_equity", lambda self: self.equity() - _on(self, Account.RECEIVABLE))


def products_make_good(patch: Patch) -> None:
    """The deficiency is measured over all products together."""
    right = Deficiency.measure

    def measure(self: Deficiency, deferred: Integers, margin: Integers) -> dict[Flow, Integers]:
        together = deferred.copy()
        together[0] += (margin - deferred).sum(axis=0)
        return right(self, deferred, together)

    patch.setattr(Deficiency, "measure", measure)


def opened_at_capital(patch: Patch) -> None:
    """What the owner puts in is taken for the capital, whatever the contracts in force are worth."""
    patch.setitem(whole.FORMULAS, "npv", lambda b, s: _discounted(b, s, b.value[:, -1]))


def npv_of_cash(patch: Patch) -> None:
    """Cash at the end counts, and not what is still owed of it."""
    patch.setitem(whole.FORMULAS, "npv", lambda b, s: _discounted(b, s, b.cash[:, -1]))


def npv_of_result(patch: Patch) -> None:
    """The result counts, and not what the owner could have earned elsewhere."""
    patch.setitem(whole.FORMULAS, "npv", lambda b, s: b.result.sum(axis=1))


def _discounted(books: Any, scenario: Any, end: Reals) -> Reals:
    years = books.shape[1] / MONTHS_PER_YEAR
    return np.asarray(end / (1.0 + scenario.accounts.discount_rate) ** years - scenario.opening.capital)


def _add_to_value(patch: Patch, account: Account) -> None:
    right = Books._run_off_value
    patch.setattr(Books, "_run_off_value", lambda self: right(self) + _on(self, account))


def _on(books: Books, account: Account) -> Integers:
    return np.asarray(books.ledger.on(account).reshape(books.shape))


MISTAKES: dict[Callable[[Patch], None], tuple[str, ...]] = {
    margin_without_handling: ("loaded_0.1808", "paid_late_0.331"),
    unearned_is_margin: ("last_month_0.755",),
    no_commission_to_come: ("as_earned_0.379", "profit_share_0.439", "sliding_scale_0.379"),
    open_years_are_free: (
        "profit_share_unjudged_0.444",
        "sliding_scale_written_18_0.379",
        "bonus_of_the_year_18_0.1758",
    ),
    terms_of_today_for_ever: ("earned_after_the_end_0.662",),
    advances_are_worth: ("advance_0.2715", "warm_up_with_advances_0.595"),
    deferred_cost_is_worth: ("annual_0.372",),
    overdue_is_good: ("never_4_0.51", "advance_stopped_16_0.077", "clawback_too_late_16_0.355"),
    debts_are_bad_at_once: ("lag_0.361",),
    products_make_good: ("warm_up_of_two_0.2505",),
    opened_at_capital: ("warm_up_0.3775",),
    npv_of_cash: ("doubling_0.35", "last_month_0.755"),
    npv_of_result: ("idle_0.119", "too_much_capital_275000"),
}
"""each with policies whose sign it turns, so that a losing one passes or a good one fails"""
