"""The warm-up: the policy that it is played under, and what levers have changed in it."""

from __future__ import annotations

from dataclasses import replace

from sim.scenario.checks.policy import check_policy
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Path
from sim.scenario.language.roster import RosterTable
from sim.scenario.language.warm_up_policy import opening_policy
from sim.scenario.schema import Scenario

MOST_NAMED = 8
_OPENING: Path = ("opening",)


def check_warm_up(scenario: Scenario, roster: RosterTable | None, findings: Findings) -> None:
    """Rules of the warm-up must fit each other as well; name the levers that have rewritten it."""
    if scenario.earlier is not None:
        _policy(scenario, roster, findings)
    names = scenario.opening.rewritten_by if scenario.opening.months else []
    if names:
        named = ", ".join(names[:MOST_NAMED])
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        findings.note("warm_up_rewritten", f"the warm-up is played with these changes as well: {named}{more}", _OPENING)


def _policy(scenario: Scenario, roster: RosterTable | None, findings: Findings) -> None:
    """Faults of the warm-up's policy by itself; what it shares with that of the horizon is told once."""
    assert scenario.earlier is not None
    before = scenario.earlier.policy.model_copy(update={"deposits": scenario.policy.deposits})
    tree = findings.tree
    policy = None if tree is None else opening_policy(tree)
    if tree is not None and policy is not None:
        tree = replace(tree, value={**tree.value, "policy": policy})
    inner = replace(findings, problems=[], notes=[], tree=tree)
    check_policy(scenario.model_copy(update={"policy": before, "opening": _plain(scenario)}), roster, inner)
    told = {(one.file, one.line, one.column, one.what) for one in findings.problems}
    for one in inner.problems:
        if (one.file, one.line, one.column, one.what) not in told:
            findings.problems.append(replace(one, path=f"opening.{one.path}"))


def _plain(scenario: Scenario) -> object:
    return scenario.opening.model_copy(update={"policy": None})
