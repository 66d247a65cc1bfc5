"""`explain`: one partner month by month, or its statements line by line, from a rerun of one replication."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.base.in_python.arguments import MOST_REPLICATIONS
from sim.command.frame import streams
from sim.command.frame.options import Always, File, Lang, Root, Seed, Sets, language, levers

if TYPE_CHECKING:
    import pandas

    from sim.report.run.statement_words import StatementWords

WIDEST = 10_000  # columns of text: in a file nothing is cut


def explain(
    file: File,
    partner: Annotated[str, typer.Argument(metavar="PARTNER", help="Id or name of a partner.", show_default=False)],
    replication: Annotated[int, typer.Option(min=0, max=MOST_REPLICATIONS - 1, help="Which replication.")] = 0,
    month: Annotated[
        str | None,
        typer.Option(
            metavar="MONTH", show_default=False, help="The statement of a month such as 2025-03, line by line."
        ),
    ] = None,
    lines: Annotated[bool, typer.Option("--lines", help="The statements of all months, line by line.")] = False,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", show_default=False, help="Write the table as CSV instead.")
    ] = None,
    lang: Lang = None,
    seed: Seed = None,
    sets: Sets = None,
    always: Always = None,
    root: Root = None,
) -> None:
    """Show what one partner sold, earned, owed and was paid, month by month; or its statements line by line."""
    from sim.results.loading import load

    loaded = load(file, levers(sets, always), root=root)
    from sim.command.frame.compiling import told_when_compiling_in
    from sim.judgement import explain as explaining
    from sim.judgement.session import lay_out

    _, plan = lay_out(loaded, seed)
    by_line, spoken = lines or month is not None, language(lang).value
    with told_when_compiling_in(spoken):
        if by_line:
            table = explaining.statement(plan, partner, replication, month)
        else:
            table = explaining.explain(plan, partner, replication).reset_index()
    from sim.report.run.statement_words import StatementWords

    words = StatementWords(spoken, loaded.scenario.spoken)
    if csv is not None:
        _write(table, csv)
    elif by_line:
        _print_lines(table, partner, replication, words)
    else:
        _print(table, partner, replication, words)


def _write(table: pandas.DataFrame, path: Path) -> None:
    from sim.command.frame.files import write

    write(path, "\ufeff" + _as_csv(table))  # the mark tells Excel that the names are UTF-8
    streams.say(f"written: {path}")


def _as_csv(table: pandas.DataFrame) -> str:
    from sim.base.text import csv_safe, safe_text

    safe = table.map(lambda cell: csv_safe(safe_text(cell)) if isinstance(cell, str) else cell)
    text: str = safe.rename(columns=lambda name: csv_safe(safe_text(name))).to_csv(index=False, lineterminator="\n")
    return text


def _print(table: pandas.DataFrame, partner: str, replication: int, words: StatementWords) -> None:
    """A table of the columns that have anything to say."""
    kept = [name for name in table.columns if name == "month" or (table[name] != 0).any()]
    rows = [[words.plain(value) for value in row] for row in table[kept].itertuples(index=False)]
    heads = [words.month_by_month(name) for name in kept]
    _show(f"{partner}, {words.labels('explain.replication', n=replication)}", heads, rows, left=heads[:1])


def _print_lines(table: pandas.DataFrame, partner: str, replication: int, words: StatementWords) -> None:
    """The statements' lines; the month stands in the title where there is one only."""
    from sim.report.run.statement_words import REMARK, TEXTS

    months = [str(month) for month in table["month"].unique()]
    kept = words.columns(table)
    rows = words.rows(table, kept)
    title = ", ".join(
        [partner, *(months if len(months) == 1 else []), words.labels("explain.replication", n=replication)]
    )
    _show(title, [words.head(name) for name in kept], rows, left=[words.head(name) for name in (*TEXTS, REMARK)])


def _show(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], left: Sequence[str]) -> None:
    """Print a table, as wide as it must be where no terminal is."""
    from rich.table import Table
    from rich.text import Text

    from sim.base.text import safe_text

    console = streams.console(sys.stdout)
    shown = Table(title=Text(safe_text(title)))
    for head in heads:
        shown.add_column(Text(safe_text(head)), justify="left" if head in left else "right", no_wrap=head == heads[0])
    for row in rows:
        shown.add_row(*(Text(safe_text(cell)) for cell in row))
    if not sys.stdout.isatty():
        console.width = WIDEST
    console.print(shown)
