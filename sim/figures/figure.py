"""A figure, declared once: its name, unit, axis, how it adds up over months, and its words in every language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from sim.base.errors import SimError
from sim.base.in_python.arguments import LANGUAGES as LANGUAGES

Unit = Literal["money", "count", "share", "ratio", "probability", "month", "number"]
Axis = Literal[
    "whole",
    "account",
    "draw",
    "product",
    "segment",
    "own",
    "creditor",
    "rule",
    "rated_rule",
    "principal",
    "brokers",
    "credited",
    "staff",
    "offers",
    "journey",
    "attended",
    "sent",
    "striving",
    "served",
    "desk",
    "stock",
    "stocked",
    "quality",
    "doubted",
    "incident",
    "registered",
    "poached",
    "changed",
]
"""What a figure has a value of: the whole, each account, each kind of draw, product, segment, channel of ours, rule,
rule that knows its rate only afterwards, principal, all network brokers together; whom sales are credited to, and the
whole of what is credited, where a scenario tells whose a sale is; our staff that cooperate with partners; our offer
among many alike ones; each journey of a sale; all partners that forget us, and all to whom we send customers; segments
that try harder for more; all who may have to wait, and those of them who wait for our desk; finite stock as a whole,
and each product that has one; the quality of partners, where a scenario says how they differ, each segment of which it
says so, and each kind of incident; partners registered, where not all of them ever sell; renewals that partners take
over; contracts changed inside their term"""
Adds = Literal["flow", "stock", "none"]
"""Over months a flow is summed, of a stock the last counts, anything else has its own formula"""
Trade = Literal["insurance", "sales", "subscription"]
Axes = Mapping[Axis, Sequence[str]]
"""Names of the parts along each axis; the one part of a whole is the empty name"""
WHOLE: tuple[str, ...] = ("",)
_OF_ONE = (
    "whole", "brokers", "credited", "staff", "offers", "attended", "sent", "served", "desk", "stock", "quality",
    "registered", "poached", "changed",
)  # fmt: skip
_NAME = re.compile("[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Words:
    """A text in every language that is shown to people."""

    en: str
    ru: str

    def __getitem__(self, lang: str) -> str:
        return str(getattr(self, lang) or "")

    @property
    def missing(self) -> list[str]:
        """Languages in which there is no text."""
        return [lang for lang in LANGUAGES if not self[lang].strip()]


@dataclass(frozen=True)
class Figure:
    """A figure; `trade` holds words for trades that name it otherwise.

    Raises
    ------
    SimError
        For a name with other signs than a-z, 0-9 and _, an unknown unit, axis or sum, or a text missing in a language.
    """

    name: str
    unit: Unit
    words: Words
    axis: Axis = "whole"
    adds: Adds = "none"
    trade: Mapping[Trade, Words] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not (isinstance(self.name, str) and _NAME.fullmatch(self.name)):
            raise SimError(f"the name of a figure is made of a-z, 0-9 and _, and begins with a letter: {self.name!r}")
        for what, value, known in (("unit", self.unit, Unit), ("axis", self.axis, Axis), ("adds", self.adds, Adds)):
            if value not in get_args(known):
                raise SimError(f'figure {self.name}: {what} "{value}" is none of {", ".join(get_args(known))}')
        for words in (self.words, *self.trade.values()):
            if not isinstance(words, Words) or words.missing:
                missing = words.missing if isinstance(words, Words) else list(LANGUAGES)
                raise SimError(f"figure {self.name} has no text in {' and '.join(missing)}: give Words(en=..., ru=...)")

    @property
    def is_one(self) -> bool:
        """Whether it has one value and not one for each part."""
        return self.axis in _OF_ONE

    def text_in(self, lang: str, trade: Trade = "insurance") -> str:
        """Its words in a language, in those of a trade where they differ."""
        return self.trade.get(trade, self.words)[lang]


def of_part(name: str, part: str) -> str:
    """Name of a figure's value for a part: of the whole it is the figure's own."""
    return f"{name}.{part}" if part else name
