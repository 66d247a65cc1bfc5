"""Key figures of a run, in the order in which they are told; each has a formula of the same name in `sim.results`.

They are declared in `key.csv`, a row each. `{part}` in a text is the name of the product, segment or rule. A ratio says
of which sums it is (`claims / premium_earned`; several are added): key figures of the whole, sums of monthly figures of
the part, or sums of `sim.results.sums`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import inf

from sim.base.errors import SimError
from sim.figures import declared
from sim.figures.figure import Axes, Figure, Trade, Unit, of_part
from sim.figures.vocabulary import FALLS_BACK, TRADES, of_trade

_TOLD_WITH = {"rated_rule": "rule"}  # axes whose figures stand among those of another, part by part
Bounds = tuple[float, float]
UNBOUNDED: Bounds = (-inf, inf)
_SHARE, _COUNT = (0.0, 1.0), (0.0, inf)
_OF_UNIT: dict[Unit, Bounds] = {"share": _SHARE, "probability": _SHARE, "count": _COUNT, "month": _COUNT}


@dataclass(frozen=True)
class Key(Figure):
    """The declaration of a key figure: one value a replication."""

    text: str = ""
    """what it is, for summary.json and dictionary.csv"""
    of_expected_claims: bool = True
    """whether expected claims leave it as it is; else it bends where claims fall, and is not known from them"""
    ratio_of: tuple[tuple[str, str], ...] = ()
    """of a ratio: names of the sum above and the sum below; several ratios are added"""
    stated_bounds: Bounds | None = None
    feature: str = ""
    """what must be there for it to be shown (`sim.results.features`); empty: it always is"""
    trades: tuple[Trade, ...] = TRADES
    """trades in which it means something and is shown to people"""
    text_of: Mapping[Trade, str] = field(default_factory=dict, hash=False)
    """`text` in the words of trades that put it otherwise"""

    @property
    def bounds(self) -> Bounds:
        """Least and largest value that it can have, stated or by its unit."""
        return self.stated_bounds or _OF_UNIT.get(self.unit, UNBOUNDED)


@dataclass(frozen=True)
class Placed:
    """A key figure of the whole or of a part."""

    key: Key
    part: str = ""

    @property
    def name(self) -> str:
        """Such as `loss_ratio` or `loss_ratio.motor`."""
        return of_part(self.key.name, self.part)

    def text_in(self, trade: Trade) -> str:
        """What it is, in a line of English in a trade's words, with its part named."""
        return self.key.text_of.get(trade, self.key.text).replace("{part}", self.part)


def _declared() -> Iterator[Key]:
    for row in declared.rows("key.csv"):
        stated = declared.what_all_state(row)
        yield Key(
            **stated, text=row["text"], of_expected_claims=row["of_expected_claims"] == "yes",
            ratio_of=sums_of(row["ratio_of"]), stated_bounds=_bounds(row["bounds"]), feature=row["feature"],
            trades=tuple(one for one in TRADES if not row["trades"] or one in row["trades"].split()),
            text_of={trade: of_trade(row, trade, "text") for trade in FALLS_BACK},
        )  # fmt: skip


def sums_of(ratio: str) -> tuple[tuple[str, str], ...]:
    """Names of the sums of `a / b + c / d`: ((a, b), (c, d)).

    Raises
    ------
    SimError
        For any other form.
    """
    if not ratio:
        return ()
    found = [tuple(part.split(" / ")) for part in ratio.split(" + ")]
    if any(len(one) != 2 for one in found):
        raise SimError(f'a ratio is stated as "sum / sum", or as several with " + " between them; got "{ratio}"')
    return tuple((top, bottom) for top, bottom in found)


def _bounds(text: str) -> Bounds | None:
    """`0..` or `0..1`; None where nothing is stated."""
    low, _, high = text.partition("..")
    return (float(low), float(high or inf)) if text else None


KEY: tuple[Key, ...] = tuple(_declared())
NOT_MEANS = frozenset(one.name for one in KEY if not one.of_expected_claims)
"""Our key figures that are not known from expected claims"""


def laid_out(axes: Axes, own: Sequence[Key] = ()) -> list[Placed]:
    """Key figures with all their parts, in the order in which they are told: of a part all figures follow each other.

    Those from outside come last.
    """
    found = []
    for axis, group in groupby((*KEY, *own), key=lambda one: _TOLD_WITH.get(one.axis, one.axis)):
        figures = list(group)
        parts = axes.get(axis, ())  # type: ignore[call-overload]  # an axis in place of another is one too
        found += [Placed(one, part) for part in parts for one in figures if part in axes.get(one.axis, ())]
    return found
