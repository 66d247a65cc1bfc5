"""`switching`: share that we lose in a month per point that the rivals pay more, as a table and a picture."""

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
    "Shares of a segment's flow, in the first month after all rivals pay so many points more; before it partners stand "
    "as in the long run at the opening's terms. Per point at a gap of 0 is the slope; z compares the simulator with "
    "the closed form."
)
TABLE, PICTURE = "switching.csv", "switching.png"
MOST_POINTS = 50


def switching(
    file: File,
    points: Annotated[int, typer.Option(min=1, max=MOST_POINTS, help="Largest gap, in points of commission.")] = 10,
    replications: Annotated[int, typer.Option(min=1, max=1000, help="Months simulated for each gap.")] = 8,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", show_default=False, help=f"Write {TABLE} and {PICTURE} into this folder as well."),
    ] = None,
    lang: Lang = None,
    sets: Sets = None,
    always: Always = None,
    root: Root = None,
) -> None:
    """Show the share lost in a month for each point that all rivals pay more, by segment."""
    from sim.results.loading import load

    loaded = load(file, levers(sets, always), root=root)
    from sim.base.errors import ScenarioError
    from sim.command.frame.compiling import told_when_compiling_in
    from sim.judgement.beside.share_lost import switching as found
    from sim.judgement.session import lay_out

    specification, plan = lay_out(loaded)
    if not plan.rivals:
        raise ScenarioError(f"{file}: rivals: there is nobody to switch to; state a rival")
    spoken = language(lang).value
    with told_when_compiling_in(spoken):
        table = found(plan.scenario, specification.roster, range(points + 1), replications)
    _print(table, spoken)
    if out is not None:
        _write(out, table, language(lang))


def _print(table: pandas.DataFrame, lang: str) -> None:
    from rich.table import Table

    from sim.base.text import safe_text

    console = streams.console(sys.stdout)
    for segment, part in table.groupby(level="segment", sort=False):
        shown = Table(title=streams.said(f"{safe_text(str(segment))}: share {part['share'].iloc[0]:.1%} before", lang))
        for name in ("points", "lost", "per point", "lost in the long run", "simulated", "expected", "z"):
            shown.add_column(streams.said(name, lang), justify="right", no_wrap=True)
        for gap, row in part.droplevel("segment").iterrows():
            shares = ("lost", "lost_per_point", "lost_long_run", "simulated", "expected")
            shown.add_row(
                f"{gap:g}",
                *(_percent(row[name]) for name in shares),
                "-" if row["z"] != row["z"] else f"{row['z']:.2f}",
            )
        console.print(shown)
    streams.say(ABOUT, lang)


def _percent(share: float) -> str:
    return f"{round(share, 4) + 0.0:.2%}"  # no minus before a zero


def _write(folder: Path, table: pandas.DataFrame, lang: str) -> None:
    import io

    from sim.base.errors import OutputError
    from sim.base.text import csv_safe, safe_text
    from sim.command.frame.files import write
    from sim.report.run.share_lost_picture import switching as picture

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} cannot be made: {error.strerror or error}; choose another folder") from error
    named = table.rename(index=lambda name: csv_safe(safe_text(name)), level="segment")
    write(folder / TABLE, "\ufeff" + named.to_csv(lineterminator="\n"))  # the mark tells Excel that the names are UTF-8
    drawn = io.BytesIO()
    picture(table, lang).savefig(drawn, format="png")
    write(folder / PICTURE, drawn.getvalue())
    streams.say(f"written: {folder / TABLE}, {folder / PICTURE}")
