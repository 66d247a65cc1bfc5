"""Sales and prices: laws of the counts, season and demand, renewals at the price of their month, warm-up, options."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.money.flows import ACCOUNTS
from tests.whole.hypotheses import likely, z_chi_square, z_mean, z_variance
from tests.whole.running import followed, monthly
from tests.whole.scenarios import EVERYTHING, P, S, plan


def counts(**changes: Any) -> np.ndarray:
    run = plan({f"{P}.term": "0mo", f"{S}.partners": 5000, "months": "4mo", **changes})
    return np.array(list(followed(run, 0, lambda model: model.table.new[0, :-1].copy()))).ravel()


def fits(sample: np.ndarray, law: Any, name: str) -> None:
    """Chi-square of counts against a law, cells of an expectation below 5 joined."""
    expected = sample.size * law.pmf(np.arange(sample.max() + 50))
    observed = np.bincount(sample, minlength=expected.size).astype(float)
    few = expected < 5
    expected = np.append(expected[~few], sample.size - expected[~few].sum())
    observed = np.append(observed[~few], observed[few].sum())
    likely(z_chi_square(((observed - expected) ** 2 / expected).sum(), expected.size - 1), name)


@pytest.mark.parametrize("mean", [0.3, 4.0, 11.9, 40.0])
def test_poisson_sales(mean: float) -> None:
    sample = counts(**{f"{S}.flow": mean, f"{S}.sales": {"law": "poisson"}})
    fits(sample, stats.poisson(mean), f"Poisson {mean}")
    likely(z_mean(sample, mean), f"Poisson {mean} mean")
    likely(z_variance(sample, mean), f"Poisson {mean} variance")


@pytest.mark.parametrize(("mean", "volatility"), [(2.0, 0.8), (60.0, 0.3)])
def test_negative_binomial_sales(mean: float, volatility: float) -> None:
    """Variance mu + (volatility mu)^2."""
    sample = counts(**{f"{S}.flow": mean, f"{S}.sales": {"law": "negative_binomial", "volatility": volatility}})
    shape = volatility**-2
    fits(sample, stats.nbinom(shape, shape / (shape + mean)), f"negative binomial {mean}")
    likely(z_variance(sample, mean + (volatility * mean) ** 2), f"negative binomial {mean} variance")


def test_season_and_demand() -> None:
    """Fixed sales are flow x mix x season of the calendar month x demand, a crisis included, fractions carried."""
    season = [0.5, 0.7, 0.9, 1.1, 1.3, 1.5, 1.5, 1.3, 1.1, 0.9, 0.7, 0.5]
    crisis = {"kind": "crisis", "start": "2025-06", "length": "3mo", "demand": 0.6}
    found = monthly(
        plan(
            {
                "start": "2025-04",
                f"{P}.season": season,
                f"{S}.flow": 100.0,
                f"{S}.mix": {"line": 0.4},
                f"{S}.partners": 1,
                "market.demand": {"since": {"2025-04": 1.0, "2025-07": 1.5}},
                "market.events": {"crisis": crisis},
            }
        )
    )
    expected = np.array(
        [40 * season[(3 + t) % 12] * (1.5 if t >= 3 else 1.0) * (0.6 if 2 <= t < 5 else 1.0) for t in range(12)]
    )
    assert np.abs(np.cumsum(found["new_contracts"]) - np.cumsum(expected)).max() <= 1.0 + 1e-6


def test_price_of_a_contract_varies() -> None:
    """A line of n contracts costs n x price on average, with variance n (cv x price)^2."""
    run = plan({f"{P}.price_cv": 0.4, f"{S}.flow": 6.0, f"{S}.partners": 10_000, "months": "3mo"})
    premium = np.array(list(followed(run, 0, lambda model: model.table.premium_new[0, :-1] / 100))).ravel()
    likely(z_mean(premium, 600.0), "premium mean")
    likely(z_variance(premium, 6 * 40.0**2), "premium variance")


def test_renewal_at_the_price_and_rate_of_its_month() -> None:
    run = plan(
        {
            "months": "4mo",
            f"{P}.term": "2mo",
            f"{P}.renewal": 1.0,
            f"{P}.price": {"since": {"2025-01": 100.0, "2025-03": 110.0}},
            "policy.rules.base": {"kind": "base", "new": 0.2, "renewal": {"since": {"2025-01": 0.1, "2025-04": 0.05}}},
            "market.demand": {"since": {"2025-01": 1.0, "2025-03": 0.0}},
        }
    )
    found = monthly(run)
    assert found["premium_renewal.line"].tolist() == [0, 0, 110_000, 110_000]
    assert found["commission_accrued"].tolist() == [20_000, 20_000, 11_000, 5_500]


def test_warm_up_opens_with_the_stated_capital() -> None:
    """Equity at t = 0 is the opening capital; the book that the warm-up has built goes on earning."""
    found = monthly(plan({}, EVERYTHING))
    result = np.zeros(6)
    for account in ACCOUNTS:
        if account.kind.value in (3, -3):
            result -= np.append(
                found[f"balance.{account.label}"][:1], np.diff(found[f"balance.{account.label}"])
            ) * np.sign(account.kind.value)
    assert (found["equity"] - np.cumsum(result) == 400e5).all()
    plain = monthly(plan({"opening": {"capital": 400e3}}, EVERYTHING))
    assert found["premium_earned"][0] > plain["premium_earned"][0]
    assert found["renewed_contracts"][0] > plain["renewed_contracts"][0]


def test_warm_up_is_a_longer_run_seen_from_later() -> None:
    """A year of warm-up and a year: the flows and the book of the second of two years, capital apart."""
    changes = {
        f"{P}.renewal": 1.0,
        f"{P}.cost_ratio": 0.4,
        f"{P}.expenses": {"acquisition": 0.04},
        f"{S}.remittance": {"lag": "1.5mo"},
        "policy.rules.base.new": 0.13,
    }
    warm = monthly(plan({**changes, "opening": {"kind": "warm_up", "months": "12mo", "capital": 1e6}}))
    long = monthly(plan({**changes, "start": "2024-01", "months": "24mo"}))
    for name, values in warm.items():
        if name.startswith("balance.") and name.split(".")[1] not in (
            "receivable",
            "upr",
            "dac",
            "commission_payable",
            "loss_reserve",
        ):
            continue
        if name not in ("equity", "prudent_equity", "run_off_value", "run_off_value_at_opening"):
            np.testing.assert_array_equal(values, long[name][12:], err_msg=name)
    assert (np.diff(warm["equity"]) == np.diff(long["equity"][12:])).all()


CANCELLING = {
    "months": "14mo",
    f"{P}.cancellation": 0.05,
    f"{S}.partners": 200,
    "policy.rules.base.new": 0.2,
    f"{P}.expenses": {"acquisition": 0.05},
}


def test_expensed_option_changes_no_result_in_the_long_run() -> None:
    """Without a deferred cost the result of a finished book is the same."""
    changes = {
        **CANCELLING,
        f"{P}.cancellation": 0.0,
        "months": "26mo",
        "market.demand": {"since": {"2025-01": 1.0, "2025-04": 0.0}},
    }
    one, other = (monthly(plan({**changes, "accounts.acquisition": option})) for option in ("deferred", "expensed"))
    assert (other["balance.dac"] == 0).all()
    assert (one["balance.cash"] == other["balance.cash"]).all()
    assert one["equity"][-1] == other["equity"][-1]
    assert one["equity"][0] > other["equity"][0]


def test_accounting_option_moves_no_cash() -> None:
    """Whether acquisition is deferred or expensed, partners are paid, and give back, the same."""
    one, other = (monthly(plan({**CANCELLING, "accounts.acquisition": option})) for option in ("deferred", "expensed"))
    assert (one["commission_clawed_back"] > 0).any()
    np.testing.assert_array_equal(one["balance.cash"], other["balance.cash"])
