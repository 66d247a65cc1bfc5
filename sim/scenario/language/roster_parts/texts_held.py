"""Columns of texts as long as a roster: codes of those that differ while they are few, packed where they are many.

A million texts take 4 MB as codes, and packed about what they take in the file; as objects they take 60 MB and more.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from operator import eq
from typing import overload

FEW = 2**15  # texts that differ up to which a column is kept as codes
PACKED = 512  # texts that are packed together
END = "\0"  # no file that is read has one


class Texts(Sequence[str]):
    """Texts in their order. They are meant to be gone through; one by its position takes a while."""

    def __init__(self, few: tuple[str, ...], codes: array[int], packed: Sequence[str]) -> None:
        self.few, self.codes, self.packed = few, codes, packed
        self._size = len(codes) if few else sum(one.count(END) for one in packed)

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        """Texts that are there already."""
        held = TextsRead()
        held.extend([*texts])
        return held.texts()

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[str]:
        if self.few:
            return map(self.few.__getitem__, self.codes)
        return (text for one in self.packed for text in _unpacked(one))

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[str, ...]: ...

    def __getitem__(self, at: int | slice) -> str | tuple[str, ...]:
        if isinstance(at, slice):
            return tuple(self)[at]
        place = range(self._size)[at]
        return self.few[self.codes[place]] if self.few else _unpacked(self.packed[place // PACKED])[place % PACKED]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(eq, self, other))

    __hash__ = None  # type: ignore[assignment]  # a column of data

    def ordered(self, order: Iterable[int]) -> Texts:
        """The same texts in another order."""
        if self.few:
            return Texts(self.few, array("I", map(self.codes.__getitem__, order)), ())
        texts = [*self]
        return Texts.of(texts[k] for k in order)


class TextsRead:
    """A column of texts that is being read."""

    def __init__(self) -> None:
        self._codes, self._places = _Codes(), array("I")
        self._packed: list[str] = []
        self._rest: list[str] = []

    def extend(self, texts: Sequence[str]) -> None:
        """The next texts."""
        if self._packed:
            self._pack(texts)
            return
        self._places.extend(map(self._codes.__getitem__, texts))
        if len(self._codes) > FEW:
            few = tuple(self._codes)
            self._pack([few[place] for place in self._places])
            self._codes, self._places = _Codes(), array("I")

    def texts(self) -> Texts:
        """All that was read."""
        last = [_packed(self._rest)] if self._rest else []
        return Texts(tuple(self._codes), self._places, (*self._packed, *last))

    def _pack(self, texts: Sequence[str]) -> None:
        self._rest += texts
        full = len(self._rest) // PACKED * PACKED
        self._packed += (_packed(self._rest[k : k + PACKED]) for k in range(0, full, PACKED))
        del self._rest[:full]


class _Codes(dict[str, int]):
    """Texts that differ, numbered as they come."""

    def __missing__(self, text: str) -> int:
        self[text] = code = len(self)
        return code


def _packed(texts: Sequence[str]) -> str:
    return END.join((*texts, ""))


def _unpacked(packed: str) -> list[str]:
    return packed.split(END)[:-1]
