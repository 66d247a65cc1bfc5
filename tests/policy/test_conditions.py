"""Conditions of rules: always met they change nothing, never met the rule is not there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from tests.policy.catalogue import EVERYTHING
from tests.policy.test_properties import months, policy, statements

BASE = {"kind": "base", "new": 0.1, "renewal": 0.05}
DEPENDING = sorted(name for name, rule in EVERYTHING.items() if policy({"one": rule}).rules["one"].conditional)
ALWAYS = [{"by": "premium", "least": 0, "window": "year"}]
NEVER = [{"by": "count", "least": 1e9, "window": "lifetime"}]


@settings(max_examples=5, deadline=None)
@given(facts=months())
@pytest.mark.parametrize("name", DEPENDING)
def test_met_or_never_met(name: str, facts: dict[str, Any]) -> None:
    rule, base = EVERYTHING[name], {} if EVERYTHING[name]["kind"] == "base" else {"base": BASE}
    with_it = statements({**base, "one": rule}, facts)
    assert (statements({**base, "one": {**rule, "only_if": ALWAYS}}, facts) == with_it).all()
    without = statements(base, facts) if rule["kind"] != "stair_step" else np.zeros_like(with_it)
    assert (statements({**base, "one": {**rule, "only_if": NEVER}}, facts) == without).all()
