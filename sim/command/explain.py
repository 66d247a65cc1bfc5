"""`explain`: one partner month by month, from a rerun of one replication."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.command import streams
from sim.command.options import MOST_REPLICATIONS, File, Seed, Sets

if TYPE_CHECKING:
    import pandas

WIDEST = 10_000  # columns of text: in a file nothing is cut


def explain(
    file: File,
    partner: Annotated[str, typer.Argument(metavar="PARTNER", help="Id or name of a partner.", show_default=False)],
    replication: Annotated[int, typer.Option(min=0, max=MOST_REPLICATIONS - 1, help="Which replication.")] = 0,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", show_default=False, help="Write the table as CSV instead.")
    ] = None,
    seed: Seed = None,
    sets: Sets = None,
) -> None:
    """Show what one partner sold, earned, owed and was paid, month by month."""
    from sim.experiments.loading import load

    loaded = load(file, sets or ())
    from sim.experiments.explain import explain as explained
    from sim.experiments.session import lay_out

    _, plan = lay_out(loaded, seed)
    table = explained(plan, partner, replication)
    if csv is None:
        _print(table, f"{partner}, replication {replication}")
        return
    from sim.command.files import write

    write(csv, "\ufeff" + _as_csv(table))  # the mark tells Excel that the names are UTF-8
    streams.say(f"written: {csv}")


def _as_csv(table: pandas.DataFrame) -> str:
    from sim.base.text import csv_safe, safe_text

    safe = table.map(lambda cell: csv_safe(safe_text(cell)) if isinstance(cell, str) else cell)
    text: str = safe.rename(columns=lambda name: csv_safe(safe_text(name))).to_csv(lineterminator="\n")
    return text


def _print(table: pandas.DataFrame, title: str) -> None:
    """A table of the columns that have anything to say; as wide as it must be where no terminal is."""
    from rich.table import Table

    from sim.base.text import safe_text

    console = streams.console(sys.stdout)
    kept = [name for name in table.columns if (table[name] != 0).any()]
    shown = Table(title=safe_text(title))
    shown.add_column("month", no_wrap=True)
    for name in kept:
        shown.add_column(safe_text(name), justify="right")
    for month, row in table[kept].iterrows():
        shown.add_row(str(month), *(_cell(value) for value in row))
    if not sys.stdout.isatty():
        console.width = WIDEST
    console.print(shown)


def _cell(value: Any) -> str:
    from sim.base.text import safe_text

    return safe_text(value) if isinstance(value, str) else f"{value:.4g}" if isinstance(value, float) else f"{value:,}"
