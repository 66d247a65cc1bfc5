"""Worked examples of commission, played and compared: expected against found, to the minor unit.

Notation: p product, i partner row. Amounts are in minor units.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path

from sim.base.in_python.arguments import given_path
from sim.base.notes import Note
from sim.base.units import month_name, to_minor
from sim.policy.statement import StatementLine
from sim.scenario.files.bounds import Wider
from sim.scenario.language.nodes import dotted
from sim.worked.account import PAID
from sim.worked.example import Amounts, Case, CaseMonth, Outcome
from sim.worked.example_file import read_cases
from sim.worked.play_example import FUNDS, Played, play
from sim.worked.reasons import reasons

TOTAL = "total"
KEPT = "lost_takes_nothing_back"
WHY_KEPT = (
    "contracts lost in {} take no commission of {} back, though payment.clawback is pro_rata: the case knows of none "
    "on their premium; state released, or a rule clawback, if some goes back"
)
Lines = Mapping[str, Sequence[tuple[str, StatementLine]]]


@dataclass(frozen=True)
class Difference:
    """An amount that is not what a case expects; minor units."""

    month: str
    """`2025-01`, or `total` for the sum over all months"""
    partner: str
    """empty for what is of no partner"""
    what: str
    expected: int
    found: int
    reasons: tuple[str, ...] = ()
    """which rule, line and rounding made it"""


@dataclass(frozen=True)
class CaseResult:
    """One worked example played: it passes where nothing differs.

    `lines` are the statements' lines by partner; `paid` what fell due and was paid by month, partner and name, where
    a difference is of these.
    """

    file: Path
    name: str
    differences: tuple[Difference, ...]
    lines: Lines
    paid: Mapping[str, Mapping[tuple[str, str], int]] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    """what reading and playing it found to say"""

    @property
    def passed(self) -> bool:
        """Whether everything is as expected."""
        return not self.differences


def policy_check(path: str | PathLike[str], extra: Sequence[type] = (), root: Wider = None) -> list[CaseResult]:
    """Play the worked examples of a file, or of every YAML file below a folder.

    `root` is a folder into which links may lead beside that of the cases.

    Raises
    ------
    ScenarioError
        With every problem of every file at once.
    """
    given_path("path", path)
    return [
        replace(result := check_case(file, name, case), notes=(*cases.notes_of(name), *result.notes))
        for file, cases in read_cases(path, extra, root)
        for name, case in cases.cases.items()
    ]


def check_case(file: Path, name: str, case: Case) -> CaseResult:
    """Play one example and compare."""
    played = play(case)
    differences = tuple(_differences(case, played))
    wrong = any(one.what in (*PAID, *FUNDS) for one in differences)
    shown = played.months if wrong else {}
    return CaseResult(file, name, differences, played.lines, shown, tuple(_notes(name, played)))


def _notes(name: str, played: Played) -> Iterator[Note]:
    """What playing a case found to say: of each partner the first month whose lost contracts cost it nothing."""
    for partner, month in {partner: month for month, partner in reversed(played.kept)}.items():
        yield Note(KEPT, WHY_KEPT.format(month, partner), dotted(("cases", name)))


def _differences(case: Case, played: Played) -> Iterator[Difference]:
    margin = to_minor(case.margin)
    for ordinal, month in case.calendar:
        for what in _compared(month, played, month_name(ordinal)):
            if abs(what.expected - what.found) > margin:
                yield replace(what, reasons=_why(what, case, played, _contracts(case, month, what.partner)))
    for what in _compared(case, played, TOTAL):
        if abs(what.expected - what.found) > margin:
            yield replace(what, reasons=_why(what, case, played, {}))


def _why(one: Difference, case: Case, played: Played, contracts: Mapping[str, int]) -> tuple[str, ...]:
    said = played.lines.get(one.partner, [])
    lines = [line for month, line in said if one.month in (month, TOTAL)]
    return reasons(one.what, one.expected - one.found, lines, contracts, case.rules)


def _contracts(case: Case, month: CaseMonth, partner: str) -> dict[str, int]:
    """Contracts of the month by product, new and renewed."""
    if partner not in month.facts:
        return {}
    facts = month.facts[partner].by_product(case.products)
    return {product: one.sold + sum(one.renewed.values()) for product, one in facts.items()}


def _compared(outcome: Outcome, played: Played, month: str) -> Iterator[Difference]:
    """Every amount that an outcome states, beside what was found."""
    found = played.of(month)
    for partner, amounts in outcome.expected.items():
        for what, expected in _stated(amounts):
            yield Difference(month, partner, what, expected, found.get((partner, what), 0))
    for what, of_all in (("fees", outcome.expected_fees), ("programme", outcome.expected_programme)):
        if of_all is not None:
            yield Difference(month, "", what, to_minor(of_all), found.get(("", what), 0))


def _stated(amounts: Amounts) -> Iterator[tuple[str, int]]:
    for name in AMOUNTS:
        value = getattr(amounts, name)
        if value is not None:
            yield name, to_minor(value)
    for rule, value in amounts.rules.items():
        yield f"rule {rule}", to_minor(value)


AMOUNTS = tuple(name for name in Amounts.model_fields if name not in ("source", "assumed", "rules"))
