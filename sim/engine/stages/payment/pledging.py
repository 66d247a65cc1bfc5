"""The deposit scheme through the month: deposits move and blanks are issued, used, voided at a default, and abused.

Notation: p product, s segment, i row.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.base.columns import Table
from sim.base.errors import LedgerError
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR, monthly_rate, to_minor
from sim.contracts.largest_remainder import shared_out
from sim.engine.stages.choice import reached
from sim.engine.stages.payment import coming_in
from sim.engine.state.channels import Channels
from sim.engine.state.market import Market
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.sales_limits import Limits
from sim.engine.state.work_space import WorkSpace
from sim.policy.terms.deposit_terms import DepositTerms
from sim.settlement import ageing, deposits, settle
from sim.settlement.limits import monthly_premium as premium_a_month

REACH, EXPECTED = 0, 1  # the model's buffers of one float a row, and what they hold here
ANY = -1  # a partner can afford any deposit
_NOBODY: Integers = np.zeros(0, dtype=np.int64)


def asked(now: Now, terms: DepositTerms) -> Flags:
    """Segments whose partners the scheme asks for a deposit this month: bool[segment]."""
    return np.array([terms.in_force(now.ordinal) and kind.name in terms.segments for kind in now.plan.kinds])


def carriage(now: Now) -> Reals:
    """What the deposit costs a partner a month, by segment, as the yield of our offer takes it: float64[segment]."""
    plan, terms = now.plan, now.plan.scenario.policy.deposits
    cost = np.zeros(len(plan.kinds))
    if terms is not None:
        for s in np.flatnonzero(asked(now, terms)):
            cost[s] = terms.carriage(
                now.ordinal, float(plan.carriage.cost_of_money[s]), float(plan.carriage.float_lag[s])
            )
    return cost


def deposits_move(
    now: Now, market: Market, channels: Channels, table: Table, work: WorkSpace, limits: Limits, terms: DepositTerms,
    monthly: Reals,
) -> None:  # fmt: skip
    """Partners pay in what the expected month needs and get back what they do not; blanks are issued to the limit.

    `monthly`, float64[n], is what `monthly_premium` finds.
    """
    value = to_minor(terms.value_of_blank.at(now.ordinal))
    multiple = terms.multiple_at(now.ordinal)
    table.deposit_taken[:] = table.deposit_kept[:] = 0  # the other moves are written for all
    deposit, scheme, wanted = table.deposit[0], table.in_scheme[0], _wanted(now, market, channels, table, work, terms)
    deposits.join(now.edges, np.pad(asked(now, terms), (0, now.batch.ours)), _chosen(now, table, terms), scheme)
    deposits.pay_in(
        scheme,
        table.present,
        wanted,
        value,
        multiple,
        _funds(now, channels, table, monthly),
        limits.exposure,
        deposit,
        table.deposit_in[0],
    )
    deposits.pay_back(
        scheme, table.present, table.idle[0], terms.months_quiet, wanted, value, multiple, limits.exposure,
        table.receivable, table.abused[0], table.blanks[0], deposit, table.deposit_out[0],
    )  # fmt: skip
    deposits.issue(scheme, table.present, value, multiple, limits.exposure, deposit, table.blanks[0])
    for one in channels.networks:
        one.view(table.broker_cash[0])[:] += one.view(table.deposit_out[0]) - one.view(table.deposit_in[0])
    deposits.hold(scheme, table.blanks[0], limits.contracts)  # who has left holds none


def _chosen(now: Now, table: Table, terms: DepositTerms) -> Integers:
    """Above 0 for partners that the scheme asks by their history or rating; empty where it asks all: int64[n or 0]."""
    if not terms.chooses:
        return _NOBODY
    found = np.zeros(table.rows, dtype=np.int64)
    if terms.after_arrears is not None:
        ageing.older(now.month, terms.after_arrears, table.arrears_before, found)
    if terms.rating_below is not None and len(table.rating):
        found[table.present & (table.rating[0] < terms.rating_below)] = 1
    return found


def _wanted(
    now: Now, market: Market, channels: Channels, table: Table, work: WorkSpace, terms: DepositTerms
) -> Integers:
    """Blanks for the contracts that a partner expects this month, and the spare ones: int64[n]."""
    plan, expected = now.plan, work.buffers[EXPECTED]
    reached.buyers(now, market, channels, table, work.buffers[REACH])
    seasons = np.array([line.season[now.t] for line in plan.lines])
    passing = plan.funnel.passing[:, now.t]
    by_segment = [plan.by_segment.mix @ (seasons * demand) * passing for demand in market.demand.tolist()]
    ours = table.present & (table.share[0] > 0.0) & np.repeat(~market.closed, now.batch.of_one)
    renewing = [(line, year) for line in plan.lines for year in range(line.years if line.term else 0)]
    rows = [line.first_count_slot + year * line.slots + now.month % line.slots for line, year in renewing]
    deposits.want(
        now.edges, work.buffers[REACH], now.batch.with_own(np.array(by_segment), 0.0), ours, table.ring_count,
        np.array(rows, dtype=np.int64), np.array([line.renewal[year] for line, year in renewing]), terms.spare_blanks,
        expected, wanted := np.empty(table.rows, dtype=np.int64),
    )  # fmt: skip
    return wanted


def _funds(now: Now, channels: Channels, table: Table, monthly: Reals) -> Integers:
    """Largest deposit that each partner can afford, -1 for any: int64[n]. A network broker pays in what cash it has."""
    found = np.full(table.rows, ANY, dtype=np.int64)
    for kind in now.plan.kinds:
        if kind.segment.funds is not None:
            rows = slice(kind.first, kind.last)
            of_segment = MONTHS_PER_YEAR * monthly.reshape(now.size, -1)[:, rows] * kind.segment.funds
            found.reshape(now.size, -1)[:, rows] = of_segment.astype(np.int64)
    for one in channels.networks:
        cash = one.view(table.broker_cash[0]) + one.by_replication(one.begins) * to_minor(one.terms.opening_cash)
        most, funds = one.view(table.deposit[0]) + np.maximum(cash, 0), one.view(found)
        funds[:] = np.where(funds < 0, most, np.minimum(funds, most))
    return found


def monthly_premium(now: Now, market: Market, channels: Channels, table: Table) -> Reals:
    """Premium a month (minor units) that a partner's whole flow would bring, the mean of a year: float64[n]."""
    plan, out = now.plan, np.empty(table.rows)
    per_buyer = (plan.by_segment.mix * market.year[:, None]).sum(axis=2) * plan.funnel.passing[:, now.t]
    premium_a_month(now.edges, channels.flow, now.batch.with_own(per_buyer * MINOR_PER_MAJOR), out)
    return out


