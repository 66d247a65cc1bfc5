"""Scenarios drawn from the declarations load, play, prove their books and leave nothing behind.

`PARTNER_SIM_SOAK` is how many seconds the long check takes, an hour unless it says otherwise.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from sim.scenario.keys import blocks_below, keys_of
from sim.scenario.schema import scenario_model
from tests.hardening.accepted import accepted, path_of
from tests.hardening.drawn import NEVER, Drawing
from tests.hardening.reached import language, reached
from tests.hardening.soak import Soaked, growth, memory_said, soak

FEW = 4  # scenarios in CI
FIRST, FIRST_OF_LONG = 3, 100_000
SECONDS = float(os.environ.get("PARTNER_SIM_SOAK", "3600"))
JUDGED = 100  # scenarios from which on the growth of memory is judged
LEAK = 0.15  # MB a scenario that memory may grow by over their last half
MOST_GIVEN_UP = 0.25
DRAWN = range(1_000)  # seeds over which all of the language is drawn
MANY = 500  # scenarios that are proven from which on all of it must have been


def _assert_sound(found: Soaked) -> None:
    assert not found.faults, "\n".join(f"seed {seed}: {told}" for seed, told in found.faults.items())
    assert found.came["given up"] <= MOST_GIVEN_UP * sum(found.came.values()) + 1, found.came


def test_some_scenarios_are_sound() -> None:
    found = soak(FIRST, SECONDS, FEW)
    _assert_sound(found)
    assert found.came["proven"] >= FEW - 1


@pytest.mark.long
def test_soak() -> None:
    found = soak(FIRST_OF_LONG, SECONDS)
    missing = sorted(language() - found.reached)
    print(dict(found.came), f"{found.seconds:.0f} s, {memory_said(found.memory)}; not reached: {missing}")
    _assert_sound(found)
    assert len(found.memory) < JUDGED or growth(found.memory) < LEAK, f"memory grows: {found.memory[::10]}"
    assert found.came["proven"] < MANY or not missing


def test_all_of_the_language_is_drawn() -> None:
    """Every top-level key and every kind of rule, event, strategy, channel and attribution, without an exception."""
    missing = language()
    for seed in DRAWN:
        missing -= reached(Drawing(seed).scenario())
        if not missing:
            break
    assert not missing


def test_what_is_not_drawn_has_a_reason() -> None:
    """Keys that stand in `NEVER` are keys of the language."""
    keys = {key.path for _, block in blocks_below(scenario_model()) for key in keys_of(block)}
    assert NEVER.keys() <= keys


@pytest.mark.parametrize(("leaks", "grows"), [(0.0, False), (0.3, True)])
def test_growth_of_memory(leaks: float, grows: bool) -> None:
    """Compiled kernels and single peaks are no growth; a leak is, in whichever half it begins."""
    scenarios = np.arange(240)
    compiled = 40 * (1 - np.exp(-scenarios / 30)) + 3 * (scenarios > 200)
    peaks = np.where(scenarios % 17 == 0, 25.0, 0.0)
    assert (growth(400 + compiled + peaks + leaks * scenarios) >= LEAK) == grows


def test_a_seed_is_a_scenario(tmp_path: Path) -> None:
    """The same seed draws and mends the same scenario, another seed another one."""
    one, two = (accepted(FIRST, tmp_path).tree for _ in range(2))
    assert one == two != accepted(FIRST + 1, tmp_path).tree


def test_paths_as_messages_write_them() -> None:
    assert path_of('policy.rules."a.b".only_if[0].least') == ("policy", "rules", "a.b", "only_if", 0, "least")
