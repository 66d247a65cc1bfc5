"""The statement of a month, which commission rules write into.

Notation: p product, i partner row, s segment, r replication. n rows, P products, S segments, R replications. Money is
in minor units. What is of no row is a value a replication; a plain number written to it is of each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.base.columns import Table
from sim.base.errors import SimError
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout, by_replication
from sim.policy.kernels import amounts, brought, plain_lines
from sim.policy.kernels.brought import Brought

OF_TABLE = (
    "accrued", "passed", "on_new", "fees_on_new", "received", "expensed", "reversed", "loss_share", "taken_back",
    "advanced", "written_down", "advance_back", "drawn", "onload", "onload_advanced", "fund_accrued", "fund_paid",
    "fund_expired",
)  # fmt: skip
"""columns of the partners' table that a statement fills"""
_LINES = "accrued", "on_new"  # by product: who first accrues on one clears it, as it comes into the cache


@dataclass(frozen=True)
class StatementLine:
    """One rule's amount for one partner: what it was computed on, the amount, and where it counts."""

    rule: str
    kind: str
    phase: str
    product: str
    reads: str
    """name of the input: premium, loss_ratio, leads, ..."""
    input: float
    amount: int
    """minor units, as owed to the partner"""
    paid_now: int = 0
    """an advance: paid at once and not part of what is owed"""
    rate: float | None = None
    """that of the contract: a share of money, minor units for each of a count; None where none is stated"""
    type: str = ""
    """`true_up` where the line corrects commission of earlier months"""
    remark: str = ""
    """name of the reason why no more was paid"""


class TrueUp(NamedTuple):
    """A true-up of the rate on premium written before, deferred with what of that premium is not yet earned.

    Pairs [2, n] are of the earlier months of a window and of this month.
    """

    cells: Flags
    """bool[P, S], where the premium is"""
    change: Integers
    """int64[2, n] minor units, part of what is expensed (below 0: reversed)"""
    premium: Integers
    """int64[2, n] that it is on; anything where `change` is 0"""
    months: Integers
    """int64[n], or int64[1] for all rows: months of the window, this one included"""
    returns: bool = True
    """it goes back with the premium, where commission does"""
    coverage: Flags | None = None
    """bool[P, n] where its rule covers some partners of a segment and not others"""


