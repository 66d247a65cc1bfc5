"""The shop-builder's programme and the proposal show the figures that their header comments state.

A simulated mean passes when |mean - figure| <= tolerance + 3.3 standard errors, as in test_gallery.py. The proposal is
compared with the programme in force on common luck, so a difference has a small error of its own.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import sim
from sim.base.units import MONTHS_PER_YEAR, month_ordinal
from sim.engine.model import PartnerNetwork
from sim.judgement.result import Result
from sim.partners.columns import ACTIVE
from sim.results.kpis import results
from sim.theory import cohorts

SCENARIOS = Path(__file__).parents[3] / "scenarios" / "gallery"
REPLICATIONS = 8
ERRORS = 3.3
MN = 1e6
BOUNDS = (0, 10, 30, 100)
CHANGE = month_ordinal("2026-01")


def play(name: str, sets: Sequence[str] = (), replications: int = REPLICATIONS) -> Result:
    return sim.run(sim.load(SCENARIOS / f"{name}.yaml", sets), replications=replications, workers=1)


@pytest.fixture(scope="module")
def programme() -> Result:
    return play("saas_tiers")


@pytest.fixture(scope="module")
def proposal() -> Result:
    return play("saas_tiers_proposal")


def assert_about(values: NDArray[np.float64], figure: float, tolerance: float) -> None:
    error = values.std(ddof=1) / np.sqrt(values.size)
    assert abs(values.mean() - figure) <= tolerance + ERRORS * error


def premium(result: Result) -> NDArray[np.float64]:
    """Premium written through partners over the horizon, by replication."""
    return np.asarray(sum(result.figures[f"premium.{name}"].values for name in result.plan.scenario.segments))


def share_of_rule(result: Result, rule: str) -> NDArray[np.float64]:
    return np.asarray(result.figures[f"commission_of.{rule}"].values / premium(result))


Shares = tuple[NDArray[np.float64], NDArray[np.float64]]


def last_month_by_tier(result: Result) -> list[Shares]:
    """Shares of partners and of their premium by tier in the last month, by replication."""
    model = PartnerNetwork(result.plan, range(REPLICATIONS))
    while model.month < result.plan.months - 1:
        model.step()
    table, last = model.table, model.population.direct
    held = table.in_force.sum(axis=0)  # at the close that sets next month's tier
    model.step()
    columns = held, (table.premium_new + table.premium_renewal).sum(axis=0), table.status == ACTIVE
    return [by_tier(*one) for one in zip(*(part.reshape(REPLICATIONS, -1)[:, :last] for part in columns), strict=True)]


def by_tier(held: NDArray[np.int64], paid: NDArray[np.int64], present: NDArray[np.bool_]) -> Shares:
    tier = np.searchsorted(BOUNDS, held, side="right") - 1
    count = np.bincount(tier[present], minlength=len(BOUNDS))
    amount = np.bincount(tier, weights=paid, minlength=len(BOUNDS))
    return count / count.sum(), amount / amount.sum()


def test_premium_and_market_share(programme: Result) -> None:
    assert_about(programme.figures["premium_year_1"].values, 481 * MN, 5 * MN)
    assert_about(programme.figures["market_share_end"].values, 0.280, 0.005)


def test_partners_get_between_20_and_40_percent(programme: Result) -> None:
    paid = np.sum([share_of_rule(programme, rule) for rule in ("customers", "second_level", "refund")], axis=0)
    assert (share_of_rule(programme, "customers") > 0.20).all()
    assert (paid < 0.40).all()
    assert_about(paid, 0.305, 0.003)


def test_second_level_costs_a_hundredth_of_premium(programme: Result) -> None:
    assert_about(share_of_rule(programme, "second_level"), 0.0106, 0.0004)


def test_few_partners_reach_the_top_tier_and_bring_a_quarter(programme: Result) -> None:
    partners, paid = (np.array(part) for part in zip(*last_month_by_tier(programme), strict=True))
    for tier, (of_partners, of_premium) in enumerate(
        zip((0.77, 0.13, 0.08, 0.02), (0.15, 0.19, 0.36, 0.29), strict=True)
    ):
        assert_about(partners[:, tier], of_partners, 0.02)
        assert_about(paid[:, tier], of_premium, 0.02)


def test_customers_leave_as_renewal_says(programme: Result) -> None:
    """Renewals of the last year over those of the closed form, given what has been sold since the warm-up began."""
    product = programme.plan.scenario.products["shop"]
    stays = np.array(product.renewal) * (1.0 - product.cancellation)
    model, ratios = PartnerNetwork(programme.plan, range(REPLICATIONS)), []
    months = [sold_and_renewed(model) for _ in range(programme.plan.warm_up + programme.plan.months)]
    for new, renewed in np.array(months).transpose(2, 1, 0):
        expected = cohorts.in_force(new, stays, term=1) - new
        ratios.append(renewed[-MONTHS_PER_YEAR:].sum() / expected[-MONTHS_PER_YEAR:].sum())
    assert_about(np.array(ratios), 1.0, 0.002)


def sold_and_renewed(model: PartnerNetwork) -> list[NDArray[np.int64]]:
    model.step()
    return [one.reshape(len(one), REPLICATIONS, -1).sum(axis=(0, 2)) for one in (model.table.new, model.table.renewed)]


def test_programme_and_proposal_leave_a_profit(programme: Result, proposal: Result) -> None:
    for result in (programme, proposal):
        verdicts = {one.name: one.verdict for one in result.criteria}
        assert "FAIL" not in verdicts.values()
        assert verdicts["keeps_partners"] == verdicts["pays_what_it_says"] == "PASS"
        assert result.figures["equity_lowest"].values.min() > 0


def test_proposal_changes_nothing_before_its_date(programme: Result, proposal: Result) -> None:
    until = CHANGE - programme.plan.scenario.start
    before, after = (
        result.monthly.squeeze(["policy", "world"]).sel(metric=["premium_written", "commission_paid", "equity"]).values
        for result in (programme, proposal)
    )
    assert np.array_equal(before[:, :until], after[:, :until])
    assert not np.array_equal(before[:, until:], after[:, until:])


def test_proposal_wins_share_and_does_not_pay(programme: Result, proposal: Result) -> None:
    def gain(kpi: str) -> NDArray[np.float64]:
        return np.asarray(proposal.figures[kpi].values - programme.figures[kpi].values)

    assert_about(gain("market_share_end"), 0.0255, 0.002)
    assert_about(premium(proposal) - premium(programme), 33.6 * MN, 3 * MN)
    assert_about(gain("result"), -33.2 * MN, 3 * MN)


def test_loss_of_the_proposal_shrinks_from_year_to_year() -> None:
    before, after = (results(play(name, ["months=84mo"], 3).cube) for name in ("saas_tiers", "saas_tiers_proposal"))
    yearly = (after - before).reshape(3, -1, MONTHS_PER_YEAR).sum(axis=2)
    assert_about(yearly[:, 1], -19 * MN, 2 * MN)
    assert_about(yearly[:, -1], -4 * MN, 2 * MN)
    assert (np.diff(yearly.mean(axis=0)[1:]) > 0).all()


@pytest.mark.parametrize(("change", "gain"), [("early_money=", 3.6), ("second_level.rates=[5%]", 0.9)])
def test_each_part_of_the_proposal_costs_money(proposal: Result, change: str, gain: float) -> None:
    without = play("saas_tiers_proposal", [f"policy.rules.{change}"])
    assert_about(without.figures["result"].values - proposal.figures["result"].values, gain * MN, 0.1 * gain * MN)
