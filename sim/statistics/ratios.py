"""A ratio over replications: that of the sums, never the mean of the ratios, with the interval that belongs to it.

The mean of ratios is no ratio of anything printed: years with little premium weigh in it as much as years with much.
So a ratio is R = mean(a) / mean(b), and its spread that of z_n = R + (a_n - R b_n) / mean(b), whose mean is R exactly
and whose Student's interval is that of the delta method. Whatever is known of means (pairs, controls, looks, roots)
then holds of ratios without a word of its own. A figure may be a sum of ratios of different bases.

Notation: n replication, j ratio; a[n] the sum on top, b[n] the one below. Source: Cochran 1977, sections 2.11 and 6.5.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.base.arrays import Reals

Terms = Sequence[tuple[Reals, Reals]]
"""ratios that are added: (sums above, sums below) by replication"""


def divide(top: Reals, bottom: Reals) -> Reals:
    """Top over bottom, NaN where the bottom is 0."""
    return np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=np.asarray(bottom) != 0)


def one_by_one(terms: Terms) -> Reals:
    """The figure of each replication by itself, NaN where it has nothing below: float64[n]."""
    return np.asarray(sum(divide(top, bottom) for top, bottom in terms))


def linearised(terms: Terms) -> Reals:
    """Values whose mean is the ratio of the sums and whose spread is that of this ratio: float64[n].

    All NaN where the sums below come to 0.
    """
    return np.asarray(sum(_linearised(top, bottom) for top, bottom in terms))


def _linearised(top: Reals, bottom: Reals) -> Reals:
    mean = float(bottom.mean())
    if mean == 0.0:
        return np.full(top.shape, np.nan)
    ratio = float(top.mean()) / mean
    return ratio + (top - ratio * bottom) / mean
