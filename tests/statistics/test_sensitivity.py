"""Tornado, Morris and Sobol' on functions whose sensitivities are known, with and without luck."""

from __future__ import annotations

import numpy as np
import pytest
from SALib.analyze import morris as morris_of_salib
from SALib.analyze import sobol as sobol_of_salib

from sim.statistics.intervals import student
from sim.statistics.sensitivity import morris, sobol
from sim.statistics.sensitivity.tornado import tornado
from sim.statistics.uncertainty import Lognormal, Normal, Triangular, Uniform, worlds
from tests.statistics.functions import ANGLES, UNIT, ishigami, ishigami_indices, sobol_g, sobol_g_indices, with_luck
from tests.whole.hypotheses import likely

KNOWN = {"ishigami": (ishigami, ANGLES, ishigami_indices()), "g": (sobol_g, UNIT, sobol_g_indices())}
NORMAL = student(0.95, np.inf)


def deviations(found: sobol.Sobol, known: tuple[np.ndarray, np.ndarray], quantile: float) -> np.ndarray:
    """Errors of all indices in standard errors."""
    pairs = [(part, value) for order, values in zip(("first", "total"), known, strict=True)
             for part, value in zip([getattr(one, order) for one in found.indices], values, strict=True)]  # fmt: skip
    return np.array([(part.figure - value) / ((part.high - part.low) / 2 / quantile) for part, value in pairs])


@pytest.mark.parametrize("name", KNOWN)
def test_indices_of_known_functions(name: str) -> None:
    function, uncertainties, known = KNOWN[name]
    for seed in range(3):
        found = sobol.sobol(function, uncertainties, 2048, seed)
        likely(deviations(found, known, NORMAL), f"Sobol indices of {name}")
        assert max(one.total.high - one.total.low for one in found.indices) < 0.13
        assert found.luck_variance == 0.0


@pytest.mark.parametrize("name", KNOWN)
def test_luck_is_not_counted_as_an_effect(name: str) -> None:
    """Noise larger than the effects; eight replications; the interval's t has seven degrees of freedom."""
    function, uncertainties, known = KNOWN[name]
    size = float(function(worlds(uncertainties, np.random.default_rng(0).random((1000, len(uncertainties))))).std())
    for seed in range(3):
        noisy = with_luck(function, 8, shift=2 * size, noise=1.5 * size, slope=0.0, seed=seed)
        found = sobol.sobol(noisy, uncertainties, 2048, seed)
        likely(deviations(found, known, student(0.95, 7)), f"Sobol indices of {name} with luck")
        averaged = sobol.sobol(lambda x, play=noisy: play(x).mean(axis=1, keepdims=True), uncertainties, 2048, seed)
        assert np.abs(deviations(averaged, known, NORMAL)).max() > 4.42, "noise too small to tell"
        assert found.luck_variance > 2 * found.variance


def test_a_lucky_slope_is_in_the_interval() -> None:
    """The last of three inputs has next to no effect on average, but one in every single replication."""
    three, known = [*UNIT[:2], UNIT[4]], 0.0
    misses = 0
    for seed in range(40):
        found = sobol.sobol(with_luck(lambda x: sobol_g(x[:, :2]), 8, 0.0, 0.0, 1.0, seed), three, 64, seed)
        last = found.indices[-1].total
        misses += not last.low <= known <= last.high
    assert misses <= 8  # of 40 at 5 %: more than 8 has a chance below 1 in 1 000


def test_the_library_finds_the_same_without_luck() -> None:
    names = [one.name for one in UNIT]
    problem = {"num_vars": len(UNIT), "names": names, "bounds": [[0.0, 1.0]] * len(UNIT)}
    found = sobol.sobol(sobol_g, UNIT, 512, 5)
    theirs = sobol_of_salib.analyze(
        problem, sobol_g(sobol.design(len(UNIT), 512, 5))[:, 0], calc_second_order=False, seed=1
    )
    np.testing.assert_allclose([one.total.figure for one in found.indices], theirs["ST"], rtol=1e-3)
    half = [(one.total.high - one.total.low) / 2 for one in found.indices]
    np.testing.assert_allclose(half, theirs["ST_conf"], rtol=0.35)  # 100 of their repeats against 400: 8 % a figure
    u = morris.design(UNIT, 50, 5)
    effects = {one.name: one for one in morris.morris(sobol_g, UNIT, 50, 5)}
    screened = morris_of_salib.analyze(problem, u, sobol_g(u)[:, 0], seed=1)
    np.testing.assert_allclose([effects[name].mu_star.figure for name in names], screened["mu_star"], rtol=1e-12)
    np.testing.assert_allclose([effects[name].sigma for name in names], screened["sigma"], rtol=1e-12)


