"""Stages of the month in which due contracts renew and new ones are sold."""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.columns import Table
from sim.base.functions import add_up
from sim.base.units import MONTHS_PER_YEAR
from sim.contracts import changes, renewals, sales
from sim.contracts.surprise import surprise, surprise_of_means
from sim.engine.layout.lines import Line
from sim.engine.stages.business import (
    answering,
    changing,
    cooperating,
    funnel,
    limiting,
    poached,
    posting,
    premium_of_sales,
    reaching,
    repeat_sales,
    serving,
    trained_sales,
    units_on_sale,
)
from sim.engine.stages.choice import reached
from sim.engine.stages.payment import controlling, pledging
from sim.engine.state.books import Books
from sim.engine.state.channels import Channels
from sim.engine.state.credited_sales import Journeys
from sim.engine.state.desk import Desk
from sim.engine.state.market import Market
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.sales_limits import Limits
from sim.engine.state.staff import CooperatingStaff
from sim.engine.state.unsold_units import UnsoldUnits
from sim.engine.state.work_space import WorkSpace

# the model's buffers of one float a row, and what they hold in these stages
DRAW, MEAN, KEEP, REACH = range(4)


def renewals_fall_due(
    now: Now, market: Market, channels: Channels, table: Table, limits: Limits | None, work: WorkSpace, note: Notebook
) -> None:
    """Contracts whose term ends renew through their partner, with us directly, or not at all."""
    table.lapsed[:] = 0
    table.moved[:] = 0
    for line in now.plan.lines:
        if line.term:
            _keep(now, table, work, line)
            changing.levels_of_cohort(now, table, line)
            came = np.zeros((2, now.batch.slices), dtype=np.int64)
            if line.years > 1:
                table.renewing[line.first_year] = 0  # what is sold anew is in its first year, and no renewal
            for year in range(line.years):
                _renew(now, market, table, work, note, line, year, came)
            changing.levels_come_along(now, table, work, line, came)
    poached.partners_poach(now, channels, table, work)
    drawn = _renewed(now, table) if limits is not None else None
    limiting.cut_renewals(now, table, limits, note)
    poached.refused_are_none(table)
    for line in now.plan.lines:
        add_up((table.renewing[line.renewing],), table.renewed[line.position])
    if drawn is not None:  # what is refused is refused of all contract years alike
        note.by_product["kept_13_months"] *= _renewed(now, table) / np.maximum(drawn, 1)


def _renewed(now: Now, table: Table) -> Integers:
    """Contracts that renew this month: int64[R, p]."""
    renewing = [table.renewing[line.renewing].reshape(line.years, now.size, -1) for line in now.plan.lines]
    return np.array([one.sum(axis=(0, 2)) for one in renewing]).T


def _keep(now: Now, table: Table, work: WorkSpace, line: Line) -> None:
    plan, product = now.plan, line.product
    then = table.share_then[(now.month - line.term) % len(table.share_then)]
    renewals.kept(
        now.edges, plan.by_channel.single, table.present, table.share[0], then, product.portability,
        product.direct_retention, now.policy.payment.vested_renewals, work.buffers[KEEP], work.flags,
    )  # fmt: skip


def _renew(
    now: Now, market: Market, table: Table, work: WorkSpace, note: Notebook, line: Line, year: int, came: Integers
) -> None:  # fmt: skip
    """Renew the contracts of a year that are due; of those that come to us `came` sums levels and numbers."""
    p, edges, ours = line.position, now.edges, work.tallies[0]
    due = table.ring_count[line.first_count_slot + year * line.slots + now.month % line.slots]
    table.ended[p] = table.ended[p] + due if year else due
    chance, drawn = work.buffers[MEAN], work.counts
    rate = np.where(market.closed, 0.0, now.batch.by_case.renewal[p][:, year])
    renewals.chances(edges, work.buffers[KEEP], now.batch.by_slice(rate), chance)
    work.binomial(f"renewal.{line.name}.{year}", due, chance, drawn)
    surprise(drawn, due, chance, edges, work.drawn, work.expected)
    note["surprise.renewals"] += work.surprise() * float(line.price_minor[now.t])
    if year == 0 and line.term == MONTHS_PER_YEAR:
        note.by_product["kept_13_months"][:, p] = work.count(work.drawn)
    age = (year + 1) * line.term
    if age < line.ages:
        renewals.note_age(due, drawn, work.flags, table.lapsed[line.first_age + age], table.moved[line.first_age + age])
    next_year = min(year + 1, line.years - 1)
    following = table.renewing[line.first_year + next_year]
    renewals.distribute(edges, drawn, work.flags, year in {0, next_year - 1}, following, ours)
    if line.product.changed:
        changes.bring(edges, drawn, work.flags, table.renewal_level[p], *came)
    own = work.count(ours)
    following[now.batch.direct] += own
    note["renewed_directly"] += own


