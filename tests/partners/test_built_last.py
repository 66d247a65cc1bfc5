"""The population that was built last is another plan's only where it would be built alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from sim.partners.built_last import built
from sim.partners.listed import Listed
from sim.partners.population import Population
from sim.runs.replicate import replicate
from tests.whole.scenarios import SMALLEST, S, plan

AGENTS = SMALLEST["segments"]["agents"]
BANKS = {**AGENTS, "partners": 2}


SEGMENTS = plan({"segments": {"a": AGENTS, "b": BANKS, "c": BANKS}}).scenario.segments


def of(*names: str, roster: Sequence[Listed] = (), moving: Mapping[str, str] | None = None) -> Population:
    return built({name: SEGMENTS[name] for name in names}, roster, {}, {}, (), moving or {}, {})


def test_what_no_partner_is_made_of_leaves_them() -> None:
    assert plan({}).population is plan({"market.demand": 0.9}).population is not plan({f"{S}.flow": 2.0}).population


def test_rows_follow_the_order_of_segments() -> None:
    """Mappings of the same entries are equal in any order."""
    for order, bounds in (("ab", [0, 10, 12, 13]), ("ba", [0, 2, 12, 13])):
        laid = plan({"segments": {name: {"a": AGENTS, "b": BANKS}[name] for name in order}})
        assert laid.population.bounds.tolist() == bounds
        assert [kind.name for kind in laid.kinds] == list(laid.population.segments[:2]) == list(order)


def test_rows_follow_the_order_of_bans() -> None:
    """Two types that come back as partners of the same one do so in the order in which they are banned."""
    first, second = (of("a", "b", "c", moving=dict.fromkeys(banned, "c")) for banned in ("ab", "ba"))
    assert first.ids != second.ids and sorted(first.ids) == sorted(second.ids)


def test_a_roster_that_has_changed_is_read() -> None:
    """In place, too: what was built last is not told by the list that was given."""
    roster = [Listed("x", "a", 1.0)]
    assert of("a", roster=roster).flow[0] == 1.0
    roster[0] = Listed("x", "a", 2.0)
    assert of("a", roster=roster).flow[0] == 2.0


def test_another_thread_may_build_meanwhile() -> None:
    class Slow(Listed):
        """While it is compared another plan is laid out."""

        def __eq__(self, other: Any) -> bool:
            of("b")
            return isinstance(other, Slow) and self.flow == other.flow

        __hash__ = Listed.__hash__

    assert of("a", roster=[Slow("x", "a", 1.0)]).ids[0] == "x"
    assert of("a", roster=[Slow("x", "a", 1.0)]).ids[0] == "x"


@pytest.mark.parametrize("key", ["flow", "relativity", "rank", "spare"])
def test_a_run_leaves_partners_as_they_are(key: str) -> None:
    """Plans share them."""
    laid = plan({})
    before: Any = getattr(laid.population, key).copy()
    replicate(laid, [0])
    np.testing.assert_array_equal(getattr(laid.population, key), before)
