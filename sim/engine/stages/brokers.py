"""Stages of the network brokers: agents begin, join and leave; the brokers' own cash meets what is due.

A scenario without such a segment has an empty list of networks, and nothing here runs. Notation: t index of a month.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Flags, Reals
from sim.base.units import to_minor
from sim.engine.layout.lines import Kind
from sim.engine.layout.plan import Plan
from sim.engine.stages import offers
from sim.partners import agents as cohorts
from sim.partners.agents import Agents
from sim.partners.columns import ACTIVE, LEFT
from sim.partners.network import Network
from sim.settlement import broker_cash as money

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork

PAYS, ROLLS_ON = -1.0, 2.0  # draws that are below and above any probability


class Brokers:
    """The network brokers of one segment in one replication."""

    def __init__(self, plan: Plan, kind: Kind, terms: Network) -> None:
        self.kind, self.terms = kind, terms
        self.rows = slice(kind.first, kind.last)
        self.agents = Agents(plan.population.flow[self.rows] / terms.contracts_per_agent, plan.warm_up + plan.months)
        self.begins: Flags = np.zeros(kind.last - kind.first, dtype=np.bool_)
        self.selling = 0.0
        """agents of the month"""
        self.lost = 0.0
        """what the agents of brokers that defaulted this month have lost, minor units"""

    @property
    def ends(self) -> tuple[int, int]:
        """First row and the one after the last."""
        return self.kind.first, self.kind.last


def flows(plan: Plan) -> Reals:
    """Buyers a month by row: the population's own, or a copy where agents will change them."""
    return plan.population.flow.copy() if any(kind.segment.network for kind in plan.kinds) else plan.population.flow


def of(plan: Plan) -> list[Brokers]:
    """Network brokers by segment, before any of them begins."""
    return [Brokers(plan, kind, kind.segment.network) for kind in plan.kinds if kind.segment.network is not None]


def brokers_begin(model: PartnerNetwork) -> None:
    """Brokers that are there for the first time begin with their agents; agents make the flow of the month."""
    for one in model.networks:
        present = model.table.present[one.rows]
        one.begins = one.agents.begin(present, model.t)
        going_on = present & ~one.begins
        model.flow[one.rows][going_on] = one.agents.number[going_on] * one.terms.contracts_per_agent
        one.selling = float(one.agents.number[present].sum())


def brokers_meet_dues(model: PartnerNetwork) -> None:
    """Premium comes in, agents are paid, principals as far as the cash goes; who cannot pay is marked."""
    for one in model.networks:
        _collect(model, one)
        _meet(model, one)


def _there(model: PartnerNetwork, one: Brokers) -> Flags:
    """Rows of the segment that sell, or have left and may still owe: bool[n] over all rows."""
    there = np.zeros(model.table.rows, dtype=np.bool_)
    status = model.table.status[one.rows]
    there[one.rows] = (status == ACTIVE) | (status == LEFT)
    return there


def _collect(model: PartnerNetwork, one: Brokers) -> None:
    table, by_segment, s, terms = model.table, model.plan.by_segment, one.kind.position, one.terms
    premium, cash, net = table.broker_premium[0], table.broker_cash[0], np.zeros(table.rows, dtype=np.int64)
    rivals = len(model.rivals)
    per_buyer = float(offers.premium_of_buyer(model)[s]) * (1.0 - float(by_segment.pull[s]))
    money.sell_elsewhere(
        *one.ends, table.present, table.entered, model.month, by_segment.ramp[s], model.flow, per_buyer,
        table.share[1 : 1 + rivals], model.rival_rates[s], premium, net,
    )  # fmt: skip
    money.owe_elsewhere(
        *one.ends, model.month, by_segment.lag_months[s], by_segment.lag_fraction[s], net, table.others_due
    )
    premium[one.rows] += table.written[one.rows]
    cash[one.rows] += to_minor(terms.opening_cash) * one.begins + table.advanced[one.rows]
    money.collect(
        *one.ends, _there(model, one), table.present, model.month, terms.pay_lag, terms.promised.at(model.ordinal),
        to_minor(terms.overhead), premium, table.agents_due, cash, table.agents_paid[0],
    )  # fmt: skip


def _meet(model: PartnerNetwork, one: Brokers) -> None:
    table, terms, rows, net = model.table, one.terms, one.rows, bool(model.plan.by_segment.net[one.kind.position])
    slot, other = model.month % len(table.due_premium), model.month % len(table.others_due)
    due = table.due_premium[slot] + table.arrears_premium
    if net:
        due -= table.due_commission[slot] + table.arrears_commission
    owed_elsewhere = table.others_due[other] + table.others_arrears[0]
    to_us, to_others = table.broker_to_us[0], table.broker_to_others[0]
    short, failed = table.broker_short[0], table.broker_failed[0]
    count = money.meet(
        *one.ends, _there(model, one), model.month, terms.pay_lag, terms.grace, table.agents_due, due, owed_elsewhere,
        table.broker_cash[0], table.broker_late[0], to_us, to_others, short, failed,
    )  # fmt: skip
    money.pay_elsewhere(*one.ends, other, to_others, failed, table.others_due, table.others_arrears[0])
    if short[rows].any():
        money.pay_part(
            *one.ends, net, short, to_us, table.due_premium[slot], table.due_commission[slot], table.arrears_premium,
            table.arrears_commission, table.account, table.receivable, table.payable, table.remitted, table.netted,
        )  # fmt: skip
    if count and not one.agents.failed.any():
        model.calendar.log(one.kind.name, "first default of a network broker")


