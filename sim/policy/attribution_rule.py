"""Whose sale it is: what every attribution rule declares, and the path of touches that it splits.

Notation: a path has touches 1 ... n, oldest first, each by somebody (`who`) some days before the sale.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import Field, model_validator

from sim.base.in_turn import sum_in_turn
from sim.base.units import Block, Month

PARTNER = "partner"  # who sells, on a path
Weights = Mapping[str, float]
"""what a rule has learnt of each toucher from the journeys of a month"""
Shares = dict[str, float]
UNKNOWN: Weights = {}


@dataclass(frozen=True)
class Path:
    """The touches before a sale as far as they were seen, oldest first; none at all is a path, too."""

    who: tuple[str, ...]
    """names: the partner is `partner`, others are own channels and segments"""
    days: tuple[float, ...]
    """before the sale"""
    own: frozenset[str]
    """which names are channels of ours"""
    default: str
    """the channel of ours that is credited where nobody else is"""

    @property
    def touchers(self) -> tuple[str, ...]:
        """Those who touched, each once, in the order of their first touch."""
        return tuple(dict.fromkeys(self.who))

    def kept(self, where: Iterable[bool]) -> Path:
        """The path with the touches that are marked."""
        kept = [touch for touch, here in zip(zip(self.who, self.days, strict=True), where, strict=True) if here]
        return replace(self, who=tuple(who for who, _ in kept), days=tuple(days for _, days in kept))

    def unseen(self) -> Path:
        """The path of a sale whose partner was not seen."""
        return self.kept(who != PARTNER for who in self.who)


class AttributionRule(Block):
    """How a sale is credited to those who touched it. It changes who is paid, never who buys.

    A rule states its `kind`, its fields, and overrides `split`: days in, shares out, nothing drawn or remembered.
    """

    effective_from: Month | None = Field(default=None, description="first month in which it holds")
    effective_until: Month | None = Field(default=None, description="first month in which it holds no more")
    reason: str | None = Field(default=None, description="why it is proposed, or was changed")

    @model_validator(mode="after")
    def _holds_some_time(self) -> AttributionRule:
        first, end = self.effective_from, self.effective_until
        if first is not None and end is not None and first >= end:
            raise ValueError("effective_until must be later than effective_from")
        return self

    def in_force(self, ordinal: int) -> bool:
        """Whether the rule holds in the month `ordinal`."""
        first, end = self.effective_from, self.effective_until
        return (first is None or ordinal >= first) and (end is None or ordinal < end)

    def shares(self, path: Path, weights: Weights = UNKNOWN) -> Shares:
        """Credit of a sale by name; the shares sum to 1, those of the kind `none` to how often it is paid.

        Who is left out is credited nothing. Where nobody was seen our default channel is credited.
        """
        return self.split(path, weights) if path.who else {path.default: 1.0}

    def split(self, path: Path, weights: Weights) -> Shares:
        """Credit of a sale by name, on a path with at least one touch."""
        raise NotImplementedError

    @property
    def learns(self) -> bool:
        """Whether it reads weights of the journeys of a month."""
        return False

    def weights(self, journeys: Sequence[tuple[str, Path, float]]) -> dict[str, float]:
        """What `shares` is to be given as weights: of the journeys of a month, by name, path and expected sales."""
        return {}


def by_touch(path: Path, portions: Sequence[float]) -> Shares:
    """Credit in proportion to a figure of each touch: float[n], not negative, with a positive sum."""
    found, total = dict.fromkeys(path.who, 0.0), sum_in_turn(portions)
    for who, portion in zip(path.who, portions, strict=True):
        found[who] += portion / total
    return found


def evenly(names: Sequence[str], share: float = 1.0) -> Shares:
    """A share split evenly."""
    return dict.fromkeys(names, share / len(names)) if names else {}
