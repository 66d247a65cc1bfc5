"""Own exp, log, normal law and rounding against exact or independent values, and the same bits in every mode."""

import os
import subprocess
import sys
from decimal import Decimal, localcontext
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import config
from scipy import special

from sim.base.functions import exp, in_order, log, normal_cdf, normal_quantile, round_half_even

ROOT = Path(__file__).parents[2]
POINTS = 300 if config.DISABLE_JIT else 3_000
DIGITS = 40  # of the exact reference
EXP_ULP = 1.0
LOG_ULP = 1.0
QUANTILE_RELATIVE = 1e-14
CDF_ABSOLUTE = 1e-15
CDF_RELATIVE = 1e-12  # for |x| <= 5 * sqrt(2); the continued fraction below it has 1e-8


def exact(name, x):
    with localcontext() as context:
        context.prec = DIGITS
        return getattr(Decimal(float(x)), name)()


def ulps(value, reference):
    return abs(Decimal(float(value)) - reference) / Decimal(float(np.spacing(abs(float(reference)))))


def test_exp_within_one_ulp():
    x = np.concatenate([np.linspace(-700, 700, POINTS), np.linspace(-1, 1, POINTS), [0.0, -708.0, 709.0, 1e-300]])
    assert max(ulps(exp(v), exact("exp", v)) for v in x) <= EXP_ULP
    assert exp(0.0) == 1.0


def test_exp_saturates():
    assert exp(-708.5) == 0.0
    assert exp(-1e308) == exp(-np.inf) == 0.0
    assert exp(709.5) == exp(np.inf) == np.inf
    assert np.isnan(exp(np.nan))


def test_log_within_one_ulp():
    x = np.concatenate([10.0 ** np.linspace(-307, 308, POINTS), np.linspace(0.5, 2, POINTS), [2.0**-53, 1 - 2.0**-53]])
    assert max(ulps(log(v), exact("ln", v)) for v in x if v != 1.0) <= LOG_ULP
    assert log(1.0) == 0.0


@given(st.floats(-700, 700))
def test_log_undoes_exp(x):
    assert log(exp(x)) == pytest.approx(x, rel=1e-14, abs=3e-16)


def test_normal_quantile():
    u = np.concatenate([np.linspace(1e-4, 1 - 1e-4, POINTS), 10.0 ** np.linspace(-15.9, -4, POINTS), [2.0**-53]])
    assert np.array([normal_quantile(v) for v in u]) == pytest.approx(special.ndtri(u), rel=QUANTILE_RELATIVE)


@given(st.integers(0, 2**52 - 1))
def test_normal_quantile_is_antisymmetric(m):
    u = (m + 0.5) * 2.0**-52
    assert normal_quantile(u) == -normal_quantile(1.0 - u)


@given(st.integers(0, 2**52 - 2), st.integers(1, 2**30))
def test_normal_quantile_is_monotone(m, step):
    u, v = (m + 0.5) * 2.0**-52, (min(m + step, 2**52 - 1) + 0.5) * 2.0**-52
    assert normal_quantile(u) <= normal_quantile(v) + 1e-15 * abs(normal_quantile(v))


def test_normal_cdf():
    x = np.linspace(-37, 9, POINTS)
    value = np.array([normal_cdf(v) for v in x])
    near = np.abs(x) < 7.07
    assert value == pytest.approx(special.ndtr(x), rel=0, abs=CDF_ABSOLUTE)
    assert value[near] == pytest.approx(special.ndtr(x[near]), rel=CDF_RELATIVE)
    assert normal_cdf(0.0) == pytest.approx(0.5, rel=1e-15)


@given(st.floats(-(2.0**51), 2.0**51, exclude_min=True, exclude_max=True))
def test_round_half_even(x):
    assert round_half_even(x) == round(x)


def test_round_half_even_at_ties():
    assert [int(round_half_even(x)) for x in (-2.5, -1.5, -0.5, 0.5, 1.5, 2.5)] == [-2, -2, 0, 0, 2, 2]


def test_in_order_adds_slices_one_after_another_to_their_owners():
    """numpy adds eight and more in pairs, to other last bits."""
    parts, owner, out = np.arange(1.0, 25.0) ** -0.5, np.arange(24) % 2, np.full(2, 9.0)
    in_order(parts, owner, out)
    one_by_one = [0.0, 0.0]
    for part, r in zip(parts.tolist(), owner.tolist(), strict=True):
        one_by_one[r] += part
    assert out.tolist() == one_by_one
    assert one_by_one != [parts[owner == r].sum() for r in (0, 1)]


# --- the same bits in every mode -------------------------------------------------------------------------------------

DIGEST = """
import hashlib
import numpy as np
from sim.base import functions, luck, samplers, severities

N = 300
ids = np.array([luck.partner_key_id(str(i)) for i in range(N)], dtype=np.uint64)
stream = luck.Luck(2**62 + 5, 3)
keys = stream.keys(ids, -2)
u = stream.uniforms(keys, "u")
whole, real = np.empty(N, dtype=np.int64), np.empty(N)
mu = functions.exp(1.0) * 10 * u**2
n = np.arange(N, dtype=np.int32) % 60
params = np.array([3, 0.2, 2, 4, 0, 0.5, 1, 3, 2, 1, 3, 1, 0.5])
table = np.array([2, 10, 20, 0.5, 1])

def filled(kernel, *arguments):
    kernel(*arguments)
    return arguments[-1].copy()

results = [
    keys, u, stream.normals(keys, "z"), filled(samplers.poisson, mu, u[::-1].copy(), whole),
    filled(samplers.binomial, n, 0.3, u, whole), filled(samplers.binomial, n, u[::-1].copy(), u, whole),
    np.array([samplers.negative_binomial(*one) for one in zip(mu, mu + 0.1, u, strict=True)]),
    filled(severities.gamma_sums, mu / 3, keys, ids[0], real),
    filled(severities.picks, np.cumsum(u.reshape(3, -1), axis=0), u[:100], whole[:100]),
    np.array([functions.normal_cdf(x) for x in mu - 9]), np.array([functions.log(x) for x in mu]),
]
for kind, law in ((0, [3.0]), (1, [3, 2.5]), (2, [3.0]), (3, [1, 0.5]), (4, [2.5, 4]), (5, params), (6, table)):
    law = np.array(law, dtype=np.float64)
    results.append(filled(severities.sums_of_claims, kind, law, n // 10, keys, ids[1], real))
print(hashlib.blake2b(b"".join(r.tobytes() for r in results)).hexdigest())
"""


def digest(**environment):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("NUMBA_") or k == "NUMBA_CACHE_DIR"}
    command = [sys.executable, "-W", "error::RuntimeWarning", "-c", DIGEST]
    done = subprocess.run(command, cwd=ROOT, env=clean | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_bits_do_not_depend_on_compilation_or_processor():
    expected = digest()
    assert digest(NUMBA_DISABLE_JIT="1") == expected
    assert digest(NUMBA_CPU_NAME="generic") == expected
