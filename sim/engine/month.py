"""The month, as one list that can be read aloud. Data only moves down the list; feedback is next month's.

Every stage takes the model and belongs to one room, whose columns alone it writes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sim.base.luck import purpose
from sim.base.samplers import binomial, negative_binomials, poisson
from sim.base.units import MINOR_PER_MAJOR
from sim.contracts import cancellations, claims, earning, renewals, sales
from sim.engine import books, offers, records
from sim.engine.plan import Kind, Line
from sim.partners import activity, choice, turnover
from sim.partners.columns import ACTIVE, DEFAULTED
from sim.policy.facts import MonthFacts, Statement
from sim.settlement import settle
from sim.settlement.credit import hazard_given

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork


def calendar_plays(model: PartnerNetwork) -> None:
    """0. Dated stories change the conditions of the month."""
    model.calendar.play_month(model.month)
    t, plan = model.t, model.plan
    model.demand = plan.demand[t] * model.conditions.factor("demand") * (not model.stopped)


def rivals_answer(model: PartnerNetwork) -> None:
    """1. Rivals act, all at once, on what was public last month."""
    for rival in model.rivals:
        rival.answer(model.us.rate_history)


def offers_are_seen(model: PartnerNetwork) -> None:
    """2. What each offer is worth to a partner."""
    price = np.array([line.price_minor[model.t] for line in model.plan.lines]) / MINOR_PER_MAJOR
    season = np.array([line.season[model.t] for line in model.plan.lines])
    offers.see(model)
    model.trailing.append(model.demand * season * price)


def partners_choose(model: PartnerNetwork) -> None:
    """3. Partners enter and leave, review their choice and split their flow."""
    table, note = model.table, model.notebook
    _come_and_go(model)
    np.equal(table.status, ACTIVE, out=table.present)
    table.switched[:] = 0
    ours_before = table.principal == 0
    review = model.draw("choice.review")
    for k, rival in enumerate(model.rivals, start=1):
        if rival.gone:
            review[table.principal == k] = 0.0  # its partners look for a home at once
    pick = model.draw("choice.pick", 1)
    for kind in model.plan.kinds:
        _choose(model, kind, review, pick)
    switched = table.switched.astype(np.bool_)
    note.counts["switched_away"] = int((switched & ours_before).sum())
    note.counts["switched_to_us"] = int((switched & (table.principal == 0)).sum())
    note.counts["our_partners"] = int(((table.share[0] > 0) & table.present).sum()) - 1
    _measure_market(model)


def _come_and_go(model: PartnerNetwork) -> None:
    table, plan, note = model.table, model.plan, model.notebook
    u = model.draw("turnover.leave")
    for kind in plan.kinds:
        if kind.leave[model.t] > 0:
            note.counts["left"] += turnover.leave(kind.first, kind.last, kind.leave[model.t], u, table.status)
        mean = kind.entry[model.t] * model.demand
        if mean > 0:
            note.counts["entered"] += _bring_in(model, kind, mean)


def _bring_in(model: PartnerNetwork, kind: Kind, mean: float) -> int:
    from sim.base.samplers import poisson_from_uniform
    from sim.engine.opening import opening_odds

    number = int(poisson_from_uniform(mean, model.luck.world(model.month, f"turnover.enter.{kind.name}")))
    odds = opening_odds(model, kind.position)
    table = model.table
    came: int = turnover.enter(
        kind.first, kind.last, number, model.month, model.population.rank, odds, kind.multi, table.status,
        table.entered, table.principal, table.share,
    )  # fmt: skip
    return came


def _choose(model: PartnerNetwork, kind: Kind, review: np.ndarray, pick: np.ndarray) -> None:
    table, t = model.table, model.t
    there = slice(kind.first, kind.last)
    base = offers.our_utility(model, kind, 0.0, 0.0)
    table.utility[there] = base + kind.weight_commission[t] * table.offer[there]
    if kind.weight_reliability[t] > 0:
        table.utility[there] += kind.weight_reliability[t] * table.reliability[there]
    utilities = model.utilities[kind.position]
    if kind.multi:
        choice.split_flow(
            kind.first, kind.last, table.utility, utilities, kind.segment.choice.inertia, kind.review[t],
            table.present, table.share,
        )  # fmt: skip
        return
    surprise = choice.choose_one(
        kind.first, kind.last, table.utility, utilities, kind.segment.choice.inertia, kind.review[t], table.present,
        review, pick, model.population.flow, table.principal, table.share, table.switched,
    )  # fmt: skip
    model.notebook.surprise["choice"] += surprise * offers.premium_of_buyer(model, kind)


def _measure_market(model: PartnerNetwork) -> None:
    """Expected premium by segment and principal, and what it earns the rivals."""
    plan = model.plan
    volumes = np.zeros((len(plan.kinds) + 1, len(plan.principals)))
    choice.volumes(plan.population.bounds, plan.population.flow, model.table.present, model.table.share, volumes)
    worth = np.array([offers.premium_of_buyer(model, kind) for kind in plan.kinds])
    pull = np.array([kind.segment.choice.pull for kind in plan.kinds])
    model.market_volumes = volumes[:-1] * worth[:, None] * (1.0 - pull[:, None])
    model.market_volumes[:, 0] += volumes[:-1].sum(axis=1) * worth * pull
    total = model.market_volumes.sum()
    model.market_shares = model.market_volumes.sum(axis=0) / total if total > 0 else model.market_shares
    for k, rival in enumerate(model.rivals, start=1):
        rates = np.array([float(rival.public[:, kind.position] @ kind.mix) / max(kind.mix.sum(), 1e-300) for kind in plan.kinds])
        margin = 1.0 - rival.rival.loss_ratio.at(model.ordinal) - rival.rival.expense_ratio - rates
        rival.earn(float((model.market_volumes[:, k] * margin).sum()))


def renewals_fall_due(model: PartnerNetwork) -> None:
    """6. Contracts whose term ends renew through their partner, with us directly, or not at all."""
    table, note = model.table, model.notebook
    table.renewing[:] = 0
    table.ended[:] = 0
    for line in model.plan.lines:
        if line.term:
            _kept(model, line)
            for year in range(line.years):
                note.counts["renewed_directly"] += _renew(model, line, year)
        np.sum(table.renewing[line.renewing], axis=0, out=table.renewed[line.position])
    note.counts["renewed_contracts"] = int(table.renewed.sum())
    note.counts["ended_contracts"] = int(table.ended.sum())


def _renew(model: PartnerNetwork, line: Line, year: int) -> int:
    table, p = model.table, line.position
    due = table.ring_count[line.first_count_slot + year * line.slots + model.month % line.slots]
    table.ended[p] += due
    chance = model.buffers[1]
    renewals.chances(model.buffers[2], 0.0 if model.stopped else line.product.renewal[year], chance)
    drawn = binomial(due, chance, model.draw(f"renewal.{line.name}.{year}"), model.counts)
    price = float(line.price_minor[model.t])
    model.notebook.surprise["renewals"] += renewals.surprise(drawn, due, chance) * price
    following = table.renewing[line.first_year + min(year + 1, line.years - 1)]
    return int(renewals.distribute(drawn, model.flags, model.population.direct, following))


def _kept(model: PartnerNetwork, line: Line) -> None:
    table, product = model.table, line.product
    then = table.share_then[(model.month - line.term) % len(table.share_then)]
    keep, direct = model.buffers[2], model.flags
    keep[-1], direct[-1] = 1.0, False
    for kind in model.plan.kinds:
        renewals.kept(
            kind.first, kind.last, not kind.multi, table.present, table.share[0], then, product.portability,
            product.direct_retention, model.plan.scenario.policy.payment.vested_renewals, keep, direct,
        )  # fmt: skip


def sales_are_made(model: PartnerNetwork) -> None:
    """7. New contracts by partner and product, within capacity; their premium."""
    table, note = model.table, model.notebook
    for kind in model.plan.kinds:
        choice.reach(
            kind.first, kind.last, model.population.flow, kind.segment.choice.pull, table.present, table.entered,
            model.month, kind.ramp, table.share, model.buffers[3],
        )  # fmt: skip
    for line in model.plan.lines:
        note.surprise["sales"] += _sell(model, line)
    for kind in model.plan.kinds:
        if kind.segment.sales.capacity is not None:
            sales.limit(
                kind.first, kind.last, kind.segment.sales.capacity, kind.segment.sales.waiting_decay,
                model.population.flow, table.waiting, table.new,
            )  # fmt: skip
    for line in model.plan.lines:
        _write(model, line)
    note.counts["new_contracts"] = int(table.new.sum())


def _sell(model: PartnerNetwork, line: Line) -> float:
    table, p, t = model.table, line.position, model.t
    mu = model.buffers[1]
    for kind in model.plan.kinds:
        per_buyer = kind.mix[p] * line.season[t] * model.demand
        sales.means(kind.first, kind.last, model.buffers[3], per_buyer, mu)
        if line.term and line.product.portability > 0:
            _transfer(model, line, kind, mu)
    others = int(table.in_force[:, :-1].sum()) - int(table.in_force[p, :-1].sum())
    mu[-1] = 0.0 if model.stopped else line.product.cross_sale * others
    u = model.draw(f"sales.{line.name}")
    poisson(mu, u, table.new[p])
    for kind in model.plan.kinds:
        there, law = slice(kind.first, kind.last), kind.segment.sales
        if law.law == "negative_binomial":
            shape = np.full(kind.last - kind.first, law.volatility**-2.0)
            negative_binomials(mu[there], shape, u[there], table.new[p, there])
        elif law.law == "fixed":
            sales.expected_counts(kind.first, kind.last, mu, table.carry[p], table.new[p])
    return float(sales.surprise(table.new[p], mu)) * float(line.price_minor[t])


def _transfer(model: PartnerNetwork, line: Line, kind: Kind, mu: np.ndarray) -> None:
    """A partner that comes to us brings a share of what it sold elsewhere a term ago."""
    table, then = model.table, max(model.t - line.term, 0)
    market = model.plan.demand[then] * line.season[then] * (not model.stopped)
    follows = line.product.portability * line.product.renewal[0] * (1.0 - kind.segment.choice.pull)
    past = table.share_then[(model.month - line.term) % len(table.share_then)]
    per_buyer = kind.mix[line.position] * market * follows
    sales.add_transfers(
        kind.first, kind.last, model.population.flow, per_buyer, table.present, table.entered,
        model.month - line.term, table.share[0], past, mu,
    )  # fmt: skip


def _write(model: PartnerNetwork, line: Line) -> None:
    table, p, price = model.table, line.position, line.price_minor[model.t]
    for count, name in ((table.new[p], "premium_new"), (table.renewed[p], "premium_renewal")):
        out = table.array(name)[p]
        if line.product.price_cv > 0:
            word = purpose(f"{name}.{line.name}")
            sales.random_premium(count, price, line.product.price_cv, model.keys, word, out)
        else:
            sales.premium(count, price, out)


def commission_accrues(model: PartnerNetwork) -> None:
    """8. Commission on premium is accrued as it is written, by the rules in force."""
    table = model.table
    for name in ("accrued", "expensed", "reversed"):
        table.array(name)[:] = 0
    facts = MonthFacts(
        model.ordinal, model.plan.layout, table.premium_new, table.premium_renewal, table.new, table.renewed
    )
    model.statement = Statement(table.accrued, table.expensed, table.reversed, model.watched)
    model.plan.book.draw_up(facts, model.memory, model.statement)


def premium_is_earned(model: PartnerNetwork) -> None:
    """9. Premium earns month by month, and the commission deferred with it; exposure follows."""
    table = model.table
    table.earned[:] = 0
    table.amortised[:] = 0
    deferred = model.plan.scenario.accounts.acquisition == "deferred"
    for line in model.plan.lines:
        p, slot = line.position, line.first_slot + model.month % line.slots
        written = table.premium_new[p] + table.premium_renewal[p]
        if line.term == 0:
            table.earned[p] = written
            table.amortised[:] += table.accrued[p]
            table.exposure[p] = table.new[p]
            continue
        _begin_cohort(model, line)
        steps = earning.earn(written, table.ring_premium[slot], table.steps_premium[p], line.term, table.earned[p])
        model.premium_steps[p].begin(model.month, steps)
        begun = table.new[p] + table.renewed[p]
        earning.expose(begun, table.ended[p], table.in_force[p], table.exposure[p])
        if deferred:
            steps = earning.earn(
                table.accrued[p], table.ring_commission[slot], table.steps_commission[p], line.term, table.amortised
            )
            model.commission_steps[p].begin(model.month, steps)
        else:
            table.amortised[:] += table.accrued[p]


def _begin_cohort(model: PartnerNetwork, line: Line) -> None:
    slot = line.first_count_slot + model.month % line.slots
    ring, renewing = model.table.ring_count, model.table.renewing[line.renewing]
    for year in range(line.years):
        ring[slot + year * line.slots] = renewing[year]
    ring[slot] += model.table.new[line.position]


def claims_occur(model: PartnerNetwork) -> None:
    """10. Claims on this month's exposure, booked at ultimate cost."""
    table = model.table
    for line in model.plan.lines:
        p = line.position
        if line.cost_ratio is not None:
            claims.cost(line.cost_ratio[model.t], table.earned[p], table.incurred[p])
        else:
            _incur(model, line)


