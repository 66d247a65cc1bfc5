"""A portfolio of one product written by hand from month to month, for rules that follow contracts from their sale.

Notation: a age in months, i row (the last is the direct channel).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.base.units import month_ordinal
from sim.policy.given.facts import MonthFacts
from sim.policy.rules.advance import Advance
from sim.policy.rules.base import Base
from sim.policy.rules.clawback import Clawback
from sim.policy.statement import Statement
from sim.policy.terms.schedule import Policy
from sim.policy.trial import Person, Trial

START = month_ordinal("2025-01")
KINDS = {"base": Base, "advance": Advance, "clawback": Clawback}
ByAge = Mapping[int, int | Sequence[int]]


class Portfolio:
    """Contracts of the same price by age; each month says what is sold, lost and moved."""

    def __init__(
        self,
        rules: Mapping[str, Mapping[str, Any]],
        term: int = 1,
        price: int = 10_000,
        people: Sequence[Person] = (Person("a"),),
        **policy: Any,
    ) -> None:
        blocks = {name: KINDS[block["kind"]].model_validate(dict(block)) for name, block in rules.items()}
        self.trial = Trial(Policy.model_validate({"rules": blocks, **policy}), {"line": term}, people)
        self.term, self.price, self.t = term, price, 0
        self.held = np.zeros((60, len(people) + 1), dtype=np.int64)

    def facts(self, sold: int | Sequence[int], lost: ByAge, moved: ByAge) -> MonthFacts:
        """Facts of a month: `lost` at the end of a term has not renewed, at another age it is cancelled."""
        facts = self.trial.facts(START + self.t, self.t)
        self.held = np.vstack([np.zeros_like(self.held[:1]), self.held[:-1]])
        self.held[0, :-1] = facts.count_new[0, :-1] = sold
        for events, reported in ((lost, facts.lost[0]), (moved, facts.moved[0])):
            for age, count in events.items():
                self.held[age, :-1] -= count
                if age < len(reported):
                    reported[age, :-1] = count
        facts.premium_new[0] = facts.count_new[0] * self.price
        self._renew(facts)
        return facts

    def _renew(self, facts: MonthFacts) -> None:
        years = facts.renewed[0]
        for age in range(self.term, len(self.held), self.term):
            years[min(age // self.term, len(years) - 1)] += self.held[age]
        facts.count_renewal[0] = years.sum(axis=0)
        facts.premium_renewal[0] = facts.count_renewal[0] * self.price

    def month(
        self,
        sold: int | Sequence[int] = 0,
        lost: ByAge | None = None,
        moved: ByAge | None = None,
        gone: str | None = None,
        defaulted: str | None = None,
        released: int = 0,
        watched: str | None = None,
    ) -> Statement:
        """The statement of the next month."""
        facts = self.facts(sold, lost or {}, moved or {})
        for name, flags in ((gone, None), (defaulted, facts.defaulted)):
            if name is not None:
                facts.present[self.trial.row[name]] = False
                if flags is not None:
                    flags[self.trial.row[name]] = True
        facts.released[0] = released
        self.t += 1
        return self.trial.month(facts, watched)
