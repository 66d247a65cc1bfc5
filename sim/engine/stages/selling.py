"""Stages of the month in which due contracts renew and new ones are sold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Reals
from sim.base.luck import purpose
from sim.base.samplers import binomial, negative_binomials, poisson
from sim.contracts import renewals, sales
from sim.contracts.surprise import surprise
from sim.engine.layout.lines import Kind, Line
from sim.engine.stages import controlling, funnel, limiting, pledging, repeat_sales
from sim.partners import choice

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork

# the model's buffers of one float a row, and what they hold in these stages
DRAW, MEAN, KEEP, REACH = range(4)


def renewals_fall_due(model: PartnerNetwork) -> None:
    """Contracts whose term ends renew through their partner, with us directly, or not at all."""
    table, note = model.table, model.notebook
    table.renewing[:] = 0
    table.ended[:] = 0
    table.lapsed[:] = 0
    table.moved[:] = 0
    for line in model.plan.lines:
        if line.term:
            _keep(model, line)
            for year in range(line.years):
                note["renewed_directly"] += _renew(model, line, year)
    limiting.cut_renewals(model)
    for line in model.plan.lines:
        np.sum(table.renewing[line.renewing], axis=0, out=table.renewed[line.position])


def _keep(model: PartnerNetwork, line: Line) -> None:
    table, plan, product = model.table, model.plan, line.product
    then = table.share_then[(model.month - line.term) % len(table.share_then)]
    renewals.kept(
        plan.layout.edges, plan.by_segment.single, table.present, table.share[0], then, product.portability,
        product.direct_retention, plan.scenario.policy.payment.vested_renewals, model.buffers[KEEP], model.flags,
    )  # fmt: skip


def _renew(model: PartnerNetwork, line: Line, year: int) -> int:
    table, p = model.table, line.position
    due = table.ring_count[line.first_count_slot + year * line.slots + model.month % line.slots]
    table.ended[p] += due
    chance = model.buffers[MEAN]
    renewals.chances(model.buffers[KEEP], 0.0 if model.stopped else line.renewal[year], chance)
    drawn = binomial(due, chance, model.draw(f"renewal.{line.name}.{year}", DRAW), model.counts)
    price = float(line.price_minor[model.t])
    model.notebook["surprise.renewals"] += surprise(drawn, due, chance, model.plan.layout.edges) * price
    age = (year + 1) * line.term
    if age < line.ages:
        renewals.note_age(
            due, drawn, model.flags, table.lapsed[line.first_age + age], table.moved[line.first_age + age]
        )
    following = table.renewing[line.first_year + min(year + 1, line.years - 1)]
    return int(renewals.distribute(drawn, model.flags, model.population.direct, following))


def sales_are_made(model: PartnerNetwork) -> None:
    """New contracts by partner and product, within capacity; their premium."""
    table, plan = model.table, model.plan
    choice.reach(
        plan.layout.edges, model.flow, plan.by_segment.pull, table.present, table.entered, model.month,
        plan.by_segment.ramp, table.share, model.buffers[REACH],
    )  # fmt: skip
    in_force = model.in_force - table.in_force[:, -1]  # a partner's customer is offered our other products
    funnel.begin(model)
    for line in plan.lines:
        _sell(model, line, float(in_force.sum() - in_force[line.position]))
    funnel.fill(model)
    for kind in plan.kinds:
        if kind.segment.sales.capacity is not None:
            sales.limit(
                kind.first, kind.last, kind.segment.sales.capacity, kind.segment.sales.waiting_decay,
                model.flow, table.waiting, table.new,
            )  # fmt: skip
    limiting.cut_sales(model)
    if repeat_sales.customers_come_back(model):
        limiting.cut_sales(model)  # repeat purchases are sales too
    pledging.sell_void_blanks(model)
    for line in plan.lines:
        _write(model, line)


def _sell(model: PartnerNetwork, line: Line, customers: float) -> None:
    table, plan, p, t = model.table, model.plan, line.position, model.t
    mu, mix = model.buffers[MEAN], plan.by_segment.mix[:, p] * plan.funnel.passing
    sales.means(plan.layout.edges, model.buffers[REACH], mix * (line.season[t] * model.demand), mu)
    if line.term and line.product.portability > 0 and not model.stopped:
        _bring_along(model, line, mu)
    mu[-1] = 0.0 if model.stopped else line.product.cross_sale * customers
    if (sent := controlling.recaptured(model)) is not None:
        mu[-1] += float(mix @ sent) * line.season[t] * model.demand
    u = model.draw(f"sales.{line.name}", DRAW)
    poisson(mu, u, table.new[p])
    for kind in plan.kinds:
        if kind.segment.sales.law != "poisson":
            _by_law(model, kind, p, mu, u)
    beyond = surprise(table.new[p], model.ones, mu, plan.layout.edges)
    model.notebook["surprise.sales"] += beyond * float(line.price_minor[t])
    funnel.expect(model, line, mu)


def _bring_along(model: PartnerNetwork, line: Line, mu: Reals) -> None:
    """A partner that comes to us brings a share of what it sold elsewhere a term ago."""
    table, plan, then = model.table, model.plan, max(model.t - line.term, 0)
    market = plan.demand[then] * line.season[then]
    follows = line.product.portability * line.renewal[0] * market
    per_buyer = plan.by_segment.mix[:, line.position] * follows * (1.0 - plan.by_segment.pull)
    past = table.share_then[(model.month - line.term) % len(table.share_then)]
    sales.add_brought(
        plan.layout.edges, model.flow, table.present, table.entered, model.month - line.term,
        table.share[0], past, per_buyer, mu,
    )  # fmt: skip


def _by_law(model: PartnerNetwork, kind: Kind, p: int, mu: Reals, u: Reals) -> None:
    """Draw the sales of a segment whose law is not Poisson."""
    there, law, new = slice(kind.first, kind.last), kind.segment.sales, model.table.new[p]
    if law.law == "negative_binomial":
        shape = np.full(kind.last - kind.first, law.volatility**-2.0)
        negative_binomials(mu[there], shape, u[there], new[there])
    else:
        sales.expected_counts(kind.first, kind.last, mu, model.table.carry[p], new)


def _write(model: PartnerNetwork, line: Line) -> None:
    table, p, price = model.table, line.position, line.price_minor[model.t]
    for count, name in ((table.new[p], "premium_new"), (table.renewed[p], "premium_renewal")):
        out = table.array(name)[p]
        if line.product.price_cv > 0:
            word = purpose(f"{name}.{line.name}")
            sales.random_premium(count, price, line.product.price_cv, model.keys, word, out)
        else:
            sales.premium(count, price, out)
        limiting.hold_premium(model, p, count, out)
