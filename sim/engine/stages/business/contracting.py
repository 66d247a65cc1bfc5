"""Stages of the month in which contracts earn, cost claims and are cancelled."""

from __future__ import annotations

from math import exp, log

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.columns import Table
from sim.base.errors import Problem, ScenarioError
from sim.base.functions import add_slices, exponentials
from sim.base.luck import purpose
from sim.base.severities import sums_of_claims
from sim.base.single_claims import excess_of_claims
from sim.contracts import cancellations, claims, deferred_true_ups, earning
from sim.engine.layout.lines import Line
from sim.engine.stages.business import changing
from sim.engine.state.books import Books
from sim.engine.state.commission import Commission
from sim.engine.state.market import Market
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.work_space import WorkSpace
from sim.policy import onload
from sim.policy.statement import TrueUp

POINTS = 100.0
_UNKNOWN: Reals = np.zeros(0)
MOST_ADVERSE = log(1e4)  # exponent of risk added by our offers: no claims are stated for a factor beyond


def premium_is_earned(now: Now, commission: Commission, table: Table, books: Books, work: WorkSpace) -> None:
    """Premium earns month by month, and the commission deferred with it; exposure follows."""
    table.amortised[:] = 0
    for line in now.plan.lines:
        p = line.position
        if line.term:
            _earn(now, table, books, work, line)
        else:
            table.earned[p] = table.premium_new[p] + table.premium_renewal[p]
            table.exposure[p] = table.new[p]
        if line.term:
            _amortise(now, commission, table, books, work, line)
        else:
            table.amortised[:] += table.accrued[p]
        if books.own.onload_differs:
            _note_amortised(now, table, books, p)


def _amortise(now: Now, commission: Commission, table: Table, books: Books, work: WorkSpace, line: Line) -> None:
    p, slot, begun = line.position, line.first_slot + now.month % line.slots, work.tallies[0]
    accrued, passed = table.accrued[p], table.passed[p : p + 1]
    added = changing.commission_added(now, commission, table, work, line)
    if added is not None:
        accrued = added.without(accrued, added.whole)
        passed = np.array([added.without(one, added.passed) for one in passed])
    ending, steps = table.ring_commission[slot], table.steps_commission[p]
    earning.earn(now.edges, accrued, ending, steps, line.term, table.amortised, begun)
    books.commission_steps[p].begin(now.month, work.count(begun))
    if len(passed):
        earning.begin(passed[0], line.term, table.ring_passed[slot])
    if added is not None:
        changing.commission_joins_cohorts(now, table, books, line, added)


def _note_amortised(now: Now, table: Table, books: Books, p: int) -> None:
    """Tell what a product's commission comes to by segment, products before it taken off."""
    so_far = np.concatenate(([0], np.cumsum(table.amortised)))[now.batch.layout.bounds]
    books.own.amortised[p] = now.batch.by_replication(np.diff(so_far)) - np.add.reduce(books.own.amortised[:p])


def _earn(now: Now, table: Table, books: Books, work: WorkSpace, line: Line) -> None:
    p, edges, (begun, held) = line.position, now.edges, work.tallies
    ending, steps = table.ring_premium[line.first_slot + now.month % line.slots], table.steps_premium[p]
    new, renewal = changing.cohort(table, line)
    earning.earn_premium(edges, new, renewal, ending, steps, line.term, table.earned[p], begun)
    books.premium_steps[p].begin(now.month, begun)
    earning.enter(table.new[p], table.renewing[line.renewing], now.month, line.slots, table.ring_count[line.counts])
    earning.expose(
        edges, table.new[p], table.renewed[p], table.ended[p], table.in_force[p], table.exposure[p], held, begun
    )  # fmt: skip
    books.in_force[p] = work.count(held)
    books.contract_steps[p].begin(now.month, begun)
    if line.product.changed:
        changing.premium_joins_cohorts(now, table, books, work, line)


def claims_occur(now: Now, market: Market, table: Table, books: Books, work: WorkSpace, note: Notebook) -> None:
    """Claims on this month's exposure, booked at ultimate cost."""
    risk = _risk(now, market) if any(line.cost_ratio is None for line in now.plan.lines) else _UNKNOWN
    for line in now.plan.lines:
        p = line.position
        if line.cost_ratio is None:
            _incur(now, table, books, work, note, line, risk)
        elif line.each_minor is None:
            claims.cost(line.cost_ratio[now.t], table.earned[p], table.incurred[p])
        else:
            claims.cost_of_time(line.each_minor[now.t], table.exposure[p], table.incurred[p])
        if len(table.claims_within) and (line.cost_ratio is not None or now.plan.claims == "expected"):
            table.claims_within[p :: len(now.plan.lines)] = table.incurred[p]  # no single claims: no rule reads it


