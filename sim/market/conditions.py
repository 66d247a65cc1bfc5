"""Conditions: the scalars that dated stories change and the month reads, and the luck of the world for the stories."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from math import prod


def _no_luck(month: int, purpose: str) -> float:
    """Stands where no luck was given."""
    raise ValueError(f"no luck was given for {purpose} in month {month}")


@dataclass(frozen=True)
class Addition:
    """A campaign while it lasts: what a rival adds to its rates, and where."""

    rival: str
    addition: float
    """in shares of premium"""
    products: Container[str] | None = None
    """None: all"""
    segments: Container[str] | None = None
    """None: all"""
    exclusive: bool = False
    """only for partners who choose one principal"""

    def covers(self, product: str, segment: str, whole: bool) -> bool:
        """Whether it holds for this product and segment; `whole`: its partners choose one principal."""
        named = (self.products is None or product in self.products) and (
            self.segments is None or segment in self.segments
        )
        return named and (whole or not self.exclusive)


@dataclass(frozen=True)
class Inspection:
    """An audit in its month: what it looks at, what it detects and what follows."""

    sample: float
    """share of the claims, and of the partners, looked at"""
    detection: float
    """share of what is looked at that is detected"""
    finds: Container[str]
    """`fraud`, `insolvency`, `unsound`"""
    segments: Container[str] | None = None
    """None: all"""
    ends: bool = False
    """partners whose fraud is detected are ended"""
    trains: bool = False
    """partners found unsound are trained, and sound from then on; else they are ended"""
    cost: float = 0.0
    """of looking at a partner, major units"""

    def covers(self, segment: str) -> bool:
        """Whether a segment's partners are audited."""
        return self.segments is None or segment in self.segments


@dataclass(frozen=True)
class Leaving:
    """A departure in its month: whom it takes away."""

    defaults: bool
    """they default; else they leave the trade"""
    segments: Container[str] | None = None
    """None: all"""
    largest: int = 1
    """how many of those who send us most buyers, unless one of the next two is stated"""
    share: float | None = None
    """of the partners that sell for us"""
    partners: Container[str] | None = None
    """by id"""

    def covers(self, segment: str) -> bool:
        """Whether a segment's partners may go."""
        return self.segments is None or segment in self.segments


@dataclass
class Conditions:
    """What surrounds us in the present month. Factors of stories that play at once multiply.

    `luck(month, purpose)` is a uniform in (0, 1) of the world, the same however often and in whatever order it is
    asked; months count from t = 0.
    """

    luck: Callable[[int, str], float] = _no_luck
    policy_version: int = 0
    factors: dict[str, Mapping[str, float]] = field(default_factory=dict)
    campaigns: dict[str, Addition] = field(default_factory=dict)
    audits: dict[str, Inspection] = field(default_factory=dict)
    leaving: dict[str, Leaving] = field(default_factory=dict)
    bans: list[str] = field(default_factory=list)
    """names of those in force, for good"""

    @property
    def quiet(self) -> bool:
        """Whether no story is in force but a ban."""
        return not (self.factors or self.campaigns or self.audits or self.leaving)

    def begin(self, name: str, factors: Mapping[str, float]) -> None:
        """Put a story's factors in force; those on partners' weights are named `weight.service` and so on."""
        self.factors[name] = factors

    def end(self, name: str) -> None:
        """Take a story's factors back."""
        self.factors.pop(name, None)

    def factor(self, name: str) -> float:
        """Product of the factors in force, 1 in quiet times."""
        return prod(factors.get(name, 1.0) for factors in self.factors.values())
