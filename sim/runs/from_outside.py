"""Whether an error came from code outside the package: such an error is told with its replication and month."""

from __future__ import annotations

import traceback

from sim.engine.layout.plan import Plan

OURS = "sim"


def raised_outside(error: Exception, plan: Plan) -> str:
    """Where code from outside was as the error was raised: file, line and function; empty where it was in none."""
    modules = _modules(plan)
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        if frame.f_globals.get("__name__") in modules:
            return f"{frame.f_code.co_filename}:{line}, {frame.f_code.co_qualname}"
    return ""


def _modules(plan: Plan) -> set[str]:
    """Modules of classes from outside that the plan plays."""
    scenario = plan.scenario
    played = [
        *(type(rule) for _, rule in scenario.rules),
        *(type(rival.strategy) for rival in scenario.rivals.values()),
        *(type(story) for story in scenario.market.events.values()),
        *scenario.own_stages,
    ]
    return {one.__module__ for one in played if one.__module__.partition(".")[0] != OURS}
