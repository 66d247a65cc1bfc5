"""Staff who help partners or fight them: cooperation by month, what it leaves to each side, and what staff are paid.

Figures of the cases K... are given from outside. Statistical tests use the limit of `tests.whole.hypotheses`.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from sim.judgement.beside.closed_forms import theory
from sim.runs.replicate import replicate
from tests.theory.cases import CARRIED, load
from tests.whole.hypotheses import likely, z_mean
from tests.whole.running import many, monthly
from tests.whole.scenarios import EVERYTHING, P, S, plan

RULE_FROM, BEFORE = "2025-04", 3  # months before the rule
CASES = {one["id"]: one for one in load(CARRIED / "channel_cases.json")}
K017, K019, K070 = (CASES[name] for name in ("K017", "K019", "K070"))


def fight(of: dict[str, Any], months: int, **staff: Any) -> dict[str, Any]:
    """A programme that staff fight until a rule and a cross-bonus come, with the parameters of a case."""
    before, after, commission = of["before"], of["after"], of["commission"]
    evasion = {"since": {"2025-01": before["evasion"], RULE_FROM: after["evasion"]}}
    cooperation = {"half_life": f"{of['half_life']}mo", "scale": of["scale"], "evasion": evasion}
    return {
        "months": f"{months}mo", f"{P}.term": "0mo", f"{P}.price": 150e3, f"{P}.cost_ratio": 0.45,
        "own.staff": {
            "kind": "staff", "default": True, "demand": {"line": 100.0}, "bonus": of["own_bonus"],
            "block": of["block"], "cooperation": cooperation, **staff,
        },
        f"{S}.needs_staff": of.get("needs_staff", 1.0), f"{S}.sales.law": "poisson",
        "policy.attribution": {
            "before": {"kind": "claims", "won_by_us": before["own_credit"]},
            "after": {"kind": "first_touch", "effective_from": RULE_FROM},
        },
        "policy.rules": {
            "base": {"kind": "base", "new": commission},
            "cross": {
                "kind": "cross_bonus", "share": after["cross_bonus"], "funding": "on_top", "effective_from": RULE_FROM
            },
        },
    }  # fmt: skip


LAST = {"of": ["agents"], "share": 1.0, "anyway": K070["parameters"]["displaced"], "path": [
    {"who": "partner", "days": 20}, {"who": "staff", "days": 2}]}  # fmt: skip
CONFLICT = fight(K070["parameters"], BEFORE + 7, dispute_cost=K070["expected"]["dispute_cost"]) | {
    f"{S}.flow": K070["expected"]["partner_potential"] / 10, f"{S}.closes": "us", "journeys": {"staff_last": LAST},
}  # fmt: skip


@pytest.mark.parametrize("of", [K017, K070], ids=["K017", "K070"])
def test_cooperation_moves_by_its_half_life(of: dict[str, Any]) -> None:
    """Nothing is drawn: to the last bits, from the month of the rule on."""
    expected = of["expected"].get("path") or [one["cooperation"] for one in of["expected"]["months"]]
    found = monthly(plan(fight(of["parameters"], BEFORE + len(expected))))["cooperation"]
    np.testing.assert_allclose(found[:BEFORE], expected[0], rtol=1e-12)
    np.testing.assert_allclose(found[BEFORE:], expected, rtol=1e-12)


def test_k017_indifferent_cross_bonus_stands_beside() -> None:
    """At the terms of the opening, here those after the rule; staff who are offered it neither help nor fight."""
    changed = fight(K017["parameters"] | {"before": K017["parameters"]["after"]}, 1)
    x = theory(plan(changed))["indifferent_cross_bonus"].value
    assert x == pytest.approx(K017["expected"]["indifferent_cross_bonus"], rel=1e-12)
    offered = {"policy.rules.cross.share": x, "policy.rules.cross.effective_from": None}
    assert monthly(plan(changed | offered))["cooperation"] == pytest.approx([0.5], rel=1e-12)


def test_k019_best_cross_bonus_stands_beside() -> None:
    of, answer = K019["parameters"], K019["expected"]
    terms = {"evasion": of["evasion"], "cross_bonus": 0.0, "own_credit": 0.0}
    changed = fight(of | {"before": terms, "after": terms, "half_life": 1.0}, 1)
    best = theory(plan(changed | {"policy.rules.cross": None}))["best_cross_bonus"].value
    assert best == pytest.approx(answer["best_cross_bonus"], rel=1e-6)


def test_k070_a_conflict_ended_three_months_later() -> None:
    """Partners, own sales, growth and the partners' share by month; month 3 is the third after that of the rule."""
    found = many(plan(CONFLICT), 2000, "new_contracts.agents", "new_contracts.staff")
    partners, own = (one[:, BEFORE:] for one in found.values())
    for month, expected in enumerate(K070["expected"]["months"]):
        sides = {"partners": partners[:, month], "own": own[:, month]}
        for name, sold in sides.items():
            likely(z_mean(sold, expected[name]), f"{name} in month {month}")
    total, growth = partners + own, K070["parameters"]["target_growth"]
    likely(z_mean(total[:, 3] - growth * total[:, 0], 0.0), "growth")
    likely(z_mean(partners[:, 3] - K070["parameters"]["target_share"] * total[:, 3], 0.0), "share")


