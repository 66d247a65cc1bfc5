"""Rules from outside the package, and unions whose errors are reduced to the useful one."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from sim.base.errors import ScenarioError
from sim.base.units import Block, Share
from sim.policy.rule import Rule
from sim.scenario.load import load
from tests.scenario.minimal import write


class Flat(Block):
    """A flat amount."""

    amount: float


class Step(Block):
    """A share from a bound on."""

    above: float
    rate: Share


class Odd(Rule):
    """A rule with a choice that no kind decides."""

    kind: Literal["odd"]
    pay: Flat | Step


def refusal(folder: Path, pay: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load(write(folder, {"policy.rules.mine": f"{{kind: odd, pay: {pay}}}"}), extra=[Odd])
    return [f"{problem.path}: {problem.what}" for problem in caught.value.problems]


def test_a_rule_from_outside(tmp_path: Path) -> None:
    path = write(tmp_path, {"policy.rules.mine": "{kind: odd, pay: {above: 1.0, rate: 5%}}"})
    rule = load(path, extra=[Odd]).scenario.policy.rules["mine"]
    assert isinstance(rule, Odd)
    assert rule.pay == Step(above=1.0, rate=0.05)
    with pytest.raises(ScenarioError, match='unknown kind "odd"'):
        load(path)


def test_only_the_nearest_arm_is_reported(tmp_path: Path) -> None:
    (message,) = refusal(tmp_path, "{above: 1.0, rate: 15}")
    assert message.startswith("policy.rules.mine.pay.rate: a share is 0..1, got 15")
    (message,) = refusal(tmp_path, "{amount: 5%}")
    assert message == 'policy.rules.mine.pay.amount: number expected, got text "5%"'
