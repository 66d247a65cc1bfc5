"""Samplers against scipy on stratified uniforms; monotone in u and in the mean; gamma and claims by their laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import config
from scipy import stats

from sim.base import samplers, severities
from sim.base.kernels import IN_CACHE
from sim.base.luck import Luck, partner_key_id, purpose, subdraw, subkey, uniforms

STRATA = 2**11 if config.DISABLE_JIT else 2**20
U = (np.arange(STRATA) + 0.5) / STRATA
STRATUM = 0.5 / STRATA  # a stratified sample cannot meet a distribution function better than this
TAIL_STRATA = 64  # weight of the outermost strata in a variance
TAILS = np.sort(np.concatenate([2.0 ** -np.arange(1, 53.01, 0.01), 1 - 2.0 ** -np.arange(1.01, 53.01, 0.01)]))

# Largest |F sampled - F true| of the expansions, met at the bound to the sequential range: measured 1.8e-5 for Poisson
# at mean 12, 3.2e-5 for the binomial at n = 20, p = 1/2 and 1.5e-5 for the negative binomial next to Poisson's bound.
POISSON_CDF = 2e-5
BINOMIAL_CDF = 4e-5
NEGATIVE_BINOMIAL_CDF = 2e-5
EXPANSION_MEAN = 1e-6  # relative, measured 3e-7 at most
EXPANSION_VARIANCE = 2e-4  # relative, measured 1.3e-4 at most
# Share of uniforms for which the draw falls by one where the exact quantile gives way to the expansion: measured 1.0e-4
# for Poisson at mean 12 and 1.3e-4 for the binomial at n * p = 10 (n = 20, p = 1/2 and n = 1000, p = 1/100).
BROKEN_AT_BOUND = 1.5e-4
EXACT_MEAN = 1e-6 if STRATA == 2**20 else 1e-3  # relative; the strata's own error

ROWS = 2_000 if config.DISABLE_JIT else 100_000
# Kolmogorov's law: sqrt(n) * D above this has probability 2 * exp(-2 * 2.7**2) = 9e-7 (the false alarm rate)
KS_BOUND = 2.7
Z_BOUND = 5.0  # two-sided false alarm rate 6e-7

inner = st.floats(1e-6, 1 - 1e-6)


def counts(n=STRATA):
    return np.empty(n, dtype=np.int64)


def keys(n=ROWS):
    identity = np.array([partner_key_id(str(i)) for i in range(n)], dtype=np.uint64)
    return Luck(11).keys(identity, 3)


def filled(kernel, *arguments):
    """The last of the arguments, once the kernel has written it."""
    kernel(*arguments)
    return arguments[-1]


def poisson(mu, u=U):
    return filled(samplers.poisson, np.full(u.size, float(mu)), u, counts(u.size))


def binomial(n, p, u=U):
    return filled(samplers.binomial, np.full(u.size, n, dtype=np.int32), p, u, counts(u.size))


def negative_binomial(mu, shape, u=U):
    return np.array([samplers.negative_binomial(float(mu), float(shape), one) for one in u])


def nbinom(mu, shape):
    return stats.nbinom(shape, shape / (shape + mu))


def cell_ends(draw):
    """How many draws are <= k, for k = 0, 1, ..."""
    return np.cumsum(np.bincount(draw))


def assert_exact(draw, law):
    ends = cell_ends(draw)
    implied = np.floor(STRATA * law.cdf(np.arange(ends.size)) + 0.5)
    assert np.abs(ends - implied).max() <= 1
    if law.mean() >= 1.0:
        assert draw.mean() == pytest.approx(law.mean(), rel=EXACT_MEAN)


def assert_close(draw, law, tolerance):
    ends = cell_ends(draw)
    assert np.abs(ends / STRATA - law.cdf(np.arange(ends.size))).max() <= tolerance + STRATUM
    assert draw.mean() == pytest.approx(law.mean(), rel=max(EXPANSION_MEAN, STRATUM))
    assert draw.var() == pytest.approx(law.var(), rel=max(EXPANSION_VARIANCE, TAIL_STRATA * STRATUM))


# --- Poisson ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mu", [1e-9, 0.01, 0.3, 1.0, 2.5, 6.0, 11.999])
def test_poisson_sequential_is_exact(mu):
    assert_exact(poisson(mu), stats.poisson(mu))


@pytest.mark.parametrize("mu", [12.0, 13.3, 20.0, 50.0, 500.0, 1e5])
def test_poisson_expansion(mu):
    assert_close(poisson(mu), stats.poisson(mu), POISSON_CDF)


def test_poisson_of_mean_zero():
    assert not poisson(0.0, TAILS).any()


@pytest.mark.parametrize("mu", [1e-12, 0.1, 3.0, 11.9, 12.0, 12.5, 17.0, 40.0, 1e4, 1e9])
def test_poisson_is_monotone_in_u_to_the_last_bit_of_the_tails(mu):
    draw = poisson(mu, TAILS)
    assert (np.diff(draw) >= 0).all()
    assert draw.min() >= 0


@settings(deadline=None)  # the first example may compile
@given(st.floats(1e-3, 1e6), st.floats(1e-6, 2.0), inner)
def test_poisson_is_monotone_in_the_mean(mu, step, u):
    more = mu * (1.0 + step)
    if (mu < samplers.POISSON_SEQUENTIAL_BELOW) == (more < samplers.POISSON_SEQUENTIAL_BELOW):
        assert samplers.poisson_from_uniform(mu, u) <= samplers.poisson_from_uniform(more, u)


def test_poisson_breaks_monotony_at_the_bound_by_one_for_few_uniforms():
    """The exact quantile below mean 12 meets the expansion above it: the expansion's error shows as a step back."""
    step_back = poisson(np.nextafter(12.0, 0.0)) - poisson(12.0)
    assert (step_back > 0).mean() <= BROKEN_AT_BOUND + 2 * STRATUM
    assert step_back.max() <= 1
    assert (poisson(11.5) <= poisson(12.0)).all()


