"""Theory beside rules that follow the loss ratio: what they cost on average, and at the mean loss ratio.

Notation: p product, s segment, n ordinal of a contract year since the books begin.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Reals
from sim.base.laws import limited_mean, squared_cv
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
from sim.theory.severity import limited_mean as limited_loss_ratio

_NODES = 400  # of an integral up to the stop
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
        if isinstance(rule, SlidingScale | ProfitCommission | LossCorridor) and page is not None and _is_known(rule):
            found += _figures(plan, page, _rate(plan, rule, page), premium, loss_ratio)
    return found


def _is_known(rule: SlidingScale | ProfitCommission | LossCorridor) -> bool:
    """Whether there is a closed form: none where years hang together by more than deficits of a plain profit."""
    stop = rule.stop_per_year
    if stop is not None and stop.amount is not None:
        return False  # a sum is another ratio for each partner
    if isinstance(rule, SlidingScale):
        return not (rule.carry or rule.carry_credit)
    if isinstance(rule, ProfitCommission):
        return not rule.carry_credit and not (rule.carry and (rule.most is not None or stop is not None))
    return True


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
            "compound Poisson; lognormal of its mean and deviation where severity is not gamma or months not alike; "
            "a stopped gamma claim is a gamma of the same mean and deviation",
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
        within, spread = _severity(plan, rule, line, t)
        if claims is None or ratio == 0:
            found.append(YearOfLine(year, ratio, known=known[line.position].tolist()))
            continue
        found.append(
            YearOfLine(
                year,
                ratio * within,
                _claims(line, t, year, ratio / plan.claims_severity[t]),
                spread,
                claims.count_cv if claims.count == "negative_binomial" else 0.0,
                claims.common.cv,
                known[line.position].tolist(),
                gamma=claims.severity.dist in ("gamma", "exponential"),
            )
        )
    return found


def _severity(plan: Plan, rule: Experience, line: Line, t: int) -> tuple[float, float]:
    """Mean of a claim as far as it counts, in units of its mean, and its squared coefficient of variation.

    With G(c) = E[min(X, c)], E[min(X, c)^2] = 2 (c G(c) - the integral of G from 0 to c).
    """
    claims, stop = line.product.claims, rule.stop_of_claims
    if claims is None or stop is None or line.per_premium[t] <= 0.0:
        return 1.0, 0.0 if claims is None else squared_cv(claims.severity)
    c = stop / (line.mean_claim_minor(t) * plan.claims_severity[t])
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    mean = float(limited_mean(claims.severity, np.array([c]))[0])
    area = 0.5 * c * float(weights @ limited_mean(claims.severity, 0.5 * c * (nodes + 1.0)))
    return mean, 2.0 * (c * mean - area) / mean**2 - 1.0


def _claims(line: Line, t: int, premium: float, loss_ratio: float) -> float:
    """Expected number of claims of a year's premium: contract-years x loss ratio over what a claim is worth in it."""
    contracts = premium / (line.price_minor[t] / MINOR_PER_MAJOR)
    years = contracts * (line.term or MONTHS_PER_YEAR) / MONTHS_PER_YEAR
    return float(years * loss_ratio / line.per_premium[t])


def _rate(plan: Plan, rule: SlidingScale | ProfitCommission | LossCorridor, page: Page) -> Rate:
    stop = np.inf if rule.stop_per_year is None else float(rule.stop_per_year.at(np.inf))
    if isinstance(rule, SlidingScale):
        slide = _slide_up_to(stop, *page.terms[1][:2])
        return Rate(
            lambda law: theory.expected_slide(slide, law).expected_commission,
            lambda ratio: float(slide.rate(ratio)[0]),
            "commission rate of the sliding scale",
        )
    if isinstance(rule, LossCorridor):
        low, high, share = rule.lower, min(rule.upper, stop), rule.share
        return Rate(
            lambda law: theory.loss_corridor(law, low, high, share).expected_corridor,
            lambda ratio: share * (min(max(ratio, low), high) - low), "share of premium that the loss corridor charges",
        )  # fmt: skip
    return Rate(
        lambda law: _expected_profit(plan, rule, law, stop),
        lambda ratio: float(rule.at(min(ratio, stop))),
        "profit commission as a share of premium",
    )


def _slide_up_to(stop: float, ratios: Reals, rates: Reals) -> theory.Slide:
    """The scale, flat from the loss ratio on with which losses count at most."""
    slide = theory.Slide(tuple(ratios.tolist()), tuple(rates.tolist()))
    kept = [(ratio, rate) for ratio, rate in zip(slide.loss_ratios, slide.rates, strict=True) if ratio <= stop]
    if len(kept) == ratios.size:
        return slide
    kept.append((stop, float(slide.rate(stop)[0])))
    return theory.Slide(tuple(ratio for ratio, _ in kept), tuple(rate for _, rate in kept))


def _expected_profit(plan: Plan, rule: ProfitCommission, law: Law, stop: float) -> float:
    """Share of premium: with deficits carried the mean over the years judged, else of a year with stop and most."""
    end, share = 1.0 - rule.allowance, rule.share
    if rule.carry:
        years = _years(plan, rule)
        laws = {n: law if n <= 2 else lognormal_like(law) for n in years}  # from 3 on a density is needed
        return float(np.mean([theory.expected_profit_commission(share, end, laws[n], n) for n in years]))
    beyond = 0.0 if rule.most is None or share == 0.0 else max(0.0, end - rule.most / share)
    return share * (_put(law, end, stop) - _put(law, beyond, stop) * (rule.most is not None))


def _put(law: Law, end: float, stop: float) -> float:
    """E[(end - min(LR, stop))+]."""
    if stop < end:
        return end - float(limited_loss_ratio(law, stop)[0])
    return theory.expected_profit_commission(1.0, end, law)


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
