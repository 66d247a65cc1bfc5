"""Answers to the families of work: staff, attention, effort, hand-over, capacity, stock, windows, networks, pay."""

from __future__ import annotations

from typing import Any

from sim.theory import channels
from tests.theory.cases import Case

Answer = dict[str, Any]
CALL_RULES = ("largest", "longest", "gain", "even", "nobody")
SHOWN = 3


def answer_staff(case: Case) -> Answer:
    """Cooperation before and after a rule, or the best cross-bonus."""
    p = case["parameters"]
    if "leads_value" in p:
        at = channels.cross_bonus_profit(0.2, **p)
        return {**vars(channels.best_cross_bonus(**p)), "profit_at_20_percent": at}
    rates = p["commission"], p["own_bonus"], p["scale"]
    before, after = (channels.cooperation_target(*rates, channels.Terms(**p[when])) for when in ("before", "after"))
    months = max(len(case["expected"].get("path", [])) - 1, SHOWN)
    path = channels.cooperation_path(before, after, p["half_life"], months)
    factor = [channels.staff_factor(float(met), p["needs_staff"], p["block"]) for met in path]
    return {
        "target_before": before,
        "target_after": after,
        "path": path,
        "indifferent_cross_bonus": channels.indifferent_cross_bonus(
            p["commission"], p["own_bonus"], p["after"]["evasion"]
        ),
        "factor_before": factor[0],
        "factor_month_3": factor[3],
        "factor_ratio_month_3": factor[3] / factor[0],
    }


def answer_attention(case: Case) -> Answer:
    """Cycles of contacts, or whom to call."""
    p = dict(case["parameters"])
    if "every" in p:
        return {
            f"half_life {h} every {m}": vars(channels.attention_cycle(h, m, p["floor"], p["gain"]))
            for h in p["half_lives"]
            for m in p["every"]
        }
    plans = {rule: channels.call_plan(rule, **p) for rule in CALL_RULES}
    return {
        rule: {
            **vars(plan),
            "sum": float(plan.sales_by_month.sum()),
            "first_three_months_contacted": plan.contacted[:SHOWN],
        }
        for rule, plan in plans.items()
    }


def answer_effort(case: Case) -> Answer:
    """Effort, share and profit by commission, and the best one."""
    p = dict(case["parameters"])
    commissions, margin = p.pop("commissions"), p.pop("margin")
    worker = channels.Worker(**p)
    found = vars(channels.effort_at(worker, commissions, margin))
    at = [{key: values[i] for key, values in found.items()} for i in range(len(commissions))]
    return {"at": at, **vars(channels.best_pay(worker, margin))}


def answer_handover(case: Case) -> Answer:
    """Steps by hand against automatic ones, or leads returned."""
    p = dict(case["parameters"])
    if "base_a" in p:
        return vars(channels.returned_leads(**p, months=len(case["expected"].get("path", []))))
    manual, automatic = p.pop("steps_manual"), p.pop("steps_automatic")
    return {
        "manual": vars(channels.handover(**p, steps=manual)),
        "automatic": vars(channels.handover(**p, steps=automatic)),
        "automatic_over_manual": channels.fewer_steps_factor(p["step_rate"], manual, automatic),
    }


def answer_capacity(case: Case) -> Answer:
    """Integers served in order, their stationary law, or a desk."""
    p = case["parameters"]
    if "desks" in p:
        return vars(channels.desk(**p))
    return vars((channels.served_in_order if "arrivals" in p else channels.stationary_service)(**p))


def answer_stock(case: Case) -> Answer:
    """Units granted, one reservation, or a house sold over months."""
    p = case["parameters"]
    if "free" in p:
        return {"granted": channels.granted_units(p["free"], p["requests"])}
    if "units" in p:
        return vars(channels.house(**p))
    return {
        f"own flat {own} reserve {length}": vars(channels.reservation(own, length))
        for own in p["months_to_sell_own_flat"]
        for length in p["reserve_months"]
    }


def answer_cookie(case: Case) -> Answer:
    """Windows in continuous time, or the monthly model."""
    p = dict(case["parameters"])
    if "referred" in p:
        p.pop("price")  # of every sale alike
        return vars(channels.referral_share(**p))
    rates = p["purchases_a_month"], p["dropout_a_month"]
    found = {f"{days} days": vars(channels.repeats_in_window(*rates, days)) for days in p["days"]}
    return {**found, "repeat_purchases_in_all": channels.repeats_in_all(*rates)}


def answer_network(case: Case) -> Answer:
    """Leaving a network, or how many are active."""
    p = case["parameters"]
    return vars((channels.active_partners if "active" in p else channels.leaving_a_network)(**p))


def answer_tracking(case: Case) -> Answer:
    """Pay of a tracked partner, trust in it, or three programmes."""
    p = dict(case["parameters"])
    if "penalty" in p:
        return vars(channels.trust_in_pay(**p))
    if "audience" not in p:
        found = channels.tracked_pay(**p)
        return {**vars(found), "under_80_percent": found.under}
    met = {medium: {key: p[key][medium] for key in ("reach", "buys", "tracked")} for medium in ("online", "offline")}
    money = {key: p[key] for key in ("audience", "both_factor", "commission", "price", "margin")}
    groups, over = channels.programmes(
        online=channels.Medium(**met["online"]), offline=channels.Medium(**met["offline"]), **money
    )
    return {**{name: vars(group) for name, group in groups.items()}, "hybrid_over_sum_of_both": over}
