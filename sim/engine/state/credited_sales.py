"""Whose the month's sales are: journeys in force, what they displace of our own sales, and what is credited.

Notation: R replications, s segment of partners, p product, c channel of ours but for the direct one, j journey, k class
of partners (`sim.engine.layout.path_table`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from sim.base.arrays import Integers, Places, Reals
from sim.contracts import shared_sales
from sim.engine.layout.batch import Batch
from sim.engine.layout.path_table import Credits, PathTable
from sim.engine.state.now import Now
from sim.policy.attribution_in_force import in_force
from sim.policy.attribution_rule import UNKNOWN, AttributionRule, Weights


class Journeys:
    """Paths of the month, and sums over the partners that sold.

    Attributes
    ----------
    kept : part of each segment's sales that separation leaves, float64[k, p, s]
    shares : of each journey in the sales that are left, float64[k, p, s, j]
    weight : what each channel of ours loses for one sale of a partner, float64[k, p, s, c]
    credited : what reaches partners of their commission, as they expect it, float64[1 or R, k, p, s]
    scale : what of that there is own demand for, float64[R, p, c]
    expected, before : sales of the month and of the last one, by journey, the last of partners alone: float64[R, j + 1]
    written : premium of what partners have sold, repeat purchases of their customers included, int64[R, p, s]
    anyway : of that what would have come without them to each channel of ours, minor units, float64[R, p, s, c]
    own_credit : premium of partners' sales credited to our channels, int64[R, c]
    signed : premium of them that stands in our rows, because the customers have signed with us, the last of them the
        direct one, int64[R, c + 1]
    other_credit : the same credited to partners of other segments on the path, int64[R, p, s]
    paid_twice : premium that both a partner and a channel of ours are credited with, int64[R, s, c]
    premium_seen : premium of partners' new sales that were seen, by journey, int64[R, j + 1]
    """

    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = dict.fromkeys(
        ("scale", "expected", "before", "written", "anyway", "own_credit", "signed", "other_credit", "paid_twice",
         "premium_seen"), ()
    )  # fmt: skip

    def __init__(self, batch: Batch, table: PathTable) -> None:
        plan, self.table = batch.plan, table
        size, products, segments, channels = batch.size, len(plan.lines), len(plan.kinds), len(plan.own)
        self.classes: Places = np.tile(table.classes, size)
        self._rule: AttributionRule | None = None
        self._paths = (-1, table.shares(0))  # a month and its paths
        self.credited = np.ones((1, 1, products, segments))
        self.kept, self.shares, self.weight = np.ones((1, 1, 1)), np.zeros((1, 1, 1, 0)), np.zeros((1, 1, 1, channels))
        self.scale = np.ones((size, products, channels))
        self.expected, self.before = np.zeros((2, size, len(table.names) + 1))
        self.written: Integers = np.zeros((size, products, segments), dtype=np.int64)
        self.anyway = np.zeros((size, products, segments, channels))
        self.own_credit: Integers = np.zeros((size, channels), dtype=np.int64)
        self.signed: Integers = np.zeros((size, channels + 1), dtype=np.int64)
        self.other_credit: Integers = np.zeros((size, products, segments), dtype=np.int64)
        self.paid_twice: Integers = np.zeros((size, segments, channels), dtype=np.int64)
        self.premium_seen: Integers = np.zeros((size, len(table.names) + 1), dtype=np.int64)

    @classmethod
    def of(cls, batch: Batch) -> Journeys | None:
        """Journeys where the scenario states any."""
        return None if batch.plan.paths is None else cls(batch, batch.plan.paths)

    def begin(self, now: Now) -> None:
        """Find the paths of the month."""
        self.kept, self.shares = self._of_month(now.t)
        self.weight = self.table.displaced(self.shares)
        self.before[:] = self.expected
        for sums in (
            self.expected, self.written, self.anyway, self.own_credit, self.signed, self.other_credit, self.paid_twice,
            self.premium_seen,
        ):  # fmt: skip
            sums[:] = 0

    def _of_month(self, t: int) -> tuple[Reals, Reals]:
        """What `PathTable.shares` tells of a month, asked once."""
        if self._paths[0] != t:
            self._paths = (t, self.table.shares(t))
        return self._paths[1]

    def not_anyway(self, p: int) -> Reals:
        """Part of the sales of a product that would not have come without the partner: float64[s]."""
        return 1.0 - self.table.come_anyway(self.shares[0, p])

    def expect(self, p: int, sales: Reals) -> Reals:
        """Note expected sales of a product, float64[R, k, s]; what our own channels lose by them: float64[R, c]."""
        by_path = np.einsum("rks,ksj->rj", sales, self.shares[:, p])
        self.expected[:, :-1] += by_path
        self.expected[:, -1] += sales.sum(axis=(1, 2)) - by_path.sum(axis=1)
        return np.asarray(np.einsum("rks,ksc->rc", sales, self.weight[:, p]))

    def by_class(self, now: Now, sales: Reals | Integers) -> Reals:
        """Sales of the rows, [n], summed over partners of a class and segment: float64[R, k, s]."""
        partners, segments = now.plan.population.partners, self.shares.shape[2]
        cell = self.table.classes[:partners] * segments + now.plan.population.segment[:partners].astype(np.intp)
        found = np.zeros((now.size, len(self.shares) * segments))
        shared_sales.sums_by_cell(cell, sales.reshape(now.size, -1).astype(np.float64, copy=False), found)
        return found.reshape(now.size, len(self.shares), segments)

    def lost_to_repeats(self, p: int, purchases: Reals) -> Reals:
        """What our own channels lose by purchases, [R, k, s], of those who have bought before: float64[R, c]."""
        return np.asarray(np.einsum("rks,ksc->rc", purchases, self.weight[:, p]))

    def note_repeats(self, p: int, purchases: Reals, price: int) -> None:
        """Take in the premium of repeat purchases, [R, k, s]: as large a part of them comes anyway as of first ones."""
        self.written[:, p] += np.rint(price * purchases.sum(axis=1)).astype(np.int64)
        anyway = np.einsum("rks,ksc->rsc", purchases, self.weight[:, p])
        self.anyway[:, p] += price * anyway * self.scale[:, p, None, :]

    def see(self, now: Now) -> Reals:
        """What partners have learnt to expect of their commission: `credited_shares`, kept for `reaching`."""
        self.credited = self.credited_shares(now)
        return self.credited

    def reaching(self, now: Now, rows: slice | Integers) -> Reals:
        """Part of the commission on what these rows sell that reaches them, as they expect it: float64[p, rows]."""
        there = np.arange(rows.start, rows.stop) if isinstance(rows, slice) else rows
        replication, place = np.divmod(there, now.batch.of_one)
        known = replication if len(self.credited) > 1 else np.zeros_like(replication)
        segment = now.plan.population.segment[place].astype(np.intp)
        return np.asarray(self.credited[known, self.table.classes[place], :, segment].T)

    def credited_shares(self, now: Now) -> Reals:
        """What reaches partners of all that they sell: float64[B, k, p, s], B as `Credits` has it."""
        _, shares = self._of_month(now.t)
        found = self.credits(now).partner
        alone = 1.0 - shares.sum(axis=-1)
        return np.asarray((np.einsum("kpsj,bj->bkps", shares, found) + alone) * now.plan.tracked.seen[:, now.t])

    def credits(self, now: Now) -> Credits:
        """Whose the sales of the month's journeys are, under the rule in force.

        A rule that learns from journeys reads those of the last month, in the first month those of this one.
        """
        rule = in_force(now.policy, now.ordinal)
        if rule.learns:
            return self.table.credits(rule, self.learnt(rule))
        if rule is not self._rule:
            self._rule, self._credits = rule, self.table.credits(rule)
        return self._credits

    def learnt(self, rule: AttributionRule) -> Sequence[Weights]:
        """What a rule has learnt of each toucher, by replication; one for all where it learns nothing."""
        if not rule.learns:
            return (UNKNOWN,)
        sales = self.before if self.before.any() else self.expected
        return [rule.weights(self.table.expected(one)) for one in sales.tolist()]
