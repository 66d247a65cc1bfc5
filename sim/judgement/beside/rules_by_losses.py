"""Theory beside rules that follow the loss ratio: what they cost on average, and at the mean loss ratio.

Notation: p product, s segment, n ordinal of a contract year since the books begin.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Reals
from sim.base.laws import squared_cv
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR
from sim.engine.layout.lines import Line
from sim.engine.layout.plan import Plan
from sim.judgement.beside.theory_figure import TheoryFigure
from sim.policy.book_page import Page
from sim.policy.parts.experience import Experience
from sim.policy.rules.loss_corridor import LossCorridor
from sim.policy.rules.profit_commission import ProfitCommission
from sim.policy.rules.sliding_scale import SlidingScale
from sim.theory import variable_commission as theory
from sim.theory.contract_year import YearOfLine, lognormal_like, loss_ratio_law
from sim.theory.severity import Law

_WHOSE = "year of new business of each segment's mean partner"


@dataclass(frozen=True)
class Rate:
    """What a rule pays, or charges, as a share of premium: expected under a law, and at one loss ratio."""

    expected: Callable[[Law], float]
    at: Callable[[float], float]
    unit_text: str


def of_rules(plan: Plan, premium: Reals, loss_ratio: Reals) -> list[TheoryFigure]:
    """Expected rate of every sliding scale, profit commission and loss corridor, and its rate at the mean loss ratio.

    Parameters
    ----------
    premium : float64[P, S]
        Our expected new premium a month at the opening, major units.
    loss_ratio : float64[P, S]
        Expected claims over earned premium at the opening.
    """
    found = []
    for name, rule in plan.book.rules:
        page = _page(plan, name, rule.effective_from)
        if isinstance(rule, SlidingScale | ProfitCommission | LossCorridor) and page is not None:
            found += _figures(plan, page, _rate(plan, rule, page), premium, loss_ratio)
    return found


def _page(plan: Plan, name: str, first: int | None) -> Page | None:
    """The rule as it holds at t = 0, or when it begins."""
    ordinal = max(plan.scenario.start, first or 0)
    return next((page for page in plan.book.pages(ordinal) if page.name == name), None)


def _figures(plan: Plan, page: Page, rate: Rate, premium: Reals, loss_ratio: Reals) -> list[TheoryFigure]:
    assert isinstance(page.rule, Experience)
    covered = np.where(page.cells[:, : premium.shape[1]], premium, 0.0)
    weights, expected, at_mean = [], [], []
    for s in np.flatnonzero(covered.sum(axis=0) > 0):
        try:
            law = loss_ratio_law(_lines(plan, page.rule, int(s), covered[:, s], loss_ratio[:, s]))
        except ValueError:
            return []
        weights.append(covered[:, s].sum())
        expected.append(rate.expected(law))
        at_mean.append(rate.at(law.mean))
    if not weights:
        return []
    return [
        TheoryFigure(
            f"rate_of.{page.name}",
            float(np.average(expected, weights=weights)),
            "ratio",
            f"expected {rate.unit_text}, a {_WHOSE}; not the same as at the mean loss ratio",
            "compound Poisson; lognormal of its mean and deviation where severity is not gamma or months are not alike",
        ),
        TheoryFigure(
            f"rate_at_mean.{page.name}",
            float(np.average(at_mean, weights=weights)),
            "ratio",
            f"{rate.unit_text} at the mean loss ratio, which is not what is expected: the rate is not linear",
            "rate(E[LR])",
        ),
    ]


def _lines(plan: Plan, rule: Experience, s: int, premium: Reals, loss_ratio: Reals) -> list[YearOfLine]:
    """The year of the segment's mean partner, premium[P] a month for the whole segment."""
    kind, t = plan.kinds[s], plan.warm_up
    partners = max(1, int((~plan.population.spare[kind.first : kind.last]).sum()))
    everywhere = np.ones((len(plan.lines), len(plan.population.segments)), dtype=np.bool_)
    known = rule.record.covered(plan.layout, everywhere).known
    found = []
    for line in plan.lines:
        year, ratio = premium[line.position] * MONTHS_PER_YEAR / partners, float(loss_ratio[line.position])
        claims = line.product.claims
        if year <= 0:
            continue
        if claims is None or ratio == 0:
            found.append(YearOfLine(year, ratio, known=known[line.position].tolist()))
            continue
        found.append(
            YearOfLine(
                year,
                ratio,
                _claims(line, t, year, ratio / plan.claims_severity[t]),
                squared_cv(claims.severity),
                claims.count_cv if claims.count == "negative_binomial" else 0.0,
                claims.common.cv,
                known[line.position].tolist(),
                gamma=claims.severity.dist in ("gamma", "exponential"),
            )
        )
    return found


def _claims(line: Line, t: int, premium: float, loss_ratio: float) -> float:
    """Expected number of claims of a year's premium: contract-years x loss ratio over what a claim is worth in it."""
    contracts = premium / (line.price_minor[t] / MINOR_PER_MAJOR)
    years = contracts * (line.term or MONTHS_PER_YEAR) / MONTHS_PER_YEAR
    return float(years * loss_ratio / line.per_premium[t])


def _rate(plan: Plan, rule: SlidingScale | ProfitCommission | LossCorridor, page: Page) -> Rate:
    if isinstance(rule, SlidingScale):
        ratios, rates, _ = page.terms[1]
        slide = theory.Slide(tuple(ratios.tolist()), tuple(rates.tolist()))
        return Rate(
            lambda law: theory.expected_slide(slide, law).expected_commission,
            lambda ratio: float(slide.rate(ratio)[0]),
            "commission rate of the sliding scale",
        )
    if isinstance(rule, LossCorridor):
        low, high, share = rule.lower, rule.upper, rule.share
        return Rate(
            lambda law: theory.loss_corridor(law, low, high, share).expected_corridor,
            lambda ratio: share * (min(max(ratio, low), high) - low), "share of premium that the loss corridor charges",
        )  # fmt: skip
    end, share, years = 1.0 - rule.allowance, rule.share, _years(plan, rule)

    def profit(law: Law) -> float:
        laws = {n: law if n <= 2 else lognormal_like(law) for n in years}  # from 3 on a density is needed
        return float(np.mean([theory.expected_profit_commission(share, end, laws[n], n) for n in years]))

    return Rate(
        profit,
        lambda ratio: share * max(0.0, end - ratio),
        "profit commission as a share of premium",
    )  # fmt: skip


def _years(plan: Plan, rule: ProfitCommission) -> list[int]:
    """Years over which deficits average each profit judged within the horizon, years independent and alike.

    Carried for c years, a deficit reaches no further than c + 1 years are averaged; beyond that this is close and not
    exact, as which years' deficits are still there depends on their order.
    """
    start, carry = plan.scenario.start, rule.carry
    first = max(start - plan.warm_up, rule.effective_from or 0)
    last = min(start + plan.months, rule.effective_until or start + plan.months)
    judged = [t for t in range(first, last) if (rule.record.windows.closing(t) >= 0)[0]]
    numbers = [n for n, t in enumerate(judged, 1) if t >= start] or [1]
    most = max(numbers) if carry == "forever" else carry // MONTHS_PER_YEAR + 1
    return [min(n, most) for n in numbers]