# --- negative binomial -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mu", "shape"), [(0.01, 0.1), (1.0, 0.5), (5.0, 2.0), (30.0, 1.0), (200.0, 45.0), (11, 1e5)])
def test_negative_binomial_sequential_is_exact(mu, shape):
    assert_exact(negative_binomial(mu, shape), nbinom(mu, shape))


@pytest.mark.parametrize(("mu", "shape"), [(13.0, 1e6), (30.0, 100.0), (200.0, 60.0), (2e3, 60.0), (1e4, 1e3)])
def test_negative_binomial_expansion(mu, shape):
    assert_close(negative_binomial(mu, shape), nbinom(mu, shape), NEGATIVE_BINOMIAL_CDF)


@pytest.mark.parametrize("mu", [0.0, 3.0, 40.0])
def test_negative_binomial_without_volatility_is_poisson(mu):
    assert (negative_binomial(mu, np.inf, TAILS) == poisson(mu, TAILS)).all()


def test_negative_binomial_of_mean_zero():
    assert not negative_binomial(0.0, 2.0, TAILS).any()


@pytest.mark.parametrize(("mu", "shape"), [(0.5, 0.3), (9.0, 4.0), (13.0, 1e6), (200.0, 60.0), (1e6, 49.0)])
def test_negative_binomial_is_monotone_in_u(mu, shape):
    assert (np.diff(negative_binomial(mu, shape, TAILS)) >= 0).all()


@given(st.floats(1e-2, 30.0), st.floats(1e-5, 2.0), st.floats(0.5, 40.0), inner)
def test_negative_binomial_is_monotone_in_the_mean(mu, step, shape, u):
    assert samplers.negative_binomial(mu, shape, u) <= samplers.negative_binomial(mu * (1.0 + step), shape, u)


# --- binomial --------------------------------------------------------------------------------------------------------

SEQUENTIAL = [
    (1, 0.3),
    (2, 0.85),
    (10, 0.5),
    (19, 0.5),
    (50, 0.1),
    (1000, 0.0099),
    (30, 0.8),
    (10**6, 2e-6),
    (7, 0.999),
]
EXPANSION = [(20, 0.5), (25, 0.45), (30, 0.6), (100, 0.1), (1000, 0.3), (1000, 0.98), (100_000, 0.5), (10**6, 1.2e-5)]


