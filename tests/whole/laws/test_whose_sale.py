"""Whose sale it is: own channels, what partners' sales displace of theirs, who is credited, what partners add.

Notation: D own demand, mu sales of partners, sigma share of a journey, kappa the part of it that comes anyway, x the
partner's credit. Statistical tests use the limit of `tests.whole.hypotheses`. Figures of the cases K... are given from
outside.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from sim.judgement.beside.closed_forms import theory
from sim.runs.replicate import replicate
from tests.whole.hypotheses import likely, z
from tests.whole.running import many
from tests.whole.scenarios import EVERYTHING, P, S, plan

MONTHS, REPLICATIONS, PRICE = 24, 40, 100_00
STAFF: dict[str, Any] = {"kind": "staff", "default": True, "demand": {"line": 90.0}, "bonus": 0.05}
SITE: dict[str, Any] = {"kind": "organic", "demand": {"line": 200.0}}


RULES: dict[str, dict[str, Any]] = {
    "none": {}, "first_touch": {}, "position": {}, "shapley": {}, "time_decay": {"half_life": "5d"},
    "removal_effect": {"lost": {"last": 2.0}}, "claims": {"won_by_us": 0.5},
}  # fmt: skip


def touch(who: str, days: float) -> dict[str, Any]:
    return {"who": who, "days": days}


def journey(share: float, anyway: float, *path: dict[str, Any]) -> dict[str, Any]:
    return {"of": ["agents"], "share": share, "anyway": anyway, "path": list(path)}


BASE: dict[str, Any] = {
    "months": f"{MONTHS}mo", f"{P}.term": "0mo", f"{P}.cost_ratio": 0.4, f"{S}.sales.law": "poisson", f"{S}.flow": 3.5,
    "own": {"staff": STAFF, "site": SITE}, "policy.rules.base.new": 0.2, f"{S}.remittance.lag": "0mo",
    "accounts": {"interest": 0.0},
}  # fmt: skip
LAST = {"last": journey(0.25, 0.7, touch("partner", 9), touch("staff", 2))}
FIRST = {"first": journey(0.2, 0.1, touch("staff", 9), touch("partner", 2))}


def means(changes: dict[str, Any], *names: str) -> dict[str, tuple[float, float]]:
    """Mean a month of some series, and its standard error between replications."""
    found = many(plan(BASE | changes), REPLICATIONS, *names)
    by_run = {name: one.mean(axis=1) for name, one in found.items()}
    return {name: (one.mean(), one.std(ddof=1) / np.sqrt(one.size)) for name, one in by_run.items()}


def about(found: tuple[float, float], expected: float, what: str) -> None:
    likely(z(found[0], expected, max(found[1], 1e-12)), what)


def test_k010_own_sales_are_what_partners_leave() -> None:
    """Two types of partners displace 7.448 of 90; the total's variance is its mean, for all are Poisson."""
    second = {
        "partners": 10, "flow": 1.3, "mix": {"line": 1.0}, "anyway": 0.02, "sales": {"law": "poisson"},
        "choice": {"review": 0.0, "us_at_start": 1.0, "weights": {"commission": 0.0}}, "remittance": {"lag": "0mo"},
    }  # fmt: skip
    journeys = {
        "a": journey(0.45, 0.6, touch("staff", 9), touch("partner", 2)),
        "b": journey(0.2, 0.5, touch("partner", 9), touch("staff", 2)) | {"of": ["others"]},
    }
    laid = plan(BASE | {f"{S}.flow": 2.2, "segments.others": second, "journeys": journeys})
    found = many(laid, REPLICATIONS, "new_contracts.agents", "new_contracts.others", "new_contracts.staff")
    total = np.sum(list(found.values()), axis=0).ravel()
    n = total.size
    for name, expected in (("agents", 22.0), ("others", 13.0), ("staff", 82.552)):
        likely(z(found[f"new_contracts.{name}"].mean(), expected, np.sqrt(expected / n)), name)
    likely(z(total.mean(), 117.552, np.sqrt(117.552 / n)), "total")
    likely(z(total.var(ddof=1), 117.552, 117.552 * np.sqrt(2 / n)), "variance")


