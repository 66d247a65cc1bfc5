"""Renewals that would have come to us directly renew through partners who call on our customers.

A scenario in which nobody does passes through. Notation: R replications, C channels of ours, p product, s segment.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.base.arrays import Flags, Integers
from sim.base.columns import Table
from sim.base.luck import purpose, uniforms
from sim.base.samplers import binomial
from sim.contracts.largest_remainder import shared_out
from sim.engine.layout.lines import Kind, Line
from sim.engine.state.channels import Channels
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.work_space import WorkSpace
from sim.partners.poaching import left_to_take
from sim.policy.given.facts import THOUSAND, MonthFacts


def partners_poach(now: Now, channels: Channels, table: Table, work: WorkSpace) -> None:
    """Let partners take over renewals of our own channels, by their flow to us."""
    if not len(table.poached):
        return
    table.poached[:] = 0
    poachers = [kind for kind in now.plan.kinds if kind.segment.poaches is not None]
    chances = left_to_take([kind.segment.poaches.share for kind in poachers if kind.segment.poaches])
    for line in now.plan.lines:
        for year in range(line.years if line.term else 0):
            for kind, chance in zip(poachers, chances, strict=True):
                _take(now, channels, table, work, line, year, kind, chance)


def _take(
    now: Now, channels: Channels, table: Table, work: WorkSpace, line: Line, year: int, kind: Kind, chance: float
) -> None:
    """Move what a segment takes of a product's renewals into a contract year."""
    at, own = line.first_year + year, now.batch.own.ravel()
    ours, u, taken = table.renewing[at, own], np.empty(own.size), np.zeros(own.size, dtype=np.int64)
    uniforms(work.keys[own], purpose(f"poached.{line.name}.{year}.{kind.name}"), u)
    binomial(ours, chance, u, taken)
    by_channel = taken.reshape(now.size, -1)
    for replication in np.flatnonzero(by_channel.any(axis=1)).tolist():
        rows = slice(now.batch.first(replication) + kind.first, now.batch.first(replication) + kind.last)
        weight = channels.flow[rows] * table.share[0, rows] * table.present[rows]
        if weight.any():
            found = shared_out(int(by_channel[replication].sum()), weight)
            table.poached[at, rows] += found
            table.renewing[at, rows] += found
            table.renewing[at, now.batch.own[replication]] -= by_channel[replication]


def refused_are_none(table: Table) -> None:
    """What limits refuse of a partner's renewals is first what it would have taken over: these contracts lapse."""
    if len(table.poached):
        np.minimum(table.poached, table.renewing, out=table.poached)


def by_product(now: Now, table: Table) -> Integers:
    """Contracts taken over this month: int64[p, n]."""
    return np.array([np.add.reduce(table.poached[line.renewing], axis=0) for line in now.plan.lines])


def premium(table: Table, count: Integers) -> Integers:
    """Their premium: that of the row's renewals by counts, int64[p, n]."""
    return np.asarray(table.premium_renewal * count // np.maximum(table.renewed, 1))


def seen_as_new(now: Now, table: Table, facts: MonthFacts) -> MonthFacts:
    """The facts for rules that pay what is taken over as new business."""
    as_new = _as_new(now)
    if not as_new.any():
        return facts
    count = by_product(now, table) * as_new
    money = premium(table, count)
    milli = facts.credit_milli
    return replace(
        facts,
        premium_new=facts.premium_new + money,
        premium_renewal=facts.premium_renewal - money,
        count_new=facts.count_new + count,
        credit_milli=None if milli is None else milli + THOUSAND * count,
        credit_count=None if facts.credit_count is None else facts.credit_count + count,
        count_renewal=facts.count_renewal - count,
        renewed=tuple(
            part - table.poached[line.renewing] * as_new
            for part, line in zip(facts.renewed, now.plan.lines, strict=True)
        ),
    )


def _as_new(now: Now) -> Flags:
    """Rows whose renewals taken over are paid as new business: bool[n]."""
    stated = [kind.segment.poaches for kind in now.plan.kinds]
    return np.asarray(now.batch.by_partner(np.array([one is not None and one.as_new for one in stated])))


def poaching_is_noted(now: Now, table: Table, note: Notebook) -> None:
    """Contracts and premium taken over, and the commission on premium that came free, part of what the row is paid."""
    if not len(table.poached):
        return
    count, as_new = by_product(now, table), _as_new(now)
    money = premium(table, count)
    new = table.credited_new if len(table.credited_new) else table.premium_new
    paid = np.where(as_new, table.on_new, table.accrued - table.on_new)
    premium_paid = np.where(as_new, new + money, table.premium_renewal)
    cost = np.rint(paid * (money / np.maximum(premium_paid, 1)))
    for name, amount in (("poached_contracts", count), ("poached_premium", money), ("poached_commission", cost)):
        note[name] = amount.sum(axis=0).reshape(now.size, -1).sum(axis=1)
