"""Tiers: the rate rises with the volume of a window, slice by slice (marginal) or on all of it (retroactive).

Each statement books rate x window volume less what the window has booked; what it books beyond the rate reached on
this month's premium is a true-up. A trailing window, a number of customers and a loss ratio only set the rate of this
month's premium.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Reals
from sim.base.columns import Column
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR, Share, WholeMonths
from sim.policy.facts import Layout, MonthFacts, Prospect
from sim.policy.inputs import TRUE_UP, Computed
from sim.policy.kernels import scale as scales
from sim.policy.kernels import tier_booking
from sim.policy.measuring.windows import LENGTHS, Windows
from sim.policy.parts import measures, rates_reached
from sim.policy.parts.experience import Basis, Covered, Losses, LossRecord
from sim.policy.parts.net_volume import Steps, WindowScale, forget_trailing, settle_earlier
from sim.policy.parts.stops_losses import StopsLosses
from sim.policy.rule import Memory, Rule
from sim.policy.statement import Statement
from sim.policy.terms.brackets import Bracket as Bracket
from sim.policy.terms.brackets import Scale as Scale

_WRITTEN = ("premium", "count", "growth")
_MEASURED = ("customers", "growth", "loss_ratio")
_MEASURES = ("by", "window", "losses", "basis", "lag", "stop_per_claim", "stop_per_year")  # what is measured


class Terms(NamedTuple):
    """Where tiers hold, their scale, the rate of the unknown, what a loss ratio is recorded of, and since when."""

    cells: Flags
    steps: Steps
    unknown: float
    covered: Covered
    since: int
    """month in which another scale gave way to this one; -1: none did"""


class Tiers(StopsLosses):
    """Volume commission of the named segments and products.

    Customers are the contracts in force at the last close; they and the loss ratio of the window judged last set the
    rate of this month's premium. Growth is that of the window's premium so far over the whole of the same window a
    year before, trued up like a volume; where that window was not seen whole or had no premium, the first tier holds.
    Contract years begin in the month of a partner's entry, in January for those there from the beginning. Where a scale
    changes inside a window, the volume before counts, and its commission stays as it was booked.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        Column("measure", "i8", "minor or contracts", "volume of the window so far"),
        Column("premium", "i8", "minor", "premium of the window so far"),
        Column("booked", "i8", "minor", "commission of that premium, as the last statement left it"),
        Column("fresh", "i8", "minor", "premium of the month and what was accrued on it", ("fresh",)),
        Column("standing", "f8", "share", "rate of the premium of each month, where slices have theirs", ("standing",)),
        Column("earlier", "i8", "minor", "premium of the window before its scale changed", ("changed",)),
        Column("settled", "i8", "minor", "commission of that premium", ("changed",)),
        Column("months", "i8", "minor or contracts", "volume by month or by window of the past", ("window",)),
        Column("seen", "i8", "months", "months of the window that were seen, where growth counts", ("seen",)),
        Column(
            "ratio", "f8", "ratio", "loss ratio of the window judged last, where it counts", ("known",), start=np.nan
        ),
        Column("ratio_premium", "i8", "minor", "premium of the windows of the loss ratio", ("judging",)),
        Column("ratio_losses", "i8", "minor", "losses of the windows of the loss ratio", ("judging",)),
    )
    rest_is: ClassVar[str] = TRUE_UP
    batched: ClassVar[bool] = True
    kind: Literal["tiers"]
    role: Literal["main", "bonus"] = Field(default="main", description="main: instead of base; bonus: on top of it")
    by: Literal["premium", "count", "customers", "growth", "loss_ratio"] = Field(
        default="premium",
        description="what the scale is read at: premium or contracts written, contracts in force, growth of premium, "
        "loss ratio",
    )
    window: Literal["month", "quarter", "year", "contract_year", "trailing"] = Field(
        default="year",
        description="period after which the volume starts anew; contract_year: from the month of entry; trailing: the "
        "last 12 months",
    )
    volume: Literal["net", "gross"] = Field(
        default="net",
        description="net: premium refunded (by count, contracts) leaves the window of its sale, and its true-ups go "
        "back with it; gross: it stays",
    )
    losses: Losses = Field(default="incurred", description="numerator of the loss ratio")
    basis: Basis = Field(default="earned", description="denominator of the loss ratio: premium written or earned")
    lag: WholeMonths = Field(default=0, description="months from the end of a window until its loss ratio is known")
    until_known: Share | None = Field(
        default=None, description="rate while a partner has no loss ratio; left out: that of the first tier"
    )
    scale: Scale

    @model_validator(mode="after")
    def _measurable(self) -> Tiers:
        if self.by in _MEASURED and self.scale.kind == "marginal":
            raise ValueError(f"{self.by} has no slices of premium: write kind: retroactive")
        if self.by == "customers" and self.window != "year":
            raise ValueError("customers are counted at the last close: leave out window")
        stated = (self.losses, self.basis, self.lag, self.until_known) != ("incurred", "earned", 0, None)
        if self.by != "loss_ratio" and (stated or self.stops):
            raise ValueError(
                "losses, basis, lag, until_known and stops belong to a loss ratio: leave them out, or by: loss_ratio"
            )
        if self.stop_per_year is not None and LENGTHS[self.window] != MONTHS_PER_YEAR:
            raise ValueError(
                "stop_per_year is of a year: write window: year, contract_year or trailing, or leave it out"
            )
        if self.window == "trailing" and self.losses != "incurred":
            raise ValueError(
                "a trailing loss ratio takes losses at their final cost: write losses: incurred, or a window that ends"
            )
        return self

    @property
    def needs_losses(self) -> bool:  # type: ignore[override]  # depends on what is stated
        return self.by == "loss_ratio"

    @property
    def counts_refunds(self) -> bool:  # type: ignore[override]  # depends on what is stated
        return self.volume == "net" and self.by in _WRITTEN

    @property
    def needs_renewals(self) -> bool:
        return self.by == "count"

    @property
    def needs_contracts(self) -> bool:
        return self.by == "count"

    @property
    def settles(self) -> bool:
        """Whether a window is trued up; else the scale only sets the rate of this month's premium."""
        return self.by in _WRITTEN and self.window != "trailing"

    @property
    def windows(self) -> Windows:
        """The windows of the volume, or of the growth."""
        return Windows(LENGTHS[self.window], personal=self.window == "contract_year")

    @property
    def _ending(self) -> Windows | None:
        """The windows that end; None: the last months."""
        return None if self.window == "trailing" else self.windows

    @property
    def record(self) -> LossRecord:
        """The windows of the loss ratio; a trailing one is a sum of months."""
        if self.window == "trailing":
            return self._recorded(Windows(1, self.lag, kept=MONTHS_PER_YEAR))
        return self._recorded(replace(self.windows, lag=self.lag))

    def _recorded(self, windows: Windows) -> LossRecord:
        return LossRecord(windows, self.losses, self.basis, self.stop_of_claims, self.stop_per_year)

    def axis_lengths(self) -> dict[str, int]:
        growing, judging = self.by == "growth", self.by == "loss_ratio"
        slices = self.settles and self.counts_refunds and self.scale.kind == "marginal"
        window = MONTHS_PER_YEAR if self.window == "trailing" else 1
        if growing:
            window = 2 * window if self.window == "trailing" else MONTHS_PER_YEAR // self.windows.length
        slots = self.record.windows.slots if judging else 0
        changed = int(self.window != "trailing" and (self.joined or bool(self.scale.brackets.changes)))
        return {
            "window": window, "seen": int(growing), "known": int(judging), "judging": slots, "changed": changed,
            "fresh": 2 * self.settles, "standing": self.windows.length * slices,
        }  # fmt: skip

    def goes_on_with(self, earlier: Rule) -> bool:
        """Where both measure the same."""
        if not isinstance(earlier, Tiers):
            return False
        return all(getattr(self, name) == getattr(earlier, name) for name in _MEASURES)

    @property
    def claims_cells(self) -> bool:
        return self.role == "main"

    @property
    def trues_up(self) -> bool:
        return self.scale.kind == "retroactive"

    def highest_rate(self, product: str, segment: str) -> float:
        """The best rate of the scale."""
        return max(self.until_known or 0.0, self.scale.highest) if self.covers(product, segment) else 0.0

    def terms(self, layout: Layout, ordinal: int, cells: Flags, caps: Reals) -> Terms:
        """Cells and scale; a true-up falls on the whole window, so a scale pays nowhere above its products' caps."""
        bounds, rates = self.scale.arrays(MINOR_PER_MAJOR if self.by == "premium" else 1.0, ordinal)
        covered = caps[cells.any(axis=1)]
        if self.scale.kind == "retroactive" and covered.size:
            rates = np.minimum(rates, covered.min())
        unknown = rates[0] if self.until_known is None else min(self.until_known, float(covered.min(initial=np.inf)))
        steps = bounds, rates, self.scale.kind == "marginal", self.scale.edge == "left"
        return Terms(cells, steps, unknown, self.record.covered(layout, cells), self._since(ordinal))

    def _since(self, ordinal: int) -> int:
        """The month in which another scale gave way to the one of the month `ordinal`, or -1."""
        begun = self.effective_from if self.joined else None
        changes = [date for date in self.scale.brackets.changes if date >= (self.effective_from or 0)]
        return max((date for date in (*changes, begun) if date is not None and date <= ordinal), default=-1)

    def expect(self, prospect: Prospect, terms: Terms) -> None:
        """The average rate of the volume it would bring, the rate of its customers in time, that of no growth."""
        masks = prospect.layout.by_row(terms.cells)
        bounds, rates, marginal, left = terms.steps
        rate = np.full(masks.shape[1], rates[0] if self.by == "growth" else terms.unknown)
        if self.by == "customers":
            lives = np.array(prospect.layout.lives)[:, None]
            held = (prospect.count * masks * lives).sum(axis=0)
            scales.reach(held, held >= 0.0, bounds, rates, left, rates[0], rate)
        elif self.by in ("premium", "count"):
            volume = prospect.premium * MINOR_PER_MAJOR if self.by == "premium" else prospect.count
            window = (volume * masks).sum(axis=0) * LENGTHS[self.window]
            scales.average_rates(window, bounds, rates, marginal, left, rate)
        prospect.rate[:] += np.where(masks, rate, 0.0)

    def accrue(self, facts: MonthFacts, terms: Terms, memory: Memory, statement: Statement) -> None:
        if self.by in _MEASURED:
            self._accrue_measured(facts, terms, memory, statement)
        else:
            self._accrue_volume(facts, terms, memory, statement)

    def apply(self, facts: MonthFacts, terms: Terms, memory: Memory, statement: Statement) -> None:
        if self.by == "loss_ratio":
            measures.follow_losses(facts, terms.covered, self.record, self.window == "trailing", memory)
        elif self.settles:
            net = self.counts_refunds
            scale = WindowScale(self.by, self.windows, net, terms.cells, terms.steps, terms.since)
            scale.settle(facts, memory, statement)
        elif self.counts_refunds and self.by == "growth":
            measures.forget_growth(facts, terms.cells, memory)
        elif self.counts_refunds:
            forget_trailing(facts, terms.cells, self.by == "premium", memory)

    def reads(self, facts: MonthFacts, memory: Memory, p: int, i: int) -> tuple[str, float]:
        if p < 0 and self.by == "loss_ratio":
            return "loss_ratio", float(np.nan_to_num(memory["ratio"][0, i]))
        return super().reads(facts, memory, p, i)

    def computed(self, facts: MonthFacts, terms: Terms, memory: Memory, p: int, i: int) -> list[Computed]:
        name, value = self.reads(facts, memory, p, i)
        if p < 0 and self.settles:
            return [Computed("window_premium", float(memory["premium"][i]))]
        return [Computed(name, value, None if p < 0 else self._rate_of(facts, terms, memory, i))]

    def _rate_of(self, facts: MonthFacts, terms: Terms, memory: Memory, i: int) -> float:
        if self.by == "customers":
            return rates_reached.rate_by_customers(facts, terms.cells, terms.steps, i)
        if self.by == "loss_ratio":
            return rates_reached.rate_by_losses(terms.steps, terms.unknown, memory, i)
        return rates_reached.rate_of(self.by, self._ending, facts, terms.steps, memory, i)

    def remark(self, facts: MonthFacts, terms: Terms, memory: Memory, p: int, i: int) -> str:
        """Why the first tier holds where growth is not known."""
        there = p >= 0 and self.by == "growth" and terms.cells[p, facts.layout.segment_of(i)]
        if not there or not (facts.premium_new[p, i] or facts.premium_renewal[p, i]):
            return super().remark(facts, terms, memory, p, i)
        return rates_reached.unknown_growth(self._ending, facts, memory, i)

    def _accrue_volume(self, facts: MonthFacts, terms: Terms, memory: Memory, statement: Statement) -> None:
        cells, slot = terms.cells, facts.ordinal % MONTHS_PER_YEAR
        self._open_window(facts, slot, terms, memory)
        sums = facts.layout.sums()
        standing = memory["standing"]
        tier_booking.book(
            facts.layout.edges, cells, facts.premium_new, facts.premium_renewal, facts.count_credited,
            facts.count_renewal, *terms.steps, self.window == "trailing", self.by == "premium",
            memory["months"][slot % len(memory["months"])], memory["measure"], memory["premium"], memory["fresh"],
            standing[facts.ordinal % len(standing) :][:1] if len(standing) else standing, statement.accrued,
            statement.on_new, sums,
        )  # fmt: skip
        statement.total += facts.layout.total(sums)

    def _open_window(self, facts: MonthFacts, slot: int, terms: Terms, memory: Memory) -> None:
        if self.window == "trailing":
            memory["measure"][:] -= memory["months"][slot]
            return
        rows = self.windows.beginning(facts)
        if rows is not None:
            for name in ("measure", "premium", "booked"):
                memory[name][rows] = 0
            memory["standing"][:, rows] = 0.0
        settle_earlier(facts, self.windows, terms.since, memory)

    def _accrue_measured(self, facts: MonthFacts, terms: Terms, memory: Memory, statement: Statement) -> None:
        """Accrue at the rate that each partner has reached."""
        if self.by == "growth":
            settle_earlier(facts, self.windows, terms.since, memory)
        rate, month = self._rates(facts, terms, memory), np.empty(facts.layout.rows, dtype=np.int64)
        tier_booking.book_at(
            facts.layout.edges, terms.cells, rate, facts.premium_new, facts.premium_renewal, statement.accrued,
            statement.on_new, month,
        )  # fmt: skip
        statement.total += facts.layout.by_replication(month)
        if self.settles:
            memory["fresh"][:] = measures.total(facts, terms.cells, facts.premium_new, facts.premium_renewal), month

    def _rates(self, facts: MonthFacts, terms: Terms, memory: Memory) -> Reals:
        (bounds, rates, _, left), found = terms.steps, np.empty(facts.layout.rows)
        if self.by == "customers":
            held = measures.total(facts, terms.cells, facts.in_force)
            scales.reach(held, held >= 0, bounds, rates, left, rates[0], found)
        elif self.by == "loss_ratio":
            ratio = memory["ratio"][0]
            scales.reach(ratio, np.isfinite(ratio), bounds, rates, left, terms.unknown, found)
        elif self.window == "trailing":
            scales.reach_growth(*measures.trailing_growth(facts, terms.cells, memory), bounds, rates, left, found)
        else:
            volumes = measures.window_growth(facts, terms.cells, self.windows, memory)
            scales.reach_growth(*volumes, bounds, rates, left, found)
        return found