def test_k070_what_the_dashboard_shows_and_what_partners_add() -> None:
    """Of sales that staff did not touch partners are credited in full, and staff still heed the rule.

    Month 0 of the case is on the terms before the rule, so that it is the month before that of the rule.
    """
    alone = {"journeys": {}, f"{S}.anyway": K070["parameters"]["displaced"]}
    found = many(plan(CONFLICT | alone), 500, "attributed_profit", "incremental_profit")
    for (name, profits), (month, at) in itertools.product(found.items(), ((0, BEFORE - 1), (3, BEFORE + 3))):
        likely(z_mean(profits[:, at] / 100, K070["expected"]["months"][month][name]), f"{name} in {month}")


def test_without_a_cross_bonus_less_than_half_of_the_growth_comes() -> None:
    expected = K070["expected"]["months"]
    found = monthly(plan(CONFLICT | {"policy.rules.cross": None}))
    disputes = found["disputes"][BEFORE + 3]
    of = K070["parameters"]
    potential, cost = K070["expected"]["partner_potential"], K070["expected"]["dispute_cost"]
    partners = potential - of["block"] * disputes
    total = partners * (1.0 - of["displaced"]) + of["own_demand"] - cost * disputes
    assert total / expected[0]["total"] - 1.0 < (of["target_growth"] - 1.0) / 2


def test_more_cross_bonus_sells_no_less() -> None:
    """On common luck, month by month and run by run."""
    sold = [
        many(plan(CONFLICT | {"policy.rules.cross.share": x}), 20, "new_contracts.agents")["new_contracts.agents"]
        for x in (0.0, 0.05, 0.2, 0.6)
    ]
    assert all((more >= less).all() for less, more in itertools.pairwise(sold))
    assert (sold[-1].sum() > sold[0].sum()) and (sold[0][:, :BEFORE] == sold[-1][:, :BEFORE]).all()


TWO = {f"{S}.needs_staff": 0.4, "segments.shops": {
    "partners": 5, "flow": 2.0, "mix": {"line": 1.0}, "needs_staff": 0.9, "remittance": {"lag": "0mo"},
    "choice": {"review": 0.0, "us_at_start": 1.0, "weights": {"commission": 0.0}},
}}  # fmt: skip


def test_segments_count_by_the_sales_that_need_help() -> None:
    """Rates and cross-bonuses differ: C* is of their mean; disputes and sales follow by segment."""
    changed = fight(K070["parameters"], 1) | TWO | {
        f"{S}.flow": 3.0, f"{S}.sales.law": "fixed", "segments.shops.sales": {"law": "fixed"},
        "policy.rules": {
            "agents": {"kind": "base", "new": 0.2, "segments": ["agents"]},
            "shops": {"kind": "base", "new": 0.1, "segments": ["shops"]},
            "cross": {"kind": "cross_bonus", "share": 0.3, "funding": "on_top", "segments": ["agents"]},
        },
    }  # fmt: skip
    found = monthly(plan(changed))
    helped = 0.3 * 0.2 * (0.4 * 30.0) / (0.4 * 30.0 + 0.9 * 10.0)
    target = 1.0 / (1.0 + np.exp(-100.0 * 0.5 * (helped - 0.05 * 0.8) / 1.0))
    assert found["cooperation"][0] == pytest.approx(target, rel=1e-12)
    assert found["disputes"][0] == pytest.approx((12.0 + 9.0) * (1.0 - target), rel=1e-12)
    unhelped = 0.95 * (1.0 - target)
    expected = {"agents": 30.0 * (1.0 - 0.4 * unhelped), "shops": 10.0 * (1.0 - 0.9 * unhelped)}
    for name, sold in expected.items():
        assert found[f"new_contracts.{name}"][0] == pytest.approx(sold, abs=10.0), name  # whole contracts a partner


