"""Warm leads handed over: what each step by hand loses, partners that serve only so many, a desk where leads cool down.

Figures of the cases K... are given from outside. Statistical tests use the limit of `tests.whole.hypotheses`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.contracts.waiting_leads import answered
from sim.engine.model import PartnerNetwork
from sim.runs.replicate import replicate
from tests.whole.hypotheses import channel_case, likely, z, z_mean
from tests.whole.running import many, monthly
from tests.whole.scenarios import EVERYTHING, P, S, plan

ONE_OFF: dict[str, Any] = {f"{P}.term": "0mo", f"{P}.cost_ratio": 0.4}
CHANGED, BEFORE = "2025-07", 6  # months before a change in the middle of the year


def k027(**funnel: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Customers of a shop who want the other product, too; the flow is what they would buy if nothing were lost."""
    given, expected = channel_case("K027")
    terms = {
        "click_rate": 1.0, "lead_rate": given["intent"], "conversion": given["conversion"], "fit": given["fit"],
        "steps": given["steps_manual"], "step_rate": given["step_rate"], **funnel,
    }  # fmt: skip
    flow = given["customers"] * given["intent"] * given["conversion"]
    return ONE_OFF | {
        f"{S}.flow": flow,
        f"{S}.sales.law": "poisson",
        f"{S}.funnel": terms,
        f"{S}.partners": 50,
    }, expected


def counts(changes: dict[str, Any], months: int) -> dict[str, Any]:
    """Sales and what stands before them of every partner and month."""
    model = PartnerNetwork(plan(changes | {"months": f"{months}mo"}))
    found: dict[str, list[Any]] = {name: [] for name in ("new", "leads", "clicks")}
    for _ in range(months):
        model.step()
        for name, column in found.items():
            column.append(model.table.array(name)[0, :-1].copy())
    return {name: np.array(column) for name, column in found.items()}


def test_k027_from_hand_to_automatic_on_a_date() -> None:
    """Fewer steps sell more from the very month on; as many customers come and as many of them want the product."""
    given, _ = channel_case("K027")
    steps = {"since": {"2025-01": given["steps_manual"], CHANGED: given["steps_automatic"]}}
    changes, expected = k027(steps=steps)
    found = counts(changes, 2 * BEFORE)
    for part, of in ((slice(None, BEFORE), expected["manual"]), (slice(BEFORE, None), expected["automatic"])):
        likely(z_mean(found["new"][part], of["sales"]), "sales")
        likely(z_mean(found["leads"][part], of["leads_by_step"][0]), "leads")
        likely(z_mean(found["clicks"][part], given["customers"]), "customers")
    before, after = (part.sum() for part in np.split(found["new"], [BEFORE]))
    ratio = after / before
    error = ratio * np.sqrt(1.0 / before + 1.0 / after)
    likely(z(ratio, expected["automatic_over_manual"], error), "automatic over manual")


def test_a_dated_conversion_changes_sales() -> None:
    """They double and halve with it, relative to the opening; as many leads come as before."""
    months = {"since": {"2024-01": 0.3, CHANGED: 0.45, "2025-10": 0.1}}
    changes, expected = k027(conversion=months, steps=1)
    opened = {"opening": {"kind": "warm_up", "months": "3mo", "capital": 0.0}}
    found = many(plan(changes | opened), 40, "new_contracts")["new_contracts"] / 50
    for part, factor in ((slice(0, 6), 1.0), (slice(6, 9), 1.5), (slice(9, 12), 1 / 3)):
        likely(z_mean(found[:, part], expected["automatic"]["sales"] * factor), f"x {factor:g}")
    likely(z_mean(counts(changes, 12)["leads"], expected["manual"]["leads_by_step"][0]), "leads")


def test_what_partners_expect_moves_with_their_funnel() -> None:
    """A scale by count is read at what partners will sell, so the offer moves on the day the steps fall."""
    scale = {"kind": "marginal", "edge": "left", "brackets": [{"above": 0, "rate": 0.05}, {"above": 40, "rate": 0.15}]}
    tiers = {"kind": "tiers", "role": "main", "by": "count", "window": "year", "scale": scale}
    changes, _ = k027(steps={"since": {"2025-01": 4, CHANGED: 0}})
    model, seen = PartnerNetwork(plan(changes | {"policy.rules": {"scale": tiers}})), []
    for _ in range(8):
        model.step()
        seen.append(float(model.table.offer[0]))
    assert len(set(seen[:BEFORE])) == 1 and seen[BEFORE] > seen[0] + 1.0


