"""What single rules have brought each partner in a month, kept of rules that others name: limits, clawbacks, holdbacks.

What a limit or a carve-out for all takes falls on the named rules as on all commission, in proportion; what is for some
rules alone falls on them alone. Notation: p product, i partner row; n rows, P products; int64, minor units.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.policy.kernels import amounts


class Written(Protocol):
    """What a statement must have for this."""

    accrued: Integers
    passed: Integers
    received: Integers
    expensed: Integers
    reversed: Integers
    on_new: Integers
    fees_on_new: Integers
    true_ups: list[Any]
    brought: dict[str, Brought]

    def true_up(self, amount: Integers) -> None:
        """Expense what is positive of amount[n], reverse what is negative."""

    def take_off(self, p: int, over: Integers) -> None:
        """Take over[n] off what is accrued on product p."""


@dataclass
class Brought:
    """Commission of a month, or what a rule has added to it and limits have left of that."""

    own: Integers
    """[P, n] the seller's own on its premium"""
    rest: Integers
    """[n] not on its own premium: received, expensed, less what is reversed"""
    on_new: Integers
    """[P or 0, n] part of `own` on new business, where a rule takes it back"""
    fees_on_new: Integers
    """[P or 0, n] part of `rest` for sales of the month, likewise"""
    true_ups: list[Any]

    @classmethod
    def so_far(cls, statement: Written) -> Brought:
        """The whole commission as it stands."""
        own = statement.accrued - statement.passed if len(statement.passed) else statement.accrued.copy()
        rest = statement.received + statement.expensed - statement.reversed
        return cls(own, rest, statement.on_new.copy(), statement.fees_on_new.copy(), list(statement.true_ups))

    @property
    def commission(self) -> Integers:
        """All of it: int64[n]."""
        return np.asarray(self.own.sum(axis=0) + self.rest)

    def of_sales(self, p: int) -> Integers:
        """Commission for the month's sales of product p: int64[n]."""
        return np.asarray(self.on_new[p] + self.fees_on_new[p])

    def less(self, before: Brought) -> Brought:
        """What was added since `before`."""
        return Brought(
            self.own - before.own, self.rest - before.rest, self.on_new - before.on_new,
            self.fees_on_new - before.fees_on_new, self.true_ups[len(before.true_ups) :],
        )  # fmt: skip

    def add(self, more: Brought) -> None:
        """Add what a rule brings when it acts again in the month."""
        self.own += more.own
        self.rest += more.rest
        self.on_new += more.on_new
        self.fees_on_new += more.fees_on_new
        self.true_ups += more.true_ups

    def keep(self, share: Reals) -> None:
        """Keep this share[n] of the whole, sales apart."""
        self.own, self.rest = lines(share, self.own), lines(share, self.rest)

    def lower(self, before: Brought, now: Brought, of_rest: bool) -> None:
        """Bear what has been taken of all commission between `before` and `now`.

        `of_rest`: what is taken besides commission on premium is taken of the rest alone, else of everything.
        """
        self.own = lines(_left(now.own, before.own), self.own)
        whole = before.rest if of_rest else now.own.sum(axis=0) + before.rest
        share = _left(whole + np.minimum(now.rest - before.rest, 0), whole)
        self.rest = lines(share, self.rest)
        self.own = self.own if of_rest else lines(share, self.own)
        self.on_new = lines(_left(now.on_new, before.on_new), self.on_new)
        self.fees_on_new = lines(_left(now.fees_on_new, before.fees_on_new), self.fees_on_new)


def lines(share: Reals, money: Integers) -> Integers:
    """Share x money, each rounded half to even."""
    return np.rint(share * money).astype(np.int64)


def named(statement: Written, names: Iterable[str]) -> list[Brought]:
    """What the rules of these names have brought this month; those that have not acted are left out."""
    return [statement.brought[name] for name in names if name in statement.brought]


def commission(statement: Written, names: Iterable[str]) -> Integers:
    """What is left of the commission of these rules: int64[n]."""
    return np.asarray(sum((one.commission for one in named(statement, names)), start=np.zeros_like(statement.expensed)))


def cut(statement: Written, names: Sequence[str], over: Integers, earned: Integers) -> None:
    """Reverse over[n], 0 or more, of what these rules earned[n]; that on their sales bears its share."""
    statement.true_up(-over)
    parts = named(statement, names)
    if not parts or not over.any():
        return
    share = np.where(earned > 0, 1.0 - over / np.maximum(earned, 1), 1.0)
    on_new, fees = (np.concatenate([getattr(one, column) for one in parts]) for column in ("on_new", "fees_on_new"))
    amounts.share_cut(over, earned, on_new, fees)
    for k, one in enumerate(parts):
        one.keep(share)
        _replace(statement, one, on_new, fees, k)


def _replace(statement: Written, one: Brought, on_new: Integers, fees: Integers, k: int) -> None:
    """Put the k-th part's lowered commission on sales in its place, in the statement as well."""
    size = len(one.on_new)
    for column, found in (("on_new", on_new), ("fees_on_new", fees)):
        left = found[k * size : (k + 1) * size]
        getattr(statement, column)[:] -= getattr(one, column) - left
        setattr(one, column, left)


def cut_on_premium(statement: Written, names: Sequence[str], p: int, most: Integers) -> None:
    """Hold what these rules accrue on product p under most[n]; rows that stay below are left alone."""
    parts = named(statement, names)
    own = np.asarray(sum((one.own[p] for one in parts), start=np.zeros_like(most)))
    over = np.maximum(own - most, 0)
    if not over.any():
        return
    share = 1.0 - over / np.maximum(own, 1)
    for one in parts:
        one.own[p] = lines(share, one.own[p])
        _lower_on_new(statement, one, p, share)
    statement.take_off(p, over)


def _lower_on_new(statement: Written, one: Brought, p: int, share: Reals) -> None:
    if len(one.on_new):
        left = lines(share, one.on_new[p])
        statement.on_new[p] -= one.on_new[p] - left
        one.on_new[p] = left


def _left(now: Integers, before: Integers) -> Reals:
    """Share that is left of what was above 0; 1 where nothing was taken."""
    taken = (before > 0) & (now < before)
    return np.where(taken, np.maximum(now, 0) / np.maximum(before, 1), 1.0)
