"""Tiers: the rate rises with what a partner reaches, slice by slice, on all of a window, or from then on.

Each statement of a window that is trued up books rate x premium of the window less what the window has booked; what it
books beyond the rate reached on this month's premium is a true-up. Everything else (a status, a prospective scale, a
trailing window, a number of customers, a loss ratio) only sets the rate of this month's premium.
"""

from __future__ import annotations

from typing import ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import Field

from sim.base.arrays import Flags, Reals
from sim.base.columns import Column
from sim.base.units import MONTHS_PER_YEAR
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.given.prospect import Prospect
from sim.policy.inputs import GROWTH_UNKNOWN, TRUE_UP, Computed
from sim.policy.kernels import tier_booking
from sim.policy.measuring.measure import Measure
from sim.policy.measuring.meter import Meter
from sim.policy.parts import expected_scale, measures, rates_reached, status
from sim.policy.parts.experience import Covered
from sim.policy.parts.net_volume import Steps, WindowScale, forget_trailing, of_month, settle_earlier
from sim.policy.parts.scaled import Scaled
from sim.policy.rule import Memory, Rule
from sim.policy.statement import Statement
from sim.policy.terms.brackets import Bracket as Bracket
from sim.policy.terms.brackets import Scale as Scale

REACHED = "reached"  # name of the measure's memory
REFUNDED_WITHIN = 60  # months after a sale in which refunds still leave the slices of a window that never ends
_MEASURES = (  # fields that say what is measured
    "by", "window", "losses", "basis", "lag", "counts", "count_products", "period", "of_quota", "volume",
    "stop_per_claim", "stop_per_year",
)  # fmt: skip


class Terms(NamedTuple):
    """Where tiers hold, their scale, the rate of the unknown, what is measured, and since when."""

    cells: Flags
    steps: Steps
    unknown: float
    covered: Covered | None
    """of what a loss ratio is recorded"""
    direct: bool
    """slices are of the premium that is paid"""
    since: int
    """month in which another scale gave way to this one; -1: none did"""
    measure: Measure