def sales_are_made(
    now: Now,
    market: Market,
    channels: Channels,
    table: Table,
    journeys: Journeys | None,
    staff: CooperatingStaff | None,
    desk: Desk | None,
    units: UnsoldUnits | None,
    limits: Limits | None,
    books: Books,
    work: WorkSpace,
    note: Notebook,
) -> None:
    """New contracts by partner and product, within capacity; their premium."""
    plan = now.plan
    reached.buyers(now, market, channels, table, work.buffers[REACH])
    ours = table.in_force[:, now.batch.own].sum(axis=2)
    in_force = books.in_force - ours  # a partner's customer is offered our other products
    funnel.begin(table, work)
    posting.posts_are_made(now, market, table)
    if journeys is not None:
        journeys.begin(now)
    if staff is not None:
        cooperating.begin(now, market, journeys, staff, work.buffers[REACH])
    if desk is not None:
        answering.begin(now, market, books, desk, work.buffers[REACH])
    part = trained_sales.factor(now, table)
    for line in plan.lines:
        _sell(
            now,
            market,
            channels,
            table,
            journeys,
            staff,
            desk,
            limits,
            books,
            work,
            note,
            line,
            in_force.sum(axis=0) - in_force[line.position],
            part,
        )
    funnel.fill(now, table, desk, work)
    answering.desk_is_noted(now, market, table, desk, note)
    serving.buyers_are_served(now, channels, table, note)
    trained_sales.suspend(table)
    limiting.cut_sales(now, table, limits, note)
    if len(table.first):
        np.copyto(table.first, table.new)
    if repeat_sales.customers_come_back(now, market, table, journeys, work, note):
        limiting.cut_sales(now, table, limits, note)  # repeat purchases are sales too
    pledging.sell_void_blanks(now, table, limits)
    units_on_sale.units_are_granted(now, market, table, units, work, note)
    premium_of_sales.premium_is_written(now, table, limits, work)
    units_on_sale.prices_are_held(table, units)


def _sell(
    now: Now,
    market: Market,
    channels: Channels,
    table: Table,
    journeys: Journeys | None,
    staff: CooperatingStaff | None,
    desk: Desk | None,
    limits: Limits | None,
    books: Books,
    work: WorkSpace,
    note: Notebook,
    line: Line,
    customers: Integers,
    part: Reals | None,
) -> None:
    plan, p, t = now.plan, line.position, now.t
    mu, mix = work.buffers[MEAN], plan.by_segment.mix[:, p] * plan.funnel.passing[:, t]
    buyers = mix * (line.season[t] * market.demand)[:, None]
    if desk is not None:
        buyers *= desk.factor
    sales.means(now.edges, work.buffers[REACH], now.batch.with_own(buyers), mu)
    if line.term and line.product.portability > 0 and not market.closed.all():
        _bring_along(now, market, channels, table, line, mu)
    mu[now.batch.direct] = np.where(market.closed, 0.0, line.product.cross_sale * line.price_effect[t] * customers)
    if (sent := controlling.recaptured(now, channels)) is not None:
        others = mix if journeys is None else mix * journeys.not_anyway(p)  # the rest come to us at once
        recaptured = np.array([float(others @ one) for one in sent])
        mu[now.batch.direct] += recaptured * line.season[t] * market.demand
    if plan.posted is not None:
        posting.bring(now, plan.posted, market, table, line, mu)
    if part is not None:
        mu *= part
    if not plan.programme[t]:
        mu[:] = np.where(now.batch.is_own, mu, 0.0)
    if journeys is not None:
        reaching.keep_apart(now, journeys, line, mu)
    if staff is not None:
        cooperating.hinder(now, staff, line, mu)
    lost = None
    if journeys is not None:
        lost = reaching.displaced(now, channels, journeys, limits, line, mu)
        lost += repeat_sales.displaced(now, market, table, journeys, line)
    if plan.own:
        mu[now.batch.own[:, :-1]] = reaching.means(now, market, books, journeys, staff, line, lost)
    name = f"sales.{line.name}"
    work.poisson(name, mu, table.new[p])
    _by_law(now, table, work, name, p, mu)
    surprise_of_means(table.new[p], mu, now.edges, work.drawn, work.expected)
    note["surprise.sales"] += work.surprise() * float(line.price_minor[t])
    funnel.expect(now, table, desk, work, line, mu)


def _bring_along(now: Now, market: Market, channels: Channels, table: Table, line: Line, mu: Reals) -> None:
    """A partner that comes to us brings a share of what it sold elsewhere a term ago."""
    plan, then = now.plan, max(now.t - line.term, 0)
    by_case = now.batch.by_case
    buyers = by_case.demand[:, then] * line.season[then] * (line.price_effect[now.t] / line.price_effect[then])
    follows = line.product.portability * by_case.renewal[line.position][:, 0] * buyers
    per_buyer = plan.by_segment.mix[:, line.position] * follows[:, None] * (1.0 - market.pull)
    of_open = np.where(market.closed[:, None], 0.0, per_buyer)
    past = table.share_then[(now.month - line.term) % len(table.share_then)]
    sales.add_brought(
        now.edges, channels.flow, table.present, table.entered, now.month - line.term,
        table.share[0], past, now.batch.with_own(of_open), mu,
    )  # fmt: skip


def _by_law(now: Now, table: Table, work: WorkSpace, name: str, p: int, mu: Reals) -> None:
    """Draw the sales of the segments whose law is not Poisson."""
    edges, ours = now.edges, now.plan.by_channel
    if ours.shape.any():
        sales.mixed_counts(edges, ours.shape, mu, work.draw(name, DRAW), table.new[p])
    if ours.fixed.any():
        sales.expected_counts(edges, ours.fixed, mu, table.carry[p], table.new[p])