@pytest.mark.parametrize(("n", "p"), SEQUENTIAL)
def test_binomial_sequential_is_exact(n, p):
    assert_exact(binomial(n, p), stats.binom(n, p))


@pytest.mark.parametrize(("n", "p"), EXPANSION)
def test_binomial_expansion(n, p):
    assert_close(binomial(n, p), stats.binom(n, p), BINOMIAL_CDF)


@pytest.mark.parametrize(
    ("n", "p", "expected"), [(0, 0.4, 0), (9, 0.0, 0), (9, 1.0, 9), (10**6, 1.0, 10**6), (0, 1.0, 0)]
)
def test_binomial_edges(n, p, expected):
    assert (binomial(n, p, TAILS) == expected).all()
    assert (binomial(n, np.full(TAILS.size, p), TAILS) == expected).all()
    assert samplers.binomial_from_uniform(n, p, 0.7) == expected


@pytest.mark.parametrize(("n", "p"), SEQUENTIAL + EXPANSION)
def test_binomial_is_monotone_in_u_and_within_its_range(n, p):
    draw = binomial(n, p, TAILS)
    assert (np.diff(draw) >= 0).all()
    assert draw.min() >= 0
    assert draw.max() <= n


@given(st.integers(1, 60), st.floats(0.0, 1.0), inner)
def test_binomial_is_the_complement_of_its_mirror(n, p, u):
    if p == 1.0 - (1.0 - p) and p != 0.5:
        assert samplers.binomial_from_uniform(n, p, u) == n - samplers.binomial_from_uniform(n, 1.0 - p, 1.0 - u)


@given(st.integers(1, 19), st.floats(1e-3, 0.98), st.floats(1e-5, 1e-2), inner)
def test_binomial_is_monotone_in_p_and_n(n, p, step, u):
    draw = samplers.binomial_from_uniform(n, p, u)
    assert draw <= samplers.binomial_from_uniform(n, p + step, u)
    assert draw <= samplers.binomial_from_uniform(n + 1, p, u) or n == 19


@pytest.mark.parametrize(("n", "below", "bound"), [(20, 0.499999, 0.5), (1000, 0.00999999, 0.01)])
def test_binomial_breaks_monotony_at_the_bound_by_one_for_few_uniforms(n, below, bound):
    step_back = binomial(n, below) - binomial(n, bound)
    assert (step_back > 0).mean() <= BROKEN_AT_BOUND + 2 * STRATUM
    assert step_back.max() <= 1


# --- array forms draw what scalar forms draw -------------------------------------------------------------------------


def mixed(n=3000):
    rng = np.random.default_rng(5)
    return rng.exponential(6.0, n), rng.integers(0, 80, n), rng.uniform(size=n), rng.choice(TAILS, n)


def test_array_forms_equal_scalar_forms():
    mu, n, p, u = mixed()
    out = counts(u.size)
    rows = range(u.size)
    samplers.poisson(mu, u, out)
    assert (out == [samplers.poisson_from_uniform(mu[i], u[i]) for i in rows]).all()
    for trials in (n.astype(np.int32), n.astype(np.int64)):
        samplers.binomial(trials, p, u, out)
        assert (out == [samplers.binomial_from_uniform(trials[i], p[i], u[i]) for i in rows]).all()
        samplers.binomial(trials, 0.85, u, out)
        assert (out == [samplers.binomial_from_uniform(trials[i], 0.85, u[i]) for i in rows]).all()


@pytest.mark.parametrize("rows", [0, 1, IN_CACHE, IN_CACHE + 1])
def test_uniforms_of_keys_are_drawn_along_with_the_counts(rows):
    rng, purpose_hash = np.random.default_rng(3), purpose("test")
    mu, n, p, key = rng.exponential(1.0, rows), rng.integers(0, 9, rows), rng.uniform(size=rows), keys(rows)
    u, drawn, same = np.empty(rows), counts(rows), counts(rows)
    uniforms(key, purpose_hash, u)
    samplers.draw_poisson(mu, key, purpose_hash, drawn)
    samplers.poisson(mu, u, same)
    assert (drawn == same).all()
    for chance in (p, 0.3):
        samplers.draw_binomial(n, chance, key, purpose_hash, drawn)
        samplers.binomial(n, chance, u, same)
        assert (drawn == same).all()


