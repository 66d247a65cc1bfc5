"""Mesa's AgentSet face of the partner columns: `select`, `get`, `set`, `agg`, iteration over light views."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Flags, Integers
from sim.base.columns import Table
from sim.partners.population import Population


class Partner:
    """A view of one row: columns read as attributes, the id as `unique_id`."""

    __slots__ = ("_set", "row")

    def __init__(self, owner: PartnerSet, row: int) -> None:
        self._set, self.row = owner, row

    @property
    def unique_id(self) -> str:
        """The id of the roster."""
        return self._set.population.ids[self._set.place(self.row)]

    @property
    def name(self) -> str:
        """What the partner is called."""
        return self._set.population.names[self._set.place(self.row)]

    @property
    def segment(self) -> str:
        """Name of its segment."""
        population = self._set.population
        return population.segments[population.segment[self._set.place(self.row)]]

    def __getattr__(self, column: str) -> Any:
        values = self._set.column(column)[..., self.row]
        return values.item() if values.ndim == 0 else values

    def __repr__(self) -> str:
        return f"Partner({self.unique_id!r})"


class PartnerSet:
    """Partners as a set of agents over columns, without an object a partner.

    Works where Mesa's `AgentSet` does for reading: `len`, iteration, `in`, `select`, `get`, `set`, `agg`, `do`.
    """

    def __init__(self, table: Table, population: Population, rows: Integers | None = None, first: int = 0) -> None:
        self.table, self.population, self._first = table, population, first
        self.rows = first + np.arange(population.partners) if rows is None else rows

    def place(self, row: int) -> int:
        """Place among the population of a row of the table."""
        return row - self._first

    def __len__(self) -> int:
        return int(self.rows.size)

    def __iter__(self) -> Iterator[Partner]:
        return (Partner(self, int(row)) for row in self.rows)

    def __getitem__(self, position: int) -> Partner:
        return Partner(self, int(self.rows[position]))

    def __contains__(self, partner: object) -> bool:
        return isinstance(partner, Partner) and partner.row in self.rows

    def column(self, name: str) -> NDArray[Any]:
        """A column of the table or a fixed attribute of the population, by row on its last axis."""
        if name in self.table.columns:
            return self.table.array(name)
        fixed = getattr(self.population, name, None)
        if isinstance(fixed, np.ndarray) and fixed.shape == (self.population.rows,):
            return np.tile(fixed, self.table.rows // fixed.size)
        raise AttributeError(f"partners have no column {name!r}; they have {', '.join(sorted(self.table.columns))}")

    def select(self, condition: Callable[[Partner], bool] | Flags | None = None) -> PartnerSet:
        """The partners for whom a condition holds: a function of a partner, or a mask over this set."""
        if condition is None:
            return self
        mask = (
            condition if isinstance(condition, np.ndarray) else np.array([condition(one) for one in self], dtype=bool)
        )
        return PartnerSet(self.table, self.population, self.rows[mask], self._first)

    def get(self, names: str | Iterable[str]) -> NDArray[Any] | list[NDArray[Any]]:
        """Values of a column by partner (last axis), or a list of them for several names."""
        if isinstance(names, str):
            return self.column(names)[..., self.rows]
        return [self.column(name)[..., self.rows] for name in names]

    def set(self, name: str, value: Any) -> PartnerSet:
        """Set a column for every partner of the set (a value or one a partner)."""
        self.column(name)[..., self.rows] = value
        return self

    def agg(self, name: str, function: Callable[[NDArray[Any]], Any]) -> Any:
        """Aggregate a column over the set."""
        return function(self.column(name)[..., self.rows])

    def do(self, function: Callable[[Partner], Any]) -> PartnerSet:
        """Call a function with each partner."""
        for partner in self:
            function(partner)
        return self
