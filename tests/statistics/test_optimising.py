"""Optima in closed form under noise, limits, and a known Pareto set."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit

from sim.statistics.candidates import Candidates
from sim.statistics.levers import Goal, Lever, Limit, natural, snapped
from sim.statistics.optimising import _propose, optimise
from sim.statistics.pareto import pareto
from tests.whole.hypotheses import LIMIT, case, likely

CASE = case("R039")  # a single insurer against the outside option: Lambert W
BETA, XI, MARGIN = CASE["parameters"]["beta"], CASE["parameters"]["xi"][0], CASE["parameters"]["margin"][0]
BEST = CASE["expected"]["closed_form_commission"]


def luck(replications: range, seed: int, shape: tuple[int, ...] = ()) -> np.ndarray:
    """Normal luck by replication: a function of its number."""
    return np.array([np.random.default_rng([seed, k]).normal(size=shape) for k in replications])


def profit(x: np.ndarray, replications: range) -> np.ndarray:
    """Logit supply times margin; luck shifts the height of supply and adds to the result."""
    normal = luck(replications, 11, (2,))
    share = expit(BETA * x[:, :1] + XI)
    values = (MARGIN - x[:, :1]) * share * (1 + 0.3 * normal[:, 0]) + 0.05 * normal[:, 1]
    return values[:, :, None]


def error(found) -> float:  # type: ignore[no-untyped-def]
    return (found.high - found.low) / 2 / 1.965


def test_commission_of_lamberts_w() -> None:
    for seed in range(3):
        found = optimise(profit, [Lever("commission", 0.0, 0.5)], Goal("profit"), seed=seed, present=np.array([0.1]))
        assert found.as_good[0, 0] <= BEST <= found.as_good[1, 0] and np.ptp(found.as_good) < 0.1
        assert abs(found.values[0] - BEST) < 0.01
        truth = CASE["expected"]["profit_per_unit_market"][0]
        likely((found.goal.figure - truth) / error(found.goal), "profit at the optimum")
        assert (
            found.gain is not None
            and found.gain.above_zero
            and "surely better than the present policy" in found.statement
        )
    again = optimise(profit, [Lever("commission", 0.0, 0.5)], Goal("profit"), seed=2, present=np.array([BEST]))
    assert again.gain is not None and not again.gain.above_zero


def constrained(x: np.ndarray, replications: range) -> np.ndarray:
    """Largest a + b under a ruin probability min(a^2 + b^2, 1) / 2 <= 1 / 4: a = b = 1 / 2.

    Of the third lever 2 of 0..4 is best, of the choices 1.
    """
    normal = luck(replications, 5)
    uniform = np.array([np.random.default_rng([6, k]).random() for k in replications])
    gain = x[:, 0] + x[:, 1] - 0.2 * (x[:, 2] - 2) ** 2 - 0.3 * (x[:, 3] != 1)
    ruin = uniform < (x[:, :1] ** 2 + x[:, 1:2] ** 2) / 2
    return np.stack([gain[:, None] + 0.5 * normal, ruin.astype(float)], axis=2)


LEVERS = [Lever("a", 0, 1), Lever("b", 0, 1), Lever("whole", 0, 4, whole=True), Lever("way", choices=("x", "y", "z"))]


def test_a_limit_on_ruin_with_whole_numbers_and_choices() -> None:
    optimum = np.sqrt(0.5) * np.sqrt(2.0)
    for seed in range(3):
        found = optimise(
            constrained, LEVERS, Goal("gain"), [Limit("ruin", "at_most", 0.25, probability=True)], seed=seed
        )
        assert found.values[2:].tolist() == [2.0, 1.0]
        true_ruin = (found.values[:2] ** 2).sum() / 2
        likely((found.limits[0].figure - true_ruin) / np.sqrt(true_ruin * (1 - true_ruin) / 512), "ruin on fresh luck")
        likely((found.goal.figure - found.values[:2].sum()) / error(found.goal), "gain on fresh luck")
        # the search sees ruin with 256 replications: the winner keeps to the safe side by about 2 of their errors
        seen = np.sqrt(0.25 * 0.75 / 256)
        assert abs(true_ruin - 0.25) < LIMIT * seen and 0.85 * optimum < found.values[:2].sum() < 1.1 * optimum


def test_proposals_leave_room_for_the_error_of_a_limit() -> None:
    """Gain x, limit x + luck of 0.2 at most 0.5: from 16 replications the best keeps t(0.95, 15) 0.2 / 4 away."""

    def play(x: np.ndarray, replications: range) -> np.ndarray:
        noise = 0.2 * luck(replications, 4)
        return np.stack([np.repeat(x[:, :1], len(replications), axis=1), x[:, :1] + noise - noise.mean()], axis=2)

    candidates = Candidates(play, [Lever("x")], [Goal("gain")], [Limit("level", "at_most", 0.5)])
    candidates.add(np.linspace(0.0, 1.0, 17)[:, None], 16)
    best = _propose(candidates, 0.5, 16, np.random.default_rng(0))[0, 0]
    spread = np.concatenate([0.2 * luck(range(16), 4)]).std(ddof=1)
    assert best == pytest.approx(0.5 - stats.t.ppf(0.95, 15) * spread / 4, abs=0.005)


def test_limits_nobody_keeps() -> None:
    found = optimise(constrained, LEVERS, Goal("gain"), [Limit("ruin", "at_most", -0.1)], seed=0, fresh=64)
    assert not found.kept and found.statement == "no policy found that keeps every limit"


def two_goals(x: np.ndarray, replications: range) -> np.ndarray:
    """Schaffer's functions: costs x^2 and (x - 2)^2, both plus y^2; the set is 0 <= x <= 2, y = 0."""
    common = luck(replications, 8)
    first = (x[:, :1] ** 2 + x[:, 1:] ** 2) + 0.1 * common
    second = ((x[:, :1] - 2) ** 2 + x[:, 1:] ** 2) - 0.1 * common
    return np.stack([first, second], axis=2)


