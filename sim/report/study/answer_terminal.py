"""A study's answer in the terminal: the verdict where there is one, the answer in words, its first table, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.experiments.answer import Answer, Table
from sim.report.answer_faults import words_of
from sim.report.language.screens import COLOURS, Screens
from sim.report.study.cells import Grid, Head, grid
from sim.report.study.words import Words

if TYPE_CHECKING:
    from rich.console import Console

MOST_ROWS = 20
MOST_COLUMNS = 7


def show(answer: Answer, console: Console, lang: str = "en", *, whole: bool = False) -> None:
    """Print an answer.

    Parameters
    ----------
    answer : what a study returned
    console : a rich console; may be a pipe in any encoding
    lang : `en` or `ru`
    whole : every table with all its rows, not only the first of the first

    Raises
    ------
    ScenarioError
        With everything in the answer that cannot be shown.
    """
    words, screen = words_of(answer, lang), Screens(console)
    head = [(words.labels(f"verdict.{answer.verdict}"), COLOURS[answer.verdict]), ("  ", "")] if answer.verdict else []
    screen.line(*head, (answer.title, "bold"))
    for place, said in enumerate(words.sentences()):
        screen.line((f"  {said}", "" if place else "bold"))
    for one in answer.tables if whole else answer.tables[:1]:
        _table(screen, words, one, len(one.frame) if whole else MOST_ROWS)
    for note in answer.notes:
        screen.line(("! ", "bold yellow"), (words.labels.note(note), "yellow"))
    if answer.tables:
        screen.line(("", ""))
        screen.line(*head, (next(iter(words.sentences()), answer.title), "bold"))


def first_words(answer: Answer, lang: str = "en") -> str:
    """The first sentence of an answer."""
    return next(iter(words_of(answer, lang).sentences()), answer.title)


def columns_shown(words: Words, one: Table, rows: int = MOST_ROWS) -> tuple[list[Head], list[list[str]]]:
    """The first rows of a table in the columns that are worth a screen: heads, and rows of texts."""
    shown: Grid = grid(one, words, rows)
    places = _worth_showing(shown)
    heads = [shown.heads[at] for at in places]
    texts = [[row[at].partition(" (")[0] if shown.heads[at].text else row[at] for at in places] for row in shown.rows]
    return heads, texts


def title_of(head: Head) -> str:
    """A column's title with its unit."""
    return f"{head.title}, {head.unit}" if head.unit else head.title


def _table(screen: Screens, words: Words, one: Table, most: int) -> None:
    picked, rows = columns_shown(words, one, most)
    heads = [title_of(head) for head in picked]
    table = screen.table(heads, [head.name for head in picked if head.text], [head.name for head in picked])
    for row in rows:
        table.add_row(*map(screen.cell, row))
    screen.line(("", ""))
    screen.line((words.title("table", one.name), "bold"))
    screen.show(table)
    if len(one.frame) > most:
        screen.line((words.labels("screen.more", what=words.labels("word.rows", n=len(one.frame))), "dim"))


def _worth_showing(shown: Grid) -> list[int]:
    """The first columns, without those whose texts are all alike."""
    places = [
        at for at, head in enumerate(shown.heads)
        if not (head.text and len(shown.rows) > 1 and len({row[at] for row in shown.rows}) == 1)
    ]  # fmt: skip
    return places[:MOST_COLUMNS]