def sell_void_blanks(now: Now, table: Table, limits: Limits | None) -> None:
    """Defaulted partners sell blanks that they should have returned, shared over their products."""
    if limits is None or now.plan.scenario.policy.deposits is None:
        return
    limits.abusing[:] = table.abused[0] > 0
    for i in np.flatnonzero(limits.abusing):
        mix = now.plan.by_segment.mix[now.plan.population.segment[i % now.batch.of_one]]
        table.new[:, i] += shared_out(int(table.abused[0, i]), mix)


def void_blanks_are_lost(now: Now, table: Table, limits: Limits | None, work: WorkSpace) -> None:
    """What void blanks brought is settled as at a default: commission is set off, the rest is lost."""
    if limits is None or not limits.abusing.any():
        return
    everyone, sure = np.zeros(table.rows), np.ones(len(now.plan.population.segments))
    settle.default(
        now.edges, sure, limits.abusing, everyone, table.due_premium, table.due_commission,
        table.arrears_premium, table.arrears_commission, table.due_pay, table.due_holdback, table.account,
        table.receivable, table.payable, table.holdback, table.advance, table.netted, table.held_set_off, table.freed,
        table.advance_lost, table.lost, work.flags, work.tallies[0],
    )  # fmt: skip
    coming_in.nothing_waits(limits.abusing, table)


def deposits_answer(
    now: Now, channels: Channels, table: Table, limits: Limits | None, work: WorkSpace, note: Notebook
) -> None:
    """Blanks are used; deposits answer for what defaulted partners owe; interest; who owes how much at the close."""
    terms = now.plan.scenario.policy.deposits
    if limits is None:
        return
    if terms is not None:
        _use_blanks(now, table, limits.abusing)
        deposits.set_off(
            table.defaulted | limits.abusing, terms.blank_abuse, terms.forfeited, table.deposit[0], table.blanks[0],
            table.abused[0], table.lost, table.deposit_taken[0], table.deposit_out[0], table.deposit_kept[0],
        )  # fmt: skip
        rate = monthly_rate(terms.interest.at(now.ordinal))
        deposits.pay_interest(rate, table.abused[0], table.deposit[0], table.deposit_interest[0])
        for one in channels.networks:
            one.view(table.broker_cash[0])[:] += one.view(table.deposit_interest[0])
    deposits.exposures(
        now.edges, now.plan.by_channel.net, table.due_commission, table.arrears_commission,
        table.receivable, limits.exposure,
    )  # fmt: skip
    if terms is not None:
        value = to_minor(terms.value_of_blank.at(now.ordinal))
        note["blanks_out"] = table.blanks.reshape(now.size, -1).sum(axis=1)
        deposits.outstanding(
            now.edges, table.in_scheme[0], value, limits.exposure, table.blanks[0], work.tallies[0]
        )  # fmt: skip
        limits.outstanding[:] = work.count(work.tallies[0])


def _use_blanks(now: Now, table: Table, abusing: Flags) -> None:
    sold = np.empty(table.rows, dtype=np.int64)
    deposits.sold(table.new, table.renewed, abusing, sold)
    row = int(deposits.use(table.in_scheme[0], sold, table.blanks[0], table.idle[0]))
    if row >= 0:
        raise LedgerError(f"partner {now.batch.name(row)} sold more contracts than it had blanks")
