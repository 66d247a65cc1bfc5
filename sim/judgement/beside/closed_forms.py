"""Theory beside the simulation: the closed forms that a scenario has (model, section 15)."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, inf
from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Reals
from sim.base.laws import squared_cv
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR
from sim.engine.layout.lines import Kind, Line
from sim.engine.layout.plan import Plan
from sim.engine.state.market import NEVER
from sim.judgement.beside import best_pay, leaving_networks, regions_held_out, rules_by_losses, staff_incentives
from sim.judgement.beside.settled_rates import at_start
from sim.judgement.beside.theory_figure import TheoryFigure as TheoryFigure
from sim.theory import choice, cohorts, deposits, equilibrium, finance, pyramid

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork

ROUNDING = 1e-9  # contracts: a number that is whole but for its last bits


def theory(plan: Plan) -> dict[str, TheoryFigure]:
    """Closed forms of a scenario at its opening, by name; a name that is also a KPI's stands beside it."""
    model = at_start(plan)
    premium = _expected_premium(model)
    found = [figure for line in plan.lines for figure in _of_product(plan, line, premium[line.position])]
    found += _of_market(model, premium)
    found += _of_credit(model, premium)
    found += _of_us(model, premium)
    found += rules_by_losses.of_rules(plan, premium, _loss_ratios(plan))
    margins = np.array([_margin(plan, premium[:, kind.position]) for kind in plan.kinds])
    found += staff_incentives.of_staff(model, premium, margins)
    found += best_pay.of_effort(model, margins)
    found += leaving_networks.of_networks(model, premium, margins)
    found += regions_held_out.of_experiment(model, premium)
    return {figure.name: figure for figure in found}


@dataclass(frozen=True)
class NewBusiness:
    """What new business at the opening is expected to leave, as shares of earned premium; bad debt apart."""

    loss_ratio: float
    expenses: float
    commission: float
    """average rate offered"""

    @property
    def margin(self) -> float:
        """1 - LR - e - c."""
        return 1.0 - self.loss_ratio - self.expenses - self.commission


def new_business(plan: Plan) -> NewBusiness | None:
    """The theory's plane at one point; None where nothing is expected to be sold."""
    model = at_start(plan)
    premium = _expected_premium(model)
    return _new_business(model, premium) if premium.sum() > 0 else None


def _new_business(model: PartnerNetwork, premium: Reals) -> NewBusiness:
    weights, ratios = premium.sum(axis=1) / premium.sum(), _by_line(model.plan, premium)
    expenses = np.array([_expenses(line, ratio) for line, ratio in zip(model.plan.lines, ratios, strict=True)])
    return NewBusiness(
        float(ratios @ weights),
        float(expenses @ weights),
        float((model.market.our_rates * premium).sum() / premium.sum()),
    )


def _by_line(plan: Plan, premium: Reals) -> Reals:
    return np.array([_loss_ratio(plan, line, premium[line.position]) for line in plan.lines])


def _expected_premium(model: PartnerNetwork) -> Reals:
    """Our expected new premium a month at the opening, float64[product, segment] in major units."""
    plan = model.plan
    t = plan.warm_up
    price = np.array([line.price_minor[t] * line.price_effect[t] for line in plan.lines]) / MINOR_PER_MAJOR
    flow = np.array(
        [plan.population.flow[k.first : k.last][~plan.population.spare[k.first : k.last]].sum() for k in plan.kinds]
    )
    pull = np.array([kind.segment.choice.pull for kind in plan.kinds])
    share = np.array([_opening_share(model, kind.position) for kind in plan.kinds])
    mix = plan.by_segment.mix.T
    return mix * price[:, None] * (flow * (pull + (1.0 - pull) * share))[None, :]


def _opening_share(model: PartnerNetwork, s: int) -> float:
    stated = model.plan.kinds[s].segment.choice.us_at_start
    return float(model.market.all_odds()[s, 0]) if stated is None else stated


def _loss_ratio(plan: Plan, line: Line, by_segment: Reals) -> float:
    """Expected claims over earned premium at the opening, weighted by where the premium comes from."""
    t = plan.warm_up
    if line.cost_ratio is not None:
        return float(line.cost_ratio[t])
    risk = np.array([_risk(plan, s) for s in range(len(plan.kinds))])
    weight = by_segment.sum()
    mean_risk = float((risk * by_segment).sum() / weight) if weight > 0 else 1.0
    index = plan.claims_frequency[t] * plan.claims_severity[t]
    return float(line.frequency[t] * line.per_premium[t] * index * mean_risk)


