"""Staff who fight the partner programme: the published growth and share, what moves them, and what they hide.

Expected figures are those of case K070, given from outside, and closed forms of the scenario's own figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.contracts.own_channels import Staff
from sim.engine.layout.plan import make
from sim.scenario.schema import Scenario
from tests.whole.hypotheses import channel_case, likely, z, z_mean
from tests.whole.running import Reals, many

SCENARIOS = Path(__file__).parents[3] / "scenarios" / "gallery"
REPLICATIONS = 300
RULE, JULY = 3, 6  # months from January: the rule comes in April and first moves sales in May
CHANNELS = ("reseller", "staff", "ads")
NAMES = (*(f"new_contracts.{one}" for one in CHANNELS), "cooperation", "paid_twice", "incremental_profit")
NO_CROSS_BONUS = ("policy.rules.cross.share=0%",)


def scenario(name: str = "", sets: Sequence[str] = ()) -> Scenario:
    return sim.load(SCENARIOS / f"channel_conflict{name}.yaml", sets).scenario


def play(name: str = "", sets: Sequence[str] = ()) -> dict[str, Reals]:
    found = many(make(scenario(name, sets), ()), REPLICATIONS, *NAMES)
    return found | {"total": np.sum([found[f"new_contracts.{one}"] for one in CHANNELS], axis=0)}


@pytest.fixture(scope="module")
def solved() -> dict[str, Reals]:
    return play()


def test_staff_and_resellers_of_the_case(solved: dict[str, Reals]) -> None:
    """Months 0 to 6 of K070 are April to October; all sales are Poisson, so the error is known."""
    _, expected = channel_case("K070")
    months = slice(RULE, RULE + len(expected["months"]))
    for name, key in (("new_contracts.reseller", "partners"), ("total", "total")):
        means = np.array([one[key] for one in expected["months"]])
        likely(z(solved[name][:, months].mean(axis=0), means, np.sqrt(means / REPLICATIONS)), name)
    assert solved["cooperation"][0, months] == pytest.approx([one["cooperation"] for one in expected["months"]])


def test_published_growth_and_share(solved: dict[str, Reals]) -> None:
    """In July total sales are 1.4 times those of January to April, and resellers bring a quarter of them."""
    before, then = solved["total"][:, : RULE + 1].mean(axis=1), solved["total"][:, JULY]
    likely(z_mean(then - 1.4 * before, 0.0), "growth")
    likely(z_mean(solved["new_contracts.reseller"][:, JULY] - 0.25 * then, 0.0), "share")


def test_open_figures_are_those_of_the_case() -> None:
    _, expected = channel_case("K070")
    reseller, staff = scenario().segments["reseller"], scenario().own["staff"]
    assert isinstance(staff, Staff) and reseller.flow.mean is not None
    assert reseller.partners * reseller.flow.mean == pytest.approx(expected["partner_potential"], rel=1e-9)
    assert staff.dispute_cost == pytest.approx(expected["dispute_cost"], rel=1e-9)
    assert sum(one.share * one.anyway for one in scenario().journeys.values()) == pytest.approx(0.15, rel=1e-12)


def test_growth_against_no_programme_is_smaller(solved: dict[str, Reals]) -> None:
    """Staff and ads alone sell 100 a month: growth over that is 23.7 %, not 40 %."""
    alone = play("_off")
    assert not alone["new_contracts.reseller"].any()
    likely(z(alone["total"].mean(), 100.0, np.sqrt(100.0 / alone["total"].size)), "twin")
    gain = channel_case("K070")[1]["gain_over_no_programme_month_3"]
    likely(z_mean(solved["total"][:, JULY] - 100.0 * (1.0 + gain), 0.0), "gain")


def test_without_the_cross_bonus_less_than_half_of_the_growth(solved: dict[str, Reals]) -> None:
    less = play(sets=NO_CROSS_BONUS)
    before = solved["total"][:, : RULE + 1].mean()
    assert 0.0 < less["total"][:, JULY].mean() - before < 0.5 * (solved["total"][:, JULY].mean() - before)
    assert solved["incremental_profit"].sum(axis=1).mean() > 0.0 > less["incremental_profit"].sum(axis=1).mean()


def test_without_a_rule_both_are_paid_and_staff_are_not_moved(solved: dict[str, Reals]) -> None:
    """Staff are credited either way: C* = 1/2. Their 5 % on the 30 % of sales that they touched too is paid twice."""
    both = play("_none")
    assert not solved["paid_twice"].any() and not both["paid_twice"][:, :RULE].any()
    assert (both["paid_twice"][:, RULE:].sum(axis=1) > 0.0).all()
    assert both["cooperation"][0, -1] == pytest.approx(0.5 + (0.11920292 - 0.5) / 2**8, abs=1e-7)
    sold = both["new_contracts.reseller"][:, RULE:].mean(axis=1)
    likely(z_mean(both["paid_twice"][:, RULE:].mean(axis=1) - 0.05 * 0.3 * 150e3 * 100 * sold, 0.0), "paid twice")


def test_window_and_separation_move_sales_to_staff(solved: dict[str, Reals]) -> None:
    """A window leaves the total and credits staff with the tenth of older leads; apart, 0.8 x 30 % of sales go."""
    windowed, apart = play("_window"), play("_separated")
    assert (windowed["total"] == solved["total"]).all()
    sold = solved["new_contracts.reseller"][:, RULE:].mean(axis=1)
    likely(z_mean(windowed["new_contracts.reseller"][:, RULE:].mean(axis=1) - 0.9 * sold, 0.0), "window")
    likely(z_mean(apart["new_contracts.reseller"][:, RULE:].mean(axis=1) - 0.76 * sold, 0.0), "apart")
