"""Tiers net of refunds, and true-ups deferred with the premium that they are on, through the simulator.

Premium kept is what was written less what was refunded. Money is in minor units.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.base.units import month_name, month_ordinal
from tests.whole.running import Reals, monthly
from tests.whole.scenarios import P, S, plan

FIGURES = Path(__file__).parents[2] / "reference" / "figures"


def field(name: str, *sets: str) -> dict[str, Reals]:
    """The series of a field case, minor units."""
    cube = sim.run(sim.load(FIGURES / f"{name}.yaml", sets), workers=1).cube
    return {one.name: np.rint(cube.values[0, 0, 0, :, cube.position[one.name]]) for one in cube.metrics}


def owed(found: dict[str, Reals]) -> Reals:
    """Commission by month, less what comes back."""
    plus, minus = ("commission_accrued", "commission_expensed"), ("commission_reversed", "commission_clawed_back")
    return np.asarray(sum(found[name] for name in plus) - sum(found[name] for name in minus))


def commission(found: dict[str, Reals]) -> float:
    """What partners keep."""
    return float(owed(found).sum())


def kept(found: dict[str, Reals]) -> float:
    return float(found["premium_written"].sum() - found["premium_refunded"].sum())


def test_scale_is_read_net_of_refunds() -> None:
    """Below 2 million after refunds the rate is 10 %, though 2.4 million were written."""
    found = field("e04_tier_cancel")
    assert found["premium_written"].sum() == 240_000_000 and kept(found) < 60_000_000
    assert commission(found) == pytest.approx(0.1 * kept(found), abs=100)


def test_true_up_earns_with_its_premium() -> None:
    """600 000 in six months at 20 %; 3/12 of it is earned by then: result 150 000 x (1 - 50 % - 20 %) = 45 000."""
    found = field("g02_trueup_dac")
    assert found["equity"][5] - 100_000_000 == 4_500_000
    assert commission(found) == 0.2 * 60_000_000
    assert (
        found["balance.dac"][5] == pytest.approx(0.2 * (60_000_000 - 15_000_000), abs=12 * 6)
        and found["balance.dac"][17] == 0
    )


def played(terms: dict[str, Any], clawback: str = "pro_rata", **changes: Any) -> dict[str, Reals]:
    """12 contracts a month for five months at 100 000, a tenth of those in force cancelled a month, for two years."""
    first = month_ordinal("2025-01")
    base = {
        "months": "24mo", f"{S}.partners": 3, f"{S}.flow": 12.0, f"{P}.price": 1_000.0, f"{P}.cancellation": 0.1,
        "market.demand": {"since": {"2024-01": 1.0, month_name(first + 5): 0.0}},
        "policy.rules": {"volume": {"kind": "tiers", **terms}}, "policy.payment": {"clawback": clawback},
    }  # fmt: skip
    return monthly(plan(base | changes))


@pytest.mark.parametrize("window", ["month", "quarter", "year", "contract_year"])
@pytest.mark.parametrize("acquisition", ["deferred", "expensed"])
def test_what_stays_has_the_rate_of_a_scale_out_of_reach(window: str, acquisition: str) -> None:
    """Below the second tier in every window: 10 % of the premium kept, whatever is refunded, in or after the window."""
    brackets = [{"above": 0, "rate": 0.1}, {"above": 1e9, "rate": 0.2}]
    for kind in ("retroactive", "marginal"):
        found = played(
            {"window": window, "scale": {"kind": kind, "brackets": brackets}}, **{"accounts.acquisition": acquisition}
        )
        assert commission(found) == pytest.approx(0.1 * kept(found), abs=24 * 24 * 5 * 3)
        assert found["balance.dac"][-1] == 0


@pytest.mark.parametrize("by", ["premium", "count"])
def test_reached_in_the_window_and_clawed_back_after_it_at_its_final_rate(by: str) -> None:
    """The quarter reaches 20 % for good, April and May stay at 10 %; refunds go back at these rates."""
    bound = {"premium": 30_000, "count": 30}[by]
    brackets = [{"above": 0, "rate": 0.1}, {"above": bound, "rate": 0.2}]
    terms = {"by": by, "window": "quarter", "scale": {"kind": "retroactive", "brackets": brackets}}
    found = played({**terms}, **{f"{P}.cancellation": 0.02})
    rates = commission(found) / kept(found)
    owed_of_first, owed_of_second = 0.2 * 3, 0.1 * 2
    assert rates == pytest.approx((owed_of_first + owed_of_second) / 5, abs=0.004)
    assert found["balance.dac"][-1] == 0


def test_gross_takes_nothing_out_of_the_window() -> None:
    """As it was before tiers counted net: true-ups stay; only what was accrued goes back with the premium."""
    found = field("e04_tier_cancel", "policy.rules.volume.volume=gross")
    assert commission(found) == 20_212_500


def test_without_clawback_nothing_paid_comes_back() -> None:
    """Payments only ever rise; a scale of net volume pays less than one of gross volume, and more than net with it."""
    terms = {"window": "year", "scale": {"kind": "retroactive", "brackets": [{"above": 0, "rate": 0.1},
             {"above": 40_000, "rate": 0.2}]}}  # fmt: skip
    net, gross, back = (
        played({**terms, "volume": volume}, clawback)
        for volume, clawback in (("net", "none"), ("gross", "none"), ("net", "pro_rata"))
    )
    assert (owed(net) >= 0).all() and (owed(back) < 0).any()
    assert commission(back) < commission(net) < commission(gross)
    assert commission(back) == pytest.approx(0.1 * kept(back), rel=0.35)


def test_marginal_slices_fill_from_below() -> None:
    """Payout of the premium kept, slice by slice, while the window is open."""
    brackets = [{"above": 0, "rate": 0.05}, {"above": 10_000, "rate": 0.1}]
    terms = {"window": "year", "scale": {"kind": "marginal", "brackets": brackets}}
    found = played(terms, **{f"{S}.partners": 1, "months": "12mo"})
    assert commission(found) == pytest.approx(0.05 * 1_000_000 + 0.1 * (kept(found) - 1_000_000), abs=24 * 24 * 5)


def test_a_sum_that_a_cap_has_cut_is_not_taken_back() -> None:
    """20 % of 36 000 a month, held to 1 000 for each of three partners: of what is refunded later 1/12 goes back."""
    rules = {"base": {"kind": "base", "new": 0.2}, "most": {"kind": "cap", "per_month": 1_000}}
    found = played({}, **{"policy.rules": rules})
    late = found["premium_refunded"][5:].sum()
    assert found["commission_clawed_back"][5:].sum() == pytest.approx(late / 12, abs=24 * 24 * 15)
    assert found["balance.dac"][-1] == 0
