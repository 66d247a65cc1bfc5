"""The lead funnel seen from below: how many views, clicks and leads stand before the contracts that were sold.

Sales are drawn first, by their own law. If leads are Poisson and each becomes a contract with probability q, contracts
are Poisson of mean mu and the other leads an independent Poisson of mean mu (1 - q) / q (colouring theorem; Kingman
1993, "Poisson Processes", section 5.1). So the leads of a month are its contracts plus such a draw, which is binomial
thinning read from its end. The step from leads to clicks and from clicks to views is the same.

Notation: i partner, mu mean number of contracts, q share of a level that passes on to the one below it.
"""

from __future__ import annotations

from sim.base.arrays import Integers, Reals
from sim.base.functions import round_half_even
from sim.base.kernels import kernel
from sim.base.samplers import negative_binomial, poisson_from_uniform


@kernel
def climb_poisson(mu: Reals, scale: float, passes: float, u: Reals, level: Integers) -> None:
    """Go up one level of the funnel where sales are Poisson.

    Parameters
    ----------
    mu : float64[n]
        Mean number of contracts.
    scale : float
        Mean of the level over that of contracts, before the step.
    passes : float
        Share of the upper level that passes on, above 0.
    u : float64[n]
    level : int64[n]
        Count of the lower level; on return that of the upper one.
    """
    missed = scale * (1.0 - passes) / passes
    for i in range(level.size):
        level[i] += poisson_from_uniform(mu[i] * missed, u[i])


@kernel
def climb_mixed(mu: Reals, scale: float, passes: float, shape: float, u: Reals, level: Integers) -> None:
    """Go up one level where sales are negative binomial: Poisson given a gamma factor of this shape and mean 1.

    Once the level has shown n, the factor is gamma of shape + n and mean (shape + n) / (shape + m), m the level's mean,
    so that what did not pass is negative binomial of that shape. Parameters as in `climb_poisson`.
    """
    for i in range(level.size):
        mean = mu[i] * scale
        held = shape + level[i]
        level[i] += negative_binomial(mean * held / (shape + mean) * (1.0 - passes) / passes, held, u[i])


@kernel
def climb_fixed(mu: Reals, scale: float, passes: float, level: Integers) -> None:
    """Go up one level where sales are their expectation: the whole number nearest to the level's, nothing drawn."""
    for i in range(level.size):
        level[i] = max(level[i], round_half_even(mu[i] * scale / passes))


@kernel
def expected_share(count: Integers, share: Reals, out: Integers) -> None:
    """Write the whole number nearest to share x count[n] into out[n]; share[n], or one for all."""
    for i in range(count.size):
        out[i] = round_half_even(count[i] * share[i % share.size])