def _incur(model: PartnerNetwork, line: Line) -> None:
    table, p, t, plan = model.table, line.position, model.t, model.plan
    terms = line.product.claims
    assert terms is not None
    common = model.common[line.name]
    frequency = line.frequency[t] * plan.claims_frequency[t] * (1.0 if common is None else common.at(model.month))
    severity = line.per_premium[t] * plan.claims_severity[t] * model.conditions.factor("claims")
    mu = model.buffers[1]
    mu[-1] = frequency * table.exposure[p, -1]
    for kind in plan.kinds:
        risk = (1.0 + kind.segment.fraud) * frequency * _adverse(model, kind)
        claims.means(kind.first, kind.last, risk, table.exposure[p], plan.population.relativity, mu)
    u = model.draw(f"claims.count.{line.name}")
    if terms.count == "negative_binomial":
        claims.mixed_counts(mu, terms.count_cv**-2.0, u, model.counts)
    else:
        poisson(mu, u, model.counts)
    surprise, number = claims.incur(
        model.counts, mu, severity, table.exposure[p], table.earned[p], line.kind, line.law, model.keys,
        purpose(f"claims.cost.{line.name}"), table.incurred[p],
    )  # fmt: skip
    model.notebook.surprise["claims"] += surprise
    model.notebook.counts["claims"] += number


