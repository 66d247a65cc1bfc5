"""Incidents that partners cause, and what is remembered of what customers answer.

Notation: i row, s segment or slice, S segments.
"""

from __future__ import annotations

from sim.base.arrays import Bytes, Counts, Flags, Integers, Reals, Words
from sim.base.functions import exp
from sim.base.kernels import kernel
from sim.base.samplers import poisson_from_uniform


@kernel
def strike(exposed: Flags, unsound: Bytes, sound: float, worse: float, u: Reals, count: Integers) -> None:
    """Write how many incidents of a kind each partner causes: Poisson, of mean `worse` where it is unsound.

    Parameters
    ----------
    exposed : bool[n]
        Who sells for us this month; others cause none.
    unsound : uint8[n]
    sound, worse : mean numbers a month
    u : float64[n]
    count : int64[n]
        Written.
    """
    none, none_worse = exp(-sound), exp(-worse)
    for i in range(count.size):
        count[i] = exposed[i] and u[i] > (none_worse if unsound[i] else none)
    for i in range(count.size):
        if count[i]:
            count[i] = poisson_from_uniform(worse if unsound[i] else sound, u[i])


@kernel
def of_types(
    edges: Words,
    shares: Reals,  # [2, S]
    unsound: Bytes,
    out: Reals,
) -> None:
    """Write each partner's share out[n], that of sound partners of its segment or of unsound ones."""
    for s in range(edges.size - 1):
        k = s % shares.shape[1]
        sound, worse = shares[0, k], shares[1, k]
        for i in range(edges[s], edges[s + 1]):
            out[i] = worse if unsound[i] else sound


@kernel
def hear(answers: Integers, score: Integers, by_month: Counts, scores: Counts, year: Counts, points: Counts) -> None:
    """Put a month's answers in the place of those of a year ago, and into the sums of twelve months.

    Parameters
    ----------
    answers, score : int64[n]
        Of the month; score is promoters less detractors.
    by_month, scores : int32[n]
        The same of the month a year ago: overwritten.
    year, points : int32[n]
        Sums of twelve months: updated.
    """
    for i in range(answers.size):
        year[i] += answers[i] - by_month[i]
        points[i] += score[i] - scores[i]
        by_month[i] = answers[i]
        scores[i] = score[i]
