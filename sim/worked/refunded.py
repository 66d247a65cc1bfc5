"""Premium refunded in a worked example: as stated, or the unearned premium of the contracts lost."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.base.arrays import Integers
from sim.base.units import to_minor
from sim.worked.example import ProductFacts

Cell = tuple[int, int]  # product, row


@dataclass
class History:
    """Premium and contracts of earlier months, new and renewed, by cell and month."""

    written: dict[tuple[Cell, int], tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=dict)

    def of(self, cell: Cell, month: int, term: int, one: ProductFacts, new: int, renewal: int) -> Integers:
        """Note what a month brings; return its refunds: row, age, premium (minor units), contracts, int64[4, k]."""
        self.written[cell, month] = (new, one.new), (renewal, sum(one.renewed.values()))
        lost = self._lost(cell, month, term, one)
        if one.refunded is not None:
            stated = {age: to_minor(amount) for age, amount in one.refunded.items()}
            lost = {age: (stated.get(age, 0), lost.get(age, (0, 0))[1]) for age in {*stated, *lost}}
        rows = [(cell[1], age, *amounts) for age, amounts in sorted(lost.items())]
        return np.array(rows, dtype=np.int64).reshape(-1, 4).T

    def _lost(self, cell: Cell, month: int, term: int, one: ProductFacts) -> dict[int, tuple[int, int]]:
        """Premium and contracts cancelled, by months since the sale or renewal; at the end of a term they lapse."""
        found: dict[int, tuple[int, int]] = {}
        for since_sale, count in one.lost.items():
            year, age = divmod(since_sale, term) if term else (0, since_sale)
            if year and not age:
                continue
            premium, contracts = self.written.get((cell, month - age), ((0, 0), (0, 0)))[min(year, 1)]
            share = (2 * (term - age) - 1) / (2 * term) if term else 1.0
            amount, before = round(premium * count / max(contracts, count) * share), found.get(age, (0, 0))
            found[age] = before[0] + amount, before[1] + count
        return found