def test_k030_a_hundred_leads_for_a_shop_that_serves_ten() -> None:
    given, expected = channel_case("K030")
    shop = {
        f"{S}.partners": 1, f"{S}.flow": 100.0, f"{S}.sales": {
            "law": "fixed", "capacity": given["capacity"] / 100, "waiting_decay": given["decay"]},
        "market.demand": {"since": {"2025-01": 1.0, "2025-04": 0.0}}, "months": "6mo",
    }  # fmt: skip
    found = monthly(plan(ONE_OFF | shop))
    assert found["asked"].tolist() == given["arrivals"]
    pairs = np.array([found["served"], found["waiting"]]).T.tolist()
    assert pairs == expected["served_waiting"] and (found["new_contracts"] == found["served"]).all()
    assert found["served"].sum() / found["asked"].sum() == pytest.approx(expected["served_share"])


def test_k032_in_the_long_run() -> None:
    """Poisson buyers, a capacity of 12 at a mean of 10: two years of many partners after one of approach."""
    given, expected = channel_case("K032")
    sells = {"law": "poisson", "capacity": given["capacity"] / given["mean_arrivals"], "waiting_decay": given["decay"]}
    shops = {f"{S}.partners": 1, f"{S}.flow": given["mean_arrivals"], f"{S}.sales": sells, "months": "36mo"}
    found = many(plan(ONE_OFF | shops), 1500, "served", "waiting", "asked")
    served, waiting, asked = (found[name][:, 12:] for name in ("served", "waiting", "asked"))
    likely(z_mean(served.mean(axis=1), expected["mean_served"]), "served")  # by replication: months depend on another
    likely(z_mean(waiting.mean(axis=1), expected["mean_waiting"]), "waiting")
    likely(z_mean((waiting == 0).mean(axis=1), expected["nobody_waits"]), "nobody waits")
    lost = (asked.sum(axis=1) - served.sum(axis=1) - waiting[:, -1] + found["waiting"][:, 11]) / 24
    likely(z_mean(lost, expected["lost_share"] * given["mean_arrivals"]), "lost")


def desk(changes: dict[str, Any] | None = None, **terms: Any) -> dict[str, Any]:
    """Ten partners whose leads, each a sale at once, come to the desk of K034: 800 a month at 160 hours."""
    given, _ = channel_case("K034")
    stated = {
        "desks": given["desks"], "per_hour": given["served_per_hour"], "hours": "160h",
        "half_life": f"{given['half_life_hours']}h", **terms,
    }  # fmt: skip
    funnel = {"click_rate": 1.0, "lead_rate": 1.0, "conversion": 0.5}
    return ONE_OFF | {
        f"{S}.flow": given["leads_per_hour"] * 160 * 0.5 / 10, f"{S}.funnel": funnel, f"{S}.handover": "desk",
        "policy.desk": stated, **(changes or {}),
    }  # fmt: skip


def test_k034_three_desks() -> None:
    """Sales are expectations: whole contracts of each partner, the parts carried on. The first month is no other."""
    given, expected = channel_case("K034")
    found = monthly(plan(desk()))
    np.testing.assert_allclose(found["desk_warmth"], expected["warmth"], rtol=1e-12)
    np.testing.assert_allclose(found["desk_wait"], expected["mean_wait_hours"], rtol=1e-12)
    assert (found["desk_leads"] == given["leads_per_hour"] * 160).all() and (found["desk_served"] == 800).all()
    sold = found["new_contracts"].sum() / 12
    assert sold == pytest.approx(400 * expected["warmth"], abs=1.0)
    assert answered(np.array([5.0, 0.0]), 2.0, 3, 0.5).warmth == pytest.approx([expected["warmth"], 1.0], abs=1e-12)


