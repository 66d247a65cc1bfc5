"""`equilibrium`: the commissions at which nobody would gain by moving alone, beside the present ones."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.command.frame import streams
from sim.command.frame.options import Always, File, Lang, Root, Sets, language, levers

if TYPE_CHECKING:
    import pandas

ABOUT = (
    "Rates are averages on a segment's mix, shares long-run ones, profit is a share of what its customers pay. "
    "Every principal takes the others' rates as given."
)

HEADS = (
    "principal", "margin", "commission", "in equilibrium", "share", "in equilibrium", "profit", "in equilibrium",
)  # fmt: skip


def equilibrium(
    file: File,
    ours_fixed: Annotated[bool, typer.Option("--ours-fixed", help="Our rates stay; the rivals answer them.")] = False,
    no_inertia: Annotated[bool, typer.Option("--no-inertia", help="As if partners had no habit.")] = False,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", show_default=False, help="Write the table as CSV instead.")
    ] = None,
    sets: Sets = None,
    always: Always = None,
    root: Root = None,
    lang: Lang = None,
) -> None:
    """Show the Bertrand-Nash commission of us and the rivals in each segment."""
    from sim.results.loading import load

    loaded = load(file, levers(sets, always), root=root)
    from sim.command.frame.compiling import told_when_compiling_in
    from sim.judgement.beside.settled_rates import equilibrium as found
    from sim.judgement.session import lay_out

    spoken = language(lang).value
    with told_when_compiling_in(spoken):
        table = found(lay_out(loaded)[1], ours_fixed, not no_inertia)
    if csv is None:
        _print(table, spoken)
        return
    from sim.base.text import csv_safe, safe_text
    from sim.command.frame.files import write

    named = table.rename(index=lambda name: csv_safe(safe_text(name)))
    write(csv, "\ufeff" + named.to_csv(lineterminator="\n"))  # the mark tells Excel that the names are UTF-8
    streams.say(f"written: {csv}")


def _print(table: pandas.DataFrame, lang: str) -> None:
    from rich.table import Table

    from sim.base.text import safe_text

    console = streams.console(sys.stdout)
    for segment, part in table.groupby(level="segment", sort=False):
        shown = Table(title=safe_text(str(segment)))
        for name in HEADS:
            shown.add_column(streams.said(name, lang), justify="left" if name == "principal" else "right", no_wrap=True)
        for principal, row in part.droplevel("segment").iterrows():
            shown.add_row(safe_text(str(principal)), *(_percent(float(row[name])) for name in _COLUMNS))
        console.print(shown)
        for note in sorted(set(part["note"]) - {""}):
            streams.say(f"no equilibrium: {note}", lang)
    streams.say(ABOUT, lang)


_COLUMNS = (
    "margin", "commission_present", "commission_equilibrium", "share_present", "share_equilibrium", "profit_present",
    "profit_equilibrium",
)  # fmt: skip


def _percent(value: float) -> str:
    return "-" if value != value else f"{value:.2%}"
