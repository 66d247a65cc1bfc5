"""Answers to `mnl_inertia`, `commission_equilibrium`, `renewals_earning`, `finance_identities`."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from sim.theory import choice, cohorts, equilibrium, finance
from tests.theory.cases import Case

Answer = dict[str, Any]


def answer_choice(case: Case) -> Answer:
    """Logit choice with inertia, steady or with a promotion."""
    p = case["parameters"]
    return _promotion(case) if "base" in p else _steady(p, case["expected"])


def _steady(p: Answer, expected: Answer) -> Answer:
    v = choice.utilities(p["beta"], p["commission"], p["xi"])
    nu = p.get("nu", 1.0)
    matrix = choice.transition(v, p["kappa"], nu)
    eigenvalue = choice.second_eigenvalue(v, p["kappa"], nu)
    answer = {
        "transition": matrix,
        "stationary": choice.stationary(v, p["kappa"]),
        "second_eigenvalue": eigenvalue,
        "half_life_months": choice.half_life(eigenvalue),
        "expected_tenure_months": choice.tenure(matrix),
        "shares_without_inertia": choice.shares(v),
    }
    return {**answer, **_dated(p, expected, matrix)}


def _dated(p: Answer, expected: Answer, matrix: np.ndarray) -> Answer:
    """Figures whose key names the month."""
    answer: Answer = {}
    for key in expected:
        matched = re.fullmatch(r"(shares_month_|mean_counts_month|cov_counts_month)(\d+|last)", key)
        if matched:
            month = p["months"] if matched.group(2) == "last" else int(matched.group(2))
            mean, covariance = choice.count_moments(p["n0"], matrix, month)
            kinds = {"s": choice.shares_after(p["x0"], matrix, month), "m": mean, "c": covariance}
            answer[key] = kinds[key[0]]
    return answer


def _promotion(case: Case) -> Answer:
    p, expected = case["parameters"], case["expected"]
    offer = next(value for key, value in p.items() if key.endswith("promotion"))
    first, last = map(int, re.findall(r"\d+", offer["months"]))
    promoted = list(p["base"])
    promoted[offer["insurer"]] = offer["commission"]
    xi = p.get("xi", [0.0] * len(promoted))
    found = choice.promotion_path(
        p["x0"],
        choice.utilities(p["beta"], p["base"], xi),
        choice.utilities(p["beta"], promoted, xi),
        range(first, last + 1),
        len(next(iter(expected.values()))) - 1,
        kappa=p["kappa"],
        nu=p.get("nu", 1.0),
    )
    return {f"share{k}_by_month": found[:, k] for k in range(len(promoted))}


def answer_equilibrium(case: Case) -> Answer:
    """Equilibrium, with the closed form where the case is one of its kinds."""
    p = case["parameters"]
    outside = p["outside_option"]
    found = equilibrium.equilibrium(p["beta"], p["xi"], p["margin"], p["owner"], outside_option=outside)
    assert equilibrium.first_order_gap(p["beta"], found, p["margin"], p["owner"]) < 1e-12
    return {
        "commission": found.commission,
        "commission_15_digits": found.commission,
        "shares": found.shares,
        "outside_share": found.outside_share,
        "profit_per_unit_market": found.profit,
        **_closed_form(p),
    }


def _closed_form(p: Answer) -> Answer:
    brands, outside = len(p["xi"]), p["outside_option"]
    if brands == 1 and outside:
        commission, share = equilibrium.monopoly_commission(p["beta"], p["xi"][0], p["margin"][0])
        return {"closed_form_commission": commission, "closed_form_share": share}
    alike = len(set(p["xi"])) == len(set(p["margin"])) == 1 and len(set(p["owner"])) == brands
    if alike and not outside:
        commission = equilibrium.symmetric_commission(p["beta"], p["margin"][0], brands)
        return {"closed_form_commission": commission, "closed_form_share": 1.0 / brands}
    return {}


def answer_cohorts(case: Case) -> Answer:
    """Contracts in force, unearned premium or a cancellation."""
    p = case["parameters"]
    if "cancel_after_days" in p:
        return _cancellation(p)
    return _in_force(p) if "new_month1" in p else _unearned(p)


def by_month(values: Any) -> dict[str, float]:
    """Values of months 1, 2, ... by the month's number."""
    return {str(month): float(value) for month, value in enumerate(values, 1)}


def _in_force(p: Answer) -> Answer:
    new = np.zeros(p["months"])
    new[0] = p["new_month1"]
    if "monthly_growth" in p:
        new = cohorts.growing(p["new_month1"], p["monthly_growth"], p["months"])
    renewal, term = p.get("renewal", p.get("renewal_by_year")), p.get("term_months", 12)
    return {
        "inforce_at_month": by_month(cohorts.in_force(new, renewal, term)),
        "sd_at_month": by_month(cohorts.in_force_sd(new, renewal, term)),
        "lifetime_terms": cohorts.lifetime_terms(renewal),
    }


def _unearned(p: Answer) -> Answer:
    first = p.get("written_month1", p.get("written_per_month"))
    written = cohorts.growing(first, p.get("growth", 0.0), p["months"])
    term = p.get("term_months", 12)
    reserve, earned = cohorts.unearned_reserve(written, term), cohorts.earned(written, term)
    return {
        "factors": cohorts.unearned_factors(term),
        "upr": by_month(reserve),
        "earned": by_month(earned),
        "written": written.sum(),
        "earned_in_year": earned[-12:].sum(),
        **{f"upr_at_month_{month}": value for month, value in by_month(reserve).items()},
    }


def _cancellation(p: Answer) -> Answer:
    args = (p["premium"], p["commission"], p["cancel_after_days"], p["term_days"])
    found = vars(cohorts.cancel_pro_rata(*args))
    return {**found, "in_kopecks_half_up": cohorts.cancel_in_minor_units(*args)}


def answer_finance(case: Case) -> Answer:
    """Present values, ratios of one book or a path of capital."""
    p = case["parameters"]
    if "cashflows" in p:
        return _present_values(p)
    if "written" in p:
        return vars(_ratios(p))
    return _capital(p)


def _present_values(p: Answer) -> Answer:
    flows, annual = p["cashflows"], p["annual_rate"]
    mistaken = finance.nominal_as_effective(annual)
    return {
        "npv": finance.npv(flows, annual),
        "irr": finance.irr(flows),
        "monthly_rate_equivalent": finance.monthly_rate(annual),
        "npv_if_nominal_monthly_rate_r_over_12_used_by_mistake": finance.npv(flows, mistaken),
    }


def _ratios(p: Answer) -> finance.BookRatios:
    return finance.combined_ratios(
        p["written"],
        p["earned"],
        p["incurred_losses"],
        p["commission_paid"],
        p["other_expenses"],
        deferred=p["commission_deferred_in_proportion_to_upr"],
    )


def _capital(p: Answer) -> Answer:
    margin = finance.underwriting_margin(p["loss_ratio"], p["expense"], p["commission"])
    path = finance.CapitalPath(p["K0"], p["premium"], margin, p["monthly_growth"], p["invest_rate_annual"])
    return {"capital_at": by_month(path.at(p["months"])), "month_capital_negative": path.first_negative()}