def test_k012_separation_pays_from_the_share_that_comes_anyway() -> None:
    """mu 35, 40 % joint, 85 % of it anyway, strict 80 %: 11.2 sales fewer here, 9.52 more there."""
    joint = {"joint": journey(0.4, 0.85, touch("staff", 9), touch("partner", 2))}
    apart = {"policy.separation": {"s": {"channels": ["staff"], "strict": 0.8}}}
    names = "new_contracts.agents", "new_contracts.staff"
    free, kept = (means({"journeys": joint} | more, *names) for more in ({}, apart))
    about(free[names[0]], 35.0, "partners")
    about(kept[names[0]], 35.0 - 11.2, "partners apart")
    about(free[names[1]], 90.0 - 35.0 * 0.4 * 0.85, "own")
    about(kept[names[1]], 90.0 - 35.0 * 0.4 * 0.85 + 9.52, "own apart")


@pytest.mark.parametrize(
    ("rule", "partner"), [("first_touch", 0.8), ("last_touch", 0.75), ("linear", 0.775), ("none", 1.0)]
)
def test_each_rule_credits_its_share(rule: str, partner: float) -> None:
    """The partner is credited x of each journey's premium, our staff with the rest, or under none with all."""
    changes = {"journeys": LAST | FIRST, "policy.attribution": {"now": {"kind": rule}}}
    found = means(changes, "credit.agents", "credit.staff", "premium_touched", "new_contracts.staff", "own_paid.staff")
    written = found["premium_touched"][0]
    about(found["credit.agents"], 35.0 * partner * PRICE, f"{rule}: partner")
    joint = written * 0.45 if rule == "none" else written * (1.0 - partner)
    own = (90.0 - 35.0 * (0.25 * 0.7 + 0.2 * 0.1)) * PRICE
    about(found["credit.staff"], own + 35.0 * joint / written * PRICE, f"{rule}: staff")
    assert found["own_paid.staff"][0] == pytest.approx(0.05 * found["credit.staff"][0], rel=1e-9)


def test_credits_of_a_month_add_up_and_change_commission_alone() -> None:
    """On common luck: credits sum to the premium under every rule but none, which pays at least as much as any."""
    whole = "credit.agents", "credit.staff", "credit.site", "premium_new.line"
    paid = {}
    for kind, more in RULES.items():
        changes = {"journeys": LAST | FIRST, "policy.attribution": {"now": {"kind": kind} | more}}
        names = *whole, "new_contracts.agents", "new_contracts.staff", "commission_accrued"
        found = many(plan(BASE | changes), 3, *names)
        credited = found["credit.agents"] + found["credit.staff"] + found["credit.site"]
        paid[kind] = found["commission_accrued"]
        assert (credited == found[whole[3]]).all() or kind == "none"
        assert (paid["none"] >= paid[kind]).all()
        for name in ("new_contracts.agents", "new_contracts.staff"):
            assert (found[name] == paid.setdefault(name, found[name])).all()


REPEATS = {
    f"{P}.repeat": 0.25, f"{P}.repeat_for": "4mo", "policy.rules.window": {"kind": "referral_window", "days": "45d"}
}  # fmt: skip


@pytest.mark.parametrize("more", [{}, REPEATS], ids=["once", "again"])
def test_the_twin_differs_by_what_partners_touched(more: dict[str, Any]) -> None:
    """The estimate is the mean difference of the result from the same without the programme, on common luck.

    Repeat purchases of customers who would have come anyway would have been ours, too.
    """
    changes = {
        "journeys": LAST | FIRST, f"{S}.closes": "us", f"{S}.cost": {"base": 20.0},
        "policy.attribution": {"now": {"kind": "first_touch"}}, **more,
    }  # fmt: skip
    names = "premium_earned", "commission_amortised", "cost_of_goods", "programme_paid", "direct_channel_paid"
    there, gone = (
        many(plan(BASE | changes | {"policy.programme": on}), REPLICATIONS, *names, *more)
        for on, more in ((True, ("incremental_profit", "new_contracts.agents")), (False, ("new_contracts.staff",)))
    )
    result = [one[names[0]] - sum(one[name] for name in names[1:]) for one in (there, gone)]
    gap = (result[0] - result[1] - there["incremental_profit"]).mean(axis=1)
    likely(z(gap.mean(), 0.0, gap.std(ddof=1) / np.sqrt(gap.size)), "estimate")
    assert gone["programme_paid"].sum() == gone["commission_amortised"].sum() == 0
    likely(z(gone["new_contracts.staff"].mean(), 90.0, np.sqrt(90.0 / MONTHS / REPLICATIONS)), "own demand")


