"""The funnel: views, clicks and leads behind sales whose law it does not change, and what is paid on them.

Notation: mu mean number of contracts, q contracts a lead, l leads a click, v clicks a view. Statistical tests use the
limit of `tests.whole.hypotheses`: each deviation is off with probability one in 100 000.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError
from scipy import stats

from sim.engine.model import PartnerNetwork
from tests.whole.hypotheses import likely, z_chi_square, z_mean, z_share, z_variance
from tests.whole.running import followed, monthly
from tests.whole.scenarios import EVERYTHING, SMALLEST, P, S, plan

Q, L, V = 0.25, 0.2, 0.1
FUNNEL: dict[str, Any] = {"click_rate": V, "lead_rate": L, "conversion": Q}
LEVELS = {"leads": Q, "clicks": Q * L, "views": Q * L * V}
MIXED = {"law": "negative_binomial", "volatility": 0.5}
CELLS = 30
Counts = dict[str, NDArray[np.int64]]


def counted(changes: dict[str, Any], months: int = 2) -> Counts:
    """New contracts (all products) and funnel counts of many partners and months, direct channel left out."""
    run = plan(
        {
            f"{P}.term": "0mo",
            f"{S}.partners": 5000,
            f"{S}.flow": 3.0,
            f"{S}.funnel": FUNNEL,
            "months": f"{months}mo",
            **changes,
        }
    )
    seen = list(followed(run, 0, _look))
    return {name: np.concatenate([one[name] for one in seen]) for name in seen[0]}


def _look(model: PartnerNetwork) -> Counts:
    found = {name: model.table.array(name)[0, :-1].copy() for name in ("views", "clicks", "leads", "bad_leads")}
    return {**found, "new": model.table.new[:, :-1].sum(axis=0)}


def fits(sample: NDArray[np.int64], law: Any, name: str) -> None:
    """Chi-square of counts in cells of about equal probability."""
    bounds = np.unique(law.ppf(np.linspace(0, 1, CELLS + 1)[1:-1]))
    expected = sample.size * np.diff(np.concatenate(([0.0], law.cdf(bounds), [1.0])))
    observed = np.bincount(np.searchsorted(bounds, sample), minlength=expected.size)
    likely(z_chi_square(((observed - expected) ** 2 / expected).sum(), expected.size - 1), name)


def thinned(upper: NDArray[np.int64], lower: NDArray[np.int64], share: float, name: str) -> None:
    """Given the upper level the lower one is binomial: share, dispersion, and the whole law.

    Each count is carried to the unit interval by its conditional law, at random inside its jump: uniform if the law is.
    """
    likely(z_share(lower.sum(), upper.sum(), share), f"{name}: share")
    there = upper > 0
    n, k = upper[there], lower[there]
    likely(z_mean((k - share * n) ** 2 / (share * (1 - share) * n), 1.0), f"{name}: dispersion")
    law = stats.binom(n, share)
    uniform = law.cdf(k - 1) + np.random.default_rng(1).random(k.size) * law.pmf(k)
    observed = np.histogram(uniform, bins=CELLS, range=(0, 1))[0]
    expected = k.size / CELLS
    likely(z_chi_square(((observed - expected) ** 2 / expected).sum(), CELLS - 1), f"{name}: law")


# --- laws ------------------------------------------------------------------------------------------------------------


def test_poisson_levels() -> None:
    """Sums of independent Poisson draws are Poisson: mean and variance mu / q, mu / (q l), mu / (q l v)."""
    found = counted({f"{S}.sales": {"law": "poisson"}})
    for name, share in LEVELS.items():
        fits(found[name], stats.poisson(3.0 / share), name)
        likely(z_mean(found[name], 3.0 / share), f"{name}: mean")
        likely(z_variance(found[name], 3.0 / share), f"{name}: variance")


def test_negative_binomial_levels() -> None:
    """A gamma factor of shape k on everything: mean m = mu / share, variance m + m^2 / k at every level."""
    found = counted({f"{S}.sales": MIXED})
    for name, share in LEVELS.items():
        mean = 3.0 / share
        fits(found[name], stats.nbinom(4.0, 4.0 / (4.0 + mean)), name)
        likely(z_variance(found[name], mean + mean**2 / 4.0), f"{name}: variance")


@pytest.mark.parametrize("sales", [{"law": "poisson"}, MIXED])
def test_thinning_is_exact(sales: dict[str, Any]) -> None:
    """Read from above: each view becomes a click, each click a lead, each lead a contract, on its own."""
    found = counted({f"{S}.sales": sales}, months=4)
    thinned(found["leads"], found["new"], Q, "leads to contracts")
    thinned(found["clicks"], found["leads"], L, "clicks to leads")
    thinned(found["views"], found["clicks"], V, "views to clicks")


@pytest.mark.parametrize("sales", [{"law": "poisson"}, MIXED])
def test_products_share_one_funnel(sales: dict[str, Any]) -> None:
    """Two products of means 3.0 and 1.2; with mixed laws each has a factor of its own, so variances add up."""
    more = {"products.more": {"price": 50.0, "term": "0mo", "cost_ratio": 0.0}, f"{S}.mix": {"line": 1.0, "more": 0.4}}
    found = counted({f"{S}.sales": sales, **more})
    for name, share in LEVELS.items():
        means = np.array([3.0, 1.2]) / share
        extra = 0.0 if sales["law"] == "poisson" else float((means**2).sum() / 4.0)
        likely(z_mean(found[name], means.sum()), f"{name}: mean")
        likely(z_variance(found[name], means.sum() + extra), f"{name}: variance")
    thinned(found["leads"], found["new"], Q, "leads to contracts of two products")


def test_bad_leads_are_some_of_those_that_did_not_buy() -> None:
    found = counted({f"{S}.sales": {"law": "poisson"}, f"{S}.funnel.bad_leads": 0.3})
    thinned(found["leads"] - found["new"], found["bad_leads"], 0.3, "bad leads")
    assert not counted({f"{S}.sales": {"law": "poisson"}}, months=1)["bad_leads"].any()


def test_fixed_sales_draw_nothing() -> None:
    """Expectations in whole numbers, the same for all: 1.5 contracts, 6 leads, 30 clicks, 300 views a month."""
    found = counted({f"{S}.flow": 1.5, f"{S}.funnel.bad_leads": 0.5, f"{S}.partners": 3}, months=2)
    assert found["new"].tolist() == [1] * 3 + [2] * 3
    assert [found[name].tolist() for name in ("leads", "clicks", "views")] == [[6] * 6, [30] * 6, [300] * 6]
    assert found["bad_leads"].tolist() == [2] * 6  # half of 5 and of 4
    sure = counted(
        {f"{S}.flow": 0.5, f"{S}.funnel": {"click_rate": 1.0, "lead_rate": 1.0, "conversion": 1.0}, f"{S}.partners": 1},
        months=4,
    )
    assert (sure["leads"] >= sure["new"]).all() and sure["new"].sum() == 2


def test_levels_never_fall() -> None:
    for law in ({"law": "fixed"}, {"law": "poisson"}, MIXED):
        found = counted({f"{S}.sales": law, f"{S}.flow": 0.7, f"{S}.partners": 500})
        for upper, lower in (("views", "clicks"), ("clicks", "leads"), ("leads", "new")):
            assert (found[upper] >= found[lower]).all()


# --- what the funnel does to sales -----------------------------------------------------------------------------------


@pytest.mark.parametrize("base", [None, EVERYTHING])
def test_a_funnel_changes_no_sale(base: Any) -> None:
    """The same contracts, premium and claims with and without one; without one nothing is kept."""
    names = ["agents"] if base is None else ["banks", "dealers", "brokers"]
    changes = {f"{S}.sales": {"law": "poisson"}, f"{S}.partners": 50} if base is None else {}
    with_one = {f"segments.{name}.funnel": {**FUNNEL, "bad_leads": 0.2} for name in names}
    plain, funnelled = monthly(plan(changes, base)), monthly(plan({**changes, **with_one}, base))
    for name, values in plain.items():
        np.testing.assert_array_equal(values, funnelled[name], err_msg=name)
    table = plan(changes, base).table()
    assert sum(table.array(name).size for name in ("views", "clicks", "leads", "bad_leads")) == 0


def test_manual_actions_lose_sales_and_no_leads() -> None:
    """Three steps of 80 % and a fit of 50 % let 25.6 % through: that much of the sales, of the same leads."""
    by_hand = {**FUNNEL, "steps": 3, "step_rate": 0.8, "fit": 0.5}
    passing = 0.8**3 * 0.5
    slow = counted({f"{S}.sales": {"law": "poisson"}, f"{S}.flow": 12.0, f"{S}.funnel": by_hand})
    likely(z_mean(slow["new"], 12.0 * passing), "sales by hand")
    likely(z_mean(slow["leads"], 12.0 / Q), "leads of those sales")
    thinned(slow["leads"], slow["new"], Q * passing, "leads to contracts by hand")
    fixed = counted({f"{S}.flow": 1000.0, f"{S}.partners": 1, f"{S}.funnel": by_hand}, months=1)
    assert (fixed["new"][0], fixed["leads"][0]) == (256, 4000)


def test_capacity_cuts_sales_and_no_leads() -> None:
    """Leads are those of the contracts asked for; who waits for capacity is no new lead when served."""
    law = {"law": "poisson", "waiting_decay": 0.0}
    changes = {f"{S}.flow": 10.0, f"{S}.partners": 40, f"{S}.funnel.bad_leads": 0.5}
    free = counted({**changes, f"{S}.sales": law}, months=3)
    tight = counted({**changes, f"{S}.sales": {**law, "capacity": 0.4}}, months=3)
    assert tight["new"].max() == 4 < free["new"].mean()
    for name in ("views", "clicks", "leads", "bad_leads"):
        np.testing.assert_array_equal(tight[name], free[name], err_msg=name)


def test_luck_of_a_partner_is_its_own() -> None:
    """A partner counts the same views whatever other partners, segments and products there are."""
    alone = counted({f"{S}.sales": {"law": "poisson"}, f"{S}.partners": 4})
    more = counted({f"{S}.sales": {"law": "poisson"}, f"{S}.partners": 9})
    for name in alone:
        np.testing.assert_array_equal(alone[name].reshape(2, 4), more[name].reshape(2, 9)[:, :4], err_msg=name)


@pytest.mark.parametrize(
    "wrong", [{"conversion": 0.0}, {"fit": 0.0}, {"steps": 40, "step_rate": 0.3}, {"click_rate": 0.0}]
)
def test_a_funnel_that_lets_nothing_through(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="raise click_rate"):
        plan({f"{S}.funnel": {**FUNNEL, **wrong}})


# --- what is paid on it ----------------------------------------------------------------------------------------------


def test_all_ways_to_pay_for_one_funnel() -> None:
    """2 contracts, 8 leads (3 bad), 40 clicks, 400 views a month: CPM, CPC, CPL, CPA, a share, less the penalty."""
    rules = {
        "base": {"kind": "base", "new": 0.1},
        "view": {"kind": "fixed_fee", "per": "view", "amount": 50.0, "per_thousand": True},
        "click": {"kind": "fixed_fee", "per": "click", "amount": 0.25},
        "lead": {"kind": "fixed_fee", "per": "lead", "amount": 1.5},
        "sale": {"kind": "fixed_fee", "per": "sale", "amount": 4.0},
        "out": {"kind": "bad_lead_penalty", "amount": 2.0},
    }
    run = plan(
        {
            f"{S}.flow": 2.0,
            f"{S}.partners": 1,
            f"{S}.funnel": {**FUNNEL, "bad_leads": 0.5},
            "policy.rules": rules,
            "months": "2mo",
        }
    )
    found = monthly(run)
    assert found["commission_accrued"].tolist() == [2_000, 2_000]
    assert found["commission_expensed"].tolist() == [2_000 + 1_000 + 1_200 + 800] * 2
    assert found["commission_reversed"].tolist() == [600, 600]
    model = PartnerNetwork(run)
    assert model.table.offer[0] == pytest.approx(100 * (20 + 20 + 10 + 12 + 8 - 6) / 200)


def test_expected_counts_of_a_contract() -> None:
    segments = {"one": {**SMALLEST["segments"]["agents"], "funnel": {**FUNNEL, "bad_leads": 0.3, "fit": 0.5}}}
    run = plan({"segments": {**segments, "plain": SMALLEST["segments"]["agents"]}})
    assert run.funnel.per_sale[:, 0, 0].tolist() == pytest.approx([400.0, 40.0, 8.0, 2.1])
    assert not run.funnel.per_sale[:, 1:].any() and run.funnel.passing[:, 0].tolist() == [0.5, 1.0]
