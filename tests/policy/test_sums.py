"""What kernels sum over rows they sum by segment."""

from __future__ import annotations

import numpy as np
import pytest

from sim.base.arrays import Integers
from sim.policy.given.layout import Layout
from sim.policy.trial import Person, Trial
from tests.policy.catalogue import EVERYTHING, RATES
from tests.policy.test_properties import JANUARY, PRODUCTS, policy

RULES = {**RATES, **EVERYTHING, "low_cap": {"kind": "cap", "share_of_premium": 0.05}}
QUIET, SELLING, BOSS = range(3)


@pytest.mark.parametrize("name", ["base", "early", "levels", "marginal", "network", "ranks", "staff", "low_cap"])
def test_sums_stand_with_the_segment_of_the_seller(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three segments only the middle one sells: 10 contracts of each product, 1 000 new and 500 renewed."""
    found: list[Integers] = []
    add_up = Layout.total
    monkeypatch.setattr(Layout, "total", lambda layout, sums: found.append(sums) or add_up(layout, sums))
    people = [Person("quiet", "a"), Person("selling", "b", sponsor="boss"), Person("boss", "c")]
    trial = Trial(policy({"base": RATES["base"], name: RULES[name]}), PRODUCTS, people)
    facts = trial.facts(JANUARY)
    facts.premium_new[:, SELLING], facts.premium_renewal[:, SELLING] = 1_000_00, 500_00
    facts.count_new[:, SELLING] = 10
    trial.month(facts)
    by_segment = np.sum(found, axis=0)
    assert by_segment[SELLING] != 0 and not np.delete(by_segment, SELLING).any()
