"""`check`: is a scenario right? Every fault at once, without a run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.command.frame.kind_of import kind_of
from sim.command.frame.options import Always, Lang, Root, Sets, language, levers
from sim.command.frame.streams import answered_elsewhere, say

if TYPE_CHECKING:
    from sim.base.notes import Note


def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Scenarios and studies.", show_default=False)],
    sets: Sets = None,
    always: Always = None,
    root: Root = None,
    lang: Lang = None,
) -> None:
    """Check scenarios and studies and show every fault at once; nothing is run."""
    from sim.base.errors import Problem, ScenarioError
    from sim.base.text import safe_text
    from sim.report.language.labels import Labels

    faults: list[Problem] = []
    lines: list[str] = []
    given, labels = levers(sets, always), Labels(language(lang).value)
    for file in files:
        try:
            notes = _study(file, given, root) if kind_of(file) else _scenario(file, given, root)
        except ScenarioError as error:
            faults += error.problems
            continue
        name = safe_text(str(file))
        lines.append(labels("check.ok", file=name))
        lines += [labels("check.note", file=name, note=labels.note(note)) for note in notes]
    if faults:
        raise ScenarioError(faults)
    for line in lines:
        say(line)
    answered_elsewhere()


def _scenario(file: Path, sets: Sequence[str], root: Path | None) -> Sequence[Note]:
    from sim.results.loading import load

    return load(file, sets, root=root).notes


def _study(file: Path, sets: Sequence[str], root: Path | None) -> Sequence[Note]:
    from sim.base.discover import class_name
    from sim.experiments.study import check_scenarios, read_study
    from sim.report.language.labels import check_words

    study = read_study(file, root)
    check_words(study.words, class_name(type(study)))
    return check_scenarios(study, file.parent, sets, root)
