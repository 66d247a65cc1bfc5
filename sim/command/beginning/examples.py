"""`examples`: the scenarios and studies that come with the package, listed and copied with what they need."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.command.frame.options import Lang, Language, language
from sim.command.frame.streams import say

ROOT = "scenarios"  # a folder of this name bounds what its files may read

if TYPE_CHECKING:
    from sim.scenario.shipped import Example


def examples(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME...]", help="Those to copy; left out: list them.", show_default=False,
            autocompletion=lambda incomplete: _beginning(incomplete),
        ),
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder in which `scenarios` is made for them.")] = Path(),
    every: Annotated[bool, typer.Option("--all", help="List every file, or copy all of them.")] = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    """List the scenarios and studies that come with the package; copy some, with the files that they need."""
    from sim.scenario.shipped import examples as shipped

    known = shipped()
    chosen = list(known) if every and names == [] else list(names or [])
    if chosen:
        _copy([_one(name, known) for name in chosen], out, language(lang))
    else:
        _list(known, every, language(lang))


def _beginning(letters: str) -> list[str]:
    """Names of examples that begin with these letters, for a shell."""
    from sim.scenario.shipped import examples as shipped

    return [name for name in shipped() if name.startswith(letters)]


def _one(name: str, known: dict[str, Example]) -> Example:
    from sim.base.errors import Problem, ScenarioError
    from sim.base.text import safe_text
    from sim.scenario.language.suggestions import did_you_mean

    found = known.get(Path(name).stem)
    if found is None:
        raise ScenarioError(Problem("examples", f'no example is named "{safe_text(name)}"', did_you_mean(name, known)))
    return found


def _list(known: dict[str, Example], every: bool, lang: Language) -> None:
    from sim.report.language.labels import Labels

    shown = [one for one in known.values() if every or not (one.kind or one.extends)]
    width = max(len(one.name) for one in shown)
    for one in shown:
        title = one.title if not one.kind else f"{one.title} ({one.kind})"
        say(f"{one.name:<{width}}  {title}")
    say("")
    if len(shown) < len(known):
        say(Labels(lang.value)("examples.more", number=len(known) - len(shown)))
    say(Labels(lang.value)("examples.copy", name=shown[0].name))


def _copy(chosen: list[Example], out: Path, lang: Language) -> None:
    from sim.command.frame.files import write
    from sim.report.language.labels import Labels
    from sim.scenario.shipped import folder, needed

    files = {path: out / ROOT / path.relative_to(folder().resolve()) for one in chosen for path in needed(one)}
    _refuse_other_content(files)
    for source, target in sorted(files.items()):
        target.parent.mkdir(parents=True, exist_ok=True)
        write(target, source.read_bytes())
        say(Labels(lang.value)("examples.written", file=target))
    first = files[chosen[0].path]
    say(Labels(lang.value)("examples.run", command=f"partner-sim {first}"))


def _refuse_other_content(files: dict[Path, Path]) -> None:
    """Nothing of the user's is written over: a file of another content stays, and none is copied."""
    from sim.base.errors import OutputError

    for source, target in files.items():
        if target.exists() and (not target.is_file() or target.read_bytes() != source.read_bytes()):
            raise OutputError(f"{target} is there already with other content; choose another folder with --out")
