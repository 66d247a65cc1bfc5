"""`store`: what has been played and kept, and what may go."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from sim.command.frame import streams
from sim.command.frame.options import STORE, Lang, StoreFolder, language, store_folder
from sim.command.frame.streams import say

if TYPE_CHECKING:
    from sim.runs.store_folder import Stored


def store(
    folder: StoreFolder = STORE,
    remove: Annotated[
        list[str] | None, typer.Option(metavar="KEY", show_default=False, help="Forget a scenario; may be repeated.")
    ] = None,
    remove_others: Annotated[
        bool, typer.Option("--remove-others", help="Forget what other versions of the simulator have played.")
    ] = False,
    lang: Lang = None,
) -> None:
    """List the replications that are kept: scenario, seed, version, how many; or forget some.

    A listed scenario is loaded again in Python without playing it: sim.store().result(KEY).
    """
    from sim.base.errors import ScenarioError
    from sim.base.text import safe_text
    from sim.runs.fingerprint import fingerprint
    from sim.runs.store import Store
    from sim.runs.store_folder import KEY
    from sim.scenario.language.suggestions import did_you_mean

    spoken = language(lang).value
    home = store_folder(folder, False)
    if home is None:
        raise typer.BadParameter("no store is wanted (none): give --store DIR")
    there = Store(home)
    known, strange = there.list(), there.passed_over()
    keys = [one.key for one in known] + [name for name in strange if KEY.fullmatch(name)]
    for key in remove or ():
        if key not in keys:
            raise ScenarioError(f"{safe_text(str(home))} holds no {safe_text(key)}; {did_you_mean(key, keys)}")
    gone = set(remove or ()) | {one.key for one in known if remove_others and one.version != fingerprint()}
    there.remove(sorted(gone))
    if gone:
        say(f"forgotten: {len(gone)}", spoken)
    _show([one for one in known if one.key not in gone], fingerprint(), spoken)
    for name, why in strange.items():
        if name not in gone:
            say(f"passed over: {name} ({why})", spoken)
    say(f"\n{safe_text(str(home))}: {sum(one.bytes for one in known if one.key not in gone) / 2**20:.1f} MiB")


def _show(stored: list[Stored], version: str, lang: str) -> None:
    from sim.report.language.screens import Screens

    screen = Screens(streams.console(sys.stdout))
    heads = ("key", "scenario", "seed", "claims", "version", "by month", "as figures", "KiB")
    table = screen.table([streams.said(head, lang) for head in heads], ("key", "scenario", "claims", "version"), heads)
    for one in stored:
        same = one.version if one.version == version else streams.said(f"{one.version} (other version)", lang)
        row = (one.key, one.name, one.seed, one.claims, same, one.months, one.figures, -(-one.bytes // 1024))
        table.add_row(*(screen.cell(str(value)) for value in row))
    screen.show(table)
