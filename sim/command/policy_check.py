"""`policy-check`: worked examples of commission, expected against found."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.command.frame.exits import Exit
from sim.command.frame.options import Lang, Root, language
from sim.command.frame.streams import answered_elsewhere, say
from sim.policy.inputs import unit_of
from sim.report.language.messages import said

if TYPE_CHECKING:
    from sim.policy.statement import StatementLine
    from sim.worked.compared import CaseResult, Difference

HEAD = ("month", "partner", "rule", "product", "input", "", "rate", "amount", "total")
TEXTS = 5  # columns set to the left; the others are figures


def policy_check(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Files of cases, or folders.", show_default=False)
    ],
    lines: Annotated[bool, typer.Option("--lines", help="Show the statements of cases that pass, too.")] = False,
    root: Root = None,
    lang: Lang = None,
) -> int:
    """Play worked examples of commission and compare them with what was expected, to the minor unit.

    Exit codes: 0 all pass, 1 some case fails, 2 wrong input.
    """
    results, spoken = _results(files, root), language(lang).value
    for result in results:
        for line in _shown(result, lines, spoken):
            say(line)
    failed = sum(not result.passed for result in results)
    counted = f"{len(results)} case{'s' * (len(results) != 1)}: {len(results) - failed} passed, {failed} failed"
    say(counted, spoken)
    answered_elsewhere()
    return Exit.FAIL if failed else Exit.PASS


def _results(files: Sequence[Path], root: Path | None) -> list[CaseResult]:
    """Results of all files, or the problems of all files."""
    _uncompiled()
    from sim.base.errors import Problem, ScenarioError
    from sim.worked.compared import policy_check as checked

    results: list[CaseResult] = []
    problems: list[Problem] = []
    for file in files:
        try:
            results += checked(file, root=root)
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return results


def _uncompiled() -> None:
    """Run kernels as plain Python: a few rows are played sooner than compiled code is loaded."""
    if "numba" not in sys.modules:
        os.environ.setdefault("NUMBA_DISABLE_JIT", "1")


def _shown(result: CaseResult, all_lines: bool, lang: str) -> Iterator[str]:
    from sim.base.text import safe_text
    from sim.report.language.labels import Labels

    yield safe_text(f"{said('PASS' if result.passed else 'FAIL', lang)} {result.file}: {result.name}")
    yield from (safe_text(f"  {said(f'note: {Labels(lang).note(note)}', lang)}") for note in result.notes)
    for one in result.differences:
        yield safe_text(f"  {said(_difference(one), lang)}")
        for reason in one.reasons:
            yield safe_text(f"    {said(reason, lang)}")
    if all_lines or not result.passed:
        wrong = {one.partner for one in result.differences}
        partners = [name for name in result.lines if all_lines or not wrong - {""} or name in wrong]
        for line in _table(result, partners, lang):
            yield safe_text(f"  {line}".rstrip())
        for line in _account(result, {one.partner for one in result.differences}):
            yield safe_text(f"  {line}".rstrip())


def _account(result: CaseResult, partners: Set[str]) -> list[str]:
    """What fell due and was paid month by month, where that differs, by the names that are anything."""
    from sim.worked.account import PAID
    from sim.worked.play_example import FUNDS
    from sim.worked.reasons import money

    moved = {what for amounts in result.paid.values() for (_, what), amount in amounts.items() if amount}
    names = [what for what in (*PAID, *FUNDS) if what in moved]
    rows = [
        (month, who, *(money(amounts.get((who, what), 0)) for what in names))
        for month, amounts in result.paid.items()
        for who in sorted(partners - {""})
    ]
    head = ("month", "partner", *names)
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    return ["  ".join(_cells(row, widths, 2)) for row in (head, *rows)] if rows else []


def _difference(one: Difference) -> str:
    from sim.worked.reasons import money

    where = " ".join(part for part in (one.month, one.partner) if part)
    return f"{where}: {one.what}: expected {money(one.expected)}, found {money(one.found)}"


def _table(result: CaseResult, partners: Sequence[str], lang: str) -> list[str]:
    """The lines of the partners' statements, with what they are computed on and the running total."""
    from sim.report.language.labels import Labels
    from sim.worked.reasons import money

    words, rows, remarks = Labels(lang), list[tuple[str, ...]](), list[str]()
    for partner in partners:
        total = 0
        for month, line in result.lines[partner]:
            total += line.amount
            rows.append((month, partner, line.rule, line.product, line.reads, *_figures(line, words), money(total)))
            remarks.append(f"  {words(f'remark.{line.remark}')}" if line.remark else "")
    if not rows:
        return [said("no rule wrote a line", lang)]
    head = tuple(said(one, lang) for one in HEAD)
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    return ["  ".join(_cells(row, widths)) + why for row, why in zip((head, *rows), ("", *remarks), strict=True)]


def _cells(row: Sequence[str], widths: Sequence[int], texts: int = TEXTS) -> list[str]:
    return [
        cell.ljust(width) if column < texts else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]


def _figures(line: StatementLine, words: Callable[[str], str]) -> tuple[str, str, str]:
    """Input, rate and amount of a line; an advance, which is not part of what is owed, says so."""
    from sim.worked.reasons import money

    of_money = unit_of(line.reads) == "money"
    value = money(round(line.input)) if of_money else f"{line.input:,.6g}"
    rate = "" if line.rate is None else f"{line.rate:.4%}" if of_money else f"{money(round(line.rate))} each"
    if line.type:
        rate = words(f"line.{line.type}")
    advance = f" ({money(line.paid_now)} advanced)" if line.paid_now else ""
    return value if line.reads else "", rate, money(line.amount) + advance
