"""`run`: the main job, a scenario in, a verdict out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from sim.command.frame.confirming import Yes
from sim.command.frame.options import (
    STORE,
    Always,
    Claims,
    Cluster,
    Doubt,
    Lang,
    NoBreaks,
    NoStore,
    Out,
    Overwrite,
    Played,
    Quiet,
    Replications,
    Root,
    Seed,
    Sets,
    StoreFolder,
    Whole,
    WithTwin,
    Workers,
    language,
    levers,
    store_folder,
)  # fmt: skip
from sim.command.frame.until import Decided, Of, Precision, check_options
from sim.command.frame.within import Within, check_alone, within


def run(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="The scenario.", show_default=False)] = None,
    replications: Replications = None,
    workers: Workers = None,
    out: Out = None,
    overwrite: Overwrite = False,
    seed: Seed = None,
    sets: Sets = None,
    always: Always = None,
    precision: Precision = None,
    of: Of = None,
    until_decided: Decided = False,
    time: Within = None,
    panel_replications: Annotated[
        str, typer.Option(metavar="LIST", show_default=False,
                          help="Replications whose partners are kept year by year, such as 0,3,7-9."),
    ] = "",
    lang: Lang = None,
    quiet: Quiet = False,
    whole: Whole = False,
    store: StoreFolder = STORE,
    no_store: NoStore = False,
    cluster: Cluster = None,
    claims: Claims = None,
    doubt: Doubt = None,
    no_breaks: NoBreaks = False,
    twin: WithTwin = False,
    root: Root = None,
    yes: Yes = False,
    from_manifest: Annotated[
        Path | None,
        typer.Option(metavar="MANIFEST", show_default=False, help="Repeat a run, to the same bytes of data."),
    ] = None,
) -> int:  # fmt: skip
    """Play a scenario, say whether its policy passes and write the output folder.

    Exit codes: 0 pass, 1 fail, 2 wrong input, 3 undecided, 4 cannot write or not enough memory, 70 our own error,
    130 interrupted.
    """
    from sim.command.order import Order, from_file, repeated

    if from_manifest is not None:
        given = (
            file,
            replications,
            seed,
            sets or None,
            always or None,
            panel_replications or None,
            precision,
            of,
            until_decided or None,
            claims,
            doubt,
            no_breaks or None,
            twin or None,
            time,
        )
        if any(one is not None for one in given):
            raise typer.BadParameter(
                "--from-manifest repeats a run as it was: no FILE, --set, --set-always, --seed, --replications, "
                "--precision, --of, --until-decided, --panel-replications, --claims, --doubt, --no-breaks, "
                "--twin or --within beside it"
            )
        order: Order = repeated(from_manifest, root)
    elif file is None:
        raise typer.BadParameter("Missing argument 'FILE'.")
    else:
        check_options(precision, of, until_decided)
        check_alone(time, precision, until_decided)
        waits = (precision, of, until_decided)
        how: Literal["drawn", "expected"] = "expected" if claims is Played.expected else "drawn"
        changes = levers(sets, always)
        order = from_file(
            file, replications, seed, changes, panel_replications, waits, how, doubt, not no_breaks, twin, root
        )  # fmt: skip
    from sim.command.job import Ways, perform

    ways = Ways(
        workers,
        store_folder(store, no_store),
        cluster,
        out,
        overwrite,
        language(lang).value,
        quiet,
        within(time),
        whole,
        yes,
    )
    return perform(order, ways, ctx.obj)
