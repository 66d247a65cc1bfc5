"""Failing worlds where the truth is known: planes, at which distance and density have closed forms, and corners."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.statistics.failure import failing
from sim.statistics.failure.false_position import crossings
from sim.statistics.failure.response_surface import Surface
from sim.statistics.uncertainty import Lognormal, Normal, Triangular, Uniform

NAMES = ["a", "b", "c", "d"]
LAWS = [Normal("x", 1.0, 2.0), Normal("y", 0.0, 0.5), Normal("z", 3.0, 1.0)]
SLOPE = np.array([1.0, 0.5, -0.25])  # in units of spread


def plane(x: np.ndarray) -> np.ndarray:
    """Fails where the weighted sum of the shifts in spreads passes 2."""
    shifts = (x - [one.mean for one in LAWS]) / [one.deviation for one in LAWS]
    return 2.0 - shifts @ SLOPE


def yes_or_no(margins):  # type: ignore[no-untyped-def]
    """Only whether it holds."""
    return lambda x: np.where(margins(x) < 0.0, -1.0, 1.0)


def noted(margins):  # type: ignore[no-untyped-def]
    """The margins, and the worlds that they were asked of."""
    asked: list[np.ndarray] = []
    return lambda x: asked.extend(x) or margins(x), asked


@pytest.mark.parametrize(("told", "most", "within"), [(lambda margins: margins, 60, 0.01), (yes_or_no, 2500, 0.03)])
def test_nearest_and_most_likely_world_behind_a_plane(told, most: int, within: float) -> None:  # type: ignore[no-untyped-def]
    """The foot of the perpendicular, limit / |slope| away; under normal laws it is the most likely one as well."""
    foot = 2.0 * SLOPE / (SLOPE @ SLOPE)
    for aim in ("nearest", "most_likely"):
        margins, asked = noted(told(plane))
        found = getattr(failing.Search(margins, LAWS, n=256, seed=1), aim)()
        assert found.found
        assert found.distance == pytest.approx(2.0 / np.linalg.norm(SLOPE), rel=within)
        np.testing.assert_allclose(
            found.shifts, foot, atol=25 * within
        )  # the distance is flat there: 1 % of it is this far
        assert len(asked) - 256 <= most
    share = stats.norm.sf(2.0 / np.linalg.norm(SLOPE))
    assert found.sampled.low < share < found.sampled.high


@pytest.mark.parametrize("told", [lambda margins: margins, yes_or_no])
def test_what_is_found_was_played_and_just_before_it_holds(told) -> None:  # type: ignore[no-untyped-def]
    """However rough the margins are."""
    rough = lambda x: plane(x) + 0.3 * np.sin(40.0 * x.sum(axis=1))  # noqa: E731
    for aim, halvings in (("nearest", 8), ("most_likely", 5)):
        margins, asked = noted(told(rough))
        search = failing.Search(margins, LAWS, n=64, seed=3, effort=failing.Effort(6, halvings))
        found = getattr(search, aim)()
        assert rough(found.values[None, :])[0] < 0.0
        assert any((found.values == one).all() for one in asked)
        centre = np.array([one.mean for one in LAWS])  # the present world and the laws' peak
        ray = found.values - centre
        part = (np.array(asked) - centre) @ ray / (ray @ ray)
        beside = np.abs(np.array(asked) - centre - part[:, None] * ray).max(axis=1)
        before = (part < 1.0) & (part >= 1.0 - 1.001 * 0.5**halvings / (1.0 - 0.5**halvings)) & (beside < 1e-9)
        assert (rough(np.array(asked)[before]) >= 0.0).any()


def test_the_second_search_knows_what_the_first_has_played() -> None:
    margins, asked = noted(plane)
    search = failing.Search(margins, LAWS, n=64, seed=3)
    first, played = search.nearest(), len(asked)
    again = search.nearest()
    assert again.distance <= first.distance and len(asked) < 2 * played


def test_most_likely_is_not_nearest() -> None:
    """Fails where x + y > 1.5, x triangular with its peak at 1, y uniform: y moves first, it costs no likelihood."""
    laws = [Triangular("x", 0, 1, 2), Uniform("y", -1, 1)]
    search = failing.Search(lambda x: 1.5 - x.sum(axis=1), laws, n=128, seed=2)
    near, mode = search.nearest(), search.most_likely()
    spread = np.array([one.spread for one in laws])
    np.testing.assert_allclose(near.values, [1, 0] + 0.5 * spread**2 / (spread**2).sum(), atol=0.02)
    np.testing.assert_allclose(mode.values, [1.0, 0.5], atol=0.02)
    skewed = [Lognormal("x", 1.0, 0.8), Normal("y", 0.0, 1.0)]
    found = failing.Search(lambda x: 3.0 - x[:, 0], skewed, n=256, seed=2).most_likely()
    np.testing.assert_allclose(found.values, [3.0, 0.0], atol=0.03)


@pytest.mark.parametrize("told", [lambda margins: margins, yes_or_no])
def test_a_corner_that_one_input_alone_does_not_reach(told) -> None:  # type: ignore[no-untyped-def]
    laws = [Uniform(name, 0, 1) for name in NAMES]
    margins = told(lambda x: np.maximum(0.9 - x[:, 0], x[:, 1] - 0.2))
    found = failing.Search(margins, laws, n=512, seed=3, effort=failing.Effort(30, 10)).nearest()
    np.testing.assert_allclose(found.values, [0.9, 0.2, 0.5, 0.5], atol=0.04)


def test_no_failure_and_failure_everywhere() -> None:
    safe = failing.Search(lambda x: np.ones(len(x)), LAWS, n=128, seed=1).nearest()
    assert not safe.found and "no failing world among 128" in safe.statement and 0.02 < safe.sampled.high < 0.04
    lost = failing.Search(lambda x: -np.ones(len(x)), LAWS, n=128, seed=1).most_likely()
    assert lost.distance == 0.0 and "already in the present world" in lost.statement


def test_crossings_of_lines_and_steps() -> None:
    """A line is crossed where it is; a step is found too, in no more steps than a few halvings take."""
    roots, asked = np.array([0.3, 0.7, 0.001, 0.999]), []

    def line(which: np.ndarray, t: np.ndarray) -> np.ndarray:
        asked.append(len(t))
        return roots[which] - t

    for margins, most in ((line, 4), (lambda which, t: np.sign(line(which, t)), 20)):
        asked.clear()
        found = crossings(margins, margins(np.arange(4), np.zeros(4)), margins(np.arange(4), np.ones(4)), 1 / 256)
        assert ((found >= roots) & (found - roots <= 1 / 256)).all() and len(asked) - 2 <= most


def test_a_quadratic_is_its_own_response_surface() -> None:
    x = np.random.default_rng(1).normal(size=(60, 3))
    y = 2.0 + x @ [1.0, -1.0, 0.5] + x[:, 0] * x[:, 1] - x[:, 2] ** 2
    surface = Surface.of(x[:40], y[:40], x[40], 0.5)
    assert surface.error < 1e-12
    np.testing.assert_allclose(surface.at(x[40:]), y[40:], atol=1e-10)
