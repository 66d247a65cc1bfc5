"""Referral windows: who is credited with repeat purchases, against the triangular law of the time since the referral.

Notation: a age of a customer in months, W window in months, r purchases a month of a customer.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import stats

from sim.base.units import DAYS_PER_MONTH
from sim.contracts import repeat_purchases
from sim.contracts.products import Product
from sim.engine.layout.plan import make
from sim.engine.model import PartnerNetwork
from sim.partners.listed import Listed
from sim.policy.rules.referral_window import ReferralWindow
from sim.scenario.schema import scenario_model
from tests.whole.hypotheses import channel_case, likely, z, z_mean, z_share
from tests.whole.running import many, monthly
from tests.whole.scenarios import P, S, plan, tree

R = 9  # months for which customers come back
SHOP: dict[str, Any] = {
    "months": "12mo",
    f"{P}.term": "0mo",
    f"{P}.repeat": 0.3,
    f"{P}.repeat_for": f"{R}mo",
    f"{S}.partners": 50,
    f"{S}.flow": 400.0,
    "market.demand": {"since": {"2025-01": 1.0, "2025-02": 0.0}},
}


def shop(days: float | None, resetting: bool = False, **changes: Any) -> dict[str, Any]:
    """First sales in the first month alone; then only what customers buy again."""
    rules: dict[str, Any] = {"base": {"kind": "base", "new": 0.1}}
    if days is not None:
        rules["window"] = {"kind": "referral_window", "days": f"{days:g}d", "resetting": resetting}
    return {**SHOP, "policy.rules": rules, **changes}


def sales(changes: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """New contracts by month of partners, int64[months, n], and of our own channels, int64[months]."""
    model, found = PartnerNetwork(plan(changes)), []
    while model.month < model.plan.months:
        model.step()
        found.append(model.table.new[0].copy())
    return np.array(found)[:, :-1], np.array(found)[:, -1]


def within(age: int, window: float) -> float:
    """Closed form: the time since the referral is triangular on (a - 1, a + 1)."""
    return float(stats.triang.cdf(window, 0.5, loc=age - 1, scale=2))


@pytest.mark.parametrize("window", [0.01, 0.4, 1.0, 1.5, 2.3, 3.0, 11.992, 50.0])
def test_chance_is_the_triangular_law(window: float) -> None:
    for age in range(1, 14):
        out = np.zeros(2)
        repeat_purchases.chances(float(age), np.array([window, window]), np.array([True, False]), out)
        assert out.tolist() == [pytest.approx(within(age, window), abs=1e-12), 0.0]


@pytest.mark.parametrize("days", [30, 45, 90, 136.5, 200])
def test_credited_share_by_length_of_the_window(days: float) -> None:
    """20 000 customers of one month: month by month the count of purchases, and the share that is credited."""
    partners, ours = sales(shop(days))
    bought = partners.sum(axis=1) + ours
    likely([z(bought[a], 0.3 * 20_000, np.sqrt(0.3 * 20_000)) for a in range(1, R + 1)], "purchases")
    assert bought[R + 1 :].sum() == 0
    for age in range(1, R + 1):
        share = within(age, days / DAYS_PER_MONTH)
        if 0 < share < 1:
            likely(z_share(partners[age].sum(), bought[age], share), f"credited at age {age}, {days:g} days")
        else:
            assert partners[age].sum() == share * bought[age]


def test_nothing_is_credited_without_a_rule_and_all_for_life() -> None:
    none, lifetime = sales(shop(None)), sales(shop(400))
    assert none[0][1:].sum() == lifetime[1].sum() == 0
    assert (none[1][1:] == lifetime[0][1:].sum(axis=1)).all()
    assert none[1][1 : R + 1].min() > 0


def test_luck_of_first_sales_and_of_purchases_is_common_to_all_windows() -> None:
    """Sales go on: what customers buy is the same under every window, and a longer window never credits less."""
    busy = {"market.demand": 1.0, f"{S}.sales": {"law": "poisson"}, f"{S}.flow": 5.0}
    plain = sales({**shop(None, **busy), f"{P}.repeat": 0.0})[0]
    found = [sales(shop(days, **busy)) for days in (None, 20, 75, 76, 400)]
    assert (found[0][0] == plain).all()
    for (less, _), (more, _) in itertools.pairwise(found):
        assert (more >= less).all()
        assert more.sum() > less.sum()
    assert len({tuple(partners.sum(axis=1) + ours) for partners, ours in found}) == 1


def test_resetting_follows_its_recursion() -> None:
    """A credited purchase refers its customer anew: customers c of age a, c F(a) r of them go back to the start."""
    window, rate = 75 / DAYS_PER_MONTH, 0.3
    customers, expected = np.zeros(R + 1), []
    customers[0] = 20_000.0
    for _ in range(1, 12):
        bought = rate * np.array([0.0, *(customers[a - 1] * within(a, window) for a in range(1, R + 1))])
        customers = np.array([bought.sum(), *(customers[:-1] - bought[1:])])
        expected.append(bought.sum())
    partners, _ = sales(shop(75, resetting=True))
    plain, _ = sales(shop(75))
    for month, mean in enumerate(expected, start=1):
        likely(z_mean(partners[month], mean / 50), f"credited in month {month}, resetting")
    assert (partners[1] == plain[1]).all()  # in the first month nobody has come back before
    assert plain[4:].sum() == 0 < partners[4:].sum()


def test_credited_purchases_earn_as_new_business_and_others_are_our_own_sales() -> None:
    rules = {"base": {"kind": "base", "new": 0.1, "renewal": 0.0}, "window": {"kind": "referral_window", "days": "60d"}}
    changes = {**shop(60), f"{P}.term": "2mo", f"{P}.renewal": 0.5, "policy.rules": rules}
    partners, ours = sales(changes)
    found = monthly(plan(changes))
    assert found["commission_accrued"].tolist() == (partners.sum(axis=1) * 1_000).tolist()
    assert found["premium_written_direct"][1:].sum() >= ours.sum() * 10_000
    assert found["premium_new.line"].tolist() == ((partners.sum(axis=1) + ours) * 10_000).tolist()


def test_a_partner_that_left_is_credited_with_nothing() -> None:
    changes = shop(400, **{f"{S}.turnover": {"leave": {"since": {"2025-01": 0.0, "2025-04": 1.0}}}})
    partners, ours = sales(changes)
    assert ours[:3].sum() == 0 < ours[3]
    assert partners[3:].sum() == 0 < partners[2].sum()


def test_only_where_and_while_the_rule_holds() -> None:
    """It covers the partners of one region, from the third to the fifth month."""
    rules = {
        "base": {"kind": "base", "new": 0.1},
        "window": {
            "kind": "referral_window",
            "days": "400d",
            "regions": ["north"],
            "effective_from": "2025-03",
            "effective_until": "2025-06",
        },
    }
    roster = tuple(Listed(f"p{i}", "agents", 400.0, region=["north", "south"][i % 2]) for i in range(10))
    model = PartnerNetwork(make(scenario_model().model_validate(tree({**SHOP, "policy.rules": rules})), roster))
    north = np.array([region == "north" for region in model.plan.population.regions])
    for t in range(9):
        model.step()
        new = model.table.new[0]
        if t:
            assert (new[north].sum() > 0) == (2 <= t < 5)
            assert new[:-1][~north[:-1]].sum() == 0 < new[-1]


def test_of_two_windows_the_longer_counts() -> None:
    rules = {name: {"kind": "referral_window", "days": days} for name, days in (("a", "75d"), ("b", "30d"))}
    both = {**shop(None), "policy.rules": {"base": {"kind": "base", "new": 0.1}, **rules}}
    assert (sales(both)[0] == sales(shop(75))[0]).all()


def test_surprise_of_sales_counts_repeat_purchases() -> None:
    """Fixed first sales bring no luck: what is left is that of what is bought again, in all with mean 0."""
    changes = shop(75, resetting=True, **{f"{S}.partners": 5, f"{S}.flow": 8.0})
    found = many(plan(changes), 300, "surprise.sales", "new_contracts")
    assert np.allclose(found["surprise.sales"][:, 1], (found["new_contracts"][:, 1] - 0.3 * 40) * 10_000)
    likely(z_mean(found["surprise.sales"].sum(axis=1), 0.0), "surprise of repeat purchases")


def test_ruin_stops_repeat_purchases() -> None:
    changes = {**shop(75), f"{P}.cost_ratio": 2.0, "accounts.on_ruin": "stop"}
    partners, ours = sales(changes)
    assert partners[1:].sum() + ours[1:].sum() == 0


def test_what_cannot_be_meant_is_refused() -> None:
    with pytest.raises(ValidationError, match="credits nothing"):
        ReferralWindow.model_validate({"kind": "referral_window", "days": "0d"})
    with pytest.raises(ValidationError, match="state repeat_for"):
        Product.model_validate({"price": 1.0, "cost_ratio": 0.0, "repeat": 0.1, "repeat_for": "0mo"})


def test_customers_of_our_own_channels_are_nobodys_referral() -> None:
    """What we sell to the customers of another product is the same whether customers come back or not."""
    cross = {
        "products.other": {"price": 1.0, "cost_ratio": 0.0},
        f"{S}.mix": {"other": 1.0},
        f"{P}.cross_sale": 0.05,
        "market.demand": 1.0,
    }
    with_repeats, without = (sales(shop(75, **cross, **{f"{P}.repeat": rate})) for rate in (0.5, 0.0))
    assert (with_repeats[1] == without[1]).all()
    assert without[1].sum() > 0 == with_repeats[0].sum()


def test_a_browser_that_forgets_cuts_the_window_short() -> None:
    """K043: a tag of 365 days credits 0.69 repeats a referral, one of 7 days hardly any; a mixture of browsers both."""
    given, expected = channel_case("K043")
    month, ages = 365 / 12, range(1, given["repeat_for"] + 1)
    window, days = np.full(3, given["window_days"] / month), np.full(3, given["capped_days"] / month)
    present, forgetful, found = np.ones(3, dtype=np.bool_), np.array([0.0, 1.0, 0.3]), np.zeros(3)
    for age in ages:
        chance = np.zeros(3)
        repeat_purchases.chances(float(age), window, present, chance)
        repeat_purchases.cut_short(float(age), window, present, forgetful, days, chance)
        found += given["repeat"] * chance
    full, capped = expected["repeat_credited_full"], expected["repeat_credited_capped"]
    assert found == pytest.approx([full, capped, 0.7 * full + 0.3 * capped], abs=1e-9)


def test_forgetful_browsers_through_the_engine() -> None:
    """Repeats of the first month's customers: credited by the mixture of two windows, the others are ours."""
    capped = {"capped": {"share": 0.4, "days": "30d"}}
    partners, ours = sales(shop(180.0, **{f"{S}.tracking": capped}))
    for age in range(1, R + 1):
        chance = 0.6 * within(age, 180.0 / DAYS_PER_MONTH) + 0.4 * within(age, 30.0 / DAYS_PER_MONTH)
        bought = partners[age].sum() + ours[age]
        if 0.0 < chance < 1.0:
            likely(z_share(partners[age].sum(), bought, chance), f"age {age}")
        else:
            assert partners[age].sum() == chance * bought