def _loss_ratios(plan: Plan) -> Reals:
    """Expected claims over earned premium at the opening: float64[product, segment]."""
    segments = np.eye(len(plan.kinds))
    return np.array([[_loss_ratio(plan, line, segment) for segment in segments] for line in plan.lines])


def _risk(plan: Plan, s: int) -> float:
    kind = plan.kinds[s]
    there = slice(kind.first, kind.last)
    flow = plan.population.flow[there] * ~plan.population.spare[there]
    relativity = float((flow * plan.population.relativity[there]).sum() / flow.sum()) if flow.sum() > 0 else 1.0
    return relativity * (1.0 + kind.segment.fraud)


def _expenses(line: Line, loss_ratio: float) -> float:
    costs = line.product.expenses
    return costs.acquisition + costs.administration + costs.handling * loss_ratio


def _of_product(plan: Plan, line: Line, by_segment: Reals) -> list[TheoryFigure]:
    ratio = _loss_ratio(plan, line, by_segment)
    expenses = _expenses(line, ratio)
    room = finance.break_even_commission(ratio, expenses) / (1.0 + line.product.expenses.onload)
    found = [
        TheoryFigure(
            f"loss_ratio.{line.name}", ratio, "ratio", "expected claims over earned premium", "model, section 7"
        ),
        TheoryFigure(
            f"break_even_commission.{line.name}",
            room,
            "ratio",
            "commission at which the product earns nothing, bad debt apart",
            "1 - LR - e",
        ),
    ]
    terms = line.product.claims
    if terms is not None and line.frequency[plan.warm_up] > 0 and by_segment.sum() > 0:
        contracts = by_segment.sum() * 12 / (line.price_minor[plan.warm_up] / MINOR_PER_MAJOR)
        claims = contracts * line.frequency[plan.warm_up] * (line.term or 12) / 12
        severity = ratio * by_segment.sum() * 12 / claims
        spread = finance.loss_ratio_sd(
            claims, severity, squared_cv(terms.severity) ** 0.5, by_segment.sum() * 12, common_factor_cv=terms.common.cv
        )
        found.append(
            TheoryFigure(f"loss_ratio_sd.{line.name}", spread, "ratio",
                         "standard deviation of a year's loss ratio of new business", "compound Poisson")
        )  # fmt: skip
    return found


def _of_market(model: PartnerNetwork, premium: Reals) -> list[TheoryFigure]:
    """Logit response of our share to a point of commission and the best answer to the rivals, by segment."""
    found = []
    for kind in model.plan.kinds:
        utility, mean = model.market.mean_utilities()[kind.position], float(model.market.mean_offers[kind.position])
        there, beta = utility[utility > NEVER], float(model.plan.weights["commission"][kind.position, model.t])
        response = float(choice.share_response(there, beta)[0, 0])
        found.append(
            TheoryFigure(f"share_per_point.{kind.name}", response, "share",
                         "share of reviewing partners won by one point of commission", "beta s (1 - s)")
        )  # fmt: skip
        margin = _margin(model.plan, premium[:, kind.position])
        if beta > 0 and there.size > 1 and kind.segment.effort is None:
            xi = float(there[0]) - beta * mean
            best = equilibrium.best_response_commission(100.0 * beta, xi, margin, there[1:])
            found.append(
                TheoryFigure(
                    f"best_response.{kind.name}",
                    best,
                    "ratio",
                    "effective commission that would earn most against the rivals as they are",
                    "logit, Lambert W",
                )
            )
    return found


def _of_credit(model: PartnerNetwork, premium: Reals) -> list[TheoryFigure]:
    """The largest loss at default of a segment's largest partner that sells all of its flow for us."""
    found = []
    for kind in model.plan.kinds:
        loss, pledged = _largest_loss(model, kind)
        against = " against the deposit that its blanks need or it can afford" if pledged else ""
        found.append(
            TheoryFigure(
                f"largest_loss.{kind.name}",
                loss,
                "money",
                f"premium that the largest partner holds when it sells only for us, before renewals{against}",
                "max(0, E + v b - D)",
            )
        )
    return found


