"""Onload: our tax and social charges on commission, a share of it by product. They are no income of the partner.

Commission on premium bears the onload of its product. What a rule pays besides belongs to no product: it bears the mean
onload of the products that the rule covers, weighted by the partner's premium of the month in them; where it wrote
none, their plain mean.

Notation: p product, i partner row, s segment.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.policy.given.facts import MonthFacts
from sim.policy.statement import Statement


def lines(rates: Reals | float, amounts: Integers) -> Integers:
    """Onload on amounts, each rounded half to even."""
    return np.rint(rates * amounts).astype(np.int64)


def mean(rates: Reals, weights: Reals | Integers) -> Reals:
    """Mean rate by weights[P, ...], the plain one where there are none."""
    total = weights.sum(axis=0)
    sums = np.tensordot(rates, weights, axes=1)
    return np.asarray(np.divide(sums, total, out=np.full(total.shape, rates.mean()), where=total > 0))


@contextmanager
def charged(
    statement: Statement, facts: MonthFacts, cells: Flags, coverage: Flags | None, rates: Reals
) -> Iterator[None]:
    """Charge onload on what a rule books within, besides commission on premium."""
    rest, advanced = statement.expensed - statement.reversed, statement.advanced.copy()
    yield
    rest, advanced = statement.expensed - statement.reversed - rest, statement.advanced - advanced
    if rest.any() or advanced.any():
        rate = by_row(facts, cells, coverage, rates)
        statement.onload += lines(rate, rest)
        if len(statement.onload_advanced):
            statement.onload_advanced += lines(rate, advanced)


def by_row(facts: MonthFacts, cells: Flags, coverage: Flags | None, rates: Reals) -> Reals:
    """The mean rate of the products that a rule covers, by row: float64[n]."""
    covered = facts.layout.by_row(cells) if coverage is None else coverage
    written = (facts.premium_new + facts.premium_renewal) * covered
    plain = np.where(written.any(axis=0), 0.0, covered)  # weights where nothing is written
    return mean(rates, written + plain)