# --- a count that is surely 0 is not drawn: the same draws next to the bound of that ----------------------------------

MEANS = [0.0, 5e-324, 2.0**-1022, *2.0 ** -np.arange(60.0, 0.0, -1.0), 0.3, 0.35, 0.999, np.nextafter(1, 0), 1.0, 1.5]


def edges(mean):
    """The doubles in (0, 1) next to where a law of this mean is taken to give 0, to 1 - mean and to exp(-mean)."""
    near = []
    for level in (samplers.NEARLY_ONE - mean, 1.0 - mean, np.exp(-mean), 2.0**-1074, 2.0**-53, 1.0 - 2.0**-53):
        below = above = level
        for _ in range(4):
            near += [below, above]
            below, above = np.nextafter(below, 0.0), np.nextafter(above, 1.0)
    return [float(u) for u in near if 0.0 < u < 1.0]


def test_poisson_of_the_rows_that_may_be_0():
    mu, u = (np.array(column) for column in zip(*((mu, u) for mu in MEANS for u in edges(mu)), strict=True))
    assert (filled(samplers.poisson, mu, u, counts(u.size)) == [*map(samplers.poisson_from_uniform, mu, u)]).all()


@pytest.mark.parametrize("n", [0, 1, 2, 7, 1000, 2**31 - 1])
def test_binomial_of_the_rows_that_may_be_0(n):
    chances = [min(mean / max(n, 1), 1.0) for mean in MEANS] + [1.5 * 2.0**-54, 2.5 * 2.0**-53, 0.5, 0.5001, 0.9, 1.0]
    for p in chances:
        u = np.array(edges(n * p))
        expected = [samplers.binomial_from_uniform(n, p, one) for one in u]
        assert (binomial(n, p, u) == expected).all()
        assert (binomial(n, np.full(u.size, p), u) == expected).all()


@pytest.mark.parametrize("shape", [1e-3, 0.5, 4.0, 1e5, 1e11])
def test_negative_binomial_of_the_rows_that_may_be_0(shape):
    for mu in [*MEANS[2:], min(0.6 * shape * 2.0**-53, 1.0)]:
        for u in edges(mu):
            drawn = samplers._negative_binomial_sequential(mu, shape, u)
            assert samplers.negative_binomial(mu, shape, u) == drawn


def test_gamma_array_equals_scalar():
    shape, key = mixed()[0] - 0.5, keys(3000)
    out = filled(severities.gamma_sums, shape, key, purpose("g"), np.empty(3000))
    assert (out == [severities.gamma_sum(a, k, purpose("g")) for a, k in zip(shape, key, strict=True)]).all()


# --- gamma and claims ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [0.05, 0.5, 1.0, 3.3, 100.0, 1e5])
def test_gamma_law(shape):
    draw = filled(severities.gamma_sums, np.full(ROWS, shape), keys(), purpose("g"), np.empty(ROWS))
    assert stats.kstest(draw, stats.gamma(shape).cdf).statistic * np.sqrt(ROWS) < KS_BOUND


def test_gamma_of_shape_zero():
    assert not filled(severities.gamma_sums, np.zeros(10), keys(10), purpose("g"), np.empty(10)).any()


def test_gamma_of_a_tiny_shape_is_a_number():
    draw = filled(severities.gamma_sums, np.full(500, 1e-4), keys(500), purpose("g"), np.empty(500))
    assert (draw >= 0.0).all()
    assert not np.signbit(draw).any()


@pytest.mark.parametrize("u", [2.0**-53, 1e-9, 0.3, 0.5, 0.999, 1 - 2.0**-53])
def test_severities_are_quantiles(u):
    assert severities.exponential(3.0, u) == pytest.approx(stats.expon(scale=3).ppf(u), rel=1e-12, abs=1e-15)
    assert severities.lognormal(1.0, 0.5, u) == pytest.approx(stats.lognorm(0.5, scale=np.e).ppf(u), rel=1e-12)
    assert severities.lomax(2.5, 4.0, u) == pytest.approx(stats.lomax(2.5, scale=4).ppf(u), rel=1e-12, abs=1e-14)


