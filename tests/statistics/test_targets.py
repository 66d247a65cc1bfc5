"""Parameters from target figures: known linear answers, what is not identified, and recovery through the simulator."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.engine.layout.plan import make
from sim.results.cube import Cube
from sim.results.kpis import key_figures
from sim.runs.replicate import replicate
from sim.scenario.schema import scenario_model
from sim.statistics.targets import Evaluate, Found, Targets, find
from tests.whole.hypotheses import likely, z, z_share
from tests.whole.scenarios import CHOICE, P, S, tree

Reals = NDArray[np.float64]
SLOPES = np.array([[10.0, 2.0], [-3.0, 8.0], [5.0, 5.0]])
BASE = np.array([100.0, 200.0, 50.0])
BOUNDS = [(0.0, 2.0), (-1.0, 3.0)]


def linear(seed: int, noise: float = 1.0, slopes: Reals = SLOPES, replications: int = 25) -> Evaluate:
    luck = np.random.default_rng(seed).normal(0.0, noise, (len(slopes), replications))
    return lambda points: (BASE + points @ slopes.T)[:, :, None] + luck


def targets(values: Reals, errors: Reals | float = 0.0) -> Targets:
    return Targets(values, np.ones(values.size), np.broadcast_to(np.asarray(errors, dtype=float), values.shape))


def test_a_linear_figure_is_met_as_weighted_least_squares_does() -> None:
    evaluate, wanted = linear(1), BASE + SLOPES @ [0.7, 1.1]
    found = find(evaluate, targets(wanted), ["a", "b"], BOUNDS)
    luck = evaluate(np.zeros((1, 2)))[0] - BASE[:, None]
    scaled = SLOPES / wanted[:, None]
    bread = np.linalg.solve(scaled.T @ scaled, scaled.T)
    assert found.estimates == pytest.approx([0.7, 1.1] - bread @ (luck.mean(axis=1) / wanted), abs=1e-4)
    spread = bread @ np.cov(luck / wanted[:, None]) @ bread.T / luck.shape[1]
    assert found.errors == pytest.approx(np.sqrt(np.diag(spread)), rel=1e-4)
    assert not found.unidentified
    assert not found.at_bound


def test_errors_and_the_test_of_the_gaps_say_the_truth() -> None:
    rng, true, z_scores, misfits = np.random.default_rng(3), np.array([0.7, 1.1]), [], []
    for seed in range(40):
        seen = BASE + SLOPES @ true + rng.normal(0.0, 0.2, 3)
        found = find(linear(seed, replications=200), targets(seen, 0.2), ["a", "b"], BOUNDS)
        z_scores.append(z(found.estimates, true, found.errors))
        misfits.append(found.misfit)
    likely(z_scores, "parameters")
    likely((np.square(z_scores).sum() - 80) / np.sqrt(2 * 80), "spread of the parameters")
    assert found.misfit_degrees == 1
    likely(z_share(np.sum(np.array(misfits) > 3.841), 40, 0.05), "gaps beyond the 95 % point")
    likely((np.sum(misfits) - 40) / np.sqrt(2 * 40), "squares of the gaps")


def test_what_no_target_feels_is_not_identified() -> None:
    found = find(linear(1, slopes=SLOPES * [1.0, 0.0]), targets(BASE + 5.0), ["a", "deaf"], BOUNDS)
    assert found.unidentified == ("deaf",)
    assert np.isnan(found.errors[1])
    assert (found.low[1], found.high[1]) == BOUNDS[1]
    assert np.isfinite(found.errors[0])


def test_two_parameters_that_do_the_same_are_not_identified() -> None:
    found = find(linear(1, slopes=SLOPES[:, :1] @ np.array([[1.0, 2.0]])), targets(BASE + 5.0), ["a", "b"], BOUNDS)
    assert found.unidentified == ("a", "b")


def test_a_target_out_of_reach_ends_at_the_bound_and_shows_in_the_gaps() -> None:
    found = find(linear(1), targets(BASE + SLOPES @ [2.5, 1.0]), ["a", "b"], BOUNDS)
    assert found.at_bound == ("a",)
    assert found.misfit_probability < 1e-6


# --- through the simulator -------------------------------------------------------------------------------------------

KPIS = ("premium", "market_share_end")
TRUE = {f"{S}.flow": 2.0, f"{CHOICE}.weights.commission": 0.12}
RANGES = [(1.0, 3.0), (0.0, 0.4)]
MARKET = {
    "months": "4mo", f"{S}.partners": 400, f"{S}.sales.law": "poisson", f"{P}.price": 100.0,
    f"{CHOICE}.review": 0.5, "policy.rules.base.new": 0.15, "rivals.other.commission": 0.10,
}  # fmt: skip


def simulator(seed: int, replications: int) -> Evaluate:
    return lambda points: np.array([_figures(point, seed, replications) for point in points])


def _figures(point: Reals, seed: int, replications: int) -> Reals:
    changes = MARKET | dict(zip(TRUE, point.tolist(), strict=True)) | {"seed": seed}
    plan = make(scenario_model().model_validate(tree(changes)), ())
    played = replicate(plan, range(replications))
    cube = Cube.of(plan, np.array([one.monthly for one in played])[None, None], range(replications), plan.metrics)
    figures = key_figures(cube, plan.scenario)
    return np.array([figures[name].values for name in KPIS])


def _recovered(seed: int) -> Found:
    truth = simulator(1_000 + seed, 12)(np.array([list(TRUE.values())]))[0]
    wanted = targets(truth.mean(axis=1), truth.std(axis=1, ddof=1) / np.sqrt(truth.shape[1]))
    return find(simulator(seed, 6), wanted, list(TRUE), RANGES)


def test_recovers_parameters_of_the_simulator_from_its_own_figures() -> None:
    found = _recovered(1)
    assert not found.unidentified
    assert (found.errors < [0.1, 0.03]).all()
    likely(z(found.estimates, list(TRUE.values()), found.errors), "flow, weight of commission")


@pytest.mark.long
def test_recovery_over_many_seeds() -> None:
    scores = np.array([z(one.estimates, list(TRUE.values()), one.errors) for one in map(_recovered, range(20))])
    likely(scores, "flow, weight of commission")
    likely((np.square(scores).sum() - scores.size) / np.sqrt(2 * scores.size), "spread")