def test_a_known_pareto_set() -> None:
    goals = [Goal("first", "minimise"), Goal("second", "minimise")]
    found = pareto(two_goals, [Lever("x", -3, 5), Lever("y", -1, 1)], goals, seed=1)
    points = np.array([one.values for one in found])
    assert len(found) > 15 and points[:, 0].min() < 0.2 and points[:, 0].max() > 1.8
    assert points[:, 0].min() > -0.15 and points[:, 0].max() < 2.15 and np.abs(points[:, 1]).max() < 0.3
    figures = np.array([[goal.figure for goal in one.goals] for one in found])
    front = (np.sqrt(np.maximum(figures[:, 0], 0)) - 2) ** 2
    assert np.quantile(np.abs(figures[:, 1] - front), 0.9) < 0.12
    assert any(one.sure for one in found)


def test_policies_alike_within_noise_are_marked() -> None:
    """The second goal says nothing but noise of each point: none can be told from the best of the first."""

    def play(x: np.ndarray, replications: range) -> np.ndarray:
        noise = np.array([[np.random.default_rng([int(1e9 * a), k]).normal() for k in replications] for a in x[:, 0]])
        return np.stack([np.repeat(x[:, :1], len(replications), axis=1), noise], axis=2)

    found = pareto(play, [Lever("x", 0, 1)], [Goal("first"), Goal("second")], seed=0, points=16, first=4, fresh=16)
    assert len(found) > 1 and found[0].sure and not any(one.sure for one in found[1:])


def test_levers() -> None:
    u = np.array([[0.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0], [0.5, 0.5, 0.5, 0.5]])
    assert natural(LEVERS, u).tolist() == [[0, 0, 0, 0], [1, 1, 4, 2], [0.5, 0.5, 2, 1]]
    np.testing.assert_allclose(natural(LEVERS, snapped(LEVERS, u)), natural(LEVERS, u))
    with pytest.raises(ValueError, match="a: low 1 must be below high 0"):
        Lever("a", 1, 0)
