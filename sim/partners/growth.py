"""How far recruiting may make a segment grow: the rows that must be kept for recruits."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf, isfinite, sqrt


def room(partners: int, rates: Iterable[float], entries: Iterable[float], demand: float, deviations: float) -> float:
    """Rows that recruits may need if nobody leaves and all sell for us: infinite where no number would do.

    Parameters
    ----------
    partners : partners at the opening
    rates : mean recruits of a partner, by month
    entries : mean number of partners that enter otherwise, by month
    demand : highest factor on both
    deviations : of a normal law; its tail beyond them is the chance of too little room

    Notes
    -----
    The number of partners N has the mean M and the variance V: M' = M (1 + r) + e, V' = V (1 + r)^2 + M r + e. Growth
    makes its tail longer than normal; a gamma law of this mean and variance has at most the tail exp(-z^2 / 2) beyond
    M + b + sqrt(b^2 + z^2 V), b = z^2 V / (2 M) (Chernoff, with x - 1 - ln x >= (x - 1)^2 / (2 x) for x >= 1).
    """
    mean, variance, come = float(partners), 0.0, 0.0
    for rate, entry in zip(rates, entries, strict=True):
        born, grown = mean * rate * demand, 1.0 + rate * demand  # may become infinite, not an error
        come += born
        variance = variance * (grown * grown) + born + entry * demand
        mean = mean * grown + entry * demand
    if come == 0.0:
        return 0.0
    if not isfinite(variance):
        return inf
    skew = deviations**2 * variance / (2.0 * mean)
    return come + skew + sqrt(skew**2 + deviations**2 * variance)
