"""Windows through door shops and fitters: what was published in words holds, by closed forms of the stated figures."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.engine.layout.plan import make
from sim.judgement.beside.closed_forms import theory
from sim.scenario.schema import Scenario
from sim.theory.channels.capacity import desk, stationary_service
from sim.theory.channels.effort import Worker, effort_at
from sim.theory.channels.warm_leads import fewer_steps_factor
from tests.whole.hypotheses import channel_case, likely, z, z_mean
from tests.whole.running import Reals, many

SCENARIOS = Path(__file__).parents[3] / "scenarios" / "gallery"
REPLICATIONS = 60
YEAR = 12  # the automatic hand-over comes after so many months
SHOPS, LEADS = 20, 35  # door shops, and leads of each a month where all is ours
NAMES = ("new_contracts.door_shop", "new_contracts.fitter", "attention", "contacts_brought", "desk_leads",
         "desk_warmth", "desk_wait", "asked", "served", "waiting")  # fmt: skip
OFFERED = Worker(
    reference=0.1, elasticity=0.8, low=0.05, high=3.0, free=1.1, own_value=24.0, weight=0.25, rival_utility=2.2
)


def scenario(name: str = "", sets: Sequence[str] = ()) -> Scenario:
    return sim.load(SCENARIOS / f"cross_sale_windows{name}.yaml", sets).scenario


def play(name: str = "", sets: Sequence[str] = ()) -> dict[str, Reals]:
    return many(make(scenario(name, sets), ()), REPLICATIONS, *NAMES)


@pytest.fixture(scope="module")
def here() -> dict[str, Reals]:
    return play()


def by_shops(found: dict[str, Reals], bonus: float = 0.1, steps: tuple[int, int] = (4, 1)) -> Reals:
    """Mean sales of door shops by month, given their attention and what the desk leaves."""
    tried = float(effort_at(OFFERED, bonus, 0.45).sales[0])  # share times effort
    passing = 0.6 ** np.repeat(steps, YEAR) * 0.5
    return SHOPS * LEADS * 0.3 * passing * tried * found["attention"] * found["desk_warmth"]


def test_sales_of_door_shops(here: dict[str, Reals]) -> None:
    sold, expected = here["new_contracts.door_shop"], by_shops(here)
    for part in (slice(None, YEAR), slice(YEAR, None)):
        mean = expected[:, part].sum()
        likely(z(sold[:, part].sum(), mean, np.sqrt(mean)), "sales")


def test_an_automatic_hand_over_beats_one_by_hand(here: dict[str, Reals]) -> None:
    """4.63 times as many sales of as many leads; before the change the two are the same."""
    by_hand = play("_by_hand")
    factor = fewer_steps_factor(0.6, 4, 1)
    assert factor == pytest.approx(channel_case("K027")[1]["automatic_over_manual"], rel=1e-12)
    sold, slow = here["new_contracts.door_shop"], by_hand["new_contracts.door_shop"]
    assert (sold[:, :YEAR] == slow[:, :YEAR]).all()
    likely(z_mean((sold - factor * slow)[:, YEAR:].mean(axis=1), 0.0), "automatic over manual")
    likely(z_mean((here["desk_leads"] - by_hand["desk_leads"])[:, YEAR:].mean(axis=1), 0.0), "leads")


def test_windows_and_doors_are_weak_windows_and_fitters_strong(here: dict[str, Reals]) -> None:
    """Forty fitters of nine buyers each; what passes is 0.8^2 0.95."""
    share = float(effort_at(OFFERED, 0.1, 0.45).share[0])
    mean = 40 * 9 * 0.8**2 * 0.95 * share
    served = here["new_contracts.fitter"].mean(axis=1)
    likely(z_mean(served, mean), "fitters")  # but for one buyer in 5 000, who waits in vain
    shops = here["new_contracts.door_shop"].mean(axis=0)
    assert mean > 20 * shops[:YEAR].mean() and mean > 4 * shops[YEAR:].mean()


def test_without_calls_attention_fades_to_the_floor(here: dict[str, Reals]) -> None:
    alone = play("_no_calls")
    left = 0.05 + 0.95 * 2.0 ** (-np.arange(1, 2 * YEAR + 1) / 3.0)
    np.testing.assert_allclose(alone["attention"], np.tile(left, (REPLICATIONS, 1)), rtol=1e-12)
    mean = by_shops(alone).sum()
    likely(z(alone["new_contracts.door_shop"].sum(), mean, np.sqrt(mean)), "sales")
    more = (here["new_contracts.door_shop"] - alone["new_contracts.door_shop"]).sum(axis=1)
    brought = here["contacts_brought"].sum(axis=1) / 60e3 / 100
    assert more.mean() == pytest.approx(brought.mean(), rel=0.05)  # who is not called cools down less at the desk


def test_too_weak_a_bonus_does_nothing_and_too_strong_a_one_stops_doors(here: dict[str, Reals]) -> None:
    """Sales rise, then fall; the best of the grid is a step from the optimum in closed form."""
    grid = np.array([0.02, 0.03, 0.05, 0.08, 0.1, 0.11, 0.12, 0.14, 0.2, 0.3])
    sold = []
    for bonus in grid:
        found = here if bonus == 0.1 else play("", [f"policy.rules.doors.new={bonus}"])
        mean = by_shops(found, bonus).sum()
        sold.append(found["new_contracts.door_shop"].sum())
        likely(z(sold[-1], mean, np.sqrt(mean)), f"sales at {bonus:.0%}")
    top = int(np.argmax(sold))
    assert all(less < more for less, more in itertools.pairwise(sold[: top + 1]))
    assert all(more > less for more, less in itertools.pairwise(sold[top:]))
    best = channel_case("K025")[1]["commission_of_most_sales"]
    assert grid[top - 1] <= best <= grid[top + 1]
    assert theory(make(scenario(), ()))["best_pay.door_shop"].value == pytest.approx(best, abs=1e-5)


def test_leads_cool_down_at_the_desk(here: dict[str, Reals]) -> None:
    """Each month's leads meet the desk with the numbers of the month before."""
    for month in (1, 5, 20):
        leads = here["desk_leads"][0, month - 1] / 160.0
        expected = desk(leads, 2.0, 2, 0.5)
        assert here["desk_warmth"][0, month] == pytest.approx(expected.warmth, rel=1e-9)
        assert here["desk_wait"][0, month] == pytest.approx(expected.mean_wait_hours, rel=1e-9)


