"""Stages of the network brokers: agents begin, join and leave; the brokers' own cash meets what is due.

A scenario without such a segment has an empty list of networks, and nothing here runs.
Notation: R replications, B brokers of a segment in all of them, t index of a month.
"""

from __future__ import annotations

from math import inf

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.base.columns import Table
from sim.base.units import to_minor
from sim.engine.state.channels import Brokers, Channels
from sim.engine.state.market import Market
from sim.engine.state.now import Now
from sim.partners import agents as cohorts
from sim.partners.columns import ACTIVE, LEFT
from sim.settlement import broker_cash as money

PAYS, ROLLS_ON = -1.0, 2.0  # draws that are below and above any probability


def brokers_begin(now: Now, channels: Channels, table: Table) -> None:
    """Brokers that are there for the first time begin with their agents; agents make the flow of the month."""
    for one in channels.networks:
        present = one.read(table.present)
        one.begins = one.agents.begin(present, now.t)
        flow, going_on = one.agents.number * one.terms.contracts_per_agent, one.by_replication(present & ~one.begins)
        np.copyto(one.view(channels.usual), one.by_replication(flow), where=going_on)
        of_each = zip(one.by_replication(one.agents.number), one.by_replication(present), strict=True)
        one.selling = np.array([number[sell].sum() for number, sell in of_each])


def brokers_meet_dues(now: Now, market: Market, channels: Channels, table: Table) -> None:
    """Premium comes in, agents are paid, principals as far as the cash goes; who cannot pay is marked."""
    if not channels.networks:
        return
    worth = market.premium_of_buyer() if now.plan.rivals_worth is None else market.premium_elsewhere().mean(axis=2)
    for one in channels.networks:
        there = _there(one, table)
        _collect(now, market, channels, table, one, there, worth[:, one.kind.position])
        _meet(now, table, one, there)


def _there(one: Brokers, table: Table) -> Flags:
    """Network brokers that sell, or have left and may still owe: bool[B]."""
    status = one.read(table.status)
    return np.asarray((status == ACTIVE) | (status == LEFT))


def _collect(
    now: Now, market: Market, channels: Channels, table: Table, one: Brokers, there: Flags, worth: Reals
) -> None:
    """Let the premium of a month come in, worth so much a buyer of each replication."""
    by_segment, s, terms = now.plan.by_segment, one.kind.position, one.terms
    premium, cash, others = table.broker_premium[0], table.broker_cash[0], len(now.plan.rivals)
    net = np.empty(one.rows.size, dtype=np.int64)
    money.sell_elsewhere(
        one.rows, table.present, table.entered, now.month, by_segment.ramp[s], channels.flow,
        worth * (1.0 - market.pull[:, s]), table.share[1 : 1 + others],
        np.ascontiguousarray(market.rival_rates[:, s]), premium, net,
    )  # fmt: skip
    money.owe_elsewhere(
        one.rows, now.month, by_segment.lag_months[s], by_segment.lag_fraction[s], net, table.others_due
    )
    one.view(premium)[:] += one.view(table.written)
    if one.begins.any():
        one.view(cash)[:] += to_minor(terms.opening_cash) * one.by_replication(one.begins)
    one.view(cash)[:] += one.view(table.advanced)
    money.collect(
        one.rows, there, table.present, now.month, terms.pay_lag, terms.promised.at(now.ordinal),
        to_minor(terms.overhead), premium, table.agents_due, cash, table.agents_paid[0],
    )  # fmt: skip


def _meet(now: Now, table: Table, one: Brokers, there: Flags) -> None:
    """Let principals be paid as far as the cash goes."""
    terms, rows, net = one.terms, one.rows, bool(now.plan.by_segment.net[one.kind.position])
    slot, other = now.month % len(table.due_premium), now.month % len(table.others_due)
    due = one.view(table.due_premium[slot]) + one.view(table.arrears_premium)
    if net:
        due -= one.view(table.due_commission[slot]) + one.view(table.arrears_commission)
    owed_elsewhere = one.view(table.others_due[other]) + one.view(table.others_arrears[0])
    to_us, to_others = table.broker_to_us[0], table.broker_to_others[0]
    short, failed = table.broker_short[0], table.broker_failed[0]
    money.meet(
        rows, there, now.month, terms.pay_lag, terms.grace, table.agents_due, due.ravel(), owed_elsewhere.ravel(),
        table.broker_cash[0], table.broker_late[0], to_us, to_others, short, failed,
    )  # fmt: skip
    money.pay_elsewhere(rows, other, to_others, failed, table.others_due, table.others_arrears[0])
    if one.view(short).any():
        money.pay_part(
            rows, net, short, to_us, table.due_premium[slot], table.due_commission[slot], table.arrears_premium,
            table.arrears_commission, table.account, table.receivable, table.payable, table.remitted, table.netted,
        )  # fmt: skip
    fails = one.view(failed).any(axis=1)
    if fails.any():
        failed_before = one.by_replication(one.agents.failed).any(axis=1)
        for replication in np.flatnonzero(fails & ~failed_before).tolist():
            now.log(replication, one.kind.name, "first default of a network broker")


