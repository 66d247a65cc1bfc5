"""`--precision`, `--of` and `--until-decided`: when a run in rounds may stop.

`--replications` beside them is the budget, as in `sim.run(until=...)`: it says in every run how many may be played at
most, and a second option for that would leave open which of the two wins.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sim.judgement.precision import Until
    from sim.scenario.schema import Scenario

USUAL = "result"  # the key figure whose precision is meant where none is named
FORMS = "a share of the figure such as 0.5%, points of a rate such as 0.2pp, or an amount such as 2e6"
RATES = ("ratio", "share", "probability")
_AMOUNT = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?(?:[eE]\+?[0-9]{1,2})?) ?(%|pp)?")

Precision = Annotated[
    str | None,
    typer.Option(
        metavar="HALF",
        show_default=False,
        help=f"Play in rounds until half the interval of a key figure is this narrow: {FORMS}. "
        "--replications is then the most that may be played.",
    ),
]
Of = Annotated[
    str | None,
    typer.Option(metavar="KPI", show_default=False, help=f"The key figure of --precision; left out: {USUAL}."),
]
Decided = Annotated[
    bool,
    typer.Option("--until-decided", help="Play in rounds until every criterion is decided, at most --replications."),
]


def check_options(precision: str | None, of: str | None, decided: bool) -> None:
    """Refuse options that contradict each other.

    Raises
    ------
    typer.BadParameter
    """
    if precision is not None and decided:
        raise typer.BadParameter(
            f"--precision {precision} and --until-decided are two ends of one run: give the one that you wait for"
        )
    if of is not None and precision is None:
        raise typer.BadParameter(
            f"--of {of} says of which key figure --precision is: give --precision 1% beside it, or leave it out"
        )


def until(precision: str | None, of: str | None, decided: bool, scenario: Scenario) -> Until | None:
    """What a run waits for; None where it is played at once.

    Raises
    ------
    ScenarioError, typer.BadParameter
    """
    check_options(precision, of, decided)
    if precision is None and not decided:
        return None
    from sim.judgement.precision import Until
    from sim.results.kpis import units

    if precision is None:
        return Until()
    kpi = of or USUAL
    number, sign = _amount(precision)
    wanted = Until(kpi, number / 100 if sign else number, sign == "%")
    if (unit := units(scenario).get(kpi)) is not None:
        _check_unit(precision, sign, kpi, unit)
    return wanted


def check_panels(panels: tuple[int, ...], first: int) -> None:
    """Refuse replications to keep that the run may not play: it may stop after the `first`.

    Raises
    ------
    typer.BadParameter
    """
    if panels and panels[-1] >= first:
        raise typer.BadParameter(
            f"--panel-replications {panels[-1]}: a run in rounds may stop after {first} replications; "
            f"choose from 0 to {first - 1}"
        )


def _amount(text: str) -> tuple[float, str]:
    """Number and sign (`%`, `pp` or nothing)."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise typer.BadParameter(f'--precision "{text}": expected {FORMS}')
    if float(match[1]) <= 0:
        raise typer.BadParameter(
            f'--precision "{text}": must be above 0, no number of replications leaves no doubt; expected {FORMS}'
        )
    return float(match[1]), match[2] or ""


def _check_unit(text: str, sign: str, kpi: str, unit: str) -> None:
    rate = unit in RATES
    if sign == "pp" and not rate:
        raise typer.BadParameter(
            f'--precision "{text}": points are of rates, and {kpi} is in units of {unit}; '
            "give an amount such as 2e6, or a share of it such as 0.5%"
        )
    if not sign and rate:
        raise typer.BadParameter(
            f'--precision "{text}": {kpi} is a rate, so say in points ({text}pp) or as a share of it ({text}%)'
        )
