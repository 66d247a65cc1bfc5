"""What products, types of partner and renewals contribute: the month's amounts that are known to be theirs.

What belongs to none of them alone, `sim.results.contribution` shares out.

Notation: R replications, W worlds, B = W x R books, p product, s segment (the last are our own channels).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.base.arrays import Integers, Places, Reals
from sim.base.units import MONTHS_PER_YEAR
from sim.engine.state.books import Books
from sim.engine.state.commission import Commission
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.renewals_in_force import COMMISSION, PREMIUM, RenewalsInForce, commission_on_renewals
from sim.policy.onload import lines


def contributions_are_noted(now: Now, commission: Commission, books: Books, note: Notebook) -> None:
    """Note, in every world, what cannot be told afterwards."""
    cost = _commission_of_products(now, commission, books)
    _note_products(now, books, note, cost)
    _note_segments(now, books, note)
    _note_persistency(now, books, note)
    for group in books.own.renewals:
        _note_renewals(now, books, note, group, cost)
    if books.own.longer:
        _hold_longer_terms(now, books)


def _note_products(now: Now, books: Books, note: Notebook, commission: ProductCommission) -> None:
    own, worlds = books.own, books.shape
    noted = {
        "premium_earned_partners": np.add.reduce(books.totals.cells("earned")[..., : -now.batch.ours], axis=2),
        "commission_cost": commission.cost + lines(now.plan.expenses.onload[:, None], commission.cost),
        "acquisition_cost": own.acquisition,
        "administration_share": own.administration,
        "claims_handling": books.claims.handling,
        "reserve_change": books.claims.reserve_moved,
        "deficiency_change": books.deficiency.moved,
    }
    for name, amounts in noted.items():
        by_world = amounts.reshape(len(amounts), -1, worlds[1])
        note.parts_of_worlds("product", name)[:] = by_world.transpose(1, 2, 0)


class ProductCommission(NamedTuple):
    """Commission as it becomes cost, where it is known to be on a product: int64[p, R] each."""

    amortised: Integers
    """on premium, as it is earned"""
    released: Integers
    """on premium refunded, what is not taken back of it"""
    for_sales: Integers
    """fees for sales"""

    @property
    def cost(self) -> Integers:
        """All of it."""
        return self.amortised + self.released + self.for_sales


def _commission_of_products(now: Now, commission: Commission, books: Books) -> ProductCommission:
    sums, own, deferred = books.totals, books.own, books.commission_unearned
    released = own.released if books.deferred else np.zeros_like(own.released)
    run_off = sums.by_product("accrued") + commission.statement.fees + own.trued_up + own.deferred - deferred
    own.deferred = deferred
    kept = released
    if own.released.any():
        back = sums.of("taken_back") / np.maximum(np.add.reduce(own.released), 1)
        kept = released - np.rint(own.released * back).astype(np.int64)
    fees = sums.by_product("fees_on_new")
    return ProductCommission(run_off - released, kept, fees if len(fees) else np.zeros_like(run_off))


def _note_segments(now: Now, books: Books, note: Notebook) -> None:
    own, worlds, sums = books.own, books.shape, books.totals
    unearned = now.batch.by_replication(books.premium_unearned)
    run_off = own.unearned - unearned + sums.cells("premium_new") + sums.cells("premium_renewal")
    own.unearned = unearned
    expenses = now.plan.expenses
    found = np.zeros((*worlds, run_off.shape[2]))
    found[..., : -now.batch.ours] = books.claims.found.reshape(*worlds, -1)
    noted = {
        "commission_cost": _commission_of_segments(now, books),
        "acquisition_cost": _shared(own.acquisition, run_off).sum(axis=0),
        "administration_share": _at_rates(expenses.administration, sums.cells("earned")),
        "claims_handling": _at_rates(expenses.handling, books.incurred),
        "service_cost": own.service,
        "recoveries": sums.by_segment("loss_share") + own.recovered + np.rint(found),
        "deficiency_change": _deficiency_moved(books, unearned),
    }
    for name, amounts in noted.items():
        note.parts_of_worlds("segment", name)[:] = amounts
    refunded = np.add.reduce(run_off - sums.cells("earned"), axis=2)
    note.parts_of_worlds("product", "premium_refunded")[:] = refunded.T


def _at_rates(rates: Reals, amounts: Integers) -> Reals:
    """Rates by product x amounts[p, ..., s], added up over products, in whole minor units."""
    by_product = rates.reshape(-1, *[1] * (amounts.ndim - 1))
    return np.asarray(np.rint(np.add.reduce(by_product * amounts)))


def _shared(amounts: Integers, weights: Integers) -> Reals:
    """Amounts[p, ...] shared over the segments by weights[p, ..., s] like them, each part in whole minor units."""
    whole = np.add.reduce(weights, axis=-1, keepdims=True)
    return np.asarray(np.rint(amounts[..., None] * (weights / np.maximum(whole, 1))))


def _commission_of_segments(now: Now, books: Books) -> Integers:
    """Commission as it becomes cost, less what comes back, at the sellers whose sales it was on: int64[R, s]."""
    sum_of = books.totals.by_segment
    on_premium = sum_of("amortised") + sum_of("released") if books.deferred else sum_of("accrued")
    rest = sum_of("expensed") + sum_of("written_down") - sum_of("reversed") - sum_of("held_lost")
    cost = on_premium + rest - _taken_back(now, books)
    return np.asarray(cost + _onload_of_segments(now, books, cost))


def _onload_of_segments(now: Now, books: Books, cost: Integers) -> Integers:
    """Onload on commission that costs so much, int64[R, s]: what is on no product bears the mean by premium earned."""
    rates, sums = now.plan.expenses.onload, books.totals
    if not books.own.onload_differs:
        return lines(float(rates.max()), cost)
    on_premium, earned = books.own.amortised if books.deferred else sums.cells("accrued"), sums.cells("earned")
    usual = np.add.reduce(rates[:, None, None] * earned) / np.maximum(np.add.reduce(earned), 1)
    known = np.add.reduce(rates[:, None, None] * on_premium)
    return np.rint(known + usual * (cost - np.add.reduce(on_premium))).astype(np.int64)


def _taken_back(now: Now, books: Books) -> Integers:
    """Deferred commission taken back by seller's segment, what sponsors give back of it included: int64[R, s]."""
    sum_of = books.totals.by_segment
    back, passed = sum_of("taken_back"), sum_of("released_passed")
    if not passed.any():
        return back
    own = (sum_of("released") - passed) * (now.policy.payment.clawback == "pro_rata")
    of_sponsors = np.add.reduce(back - own, axis=1, keepdims=True)
    return np.asarray(own + _shared(of_sponsors[:, 0], passed).astype(np.int64))


