"""Key figures from outside the package: a class each, given by `extra` or by an entry point."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from sim.base.arrays import Reals
from sim.base.discover import class_name, outside
from sim.base.errors import Problem, ScenarioError, SimError
from sim.figures.figure import Trade, Unit, Words
from sim.figures.key import KEY, Key, sums_of

GROUP = "partner_sim.figures"


class KeyFigure:
    """A key figure of your own: one value a replication, of the whole.

    Give the class to `sim.load(..., extra=[...])`, or name it under the entry point `partner_sim.figures`. It comes
    after ours wherever key figures are told, and criteria may name it.
    """

    name: ClassVar[str]
    unit: ClassVar[Unit]
    words: ClassVar[Words]
    """its label in every language"""
    text: ClassVar[str] = ""
    """what it is, for summary.json and dictionary.csv; left out: the English label"""
    trade: ClassVar[Mapping[Trade, Words]] = {}
    """words for trades that name it otherwise"""
    of_expected_claims: ClassVar[bool] = True
    """False where it bends where claims fall, so that it is not known from expected claims"""
    ratio_of: ClassVar[str] = ""
    """of a ratio: `sum / sum`, by names of key figures of ours or of `sim.results.sums`; then `of` is left out"""

    def of(self, books: Any, scenario: Any) -> Reals:
        """Its values, float64[replication]; NaN where it does not exist. Money is in major units.

        Parameters
        ----------
        books : sim.results.account_series.Books, the monthly figures and what income, expense and cash follow from them
        scenario : sim.scenario.schema.Scenario
        """
        raise NotImplementedError


@dataclass(frozen=True)
class OwnKey(Key):
    """A key figure from outside: its declaration, the class that states it, and its formula."""

    stated_by: str = ""
    formula: Callable[[Any, Any], Any] | None = None

    def of(self, books: Any, scenario: Any, replications: int) -> Reals:
        """Its values.

        Raises
        ------
        SimError
            Where they are not one value a replication.
        """
        assert self.formula is not None  # a ratio is known from its sums
        values = np.asarray(self.formula(books, scenario), dtype=np.float64)
        if values.shape != (replications,):
            raise SimError(f"{self.stated_by}.of gives values of shape {values.shape}: give one for each replication")
        return values


def own_key_figures(extra: Sequence[type] = ()) -> tuple[OwnKey, ...]:
    """Key figures of entry points and of `extra`, in that order.

    Raises
    ------
    ScenarioError
        With every one that is not declared as it must be, or has a name that is taken.
    """
    found: list[OwnKey] = []
    faults: list[Problem] = []
    for one in outside(KeyFigure, GROUP, extra):
        try:
            found.append(_declared(one))
        except SimError as error:
            faults.append(Problem(class_name(one), str(error)))
    if faults := [*faults, *_taken(found)]:
        raise ScenarioError(faults)
    return tuple(found)


def _declared(one: type[KeyFigure]) -> OwnKey:
    if missing := [name for name in ("name", "unit", "words") if not hasattr(one, name)]:
        raise SimError(f"a key figure states its {' and '.join(missing)}")
    if (one.of is KeyFigure.of) != bool(one.ratio_of):
        raise SimError("a key figure states how it is computed: write of(self, books, scenario), or ratio_of")
    return OwnKey(
        one.name, one.unit, one.words, trade=one.trade, text=one.text or getattr(one.words, "en", ""),
        of_expected_claims=one.of_expected_claims, stated_by=class_name(one), formula=one().of,
        ratio_of=sums_of(one.ratio_of),
    )  # fmt: skip


def _taken(found: Sequence[OwnKey]) -> Iterator[Problem]:
    names = {one.name: f'ours ("{one.words.en}")' for one in reversed(KEY)}
    for one in found:
        if one.name in names:
            what = f'the key figure {one.name} ("{one.words.en}") has the name of {names[one.name]}'
            yield Problem(one.stated_by, what, "give yours another name")
        names[one.name] = f'that of {one.stated_by} ("{one.words.en}")'
