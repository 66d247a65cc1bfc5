"""Claims: counts on exposure, severities that follow the premium, booked at ultimate cost (model, section 7)."""

from __future__ import annotations

from sim.base.arrays import Integers, Reals, Words
from sim.base.functions import dot, round_half_even, round_line
from sim.base.kernels import inlined, kernel
from sim.base.samplers import negative_binomial


@kernel
def means(edges: Words, frequency: Reals, exposure: Reals, relativity: Reals, out: Reals) -> None:
    """Mean number of claims: frequency[segments] a contract-year x exposure x risk relativity."""
    for s in range(edges.size - 1):
        a_year = frequency[s % frequency.size]
        for i in range(edges[s], edges[s + 1]):
            out[i] = a_year * exposure[i] * relativity[i]


@kernel
def mixed_counts(mu: Reals, shape: float, u: Reals, out: Integers) -> None:
    """Negative binomial counts of one mixing shape (1 / cv**2)."""
    for i in range(mu.size):
        out[i] = negative_binomial(mu[i], shape, u[i])


@kernel
def incur(
    edges: Words,
    mu: Reals,
    each: Reals,
    by_premium: bool,
    exposure: Reals,
    earned: Integers,
    relative: Reals,
    scale: Reals,
    incurred: Integers,
    booked: Integers,
    expected: Reals,
) -> None:
    """Book what the claims cost.

    Parameters
    ----------
    mu : float64[n]
        Mean number of claims.
    each : float64[segments], by_premium : bool
        Mean claim, severity indices included: minor units, or, by premium, over earned premium a contract-year, so
        that a dearer contract has dearer claims.
    exposure : float64[n], earned : int64[n]
    relative : float64[n]
        Sum of the claims in units of the mean claim (`amounts.sums_of_claims` of a law of mean 1).
    scale : float64[n]
        Work space: the mean claim of each row.
    incurred : int64[n]
        Written.
    booked : int64[slices], expected : float64[slices]
        Written: incurred, and its mean given the common factors, in minor units. The surprise is their difference.
    """
    for s in range(edges.size - 1):
        mean, total = each[s % each.size], 0
        for i in range(edges[s], edges[s + 1]):
            scale[i] = _mean_claim(mean, by_premium, exposure[i], earned[i])
        for i in range(edges[s], edges[s + 1]):
            incurred[i] = round_half_even(scale[i] * relative[i])
            total += incurred[i]
        booked[s] = total
    dot(mu, scale, edges, expected)


@inlined
def _mean_claim(each: float, by_premium: bool, exposure: float, earned: int) -> float:
    if exposure <= 0.0:
        return 0.0
    return each * earned / exposure if by_premium else each


@kernel
def within(incurred: Integers, relative: Reals, excess: Reals, scale: Reals, out: Integers) -> None:
    """Write what claims cost, each up to a stop: scale x (relative - excess), what `incur` has booked where none is."""
    for i in range(incurred.size):
        out[i] = round_half_even(scale[i] * (relative[i] - excess[i])) if excess[i] > 0.0 else incurred[i]


@kernel
def expect(
    edges: Words,
    replications: int,
    mu: Reals,
    each: Reals,  # [segments]
    by_premium: bool,
    exposure: Reals,
    earned: Integers,
    incurred: Integers,
    booked: Integers,  # [slices]
) -> None:
    """Book the mean cost mu x mean claim in place of a draw; arguments as for `incur`.

    What rounding leaves goes on to the next row of the replication, so that the sum of any first rows is right to half
    a minor unit: rows of less than that would otherwise cost nothing for ever.
    """
    segments = (edges.size - 1) // replications
    total, done = 0.0, 0
    for s in range(edges.size - 1):
        if s % segments == 0:
            total, done = 0.0, 0
        before, mean = done, each[s % each.size]
        for i in range(edges[s], edges[s + 1]):
            if exposure[i] > 0.0:
                total += mu[i] * _mean_claim(mean, by_premium, exposure[i], earned[i])
            incurred[i] = round_half_even(total) - done
            done += incurred[i]
        booked[s] = done - before


@kernel
def cost(ratio: float, earned: Integers, incurred: Integers) -> None:
    """Cost of goods: a share of earned premium, rounded once a line."""
    for i in range(earned.size):
        incurred[i] = round_line(ratio, earned[i])


@kernel
def cost_of_time(each: float, exposure: Reals, incurred: Integers) -> None:
    """Cost of goods: a sum for each contract-year (minor units), rounded once a line."""
    for i in range(exposure.size):
        incurred[i] = round_half_even(each * exposure[i])