def test_pick_and_discrete():
    running = np.array([1.0, 1.0, 3.0, 4.0])
    assert [int(severities.pick(running, u)) for u in (1e-9, 0.25, 0.26, 0.74, 0.76, 1 - 2.0**-53)] == [
        0,
        0,
        2,
        2,
        3,
        3,
    ]
    assert severities.pick(np.array([0.5]), 0.9) == 0
    assert severities.discrete(np.array([5.0, 7.0]), np.array([0.5, 1.0]), 0.6) == 7.0


def test_picks_equal_pick_by_column():
    running = np.cumsum(np.random.default_rng(1).uniform(size=(4, 50)), axis=0)
    u = np.linspace(0.01, 0.99, 50)
    out = filled(severities.picks, running, u, counts(50))
    assert (out == [severities.pick(running[:, i].copy(), u[i]) for i in range(50)]).all()


# kind, parameters, mean and standard deviation of a claim
LAWS = {
    "fixed": (severities.FIXED, [3.0], 3.0, 0.0),
    "gamma": (severities.GAMMA, [3.0, 2.0], 3.0, 3.0 / 2**0.5),
    "exponential": (severities.EXPONENTIAL, [3.0], 3.0, 3.0),
    "lognormal": (severities.LOGNORMAL, [1.0, 0.5], np.exp(1.125), stats.lognorm(0.5, scale=np.e).std()),
    "lomax": (severities.LOMAX, [6.0, 10.0], 2.0, stats.lomax(6, scale=10).std()),
    # 0.3 exponential of mean 1 and 0.7 gamma of mean 5 and shape 2: second moment 0.3 * 2 + 0.7 * 37.5
    "mixture": (severities.MIXTURE, [2, 0.3, severities.EXPONENTIAL, 1, 0, 1, severities.GAMMA, 5, 2], 3.8, 12.41**0.5),
    "discrete": (severities.DISCRETE, [2, 10, 20, 0.25, 1], 17.5, 18.75**0.5),
}


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("n", [1, 4])
def test_sums_of_claims_have_their_mean_and_spread(name, n):
    kind, law, mean, sd = LAWS[name]
    draw = filled(
        severities.sums_of_claims,
        kind,
        np.array(law, dtype=float),
        np.full(ROWS, n),
        keys(),
        purpose("c"),
        np.empty(ROWS),
    )
    assert abs(draw.mean() - n * mean) <= Z_BOUND * sd * np.sqrt(n / ROWS)
    assert draw.std() == pytest.approx(sd * np.sqrt(n), rel=0.2 if ROWS < 10_000 else 0.05)


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("rate", [0.02, 1.0])
def test_sums_of_claims_equal_scalar_form(name, rate):
    kind, law = LAWS[name][0], np.array(LAWS[name][1], dtype=float)
    n, key = np.random.default_rng(3).poisson(rate, 500), keys(500)
    out = filled(severities.sums_of_claims, kind, law, n, key, purpose("c"), np.empty(500))
    assert (out == [severities.sum_of_claims(kind, law, n[i], key[i], purpose("c")) for i in range(500)]).all()
    assert not out[n == 0].any()


@pytest.mark.parametrize("name", ["lognormal", "lomax", "mixture", "discrete"])
def test_one_claim_more_leaves_the_others(name):
    kind, law = LAWS[name][0], np.array(LAWS[name][1], dtype=float)
    sums = [severities.sum_of_claims(kind, law, n, keys(1)[0], purpose("c")) for n in range(6)]
    assert (np.diff(sums) > 0.0).all()
    if name == "lognormal":
        single = [severities.lognormal(*law, subdraw(keys(1)[0], purpose("c"), j)) for j in range(5)]
        assert np.diff(sums) == pytest.approx(single, rel=1e-12)


def test_subkeys_differ():
    key = keys(1)[0]
    assert len({int(subkey(key, purpose("c"), j)) for j in range(1000)}) == 1000