def _adverse(model: PartnerNetwork, kind: Kind) -> float:
    """Worse risks follow over-generous offers: exp(eta x points above the market's mean)."""
    if kind.segment.adverse == 0:
        return 1.0
    points = 100.0 * (model.our_segment_rates[kind.position] - offers.market_rate(model))
    return float(np.exp(kind.segment.adverse * points))


def contracts_are_cancelled(model: PartnerNetwork) -> None:
    """11. Contracts are cancelled inside their term; premium is refunded, deferred commission released."""
    table = model.table
    table.refund[:] = 0
    table.released[:] = 0
    for line in model.plan.lines:
        model.kept_steps[line.name] = np.ones(line.slots)
        if line.product.cancellation == 0 or line.term == 0:
            continue
        p = line.position
        lost_premium, lost_commission = np.zeros((2, line.slots), dtype=np.int64)
        name = f"cancellation.{line.name}"
        model.notebook.counts["cancelled_contracts"] += cancellations.cancel(
            line.product.cancellation, model.month, line.term, line.years, model.draw(name), model.keys, purpose(name),
            table.ring_count[line.counts], table.ring_premium[line.ring], table.ring_commission[line.ring],
            table.in_force[p], table.steps_premium[p], table.steps_commission[p], table.refund, table.released,
            lost_premium, lost_commission,
        )  # fmt: skip
        before = model.premium_steps[p].by_slot
        model.kept_steps[line.name] = 1.0 - np.divide(lost_premium, before, out=np.zeros(line.slots), where=before > 0)
        model.premium_steps[p].lose(lost_premium)
        model.commission_steps[p].lose(lost_commission)


