"""Scenarios of rivals, crises and audits show the figures that their header comments state.

A simulated mean passes when |mean - figure| <= tolerance + 3.3 standard errors, as in test_gallery.py. Variants of a
scenario are compared on common luck.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import sim
from sim.experiments.result import Result

SCENARIOS = Path(__file__).parents[2] / "scenarios" / "gallery"
ERRORS = 3.3
Reals = NDArray[np.float64]


def play(name: str, sets: Sequence[str] = (), replications: int = 8) -> Result:
    return sim.run(sim.load(SCENARIOS / f"{name}.yaml", sets), replications=replications, workers=1)


def assert_about(values: Reals, figure: float, tolerance: float) -> None:
    error = values.std(ddof=1) / np.sqrt(values.size)
    assert abs(values.mean() - figure) <= tolerance + ERRORS * error


def monthly(result: Result, metric: str, first: int, last: int | None) -> Reals:
    """A metric in months first .. last - 1: float64[replication, month]."""
    values = result.monthly.squeeze(["policy", "world"]).sel(metric=metric).to_numpy()
    return np.asarray(values[:, first:last], dtype=np.float64)


# --- crisis_flight_to_quality -----------------------------------------------------------------------------------------

CRISIS = 21  # months from 2007-01 to 2008-10
PRINCIPALS = ("us", "leader", "second", "small_first", "small_second", "small_backed")
BEFORE = (0.167, 0.145, 0.106, 0.232, 0.208, 0.142)
SHARES_AFTER = {
    "quality": (0.348, 0.388, 0.152, 0.0, 0.0, 0.111),
    "commission": (0.258, 0.274, 0.197, 0.0, 0.0, 0.271),
}
RUINED_AFTER = {"quality": (7.4, 9.3), "commission": (6.1, 7.2)}
COMMISSION_ONLY = [
    f"segments.{segment}.choice.weights.{quality}=0"
    for segment in ("broker", "agent_company")
    for quality in ("service", "reliability")
]


@pytest.fixture(scope="module")
def regimes() -> dict[str, Result]:
    name = "crisis_flight_to_quality"
    return {"quality": play(name), "commission": play(name, COMMISSION_ONLY)}


def test_before_the_crisis_commission_decides(regimes: dict[str, Result]) -> None:
    for name, share in zip(PRINCIPALS, BEFORE, strict=True):
        shares = [monthly(one, f"market_share.{name}", CRISIS - 12, CRISIS) for one in regimes.values()]
        assert (shares[0] == shares[1]).all()
        assert_about(shares[0].mean(axis=1), share, 0.002)


@pytest.mark.parametrize("regime", SHARES_AFTER)
def test_market_after_the_crisis(regimes: dict[str, Result], regime: str) -> None:
    for name, share in zip(PRINCIPALS, SHARES_AFTER[regime], strict=True):
        assert_about(monthly(regimes[regime], f"market_share.{name}", 48, None).mean(axis=1), share, 0.002)


@pytest.mark.parametrize("regime", RUINED_AFTER)
def test_small_insurers_are_ruined_in_the_crisis(regimes: dict[str, Result], regime: str) -> None:
    events = regimes[regime].events
    ruined = events[events.text.str.contains("rival is ruined")]
    for name, months in zip(("small_first", "small_second"), RUINED_AFTER[regime], strict=True):
        found = ruined[ruined.name == name].month.to_numpy() - CRISIS
        assert found.size == 8
        assert_about(found, months, 0.2)
    assert len(ruined) == 16


def test_quality_gives_the_large_what_commission_gives_the_small(regimes: dict[str, Result]) -> None:
    gain = {
        name: monthly(regimes["quality"], f"market_share.{name}", 48, None).mean(axis=1)
        - monthly(regimes["commission"], f"market_share.{name}", 48, None).mean(axis=1)
        for name in ("us", "small_backed")
    }
    assert_about(gain["us"], 0.090, 0.003)
    assert_about(gain["small_backed"], -0.160, 0.003)
