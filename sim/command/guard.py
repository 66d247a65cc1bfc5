"""The top guard: every way out of a command is a documented exit code, an unexpected one above all."""

from __future__ import annotations

import contextlib
import errno
import sys
from collections.abc import Callable
from pathlib import Path

from sim.command.frame import garbage, streams
from sim.command.frame.exits import Exit
from sim.command.frame.interrupts import Interrupts, end_workers, wait_for_threads

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.ENOMEM,
           errno.EMFILE, errno.ENFILE, errno.ENAMETOOLONG, errno.ELOOP}  # fmt: skip
DEBUG = "--debug"
USED_UP = "the memory is used up; fewer partners, --replications or --workers need less"
MORE_ROOM = "free some room or choose another --out"


def guarded(arguments: list[str], command: Callable[[list[str], Interrupts], int] | None = None) -> int:
    """Run a command line; returns the exit code, whatever happens."""
    debug, interrupts = DEBUG in arguments, Interrupts()
    interrupts.install()
    try:
        streams.prepare()
        with garbage.seldom_searched():
            code = (command or _application)([one for one in arguments if one != DEBUG], interrupts)
        if code != Exit.PASS:
            streams.answered_elsewhere()
        streams.finish()
        interrupts.check()
        return code
    except BaseException as error:
        return _leave(error, interrupts, debug, arguments)
    finally:
        interrupts.finish()


def _application(arguments: list[str], interrupts: Interrupts) -> int:
    from sim.command.application import call

    return call(arguments, interrupts)


def _leave(error: BaseException, interrupts: Interrupts, debug: bool, arguments: list[str]) -> int:
    """Say what happened on standard error; a complaint that nobody can read is dropped."""
    code = Exit.OWN_ERROR
    with contextlib.suppress(KeyboardInterrupt):
        end_workers()
        wait_for_threads()
    with contextlib.suppress(OSError, ValueError, KeyboardInterrupt):
        code = _explained(error, interrupts, debug, arguments)
    streams.answered_elsewhere()
    with contextlib.suppress(OSError, ValueError, KeyboardInterrupt):
        streams.finish()
    return code


def _explained(error: BaseException, interrupts: Interrupts, debug: bool, arguments: list[str]) -> Exit:
    from sim.command.frame.options import language_of

    lang = language_of(arguments).value
    if interrupts.signal is not None or isinstance(error, KeyboardInterrupt):
        with contextlib.suppress(OSError):
            streams.tell("interrupted: nothing is left half-written", lang)
        return interrupts.code
    code, text = _expected(error, lang)
    if code is Exit.OWN_ERROR:
        _report(error, debug, arguments, lang)
        return code
    streams.tell(text)
    if debug:
        _print_traceback(error)
    return code


def _expected(error: BaseException, lang: str) -> tuple[Exit, str]:
    """Exit code and message of an error that is the user's or the machine's; OWN_ERROR for all others."""
    from sim.base.errors import OutputError, ScenarioError

    if isinstance(error, ScenarioError):
        from sim.command.frame.problems import shown
        from sim.report.language.messages import problems

        return Exit.WRONG_INPUT, shown(problems(error.problems, lang), sys.stderr)
    if isinstance(error, OutputError):
        return Exit.CANNOT, streams.said(f"cannot go on: {error}", lang)
    if isinstance(error, MemoryError):
        return Exit.CANNOT, streams.said(f"cannot go on: {USED_UP}", lang)
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        where = f" {error.filename}" if error.filename else ""
        return Exit.CANNOT, streams.said(f"cannot write{where}: {error.strerror}; {MORE_ROOM}", lang)
    return Exit.OWN_ERROR, ""


def _report(error: BaseException, debug: bool, arguments: list[str], lang: str) -> None:
    what = f"{type(error).__name__}: {error}".splitlines()[0][:500]
    streams.tell(f"an error of partner-sim itself, not of your scenario: {what}", lang)
    if debug:
        _print_traceback(error)
        return
    log = _log(error, arguments)
    told = f"please report it with the file {log}" if log else "please report it with the output of --debug"
    streams.tell(f"{told} and the scenario; --debug shows where it happened", lang)


def _log(error: BaseException, arguments: list[str]) -> Path | None:
    """Write the traceback to a fresh file; None where that fails too."""
    import os
    import platform
    import tempfile
    import traceback

    from sim import __version__

    try:
        handle, name = tempfile.mkstemp(prefix="partner-sim-error-", suffix=".log", text=True)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"partner-sim {__version__}, Python {platform.python_version()}, {platform.platform()}\n")
            file.write(f"arguments: {arguments!r}\n\n")
            file.writelines(traceback.format_exception(error))
    except OSError:
        return None
    return Path(name)


def _print_traceback(error: BaseException) -> None:
    import traceback

    streams.tell("".join(traceback.format_exception(error)).rstrip())