def may_default(channels: Channels, table: Table) -> Flags:
    """Who may default: those active, and network brokers that have left and still owe; bool[n]."""
    found = table.present.copy()
    for one in channels.networks:
        one.view(found)[:] |= one.by_replication(_there(one, table))
    return found


def decide(channels: Channels, table: Table, column: str, if_so: float, otherwise: float, u: Reals) -> None:
    """Put what the cash test has decided in the place of network brokers' draws."""
    for one in channels.networks:
        one.view(u)[:] = np.where(one.view(table.array(column)[0]), if_so, otherwise)


def commission_comes_in(channels: Channels, table: Table) -> None:
    """Commission that we pay is cash of the broker."""
    for one in channels.networks:
        one.view(table.broker_cash[0])[:] += one.view(table.paid)


def agents_move(now: Now, channels: Channels, table: Table) -> None:
    """Agents take stock, leave brokers that have ended for others, and join and leave the rest, for next month."""
    for one in channels.networks:
        there = one.agents
        above = one.terms.promised.at(now.ordinal) - one.terms.market_rate.at(now.ordinal)
        premium, failed = one.read(table.broker_premium[0]), one.read(table.broker_failed[0])
        before, going = there.number.copy(), np.zeros(there.number.size)
        set_free = there.end(one.read(table.status) != ACTIVE, failed, now.t)
        free = one.by_replication(set_free).sum(axis=1) * one.terms.scatter
        if now.t + 1 < now.plan.warm_up + now.plan.months:  # else no month is left to sell in
            _move(now, table, one, one.terms.growth * max(0.0, above), free, going)
        cohorts.earn_and_leave(now.t + 2, above, premium, before, going, there.staying, there.gain)
        cohorts.lose(one.rows, now.month, now.t, failed, table.agents_due, there.staying, there.gain)
        one.lost = _lost(one, failed)


def _lost(one: Brokers, failed: Flags) -> Reals:
    """What agents have lost of brokers that failed this month: float64[R]."""
    found = np.zeros(one.lost.size)
    for replication in np.flatnonzero(one.by_replication(failed).any(axis=1)).tolist():
        brokers = one.of(replication)
        lost = -np.ascontiguousarray(one.agents.gain.T[brokers][failed[brokers]].T)
        found[replication] = np.maximum(lost, 0.0).sum()
    return found


def _move(now: Now, table: Table, one: Brokers, pull: float, free: Reals, going: Reals) -> None:
    """Agents of brokers that go on join and leave; `going` gets the part that leaves, of each broker."""
    there, terms, after = one.agents, one.terms, now.t + 2
    leave_unpaid = terms.leave if terms.leave_unpaid is None else terms.leave_unpaid
    cost = to_minor(terms.joining_cost)
    most = inf if terms.ceiling is None else terms.ceiling
    cohorts.move(
        after, pull, _unpaid(now, table, one), terms.leave, leave_unpaid, most, cost, there.start, there.number,
        there.joined, there.staying, there.gain, going,
    )  # fmt: skip
    if free.any():
        cohorts.settle_elsewhere(after, free, cost, there.number, there.joined, there.staying, there.gain)


def _unpaid(now: Now, table: Table, one: Brokers) -> Flags:
    """Brokers that owe their agents commission past its date."""
    due, found = table.agents_due, np.zeros_like(one.view(table.present))
    for age in range(one.terms.pay_lag, len(due)):
        found |= one.view(due[(now.month - age) % len(due)]) != 0
    return found.ravel()


def figures(now: Now, channels: Channels, table: Table) -> Reals:
    """The month's figures of NETWORK (engine.figures), all segments together; whole numbers: float64[figures, R]."""
    going_on = table.status == ACTIVE
    return np.rint(sum(_figures(now, table, one, going_on) for one in channels.networks)).T


def _figures(now: Now, table: Table, one: Brokers, going_on: Flags) -> Reals:
    """Those of the brokers of a segment: float64[R, figures]."""
    owed, standing = unremitted(table, one, going_on), np.empty((now.size, 6), dtype=np.int64)
    money.stand(one.rows, going_on, table.broker_failed[0], table.broker_cash[0], table.deposit, owed, standing)
    joined = one.by_replication(one.agents.joined[now.t + 1]).sum(axis=1)
    return np.column_stack([standing, one.selling, joined, one.lost])


def unremitted(table: Table, one: Brokers, asked: Flags) -> Integers:
    """What those asked (bool[n]) owe to all principals and to their agents, 0 for the rest: int64[B]."""
    owed = np.empty(one.rows.size, dtype=np.int64)
    money.unremitted(
        one.rows, asked, table.receivable, table.payable, table.others_due, table.others_arrears[0],
        table.agents_due, owed,
    )  # fmt: skip
    return owed
