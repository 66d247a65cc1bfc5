"""Months of single rules with their losses, written by hand: what each partner got of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.base.units import Dated, month_ordinal
from sim.policy.given.facts import MonthFacts
from sim.policy.statement import Statement
from sim.policy.trial import Person, Trial
from sim.scenario.schema import scenario_model

JANUARY = month_ordinal("2025-01")
Facts = NDArray[np.int64]


class Booked(NamedTuple):
    """What a statement books for each partner, in minor units."""

    accrued: Facts
    trued_up: Facts
    borne: Facts

    @property
    def commission(self) -> Facts:
        return self.accrued + self.trued_up


class Desk:
    """Statements from month to month under some rules; t = 0 is January 2025."""

    def __init__(
        self, rules: Mapping[str, Any], partners: int = 1, products: Mapping[str, int] | None = None,
        cap: Mapping[str, float] | None = None, **patterns: Mapping[str, Sequence[float]],
    ) -> None:  # fmt: skip
        policy = scenario_model().model_fields["policy"].annotation.model_validate({"rules": dict(rules)})  # type: ignore[union-attr]
        caps = {name: Dated[float].always(rate) for name, rate in (cap or {}).items()}
        people = [Person(f"p{i}") for i in range(partners)]
        self.partners, self.trial = partners, Trial(policy, products or {"line": 12}, people, caps, **patterns)
        self.statement: Statement

    def facts(self, t: int, entered: Sequence[int] | None = None, **given: Any) -> MonthFacts:
        """Facts of a month: amounts by partner, or by product and partner."""
        facts = self.trial.facts(JANUARY + t, t)
        for name, value in given.items():
            column = getattr(facts, name)
            column[..., : self.partners] = np.broadcast_to(np.asarray(value), (*column.shape[:-1], self.partners))
        if entered is not None:
            facts.entered[: self.partners] = entered
        return facts

    def month(self, t: int, watched: str | None = None, entered: Sequence[int] | None = None, **given: Any) -> Booked:
        """Play a month; what the direct channel gets must be nothing."""
        self.statement = statement = self.trial.month(self.facts(t, entered, **given), watched)
        found = Booked(
            statement.accrued.sum(axis=0), statement.expensed - statement.reversed, statement.loss_share.copy()
        )
        assert not any(one[self.partners :].any() for one in found)
        return Booked(*(one[: self.partners] for one in found))

    def year(self, year: int, premium: Any, losses: Any) -> Booked:
        """A year whose premium is written and earned in March and whose losses happen in August."""
        months = [
            self.month(
                12 * year + t,
                premium_new=premium if t == 2 else 0,
                earned=premium if t == 2 else 0,
                incurred=losses if t == 7 else 0,
            )
            for t in range(12)
        ]
        return Booked(*(np.sum(part, axis=0) for part in zip(*months, strict=True)))