class Tiers(Scaled):
    """Volume commission of the named segments and products, by what the window has reached.

    Formula: retroactive: r_k x P, with k the bracket that V has reached, P the window's premium of what is paid and V
    what `by` counts in the window; linear: the same with r in proportion between the brackets around V; marginal: the
    sum over brackets of r_j x the part of V in it where V is P, else this month's P x the mean rate of what it adds to
    V. Each statement pays this less what the window has booked. prospective, `period: last`, trailing and what is no
    sum of a window (such as customers, loss_ratio): r_k x the month's P, never trued up. A bracket holds from `above`
    on (edge: left), or beyond it (right). `of: margin`: P is premium less its expected cost.

    Customers are the contracts in force at the last close; they and the loss ratio of the window judged last set the
    rate of this month's premium. Growth is that of the window's premium so far over the whole of the same window a
    year before, trued up like a volume; where that window was not seen whole or had no premium, the first tier holds,
    and slices, which are of the growth alone, pay nothing. Contract years begin in the month of a partner's entry, in
    January for those there from the beginning. Where a scale changes inside a window, the volume before counts, and its
    commission stays as it was booked.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        Column("measure", "i8", "minor or contracts", "volume of the window so far"),
        Column("premium", "i8", "minor", "premium of the window so far"),
        Column("booked", "i8", "minor", "commission of that premium, as the last statement left it"),
        Column("fresh", "i8", "minor", "premium of the month and what was accrued on it", ("fresh",)),
        Column("standing", "f8", "share", "rate of the premium of each month, where slices have theirs", ("standing",)),
        Column("earlier", "i8", "minor", "premium of the window before its scale changed", ("changed",)),
        Column("settled", "i8", "minor", "commission of that premium", ("changed",)),
        Column("months", "i8", "minor or contracts", "volume by month, where `fresh` is not that", ("window",)),
        *Measure.columns(REACHED),
        *status.COLUMNS,
        Column("ratio_premium", "i8", "minor", "premium of the windows of the loss ratio", ("judging",)),
        Column("ratio_losses", "i8", "minor", "losses of the windows of the loss ratio", ("judging",)),
    )
    rest_is: ClassVar[str] = TRUE_UP
    batched: ClassVar[bool] = True
    kind: Literal["tiers"]
    role: Literal["main", "bonus"] = Field(default="main", description="main: instead of base; bonus: on top of it")

    @property
    def needs_renewals(self) -> bool:
        return self.by == "count" and self.counts != "new"

    @property
    def needs_contracts(self) -> bool:
        return self.by == "count" and self.counts != "renewal"

    def axis_lengths(self) -> dict[str, int]:
        judging = self.record.windows.slots if self.by == "loss_ratio" else 0
        slices = self.settles and self.counts_refunds and self.scale.kind == "marginal"
        changed = int(self.window != "trailing" and (self.joined or bool(self.scale.brackets.changes)))
        counted = self.measure.axis_lengths(REACHED)
        months = MONTHS_PER_YEAR if self.window == "trailing" else int(self.by == "count")
        return {
            "window": months, "status": int(self.judged),
            "judging": judging, "changed": changed, "fresh": 2 * self.settles,
            "standing": min(self.windows.length, REFUNDED_WITHIN) * slices,
            **{axis: length * self.metered for axis, length in counted.items()},
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
        return self.scale.of_all

    @property
    def pays_on_sales(self) -> bool:
        return self.pays != "renewal" and not self.from_age

    @property
    def pays_new_apart(self) -> bool:
        return self.pays != "all" or self.ages > 0

    def highest_rate(self, product: str, segment: str) -> float:
        """The best rate of the scale."""
        return max(self.until_known or 0.0, self.scale.highest) if self.covers(product, segment) else 0.0

    def terms(self, layout: Layout, ordinal: int, cells: Flags, caps: Reals) -> Terms:
        """Cells and scale; a true-up falls on the whole window, so a scale pays nowhere above its products' caps."""
        bounds, rates = self.scale.arrays(self.measure.unit, ordinal)
        covered = caps[cells.any(axis=1)]
        if self.scale.of_all and covered.size:
            rates = np.minimum(rates, covered.min())
        unknown = rates[0] if self.until_known is None else min(self.until_known, float(covered.min(initial=np.inf)))
        steps = bounds, rates, self.scale.kind == "marginal", self.scale.edge == "left"
        losses = self.record.covered(layout, cells) if self.by == "loss_ratio" else None
        return Terms(cells, steps, unknown, losses, self.direct(layout, cells), self._since(ordinal), self.measure)

    def _since(self, ordinal: int) -> int:
        """The month in which another scale gave way to the one of the month `ordinal`, or -1."""
        begun = self.effective_from if self.joined else None
        changes = [date for date in self.scale.brackets.changes if date >= (self.effective_from or 0)]
        return max((date for date in (*changes, begun) if date is not None and date <= ordinal), default=-1)

    def expect(self, prospect: Prospect, terms: Terms) -> None:
        """The average rate of the volume it would bring, the rate of its customers in time, that of no growth.

        Of a quota a partner expects to reach it; of what else is not its premium or contracts, the rate of the unknown.
        """
        masks = prospect.layout.by_row(terms.cells)
        rate = expected_scale.rate(self, prospect, masks, terms.steps, terms.unknown)
        if self.pays == "renewal" or self.from_age:
            rate = 0.0 * rate
        prospect.rate[:] += np.where(masks, rate, 0.0) * self.expected_share(prospect.layout)

    def accrue(self, facts: MonthFacts, terms: Terms, memory: Memory, statement: Statement) -> None:
        if self.plain:
            self._accrue_volume(facts, terms, memory, statement)
        else:
            self._accrue_measured(facts, terms, memory, statement)

    def apply(self, facts: MonthFacts, terms: Terms, memory: Memory, statement: Statement) -> None:
        if self.settles:
            self._scale(facts.layout, terms, memory).settle(facts, self.paid(facts), memory, statement)
        elif self.metered:
            Meter.of(terms.measure, facts.layout, memory, REACHED).conclude(facts.everyone)
        elif self.plain and self.counts_refunds:
            forget_trailing(facts, terms.cells, self.by == "premium", memory)
        elif terms.covered is not None:
            trailing = self.window == "trailing"
            rows, ratio = measures.follow_losses(facts, terms.covered, self.record, trailing, memory)
            status.judge(rows, ratio, self.grace, self._scale(facts.layout, terms, memory).reached, memory)

    def reads(self, facts: MonthFacts, memory: Memory, p: int, i: int) -> tuple[str, float]:
        if p < 0 and self.by == "loss_ratio":
            return "loss_ratio", float(np.nan_to_num(memory["held"][0, i]))
        return super().reads(facts, memory, p, i)

    def computed(self, facts: MonthFacts, terms: Terms, memory: Memory, p: int, i: int) -> list[Computed]:
        name, value = self.reads(facts, memory, p, i)
        if p < 0 and self.settles:
            return [Computed("window_premium", float(memory["premium"][i]))]
        return [Computed(name, value, None if p < 0 else self._rate_of(facts, terms, memory, i))]

    def _rate_of(self, facts: MonthFacts, terms: Terms, memory: Memory, i: int) -> float | None:
        """The rate of this month's premium; of slices of what is not the premium paid, and of last month, None."""
        if self.plain:
            windows = None if self.window == "trailing" else self.windows
            return rates_reached.rate_of(windows, facts, terms.steps, memory, i)
        scale = self._scale(facts.layout, terms, memory)
        if scale.meter is None or self.judged:
            return float(scale.reached(memory["held"][0])[i])
        if self.scale.kind == "marginal" or self.scale.holds_from == "next_month":
            return None
        return float(scale.reached(scale.meter.read(facts.everyone))[i])

    def remark(self, facts: MonthFacts, terms: Terms, memory: Memory, p: int, i: int) -> str:
        """Why the first tier holds where growth is not known."""
        there = p >= 0 and self.by == "growth" and terms.cells[p, facts.layout.segment_of(i)]
        if not there or not (facts.premium_new[p, i] or facts.premium_renewal[p, i]):
            return super().remark(facts, terms, memory, p, i)
        meter = Meter.of(terms.measure, facts.layout, memory, REACHED)
        return GROWTH_UNKNOWN if np.isnan(meter.read(facts.everyone)[i]) else ""

    def _scale(self, layout: Layout, terms: Terms, memory: Memory) -> WindowScale:
        meter = Meter.of(terms.measure, layout, memory, REACHED) if self.metered else None
        return WindowScale(
            self.by, self.windows, self.counts_refunds, terms.cells, terms.steps, terms.since, meter, self.pays,
            terms.direct, terms.unknown, self.scale.kind == "linear",
        )  # fmt: skip

    def _accrue_volume(self, facts: MonthFacts, terms: Terms, memory: Memory, statement: Statement) -> None:
        cells, month = terms.cells, of_month(facts.ordinal, memory)
        if self.window == "trailing":
            memory["measure"][:] -= month
        else:
            self._open_window(facts, terms, memory)
        sums, rings = facts.layout.sums(), memory["standing"]
        tier_booking.book(
            facts.layout.edges, cells, facts.premium_new, facts.premium_renewal, facts.count_credited,
            facts.count_renewal, *terms.steps, self.window == "trailing", self.by == "premium",
            month, memory["measure"], memory["premium"], memory["fresh"],
            rings[facts.ordinal % len(rings) :][:1] if len(rings) else rings, statement.accrued, statement.on_new, sums,
        )  # fmt: skip
        statement.total += facts.layout.total(sums)

    def _open_window(self, facts: MonthFacts, terms: Terms, memory: Memory) -> None:
        rows = self.windows.beginning(facts)
        if rows is not None:
            for name in ("measure", "premium", "booked"):
                memory[name][rows] = 0
            if self.joined:  # months between two bodies; else every month that is read is written first
                memory["standing"][:, rows] = 0.0
        settle_earlier(facts, self.windows, terms.since, memory)

    def _accrue_measured(self, facts: MonthFacts, terms: Terms, memory: Memory, statement: Statement) -> None:
        """Accrue at the rate that each partner has reached."""
        if self.settles:
            self._open_window(facts, terms, memory)
        scale = self._scale(facts.layout, terms, memory)
        rate, month = self._rates(facts, scale, memory), np.empty(facts.layout.rows, dtype=np.int64)
        paid = self.paid(facts)
        tier_booking.book_at(
            facts.layout.edges, terms.cells, rate, paid.premium_new, paid.premium_renewal, statement.accrued,
            statement.on_new, month,
        )  # fmt: skip
        statement.total += facts.layout.by_replication(month)
        if self.settles:
            premium = measures.total(facts, terms.cells, paid.premium_new, paid.premium_renewal)
            memory["fresh"][:] = premium, month
            memory["premium"][:] += premium
            if len(memory["standing"]):
                memory["standing"][facts.ordinal % len(memory["standing"])] = rate

    def _rates(self, facts: MonthFacts, scale: WindowScale, memory: Memory) -> Reals:
        """The rate of this month's premium: float64[n]."""
        meter, whole = scale.meter, facts.everyone
        if meter is None:
            return scale.reached(memory["held"][0])
        meter.open(whole)
        before = meter.amount(whole)
        meter.add(whole)
        if self.judged:
            ended = self.windows.beginning(facts)
            status.follow(whole, ended, meter.read(whole), self.grace, scale.reached, memory)
            return scale.reached(memory["held"][0])
        if self.scale.holds_from == "next_month":
            return scale.reached(meter.value(whole, before))
        rate = scale.reached(meter.read(whole))
        return self._of_slices(whole, scale, before, rate) if scale.steps[2] else rate

    def _of_slices(self, facts: MonthFacts, scale: WindowScale, before: Reals, otherwise: Reals) -> Reals:
        """What the month adds to the payout of slices over what it adds to what counts, or `otherwise`."""
        assert scale.meter is not None
        now = scale.meter.amount(facts)
        if self.window == "trailing":
            return otherwise
        due = scale.payout(facts, now) - scale.payout(facts, before)
        return np.divide(due, now - before, out=otherwise, where=now != before)
