"""Credit turned down: correlated default, recoveries, remittance with a fractional lag, discipline, set-off by hand.

Notation: W premium a month, c commission, L remittance lag, d discipline, h hazard, rho correlation, R receivable.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.engine.model import PartnerNetwork
from sim.settlement.credit import hazard_given
from tests.whole.hypotheses import likely, z, z_chi_square, z_mean, z_share
from tests.whole.running import followed, many, monthly
from tests.whole.scenarios import P, S, plan

W = 10_000  # minor units a partner and month: one contract of 100.00 that is over at once
FLAT: dict[str, Any] = {f"{P}.term": "0mo"}


@settings(max_examples=60, deadline=None)
@given(st.floats(1e-4, 0.9), st.floats(0.01, 0.9))
def test_hazard_has_its_mean(hazard: float, correlation: float) -> None:
    """Vasicek: over the common factor the conditional probability has the mean h, and falls as times get better."""
    factor = np.linspace(-9, 9, 3601)
    given_factor = np.array([hazard_given(hazard, correlation, z) for z in factor])
    assert (np.diff(given_factor) <= 0).all()
    mean = np.trapezoid(given_factor * stats.norm.pdf(factor), factor)
    assert mean == pytest.approx(hazard, rel=1e-6)


@pytest.mark.parametrize("correlation", [0.0, 0.25])
def test_defaults_through_the_simulator(correlation: float) -> None:
    """Mean number of defaults, and of pairs that default in the same month: the bivariate normal probability."""
    hazard, partners, replications = 0.08, 150, 400
    run = plan(
        {
            **FLAT,
            "months": "1mo",
            f"{S}.partners": partners,
            f"{S}.remittance": {"lag": "1mo", "default": hazard},
            "credit": {"correlation": correlation},
        }
    )
    number = many(run, replications, "defaulted")["defaulted"][:, 0]
    bound = stats.norm.ppf(hazard)
    both = float(stats.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]]).cdf([bound, bound]))
    variance = partners * hazard * (1 - hazard) + partners * (partners - 1) * (both - hazard**2)
    likely((number.mean() - partners * hazard) / np.sqrt(variance / replications), f"defaults at rho {correlation}")
    likely(z_mean(number * (number - 1) / (partners * (partners - 1)), both), f"pairs of defaults at rho {correlation}")


def test_survival_of_partners() -> None:
    """Uncorrelated partners are left after t months with probability (1 - h)^t; a defaulted one sells no more."""
    hazard, partners = 0.05, 5000
    run = plan(
        {**FLAT, "months": "12mo", f"{S}.partners": partners, f"{S}.remittance": {"lag": "1mo", "default": hazard}}
    )
    recorded = monthly(run)
    for t in range(12):
        likely(
            z_share(recorded["new_contracts"][t], partners, (1 - hazard) ** t), f"selling in month {t}"
        ) if t else None
    assert (recorded["new_contracts"][1:] == partners - np.cumsum(recorded["defaulted"])[:-1]).all()


def test_crisis_multiplies_the_hazard() -> None:
    crisis = {"kind": "crisis", "start": "2025-01", "length": "1mo", "default": 3.0}
    run = plan(
        {
            **FLAT,
            "months": "1mo",
            f"{S}.partners": 20_000,
            f"{S}.remittance": {"lag": "1mo", "default": 0.05},
            "market.events": {"crisis": crisis},
        }
    )
    likely(z_share(monthly(run)["defaulted"][0], 20_000, 0.15), "defaults in a crisis")


def all_default(month: str, net: bool, **more: Any) -> dict[str, np.ndarray]:
    """Eight months of one partner that defaults in a stated month; lag 2, commission 20 % paid a month later."""
    remittance = {"lag": "2mo", "net": net, "default": {"since": {"2024-01": 0.0, month: 1.0}}}
    return monthly(
        plan(
            {
                **FLAT,
                "months": "8mo",
                f"{S}.partners": 1,
                f"{S}.remittance": remittance,
                "policy.rules.base.new": 0.2,
                **more,
            }
        )
    )


def test_default_sets_off_commission() -> None:
    """Three batches are out in the fourth month; commission not yet paid is set off, the rest is lost."""
    found = all_default("2025-04", net=False)
    assert found["premium_remitted"].tolist() == [0, 0, W, 0, 0, 0, 0, 0]
    assert found["commission_netted"].tolist() == [0, 0, 0, 2 * W // 5, 0, 0, 0, 0]
    assert found["receivable_provided"].tolist() == [0, 0, 0, 3 * W - 2 * W // 5, 0, 0, 0, 0]
    assert (found["receivable_provided"] == found["receivable_written_off"]).all()
    assert found["balance.receivable"].tolist() == [W, 2 * W, 2 * W, 0, 0, 0, 0, 0]
    assert found["balance.commission_payable"].tolist() == [W // 5] * 3 + [0] * 5
    assert found["premium_written"].tolist() == [W] * 4 + [0] * 4


def test_default_of_a_net_partner() -> None:
    """It would have kept the commission of three batches: that is set off, and the net premium is lost."""
    found = all_default("2025-04", net=True)
    assert found["premium_remitted"].tolist() == [0, 0, 4 * W // 5, 0, 0, 0, 0, 0]
    assert found["commission_netted"].tolist() == [0, 0, W // 5, 3 * W // 5, 0, 0, 0, 0]
    assert found["receivable_provided"][3] == 3 * W * 4 // 5
    assert found["commission_paid"].sum() == 0


def test_debit_balance_of_a_gone_partner_is_lost() -> None:
    """Commission clawed back from a net partner that is gone cannot be collected: bad debt when nothing else is due."""
    changes = {f"{P}.term": "12mo", f"{P}.cancellation": 0.2, f"{S}.partners": 300, "months": "16mo"}
    found = all_default("2025-02", net=True, **changes)
    assert found["commission_clawed_back"][2:].sum() > 0
    assert found["debit_balance_written_off"].sum() > 0
    assert (found["balance.commission_payable"][2:] <= 0).all()
    assert found["balance.commission_payable"][-1] == 0  # the last contract has ended a year after the last sale
    assert (
        np.cumsum(
            found["commission_accrued"]
            - found["commission_clawed_back"]
            - found["commission_netted"]
            - found["commission_paid"]
            + found["debit_balance_written_off"]
        )
        == found["balance.commission_payable"]
    ).all()


@pytest.mark.parametrize("lag", [0, 1, 3])
def test_recoveries_come_back_after_the_lag(lag: int) -> None:
    run = plan({**FLAT, "months": "12mo", f"{S}.partners": 300, f"{S}.remittance": {"lag": "1mo", "default": 0.1},
                "credit": {"recovery": 0.35, "recovery_lag": f"{lag}mo"}})  # fmt: skip
    found = monthly(run)
    due = [round(0.35 * lost) for lost in found["receivable_written_off"]]
    assert found["recovered"].tolist() == ([0.0] * lag + due)[:12]


@pytest.mark.parametrize(
    ("lag", "months"), [("0mo", 0.0), ("0.25mo", 0.25), ("1mo", 1.0), ("1.5mo", 1.5), ("2.75mo", 2.75)]
)
@pytest.mark.parametrize("net", [False, True])
def test_receivable_is_lag_times_premium(lag: str, months: float, net: bool) -> None:
    """After a constant premium L months of it are out; a fraction splits each batch between two months."""
    commission = 0.2
    run = plan(
        {
            **FLAT,
            "months": "8mo",
            f"{S}.partners": 1,
            f"{S}.remittance": {"lag": lag, "net": net},
            "policy.rules.base.new": commission,
            "policy.payment": {"delay": "2mo"},
        }
    )
    found = monthly(run)
    assert (found["balance.receivable"][4:] == W * months).all()
    arrived = [0.0] * 12
    for s in range(8):
        arrived[s + int(months)] += 1 - (months - int(months))
        arrived[s + int(months) + 1] += months - int(months)
    share = 1 - commission if net else 1.0
    assert found["premium_remitted"].tolist() == [W * share * one for one in arrived[:8]]
    if net:
        assert found["commission_netted"].tolist() == [W * commission * one for one in arrived[:8]]
        assert found["commission_paid"].sum() == 0
        assert (found["balance.commission_payable"][4:] == W * commission * months).all()
    else:
        assert found["commission_netted"].sum() == 0
        assert found["commission_paid"].tolist() == [0, 0] + [W * commission] * 6
        assert (found["balance.commission_payable"][4:] == 2 * W * commission).all()


@pytest.mark.parametrize("net", [False, True])
def test_discipline_makes_geometric_arrears(net: bool) -> None:
    """A batch due is paid with probability d with all that is late: k batches are late with probability d (1 - d)^k."""
    d, partners = 0.6, 4000
    run = plan(
        {
            **FLAT,
            "months": "10mo",
            f"{S}.partners": partners,
            f"{S}.remittance": {"lag": "1mo", "net": net, "discipline": d},
            "policy.rules.base.new": 0.25,
        }
    )
    seen = list(
        followed(
            run, 0, lambda model: (model.table.arrears_premium[:-1].copy(), model.table.arrears_commission[:-1].copy())
        )
    )
    for t, (premium, commission) in enumerate(seen):
        assert (commission == (premium // 4 if net else 0)).all()
        if t:
            mean = sum((1 - d) ** k for k in range(1, t + 1))
            likely(z_mean(premium / W, mean), f"arrears in month {t}")
    late = np.bincount(seen[-1][0] // W, minlength=10)
    expected = partners * np.array([d * (1 - d) ** k for k in range(9)] + [(1 - d) ** 9])
    few = expected < 5
    grouped = np.append(late[~few], late[few].sum()), np.append(expected[~few], expected[few].sum())
    likely(z_chi_square(((grouped[0] - grouped[1]) ** 2 / grouped[1]).sum(), grouped[0].size - 1), "late batches")


def test_discipline_falls_in_a_crisis() -> None:
    crisis = {"kind": "crisis", "start": "2025-02", "length": "1mo", "discipline": 0.5}
    run = plan(
        {
            **FLAT,
            "months": "2mo",
            f"{S}.partners": 5000,
            f"{S}.remittance": {"lag": "1mo", "discipline": 0.8},
            "market.events": {"crisis": crisis},
        }
    )
    likely(z_share(monthly(run)["premium_remitted"][1] / W, 5000, 0.4), "paid in a crisis")


def test_leaver_remits_what_it_holds() -> None:
    """A partner that leaves the trade pays its batches and gets its commission as they fall due."""
    run = plan(
        {
            **FLAT,
            "months": "6mo",
            f"{S}.partners": 3,
            f"{S}.remittance": {"lag": "2mo"},
            "policy.rules.base.new": 0.1,
            f"{S}.turnover": {"leave": {"since": {"2024-01": 0.0, "2025-03": 1.0}}},
        }
    )
    found = monthly(run)
    assert found["premium_remitted"].tolist() == [0, 0, 3 * W, 3 * W, 0, 0]
    assert found["commission_paid"].tolist() == [0, 300 * W // 1000, 300 * W // 1000, 0, 0, 0]
    assert (
        found["balance.receivable"][-1]
        == found["balance.commission_payable"][-1]
        == found["bad_debt.agents"].sum()
        == 0
    )


def test_entrants_arrive_by_poisson() -> None:
    """Entries by segment are Poisson x demand; each has its ramp."""
    run = plan({**FLAT, "months": "60mo", f"{S}.partners": 0, f"{S}.turnover": {"entry": 2.5}})
    entered = many(run, 4, "entered")["entered"].ravel()
    likely(z(entered.mean(), 2.5, np.sqrt(2.5 / entered.size)), "entrants")
    likely(z_chi_square(((entered - 2.5) ** 2 / 2.5).sum(), entered.size), "entrants' spread")


def test_entrant_ramp() -> None:
    run = plan({**FLAT, "seed": 2, "months": "5mo", f"{S}.partners": 0, f"{S}.flow": 90.0,
                f"{S}.turnover": {"entry": {"since": {"2024-01": 4.0, "2025-02": 0.0}}, "ramp": "3mo"}})  # fmt: skip
    model = PartnerNetwork(run)
    sold = []
    for _ in range(5):
        model.step()
        sold.append(int(model.table.new.sum()))
    came = sold[-1] // 90
    assert came > 0
    assert sold == [30 * came, 60 * came, 90 * came, 90 * came, 90 * came]