def partners_settle(model: PartnerNetwork) -> None:
    """12. Defaults, then remittances and netting, then our payments."""
    table, plan, t = model.table, model.plan, model.t
    for name in ("remitted", "netted", "paid", "lost", "debit_lost"):
        table.array(name)[:] = 0
    table.defaulted[:] = False
    np.sum(table.premium_new, axis=0, out=table.written)
    table.written += table.premium_renewal.sum(axis=0)
    table.written[-1] = 0  # our own customers pay at once
    model.taken_back = table.released if plan.scenario.policy.payment.clawback == "pro_rata" else model.zeros
    accrued = table.accrued.sum(axis=0)
    settle.rest_of_statement(table.expensed, table.reversed, model.taken_back, table.rest)
    u_default, u_remit = model.draw("default"), model.draw("remittance", 1)
    bad_times = model.luck.normal(model.month, "default.common")
    for kind in plan.kinds:
        hazard = min(1.0, kind.default[t] * model.conditions.factor("default"))
        _settle(model, kind, accrued, hazard_given(hazard, plan.scenario.credit.correlation, bad_times), u_default, u_remit)
    model.notebook.counts["defaulted"] = int(table.defaulted.sum())


def _settle(
    model: PartnerNetwork, kind: Kind, accrued: np.ndarray, hazard: float, u_default: np.ndarray, u_remit: np.ndarray
) -> None:
    table, month, terms = model.table, model.month, kind.segment.remittance
    rows = (kind.first, kind.last)
    settle.push(
        *rows, month, *kind.lag, terms.net, model.plan.scenario.policy.payment.delay, table.written, accrued,
        table.rest, table.due_premium, table.due_commission, table.due_pay, table.receivable, table.payable,
    )  # fmt: skip
    if hazard > 0:
        settle.default(
            *rows, month, hazard, table.present, u_default, table.due_premium, table.due_commission,
            table.arrears_premium, table.arrears_commission, table.due_pay, table.account, table.receivable,
            table.payable, table.netted, table.lost, table.defaulted,
        )  # fmt: skip
    discipline = kind.discipline[model.t] * model.conditions.factor("discipline")
    settle.remit(
        *rows, month, discipline, u_remit, table.due_premium, table.due_commission, table.arrears_premium,
        table.arrears_commission, table.receivable, table.payable, table.remitted, table.netted,
    )  # fmt: skip
    settle.pay(
        *rows, month, table.present, table.defaulted, table.due_pay, table.account, table.payable, table.paid,
        table.debit_lost,
    )  # fmt: skip


