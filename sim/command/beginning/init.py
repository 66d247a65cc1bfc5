"""`init`: a first scenario of one's own, from a few answers."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.command.frame.options import Lang, language
from sim.command.frame.streams import say

ASKED = ("partners", "price", "margin", "commission", "rival")
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,40}")


class Trade(StrEnum):
    """What partners sell for us."""

    insurance = "insurance"
    sales = "sales"
    subscription = "subscription"


def _amount(text: str) -> Any:
    return typer.Option(metavar="N", show_default=False, help=text)


def _share(text: str) -> Any:
    return typer.Option(metavar="SHARE", show_default=False, help=text)


def init(
    file: Annotated[Path, typer.Argument(metavar="[FILE]", help="The scenario to write.")] = Path("my_network.yaml"),
    trade: Annotated[Trade | None, typer.Option(show_default=False, help="What partners sell for us.")] = None,
    partners: Annotated[str | None, _amount("Number of partners.")] = None,
    price: Annotated[str | None, _amount("Price of the product: a year, once, or a month, by trade.")] = None,
    margin: Annotated[str | None, _share("Part of the price left after claims or cost, such as 35%.")] = None,
    commission: Annotated[str | None, _share("Our commission, such as 15%.")] = None,
    rival: Annotated[str | None, _share("The rival's commission.")] = None,
    product: Annotated[str | None, typer.Option(metavar="NAME", show_default=False, help="Its name.")] = None,
    preset: Annotated[
        str | None, typer.Option(metavar="KIND", show_default=False, help="Kind of partners, such as broker.")
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--from", metavar="CSV", show_default=False,
                     help="Your own file: a list of partners, a panel of whom they chose, or premium and claims."),
    ] = None,
    lang: Lang = None,
) -> None:  # fmt: skip
    """Write a first scenario: a few questions, or the options in their place; it runs as it is."""
    from sim.base.errors import OutputError
    from sim.command.beginning.from_data import answers_of, known_from
    from sim.command.frame.files import write
    from sim.report.files.first_scenario import first_scenario, usual
    from sim.report.language.labels import Labels

    spoken = language(lang).value
    labels = Labels(spoken)
    if file.exists():
        raise OutputError(labels("init.there", file=file))
    chosen = Trade.insurance if trade is None and not _person() else trade or Trade(_ask_trade(labels))
    given = {"partners": partners, "price": price, "margin": margin, "commission": commission, "rival": rival}
    said = _answered(usual(chosen.value, spoken), given, labels)
    said = _named(said, product, preset)
    if data is not None:
        said |= known_from(data, file, said, {name for name, value in given.items() if value is not None})
    write(file, first_scenario(answers_of(said, f"{date.today().year + 1}-01"), spoken))
    _tell(file, _around(said["lever"], said["commission"]), labels)


def _person() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _ask_trade(labels: Callable[..., str]) -> str:
    names = [one.value for one in Trade]
    while True:
        said: str = typer.prompt(labels("init.ask.trade"), default=names[0])
        if said in names:
            return said
        say(labels("init.one_of", names=", ".join(names)))


def _answered(usual: dict[str, Any], given: dict[str, str | None], labels: Callable[..., str]) -> dict[str, Any]:
    """The usual answers with what was stated, or asked where a person is there."""
    ask, found = _person() and not any(given.values()), dict(usual)
    for name in ASKED:
        stated = given[name]
        if ask:
            stated = typer.prompt(labels(f"init.ask.{name}"), default=_shown(name, usual[name]))
        if stated is not None:
            found[name] = _read(name, stated)
    return found


def _shown(name: str, value: float) -> str:
    return f"{value:g}" if name in ("partners", "price") else f"{value * 100:g}%"


def _read(name: str, text: str) -> float:
    """A number, or a share, as a scenario would read it."""
    from pydantic import TypeAdapter, ValidationError

    from sim.base.errors import Problem, ScenarioError
    from sim.base.units import Money, Share

    try:
        number: object = float(text.replace(" ", "").replace("\u00a0", ""))
    except ValueError:
        number = text
    kind: Any = Money if name in ("partners", "price") else Share
    try:
        found: float = TypeAdapter(kind).validate_python(number)
    except ValidationError as error:
        what = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise ScenarioError(Problem(f"--{name}", what)) from None
    if name == "partners":
        if found < 1 or found != round(found):
            raise ScenarioError(Problem("--partners", f"a whole number of partners expected, got {text}"))
        return int(found)
    if name in ("price", "margin") and found == 0:
        raise ScenarioError(Problem(f"--{name}", f"0 leaves nothing to pay commission from; state the {name}"))
    return found


def _named(said: dict[str, Any], product: str | None, preset: str | None) -> dict[str, Any]:
    """The answers with the product's name and what the preset says of its partners."""
    from sim.base.errors import Problem, ScenarioError
    from sim.base.text import safe_text
    from sim.scenario.language.suggestions import did_you_mean
    from sim.scenario.preset_says import presets

    if product is not None and not WORD.fullmatch(product):
        raise ScenarioError(Problem("--product", f'"{safe_text(product)}" is no name', "use letters, digits and _"))
    known, wanted = presets(), preset or said["preset"]
    if wanted not in known:
        raise ScenarioError(Problem("--preset", f'unknown preset "{safe_text(wanted)}"', did_you_mean(wanted, known)))
    flow, turnover = known[wanted]["flow"], known[wanted]["turnover"]
    leave = float(str(turnover["leave"]).rstrip("%")) / 100
    named = {"product": product or said["product"], "preset": wanted}
    return {**said, **named, "flow": float(flow["mean"]), "leave": leave}


def _around(lever: str, commission: float) -> str:
    """A lever with its range, wide enough to hold the commission of today and twice as much."""
    path, _, ends = lever.partition("=")
    safe, harsh = (float(end.rstrip("%")) / 100 for end in ends.split(".."))
    safe, harsh = min(safe, commission / 2), max(harsh, min(2 * commission, 1.0))
    return f"{path}={_shown('lever', safe)}..{_shown('lever', harsh)}"


def _tell(file: Path, lever: str, labels: Callable[..., str]) -> None:
    from sim.results.loading import load
    from sim.scenario.preset_says import sentences

    loaded = load(file)
    say(labels("init.written", file=file))
    for line in sentences(loaded.scenario, labels):
        say(line)
    say(labels("init.next"))
    for command in (f"check {file}", f"{file}", f"frontier {file} --lever {lever} --replications 40"):
        say(f"  partner-sim {command}")
