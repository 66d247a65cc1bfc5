"""Premium comes in as customers pay it; commission may wait for it; early remittance may bring a discount.

Notation: p product, i row, s segment, a months since the sale.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.base.columns import Table
from sim.base.units import MONTHS_PER_YEAR
from sim.engine.layout import collection_schedule
from sim.engine.state.commission import Commission
from sim.engine.state.now import Now
from sim.policy.given.refunds import Refunds
from sim.settlement import early_discount, instalments


def fees_wait(now: Now, table: Table) -> Integers:
    """Sums for the month's sales that are due with their premium: int64[p or 0, n]. Who remits net has them apart."""
    waits = now.payment.collected & ~now.plan.by_channel.net
    none: Integers = table.fees_on_new[:0]
    return table.fees_on_new * now.batch.layout.by_row(waits) if waits.any() else none


def customers_pay(now: Now, table: Table, own: Integers, fees: Integers) -> Integers:
    """Premium that customers pay partners this month, int64[n]; takes off `own`, the sellers' commission, what waits.

    Of sales of the month that is a part where the product is paid in instalments, and the instalments of earlier ones.
    `fees`, int64[p or 0, n], are part of `own`.
    """
    if not len(table.instalments):
        return np.asarray(table.written)
    slot, paid, postponed = now.month % len(table.instalments), table.instalment_paid[0], table.on_instalments[0]
    paid[:] = table.instalments[slot]
    matured, kept = table.instalment_commission[slot].copy(), np.zeros(table.rows, dtype=np.int64)
    table.instalments[slot] = table.instalment_commission[slot] = postponed[:] = 0
    partners = np.arange(len(now.payment.delay)) < len(now.plan.kinds)
    rides = now.plan.by_channel.net | now.payment.collected
    for line in now.plan.lines:
        p, shares = line.position, np.array(line.product.instalments)
        if shares.size > 1:
            passed = table.passed[p] if len(table.passed) else 0
            commission = table.accrued[p] - passed + (fees[p] if len(fees) else 0)
            instalments.grant(
                now.edges, now.month, shares, partners, rides, now.payment.in_full, table.premium_new[p],
                table.premium_renewal[p], commission, table.instalments, table.instalment_commission, postponed, kept,
            )  # fmt: skip
    own += matured - kept
    np.add(table.payable, kept - matured, out=table.payable)
    return np.asarray(table.written - postponed + paid)


def nothing_waits(gone: Flags, table: Table) -> None:
    """What defaulted partners are owed is due at once, and no discount is; their customers still pay."""
    for ring in (table.instalment_commission, table.due_discount):
        if len(ring):
            instalments.clear(gone, ring)


def takes_discount(now: Now) -> Flags:
    """Segments that remit early for a discount: it is worth more than their money for the months given up."""
    terms, ours = now.payment, now.batch.ours
    money = np.pad(now.plan.carriage.cost_of_money, (0, ours)) / MONTHS_PER_YEAR
    earlier = np.maximum(np.pad(now.plan.carriage.float_lag, (0, ours)) - terms.discount_within, 0.0)
    return np.asarray(terms.discount / (1.0 - terms.discount) > money * earlier)


def lags(now: Now) -> tuple[Integers, Reals]:
    """Remittance lag: whole months, and the share due one month later, by segment with our own channels."""
    ours, within = now.plan.by_channel, now.payment.discount_within
    if not now.payment.discount.any():
        return ours.lag_months, ours.lag_fraction
    sooner = takes_discount(now) & (ours.lag_months + ours.lag_fraction > within)
    return np.where(sooner, within, ours.lag_months), np.where(sooner, 0.0, ours.lag_fraction)


def discount_is_promised(now: Now, table: Table, came: Integers, own: Integers) -> None:
    """Enter the discount on the batch of the month of those who take it."""
    if len(table.due_discount) and now.payment.discount.any():
        whole, fraction = lags(now)
        rate = np.where(takes_discount(now), now.payment.discount, 0.0)
        kept = np.minimum(own, came) * now.batch.layout.by_row(now.plan.by_channel.net)
        early_discount.promise(now.edges, now.month, whole, fraction, rate, came - kept, table.due_discount)


def discount_is_taken(now: Now, table: Table, discipline: Reals, u: Reals) -> None:
    """Those who remit in time keep the discount on what is due."""
    if len(table.due_discount):
        due = table.due_discount[now.month % len(table.due_discount)]
        table.discounted[:] = 0
        early_discount.take(now.edges, discipline, u, due, table.remitted, table.discounted[0])


def premium_comes_in(now: Now, table: Table, commission: Commission, discipline: Reals, u: Reals) -> None:
    """Tell what has come in by month of sale: who remits in time remits all that is due, arrears included."""
    if not len(table.premium_sold):
        return
    sold = table.premium_sold.reshape(len(now.plan.lines), -1, table.rows)
    sold[:, now.month % sold.shape[1]] = (table.premium_new + table.premium_renewal) * ~now.batch.is_own
    sold[..., table.defaulted] = 0
    late, in_time = table.unpaid_months[0], u < now.batch.layout.by_row(discipline)
    found = Refunds()
    found.month = now.month
    for p in range(len(sold)):
        found.add(p, _came(now, p, sold[p], late, in_time))
    late += 1
    late[in_time] = 0
    commission.collections = found


def _came(now: Now, p: int, sold: Integers, late: Integers, in_time: Flags) -> Integers:
    """Premium of a product that comes in, sold[month, n]: row, age, premium; contracts and year are 0: int64[5, k]."""
    assert now.plan.layout.collection is not None
    upto = now.batch.layout.by_row(np.cumsum(now.plan.layout.collection[p], axis=1).T)
    rows, last, found = np.arange(late.size), len(upto) - 1, [np.zeros((5, 0), dtype=np.int64)]
    for age in range(len(sold)):
        before = age - 1 - late
        then = np.where(before >= 0, upto[np.clip(before, 0, last), rows], 0.0)
        premium = sold[(now.month - age) % len(sold)]
        came = (np.rint(premium * upto[min(age, last)]) - np.rint(premium * then)).astype(np.int64) * in_time
        there = np.flatnonzero(came)
        found.append(np.array([there, np.full(there.size, age), came[there], 0 * there, 0 * there]))
    return np.concatenate(found, axis=1)


def months_until_paid(now: Now) -> Reals:
    """Months from a sale until commission that waits for premium is due, remittance apart: float64[segments]."""
    mean, last = collection_schedule.waits(now.plan.scenario)
    worth = now.plan.by_segment.mix * now.plan.worth[:, now.t]
    weights = np.divide(worth, worth.sum(axis=1, keepdims=True), out=np.zeros_like(worth), where=worth > 0)
    full = now.payment.in_full[: -now.batch.ours]
    found = np.where(full, (weights * last).sum(axis=1), (weights * mean).sum(axis=1))
    return np.pad(found, (0, now.batch.ours))