def _incur(now: Now, table: Table, books: Books, work: WorkSpace, note: Notebook, line: Line, risk: Reals) -> None:
    """Draw a product's claims, and book what they cost in each world."""
    p, t, plan = line.position, now.t, now.plan
    terms, common, mu = line.product.claims, now.common[line.name], work.buffers[1]
    assert terms is not None
    level = np.ones(now.size) if common is None else common.at(now.month)
    frequency = line.frequency[t] * plan.claims_frequency[t] * level
    claims.means(
        now.edges, now.batch.by_slice(frequency) * risk, table.exposure[p], now.batch.fixed.relativity, mu
    )  # fmt: skip
    if plan.claims == "expected":
        _expect(now, table, books, work, note, line, mu)
        return
    name = f"claims.count.{line.name}"
    if terms.count == "negative_binomial":
        claims.mixed_counts(mu, terms.count_cv**-2.0, work.draw(name), work.counts)
    else:
        work.poisson(name, mu, work.counts)
    relative = work.buffers[2]
    sums_of_claims(line.kind, line.law, work.counts, work.keys, purpose(f"claims.cost.{line.name}"), relative)
    note["claims"] += work.count_rows(work.counts)
    surprise = note.of_worlds("surprise.claims")
    for w, severity in enumerate(_severities(now, books, line)):
        cost = work.counts if w else table.incurred[p]  # the number of claims is not needed any more
        claims.incur(
            now.edges, mu, severity, line.each_minor is None, table.exposure[p], table.earned[p], relative,
            work.buffers[3], cost, work.drawn, work.expected,
        )  # fmt: skip
        books.incurred[p, w] = now.batch.by_replication(work.drawn)
        surprise[w] += work.surprise()
        if w == 0 and len(table.claims_within):
            _stop(now, table, work, line)


def _stop(now: Now, table: Table, work: WorkSpace, line: Line) -> None:
    """Of the claims just incurred, what is within each sum that some rule states."""
    p, (excess, _, relative, scale) = line.position, work.buffers
    split, cost = purpose(f"claims.split.{line.name}"), purpose(f"claims.cost.{line.name}")
    withins = table.claims_within[p :: len(now.plan.lines)]
    for stop, within in zip(now.batch.book.needs.stops_of_claims, withins, strict=True):
        limit = np.divide(stop, scale, out=np.full(scale.size, np.inf), where=scale > 0.0)
        excess_of_claims(line.kind, line.law, work.counts, work.keys, cost, split, relative, limit, excess)
        claims.within(table.incurred[p], relative, excess, scale, within)


def _expect(now: Now, table: Table, books: Books, work: WorkSpace, note: Notebook, line: Line, mu: Reals) -> None:
    """Book the mean cost of a product's claims where they are not drawn."""
    p, booked = line.position, work.tallies[0]
    add_slices(mu, now.edges, work.expected)
    note["claims"] += work.total(work.expected)
    for w, severity in enumerate(_severities(now, books, line)):
        cost = work.counts if w else table.incurred[p]
        claims.expect(
            now.edges, now.size, mu, severity, line.each_minor is None, table.exposure[p], table.earned[p], cost, booked
        )  # fmt: skip
        books.incurred[p, w] = now.batch.by_replication(booked)


def _severities(now: Now, books: Books, line: Line) -> list[Reals]:
    """Mean claim, minor units or over earned premium a contract-year, by world: float64[slices] each."""
    p, t, batch = line.position, now.t, now.batch
    crises = batch.by_slice(now.factor("claims"))
    own = batch.by_slice(batch.by_case.mean_claim[p][:, t] * now.plan.claims_severity[t])
    others = [plan.lines[p].mean_claim[t] * plan.claims_severity[t] for plan in books.worlds[1:]]
    return [mean * crises for mean in (own, *others)]


def _risk(now: Now, market: Market) -> Reals:
    """How many claims there are for each that is expected, fraud and worse risks: float64[slices]."""
    return now.batch.with_own((1.0 + now.plan.by_segment.fraud) * _adverse(now, market), 1.0)


def _adverse(now: Now, market: Market) -> Reals:
    """Worse risks follow over-generous offers: exp(eta x points above the market's mean), float64[R, s]."""
    eta = np.array([kind.segment.adverse for kind in now.plan.kinds])
    if not eta.any():
        return np.ones((now.size, eta.size))
    found: Reals = eta * (POINTS * (market.our_segment_rates - market.rate()[:, None]))
    if not found.max() <= MOST_ADVERSE:
        _too_generous(now, market, int(np.argmax(found.max(axis=0))))
    exponentials(found)
    return found


def _too_generous(now: Now, market: Market, s: int) -> None:
    """Refuse an offer so far above the market's that no number of claims would do."""
    ours, theirs, most = market.our_segment_rates[:, s].max(), market.rate().min(), exp(MOST_ADVERSE)
    what = f"commission of {ours:.0%} against the market's {theirs:.0%} makes risks over {most:,.0f} times as bad"
    raise ScenarioError(Problem(f"segments.{now.plan.kinds[s].name}.adverse", what, "lower it, or what rules pay"))


