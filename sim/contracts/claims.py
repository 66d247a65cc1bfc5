"""Claims: counts on exposure, severities that follow the premium, booked at ultimate cost (model, section 7)."""

from __future__ import annotations

from sim.base.arrays import Integers, Reals, Words
from sim.base.functions import dot, round_half_even, round_line
from sim.base.kernels import kernel
from sim.base.samplers import negative_binomial


@kernel
def means(bounds: Words, frequency: Reals, exposure: Reals, relativity: Reals, out: Reals) -> None:
    """Mean number of claims: frequency[segments + 1] a contract-year x exposure x risk relativity."""
    for s in range(frequency.size):
        for i in range(bounds[s], bounds[s + 1]):
            out[i] = frequency[s] * exposure[i] * relativity[i]


@kernel
def mixed_counts(mu: Reals, shape: float, u: Reals, out: Integers) -> None:
    """Negative binomial counts of one mixing shape (1 / cv**2)."""
    for i in range(mu.size):
        out[i] = negative_binomial(mu[i], shape, u[i])


@kernel
def incur(
    mu: Reals,
    per_premium: float,
    exposure: Reals,
    earned: Integers,
    relative: Reals,
    scale: Reals,
    edges: Words,
    incurred: Integers,
) -> float:
    """Book what the claims cost.

    Parameters
    ----------
    mu : float64[n]
        Mean number of claims.
    per_premium : float
        Mean claim over earned premium a contract-year, severity indices included: loss ratio / frequency, or mean
        severity x term in years / price. A dearer contract has dearer claims.
    exposure : float64[n], earned : int64[n]
    relative : float64[n]
        Sum of the claims in units of the mean claim (`amounts.sums_of_claims` of a law of mean 1).
    scale : float64[n]
        Work space: the mean claim of each row.
    edges : uint64[segments + 2]
    incurred : int64[n]
        Written.

    Returns
    -------
    float
        Surprise: incurred less its mean given the common factors, in minor units.
    """
    booked = 0
    for i in range(mu.size):
        scale[i] = per_premium * earned[i] / exposure[i] if exposure[i] > 0.0 else 0.0
    for i in range(mu.size):
        incurred[i] = round_half_even(scale[i] * relative[i])
        booked += incurred[i]
    return booked - dot(mu, scale, edges)


@kernel
def by_segment(incurred: Integers, edges: Words, out: Integers) -> None:
    """Sum of a product's claims by segment, the direct channel last: int64[segments + 1]."""
    for s in range(out.size):
        total = 0
        for i in range(edges[s], edges[s + 1]):
            total += incurred[i]
        out[s] = total


@kernel
def expect(mu: Reals, per_premium: float, exposure: Reals, earned: Integers, incurred: Integers) -> None:
    """Book the mean cost mu x mean claim in place of a draw; arguments as for `incur`.

    What rounding leaves goes on to the next row, so that the sum of any first rows is right to half a minor unit: rows
    of less than that would otherwise cost nothing for ever.
    """
    total, booked = 0.0, 0
    for i in range(mu.size):
        if exposure[i] > 0.0:
            total += mu[i] * (per_premium * earned[i] / exposure[i])
        incurred[i] = round_half_even(total) - booked
        booked += incurred[i]


@kernel
def cost(ratio: float, earned: Integers, incurred: Integers) -> None:
    """Cost of goods: a share of earned premium, rounded once a line."""
    for i in range(earned.size):
        incurred[i] = round_line(ratio, earned[i])
