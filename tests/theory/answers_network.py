"""Answers to `ponzi_ode`, `broker_pyramid`, `tiers_overrides`, `attribution`, `deposit_exposure`."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from sim.theory import attribution, deposits, overrides, ponzi, pyramid, tiers
from sim.theory.severity import Gamma, Lognormal
from tests.theory.cases import Case

Answer = dict[str, Any]


def answer_ponzi(case: Case) -> Answer:
    """Path and collapse of a scheme, or the fit of its inflow."""
    p = case["parameters"]
    if "t_star" in p:
        s0, ri = ponzi.inflow_fit(p["t_star"], p["flow_at_t_star_musd_per_year"], p["total_deposits_musd"])
        return {"s0": s0, "ri": ri}
    scheme = ponzi.Ponzi(**p)
    collapse = ponzi.collapse_time(scheme)
    times = list(case["expected"].get("S_at", {}))
    fund = ponzi.fund(scheme, [float(t) for t in times])
    a, b, c = ponzi.coefficients(scheme)
    exponents = [scheme.alpha, scheme.ri, scheme.rn]
    return {
        "collapse_time": collapse,
        "collapse_time_20_digits": collapse,
        "S_at": dict(zip(times, fund, strict=True)),
        "coefficients": {"a": a, "b": b, "c": c, "exponents": exponents},
    }


def answer_broker(case: Case) -> Answer:
    """The broker's recursion to its default or the horizon."""
    p, horizon = case["parameters"], case["expected"].get("horizon_months", 240)
    premiums = pyramid.premium_path(p["P1"], p["g"], horizon, p["T"], p["d"], p["mode"])
    found = pyramid.broker_path(premiums, p["a"], p["c"], p["L"], p["O"], p["K0"])
    return {
        **vars(found),
        "break_even_growth": pyramid.growth_threshold(p["a"], p["c"], p["L"]) if p["L"] else None,
        "cash_end_of_month": {str(t): cash for t, cash in enumerate(found.cash, 1)},
        "horizon_months": horizon,
    }


def answer_tiers(case: Case) -> Answer:
    """Tiers of volume or commission by levels."""
    p = case["parameters"]
    if "tiers" in p:
        return _tiers(p)
    if "rank_rate" in p:
        found = overrides.stair_step(p["sponsor"], p["sales"], p["rank_rate"], p.get("inactive", ()))
        return {"payout": found.override, "total": found.total, "cap_total_rate": max(p["rank_rate"].values())}
    return vars(overrides.unilevel(p["sponsor"], p["sales"], p["rates"], p.get("inactive", ()), inactive_rule(case)))


def inactive_rule(case: Case) -> overrides.Inactive:
    """What the words of a case do with an inactive sponsor's level."""
    words = f"{case['name']} {case['parameters'].get('rule', '')}".lower().replace("_", " ")
    if "pass up" in words or "passed up" in words or "roll" in words:
        return "pass_up"
    if re.search(r"no compression|without compression|forfeit|breakage|kept by", words):
        return "forfeit"
    return "dynamic" if re.search(r"dynamic|skipped|compression", words) else "forfeit"


def _tiers(p: Answer) -> Answer:
    scale = tiers.Tiers.of([(tier["from_"], tier["rate"]) for tier in p["tiers"]])
    edge: tiers.Edge = "left" if ">=" in p.get("boundary_rule", ">=") else "right"
    effective = tiers.effective_rate(scale, p["volumes"])
    return {
        "marginal": tiers.marginal(scale, p["volumes"]),
        "retroactive": tiers.retroactive(scale, p["volumes"], edge),
        "effective_marginal_rate": [None if np.isnan(rate) else rate for rate in effective],
        "cliff_at_thresholds": {f"{x:g}" if x < 1e6 else str(int(x)): jump for x, jump in tiers.cliffs(scale).items()},
    }


def answer_attribution(case: Case) -> Answer:
    """Every rule on the same paths."""
    paths = [attribution.Path(tuple(p["path"]), p["conversions"], p["nulls"]) for p in case["parameters"]["paths"]]
    chain = attribution.markov(paths)
    linear, shapley = attribution.linear(paths), attribution.shapley(paths)
    return {
        "first": attribution.first_touch(paths),
        "last": attribution.last_touch(paths),
        "linear": linear,
        "linear_exact": linear,
        "position_40_20_40": attribution.position_based(paths),
        "shapley": shapley,
        "shapley_exact": shapley,
        "markov_conversion_probability": chain.conversion_probability,
        "markov_removal_effect": chain.removal_effect,
        "markov_attributed": chain.attributed,
        "markov_attributed_float": chain.attributed,
    }


def answer_deposit(case: Case) -> Answer:
    """The trace of a deposit or its best amount."""
    p = case["parameters"]
    return _trace(p) if "ops" in p else _newsvendor(p)


def _trace(p: Answer) -> Answer:
    terms = deposits.Terms(p["v"], p["k"])
    events = deposits.trace(deposits.Holding(p["D"]), terms, p["ops"])
    rows = [
        {"op": e.op, "arg": e.arg, "accepted": e.accepted, **_state(e.state), "exposure": e.exposure, "limit": e.limit}
        for e in events
    ]
    return {"trace": rows, "final": _state(events[-1].state), "accepted": [e.accepted for e in events]}


def _state(holding: deposits.Holding) -> Answer:
    return {"E": holding.unremitted, "b": holding.blanks, "D": holding.deposit, "w": holding.spoilt}


def _newsvendor(p: Answer) -> Answer:
    name, inside = re.fullmatch(r"(\w+)\((.*)\)", p["exposure"]).groups()
    first, *rest = (float(x) for x in re.findall(r"[\d.]+(?:e[+-]?\d+)?", inside))
    under, over = p["underage_cost_per_rouble"], p["overage_cost_per_rouble"]
    if name == "Normal":
        found = deposits.newsvendor_normal(first, rest[0], under, over)
    elif name == "Exponential":
        found = deposits.newsvendor(Gamma(1.0, first), under, over)
    elif name == "Lognormal" and "mean" in inside:
        found = deposits.newsvendor(Lognormal.from_mean_cv(first, rest[0]), under, over)
    else:
        raise ValueError(f"no law of exposure is called {p['exposure']!r}")
    return {"critical_ratio": found.critical_ratio, "d_star": found.deposit, "min_cost": found.cost}