def _deficiency_moved(books: Books, unearned: Integers) -> Integers:
    """Change of the premium deficiency by segment, each product's lying with its unearned premium: int64[W, R, s]."""
    own, (worlds, size) = books.own, books.shape
    before, stands = own.deficiency, books.deficiency.by_product
    if stands.any() or before.any():
        by_world = stands.reshape(-1, worlds, size)
        shared = _shared(by_world, unearned[:, None])
        own.deficiency = shared.sum(axis=0).reshape(before.shape).astype(np.int64)
    return (own.deficiency - before).reshape(worlds, size, -1)


def _note_renewals(
    now: Now, books: Books, note: Notebook, group: RenewalsInForce, commission: ProductCommission
) -> None:
    """Premium earned, claims by exposure, commission and deficiency of renewals; all else follows these."""
    ps, worlds, sums = group.products, books.shape, books.totals
    running, renewed = group.running_off(now.month)
    earned, amortised = sums.by_product("earned")[ps], commission.amortised[ps]
    made = sums.by_product("new")[ps] + sums.by_product("renewed")[ps]
    begun = np.array([earned - running[PREMIUM], made, amortised - running[COMMISSION]])
    share = _shares(now, books, ps)
    group.begin(now.month, share)
    group.hold(books.premium_steps, books.contract_steps, books.commission_steps)
    onload = 1.0 + now.plan.expenses.onload[ps, None]
    of_premium, of_contracts, of_commission = _parts(renewed + share * begun, running + begun)
    noted = {
        "premium_earned_renewal": (of_premium * earned)[:, None],
        "claims_renewal": of_contracts[:, None] * books.incurred[ps].sum(axis=3),
        "commission_renewal": (of_commission * (amortised + commission.released[ps]) * onload)[:, None],
        "deficiency_change_renewal": _deficiency_of_renewals(books, group, now.month).reshape(len(ps), *worlds),
    }
    for name, amounts in noted.items():
        note.parts_of_worlds("product", name)[..., ps] = np.rint(amounts).transpose(1, 2, 0)


