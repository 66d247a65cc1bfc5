"""Claims: counts on exposure, severities that follow the premium, booked at ultimate cost (model, section 7)."""

from __future__ import annotations

from sim.base.functions import kernel, round_half_even
from sim.base.samplers import negative_binomial, sum_of_claims


@kernel
def means(first, last, frequency, exposure, relativity, out):  # type: ignore[no-untyped-def]
    """Mean number of claims: frequency (a contract-year) x exposure x risk relativity."""
    for i in range(first, last):
        out[i] = frequency * exposure[i] * relativity[i]


@kernel
def mixed_counts(mu, shape, u, out):  # type: ignore[no-untyped-def]
    """Negative binomial counts of one mixing shape (1 / cv**2)."""
    for i in range(mu.size):
        out[i] = negative_binomial(mu[i], shape, u[i])


@kernel
def incur(count, mu, per_premium, exposure, earned, kind, law, keys, purpose, incurred):  # type: ignore[no-untyped-def]
    """Draw what the claims cost.

    Parameters
    ----------
    count : int64[n], mu : float64[n]
        Claims and their mean.
    per_premium : float
        Mean claim over earned premium a contract-year, severity indices included: loss ratio / frequency, or mean
        severity x term in years / price. A dearer contract has dearer claims.
    exposure : float64[n], earned : int64[n]
    kind : int, law : float64[:]
        Severity law of mean 1 (`samplers.sum_of_claims`).
    keys : uint64[n], purpose : uint64
    incurred : int64[n]
        Written.

    Returns
    -------
    (surprise, claims) : float, int
        Incurred less its mean given the common factors, in minor units; number of claims.
    """
    expected = 0.0
    total = 0
    number = 0
    for i in range(count.size):
        if exposure[i] <= 0.0:
            incurred[i] = 0
            continue
        scale = per_premium * earned[i] / exposure[i]
        expected += mu[i] * scale
        amount = 0
        if count[i] > 0:
            amount = round_half_even(scale * sum_of_claims(kind, law, count[i], keys[i], purpose))
            number += count[i]
        incurred[i] = amount
        total += amount
    return total - expected, number


@kernel
def cost(ratio, earned, incurred):  # type: ignore[no-untyped-def]
    """Cost of goods: a share of earned premium, rounded once a line."""
    for i in range(earned.size):
        incurred[i] = round_half_even(ratio * earned[i])
