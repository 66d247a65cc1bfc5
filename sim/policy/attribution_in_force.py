"""Which attribution rule a policy has in force."""

from __future__ import annotations

from sim.policy.attribution.none import Undecided
from sim.policy.attribution_rule import AttributionRule
from sim.policy.terms.schedule import Policy

UNDECIDED = Undecided(kind="none")


def in_force(policy: Policy, ordinal: int) -> AttributionRule:
    """The rule that began last and has not ended in the month `ordinal`; the kind `none` where there is none."""
    held = [rule for rule in policy.attribution.values() if rule.in_force(ordinal)]
    return max(held, key=lambda rule: rule.effective_from or 0, default=UNDECIDED)
