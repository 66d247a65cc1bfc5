"""A month's statement by itself: commission rules over partners and products of random premium, no market around them.

python -m bench.policies [--partners N] [--rounds N] [--write]
"""

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

if __package__ in (None, ""):  # run as `python bench/policies.py`
    sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import tables
from sim.base.units import month_ordinal
from sim.policy.given.facts import MonthFacts
from sim.policy.trial import Person, Trial
from sim.runs.resources import replications_together
from sim.scenario.schema import scenario_model

GOAL_MS = 0.25
PRODUCTS = {"hull": 12, "motor": 12, "life": 12}
SEED = 20250101
MEAN_CONTRACTS, MINOR_PRICE = 0.6, 1_500_000
JANUARY = month_ordinal("2025-01")
ROW_BYTES = 1600  # of the frozen main scenario
BRACKETS = [{"above": 0, "rate": 0.15}, {"above": 3e6, "rate": 0.18}, {"above": 10e6, "rate": 0.20}]
FIVE: dict[str, dict[str, Any]] = {
    "base": {"kind": "base", "new": 0.18, "renewal": 0.14},
    "volume": {"kind": "tiers", "role": "bonus", "window": "year", "scale": {"kind": "marginal", "brackets": BRACKETS}},
    "renewals": {"kind": "share_bonus", "renewal": 0.01},
    "team": {"kind": "levels", "rates": [0.02, 0.01]},
    "slide": {
        "kind": "sliding_scale", "role": "bonus", "provisional": 0.03,
        "points": [{"loss_ratio": 0.55, "rate": 0.06}, {"loss_ratio": 0.75, "rate": 0.0}],
    },
}  # fmt: skip


class Statements:
    """Statements of one policy, month after month, on facts that do not change.

    Of as many replications in one table as a run would have.
    """

    def __init__(self, rules: dict[str, dict[str, Any]], partners: int) -> None:
        self.replications = replications_together(partners + 1, ROW_BYTES)
        policy = scenario_model().model_fields["policy"].annotation.model_validate({"rules": rules})  # type: ignore[union-attr]
        people = [Person(f"p{i}", sponsor=f"p{i // 5}" if i >= partners // 2 else None) for i in range(partners)]
        self.trial = Trial(policy, PRODUCTS, people, replications=self.replications)
        self.facts = self._facts()
        self.month = 0
        self.step()  # compiles, and lays the policy out

    def step(self) -> None:
        """Draw up the statements of one month, of all replications."""
        self.trial.month(self.facts)
        self.month += 1

    def _facts(self) -> MonthFacts:
        random, facts = np.random.default_rng(SEED), self.trial.facts(JANUARY)
        ours = facts.layout.bounds[len(facts.layout.segments) :: len(facts.layout.segments)] - 1
        for count, premium in ((facts.count_new, facts.premium_new), (facts.count_renewal, facts.premium_renewal)):
            count[:] = random.poisson(MEAN_CONTRACTS, count.shape)
            count[:, ours] = 0
            premium[:] = count * MINOR_PRICE
        facts.earned[:] = facts.premium_new + facts.premium_renewal
        facts.incurred[:] = facts.earned * 7 // 10
        facts.in_force[:] = 5
        return facts


def milliseconds(side: Statements, rounds: int, months: int = 60) -> float:
    """Least mean CPU time of a month's statements of one replication."""
    found = []
    for _ in range(rounds):
        began = time.process_time()
        for _ in range(months):
            side.step()
        found.append((time.process_time() - began) / (months * side.replications))
    return min(found) * 1e3


def report(partners: int, rounds: int) -> str:
    """The five rules together, and each beside the base alone."""
    spent = {"five rules": milliseconds(Statements(FIVE, partners), rounds)}
    for name, block in FIVE.items():
        spent[f"{name} ({block['kind']}) alone"] = milliseconds(Statements({name: block}, partners), rounds)
    spent["no rule: statement cleared, facts handed over"] = milliseconds(Statements({}, partners), rounds)
    lines = [f"| {name} | {value:.3f} |" for name, value in spent.items()]
    head = (
        f"{tables.grouped(partners)} partners, {len(PRODUCTS)} products, a replication of a batch; "
        f"goal {GOAL_MS} ms for five rules."
    )
    return "\n".join([head, "", "| rules | ms a month |", "| --- | ---: |", *lines])


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and with --write refresh RESULTS.md."""
    tables.measured("policies", __doc__ or "", report, arguments, rounds=5)


if __name__ == "__main__":
    main()
