"""Answers to the families of credit: attribution, the game, touches in time, overlap, experiments, thinning."""

from __future__ import annotations

from functools import partial
from typing import Any

from sim.theory import channels
from tests.theory.cases import Case

Answer = dict[str, Any]
NOBODY = "own_default"


def answer_paths(case: Case) -> Answer:
    """Every rule on the same journeys."""
    p = case["parameters"]
    days, half_life = p["window_days"], p["half_life_days"]
    journeys = [(one["sales"], [channels.Touch(**touch) for touch in one["touches"]]) for one in p["paths"]]
    rules = {
        "first_touch": channels.first_touch,
        "last_touch": channels.last_touch,
        "linear": channels.linear,
        "position_40_40": channels.position,
        "time_decay": partial(channels.time_decay, half_life=half_life),
        "window_last": partial(channels.window, days=days, then=channels.last_touch, default=NOBODY),
        "window_first": partial(channels.window, days=days, then=channels.first_touch, default=NOBODY),
        "window_no_earlier_tag": partial(
            channels.no_earlier_tag, days=days, partners=p["partners"], default=NOBODY
        ),
        "shapley_of_touchers": channels.shapley_of_touchers,
        "none_both_paid": channels.both_paid,
    }  # fmt: skip
    return {name: channels.credited_sales(journeys, rule) for name, rule in rules.items()}


def answer_money(case: Case) -> Answer:
    """Amounts split by weights."""
    return {"parts": [channels.split_amount(one["amount"], one["weights"]) for one in case["parameters"]["amounts"]]}


def answer_markov(case: Case) -> Answer:
    """Removal effects and credits in proportion to them."""
    paths = [channels.Path(tuple(p["path"]), p["conversions"], p["nulls"]) for p in case["parameters"]["paths"]]
    found = channels.removal_effects(paths)
    return {**vars(found), "removal_effect_float": found.removal_effect, "sum_of_effects": found.sum_of_effects}


def answer_game(case: Case) -> Answer:
    """Channels of independent reach."""
    p = case["parameters"]
    return vars(
        channels.reach_game(p["buyers"], p["q0"], {name: channels.Reached(**c) for name, c in p["channels"].items()})
    )


def answer_times(case: Case) -> Answer:
    """A partner's touch among ours."""
    p = case["parameters"]
    touches = {name: channels.Timed(**touch) for name, touch in p["touches"].items()}
    found = channels.first_and_inside(touches.pop("P"), touches, p["window_days"])
    lost = {"lost_by_the_window": found.lost_by_the_window, "lost_by_earlier_tag": found.lost_by_earlier_tag}
    return {**vars(found), **lost}


def answer_overlap(case: Case) -> Answer:
    """Displacement, separation or pay on joint sales."""
    p = dict(case["parameters"])
    if "partners" in p:
        return vars(channels.displacement(p["own_demand"], [channels.PartnerSales(**one) for one in p["partners"]]))
    if "strict" in p:
        return vars(channels.separation(**p))
    first, last = p.pop("partner_first"), p.pop("partner_last")
    credits = {"none": None, "first_touch": first, "last_touch": last, "linear": 0.5}
    paid = {rule: channels.joint_pay(**p, credit=credit) for rule, credit in credits.items()}
    return {rule: {**vars(one), "total": one.total} for rule, one in paid.items()}


def answer_experiment(case: Case) -> Answer:
    """Regions held out."""
    found = channels.held_out_regions(**case["parameters"])
    return {**vars(found), "months_factor_for_power_80": found.months_factor}


def answer_thinning(case: Case) -> Answer:
    """A month thinned over journeys."""
    p = dict(case["parameters"])
    journeys = [channels.CreditedJourney(**one) for one in p.pop("journeys")]
    return vars(channels.thinned_month(price=p.pop("price_minor"), journeys=journeys, **p))
