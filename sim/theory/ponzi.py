"""Ponzi growth in continuous time (Artzrouni's equation).

Notation: S fund, K promised and C actual deposits at the start, s0 inflow growing at ri,
rp promised, rn true and rw withdrawal rate, alpha = rp - rw.
dS/dt = rn S + s0 exp(ri t) - W(t), W = rw exp(alpha t) (K + s0 (exp((ri - alpha) t) - 1)
/ (ri - alpha)), S(0) = C.
Source: Artzrouni (2009), Mathematical Social Sciences 58, 190-201. Divided differences of
the exponential keep the solution exact when rates coincide.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial

import numpy as np
import scipy

from sim.theory.arrays import Floats, FloatsLike, floats


@dataclass(frozen=True)
class Ponzi:
    """Parameters of a scheme; rates a year (or any one unit of time)."""

    K: float
    C: float
    s0: float
    ri: float
    rp: float
    rn: float
    rw: float

    @property
    def alpha(self) -> float:
        """Growth of the promised deposits net of withdrawals."""
        return self.rp - self.rw


def coefficients(scheme: Ponzi) -> tuple[float, float, float]:
    """a, b, c of S(t) = a exp(alpha t) + b exp(ri t) + c exp(rn t).

    Raises
    ------
    ZeroDivisionError
        When two of the three rates coincide; `fund` still holds then.
    """
    x, y = scheme.alpha, scheme.ri
    excess = scheme.rw * scheme.s0 / (y - x)
    a = (scheme.rw * scheme.K - excess) / (scheme.rn - x)
    b = (scheme.s0 - excess) / (y - scheme.rn)
    return a, b, scheme.C - a - b


def fund(scheme: Ponzi, times: FloatsLike) -> Floats:
    """S(t) of each time, exact also where rates coincide."""
    t = floats(times)
    grown = np.exp(scheme.rn * t) * scheme.C
    inflow = scheme.s0 * exp_difference(t, scheme.ri, scheme.rn)
    old = scheme.K * exp_difference(t, scheme.alpha, scheme.rn)
    new = scheme.s0 * exp_second_difference(t, scheme.ri, scheme.alpha, scheme.rn)
    return np.asarray(grown + inflow - scheme.rw * (old + new), dtype=np.float64)


def exp_difference(t: Floats, x: float, y: float) -> Floats:
    """(exp(xt) - exp(yt)) / (x - y) of each time; t exp(xt) where x = y."""
    low, high = sorted((x, y))
    return np.asarray(t * np.exp(high * t) * scipy.special.exprel((low - high) * t), dtype=np.float64)


def exp_second_difference(t: Floats, x: float, y: float, z: float) -> Floats:
    """Divided difference of exp(.t) at three rates, any of which may coincide."""
    low, middle, high = sorted((x, y, z))
    p, q = (middle - low) * t, (high - low) * t
    near = q < 0.5
    gap = np.where(near, 1.0, high - low)
    apart = (exp_difference(t, middle, high) - exp_difference(t, low, middle)) / gap
    return np.where(near, t**2 * np.exp(low * t) * _series(np.where(near, p, 0.0), np.where(near, q, 0.0)), apart)


def _series(p: Floats, q: Floats, terms: int = 18) -> Floats:
    """Sum of h_k(p, q) / (k + 2)!, h_k the complete homogeneous polynomials."""
    homogeneous, power, total = np.ones_like(p), np.ones_like(p), np.full_like(p, 0.5)
    for k in range(1, terms):
        power = power * p
        homogeneous = q * homogeneous + power
        total = total + homogeneous / factorial(k + 2)
    return total


def collapse_time(scheme: Ponzi, horizon: float = 1000.0, samples: int = 4000) -> float | None:
    """First t in (0, horizon] with S(t) = 0; None if the fund lasts.

    A sum of three exponentials has at most two zeros, so a sign change between samples or
    at the lowest sample finds the first. Samples lie dense near 0.
    """
    times = horizon * np.linspace(0.0, 1.0, samples) ** 3
    values = _scaled(scheme, times)
    # Where the leading terms cancel, late values are rounding and tell nothing.
    noise = 1e-13 * np.abs(values).max()
    below = np.flatnonzero((values < -noise) & (times > 0.0))
    if len(below):
        above = np.flatnonzero(values[: below[0]] > noise)
        start = times[above[-1]] if len(above) else 0.0
        return _root(scheme, float(start), float(times[below[0]]))
    lowest = int(np.argmin(values))
    return _dip(scheme, float(times[max(lowest - 1, 0)]), float(times[min(lowest + 1, samples - 1)]), noise)


def _scaled(scheme: Ponzi, times: Floats) -> Floats:
    """S(t) exp(-r t) with r the highest rate, so that nothing overflows."""
    rate = max(scheme.alpha, scheme.ri, scheme.rn)
    moved = Ponzi(
        K=scheme.K, C=scheme.C, s0=scheme.s0,
        ri=scheme.ri - rate, rp=scheme.rp - rate, rn=scheme.rn - rate, rw=scheme.rw,
    )  # fmt: skip
    return fund(moved, times)


def _root(scheme: Ponzi, low: float, high: float) -> float:
    def value(t: float) -> float:
        return float(_scaled(scheme, np.array([t]))[0])

    if low == 0.0 and value(0.0) <= 0.0:
        return 0.0
    return float(scipy.optimize.brentq(value, low, high, xtol=1e-14 * high, rtol=1e-15))


def _dip(scheme: Ponzi, low: float, high: float, noise: float) -> float | None:
    """Root in a dip too short to show at a sample."""

    def value(t: float) -> float:
        return float(_scaled(scheme, np.array([t]))[0])

    found = scipy.optimize.minimize_scalar(value, bounds=(low, high), method="bounded")
    bottom = float(found.x)
    return _root(scheme, low, bottom) if value(bottom) < -noise < 0.0 < value(low) else None


def inflow_fit(t: float, flow: float, deposits: float) -> tuple[float, float]:
    """s0 and ri of an inflow s0 exp(ri t) with the given flow at t and total up to t.

    (1 - exp(-x)) / x = deposits / (flow t) with x = ri t, solved by the Lambert function.

    Parameters
    ----------
    t, flow, deposits : float
        Time, inflow at that time (money a unit of time), money taken in until then.
    """
    k = deposits / (flow * t)
    if k == 1.0:
        return flow, 0.0
    branch = 0 if k < 1.0 else -1
    x = 1.0 / k + float(scipy.special.lambertw(-np.exp(-1.0 / k) / k, branch).real)
    return flow * float(np.exp(-x)), x / t


def paid_in_steps(scheme: Ponzi, steps: int, horizon: int) -> tuple[Floats, Floats]:
    """Deposits taken in, and paid out, in each of so many equal steps of a unit of time.

    A deposit is a premium, its withdrawals are claims paid later: what is taken in earns rp until it is withdrawn at
    the rate rw, so that of a deposit of 1 rw exp(alpha x) dx is paid at the age x and rw / (rw - rp) in all. The K
    promised at the start are a premium of the first step. Each step pays what is due until its end, deposits come at
    its beginning.

    Parameters
    ----------
    steps : to a unit of time
    horizon : number of steps

    Returns
    -------
    (taken in, paid out) : float64[horizon]

    Raises
    ------
    ValueError
        If promises grow faster than they are withdrawn: no pattern of payments adds up then.
    """
    ratio, pattern = as_claims(scheme, steps, horizon)
    taken = scheme.s0 / steps * np.exp(scheme.ri * np.arange(horizon) / steps)
    taken[0] += scheme.K
    return taken, ratio * np.convolve(taken, pattern)[:horizon]


def as_claims(scheme: Ponzi, steps: int, horizon: int) -> tuple[float, Floats]:
    """Withdrawals as a business that is paid first and pays later: loss ratio, and shares of it paid by age in steps.

    What is paid after the horizon stands in the last of the horizon + 1 shares.
    """
    if scheme.alpha >= 0.0:
        raise ValueError(
            "a scheme whose promises grow faster than they are withdrawn has no loss ratio: rp < rw is needed"
        )
    left = np.exp(scheme.alpha * np.arange(horizon + 1) / steps)
    return -scheme.rw / scheme.alpha, np.append(-np.diff(left), left[-1])


def fund_in_steps(scheme: Ponzi, steps: int, horizon: int) -> Floats:
    """Fund after each step, with interest on what the step began with; its error falls as 1 / steps.

    The fund starts with C - K, as K comes in with the first step.
    """
    taken, paid = paid_in_steps(scheme, steps, horizon)
    grown, path, fund_now = np.exp(scheme.rn / steps), np.empty(horizon), scheme.C - scheme.K
    for step, moved in enumerate(taken - paid):
        fund_now = fund_now * grown + moved
        path[step] = fund_now
    return path
