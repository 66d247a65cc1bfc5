"""Scenarios drawn from the declarations load, play, prove their books and leave nothing behind.

`PARTNER_SIM_SOAK` is how many seconds the long check takes, an hour unless it says otherwise.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from tests.hardening.accepted import accepted, path_of
from tests.hardening.soak import Soaked, soak

FEW = 4  # scenarios in CI
FIRST, FIRST_OF_LONG = 3, 100_000
SECONDS = float(os.environ.get("PARTNER_SIM_SOAK", "3600"))
WARM = 100  # scenarios after which caches are full
LEAK = 0.25  # MB a scenario that memory may grow by after that
MOST_GIVEN_UP = 0.25


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
    print(dict(found.came), f"{found.seconds:.0f} s, memory {found.memory[0]:.0f} to {found.memory[-1]:.0f} MB")
    _assert_sound(found)
    if len(found.memory) > 2 * WARM:
        later = np.array(found.memory[WARM:])
        assert np.polyfit(np.arange(later.size), later, 1)[0] < LEAK, f"memory grows: {later[:: later.size // 10]}"


def test_a_seed_is_a_scenario(tmp_path: Path) -> None:
    """The same seed draws and mends the same scenario, another seed another one."""
    one, two = (accepted(FIRST, tmp_path).tree for _ in range(2))
    assert one == two != accepted(FIRST + 1, tmp_path).tree


def test_paths_as_messages_write_them() -> None:
    assert path_of('policy.rules."a.b".only_if[0].least') == ("policy", "rules", "a.b", "only_if", 0, "least")
