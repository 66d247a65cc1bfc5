"""Worlds in which only claims cost otherwise: played with another, they are bit for bit what they are alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.layout.plan import Plan
from sim.engine.model import PartnerNetwork
from sim.results.loading import load
from sim.runs.batches import claims_are_acted_on
from sim.runs.replicate import Specification, replicate, replicate_family
from tests.whole.scenarios import EVERYTHING, tree

SCENARIOS = Path(__file__).parents[3] / "scenarios"
SOFTWARE = "products.software.claims"
LOSSES = "products.motor.claims.loss_ratio"
FREE: dict[str, Any] = {  # everything that the simulator has, but for what acts on claims
    **EVERYTHING, "policy": {"rules": {"base": {"kind": "base", "new": 0.15, "renewal": 0.1}}},
}  # fmt: skip


def family(changes: dict[str, Any], losses: list[Any]) -> list[Specification]:
    return [Specification(tree({**changes, LOSSES: one}, FREE), 3) for one in losses]


def plans(changes: dict[str, Any], losses: list[Any]) -> list[Plan]:
    return [one.plan() for one in family(changes, losses)]


def parted(found: list[Plan]) -> list[bool]:
    """Which worlds part from the first in replication 0."""
    model = PartnerNetwork(found[0], 0, others=found[1:])
    model.run()
    own, *others = model.nouns.books.parted[:, 0].tolist()
    assert not own
    return others


def agree(found: list[Plan], first: int = 0) -> None:
    """Worlds of three replications are what each plan gives alone, one replication after another."""
    numbers = [first, first + 1, first + 7]
    together = replicate_family(found, numbers)
    for plan, played in zip(found, zip(*together, strict=True), strict=True):
        for one, other in zip(played, replicate(plan, numbers, most=1), strict=True):
            assert one.number == other.number
            np.testing.assert_array_equal(one.monthly, other.monthly)
            np.testing.assert_array_equal(one.flows, other.flows)
    assert len({one.monthly.tobytes() for one in together[0]}) == len(found)  # the worlds do differ


def audited(more: dict[str, Any]) -> dict[str, Any]:
    """Audits find fraud, a crisis makes claims dearer, and what a change states besides."""
    audit = {"kind": "audit", "start": "2025-02", "every": "2mo", "sample": 0.5, "detection": 0.8}
    crisis = {"kind": "crisis", "start": "2025-03", "length": "2mo", "claims": 1.4}
    return {"market.events": {"look": audit, "crisis": crisis}, **more}


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.floats(0.01, 2.0), min_size=2, max_size=4, unique=True), st.integers(0, 50),
    st.sampled_from([{}, {"opening": {"capital": 1e6}}, {"products.motor.claims.reserve_error": -0.1}]),
)  # fmt: skip
def test_bit_for_bit(losses: list[float], number: int, more: dict[str, Any]) -> None:
    agree(plans(audited(more), losses), number)


def test_of_dated_loss_ratios() -> None:
    agree(plans({}, [0.6, {"since": {"2024-01": 0.6, "2025-04": 0.9}}, {"since": {"2024-01": 0.5, "2024-12": 0.6}}]))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"us.late_payment_penalty": 0.0}, [False, False]),
        ({"us.late_payment_penalty": 0.0, "accounts.on_ruin": "stop"}, [False, True]),
        ({"us.late_payment_penalty": 1.0}, [False, True]),
        ({"us.late_payment_penalty": 0.0, "accounts.on_ruin": "stop", "opening.capital": 1e9}, [False, False]),
    ],
)
def test_a_world_parts_where_its_books_have_consequences(changes: dict[str, Any], expected: list[bool]) -> None:
    """Of loss ratios of 60, 61 and 4 000 % only the last ruins us; where nobody acts on it nothing parts."""
    found = plans({"opening.capital": 1e5, **changes}, [0.6, 0.61, "4000%"])
    assert parted(found) == expected
    agree(found)


def test_who_acts_on_claims_is_played_alone() -> None:
    assert not claims_are_acted_on(plans({}, [0.6])[0])
    bonus = {"kind": "contingent_bonus", "window": "year", "loss_ratio": 0.6, "rate": 0.05, "products": ["motor"]}
    for changes in (
        {"policy.rules.bonus": bonus},
        {"policy.control": {"review_every": "3mo", "grace": "0mo", "end_when_result_below": 0.0}},
        {"policy.rules.base.of": "margin"},
    ):
        found = plans(changes, [0.3, 0.9])
        assert claims_are_acted_on(found[0])
        agree(found)


def test_families() -> None:
    one, two, other = *family({}, [0.5, 0.7]), *family({"segments.dealers.partners": 11}, [0.5])
    assert one.family == two.family != other.family and one.key != two.key
    first, second, third = one.plan(), two.plan(), other.plan()
    assert first.population is second.population is not third.population
    anew = two.plan()
    assert anew.population is not second.population
    (shared,), (same,) = replicate(second, [0]), replicate(anew, [0])
    assert shared.monthly.tobytes() == same.monthly.tobytes()


def test_profits_of_a_programme_with_journeys_are_those_of_each_world() -> None:
    claims = {"frequency": 0.2, "severity": {"dist": "gamma", "cv": 1.5}}
    conflict = load(SCENARIOS / "gallery/channel_conflict.yaml").tree
    changes = {"months": "3mo", "products.software.cost_ratio": None, "products.software.claims": claims}
    agree([Specification(tree({**changes, f"{SOFTWARE}.loss_ratio": one}, conflict), 3).plan() for one in (0.4, 0.6)])