def test_more_sales_of_partners_never_raise_our_own() -> None:
    found = [
        many(plan(BASE | {"journeys": LAST, f"{S}.flow": flow}), 5, "new_contracts.staff")["new_contracts.staff"]
        for flow in (0.0, 2.0, 4.0, 60.0)
    ]
    assert all((less <= more).all() for more, less in itertools.pairwise(found))
    assert found[-1].sum() == 0


def test_outlets_pass_their_ramp_and_are_full() -> None:
    """Two from the start and two more in month 3: 20, then 25, 30, 35, 40 less what four cannot serve; K068's ramp."""
    own = {
        "shops": {"kind": "outlets", "default": True, "open": {"since": {"2025-01": 2, "2025-04": 4}}, "ramp": "4mo",
                  "demand": {"line": 10.0}, "capacity": 9.0, "opening_cost": 1_000.0, "running_cost": 50.0},
    }  # fmt: skip
    found = many(plan(BASE | {"own": own, "months": "8mo"}), 200, "new_contracts.shops", "own_paid.shops")
    expected = np.array([18, 18, 18, 25, 30, 35, 36, 36])
    likely(z(found["new_contracts.shops"].mean(axis=0), expected, np.sqrt(expected / 200)), "outlets")
    assert found["own_paid.shops"][0].tolist() == [100_00] * 3 + [2_200_00] + [200_00] * 4


def test_journeys_do_not_know_their_batch() -> None:
    own = {"site": {"kind": "organic", "default": True, "demand": {"motor": 4.0}},
           "ads": {"kind": "marketing", "spend": 100.0, "half": 50.0, "top": 0.5, "buyers": {"motor": 50.0},
                   "conversion": 0.1}}  # fmt: skip
    journeys = {"j": {"of": ["banks"], "share": 0.3, "anyway": 0.5, "path": [touch("ads", 3), touch("partner", 1)]}}
    changes = {
        "own": own,
        "journeys": journeys,
        "policy.attribution": {"a": {"kind": "removal_effect", "lost": {"j": 3.0}}},
    }
    laid = plan(changes, EVERYTHING)
    alone = {one.number: one for one in replicate(laid, (3, 0, 4), most=1)}
    for most in (2, 64):
        for one in replicate(laid, (4, 0, 3), most=most):
            assert one.monthly.tobytes() == alone[one.number].monthly.tobytes()
            assert np.array_equal(one.flows, alone[one.number].flows)


def test_what_partners_bring_is_demand_of_the_default_channel() -> None:
    """Each sale of the month before adds 0.5: 90 + 17.5 a month from the second on, and none without the programme."""
    found = {
        on: many(plan(BASE | {f"{S}.brings": 0.5, "policy.programme": on}), 100, "new_contracts.staff")
        for on in (True, False)
    }
    expected = np.array([90.0] + [107.5] * (MONTHS - 1))
    likely(z(found[True]["new_contracts.staff"].mean(axis=0), expected, np.sqrt(expected / 100)), "brought")
    likely(z(found[False]["new_contracts.staff"].mean(), 90.0, np.sqrt(90.0 / MONTHS / 100)), "not brought")


def test_k015_what_regions_without_partners_would_show() -> None:
    """Twenty regions, four held out for three months, 60 own and 12 partners' sales a month, 40 % of them anyway."""
    changes = {
        "own": {"site": {"kind": "organic", "default": True, "demand": {"line": 1200.0}}}, f"{S}.flow": 24.0,
        f"{S}.anyway": 0.4, "experiment": {"regions": 20, "held_out": 4, "months": "3mo"},
    }  # fmt: skip
    found = theory(plan(BASE | changes))
    assert found["experiment_attributed"].value == pytest.approx(36.0)
    assert found["experiment_added"].value == pytest.approx(21.6)
    assert found["experiment_error"].value == pytest.approx(7.58946638440411)
    assert found["experiment_power"].value == pytest.approx(0.8122151522237798)
    assert found["experiment_months"].value == pytest.approx(3 * 0.9689974980677867)
    assert "experiment_power" not in theory(plan(BASE | changes | {"experiment": None}))
