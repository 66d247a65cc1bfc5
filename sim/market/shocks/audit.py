"""An audit: undeclared damage is found and paid back, hidden insolvency ends a broker, unsound partners are found."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, model_validator

from sim.base.units import Money, Month, Share, WholeMonths
from sim.market.conditions import Conditions, Inspection
from sim.market.story import Story

if TYPE_CHECKING:
    from sim.base.calendar import Calendar


class Audit(Story):
    """Looks at a sample of the claims since the last audit, or of the partners; what it detects has effect at once.

    Fraud: what is detected is recovered, as expected by segment. Insolvency: a network broker that owes more than its
    cash, looked at and detected, is ended. With `ends` so is each partner looked at whose fraud is detected: fraud is
    stated by segment, so all partners of a segment that has any are alike in it. Unsound partners looked at and
    detected are ended, or trained and so cured: `then` says which.
    """

    kind: Literal["audit"]
    start: Month = Field(description="first month")
    every: WholeMonths | None = Field(default=None, ge=1, description="months between audits; left out: one audit")
    sample: Share = Field(default=1.0, description="share of the claims, and of the partners, looked at")
    detection: Share = Field(description="share of what is looked at that is detected")
    segments: list[str] | None = Field(default=None, description="segments audited; left out: all")
    until: Month | None = Field(default=None, description="month from which there are no more; left out: they go on")
    finds: list[Literal["fraud", "insolvency", "unsound"]] = Field(
        default=["fraud"],
        min_length=1,
        description="fraud: undeclared damage; insolvency: of network brokers; unsound: partners that are",
    )
    ends: bool = Field(default=False, description="partners whose fraud is detected are ended")
    then: Literal["end", "train"] = Field(
        default="end", description="partners found unsound are ended, or trained, which cures them"
    )
    cost: Money = Field(default=0.0, description="of looking at a partner")

    @model_validator(mode="after")
    def _consistent(self) -> Audit:
        if self.ends and "fraud" not in self.finds:
            raise ValueError(
                "ends is about fraud: add fraud to finds, or leave ends out; insolvency always ends a broker"
            )
        if "then" in self.model_fields_set and "unsound" not in self.finds:
            raise ValueError("then is about unsound partners: add unsound to finds, or leave then out")
        if self.until is not None and (self.every is None or self.until <= self.start):
            raise ValueError("until is the end of a series of audits: state every, and a month after start")
        return self

    def tell(self, name: str, calendar: Calendar, conditions: Conditions) -> Generator[Any, Any, None]:
        from sim.base.calendar import Phase  # SimPy: reading a scenario must not pay for it

        date = self.start
        while True:
            yield calendar.month_start(date, Phase.CHECK)
            conditions.audits[name] = self.inspection
            calendar.log(name, "audit of claims" if self.finds == ["fraud"] else "audit of partners")
            yield calendar.month_start(date + 1)
            del conditions.audits[name]
            if self.every is None:
                return
            date += self.every
            if self.until is not None and date >= self.until:
                return

    @property
    def inspection(self) -> Inspection:
        """What it does in each of its months."""
        return Inspection(
            sample=self.sample, detection=self.detection, finds=self.finds, segments=self.segments, ends=self.ends,
            trains=self.then == "train", cost=self.cost,
        )  # fmt: skip