def _note_persistency(now: Now, books: Books, note: Notebook) -> None:
    """New contracts of a year ago, and those of them that are in force in a thirteenth month.

    Of a term of a year it is their first renewal that keeps them: where a product's renewals are not told apart by
    contract year, first ones are the part that ends a first term.
    """
    own, slot, sold = books.own, now.month % MONTHS_PER_YEAR, books.totals.by_product("new")
    kept = note.parts_of_worlds("product", "kept_13_months")
    for group in own.renewals:
        if group.term == MONTHS_PER_YEAR:
            ps = group.products
            kept[..., ps] = np.rint(kept[..., ps] * np.where(group.in_one_year, group.new(now.month), 1.0).T)
    kept[..., own.longer] = own.kept.T
    note.parts_of_worlds("product", "sold_a_year_ago")[..., own.followed] = own.sold[own.followed, :, slot].T
    note.parts_of_worlds("product", "contracts_sold")[:] = sold.T
    own.sold[..., slot] = sold


def _hold_longer_terms(now: Now, books: Books) -> None:
    """Keep how many new contracts of terms above a year begin their thirteenth month next."""
    own, sold = books.own, now.month + 1 - MONTHS_PER_YEAR
    new = {p: part for group in own.renewals for p, part in zip(group.products, group.new(sold), strict=True)}
    for held, p in zip(own.kept, own.longer, strict=True):
        steps = books.contract_steps[p].by_slot
        cohort = steps[:, sold % steps.shape[1]].reshape(now.size, -1).sum(axis=1)
        held[:] = np.rint(cohort * new.get(p, 1.0))


def _shares(now: Now, books: Books, ps: Places) -> Reals:
    """Part of the month's premium, contracts and commission that is on renewals: float64[k, p, R]."""
    sums = books.totals
    new, again = sums.by_product("premium_new")[ps], sums.by_product("premium_renewal")[ps]
    if len(sums.by_product("added_new")):  # of the month's cohort alone
        new, again = new - sums.by_product("added_new")[ps], again - sums.by_product("added_renewal")[ps]
    sold, renewed = sums.by_product("new")[ps], sums.by_product("renewed")[ps]
    premium, contracts = _parts(np.array([again, renewed]), np.array([new + again, sold + renewed]))
    passed, on_new = sums.by_product("passed"), sums.by_product("on_new")
    if not len(on_new) and not books.own.pays_new_apart:
        return np.array([premium, contracts, premium])
    sellers = sums.by_product("accrued")[ps] - (passed[ps] if len(passed) else 0)
    on_renewals = sellers - on_new[ps] if len(on_new) else _on_renewals(now, books, ps)
    commission = np.where(sellers > 0, _parts(on_renewals, sellers), premium)
    return np.array([premium, contracts, commission])


def _on_renewals(now: Now, books: Books, ps: Places) -> Reals:
    """Commission of the sellers on renewals, float64[p, R]: what rates say, and of the rest the part of the premium.

    By type of partner: a rule that pays on both alike holds for some, and each renews as much as it does.
    """
    cells = books.totals.cells
    found = np.empty((len(ps), *cells("accrued").shape[1:]))
    commission_on_renewals(
        ps, cells("accrued"), cells("passed"), cells("premium_new"), cells("premium_renewal"),
        *now.batch.book.flat_rates(now.ordinal), found,
    )  # fmt: skip
    return np.asarray(np.add.reduce(found, axis=2))


def _parts(parts: Reals | Integers, whole: Reals | Integers) -> Reals:
    """Parts over the whole, between 0 and 1; 0 of nothing."""
    found = np.divide(parts, whole, out=np.zeros(whole.shape), where=whole > 0)
    return np.minimum(np.maximum(found, 0.0), 1.0)


def _deficiency_of_renewals(books: Books, group: RenewalsInForce, month: int) -> Integers:
    """Change of the deficiency that lies with the unearned premium of renewals: int64[p, B]."""
    own, ps = books.own, group.products
    before, stands = own.deficiency_of_renewals[ps], books.deficiency.by_product[ps]
    if stands.any() or before.any():
        by_world = stands.reshape(len(ps), *books.shape)
        own.deficiency_of_renewals[ps] = np.rint(by_world * group.part(month)[:, None]).reshape(stands.shape)
    return np.asarray(own.deficiency_of_renewals[ps] - before)
