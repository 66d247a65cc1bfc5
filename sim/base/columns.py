"""Columns: a room declares what it keeps of every partner once, with unit and text; a table holds the arrays.

Every column has one owner, the room that declares it, and only its owner writes it: `Table.writable` enforces it
in tests. `keeps` tells state that lives from month to month from work space of one month.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Integers
from sim.base.errors import SimError

CACHE_LINE = 64  # bytes


@dataclass(frozen=True)
class Column:
    """One declared column. `axes` names the sizes in front of the partner axis."""

    name: str
    dtype: str
    unit: str
    text: str
    axes: tuple[str, ...] = ()
    keeps: bool = True
    start: float = 0.0

    @property
    def of_month(self) -> bool:
        """Whether it holds whole numbers of one month."""
        return self.dtype == "i8" and not self.keeps


class Table:
    """Arrays by column name, each of the shape (*axes, rows), reached as attributes.

    `month` holds the whole numbers of one month as one block; `month_lines` says which lines are whose.

    Parameters
    ----------
    declared : mapping room -> columns
    sizes : mapping axis -> length
    rows : int

    Raises
    ------
    SimError
        A column has the name of a member of the table or of another column, or an axis without a length.
    """

    rows: int
    columns: dict[str, Column]
    owners: dict[str, str]
    month: Integers
    month_lines: dict[str, slice]
    _sizes: Mapping[str, int]
    _memory: NDArray[np.uint8]

    _spare: ClassVar[list[NDArray[np.uint8]]] = []

    def __init__(self, declared: Mapping[str, Sequence[Column]], sizes: Mapping[str, int], rows: int) -> None:
        self._refuse_taken(declared, sizes)
        self.rows = rows
        self.columns = {column.name: column for columns in declared.values() for column in columns}
        self.owners = {column.name: room for room, columns in declared.items() for column in columns}
        self._sizes = sizes
        amounts = [column for column in self.columns.values() if column.of_month]
        others = [column for column in self.columns.values() if not column.of_month]
        lengths = [self._lines(column) for column in amounts]
        shapes = [((sum(lengths), rows), "i8")] + [((*self._shape(column), rows), column.dtype) for column in others]
        self._memory, (self.month, *arrays) = _together(shapes, self._spare)
        self.month_lines = {}
        for column, last, length in zip(amounts, np.cumsum(lengths).tolist(), lengths, strict=True):
            self.month_lines[column.name] = slice(last - length, last)
            part = self.month[last - length : last]
            setattr(self, column.name, part if column.axes else part[0])
        for column, array in zip(others, arrays, strict=True):
            array[:] = column.start
            setattr(self, column.name, array)

    def _refuse_taken(self, declared: Mapping[str, Sequence[Column]], sizes: Mapping[str, int]) -> None:
        owners: dict[str, str] = {}
        for room, column in ((room, column) for room, columns in declared.items() for column in columns):
            what = f"column {column.name!r} of {room}"
            if column.name in type(self).__annotations__ or hasattr(type(self), column.name):
                raise SimError(f"{what}: a table has a member of this name; rename it")
            if column.name in owners:
                raise SimError(f"{what}: {owners[column.name]} has a column of this name; rename it")
            if unknown := set(column.axes).difference(sizes):
                raise SimError(f"{what}: unknown axis {', '.join(unknown)}; known: {', '.join(sizes)}")
            owners[column.name] = room

    def _shape(self, column: Column) -> tuple[int, ...]:
        return tuple(self._sizes[axis] for axis in column.axes)

    def _lines(self, column: Column) -> int:
        return int(np.prod(self._shape(column), dtype=np.int64))

    def __getattr__(self, name: str) -> Any:  # arrays are set in __init__; this serves the type checker
        raise AttributeError(f"no column {name!r}")

    def give_back(self) -> None:
        """Leave the memory to a next table of about this size in this process; this one must not be used any more."""
        self._spare[:] = [self._memory]

    def array(self, name: str) -> NDArray[Any]:
        """The array of a column."""
        array: NDArray[Any] = getattr(self, name)
        return array

    def bytes_per_row(self, keeps: bool) -> float:
        """Bytes a partner of the columns that keep state (or of those that do not)."""
        chosen = [self.array(name) for name, column in self.columns.items() if column.keeps is keeps]
        return sum(array.nbytes for array in chosen) / max(self.rows, 1)

    @contextmanager
    def writable(self, names: Container[str]) -> Iterator[None]:
        """Write-protect all columns but these for a time."""
        guarded = [self.array(name) for name in self.columns if name not in names]
        for array in guarded:
            array.flags.writeable = False
        try:
            yield
        finally:
            for array in guarded:
                array.flags.writeable = True


def bytes_per_row(declared: Mapping[str, Sequence[Column]], sizes: Mapping[str, int]) -> float:
    """Bytes that a row of a table of these columns takes."""
    columns = (column for columns in declared.values() for column in columns)
    return float(sum(prod(sizes[axis] for axis in one.axes) * np.dtype(one.dtype).itemsize for one in columns))


def _together(
    shapes: list[tuple[tuple[int, ...], str]], spare: list[NDArray[np.uint8]]
) -> tuple[NDArray[np.uint8], list[NDArray[Any]]]:
    """Arrays of zeros in one piece of memory, large enough for the system to use large pages for it.

    A spare piece of about this size is taken: new pages cost more than all that is done in them in a month.
    """
    lengths = [int(np.prod(shape, dtype=np.int64)) * np.dtype(kind).itemsize for shape, kind in shapes]
    starts = np.concatenate(([0], np.cumsum([-(-length // CACHE_LINE) * CACHE_LINE for length in lengths])))
    size = int(starts[-1]) + CACHE_LINE
    if spare and size <= spare[0].size <= 2 * size:
        memory = spare.pop()[:size]
        memory[:] = 0
    else:
        if spare and spare[0].size < size:
            spare.clear()  # before more is asked for: the system gives back the same pages
        memory = np.zeros(size, dtype=np.uint8)  # the system clears a page when it is first used
    first = -memory.ctypes.data % CACHE_LINE
    return memory, [
        memory[first + start : first + start + length].view(kind).reshape(shape)
        for start, length, (shape, kind) in zip(starts[:-1].tolist(), lengths, shapes, strict=True)
    ]
