"""Credibility rate: each partner's rate is what its own losses, as far as they are credible, leave of premium."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import Field, model_validator

from sim.base.arrays import Flags, Integers, Reals
from sim.base.columns import Column
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR, Dated, Money, Ratio, Share, WholeMonths, to_minor
from sim.policy.given.facts import MonthFacts
from sim.policy.given.layout import Layout
from sim.policy.given.prospect import Prospect
from sim.policy.inputs import Computed
from sim.policy.kernels import tier_booking
from sim.policy.measuring.windows import Windows
from sim.policy.parts import measures
from sim.policy.parts.experience import Basis, Covered, LossRecord
from sim.policy.parts.stops_losses import StopsLosses
from sim.policy.rule import Memory, Rule
from sim.policy.statement import Statement

LONGEST_WINDOW = 10 * MONTHS_PER_YEAR


class Terms(NamedTuple):
    """What the rule says from a month on."""

    cells: Flags
    covered: Covered
    left: float
    """of premium after target and expenses"""
    prior: float
    floor: float
    cap: float

    def rate(self, losses: Reals, service: Reals) -> Reals:
        """Rates at shares of premium that losses and service take."""
        return np.asarray(np.clip(self.left - service - losses, self.floor, self.cap))

    @property
    def of_prior(self) -> float:
        """The rate without experience."""
        return float(np.clip(self.left - self.prior, self.floor, self.cap))


class CredibilityRate(StopsLosses):
    """A rate solved for each partner from its own losses and cost, so that business with it leaves us `target`.

    Formula: r x P of the month, with r = 1 - target - expenses - C / W - (Z x L / W + (1 - Z) x prior), not below
    `floor`, not above `cap`; Z = W / (W + K), K = credibility_premium; W, L and C the partner's premium, losses and
    cost of service in the last `window` months that are known. Without premium r = 1 - target - expenses - prior.
    `weighed_with: portfolio`: the loss ratio of all that the rule covers in place of the prior.

    P is the partner's premium and L its losses in the last `window` months that are known, over all products that the
    rule covers, and Z = P / (P + `credibility_premium`) (Buehlmann and Straub's credibility, whose constant is their
    variance within over that between partners). Reviewed at the statement before each review month and before the rule
    begins; between reviews the rate stands. Without premium it is 1 - target - expenses - prior. The rule records its
    window before it begins. Service is what is stated for a month and a contract; where neither is stated, what the
    scenario says that the partner costs us beyond commission. A partner may expect the rate of the prior.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        Column("premium", "i8", "minor", "premium of each month of the window", ("recorded",)),
        Column("losses", "i8", "minor", "losses of those months", ("recorded",)),
        Column("service", "i8", "minor", "cost of service of those months", ("recorded",)),
        Column("rate", "f8", "share", "rate that stands since the last review", start=np.nan),
        Column("ratio", "f8", "ratio", "loss ratio of the window at the last review"),
        Column("credibility", "f8", "share", "weight of that loss ratio"),
        Column("window_premium", "i8", "minor", "premium of that window"),
        Column("service_ratio", "f8", "share", "cost of service of that window over its premium"),
    )
    batched: ClassVar[bool] = True
    needs_losses: ClassVar[bool] = True
    kind: Literal["credibility_rate"]
    target: Dated[Share] = Field(description="share of premium that business with each partner is to leave us")
    expenses: Dated[Share] = Field(default=Dated[Share].always(0.0), description="our expenses, share of premium")
    service_per_month: Money | None = Field(
        default=None,
        description="what a partner that sells for us costs a month; both left out: what the scenario says of service",
    )
    service_per_contract: Money | None = Field(default=None, description="the same for each contract, new or renewed")
    prior: Dated[Ratio] = Field(description="loss ratio of a partner without experience")
    weighed_with: Literal["prior", "portfolio"] = Field(
        default="prior",
        description="what a partner's experience is weighed with: the prior, or the loss ratio of all that the rule "
        "covers over the same months (the prior while there is none)",
    )
    credibility_premium: Money = Field(
        description="K: premium of the window at which a partner's own loss ratio has half of the weight"
    )
    floor: Dated[Share] = Field(default=Dated[Share].always(0.0), description="lowest rate")
    cap: Dated[Share] = Field(default=Dated[Share].always(1.0), description="highest rate")
    window: WholeMonths = Field(default=36, ge=1, le=LONGEST_WINDOW, description="months that count")
    review: WholeMonths = Field(default=MONTHS_PER_YEAR, ge=1, description="months between reviews")
    year_starts: int = Field(
        default=1, ge=1, le=MONTHS_PER_YEAR, description="month (1 is January) from which reviews are counted"
    )
    lag: WholeMonths = Field(default=0, description="months until a month's losses are known")
    basis: Basis = Field(default="earned", description="premium that losses are set against: written or earned")

    @model_validator(mode="after")
    def _sensible(self) -> CredibilityRate:
        dates = {date for one in (self.target, self.expenses, self.floor, self.cap) for date in one.since}
        if any(self.floor.at(date) > self.cap.at(date) for date in dates):
            raise ValueError("floor is above cap: lower it")
        if all(self.floor.at(date) == 0.0 and self._left(date) <= 0.0 for date in dates):
            raise ValueError("target and expenses take the whole premium, and there is no floor: nothing is ever paid")
        if self.stop_per_year is not None and self.window != MONTHS_PER_YEAR:
            raise ValueError("stop_per_year is of a year: write window: 12mo, or leave it out")
        return self

    def _left(self, ordinal: int) -> float:
        return 1.0 - self.target.at(ordinal) - self.expenses.at(ordinal)

    @property
    def claims_cells(self) -> bool:
        return True

    @property
    def reads_service(self) -> bool:
        return self.service_per_month is None and self.service_per_contract is None

    @property
    def record(self) -> LossRecord:
        """Month by month."""
        return LossRecord(Windows(1, self.lag, kept=self.window), "incurred", self.basis, self.stop_of_claims)

    @property
    def run_up(self) -> int:
        """Where another body of the rule comes before it, that one records."""
        return 0 if self._part == "second" else self.window + self.lag

    def goes_on_with(self, earlier: Rule) -> bool:
        """Where both record the same."""
        return isinstance(earlier, CredibilityRate) and super().goes_on_with(earlier) and self.record == earlier.record

    def axis_lengths(self) -> dict[str, int]:
        return {"recorded": self.record.windows.slots}

    def highest_rate(self, product: str, segment: str) -> float:
        """The cap, or what is left without losses."""
        dates = {date for one in (self.target, self.expenses, self.floor, self.cap) for date in one.since}
        most = max(max(self.floor.at(date), min(self.cap.at(date), self._left(date))) for date in dates)
        return most if self.covers(product, segment) else 0.0

    def terms(self, layout: Layout, ordinal: int, cells: Flags, caps: Reals) -> Terms:
        covered = self.record.covered(layout, cells)
        prior, floor, cap = (one.at(ordinal) for one in (self.prior, self.floor, self.cap))
        return Terms(cells, covered, self._left(ordinal), prior, floor, cap)

    def expect(self, prospect: Prospect, terms: Terms) -> None:
        prospect.add(np.where(terms.cells, terms.of_prior, 0.0))

    def accrue(self, facts: MonthFacts, terms: Terms, memory: Memory, statement: Statement) -> None:
        rate, month = memory["rate"], np.empty(facts.layout.rows, dtype=np.int64)
        tier_booking.book_at(
            facts.layout.edges, terms.cells, np.where(np.isnan(rate), terms.of_prior, rate), facts.premium_new,
            facts.premium_renewal, statement.accrued, statement.on_new, month,
        )  # fmt: skip
        statement.total += facts.layout.by_replication(month)

    def apply(self, facts: MonthFacts, terms: Terms, memory: Memory, statement: Statement) -> None:
        self.record.write(facts, terms.covered, memory["premium"], memory["losses"])
        slot = facts.ordinal % self.record.windows.slots
        memory["service"][slot] = self._service(facts, terms.cells)
        if self.reviews(facts.ordinal):
            self._review(facts, terms, memory)

    def reviews(self, ordinal: int) -> bool:
        """Whether the statement of a month solves the rates of the months after it."""
        return ordinal + 1 == self.effective_from or (ordinal + 2 - self.year_starts) % self.review == 0

    def _service(self, facts: MonthFacts, cells: Flags) -> Integers:
        """What service of the partners that the rule covers costs this month: int64[n]."""
        there = facts.present & (facts.share > 0.0) & facts.layout.by_row(np.asarray(cells.any(axis=0)))
        if self.reads_service:
            return np.zeros(there.size, dtype=np.int64) if facts.service is None else facts.service * there
        contracts = measures.total(facts, cells, facts.count_credited, facts.count_renewal)
        return to_minor(self.service_per_month or 0.0) * there + to_minor(self.service_per_contract or 0.0) * contracts

    def _review(self, facts: MonthFacts, terms: Terms, memory: Memory) -> None:
        """Solve every partner's rate for the months that follow."""
        slots = self.record.windows.slots
        last = facts.ordinal - self.lag
        window = [(last - back) % slots for back in range(self.window)]
        premium, losses, service = (memory[name][window].sum(axis=0) for name in ("premium", "losses", "service"))
        if self.stop_per_year is not None:
            losses = self.stop_per_year.limit(premium, losses)
        weighed = self._weighed_with(facts.layout, terms, premium, losses)
        k, known = self.credibility_premium * MINOR_PER_MAJOR, premium > 0
        ratio, cost = (_over(amounts, premium, known) for amounts in (losses, service))
        z = _over(premium, premium + k, known)
        memory["rate"][:] = terms.rate(z * ratio + (1.0 - z) * weighed, cost)
        seen = {"ratio": ratio, "credibility": z, "window_premium": premium, "service_ratio": cost}
        for name, values in seen.items():
            memory[name][:] = values

    def _weighed_with(self, layout: Layout, terms: Terms, premium: Integers, losses: Integers) -> Reals:
        """The loss ratio that stands in where experience is not credible: float64[n]."""
        found = np.full(layout.replications, terms.prior)
        if self.weighed_with == "portfolio":
            all_premium, all_losses = layout.by_replication(premium), layout.by_replication(losses)
            np.divide(all_losses, all_premium, out=found, where=all_premium > 0)
        return np.repeat(found, layout.rows // layout.replications)

    def computed(self, facts: MonthFacts, terms: Terms, memory: Memory, p: int, i: int) -> list[Computed]:
        """The rate that was solved for the partner, or that of the prior."""
        rate = float(memory["rate"][i])
        return [Computed(*self.reads(facts, memory, p, i), terms.of_prior if np.isnan(rate) else rate)]

    def shows(self, memory: Memory, i: int) -> Mapping[str, float]:
        return {
            "rate": float(memory["rate"][i]),
            "loss_ratio": float(memory["ratio"][i]),
            "credibility": float(memory["credibility"][i]),
            "premium": int(memory["window_premium"][i]) / MINOR_PER_MAJOR,
            "service": float(memory["service_ratio"][i]),
        }


def _over(amounts: Integers, by: Reals | Integers, known: Flags) -> Reals:
    """Amounts over others where these are known, else 0."""
    found: Reals = np.divide(amounts, by, out=np.zeros(known.size), where=known)
    return found
