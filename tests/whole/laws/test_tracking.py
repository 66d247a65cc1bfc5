"""Sales that are not seen are not paid: what of it follows for pay, contracts, trust and discounts.

Notation: tau share of the sales that is seen, n sales. Statistical tests use the limit of `tests.whole.hypotheses`.
Figures of the cases K... are given from outside (`tests/reference/channel_cases.json`).
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from sim.engine.model import PartnerNetwork
from sim.partners.terms.tracking import Tracking
from sim.runs.replicate import replicate
from tests.whole.hypotheses import channel_case, likely, z, z_mean, z_variance
from tests.whole.laws.test_whose_sale import journey, touch
from tests.whole.running import many, monthly
from tests.whole.scenarios import EVERYTHING, P, S, plan

Reals = Any
STAFF: dict[str, Any] = {"kind": "staff", "default": True, "demand": {"line": 200.0}, "bonus": 0.06}
BASE: dict[str, Any] = {
    "months": "24mo", f"{P}.term": "0mo", f"{P}.cost_ratio": 0.4, f"{S}.sales.law": "poisson",
    "policy.rules.base.new": 0.1, "accounts": {"interest": 0.0},
}  # fmt: skip
HYBRID: dict[str, Any] = {"online": 0.97, "codes": 0.55, "app": 0.25, "manual": 0.3, "online_share": 0.4}
RUNS = 40


def hybrid(**changes: Any) -> dict[str, Any]:
    return {f"{S}.channel": "hybrid", f"{S}.tracking": {**HYBRID, **changes}}


def codes(share: Any, **more: Any) -> dict[str, Any]:
    return {f"{S}.tracking": {"codes": share, **more}}


def by_month(changes: dict[str, Any], *names: str, runs: int = RUNS) -> dict[str, Reals]:
    return many(plan(BASE | changes), runs, *names)


def test_k048_form_and_pay() -> None:
    """Half online, half by code, app and paper: the share seen, and what 50 sales a month of it are paid."""
    given, expected = channel_case("K048")
    means = Tracking.model_validate({name: given[name] for name in HYBRID})
    assert means.seen("offline", 0) == pytest.approx(expected["offline"], abs=1e-12)
    assert means.seen("hybrid", 0) == pytest.approx(expected["hybrid"], abs=1e-12)
    changes = hybrid() | {f"{S}.sales.law": "fixed", f"{S}.flow": 50.0, f"{P}.price": given["price"]}
    found = by_month(changes, "commission_accrued", "untracked.agents", "sold_first.agents", "pay_ratio_lowest")
    assert (found["sold_first.agents"] == 500).all()  # ten partners
    seen = 1.0 - found["untracked.agents"] / 500
    likely(z_mean(seen, expected["pay_ratio_mean"]), "mean")
    likely(z_variance(seen, expected["pay_ratio_sd"] ** 2 / 10), "variance")
    likely(z_mean(found["commission_accrued"] / 1000.0, expected["pay"]), "pay")  # ten partners, minor units
    lowest = found["pay_ratio_lowest"][:, -1]  # of 1 200 sales each, about one standard deviation and a bit below
    sd = expected["pay_ratio_sd"] / np.sqrt(24)
    assert np.abs(lowest - expected["pay_ratio_mean"] + 1.1 * sd).max() < 1.5 * sd


def test_k050_is_the_mean_path_of_trust() -> None:
    given, expected = channel_case("K050")
    terms = {"tolerated": given["tolerated"], "penalty": given["penalty"], "half_life": f"{given['half_life']:g}mo"}
    changes = codes(given["tracked"], **terms) | {f"{S}.flow": 5000.0, "us.reliability_half_life": 1.0}
    model, target = PartnerNetwork(plan(BASE | changes | {"months": "18mo"})), 0.0
    start = model.table.reliability[:10].copy()
    for at in range(18):
        model.step()
        lost = model.table.reliability[:10] - start + (given["target"] - target)
        error = given["penalty"] * np.sqrt(0.75 * 0.25 / 5000 / 10) * np.sqrt(at + 1)
        likely(z(lost.mean(), expected["path"][at], error), f"month {at}")


def test_who_sells_nothing_only_recovers() -> None:
    """The tolerated share costs nothing, and nor do months without sales."""
    for changes in (codes(0.0, penalty=0.5) | {f"{S}.flow": 0.0}, codes(0.99, penalty=0.5, tolerated=0.5)):
        model = PartnerNetwork(plan(BASE | changes | {f"{S}.flow": changes.get(f"{S}.flow", 400.0)}))
        before = model.table.reliability[:10].copy()
        model.step()
        assert (model.table.reliability[:10] == before).all()


def k078(closes: str = "us") -> tuple[dict[str, Any], dict[str, Any], Any]:
    """One partner, three journeys, all that are not credited by half or not seen to us."""
    given, expected = channel_case("K078")
    path = {0.0: "last_to_us", 1.0: "first_by_partner", 0.4: "shared"}
    paths = {
        "last_to_us": (touch("partner", 40), touch("staff", 9)),
        "first_by_partner": (touch("partner", 20), touch("partner", 2)),
        "shared": tuple(touch(who, 5 - at) for at, who in enumerate(("staff", "partner", "staff", "partner", "staff"))),
    }
    journeys = {path[one["credit"]]: journey(one["share"], one["anyway"], *paths[path[one["credit"]]])
                for one in given["journeys"]}  # fmt: skip
    changes = {
        "own": {"staff": STAFF | {"bonus": given["own_bonus"], "demand": {"line": 20.0}}}, "journeys": journeys,
        f"{S}.partners": 1,
        f"{S}.flow": given["mu"], f"{S}.closes": closes, f"{S}.anyway": given["alone_anyway"],
        f"{P}.price": given["price_minor"] / 100, "policy.rules.base.new": given["commission"],
        "policy.attribution": {"now": {"kind": "window", "days": 30, "then": {"kind": "linear"}}},
        **codes(given["tracked"]),
    }  # fmt: skip
    return changes, expected, given


def test_k078_pay_variance_and_what_moves_to_us() -> None:
    changes, expected, given = k078()
    names = "commission_accrued", "own_paid.staff", "new_contracts.agents", "new_contracts.staff", "credit.staff"
    found = by_month(changes | {"months": "60mo"}, *names, "premium_anyway", "untracked.agents", runs=100)
    likely(z_mean(found[names[0]], expected["pay_mean"]), "pay")
    likely(z_variance(found[names[0]], expected["pay_variance"]), "variance of pay")
    stays, own = given["mu"] - expected["moved_contracts"], 20.0 - expected["anyway_sales"]
    likely(z_mean(found[names[2]], stays), "contracts that stay")
    likely(z_mean(found[names[3]], own + expected["moved_contracts"]), "own and moved contracts")
    credited = found[names[4]] * given["own_bonus"] - own * given["price_minor"] * given["own_bonus"]
    likely(z_mean(credited, expected["own_pay_mean"]), "own pay")
    likely(z_mean(found["untracked.agents"], given["mu"] * (1.0 - given["tracked"])), "unseen")
    likely(z_mean(found["premium_anyway"], expected["anyway_sales"] * given["price_minor"]), "anyway")


@pytest.mark.parametrize("rule", ["none", "first_touch", "linear"])
def test_k014_what_is_paid_for_joint_sales(rule: str) -> None:
    """Forty joint sales, 90 % of them seen: both paid in full without a rule, the unseen to our staff alone."""
    given, expected = channel_case("K014")
    journeys = {
        "first": journey(given["partner_first"], 0.0, touch("partner", 9), touch("staff", 2)),
        "last": journey(1.0 - given["partner_first"], 0.0, touch("staff", 9), touch("partner", 2)),
    }
    changes = {
        "own": {"staff": STAFF}, "journeys": journeys, f"{S}.partners": 1, f"{S}.flow": given["joint"],
        f"{S}.sales.law": "fixed", f"{P}.price": given["price"], "policy.rules.base.new": given["commission"],
        "policy.attribution": {"now": {"kind": rule}}, **codes(given["tracked"]),
    }  # fmt: skip
    found = by_month(changes, "commission_accrued", "credit.staff", "paid_twice", "new_contracts.staff")
    own = found["new_contracts.staff"] * given["price"]  # our staff's sales that no partner touched
    likely(z_mean(found["commission_accrued"] / 100, expected[rule]["commission"]), "commission")
    credited = (found["credit.staff"] / 100 - own) * given["own_bonus"]
    if rule == "none":
        assert credited == pytest.approx(expected[rule]["own_pay"])
    else:
        likely(z_mean(credited, expected[rule]["own_pay"]), "own pay")
    twice = found["paid_twice"] / 100
    if rule == "none":
        likely(z_mean(twice, expected[rule]["paid_twice"]), "paid twice")
    else:
        assert (twice == 0.0).all()


def test_unseen_sales_stand_with_us_directly_where_there_is_no_channel() -> None:
    """closes: us without own channels or journeys: every tenth sale stands in the direct row, and nobody is paid."""
    found = monthly(plan(BASE | codes(0.9) | {f"{S}.closes": "us", f"{S}.flow": 100.0}))
    assert (found["new_contracts.direct"] == found["untracked.agents"]).all()
    assert (found["new_contracts.agents"] + found["untracked.agents"] == found["sold_first.agents"]).all()
    assert np.allclose(found["commission_accrued"], 0.1 * 100_00 * found["new_contracts.agents"])
    stays = monthly(plan(BASE | codes(0.9) | {f"{S}.flow": 100.0}))
    assert (stays["new_contracts.agents"] == found["sold_first.agents"]).all()
    assert (stays["commission_accrued"] == found["commission_accrued"]).all()
    assert (stays["market_premium"] == found["market_premium"]).all()  # partners have sold it either way


def test_a_code_that_saves_the_customer_money() -> None:
    """Half the sales with the code, another half of the rest by hand: two of three seen sales are 30 % cheaper."""
    names = "premium_new.line", "commission_accrued", "sold_first.agents", "untracked.agents"
    changes = codes(0.5, manual=0.5, discount=0.3) | {f"{S}.flow": 37.0}
    written, paid, sold, unseen = (by_month(changes, name, runs=4)[name] for name in names)
    seen = sold - unseen
    assert np.abs(written - unseen * 100_00 - seen * 80_00).max() <= 5  # rounded once a partner
    assert np.abs(paid - 0.1 * seen * 80_00).max() <= 6


def test_all_seen_is_as_if_nothing_were_stated() -> None:
    """Bit by bit: every means at 100 %, or one of them."""
    free = replicate(plan({}, EVERYTHING), (0, 1))
    full = {"online": 1.0, "online_share": 0.3, "codes": 1.0, "app": 0.4, "tolerated": 0.1, "penalty": 0.2}
    stated = plan({"segments.banks.tracking": full, "segments.banks.channel": "hybrid"}, EVERYTHING)
    for one, other in zip(free, replicate(stated, (0, 1)), strict=True):
        assert one.monthly.tobytes() == other.monthly.tobytes() and np.array_equal(one.flows, other.flows)


def test_more_that_is_seen_lowers_no_partners_pay() -> None:
    changes, _, _ = k078("partner")
    pays = []
    for share in (0.0, 0.3, 0.6, 0.9, 0.97, 1.0):
        model = PartnerNetwork(plan(BASE | changes | codes(share) | {f"{S}.partners": 30}))
        paid = [(model.step(), model.table.credited_new[0, :30].copy())[1] for _ in range(6)]
        pays.append(np.array(paid))
    assert all((less <= more).all() for less, more in itertools.pairwise(pays))
    assert pays[0].sum() == 0 < pays[1].sum()


def test_tools_cost_the_programme_while_they_are_there() -> None:
    cost = {"since": {"2025-01": 0.0, "2025-04": 250.0, "2025-06": 0.0}}
    found = monthly(plan(BASE | {f"{S}.tracking": {"cost": cost}}))
    assert found["programme_paid"][:7].tolist() == [0, 0, 0, 250_00, 250_00, 0, 0]
    assert found["service_cost.agents"][3] == 250_00


def test_tracking_does_not_know_its_batch() -> None:
    own = {"site": {"kind": "organic", "default": True, "demand": {"motor": 4.0}}}
    journeys = {"j": {"of": ["banks"], "share": 0.3, "anyway": 0.5, "path": [touch("site", 3), touch("partner", 1)]}}
    changes = {
        "own": own, "journeys": journeys, "segments.banks.channel": "hybrid",
        "segments.banks.tracking": HYBRID | {"discount": 0.1, "cost": 7.0, "tolerated": 0.1, "penalty": 0.3},
    }  # fmt: skip
    laid = plan(changes, EVERYTHING)
    alone = {one.number: one for one in replicate(laid, (3, 0, 4), most=1)}
    for most in (2, 64):
        for one in replicate(laid, (4, 0, 3), most=most):
            assert one.monthly.tobytes() == alone[one.number].monthly.tobytes()
            assert np.array_equal(one.flows, alone[one.number].flows)
