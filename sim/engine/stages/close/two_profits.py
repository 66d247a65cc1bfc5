"""What the month's partner sales are worth as the programme's dashboard shows them, and what partners add.

First-year business alone. The second is an estimate that trusts the stated `anyway` shares: it counts what own
channels would have been paid without partners, and what they are paid on partners' sales. A twin without the programme
needs no formula.

Notation: R replications, p product, s segment of partners, c channel of ours but for the direct one. Margin m: premium
less expected claims with their handling, acquisition and administration, as a share of premium.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Reals
from sim.engine.state.books import Books
from sim.engine.state.commission import Commission
from sim.engine.state.credited_sales import Journeys
from sim.engine.state.market import Market
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.staff import CooperatingStaff
from sim.money.flows import FLOWS, Flow


def two_profits_are_noted(
    now: Now,
    market: Market,
    journeys: Journeys | None,
    staff: CooperatingStaff | None,
    commission: Commission,
    books: Books,
    note: Notebook,
) -> None:
    """Note both profits, and whose the month's sales were."""
    if journeys is None:
        return
    sums, partners = books.totals, len(now.plan.kinds)
    margin, bonus = _margins(now, now.plan.risk[:partners]), np.array([one.bonus[now.t] for one in now.plan.own])
    credited = sums.cells("credited_new")[..., :partners].transpose(1, 0, 2)
    written = journeys.written
    anyway = journeys.anyway.sum(axis=3)
    cost = _commission_on_new(commission, books) + note.turnover[0, :, FLOWS.index(Flow.PROGRAMME_PAID)]
    note["attributed_profit"] = np.rint((credited * margin).sum(axis=(1, 2)) - cost)
    saved = (journeys.anyway * bonus).sum(axis=(1, 2, 3)) - (journeys.own_credit * bonus).sum(axis=1)
    saved = saved - _lost_by_disputes(now, staff)
    note["incremental_profit"] = np.rint(((written - anyway) * margin).sum(axis=(1, 2)) - cost + saved)
    note.by_journey["premium_seen"] = journeys.premium_seen
    note["premium_touched"], note["premium_anyway"] = written.sum(axis=(1, 2)), np.rint(anyway.sum(axis=(1, 2)))
    twice = np.minimum(market.our_segment_rates[..., None], bonus)
    note["paid_twice"] = np.rint((journeys.paid_twice * twice).sum(axis=(1, 2)))
    own = sums.by_segment("premium_new")[:, partners:-1] - journeys.signed[:, :-1] + journeys.own_credit
    note.by_creditor["credit"] = np.concatenate([credited.sum(axis=1), own], axis=1)


def _lost_by_disputes(now: Now, staff: CooperatingStaff | None) -> Reals | float:
    """Margin of own sales that disputes with partners cost, less the bonus saved: float64[R], minor units."""
    if staff is None:
        return 0.0
    price = np.array([line.price_minor[now.t] for line in now.plan.lines])
    margin = _margins(now, np.ones(1))[:, 0] - staff.terms.bonus[now.t]
    return np.asarray((staff.disputes * (staff.terms.dispute_cost * price * margin)).sum(axis=1))


def _margins(now: Now, risk: Reals) -> Reals:
    """Margin of new business of customers of a risk, float64[s]: float64[p, s]."""
    plan, t = now.plan, now.t
    index = plan.claims_frequency[t] * plan.claims_severity[t]
    found = []
    for line in plan.lines:
        goods = line.cost_ratio is not None
        ratio = line.cost_ratio[t] if line.cost_ratio is not None else line.frequency[t] * line.per_premium[t] * index
        costs = line.product.expenses
        found.append(
            1.0
            - ratio * (np.ones_like(risk) if goods else risk) * (1.0 + costs.handling)
            - costs.acquisition
            - costs.administration
        )
    return np.array(found)


def _commission_on_new(commission: Commission, books: Books) -> Reals:
    """Commission, cross-bonus and fees on new business, and what is not on premium: float64[R], minor units."""
    sums, statement = books.totals, commission.statement
    new, renewal = sums.by_product("credited_new"), sums.by_product("premium_renewal")
    part = np.divide(new, new + renewal, out=np.zeros(new.shape), where=new + renewal > 0)
    passed = sums.by_product("passed")
    shared = statement.fees + (passed if len(passed) else 0)
    now_due = sums.of("expensed") - sums.of("reversed") + statement.fees_now
    return np.asarray(sums.of("on_new") + (shared * part).sum(axis=0) + now_due)