def test_leads_come_whether_or_not_the_desk_is_quick() -> None:
    """A slow desk sells less to as many leads; the chance that a lead buys is cut by as much."""
    for half_life in ("0.1h", "8h"):
        changes = desk({f"{S}.sales.law": "poisson"}, half_life=half_life)
        found = many(plan(changes), 60, "desk_leads", "new_contracts", "desk_warmth")
        likely(z_mean(found["desk_leads"], 800.0), "leads")
        likely(z_mean(found["new_contracts"] - 400.0 * found["desk_warmth"], 0.0), "sales")


def test_a_desk_takes_98_percent_of_its_capacity() -> None:
    """Twice as many leads as it can answer: half but for 2 % go unanswered, and who waits waits long."""
    found = monthly(plan(desk(desks=1, per_hour=2.5)))
    np.testing.assert_allclose(found["desk_served"] / found["desk_leads"], 0.98 * 400 / 800, rtol=1e-12)
    spare = 0.02 * 2.5
    np.testing.assert_allclose(found["desk_wait"], 0.98 / spare, rtol=1e-9)
    warmth = 0.02 + 0.98 * spare / (spare + np.log(2.0) / 0.5)
    assert found["new_contracts"].sum() / 12 == pytest.approx(400 * 0.49 * warmth, abs=1.0)


def test_a_desk_has_a_cost_and_a_date() -> None:
    """More desks from July on: less waiting from that month, at their cost; without a programme nothing is paid."""
    more = {"since": {"2025-01": 3, CHANGED: 6}}
    found = monthly(plan(desk(desks=more, cost=1000.0)))
    assert found["desk_cost"].tolist() == [3000_00] * 6 + [6000_00] * 6
    assert (found["programme_paid"] == found["desk_cost"]).all()
    assert found["desk_wait"][6] < found["desk_wait"][5] / 10
    off = monthly(plan(desk({"policy.programme": False}, cost=1000.0)))
    assert not off["desk_cost"].any() and not off["programme_paid"].any()


def test_other_segments_do_not_meet_the_desk() -> None:
    other = {"segments.shops": {
        "partners": 5, "flow": 20.0, "mix": {"line": 1.0}, "remittance": {"lag": "0mo"}, "sales": {"law": "fixed"},
        "choice": {"review": 0.0, "us_at_start": 1.0, "weights": {"commission": 0.0}},
        "funnel": {"click_rate": 1.0, "lead_rate": 1.0, "conversion": 0.1},
    }}  # fmt: skip
    found = monthly(plan(desk(other)))
    assert (found["new_contracts.shops"] == 100).all() and (found["desk_leads"] == 800).all()


FULL: dict[str, Any] = {
    "segments.banks.funnel": {
        "click_rate": 0.5, "lead_rate": 0.5, "conversion": {"since": {"2025-01": 0.3, "2025-03": 0.4}},
        "steps": {"since": {"2025-01": 2, "2025-04": 0}}, "step_rate": 0.8,
    },
    "segments.banks.handover": "desk", "segments.dealers.handover": "desk",
    "segments.dealers.funnel": {"click_rate": 0.5, "lead_rate": 0.5, "conversion": 0.3, "bad_leads": 0.2},
    "policy.desk": {"desks": 1, "per_hour": 2.0, "hours": "200h", "half_life": "1h", "cost": 5.0},
}  # fmt: skip


def test_a_batch_gives_what_its_replications_give_alone() -> None:
    laid = plan(FULL, EVERYTHING)
    alone, together = (replicate(laid, range(3), most=most) for most in (1, 3))
    assert [one.monthly.tobytes() for one in alone] == [one.monthly.tobytes() for one in together]


def test_dates_without_a_change_change_no_bit() -> None:
    funnel = {"click_rate": 0.5, "lead_rate": 0.5, "conversion": 0.3, "steps": 2, "step_rate": 0.7}
    dated = funnel | {
        name: {"since": {"2025-01": funnel[name], "2025-03": funnel[name]}} for name in ("conversion", "steps")
    }
    (plain,), (other,) = (replicate(plan({"segments.banks.funnel": one}, EVERYTHING), [3]) for one in (funnel, dated))
    assert plain.monthly.tobytes() == other.monthly.tobytes()