def test_screening_orders_inputs_and_leaves_luck_out() -> None:
    noisy = with_luck(lambda x: 4.0 * x[:, :1] + x[:, 1:2] ** 2, 8, 5.0, 0.8, 0.0, 3)
    effects = morris.morris(noisy, UNIT, 60, 2)
    assert [one.name for one in effects][:2] == ["x0", "x1"]
    assert [one.name for one in effects if one.matters] == ["x0", "x1"]
    first = effects[0]
    likely((first.mu.figure - 4.0) / ((first.mu.high - first.mu.low) / 2 / student(0.95, 7)), "mu of a line")
    plain = np.abs(morris.elementary(*designed(noisy), 60).mean(axis=2)).mean(axis=0)
    assert plain[2:].min() > 0.4 and max(abs(one.mu_star.figure) for one in effects[2:]) < 0.2


def designed(evaluate) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[no-untyped-def]
    u = morris.design(UNIT, 60, 2)
    return u, evaluate(worlds(UNIT, u))


def test_tornado_is_paired() -> None:
    """Luck common to the points, however large, drops out of a bar; own noise stays in its interval."""
    laws = [Uniform("small", 0, 1), Normal("large", 0.0, 1.0), Triangular("none", 0, 1, 2)]
    exact = tornado(with_luck(lambda x: x[:, :1] + 3 * x[:, 1:2], 20, 100.0, 0.0, 0.0, 1), laws)
    assert [bar.name for bar in exact.bars] == ["large", "small", "none"]
    assert exact.bars[0].swing.figure == pytest.approx(3 * 2 * student(0.9, np.inf), rel=1e-12)
    assert exact.bars[0].swing.high - exact.bars[0].swing.low < 1e-9 < exact.base.high - exact.base.low
    noisy = tornado(
        with_luck(lambda x: x[:, :1] + 3 * x[:, 1:2], 20, 100.0, 0.3, 0.0, 1), laws, base=np.array([0.2, 0.0, 1.0])
    )
    none = noisy.bars[-1]
    assert none.name == "none" and none.swing.low < 0.0 < none.swing.high and noisy.bars[0].swing.above_zero
    assert none.swing.high - none.swing.low < 1.0


def test_laws_have_the_moments_they_state() -> None:
    u = (np.arange(200_000) + 0.5) / 200_000
    laws = [Uniform("a", 1, 4), Triangular("b", 0, 1, 3), Normal("c", 2, 0.5), Lognormal("e", 2.0, 0.8)]
    for law, mean in zip(laws, (2.5, 4 / 3, 2.0, 2.0), strict=True):
        values = law.quantile(u)
        assert values.mean() == pytest.approx(mean, rel=1e-3) and values.std() == pytest.approx(law.spread, rel=1e-2)
        if law.mode is not None:
            near = law.log_density(np.array([law.mode - 0.01, law.mode, law.mode + 0.01]))
            assert near.argmax() == 1
    cut = Normal("d", 0.0, 1.0, low=0.0)
    assert cut.quantile(0.0) == 0.0 and cut.spread == pytest.approx(np.sqrt(1 - 2 / np.pi))
    with pytest.raises(ValueError, match="growth: low 2 must be below high 1"):
        Uniform("growth", 2, 1)


def test_same_seed_same_figures() -> None:
    first, second = (sobol.sobol(ishigami, ANGLES, 64, 9) for _ in range(2))
    assert first == second and first != sobol.sobol(ishigami, ANGLES, 64, 10)
    assert morris.morris(ishigami, ANGLES, 8, 9) == morris.morris(ishigami, ANGLES, 8, 9)
