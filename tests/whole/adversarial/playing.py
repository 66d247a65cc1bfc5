"""Playing an adversarial policy, and telling whether the product says the same of it as paper does."""

from __future__ import annotations

import json
from pathlib import Path

import sim
from sim.judgement.result import Result
from tests.whole.adversarial.policies import BASE, Policy
from tests.whole.scenarios import tree

ROUNDING = 1.0  # a unit of money: interest and commission are rounded every month


def play(policy: Policy, folder: Path) -> Result:
    """The policy over the scenario of the set, from a file, in this process."""
    file = folder / "policy.yaml"
    file.write_text(json.dumps(tree(policy.changes, BASE)))
    return sim.run(sim.load(file), workers=1, claims=policy.claims)  # type: ignore[arg-type]


def npv(result: Result) -> float:
    """The key figure, the same in both replications."""
    first, second = result.figures["npv"].values
    assert first == second
    return float(first)


def verdict(policy: Policy) -> str:
    """The verdict that is right."""
    return "PASS" if policy.npv >= 0.0 else "FAIL"


def agree(policy: Policy, result: Result) -> bool:
    """Whether npv agrees to within rounding, and with it its sign and the verdict."""
    return abs(npv(result) - policy.npv) <= ROUNDING and result.verdict == verdict(policy)
