"""Partner-network simulator: does a commission and deposit policy stay profitable?

import sim
result = sim.run(sim.load("scenarios/insurer_partner_channel.yaml"), replications=20)
result.verdict, result.kpis
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.version import __version__

if TYPE_CHECKING:
    from sim.base.errors import LedgerError, OutputError, RunError, ScenarioError, SimError
    from sim.experiments.studying import store, study
    from sim.judgement.result import Result
    from sim.judgement.session import run
    from sim.report.faces.counting import progress
    from sim.report.files.finished import Finished
    from sim.report.files.finished import open_run as open
    from sim.results.loading import load
    from sim.worked.compared import policy_check

__all__ = [
    "Finished", "LedgerError", "OutputError", "Result", "RunError", "ScenarioError", "SimError", "__version__", "load",
    "open", "policy_check", "progress", "run", "store", "study",
]  # fmt: skip

_HOMES = {
    **dict.fromkeys(("LedgerError", "OutputError", "RunError", "ScenarioError", "SimError"), "sim.base.errors"),
    "Finished": "sim.report.files.finished",
    "Result": "sim.judgement.result",
    "load": "sim.results.loading",
    "open": "sim.report.files.finished",
    "policy_check": "sim.worked.compared",
    "progress": "sim.report.faces.counting",
    "run": "sim.judgement.session",
    "store": "sim.experiments.studying",
    "study": "sim.experiments.studying",
}


_NAMED = {"open": "open_run"}  # where a built-in has the name


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), _NAMED.get(name, name))
    raise AttributeError(f"module 'sim' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
