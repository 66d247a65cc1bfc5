"""Key figures of a run, in the order in which they are told; each has a formula of the same name in `sim.results`.

They are declared in `key.csv`, a row each. `{part}` in a text is the name of the product, segment or rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sim.figures import declared
from sim.figures.figure import Axes, Figure, of_part

_TOLD_WITH = {"rated_rule": "rule"}  # axes whose figures stand among those of another, part by part


@dataclass(frozen=True)
class Key(Figure):
    """The declaration of a key figure: one value a replication."""

    text: str = ""
    """what it is, for summary.json and dictionary.csv"""
    of_expected_claims: bool = True
    """whether expected claims leave it as it is; else it bends where claims fall, and is not known from them"""


@dataclass(frozen=True)
class Placed:
    """A key figure of the whole or of a part."""

    key: Key
    part: str = ""

    @property
    def name(self) -> str:
        """Such as `loss_ratio` or `loss_ratio.motor`."""
        return of_part(self.key.name, self.part)

    @property
    def text(self) -> str:
        """What it is, in a line of English, with its part named."""
        return self.key.text.replace("{part}", self.part)


def _declared() -> Iterator[Key]:
    for row in declared.rows("key.csv"):
        stated = declared.what_all_state(row)
        yield Key(**stated, text=row["text"], of_expected_claims=row["of_expected_claims"] == "yes")


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