def test_a_carved_bonus_is_worth_as_much_to_staff() -> None:
    """Staff look at what they get, not at who pays it; where it is for helped sales alone, it is the same a sale."""
    funded = {"on_top": {}, "carve_out": {}, "helped": {"policy.rules.cross.helped_only": True}}
    found = []
    for name, changes in funded.items():
        funding = {"policy.rules.cross.funding": "on_top" if name == "on_top" else "carve_out"}
        found.append(monthly(plan(CONFLICT | {f"{S}.needs_staff": 0.5} | funding | changes))["cooperation"])
    np.testing.assert_allclose(found, [found[0]] * 3, rtol=1e-12)


@pytest.mark.parametrize(("needs", "paid"), [(1.0, 1.0), (0.3, 0.3)])
def test_a_bonus_for_helped_sales_is_a_share_of_them(needs: float, paid: float) -> None:
    """All help, so that sales are the same; on one product at one price the bonus is in proportion."""
    help_all = {f"{S}.needs_staff": needs, "own.staff.cooperation": None, "policy.rules.cross.effective_from": None}
    every, helped = (
        monthly(plan(CONFLICT | help_all | {"policy.rules.cross.helped_only": only}))["commission_of_rule.cross"].sum()
        for only in (False, True)
    )
    assert helped == pytest.approx(paid * every, rel=1e-6) and every > 0


def test_disputes_leave_what_is_displaced() -> None:
    """Own sales never fall below nothing, and no more is displaced than disputes have left."""
    changed = CONFLICT | {"own.staff.dispute_cost": 3.0, "own.staff.demand": {"line": 94.0}}
    found = many(plan(changed), 200, "new_contracts.staff", "disputes", "new_contracts.agents")
    left = 94.0 - 3.0 * found["disputes"][0]
    partners = K070["expected"]["partner_potential"] - 0.95 * found["disputes"][0]
    expected = np.maximum(left - 0.15 * partners, 0.0)
    assert 0.0 < left[0] < 0.15 * partners[0] and expected[0] == 0.0
    assert (found["new_contracts.staff"][:, :BEFORE] == 0).all()
    likely(z_mean(found["new_contracts.staff"][:, -1], expected[-1]), "own sales once the fight is over")


def test_a_batch_gives_what_its_replications_give_alone() -> None:
    laid = plan(CONFLICT | TWO)
    alone, together = (replicate(laid, range(3), most=most) for most in (1, 3))
    assert [one.monthly.tobytes() for one in alone] == [one.monthly.tobytes() for one in together]


def test_without_cooperation_no_bit_changes() -> None:
    """What is stated about staff is not read where they help whatever they are paid."""
    base = {"own": {"staff": {"kind": "staff", "default": True, "demand": {"motor": 20.0}, "bonus": 0.05}}}
    stated = {**base, "segments.banks.needs_staff": 0.7}
    stated["own"] = {"staff": {**base["own"]["staff"], "block": 0.5, "dispute_cost": 2.0}}
    (plain,), (other,) = (replicate(plan(one, EVERYTHING), [3]) for one in (base, stated))
    assert plain.monthly.tobytes() == other.monthly.tobytes()


def test_the_warm_up_is_played() -> None:
    """C = C* of the first month of the warm-up; what began in it has worked when the horizon begins."""
    early = {
        "opening": {"kind": "warm_up", "months": "2mo", "capital": 0.0},
        "policy.attribution": {"first": {"kind": "first_touch"}}, "policy.rules.cross.effective_from": "2024-12",
        "own.staff.cooperation.evasion": {"since": {"2024-11": 0.8, "2024-12": 0.1}},
    }  # fmt: skip
    found = monthly(plan(CONFLICT | early))["cooperation"]
    first, then = (1.0 / (1.0 + np.exp(-100.0 * gain)) for gain in (-0.05 * 0.8, 0.2 * 0.2 - 0.05 * 0.1))
    assert found[:2] == pytest.approx([(first + then) / 2, (first + 3 * then) / 4], rel=1e-12)
