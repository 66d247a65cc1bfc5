"""Partners are judged: audits, the control of partners, and what follows from it.

A scenario without control, audits that end partners and segments whose defaulted partners return passes through.
Notation: s segment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Flags, Reals
from sim.base.units import to_minor
from sim.engine.layout.lines import Kind
from sim.engine.stages.opening import opening_odds
from sim.market.conditions import Inspection
from sim.partners import control
from sim.partners.columns import DEFAULTED
from sim.policy.terms.control_terms import Control, Rating
from sim.settlement import broker_cash

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork


@dataclass
class Judged:
    """What the control of partners has left to later stages and months."""

    buyers: list[tuple[int, Reals]] = field(default_factory=list)
    """month in which partners were ended, and the buyers a month that they sent us, float64[segment]"""
    audit_cost: int = 0
    """of this month, minor units"""


def begin(model: PartnerNetwork) -> Judged:
    """Nobody is judged yet: every partner has the rating of a newcomer."""
    terms = model.plan.scenario.policy.control
    if terms is not None and terms.rating is not None:
        model.table.rating[:] = terms.rating.newcomer
    return Judged()


def partners_are_judged(model: PartnerNetwork) -> None:
    """Records of the month, audits, and at a review the partners that we end."""
    table, terms = model.table, model.plan.scenario.policy.control
    model.judged.audit_cost = 0
    if len(table.default_month) and model.notebook["defaulted"]:
        table.default_month[0, table.defaulted] = model.month
    if terms is None and not model.conditions.audits:
        return
    if terms is not None:
        _record(model, terms)
    ended = model.flags
    ended[:] = False
    for name, audit in model.conditions.audits.items():
        _audit(model, name, audit, ended)
    if terms is not None and terms.reviews(model.ordinal):
        _review(model, terms, ended)
    if ended.any():
        _end(model, ended)


def _record(model: PartnerNetwork, terms: Control) -> None:
    table = model.table
    handling = np.array([line.product.expenses.handling for line in model.plan.lines])
    commission = table.amortised + table.released + table.expensed + table.written_down
    commission -= table.taken_back + table.reversed + table.loss_share + table.held_lost
    control.record(
        model.month % terms.window, table.earned, table.incurred, handling, commission, table.status, table.share[0],
        table.with_us[0], table.earned_by_month, table.result_by_month, table.claims_by_month,
    )  # fmt: skip
    if terms.rating is not None:
        _rate(model, terms, terms.rating)


def _rate(model: PartnerNetwork, terms: Control, rating: Rating) -> None:
    table = model.table
    control.rate(
        terms.window,
        terms.grace,
        to_minor(terms.judged_from_premium),
        rating.remittance,
        rating.claims,
        rating.premium,
        to_minor(rating.half_premium),
        rating.newcomer,
        table.arrears_premium,
        table.with_us[0],
        table.earned_by_month,
        table.claims_by_month,
        table.late_months[0],
        table.rating[0],
    )


def _review(model: PartnerNetwork, terms: Control, ended: Flags) -> None:
    """Mark partners that fall below a bound."""
    table = model.table
    result, premium = terms.end_when_result_below, terms.end_when_premium_below
    bounds = (
        -inf if result is None else float(to_minor(result)), _or_none(terms.end_when_margin_below),
        -inf if premium is None else float(to_minor(premium)), _or_none(terms.end_when_rating_below),
    )  # fmt: skip
    for kind in model.plan.kinds:
        if terms.covers(kind.name):
            control.judge(
                kind.first, kind.last, terms.grace, to_minor(terms.judged_from_premium), *bounds, table.status,
                table.with_us[0], table.earned_by_month, table.result_by_month, table.rating, ended,
            )  # fmt: skip


def _or_none(bound: float | None) -> float:
    return -inf if bound is None else bound


def _audit(model: PartnerNetwork, name: str, audit: Inspection, ended: Flags) -> None:
    """Mark partners on whom an audit finds what ends them; count what looking costs."""
    if not (audit.cost or audit.ends or "insolvency" in audit.finds):
        return
    table, look, detect = model.table, "audit.look." + name, "audit.detect." + name
    looked: Flags = np.array(model.draw(look) < audit.sample)
    u = np.where(looked, model.draw(detect), 1.0)
    with_us = table.present & (table.share[0] > 0.0)
    hollow = _hollow(model) if "insolvency" in audit.finds else None
    for kind in model.plan.kinds:
        if not audit.covers(kind.name):
            continue
        rows = slice(kind.first, kind.last)
        model.judged.audit_cost += to_minor(audit.cost) * int((looked & with_us)[rows].sum())
        if audit.ends and "fraud" in audit.finds and kind.segment.fraud > 0.0:
            control.find(kind.first, kind.last, audit.detection, u, table.status, table.share[0], ended)
        if hollow is not None:
            ended[rows] |= hollow[rows] & (u[rows] < audit.detection)


def _hollow(model: PartnerNetwork) -> Flags:
    """Network brokers whose cash is less than all that they owe: bool[n]."""
    table, owed = model.table, np.zeros(model.table.rows, dtype=np.int64)
    found: Flags = np.zeros(model.table.rows, dtype=np.bool_)
    for one in model.networks:
        broker_cash.unremitted(
            *one.ends,
            table.receivable,
            table.payable,
            table.others_due,
            table.others_arrears[0],
            table.agents_due,
            owed,
        )
        found[one.rows] = table.present[one.rows] & (table.broker_cash[0, one.rows] < owed[one.rows])
    return found


def _end(model: PartnerNetwork, ended: Flags) -> None:
    """Let the marked partners leave; their buyers may come to us later."""
    table, plan, buyers = model.table, model.plan, np.zeros(len(model.plan.kinds))
    for kind in plan.kinds:
        pull = float(plan.by_segment.pull[kind.position])
        count, buyers[kind.position] = control.end(
            kind.first, kind.last, ended, model.flow, pull, table.status, table.share[0]
        )
        model.notebook["ended"] += count
        if count:
            model.calendar.log(kind.name, f"{count} partners ended")
    model.judged.buyers.append((model.month, buyers))


def recaptured(model: PartnerNetwork) -> Reals | None:
    """Buyers a month of ended partners that come to our own channels, float64[segment]; None without any."""
    terms = model.plan.scenario.policy.control
    if terms is None or terms.recapture is None or not model.judged.buyers:
        return None
    months = np.array([model.month - month for month, _ in model.judged.buyers])
    sent = np.array([buyers for _, buyers in model.judged.buyers])
    return np.asarray(terms.recapture.share * (control.grown(months, terms.recapture.ramp) @ sent))


def defaulted_return(model: PartnerNetwork, kind: Kind) -> int:
    """Partners that come back under new names, with clean records, this month; how many."""
    terms = kind.segment.turnover.phoenix
    if terms is None or model.stopped or not (model.table.status[kind.first : kind.last] == DEFAULTED).any():
        return 0
    table = model.table
    came: int = control.rise(
        kind.first,
        kind.last,
        model.population.returning[kind.position],
        model.month,
        terms.after,
        terms.chance,
        model.draw("turnover.phoenix"),
        table.default_month[0],
        model.population.rank,
        opening_odds(model, kind.position),
        kind.multi,
        table.status,
        table.entered,
        table.principal,
        table.share,
    )
    return came
