"""What a net partner surely keeps of its premium, so that a blank's largest net premium is known before the sale."""

from __future__ import annotations

from collections.abc import Iterable

from sim.base.units import Dated
from sim.policy.rule import Phase, Rule
from sim.policy.rules.base import Base

_REDUCING = (Phase.LEVELS, Phase.LIMIT, Phase.SPLIT)


def least_kept(
    rules: Iterable[Rule], product: str, segment: str, ordinal: int, cap: Dated[float] | None = None
) -> float:
    """Least share of a premium, new or renewed, that is the seller's own commission as it is written.

    That is the base rate where nothing can take of it, held under the regulator's cap; else 0.
    """
    there = [rule for rule in rules if rule.covers(product, segment) and rule.in_force(ordinal)]
    if any(rule.claims_cells or rule.advances or rule.phase in _REDUCING for rule in there):
        return 0.0
    sure = [one for one in there if isinstance(one, Base) and one.flat and not one.chooses]
    rates = [min(_at(one, product, segment, ordinal)) * one.days_of(ordinal) for one in sure]
    highest = 1.0 if cap is None else cap.at(ordinal)
    return min(max(rates, default=0.0), highest)


def _at(base: Base, product: str, segment: str, ordinal: int) -> list[float]:
    tables = [base.new] if base.renewal is None else [base.new, base.renewal]
    return [table.at(product, segment, ordinal) for table in tables]
