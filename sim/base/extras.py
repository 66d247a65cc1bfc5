"""What one feature alone needs is an extra of the package; where it is absent, the message names the command."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from sim.base.errors import OutputError

EXTRAS = {"distributed": "cluster", "SALib": "sensitivity", "xarray": "labelled", "streamlit": "explore"}
"""Package -> the extra that installs it."""


def needed(module: str, feature: str) -> Any:
    """A module of an optional package; it has no types.

    Raises
    ------
    OutputError
        Where the package is not installed: what cannot be done without it, and the command that installs it.
    """
    package = module.partition(".")[0]
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != package:
            raise
        raise OutputError(f'{feature} needs {package}: pip install "partner-sim[{EXTRAS[package]}]"') from None
