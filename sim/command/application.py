"""The commands put together; what a first argument means when it is no command."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from typing import Annotated, Any

import typer

from sim.base.errors import OutputError
from sim.command import check, equilibrium, explain, explore, policy_check, run, schema, show, store, switching, version
from sim.command.beginning import examples, init
from sim.command.frame import streams
from sim.command.frame.interrupts import Interrupts
from sim.command.frame.kind_of import kind_of
from sim.command.studies import (
    backtest,
    calibrate,
    compare,
    cost,
    frontier,
    optimise,
    reverse_stress,
    sensitivity,
    study,
    sweep,
)

FILE_ENDINGS = (".yaml", ".yml")
COMPLETION = ("--install-completion", "--show-completion")
HELP = ("--help", "--version", *COMPLETION)
COMPLETING = "_PARTNER_SIM_COMPLETE"  # in the environment: a shell asks what may stand next
EPILOG = (
    "A first argument that ends in .yaml means run, or study where the file is one: "
    "partner-sim FILE is partner-sim run FILE."
)
STUDIES: tuple[Callable[..., study.Asked], ...] = (
    study.study, compare.compare, cost.cost, sweep.sweep, frontier.frontier, reverse_stress.reverse_stress,
    sensitivity.sensitivity, optimise.optimise, calibrate.calibrate, backtest.backtest,
)  # fmt: skip


def application() -> typer.Typer:
    """All commands."""
    app = typer.Typer(
        name="partner-sim", no_args_is_help=True, add_completion=True, rich_markup_mode=None,
        pretty_exceptions_enable=False, epilog=EPILOG,
        help="Does a commission and deposit policy for a partner network stay profitable?",
    )  # fmt: skip
    app.callback()(_whole)
    market = (equilibrium.equilibrium, switching.switching)
    others = (
        explain.explain,
        explore.explore,
        policy_check.policy_check,
        *market,
        store.store,
        schema.schema,
        version.version,
    )
    commands: tuple[Callable[..., Any], ...] = (
        run.run, check.check, show.show, examples.examples, init.init, *map(study.command, STUDIES), *others,
    )  # fmt: skip
    for command in commands:
        app.command()(command)
    return app


def call(arguments: list[str], interrupts: Interrupts) -> int:
    """Run the command that the arguments name; returns its exit code.

    Usage errors are shown here, with the exit code 2 that typer gives them.
    """
    command = typer.main.get_command(application())
    try:
        code = command.main(routed(arguments), prog_name="partner-sim", standalone_mode=False, obj=interrupts)
    except SystemExit as left:  # of typer, once a shell has what it asked for; of anything else, a fault
        if COMPLETING not in os.environ and arguments[:1] not in ([one] for one in COMPLETION):
            raise
        return int(left.code or 0)
    except Exception as error:  # typer's own, which has kept its click in different modules
        if type(error).__name__ == "Abort" and interrupts.signal is None:
            raise OutputError("no answer came on standard input: give options in place of answers") from error
        if not (hasattr(error, "show") and hasattr(error, "exit_code")):
            raise
        said = io.StringIO()
        error.show(file=said)
        streams.tell(said.getvalue().rstrip("\n"))
        return int(error.exit_code)
    return int(code or 0)


def routed(arguments: list[str]) -> list[str]:
    """The arguments with `run` or `study` in front where it is meant: by a file or by an option of `run`."""
    first = arguments[0] if arguments else ""
    file = first.lower().endswith(FILE_ENDINGS)
    if file and kind_of(first):
        return ["study", *arguments]
    return ["run", *arguments] if file or (first.startswith("-") and first not in HELP) else arguments


def _version(wanted: bool) -> None:
    if wanted:
        version.version()
        raise typer.Exit


def _whole(
    shown: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error arose; may stand anywhere.")] = False,
) -> None:
    pass
