"""Network brokers in the crisis of 2008, without and with deposits, show the figures that their header comments state.

A simulated mean passes when |mean - figure| <= tolerance + 3.3 standard errors, as in test_gallery.py. The two policies
are played on common luck, so that differences have small errors of their own.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import sim
from sim.base.units import month_ordinal
from sim.engine.model import PartnerNetwork
from sim.judgement.result import Result

SCENARIOS = Path(__file__).parents[3] / "scenarios" / "gallery"
REPLICATIONS = 10
ERRORS = 3.3
MN = 1e6
NETWORKS = ("network_broker", "small_network")
Values = NDArray[np.float64]


def play(name: str, sets: Sequence[str] = (), replications: int = REPLICATIONS) -> Result:
    return sim.run(sim.load(SCENARIOS / f"{name}.yaml", sets), replications=replications, workers=1)


@pytest.fixture(scope="module")
def before() -> Result:
    return play("broker_pyramid_2008")


@pytest.fixture(scope="module")
def after() -> Result:
    return play("broker_deposit_2010")


@pytest.fixture(scope="module")
def joined_and_gained(before: Result) -> Values:
    """What agents gained by their month of joining: [replication, row of `networks.joining`, month]."""
    model = PartnerNetwork(before.plan, range(4))
    model.run()
    return np.array([model.nouns.channels.joining(place) for place in range(4)])


def assert_about(values: Values, figure: float, tolerance: float) -> None:
    error = values.std(ddof=1) / np.sqrt(values.size)
    assert abs(values.mean() - figure) <= tolerance + ERRORS * error, (values.mean(), error)


def crisis(result: Result) -> int:
    """Months of the horizon before the crisis."""
    return month_ordinal("2008-10") - result.plan.scenario.start


def figure(result: Result, kpi: str) -> Values:
    return np.asarray(result.figures[kpi].values)


def gain(after: Result, before: Result, kpi: str) -> Values:
    return figure(after, kpi) - figure(before, kpi)


def premium_of_networks(result: Result) -> Values:
    return np.asarray(sum(figure(result, f"premium.{name}") for name in NETWORKS))


def median_month(result: Result) -> Values:
    """Month by which half of the brokers that fail have failed."""
    gone = result.cube.series("broker_defaults").cumsum(axis=1)
    return np.argmax(gone >= gone[:, -1:] / 2.0, axis=1) + 1.0


def written_off(result: Result) -> Values:
    return np.asarray(result.cube.series("receivable_provided") - result.cube.series("provision_released"))


def verdicts(result: Result) -> dict[str, str]:
    return {one.name: one.verdict for one in result.criteria}


def test_brokers_are_hollow_long_before_they_fail(before: Result) -> None:
    series, last = before.cube.series, crisis(before) - 1
    assert_about(series("brokers")[:, last], 58, 1)
    assert_about((series("brokers_hollow") / series("brokers"))[:, last], 0.93, 0.01)
    assert_about(series("broker_cash")[:, last] / MN, 209, 4)
    assert_about(series("broker_unremitted")[:, last] / MN, 621, 8)
    model = PartnerNetwork(before.plan, 0)
    while model.month < crisis(before):
        model.step()
    assert (model.table.broker_late[0] > 0)[model.table.present].sum() <= 2  # and yet nearly all pay in full


def test_sizes_of_brokers(before: Result) -> None:
    model = PartnerNetwork(before.plan, 1)
    while model.month < crisis(before):
        model.step()
    sizes = np.concatenate([one.agents.number for one in model.nouns.channels.networks])
    assert 30 < sizes[sizes > 0].min() < 80
    assert 3500 < sizes.max() < 5500


def test_most_brokers_fail_in_the_crisis(before: Result) -> None:
    failed, begins = before.cube.series("broker_defaults"), crisis(before)
    assert_about(failed[:, :begins].sum(axis=1), 10.2, 0.3)
    assert_about(failed[:, begins : begins + 6].sum(axis=1), 25.5, 0.4)
    assert_about(figure(before, "broker_defaults"), 53.8, 0.4)
    assert_about(figure(before, "brokers_end"), 14.2, 0.4)
    assert np.median(median_month(before)) == month_ordinal("2009-02") - before.plan.scenario.start + 1


def test_bad_debt_without_deposits(before: Result) -> None:
    begins = crisis(before)
    year = slice(begins, begins + 12)
    premium = before.cube.series("premium_written") + before.cube.series("premium_written_direct")
    lost = written_off(before)[:, year].sum(axis=1)
    assert_about(figure(before, "bad_debt") / MN, 268, 3)
    assert_about(figure(before, "bad_debt") / figure(before, "premium"), 0.0237, 0.0003)
    assert_about(lost / MN, 133.4, 1.5)
    assert_about(lost / premium[:, year].sum(axis=1), 0.0547, 0.001)


def test_who_joined_last_loses_most(before: Result, joined_and_gained: Values) -> None:
    joined, gained, there, at_default = joined_and_gained.transpose(1, 0, 2)
    begins = crisis(before)

    def each(months: slice) -> Values:
        return np.asarray(gained[:, months].sum(axis=1) / joined[:, months].sum(axis=1) / 100)

    assert_about(each(slice(0, 12)), 14_800, 400)
    assert_about(each(slice(begins, begins + 3)), 850, 200)
    assert each(slice(48, 60)).mean() < 0
    half_years = np.array([each(slice(first, first + 6)).mean() for first in range(0, begins, 6)])
    assert (np.diff(half_years) < 0).all()
    loss = at_default.sum(axis=0) / there.sum(axis=0) / 100
    assert (np.diff(loss[:9]) > 0).all()
    assert loss[7] < 0 < loss[9]
    assert loss[0] == pytest.approx(-7300, abs=200)
    assert_about(figure(before, "agents_lost") / MN, 39.1, 0.6)


def test_policy_of_2008_fails_and_that_of_2010_stands(before: Result, after: Result) -> None:
    assert before.verdict == "FAIL"
    assert verdicts(before)["collects_its_premium"] == verdicts(before)["solvent"] == "FAIL"
    assert "FAIL" not in verdicts(after).values()
    assert verdicts(after)["collects_its_premium"] == "PASS"
    assert figure(before, "ruined").max() == figure(after, "ruined").max() == 0.0


def test_deposits_avoid_bad_debt_and_cost_sales(before: Result, after: Result) -> None:
    assert_about(figure(after, "bad_debt") / MN, 69.8, 1)
    assert_about(figure(after, "deposits_taken") / MN, 92.7, 1)
    assert_about(figure(after, "bad_debt") / figure(before, "bad_debt"), 0.261, 0.005)
    assert_about(gain(after, before, "premium") / MN, -2289, 25)
    assert_about(figure(after, "premium") / figure(before, "premium") - 1.0, -0.202, 0.002)
    assert_about(premium_of_networks(after) / premium_of_networks(before), 0.41, 0.005)
    assert_about(premium_of_networks(before) / figure(before, "premium"), 0.331, 0.003)
    assert_about(premium_of_networks(after) / figure(after, "premium"), 0.172, 0.002)
    assert_about(figure(after, "refused_premium") / MN, 24.7, 0.5)


def test_deposits_pay_with_an_interval(before: Result, after: Result) -> None:
    won = gain(after, before, "result") / MN
    assert_about(won, 109.3, 5)
    assert_about(figure(before, "result") / MN, 158, 18)
    assert_about((gain(after, before, "bad_debt") - gain(after, before, "recovered")) / MN, -191.6, 3)
    assert won.mean() > ERRORS * won.std(ddof=1) / np.sqrt(won.size)
    apart = np.hypot(figure(before, "result").std(ddof=1), figure(after, "result").std(ddof=1)) / MN
    assert won.std(ddof=1) < 0.5 * apart  # what common luck is for


def test_deposits_end_brokers_sooner(before: Result, after: Result) -> None:
    assert_about(after.cube.series("broker_defaults")[:, : crisis(after)].sum(axis=1), 19.1, 0.3)
    assert np.median(median_month(after)) == month_ordinal("2008-11") - after.plan.scenario.start + 1
    assert_about(figure(after, "agents_lost") / MN, 48.7, 0.7)


def test_banks_and_dealers_never_pay_a_deposit(before: Result, after: Result) -> None:
    terms = after.plan.scenario.policy.deposits
    assert terms is not None and set(terms.segments) == set(NETWORKS)
    for segment in ("bank", "car_dealer"):
        assert np.array_equal(figure(after, f"premium.{segment}"), figure(before, f"premium.{segment}"))


def test_terms_beside_the_deposit_catch_nobody_in_time(before: Result) -> None:
    rest = play("broker_deposit_2010", ["policy.deposits="], 5)
    first = slice(None, 5)
    assert_about(figure(rest, "result") / MN - figure(before, "result")[first] / MN, 11.4, 0.4)
    assert_about(figure(rest, "bad_debt") / figure(before, "bad_debt")[first], 1.0, 0.002)
    assert np.array_equal(figure(rest, "broker_defaults"), figure(before, "broker_defaults")[first])