def contracts_are_cancelled(now: Now, table: Table, books: Books, work: WorkSpace, note: Notebook) -> None:
    """Contracts are cancelled or reduced inside their term; premium is refunded, deferred commission released."""
    table.refund[:] = 0
    table.released[:] = 0
    table.released_passed[:] = 0
    table.released_onload[:] = 0
    books.own.released[:] = 0
    work.refunds.clear()
    work.partly.clear()
    for line in now.plan.lines:
        if line.product.enlarged is not None:
            work.fresh[line.position] = changing.fresh_part(now, table, work, line)
        if line.term and (line.product.cancellation > 0 or line.product.reduced is not None):
            _refund(now, table, books, work, note, line)
    note["in_force"] = books.in_force.sum(axis=0)


def _refund(now: Now, table: Table, books: Books, work: WorkSpace, note: Notebook, line: Line) -> None:
    p, released = line.position, table.released.copy() if len(table.released_onload) else None
    books.kept_steps[p][:] = 1.0
    if line.product.cancellation > 0:
        before = changing.BeforeCancelling(table, line)
        _cancel(now, table, books, work, note, line)
        before.follow()
    if line.product.reduced is not None:
        changing.contracts_are_reduced(now, table, books, work, note, line)
    if released is not None:
        own = table.released - released - table.released_passed[p : p + 1].sum(axis=0)
        table.released_onload[0] += onload.lines(line.product.expenses.onload, own)


def _cancel(now: Now, table: Table, books: Books, work: WorkSpace, note: Notebook, line: Line) -> None:
    p, rate, cancelled = line.position, line.product.cancellation, work.tallies[0]
    lost = np.zeros((3, cancelled.size, line.slots), dtype=np.int64)
    name = f"cancellation.{line.name}"
    work.binomial(name, table.in_force[p], rate, work.counts)
    ring = table.ring_count[line.counts]
    most = cancellations.most_hit(rate, work.counts, table.in_force[p], len(ring)) if line.refunds_count else 0
    told = np.empty((5, most), dtype=np.int64)
    hits = cancellations.cancel(
        now.edges, rate, now.month, line.term, work.counts, work.keys, purpose(f"{name}.cohort"),
        ring, table.ring_premium[line.ring], table.ring_commission[line.ring],
        table.ring_passed[line.ring], table.in_force[p], table.steps_premium[p], table.steps_commission[p],
        table.refund, table.released, table.released_passed[p : p + 1], lost[0], lost[1], lost[2],
        table.lapsed[line.aged], cancelled, told,
    )  # fmt: skip
    work.refunds.add(p, changing.by_month_written(told[:, :hits], work.fresh.get(p), now.month))
    number = work.count(cancelled)
    note["cancelled_contracts"] += number
    books.in_force[p] -= number
    books.lose(p, now.month, lost[0], lost[1])
    books.contract_steps[p].lose(lost[2])


def true_ups_are_deferred(now: Now, table: Table, commission: Commission, books: Books, work: WorkSpace) -> None:
    """Of true-ups on premium written before, what is not yet earned is deferred with it."""
    books.trued_up[:] = books.own.trued_up[:] = 0
    given = commission.statement.true_ups
    if not given:
        return
    room = np.empty((2, table.rows), dtype=np.int64)
    for one in given:  # what a carve-out has left of them
        deferred_true_ups.open_room(one.change, table.expensed, table.reversed, room)
    for one in given:
        for line in now.plan.lines:
            if line.term and one.cells[line.position].any():
                _defer(now, table, books, work, line, one, room)


def _defer(now: Now, table: Table, books: Books, work: WorkSpace, line: Line, one: TrueUp, room: Integers) -> None:
    p, tallies = line.position, work.tallies
    tallies[:] = 0
    moved = np.zeros((tallies.shape[1], line.slots), dtype=np.int64)
    covered = work.everyone if one.coverage is None else one.coverage[p]
    fresh = work.fresh.get(p, np.zeros((0, table.rows)))
    deferred_true_ups.defer(
        now.edges, one.cells[p], covered, one.change, one.premium, one.months, now.month, line.term, one.returns,
        table.ring_premium[line.ring], fresh, table.ring_commission[line.ring],
        table.steps_commission[p], table.amortised, room, moved, *tallies,
    )  # fmt: skip
    up, down = (work.count(tally) for tally in tallies)
    books.trued_up += [up, down, (up - down) * one.returns]
    books.own.trued_up[p] += (up - down) * books.deferred
    books.true_up(p, np.add.reduce(moved.reshape(now.size, -1, line.slots), axis=1), one.returns)
