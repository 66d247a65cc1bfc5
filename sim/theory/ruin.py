"""Continuous-time ruin of the classical risk process.

Notation: u initial surplus, c premium per unit of time, lam claims per unit of time,
f^(s) the Laplace transform of a claim, q the killing rate (argument of the transform
over the horizon), rho = rho(q) the root with positive real part of
c rho - lam (1 - f^(rho)) = q, psi(u) and psi(u, T) the ruin probabilities.
Ruin is the first time that U(t) = u + c t - sum of claims is below 0.
Sources: Asmussen and Albrecher, *Ruin Probabilities* (2010), chapters IV, V, IX;
Gerber and Shiu (1998), North American Actuarial Journal 2, 48-78, for the ladder
height of the killed process.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import scipy

from sim.theory.arrays import Complexes, Floats, FloatsLike, floats
from sim.theory.inversion import invert
from sim.theory.phase_type import PhaseType
from sim.theory.severity import Gamma, Transformable

Claims: TypeAlias = PhaseType | Transformable


def premium_rate(lam: float, mean_claim: float, loading: float) -> float:
    """c = (1 + loading) lam E[X], money per unit of time."""
    return (1.0 + loading) * lam * mean_claim


def ultimate_exponential(u: FloatsLike, mean_claim: float, loading: float) -> Floats:
    """psi(u) = exp(-theta u / ((1 + theta) mean)) / (1 + theta) for exponential claims."""
    if loading <= 0.0:
        return np.ones_like(floats(u))
    decay = loading / ((1.0 + loading) * mean_claim)
    return np.asarray(np.exp(-decay * floats(u)) / (1.0 + loading), dtype=np.float64)


def ultimate(u: FloatsLike, claims: Claims, lam: float, c: float) -> Floats:
    """Probability of ruin in infinite time.

    Parameters
    ----------
    u : array_like
        Initial surplus, >= 0.
    claims : PhaseType or a law with a Laplace transform
        Phase-type claims are exact; others are inverted numerically (about 1e-11).
    lam, c : float
        Claims and premium per unit of time.

    Returns
    -------
    array
        psi(u); 1 everywhere if the premium does not exceed the expected claims.
    """
    points = floats(u)
    if c <= lam * claims.mean:
        return np.ones_like(points)
    if isinstance(claims, PhaseType):
        start = lam / c * claims.occupation()
        return np.array([_phase_ruin(claims, start, float(x)) for x in points])
    return np.array([_ultimate_inverted(float(x), claims, lam, c) for x in points])


def _phase_ruin(claims: PhaseType, start: Floats, u: float) -> float:
    matrix = claims.generator + np.outer(claims.exit, start)
    return float((start @ scipy.linalg.expm(matrix * u)).sum())


def _ultimate_inverted(u: float, claims: Transformable, lam: float, c: float) -> float:
    if u == 0.0:
        return lam * claims.mean / c

    def transform(s: Complexes) -> Complexes:
        survival = (c - lam * claims.mean) / (c * s - lam * (1.0 - claims.laplace(s)))
        return 1.0 / s - survival

    return float(invert(transform, u).real)


def finite_time(u: float, horizon: float, claims: Claims, lam: float, c: float) -> float:
    """Probability of ruin up to the horizon.

    The transform over the horizon, E[exp(-q tau)] / q, is exact in q for phase-type
    claims and itself inverted in u for the others; it is then inverted in q.

    Parameters
    ----------
    u, horizon : float
        Initial surplus and time, >= 0.
    claims : PhaseType or a law with a Laplace transform
    lam, c : float
        Claims and premium per unit of time; no loading is needed.

    Returns
    -------
    float
        psi(u, horizon), with an error of about 1e-10.
    """
    if horizon <= 0.0:
        return 0.0

    def transform(q: Complexes) -> Complexes:
        return killed_ruin(u, q, claims, lam, c) / q

    return float(np.clip(invert(transform, horizon).real, 0.0, 1.0))


def killed_ruin(u: float, q: Complexes, claims: Claims, lam: float, c: float) -> Complexes:
    """E[exp(-q tau); tau < infinity] of each killing rate q with Re q > 0."""
    rho = lundberg_root(q, claims, lam, c)
    if isinstance(claims, PhaseType):
        return _phase_killed(u, rho, claims, lam, c)
    gap = lam / c * (1.0 - claims.laplace(rho)) / rho
    if u == 0.0:
        return gap

    def transform(s: Complexes) -> Complexes:
        height = _ladder_height(s, rho[:, None], claims, lam, c)
        return (gap[:, None] - height) / (s * (1.0 - height))

    return invert(transform, u)


def _phase_killed(u: float, rho: Complexes, claims: PhaseType, lam: float, c: float) -> Complexes:
    start = lam / c * claims.resolvent(rho)
    matrices = claims.generator + claims.exit[:, None] * start[:, None, :]
    grown = scipy.linalg.expm(matrices * u)
    return np.asarray(np.einsum("qi,qij->q", start, grown), dtype=np.complex128)


def _ladder_height(s: Complexes, rho: Complexes, claims: Transformable, lam: float, c: float) -> Complexes:
    """Transform of the discounted ladder height, (lam/c)(f^(s) - f^(rho)) / (rho - s)."""
    return lam / c * (claims.laplace(s) - claims.laplace(rho)) / (rho - s)


def lundberg_root(q: Complexes, claims: Claims, lam: float, c: float) -> Complexes:
    """Root rho with positive real part of c rho - lam (1 - f^(rho)) = q.

    Raises
    ------
    ArithmeticError
        If the iteration does not settle.
    """
    rho = (q + lam) / c
    for _ in range(500):
        plain = (q + lam * (1.0 - claims.laplace(rho))) / c
        step = (rho - plain) / (1.0 + lam / c * claims.laplace_slope(rho))
        following = np.where((rho - step).real > 0.0, rho - step, plain)
        if np.all(np.abs(following - rho) <= 1e-12 * (np.abs(rho) + lam / c)):
            return np.asarray(following, dtype=np.complex128)
        rho = following
    raise ArithmeticError("the Lundberg equation did not settle; check lam, c and the claims")


def gamma_claims(shape: float, mean: float) -> Claims:
    """Gamma claims: exact phases where the shape is a whole number, else the gamma law."""
    from sim.theory.phase_type import erlang

    if float(shape).is_integer():
        return erlang(int(shape), shape / mean)
    return Gamma.from_mean(shape, mean)
