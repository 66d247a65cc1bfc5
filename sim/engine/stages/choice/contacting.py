"""Stage of the month in which partners forget us a little and are reminded: customers sent to them, managers who call.

Notation: R replications, s segment of partners, c channel of ours but for the direct one, n row.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.base.columns import Table
from sim.base.units import MINOR_PER_MAJOR, to_minor
from sim.contracts import sales
from sim.engine.layout.lines import Kind
from sim.engine.stages.choice import reached
from sim.engine.state.books import Books
from sim.engine.state.channels import Channels
from sim.engine.state.desk import Desk
from sim.engine.state.market import Market
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.work_space import WorkSpace
from sim.money.flows import Flow
from sim.partners import attention

# the model's buffers of one float a row, and what they hold in this stage
PREMIUM, REACH = 2, 3


def partners_are_contacted(
    now: Now, market: Market, channels: Channels, desk: Desk | None, table: Table, books: Books, work: WorkSpace,
    note: Notebook,
) -> None:  # fmt: skip
    """Attention fades, then it is raised by customers sent and by calls; it counts for the sales of the month."""
    going = ~market.closed & now.plan.programme[now.t]
    sent = _customers_sent(now, channels, table, books, going, note)
    if not len(table.attention):
        return
    for kind in _attending(now):
        _fade(now, table, kind)
        _remind(now, channels, table, kind, sent[..., kind.position])
    premium = _expected(now, market, channels, table, work)
    calls = _called(now, table, premium, going)
    _note(now, table, premium, note, calls, going)
    worth = market.premium_of_buyer() if desk is None else market.premium_of_buyer() * desk.factor  # of last month
    sales.means(now.edges, work.buffers[REACH], _by_slice(now, worth), premium)
    more = (table.attention[0] - table.neglected[0]) * premium
    note["contacts_brought"] = going * np.rint(more.reshape(now.size, -1).sum(axis=1))


def _attending(now: Now) -> list[Kind]:
    """Segments that forget us."""
    return [kind for kind in now.plan.kinds if kind.segment.attention is not None]


def _fade(now: Now, table: Table, kind: Kind) -> None:
    terms, there = kind.segment.attention, now.batch.of_segment
    assert terms is not None
    new = there(table.entered, kind) == now.month
    for column in (table.attention[0], table.neglected[0]):
        attention.fade(there(column, kind), new, terms.kept, terms.floor)
    np.copyto(there(table.unattended[0], kind), 0, where=new)


def _customers_sent(
    now: Now, channels: Channels, table: Table, books: Books, going: Flags, note: Notebook
) -> Reals:  # fmt: skip
    """Last month's new customers that our channels send to the partners there, who pay for them: float64[R, c, s]."""
    plan = now.plan
    sending = [one.sends for one in plan.scenario.own.values()]
    found = np.zeros((now.size, len(sending), len(plan.kinds)))
    if not any(sending):
        return found
    shares = np.array([[one.segment.get(kind.name, 0.0) if one else 0.0 for kind in plan.kinds] for one in sending])
    sold = books.totals.by_segment("new")[:, -now.batch.ours : -1]
    there = np.array([now.batch.of_segment(table.present, kind).any(axis=1) for kind in plan.kinds]).T
    found[:] = shares * sold[..., None] * (there & going[:, None])[:, None]
    paid = np.array([to_minor(one.income) if one else 0 for one in sending])
    books.post(Flow.REFERRAL_INCOME, np.rint(found.sum(axis=2) @ paid).astype(np.int64))
    note["customers_sent"] = found.sum(axis=(1, 2))
    return found


def _remind(now: Now, channels: Channels, table: Table, kind: Kind, sent: Reals) -> None:
    """Raise the attention of a segment's partners by customers sent, float64[R, c]: alike, for they go by flow."""
    there = now.batch.of_segment
    flow = (there(channels.flow, kind) * there(table.present, kind)).sum(axis=1)
    for channel, customers in zip(now.plan.scenario.own.values(), sent.T, strict=True):
        if channel.sends is not None and channel.sends.returns and customers.any():
            each = np.divide(customers, flow, out=np.zeros(now.size), where=flow > 0.0)
            column = there(table.attention[0], kind)
            column[:] = attention.lifted(column, np.minimum(1.0, channel.sends.returns * each)[:, None])


def _expected(now: Now, market: Market, channels: Channels, table: Table, work: WorkSpace) -> Reals:
    """Premium a month that a partner would bring with all its attention, the mean of a year; 0 of others."""
    plan, found = now.plan, work.buffers[PREMIUM]
    reached.of_attentive(now, market, channels, table, work.buffers[REACH])
    worth = (plan.by_segment.mix * market.year[:, None]).sum(axis=2) * MINOR_PER_MAJOR
    sales.means(now.edges, work.buffers[REACH], _by_slice(now, worth), found)
    return found


def _by_slice(now: Now, worth: Reals) -> Reals:
    """What a buyer brings, float64[R, s], less who is lost on the way; nothing where a segment never forgets us."""
    attends = np.array([kind.segment.attention is not None for kind in now.plan.kinds])
    return now.batch.with_own(worth * now.plan.funnel.passing[:, now.t] * attends)


def _called(now: Now, table: Table, premium: Reals, going: Flags) -> Integers:
    """Call partners that sell for us, by the rule in force; how many are called: int64[R]."""
    terms, calls, called = now.policy.contacts, np.zeros(now.size, dtype=np.int64), [attention.NOBODY]
    if terms is None:
        going = np.zeros_like(going)
    else:
        how = attention.Calls(terms.rule.at(now.ordinal), terms.gain.at(now.ordinal), terms.most(now.ordinal))
    for r in np.flatnonzero(going).tolist():
        rows = now.batch.rows_of(r)
        chosen, calls[r] = how.make(table.attention[0, rows], table.unattended[0, rows], premium[rows])
        called.append(chosen + rows.start)
    attention.wait(table.unattended[0], np.concatenate(called))
    return calls


def _note(now: Now, table: Table, premium: Reals, note: Notebook, calls: Integers, going: Flags) -> None:
    """Note the attention of those who sell for us, calls, and what those who make them cost."""
    terms, among = now.policy.contacts, (premium > 0.0).reshape(now.size, -1)
    left, number = table.attention[0].reshape(now.size, -1), among.sum(axis=1)
    some = number > 0
    note["attended"], note["contacts"] = number, calls
    note["attention"] = np.divide((left * among).sum(axis=1), number, out=np.full(now.size, np.nan), where=some)
    if terms is not None:
        note["contacts_cost"] = going * terms.managers.at(now.ordinal) * to_minor(terms.cost.at(now.ordinal))
