"""The lattice against the exact series, and the tail measures against each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from sim.theory.aggregate import GammaTotal, LatticeTotal, total
from sim.theory.frequency import Binomial, NegativeBinomial, Poisson, fixed, masses
from sim.theory.lattice import compound, discretise, panjer_poisson, refine
from sim.theory.severity import Discrete, Gamma, Law, Lognormal, Lomax, Mixture, limited_mean

LAWS: list[Law] = [
    Gamma(0.7, 3.0),
    Lognormal.from_mean_cv(2.0, 1.5),
    Lomax(3.5, 5.0),
    Mixture((0.3, 0.7), (Gamma(1.0, 5.0), Gamma(2.0, 0.5))),
]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: type(law).__name__)
def test_stop_loss_is_the_integral_of_the_survival(law: Law) -> None:
    integral, _ = integrate.quad(lambda x: float(law.upper_moment(0, x)[0]), 0.0, 4.0, epsabs=1e-12)
    assert limited_mean(law, 4.0)[0] == pytest.approx(integral, rel=1e-9)
    assert law.upper_moment(1, 0.0)[0] == pytest.approx(law.mean)
    assert law.upper_moment(2, 0.0)[0] == pytest.approx(law.second_moment)


def test_a_table_of_amounts() -> None:
    law = Discrete((1.0, 3.0), (0.25, 0.75))
    assert law.stop_loss([0.0, 2.0, 5.0]).tolist() == [2.5, 0.75, 0.0]


@pytest.mark.parametrize("counts", [Poisson(7.0), NegativeBinomial(2.5, 0.3), Binomial(9, 0.4), fixed(4)])
def test_masses_have_the_stated_moments(counts: Poisson) -> None:
    n, p = masses(counts)
    assert p.sum() == pytest.approx(1.0, abs=1e-12)
    assert p @ n == pytest.approx(counts.mean)
    assert p @ n**2 - (p @ n) ** 2 == pytest.approx(counts.variance, abs=1e-9)
    assert counts.pgf(np.array([0.5 + 0j]))[0].real == pytest.approx(p @ 0.5**n)


def test_the_lattice_keeps_the_mean_and_panjer_agrees() -> None:
    claim = discretise(Gamma(2.0, 5.0), 0.5, 1000)
    assert 0.5 * np.arange(1000) @ claim == pytest.approx(10.0, rel=1e-9)
    assert compound(Poisson(3.0), claim) == pytest.approx(panjer_poisson(3.0, claim), abs=1e-13)


@settings(max_examples=10, deadline=None)
@given(st.floats(4.0, 40.0), st.floats(0.5, 3.0), st.floats(0.9, 0.999))
def test_lattice_and_series_agree(lam: float, shape: float, p: float) -> None:
    claim = Gamma(shape, 10.0)
    exact = GammaTotal(Poisson(lam), claim).risk(p)
    found = LatticeTotal(Poisson(lam), claim, highest=p).risk(p)
    assert found[:3] == pytest.approx(exact[:3], rel=1e-8)
    assert found.tail_variance == pytest.approx(exact.tail_variance, rel=1e-4)


def test_refining_removes_the_powers_of_the_step() -> None:
    rows = [np.array([3.0 + 2.0 * h**2 - 5.0 * h**4]) for h in (1.0, 0.5, 0.25)]
    assert refine(*rows) == pytest.approx([3.0])


@pytest.mark.parametrize("claim", LAWS[1:], ids=lambda law: type(law).__name__)
@pytest.mark.parametrize("p", [0.9, 0.99, 0.995])
def test_the_density_is_the_slope_of_the_survival(claim: Law, p: float) -> None:
    book = LatticeTotal(Poisson(12.0), claim)
    found, d = book.risk(p), 20.0 * book.step
    survival = [book._between(0, found.var + k * d) for k in (-2, -1, 1, 2)]
    slope = (8.0 * (survival[2] - survival[1]) - (survival[3] - survival[0])) / (12.0 * d)
    assert found.density == pytest.approx(-slope, rel=1e-7)
    assert survival[0] > 1.0 - p > survival[3]


def test_a_quantile_inside_the_chance_of_no_claim_is_nothing() -> None:
    for book in (total(Poisson(0.05), Gamma(2.0, 3.0)), total(Poisson(0.05), Lomax(3.0, 4.0))):
        assert book.risk(0.9).var == 0.0
        assert book.risk(0.9).tvar == pytest.approx(book.mean / 0.1)


def test_tail_mean_averages_the_quantiles() -> None:
    book = GammaTotal(NegativeBinomial(4.0, 0.4), Gamma(1.5, 10.0))
    average, _ = integrate.quad(book.quantile, 0.95, 1.0 - 1e-9, epsrel=1e-8)
    assert book.risk(0.95).tvar == pytest.approx(average / 0.05, rel=1e-6)


def test_one_certain_claim_is_the_claim() -> None:
    claim = Gamma(3.0, 2.0)
    assert GammaTotal(fixed(1), claim).quantile(0.95) == pytest.approx(stats.gamma.ppf(0.95, 3.0, scale=2.0))


def test_infinite_variance_is_reported_as_such() -> None:
    found = LatticeTotal(Poisson(3.0), Lomax(1.8, 100.0)).risk(0.95)
    assert found.tail_variance == float("inf")
    assert found.tvar > found.var > 0.0
