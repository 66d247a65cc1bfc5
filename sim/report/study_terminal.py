"""A study's answer in the terminal: the verdict where there is one, the answer in words, its first table, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.experiments.answer import Answer, Table
from sim.report.cells import Grid, grid
from sim.report.labels import Labels
from sim.report.screens import COLOURS, Screens
from sim.report.words import Words

if TYPE_CHECKING:
    from rich.console import Console

MOST_ROWS = 24


def show(answer: Answer, console: Console, lang: str = "en") -> None:
    """Print an answer.

    Parameters
    ----------
    answer : what a study returned
    console : a rich console; may be a pipe in any encoding
    lang : `en` or `ru`
    """
    words, screen = Words(answer, Labels(lang)), Screens(console)
    head = [(words.labels(f"verdict.{answer.verdict}"), COLOURS[answer.verdict]), ("  ", "")] if answer.verdict else []
    screen.line(*head, (answer.title, "bold"))
    for said in words.sentences():
        screen.line((f"  {said}", ""))
    for one in answer.tables[:1]:
        _table(screen, words, one)
    for note in answer.notes:
        screen.line(("! ", "bold yellow"), (str(note), "yellow"))


def _table(screen: Screens, words: Words, one: Table) -> None:
    shown: Grid = grid(one, words, MOST_ROWS)
    heads = [f"{head.title}, {head.unit}" if head.unit else head.title for head in shown.heads]
    keys = [head.name for head in shown.heads]
    table = screen.table(heads, [head.name for head in shown.heads if head.text], keys)
    for row in shown.rows:
        table.add_row(*(screen.cell(cell) for cell in row))
    screen.line(("", ""))
    screen.line((words.title("table", one.name), "bold"))
    screen.console.print(table)
    if len(one.frame) > MOST_ROWS:
        screen.line((f"… {words.labels('word.rows', n=len(one.frame))}", ""))