def may_default(model: PartnerNetwork) -> Flags:
    """Who may default: those active, and network brokers that have left and still owe; bool[n]."""
    active = np.array(model.table.present)
    for one in model.networks:
        active |= _there(model, one)
    return active


def decide(model: PartnerNetwork, column: str, if_so: float, otherwise: float, u: Reals) -> None:
    """Put what the cash test has decided in the place of network brokers' draws."""
    for one in model.networks:
        u[one.rows] = np.where(model.table.array(column)[0, one.rows], if_so, otherwise)


def commission_comes_in(model: PartnerNetwork) -> None:
    """Commission that we pay is cash of the broker."""
    for one in model.networks:
        model.table.broker_cash[0, one.rows] += model.table.paid[one.rows]


def agents_move(model: PartnerNetwork) -> None:
    """Agents take stock, leave brokers that have ended for others, and join and leave the rest, for next month."""
    for one in model.networks:
        now, there = model.ordinal, one.agents
        above = one.terms.promised.at(now) - one.terms.market_rate.at(now)
        premium, before, going = (
            model.table.broker_premium[0, one.rows],
            there.number.copy(),
            np.zeros(there.number.size),
        )
        failed = model.table.broker_failed[0, one.rows]
        free = float(there.end(model.table.status[one.rows] != ACTIVE, failed, model.t).sum()) * one.terms.scatter
        if model.t + 1 < model.plan.warm_up + model.plan.months:  # else no month is left to sell in
            _move(model, one, one.terms.growth * max(0.0, above), free, going)
        cohorts.earn_and_leave(model.t + 2, above, premium, before, going, there.staying, there.gain)
        cohorts.lose(one.kind.first, model.month, model.t, failed, model.table.agents_due, there.staying, there.gain)
        one.lost = float(np.maximum(-np.ascontiguousarray(there.gain[:, failed]), 0.0).sum())


def _move(model: PartnerNetwork, one: Brokers, pull: float, free: float, going: Reals) -> None:
    """Agents of brokers that go on join and leave; `going` gets the part that leaves, of each broker."""
    there, terms, after = one.agents, one.terms, model.t + 2
    leave = np.where(
        _unpaid(model, one), terms.leave if terms.leave_unpaid is None else terms.leave_unpaid, terms.leave
    )
    cost = to_minor(terms.joining_cost)
    most = inf if terms.ceiling is None else terms.ceiling
    cohorts.move(
        after, pull, leave, most, cost, there.start, there.number, there.joined, there.staying, there.gain, going
    )
    if free > 0.0:
        cohorts.settle_elsewhere(after, free, cost, there.number, there.joined, there.staying, there.gain)


def _unpaid(model: PartnerNetwork, one: Brokers) -> Flags:
    """Brokers that owe their agents commission past its date."""
    due = model.table.agents_due
    slots = [(model.month - age) % len(due) for age in range(one.terms.pay_lag, len(due))]
    return np.asarray(due[slots, one.rows].any(axis=0))


def figures(model: PartnerNetwork) -> Reals:
    """The month's figures of NETWORK (engine.figures), all segments together; whole numbers."""
    return np.rint(np.add.reduce([_figures(model, one) for one in model.networks]))


def _figures(model: PartnerNetwork, one: Brokers) -> Reals:
    table, owed = model.table, np.zeros(model.table.rows, dtype=np.int64)
    money.unremitted(
        *one.ends, table.receivable, table.payable, table.others_due, table.others_arrears[0], table.agents_due, owed
    )
    going_on = table.status[one.rows] == ACTIVE
    cash, owed = table.broker_cash[0, one.rows][going_on], owed[one.rows][going_on]
    pledged = table.deposit[:, one.rows].sum(axis=0)[going_on]  # its own money, though not in hand
    joined = float(one.agents.joined[model.t + 1].sum())
    hollow = (cash >= 0) & (cash + pledged < owed)
    stocks = cash.sum(), pledged.sum(), owed.sum()
    defaults = table.broker_failed[0, one.rows].sum()
    return np.array([going_on.sum(), defaults, hollow.sum(), *stocks, one.selling, joined, one.lost])


def joining(model: PartnerNetwork) -> Reals:
    """What agents have gained by now by the month in which they joined: float64[4, month], nothing without networks.

    Rows: agents that joined in each month of the horizon, and what they have gained (minor units); agents of defaulted
    brokers by whole months between joining and default, and what they have gained. Who joined before the horizon, or
    came with its broker at the opening, is left out.
    """
    found = np.zeros((4, model.plan.months if model.networks else 0))
    for one in model.networks:
        first, there = model.plan.warm_up + 1, one.agents
        dated = (np.ascontiguousarray(part[first:]).sum(axis=1) for part in (there.joined, there.gain))
        found += (*dated, *(part[: model.plan.months] for part in cohorts.before_default(there)))
    return found
