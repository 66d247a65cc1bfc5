"""`show`: the scenario as it will be played, the order of its rules, where values came from, what a run needs."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.command.frame.options import Always, File, Lang, Root, Sets, language, levers
from sim.command.frame.streams import say


def show(
    file: File,
    origins: Annotated[bool, typer.Option("--origins", help="Each value with its file, line and column.")] = False,
    state: Annotated[
        bool, typer.Option("--state", help="Only what a run needs: bytes a partner, memory, time.")
    ] = False,
    sets: Sets = None,
    always: Always = None,
    root: Root = None,
    lang: Lang = None,
) -> None:
    """Show a scenario resolved, the order in which its rules act, its terms of payment, and what a run of it needs."""
    from sim.base.text import safe_text
    from sim.results.loading import load

    loaded, spoken = load(file, levers(sets, always), root=root), language(lang).value
    if state:
        from sim.command.needs import needs

        for line in needs(loaded, spoken):
            say(line)
    elif origins:
        from sim.scenario.show import origin_lines

        for one in origin_lines(loaded):
            say(safe_text(str(one)))
    else:
        from sim.command.needs import needs
        from sim.report.language.acting_words import ActingWords
        from sim.report.language.labels import Labels
        from sim.report.language.messages import said
        from sim.scenario.show import resolved_yaml

        say(resolved_yaml(loaded).rstrip("\n"))
        told = [said(f"note: {Labels(spoken).note(note)}", spoken) for note in loaded.notes]
        notes = [*told, *([""] if told else [])]
        for line in [*notes, *ActingWords(loaded.scenario, spoken).lines(), "", *needs(loaded, spoken)]:
            say(f"# {line}".rstrip())  # as comments: the output is a scenario that loads
