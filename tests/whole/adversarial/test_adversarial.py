"""No losing policy passes: npv, its sign and the verdict on it against sums on paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.whole.adversarial.cases import CASES
from tests.whole.adversarial.playing import ROUNDING, npv, play, verdict


@pytest.mark.parametrize("name", CASES)
def test_worth_and_verdict(name: str, tmp_path: Path) -> None:
    policy = CASES[name].policy
    result = play(policy, tmp_path)
    assert npv(result) == pytest.approx(policy.npv, abs=ROUNDING)
    assert result.verdict == verdict(policy)


def test_the_set_is_large_and_close() -> None:
    """At least 30 policies, a third of them within 1 % of break-even; on either side of it; none on the edge."""
    near = [case.policy.npv for case in CASES.values() if case.near]
    assert len(CASES) >= 30
    assert sum(one > 0 for one in near) >= len(CASES) / 6 <= sum(one < 0 for one in near)
    assert min(abs(case.policy.npv) for case in CASES.values()) > 5 * ROUNDING
