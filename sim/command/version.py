"""`version`: of the simulator and of what its figures depend on."""

from __future__ import annotations

from sim.command.frame.streams import say


def version() -> None:
    """Show the version."""
    import platform

    from sim import __version__

    say(f"partner-sim {__version__} (Python {platform.python_version()}, {platform.system()} {platform.machine()})")