def test_a_hundred_leads_for_who_serves_ten() -> None:
    """Four fitters, each with 35 buyers among a hundred leads; in the long run ten are served."""
    flood = play("_flood")
    mean = 100 * 0.8**2 * 0.95 * float(effort_at(OFFERED, 0.1, 0.45).share[0])
    long_run = stationary_service(mean, 10, 0.5)
    assert mean / (0.6 * 0.8**2 * 0.95) == pytest.approx(96, abs=1) and long_run.mean_served == pytest.approx(10.0)
    assert (flood["new_contracts.fitter"][:, 1:] == 40).all()
    likely(z_mean(flood["waiting"][:, YEAR:].mean(axis=1), 4 * long_run.mean_waiting), "waiting")
    asked = (flood["asked"] - flood["desk_leads"]).mean(axis=1)
    likely(z_mean(asked, 4 * mean), "asked")


def test_calls_by_gain_beat_calls_to_the_largest(here: dict[str, Reals]) -> None:
    """Shops are alike: who has not been called for longest gains most; the same few every month leave the rest cold."""
    largest = play("", ["policy.contacts.rule=largest"])
    gain = play("", ["policy.contacts.rule=gain"])
    assert (gain["new_contracts.door_shop"] == here["new_contracts.door_shop"]).all()
    assert largest["new_contracts.door_shop"].sum() < 0.8 * gain["new_contracts.door_shop"].sum()