@dataclass
class Statement:
    """Commission of a month, in minor units.

    Rows are payees, except `accrued` and `passed`, whose rows are sellers: what is accrued on a seller's premium is
    deferred with that premium, whoever gets it. `watched` keeps each rule's lines for that row.
    """

    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        "fees": (slice(None),),
        **dict.fromkeys(("fees_now", "programme", "total", "booked"), ()),
    }
    """what has an axis of replications, and what to take of the axes in front of it"""

    columns: Mapping[str, Integers]
    """of the partners' table, by name; each is an attribute, as below, from when it is first asked for in a month"""
    accrued: Integers = field(init=False)
    """int64[P, n] on premium of the seller, deferred with it"""
    passed: Integers = field(init=False)
    """int64[P or 0, n] part of `accrued` that goes to sponsors"""
    on_new: Integers = field(init=False)
    """int64[P or 0, n] the seller's own part of `accrued` on new business, where a rule takes it back"""
    fees_on_new: Integers = field(init=False)
    """int64[P or 0, n] part of what is expensed for sales of each product, likewise"""
    received: Integers = field(init=False)
    """int64[n] what sponsors get of it"""
    expensed: Integers = field(init=False)
    """int64[n] not on premium, owed"""
    reversed: Integers = field(init=False)
    """int64[n] taken back by rules: true-ups down, penalties, what a rule `clawback` takes"""
    loss_share: Integers = field(init=False)
    """int64[n] part of the losses that the partner bears"""
    taken_back: Integers = field(init=False)
    """int64[n] part of `released` that is taken back from the payee, as `payment.clawback` says"""
    advanced: Integers = field(init=False)
    """int64[n] paid at once against later commission"""
    written_down: Integers = field(init=False)
    """int64[n] part of the advance that has become cost"""
    advance_back: Integers = field(init=False)
    """int64[n] part of the advance, or of a draw, that the partner owes back"""
    drawn: Integers = field(init=False)
    """int64[1 or 0, n] owed ahead of what is earned, to be owed back"""
    onload: Integers = field(init=False)
    """int64[1 or 0, n] our tax and social charges on what is expensed less what is reversed"""
    onload_advanced: Integers = field(init=False)
    """int64[1 or 0, n] the same on what is advanced"""
    fund_accrued: Integers = field(init=False)
    """int64[1 or 0, n] marketing money that partners may claim from now on: no commission"""
    fund_paid: Integers = field(init=False)
    """int64[1 or 0, n] of it claimed and paid"""
    fund_expired: Integers = field(init=False)
    """int64[1 or 0, n] of it not claimed in time"""
    fees: Integers
    """int64[P, R] to third parties and our own staff, deferred with the premium"""
    fees_now: Integers
    """int64[R] the same, not on premium"""
    programme: Integers
    """int64[R] cost of running the programme"""
    total: Integers
    """int64[R] commission that rules have booked so far: what they do to `total` is theirs"""
    brought: dict[str, Brought] = field(default_factory=dict)
    """what each rule that others name has brought, what limits have left of it"""
    claimed: dict[int, Integers] = field(default_factory=dict)
    """by product: commission on sales that named clawbacks follow already, int64[n]"""
    counted: Integers | int = 0
    """int64[n] part of `taken_back` that named clawbacks have counted towards theirs already"""
    booked: dict[str, Integers] = field(default_factory=dict)
    """commission by rule, int64[R]"""
    rated: dict[str, tuple[Integers, Integers]] = field(default_factory=dict)
    """by rule: premium that it has rated finally, and the commission on it, int64[R] each"""
    corrected: dict[tuple[int, int, int], int] = field(default_factory=dict)
    """by product, row and age: what premium changed inside a term earns beyond the rate of this month"""
    true_ups: list[TrueUp] = field(default_factory=list)
    """of the month, to be deferred"""
    returns: bool = True
    """commission on refunded premium is taken back"""
    coverage: Flags | None = None
    """bool[P, n] of the rule at work, where it covers some partners of a segment and not others"""
    eligible: Flags | None = None
    """bool[n] whom the rule at work may pay, where its conditions count when it pays"""
    pages: list[Any] = field(default_factory=list)
    """rules of the month as they hold in it, with whom they cover"""
    watched: int | None = None
    lines: list[StatementLine] = field(default_factory=list)
    acting: str = ""
    """name of the rule at work"""
    _stale: Flags = field(init=False, repr=False)
    """bool[P] products whose lines are still those of last month"""

    def __post_init__(self) -> None:
        self._stale = np.zeros(len(self.columns["accrued"]), dtype=np.bool_)

    @classmethod
    def of(cls, table: Table, watched: int | None = None, replications: int = 1) -> Statement:
        """The statement whose amounts are columns of the partners' table; `watched` is a row of it."""
        fees, sums = (np.zeros((size, replications), dtype=np.int64) for size in (len(table.accrued), 3))
        columns = {name: table.array(name) for name in OF_TABLE}
        return cls(columns, fees=fees, fees_now=sums[0], programme=sums[1], total=sums[2], watched=watched)

    def __getattr__(self, name: str) -> Integers:
        """Take hold of a column for the month."""
        found = vars(self).get("columns", {}).get(name)
        if found is None:
            raise AttributeError(f"a statement has no {name!r}")
        if name in _LINES:
            self.lines_stand()
        setattr(self, name, found)
        return found

    def clear(self) -> None:
        """Begin a month; what nobody has taken hold of since the last one began is 0 still."""
        self.coverage = self.eligible = None  # they are the book's own
        self._stale[:] = True
        for name in self.columns:
            held = vars(self).pop(name, None)
            if held is not None and name not in _LINES:
                plain_lines.clear(held)
        for sums in (self.fees, self.fees_now, self.programme, self.total):
            sums[:] = 0
        self.booked, self.rated, self.corrected, self.lines, self.true_ups = {}, {}, {}, [], []
        self.brought, self.claimed, self.counted = {}, {}, 0

    def accrue(self, p: int, facts: MonthFacts, new: Reals, renewal: Reals) -> None:
        """Add lines rate[segment] x premium to `accrued` of product p, new and renewal each rounded half to even."""
        self._accrue(slice(p, p + 1), facts, new[None, None], renewal[None, None])

    def accrue_all(self, facts: MonthFacts, new: Reals, renewal: Reals) -> None:
        """The same of all products: rate[product, segment] x premium."""
        self._accrue(slice(None), facts, new[None], renewal[None])

    def accrue_rules(self, facts: MonthFacts, rates: Mapping[str, tuple[Reals, Reals]]) -> None:
        """The same of several rules by name, rates on new business and on renewals of each; note what each books."""
        new, renewal = (_by_slice(one) for one in zip(*rates.values(), strict=True))
        for name, added in zip(rates, self._accrue(slice(None), facts, new, renewal), strict=True):
            self.booked[name] = self.booked.get(name, 0) + added

    def _accrue(self, products: slice, facts: MonthFacts, new: Reals, renewal: Reals) -> Integers:
        """The same of m rules, rate[m, product, segment]: what each adds, int64[m, R]."""
        sums = np.zeros((len(new), len(facts.layout.edges) - 1), dtype=np.int64)
        accrued, on_new = (self.columns[name][products] for name in _LINES)
        plain_lines.accrue(
            facts.layout.edges, facts.premium_new[products], facts.premium_renewal[products], new, renewal,
            self._stale[products], on_new, accrued, sums,
        )  # fmt: skip
        added = np.array([facts.layout.total(one) for one in sums])
        self.total += added.sum(axis=0)
        return added

    def lines_stand(self) -> None:
        """Clear the lines of products on which nobody has accrued anything this month."""
        if self._stale.any():
            for name in _LINES:
                lines = self.columns[name]
                lines[self._stale[: len(lines)]] = 0
            self._stale[:] = False

    def accrue_amount(self, p: int, amount: Integers, *, on_new: Integers) -> None:
        """Add amounts on premium by row, int64[n] minor units, to `accrued` of product p.

        `on_new`, int64[n], is the part of each that is on new business, which a clawback takes back: the amounts
        themselves where all of them are, zeros where they are on renewals.

        Raises
        ------
        SimError
            An array of another shape or type; a part of another sign than its amount, or larger.
        """
        self._require_part(amount, on_new, self.expensed.shape)
        if len(self.on_new):
            self.on_new[p] += on_new
        self.accrued[p] += amount
        self.total += by_replication(amount, self.total.size)

    def hold_under(self, p: int, facts: MonthFacts, cap: Reals) -> None:
        """Hold the commission accrued on product p under cap[segment] x its premium; sponsors keep theirs."""
        sums = facts.layout.sums()
        amounts.hold_under(
            facts.layout.edges, cap, facts.premium_new[p], facts.premium_renewal[p], *self.parts(p), self.accrued[p],
            sums,
        )  # fmt: skip
        self.total += facts.layout.total(sums)

    def commission(self, names: Sequence[str] = ()) -> Integers:
        """What the month has brought each partner so far, by all rules or by those named, before clawback: int64[n]."""
        if names:
            return brought.commission(self, names)
        found = np.empty_like(self.expensed)
        amounts.commission(self.accrued, self.passed, self.received, self.expensed, self.reversed, found)
        return found

    def balance(self) -> Integers:
        """What the whole statement owes each partner so far: int64[n]."""
        less = self.loss_share + self.taken_back + self.advance_back
        return np.asarray(self.commission() + self.drawn.sum(axis=0) - less)

    def of_sales(self, p: int, names: Sequence[str], where: Flags) -> Integers:
        """Commission for sales of product p, where[n], that no clawback has claimed: int64[n]; it claims them.

        Of all rules, or of those named.
        """
        mine = [one.of_sales(p) for one in brought.named(self, names)]
        whole = sum(mine, start=np.zeros_like(self.expensed)) if names else self.on_new[p] + self.fees_on_new[p]
        found: Integers = np.where(where, whole - (0 if names else self.claimed.get(p, 0)), 0)
        if self.brought:
            self.claimed[p] = self.claimed.get(p, np.zeros_like(found)) + found
        return found

    def take_off(self, p: int, over: Integers) -> None:
        """Take over[n], 0 or more, off what is accrued on product p."""
        self.accrued[p] -= over
        self.total -= by_replication(over, self.total.size)

    def cut(self, over: Integers, earned: Integers, names: Sequence[str] = ()) -> None:
        """Reverse over[n], 0 or more, of the commission earned[n] of the month; that on its sales bears its share.

        The commission is that of all rules, or of those named.
        """
        if names:
            brought.cut(self, names, over, earned)
            return
        self.true_up(-over)
        amounts.share_cut(over, earned, self.on_new, self.fees_on_new)

    def true_up(self, amount: Integers, *, on_new: Integers | None = None) -> None:
        """Expense what is positive of amount[n] (minor units), reverse what is negative.

        `on_new`, int64[P, n], is the part of each amount that is paid for this month's sales of each product, which a
        clawback takes back; left out: none is.

        Raises
        ------
        SimError
            With `on_new`: an array of another shape or type; parts of another sign than their amount, or larger.
        """
        if self.eligible is not None:
            kept = self.eligible | (amount <= 0)  # who may not be paid still owes
            amount = amount * kept
            on_new = None if on_new is None else on_new * kept
        if on_new is not None:
            self._require_part(amount, on_new, self.accrued.shape)
            if len(self.fees_on_new):
                self.fees_on_new += on_new
        plain_lines.true_up(amount, self.expensed, self.reversed)
        self.total += by_replication(amount, self.total.size)

    def true_up_premium(self, layout: Layout, true_up: TrueUp) -> None:
        """Expense or reverse a true-up, and have it deferred with the premium that it is on."""
        if self.eligible is None:
            sums = layout.sums()
            plain_lines.true_up_cells(layout.edges, true_up.cells, true_up.change, self.expensed, self.reversed, sums)
            self.total += layout.total(sums)
        else:
            for part in true_up.change:
                self.true_up(part)
        self.spread(true_up)

    def spread(self, true_up: TrueUp) -> None:
        """Have a true-up, expensed or reversed already, deferred with the premium that it is on."""
        if amounts.any_of(true_up.change):
            self.true_ups.append(true_up._replace(coverage=self.coverage))

    def rate_finally(self, premium: int | Integers, commission: int | Integers) -> None:
        """Report premium whose rate the rule at work now knows for good, and the whole commission on it: int64[R]."""
        before = self.rated.get(self.acting, np.zeros((2, self.total.size), dtype=np.int64))
        self.rated[self.acting] = (before[0] + premium, before[1] + commission)

    def _require_part(self, amount: Integers, on_new: Integers, shape: tuple[int, ...]) -> None:
        """Stop a rule whose `on_new` of this shape is no part of its amount[n]."""
        for name, given, wanted in (("amount", amount, self.expensed.shape), ("on_new", on_new, shape)):
            if getattr(given, "dtype", None) != np.int64 or np.shape(given) != wanted:
                found = f"{getattr(given, 'dtype', type(given).__name__)}{list(np.shape(given))}"
                raise SimError(f"rule {self.acting}: {name} is whole minor units, int64{list(wanted)}; got {found}")
        row = amounts.misfit(amount, on_new.reshape(-1, amount.size))
        if row >= 0:
            parts = on_new[..., row].tolist()
            found = f"{parts} of {amount[row]} in row {row}"
            raise SimError(f"rule {self.acting}: on_new is no part of the amount: {found}")

    def parts(self, p: int) -> tuple[Integers, Integers]:
        """What is passed on and what is on new business of commission on product p: int64[1 or 0, n] each."""
        return self.passed[p : p + 1], self.on_new[p : p + 1]

    def own(self, p: int, i: int) -> int:
        """Commission on partner i's own premium of product p that is its own."""
        return int(self.accrued[p, i] - (self.passed[p, i] if len(self.passed) else 0))

    def rest(self, i: int) -> int:
        """What the statement owes partner i besides commission on its own premium."""
        return int(
            self.received[i] + self.expensed[i] - self.reversed[i] - self.loss_share[i] - self.taken_back[i]
            - self.advance_back[i] + self.drawn[:, i].sum()
        )  # fmt: skip

    def owed(self, i: int) -> int:
        """What the whole statement owes partner i."""
        return sum(self.own(p, i) for p in range(len(self.accrued))) + self.rest(i)


def _by_slice(tables: Sequence[Reals]) -> Reals:
    """Rates of m rules, float64[P, S] or by slice, in one array of the same width: float64[m, P, S or R S]."""
    width = max(one.shape[1] for one in tables)
    return np.array([np.tile(one, width // one.shape[1]) for one in tables])
