"""Incidents that partners cause, and what customers answer when they are asked about a partner.

Notation: i row, s segment or slice, S segments.
"""

from __future__ import annotations

from sim.base.arrays import Bytes, Counts, Flags, Integers, Reals, Words
from sim.base.functions import exp
from sim.base.kernels import kernel
from sim.base.luck import uniform
from sim.base.samplers import binomial_from_uniform, poisson_from_uniform


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
def ask(
    edges: Words,
    answers: Reals,  # [S]
    promoters: Reals,  # [2, S]
    detractors: Reals,  # [2, S]
    unsound: Bytes,
    sold: Integers,
    keys: Words,
    purposes: Words,
    answered: Counts,
    score: Counts,
) -> None:
    """Let customers answer: of each sale with a chance, for or against us with others.

    Parameters
    ----------
    answers : of the sales of a segment, the share whose customers answer
    promoters, detractors : shares of them, of sound partners and of unsound ones
    unsound : uint8[n]
    sold : int64[n]
    keys : uint64[n] of the month's draws
    purposes : uint64[3]
        Of who answers, of promoters, of detractors among the others.
    answered : int32[n]
        Written: answers.
    score : int32[n]
        Written: promoters less detractors.
    """
    for s in range(edges.size - 1):
        k = s % answers.size
        for i in range(edges[s], edges[s + 1]):
            n = binomial_from_uniform(sold[i], answers[k], uniform(keys[i], purposes[0])) if sold[i] else 0
            favour, against = promoters[unsound[i], k], detractors[unsound[i], k]
            answered[i] = n
            score[i] = 0
            if n:
                pro = binomial_from_uniform(n, favour, uniform(keys[i], purposes[1]))
                of_rest = min(1.0, against / (1.0 - favour)) if favour < 1.0 else 0.0
                score[i] = pro - binomial_from_uniform(n - pro, of_rest, uniform(keys[i], purposes[2]))
