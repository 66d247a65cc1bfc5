"""Kernels over a batch of replications give, to the last bit, what they give for each of them alone.

A case names a kernel and what its arguments are; arrays that it does not name have an entry a row. Random arguments are
laid out for three replications, which the kernel gets at once and one by one.

Notation: S segments, our own channel the last; R replications; n rows of one, our own the last.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest

from sim.base import arrays

SIZES = (5, 0, 6, 1)  # rows of the segments
S, R, N = len(SIZES), 3, sum(SIZES)
QUIET = 1  # the replication in which nothing happens
MONTH, TERM = 7, 3
RANGES = {
    arrays.Reals: (0.0, 1.0),
    arrays.HalfReals: (0.0, 1.0),
    arrays.Integers: (0, 1000),
    arrays.Counts: (0, 7),
    arrays.Months: (-3, 9),
    arrays.Codes: (0, 3),
    arrays.Flags: (0, 2),
    arrays.Words: (0, 2**63),
    arrays.HalfWords: (0, 2**32),
}


@dataclass(frozen=True)
class Argument:
    """An array for all replications, each of them a piece of it along one axis.

    Where `rows` is true it holds numbers of rows, which are those of the batch; where it is shared all get all of it.
    """

    values: Any
    axis: int = 0
    rows: bool = False
    shared: bool = False

    def of(self, r: int, values: Any) -> Any:
        """What such an array holds of one replication, as it would stand alone."""
        if self.shared:
            return values
        piece = np.split(values, R, axis=self.axis)[r]
        return np.where(piece < 0, piece, piece - r * N).astype(piece.dtype) if self.rows else piece.copy()


Maker = Callable[[np.random.Generator, Any, bool], Argument]


def entry(kind: Any) -> Any:
    """The type of an array's entries, which newer NumPy states bare and older within that of the array."""
    stated = get_args(kind)[-1]
    return get_args(stated)[0] if get_args(stated) else stated


def draw(rng: np.random.Generator, hint: Any, low: float | None, high: float | None, shape: tuple[int, ...]) -> Any:
    """Random entries of the type that a kernel says, from low to below high."""
    kind = hint if hint in RANGES else get_args(hint)[0]  # of one or the other
    usual, dtype = RANGES[kind], entry(kind)
    low, high = usual[0] if low is None else low, usual[1] if high is None else high
    drawn = rng.uniform(low, high, shape) if dtype in (np.float64, np.float32) else rng.integers(low, high, shape)
    return drawn.astype(dtype)


def by_row(low: float | None = None, high: float | None = None, *first: int, ours: Any = None) -> Maker:
    """Arrays [..., n], our own row holding `ours`, or any value."""

    def make(rng: np.random.Generator, hint: Any, shared: bool) -> Argument:
        values = draw(rng, hint, low, high, (*first, R * N))
        if ours is not None:
            values[..., N - 1 :: N] = ours
        return Argument(values, len(first))

    return make


def by_segment(
    low: float, high: float, neutral: float, first: tuple[int, ...] = (), then: tuple[int, ...] = ()
) -> Maker:
    """A parameter [..., S, ...], neutral for our own channel and all of the quiet replication, or shared by them."""

    def make(rng: np.random.Generator, hint: Any, shared: bool) -> Argument:
        values = draw(rng, hint, low, high, (*first, S if shared else R * S, *then))
        along = np.moveaxis(values, len(first), 0)
        along[S - 1 :: S] = neutral
        if not shared:
            along[QUIET * S : (QUIET + 1) * S] = neutral
        return Argument(values, len(first), shared=shared)

    return make


def by_slice(*then: int, low: float = 0, high: float = 9, first: tuple[int, ...] = ()) -> Maker:
    """An output [..., S, ...], or what was one of another kernel: always an entry a slice."""
    return lambda rng, hint, shared: Argument(draw(rng, hint, low, high, (*first, R * S, *then)), len(first))


def rows_of(*values: int) -> Maker:
    """Numbers of rows by slice, the same in each replication when it stands alone."""
    return lambda rng, hint, shared: Argument(np.add.outer(np.arange(R) * N, values).ravel(), rows=True)


def the_same(*values: int) -> Maker:
    """Whole numbers that each replication gets."""
    return lambda rng, hint, shared: Argument(np.array(values), shared=True)


def row_numbers(rng: np.random.Generator, hint: Any, shared: bool) -> Argument:
    """Numbers of rows by row, -1 among them."""
    alone = draw(rng, hint, -1, N, (R, N))
    offsets = np.where(alone < 0, 0, np.arange(R)[:, None] * N)
    return Argument((alone + offsets).ravel().astype(alone.dtype), rows=True)


EDGES = np.concatenate(([0], np.cumsum(SIZES * R))).astype(np.uint64)


@dataclass(frozen=True)
class Case:
    """A kernel, its arguments by name, and the columns in which our own row must stay as it is."""

    kernel: Callable[..., None]
    arguments: dict[str, Any] = field(default_factory=dict)
    still: tuple[str, ...] = ()

    def made(self, rng: np.random.Generator, shared: bool) -> dict[str, Any]:
        """Arguments in their order: arrays for the batch, and scalars as they are."""
        hints = get_type_hints(inspect.unwrap(self.kernel))
        known = {"month": MONTH, "term": TERM, **self.arguments}
        names = [name for name in inspect.signature(self.kernel).parameters if name not in ("edges", "replications")]
        makers = {name: known.get(name, by_row()) for name in names}
        return {name: one(rng, hints[name], shared) if callable(one) else one for name, one in makers.items()}


def case(kernel: Callable[..., None], *still: str, **arguments: Any) -> Any:
    """A case under the name of its kernel."""
    made = Case(kernel, arguments, still)
    return pytest.param(made, id=inspect.unwrap(kernel).__qualname__)


def played(one: Case, arguments: dict[str, Any], edges: Any, replications: int) -> dict[str, Any]:
    """Call the kernel; return the arguments as it leaves them."""
    every = {"edges": edges, "replications": replications, **arguments}
    one.kernel(*[every[name] for name in inspect.signature(one.kernel).parameters])
    return arguments


def agrees(one: Case, seed: int, shared: bool) -> None:
    """Assert that a batch gives what its replications give alone, and leaves our own rows as they must stay."""
    made = one.made(np.random.default_rng(seed), shared)
    held = {name: item for name, item in made.items() if isinstance(item, Argument)}
    batch = played(one, made | {name: item.values.copy() for name, item in held.items()}, EDGES, R)
    for r in range(R):
        alone = played(one, made | {name: item.of(r, item.values) for name, item in held.items()}, EDGES[: S + 1], 1)
        for name, item in held.items():
            found = item.of(r, batch[name])
            assert found.tobytes() == alone[name].tobytes(), f"{name} of replication {r}: {found}, {alone[name]}"
    for name in one.still:
        ours = np.s_[..., N - 1 :: N]
        assert np.array_equal(batch[name][ours], held[name].values[ours]), f"{name} of our own row"
