"""Relative levers: a figure moved from where it stands (`+=2pp`, `-=1mo`, `*=1.1`), with its dates and exceptions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from sim.base.units import LARGEST_RATIO, MONTHS_PER_YEAR, shown
from sim.scenario.language.nodes import Node, Origin

OPERATORS = ("+", "-", "*")
_CENT = Decimal(100)
_SIZE = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_NUMBER = rf"[+-]?{_SIZE}"
_FIGURE = re.compile(rf"({_NUMBER}) *(pp|%|h|d|mo|y)?")
_MEANT = re.compile(rf"[+-] *{_SIZE} *pp|\* *{_SIZE} *%?")
_LONGEST = 40  # characters of a figure
_TABLE = {"rate", "products", "segments", "source", "assumed"}
_WORDS = {"source", "assumed"}
_ALONE = "name the figures one by one"


@dataclass(frozen=True)
class Refusal(Exception):
    """Why something cannot be moved, and what to do."""

    what: str
    remedy: str


@dataclass(frozen=True)
class Move:
    """By how much a figure moves: `+` and `-` shift it, `*` scales it."""

    operator: str
    amount: Decimal
    unit: str = ""

    @classmethod
    def of(cls, operator: str, text: str) -> Move:
        """The move that `+=2pp` and the like state.

        Raises
        ------
        Refusal
        """
        found = _FIGURE.fullmatch(text) if len(text) <= _LONGEST else None
        if found is None:
            raise Refusal(f'a number expected, got "{text[:_LONGEST]}"', "such as +=2pp, -=1mo, +=500 or *=1.1")
        amount, unit = Decimal(found[1]), found[2] or ""
        if operator == "*":
            if unit not in ("", "%") or amount <= 0:
                raise Refusal(f'a factor above 0 expected, got "{text}"', "such as *=1.1, or *=110%")
            return cls(operator, amount / _CENT if unit else amount)
        return cls("+", -amount if operator == "-" else amount, unit)

    def figure(self, value: object) -> object:
        """A number, percentage or duration, moved; a shift in per cent is none of these.

        Raises
        ------
        Refusal
            Where it is none, or the units do not go together.
        """
        if self.unit == "%":
            raise self._of_per_cent(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _plain(self._number(Decimal(str(value))), whole=isinstance(value, int))
        found = _FIGURE.fullmatch(value) if isinstance(value, str) and len(value) <= _LONGEST else None
        if found is None or found[2] in (None, "pp"):
            raise Refusal(f"there is nothing to move in {shown(value)}", "a relative lever needs a figure")
        amount, unit = Decimal(found[1]), found[2]
        moved = self._share(amount) if unit == "%" else self._duration(amount, unit)
        return moved if isinstance(moved, str) else f"{_text(moved)}{unit}"

    def _of_per_cent(self, value: object) -> Refusal:
        """Why a shift in per cent is refused: of a share it may be points or a factor, of all else it is a factor."""
        factor = f"*={_text(1 + self.amount / _CENT)}"
        if not _may_be_share(value):
            return Refusal("a shift in per cent is a factor", f"write {factor}")
        points = f"{'-' if self.amount < 0 else '+'}={_text(abs(self.amount))}pp"
        return Refusal("a shift in per cent may be read in two ways", f"write {points}, or {factor} for a factor")

    def _number(self, value: Decimal) -> Decimal:
        if self.operator == "*":
            return value * self.amount
        if self.unit == "pp" and abs(value) > Decimal(LARGEST_RATIO):
            raise Refusal(f"points are of a share, and {_text(value)} is none", "leave out pp")
        if self.unit not in ("", "pp"):
            raise Refusal(f"{_text(value)} is no duration", f"leave out {self.unit}")
        return value + (self.amount / _CENT if self.unit else self.amount)

    def _share(self, percent: Decimal) -> Decimal:
        if self.operator == "*":
            return percent * self.amount
        if self.unit not in ("", "pp"):
            raise Refusal(f"{_text(percent)}% is no duration", "write points, such as 2pp")
        return percent + (self.amount if self.unit else self.amount * _CENT)

    def _duration(self, amount: Decimal, unit: str) -> Decimal | str:
        if self.operator == "*":
            return amount * self.amount
        if self.unit == unit:
            return amount + self.amount
        if {self.unit, unit} == {"mo", "y"}:
            months = [n * (MONTHS_PER_YEAR if of == "y" else 1) for n, of in ((amount, unit), (self.amount, self.unit))]
            return f"{_text(sum(months, Decimal()))}mo"
        raise Refusal(f"{_text(amount)}{unit} moves by a duration in {unit}", f"such as +=1{unit}")


def moved(node: Node, move: Move, rows: tuple[set[str], ...], at: Origin) -> Node:
    """A figure moved with all its dates; of a table of rates, and of figures by product or segment, every one.

    Parameters
    ----------
    rows : names that a table may have as keys: those of products, and those of segments
    at : where the lever is written

    Raises
    ------
    Refusal
    """
    if isinstance(node.value, list):
        if any(isinstance(item.value, dict | list) for item in node.value):
            raise Refusal("this is a list of blocks", f"{_ALONE}, such as brackets[1].rate")
        return replace(node, value=[moved(item, move, rows, at) for item in node.value])
    if not isinstance(node.value, dict):
        return replace(node, value=move.figure(node.value), origin=at)
    keys = set(node.value)
    if "since" in keys or keys <= _TABLE or any(keys <= names for names in rows):
        items = {key: item if key in _WORDS else _below(key, item, move, rows, at) for key, item in node.value.items()}
        return replace(node, value=items)
    raise Refusal(f"this is a block of {', '.join(sorted(keys))[:60]}", _ALONE)


def _below(key: str, node: Node, move: Move, rows: tuple[set[str], ...], at: Origin) -> Node:
    """What stands at a key of a table; dates and names are keys themselves."""
    if key in ("since", "products", "segments") and isinstance(node.value, dict):
        return replace(node, value={name: moved(item, move, rows, at) for name, item in node.value.items()})
    return moved(node, move, rows, at)


def move_in(value: str) -> str:
    """The operator of a value that can only be meant as a move, such as `+2pp` or `*1.1`; empty for any other."""
    return value[0] if len(value) <= _LONGEST and _MEANT.fullmatch(value) else ""


def _may_be_share(value: object) -> bool:
    if isinstance(value, str):
        return value.endswith("%")
    return isinstance(value, float) and abs(value) <= LARGEST_RATIO


def _plain(value: Decimal, whole: bool) -> int | float:
    return int(value) if whole and value == value.to_integral_value() else float(value)


def _text(value: Decimal) -> str:
    return f"{value.normalize():f}"
