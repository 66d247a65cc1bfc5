"""Stages of the month in which contracts earn, cost claims and are cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.functions import dot, exp
from sim.base.luck import purpose
from sim.base.samplers import binomial, poisson
from sim.base.severities import sums_of_claims
from sim.contracts import cancellations, claims, earning
from sim.engine.layout.lines import Line
from sim.engine.stages import offers

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork

POINTS = 100.0


def premium_is_earned(model: PartnerNetwork) -> None:
    """Premium earns month by month, and the commission deferred with it; exposure follows."""
    table = model.table
    table.earned[:] = 0
    table.amortised[:] = 0
    for line in model.plan.lines:
        p = line.position
        written = table.premium_new[p] + table.premium_renewal[p]
        if line.term:
            _earn(model, line, written)
        else:
            table.earned[p] = written
            table.exposure[p] = table.new[p]
        if line.term:
            slot = line.first_slot + model.month % line.slots
            ending, steps = table.ring_commission[slot], table.steps_commission[p]
            begun = earning.earn(table.accrued[p], ending, steps, line.term, table.amortised)
            model.commission_steps[p].begin(model.month, begun)
            if len(table.passed):
                earning.begin(table.passed[p], line.term, table.ring_passed[slot])
        else:
            table.amortised[:] += table.accrued[p]


def _earn(model: PartnerNetwork, line: Line, written: Integers) -> None:
    table, p = model.table, line.position
    slot, count_slot = line.first_slot + model.month % line.slots, line.first_count_slot + model.month % line.slots
    steps = earning.earn(written, table.ring_premium[slot], table.steps_premium[p], line.term, table.earned[p])
    model.premium_steps[p].begin(model.month, steps)
    for year in range(line.years):
        table.ring_count[count_slot + year * line.slots] = table.renewing[line.first_year + year]
    table.ring_count[count_slot] += table.new[p]
    model.in_force[p] = earning.expose(
        table.new[p], table.renewed[p], table.ended[p], table.in_force[p], table.exposure[p]
    )


def claims_occur(model: PartnerNetwork) -> None:
    """Claims on this month's exposure, booked at ultimate cost."""
    table = model.table
    for line in model.plan.lines:
        p = line.position
        if line.cost_ratio is not None:
            claims.cost(line.cost_ratio[model.t], table.earned[p], table.incurred[p])
        else:
            _incur(model, line)


def _incur(model: PartnerNetwork, line: Line) -> None:
    table, p, t, plan = model.table, line.position, model.t, model.plan
    terms, common = line.product.claims, model.common[line.name]
    assert terms is not None
    frequency = line.frequency[t] * plan.claims_frequency[t] * (1.0 if common is None else common.at(model.month))
    severity = line.per_premium[t] * plan.claims_severity[t] * model.conditions.factor("claims")
    risk = np.append((1.0 + plan.by_segment.fraud) * _adverse(model), 1.0)
    mu = model.buffers[1]
    claims.means(plan.layout.edges, frequency * risk, table.exposure[p], plan.population.relativity, mu)
    if plan.claims == "expected":
        claims.expect(mu, severity, table.exposure[p], table.earned[p], table.incurred[p])
        model.notebook["claims"] += float(dot(mu, model.ones, plan.layout.edges))
        for echo in model.echoes:
            echo.expect(model, line, mu)
        return
    u = model.draw(f"claims.count.{line.name}")
    if terms.count == "negative_binomial":
        claims.mixed_counts(mu, terms.count_cv**-2.0, u, model.counts)
    else:
        poisson(mu, u, model.counts)
    word = purpose(f"claims.cost.{line.name}")
    relative = sums_of_claims(line.kind, line.law, model.counts, model.keys, word, model.buffers[2])
    model.notebook["claims"] += int(model.counts.sum())
    model.notebook["surprise.claims"] += claims.incur(
        mu,
        severity,
        table.exposure[p],
        table.earned[p],
        relative,
        model.buffers[3],
        plan.layout.edges,
        table.incurred[p],
    )
    for echo in model.echoes:
        echo.incur(model, line, mu, relative, model.buffers[3])


def _adverse(model: PartnerNetwork) -> Reals:
    """Worse risks follow over-generous offers: exp(eta x points above the market's mean), by segment."""
    eta = np.array([kind.segment.adverse for kind in model.plan.kinds])
    if not eta.any():
        return np.ones(eta.size)
    points = POINTS * (model.our_segment_rates - offers.market_rate(model))
    return np.array([float(exp(one)) for one in eta * points])


def contracts_are_cancelled(model: PartnerNetwork) -> None:
    """Contracts are cancelled inside their term; premium is refunded, deferred commission released."""
    table = model.table
    table.refund[:] = 0
    table.released[:] = 0
    table.released_passed[:] = 0
    for line in model.plan.lines:
        if line.term and line.product.cancellation > 0:
            _cancel(model, line)
    model.notebook["in_force"] = int(model.in_force.sum())


def _cancel(model: PartnerNetwork, line: Line) -> None:
    table, p, rate = model.table, line.position, line.product.cancellation
    lost_premium, lost_commission = np.zeros((2, line.slots), dtype=np.int64)
    name = f"cancellation.{line.name}"
    total = binomial(table.in_force[p], rate, model.draw(name), model.counts)
    cancelled = cancellations.cancel(
        rate, model.month, line.term, total, model.keys, purpose(f"{name}.cohort"), table.ring_count[line.counts],
        table.ring_premium[line.ring], table.ring_commission[line.ring], table.ring_passed[line.ring],
        table.in_force[p], table.steps_premium[p], table.steps_commission[p], table.refund, table.released,
        table.released_passed[p : p + 1], lost_premium, lost_commission, table.lapsed[line.aged],
    )  # fmt: skip
    model.notebook["cancelled_contracts"] += cancelled
    model.in_force[p] -= cancelled
    before = model.premium_steps[p].by_slot
    model.kept_steps[p] = 1.0 - np.divide(lost_premium, before, out=np.zeros(line.slots), where=before > 0)
    model.premium_steps[p].lose(lost_premium)
    model.commission_steps[p].lose(lost_commission)