def partners_remember(model: PartnerNetwork) -> None:
    """13. What partners carry into next month: who defaulted, shares at sale, sales, trust in us."""
    table, note = model.table, model.notebook
    table.status[table.defaulted] = DEFAULTED
    table.share_then[model.month % len(table.share_then)] = table.share[0]
    active, lost = activity.remember(table.new[:, :-1].sum(axis=0), table.sold_months[:-1])
    note.counts["active_partners"], note.counts["lost_partners"] = active, lost
    note.counts["in_force"] = int(table.in_force.sum())
    us, target = model.plan.scenario.us, model.plan.seen["reliability"][0, model.t]
    late = us.late_payment_penalty if model.short_of_cash else 0.0
    recovery = 1.0 - 2.0 ** (-1.0 / us.reliability_half_life) if us.reliability_half_life > 0 else 1.0
    choice.learn(0, table.rows, target, recovery, late, table.reliability)


MONTH: tuple[tuple[str, Callable[[PartnerNetwork], None]], ...] = (
    ("market", calendar_plays),
    ("market", rivals_answer),
    ("policy", offers_are_seen),
    ("partners", partners_choose),
    ("contracts", renewals_fall_due),
    ("contracts", sales_are_made),
    ("policy", commission_accrues),
    ("contracts", premium_is_earned),
    ("contracts", claims_occur),
    ("contracts", contracts_are_cancelled),
    ("settlement", partners_settle),
    ("partners", partners_remember),
    ("money", books.close),
    ("engine", records.collect),
)