def _largest_loss(model: PartnerNetwork, kind: Kind) -> tuple[float, bool]:
    """E + v b - D of a segment's largest partner, where it holds what it may; whether it pledges a deposit."""
    plan, terms, s = model.plan, kind.segment.remittance, kind.position
    flow = model.population.flow[kind.first : kind.last] * ~model.population.spare[kind.first : kind.last]
    buyers = float(flow.max(initial=0.0)) * plan.funnel.passing[s, model.t]
    worth = float(model.market.premium_of_buyer()[s]) / MINOR_PER_MAJOR
    kept = float(model.market.our_segment_rates[s]) if terms.net else 0.0
    monthly = buyers * worth * (1.0 - kept)
    unremitted = monthly * terms.lag
    scheme = plan.scenario.policy.deposits
    if scheme is None or scheme.chooses or kind.name not in scheme.segments or not scheme.in_force(model.ordinal):
        with_the_month = unremitted + monthly  # it sells this month and remits nothing; blanks hold that under a scheme
        return deposits.largest_loss(with_the_month, 0.0, 0.0, 0.0), False
    contracts = (
        buyers * float(plan.by_segment.mix[s] @ [line.season[model.t] for line in plan.lines]) * plan.demand[model.t]
    )
    blanks = ceil(contracts * (1.0 + scheme.spare_blanks) - ROUNDING)
    value, multiple = scheme.value_of_blank.at(model.ordinal), scheme.multiple_at(model.ordinal)
    funds = inf if kind.segment.funds is None else kind.segment.funds * buyers * _worth_of_a_year(model, s)
    deposit = min(funds, (unremitted + value * blanks) / multiple)
    sold = min(unremitted, multiple * deposit)
    return deposits.largest_loss(
        sold, value, min(blanks, floor((multiple * deposit - sold) / value + ROUNDING)), deposit
    ), True


def _worth_of_a_year(model: PartnerNetwork, s: int) -> float:
    """Premium of one buyer a month over a year, major units."""
    return float((model.plan.by_segment.mix[s] * model.market.year).sum()) * MONTHS_PER_YEAR


def _margin(plan: Plan, by_product: Reals) -> float:
    """Margin before commission of a segment's premium."""
    total = by_product.sum()
    if total <= 0:
        return 0.0
    ratios = [_loss_ratio(plan, line, np.ones(len(plan.kinds))) for line in plan.lines]
    margins = [1.0 - ratio - _expenses(line, ratio) for line, ratio in zip(plan.lines, ratios, strict=True)]
    return float(np.array(margins) @ by_product / total)


def _of_us(model: PartnerNetwork, premium: Reals) -> list[TheoryFigure]:
    """Our own floor of the pyramid: break-even commission of the whole book and the growth that hides a loss."""
    plan, total = model.plan, premium.sum()
    if total <= 0:
        return []
    weights = premium.sum(axis=1) / total
    ratios, new = _by_line(plan, premium), _new_business(model, premium)
    paid = [_paid(line) for line in plan.lines]
    pattern = np.zeros(max(map(len, paid)))
    for weight, one in zip(weights * ratios / max(new.loss_ratio, 1e-300), paid, strict=True):
        pattern[: len(one)] += weight * np.array(one)
    found = [
        TheoryFigure("break_even_commission", 1.0 - new.loss_ratio - new.expenses, "ratio",
                     "commission at which new business earns nothing, bad debt apart", "1 - LR - e"),
        TheoryFigure("offered_commission", new.commission, "ratio", "average rate offered on new business", "schedule"),
        TheoryFigure("margin_of_new_business", new.margin, "ratio",
                     "expected margin of new business on earned premium", "1 - LR - e - c"),
    ]  # fmt: skip
    try:
        growth = pyramid.annual(pyramid.own_growth_threshold(new.loss_ratio, new.commission, new.expenses, pattern))
    except ValueError:
        return found
    return [*found, TheoryFigure(
        "cash_rich_growth", growth, "ratio",
        "growth a year above which cash rises although the business loses (below 0: it earns)", "model, section 10",
    )]  # fmt: skip


def _paid(line: Line) -> list[float]:
    earning = cohorts.earning_shares(line.term) if line.term else [1.0]
    return pyramid.claims_paid_pattern(
        earning, [1.0] if line.product.claims is None else line.product.claims.payment_pattern
    )
