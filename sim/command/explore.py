"""`explore`: a page in the browser on which a scenario's figures are moved, its points played and compared."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.command.frame import streams
from sim.command.frame.options import (
    STORE,
    Always,
    File,
    Lang,
    NoStore,
    Replications,
    Seed,
    Sets,
    StoreFolder,
    Workers,
    language,
    levers,
    store_folder,
)

PORT, LARGEST_PORT = 8501, 65535
OPEN = {
    "en": "the explorer is at {address}, for this machine alone; Ctrl-C ends it",
    "ru": "исследователь открыт по адресу {address}, только на этой машине; Ctrl-C завершает",
}


def explore(
    file: File,
    port: Annotated[int, typer.Option(min=1, max=LARGEST_PORT, help="Where the page listens, on 127.0.0.1.")] = PORT,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only say where the page is.")] = False,
    replications: Replications = None,
    workers: Workers = None,
    seed: Seed = None,
    sets: Sets = None,
    always: Always = None,
    lang: Lang = None,
    store: StoreFolder = STORE,
    no_store: NoStore = False,
) -> None:
    """Open a page in the browser: move figures of a scenario, play points, see maps, compare, read statements.

    Needs the extra `explore`. The page is served on this machine alone and makes no request to anywhere else.
    """
    from sim.explore import explorer_server

    explorer_server.check(port)
    from sim.explore.explorer import Asked
    from sim.results.loading import load

    changes = tuple(levers(sets, always))
    load(file, changes)  # faults are told here, not on the page
    spoken = language(lang).value
    with explorer_server.kept(store_folder(store, no_store)) as home:
        asked = Asked(
            str(file.resolve()), str(home.resolve()), changes, seed, replications, workers, spoken
        )  # fmt: skip
        explorer_server.serve(asked, port, not no_browser, lambda at: streams.say(OPEN[spoken].format(address=at)))
