"""What tells some partners apart: branches.

Each has its hand case, worked out on paper. Statistical tests use the limit of `tests.whole.hypotheses`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.base.units import MINOR_PER_MAJOR
from sim.engine.model import PartnerNetwork
from sim.runs.replicate import replicate
from tests.whole.running import followed, monthly
from tests.whole.scenarios import EVERYTHING, S, plan

# --- branches: 19 of them, a ramp of 2 months, 5 % more of it for each but the first ---------------------------------

MANY: dict[str, Any] = {"number": 19.0, "per_branch": 0.05}
HAND_RAMP = 3.8
CHAIN = {f"{S}.branches": MANY, f"{S}.turnover.ramp": "2mo", f"{S}.cost": {"base": 10.0, "onboarding": 300.0}}


def entered_at_once(model: PartnerNetwork) -> None:
    model.table.entered[: model.plan.population.partners] = 0


def test_a_partner_with_branches_begins_slowly() -> None:
    """Ten partners of a fixed flow of 380 begin with 100 of them, to a contract each."""
    run = plan({**CHAIN, f"{S}.flow": 100 * HAND_RAMP, "months": "6mo"})
    sold = list(followed(run, 0, lambda model: int(model.table.new.sum()), entered_at_once))
    months = np.arange(1, 7)
    exact = np.cumsum(100 * np.minimum(HAND_RAMP, months))
    np.testing.assert_allclose(np.cumsum(sold), 10 * exact, atol=10)


def test_branches_multiply_what_a_partner_costs() -> None:
    """Ten partners that are there cost 19 x 10 a month each, one that comes 19 x 300 besides."""
    run = plan({**CHAIN, f"{S}.turnover.entry": 0.5})
    found = monthly(run)
    there, came = found["our_partners"], found["entered"]
    assert came.sum() > 0
    assert found["programme_paid"].tolist() == (19 * MINOR_PER_MAJOR * (10 * there + 300 * came)).tolist()


def test_one_branch_is_a_partner_without_branches() -> None:
    one = {"segments.banks.branches": {"number": 1.0, "per_branch": 0.5}}
    with_one, without = (replicate(plan(changes, EVERYTHING), range(2)) for changes in (one, {}))
    for a, b in zip(with_one, without, strict=True):
        np.testing.assert_array_equal(a.monthly, b.monthly)


def test_batches_of_partners_with_branches() -> None:
    changes = {"segments.banks.branches": {"number": {"dist": "lognormal", "mean": 4.0, "cv": 1.0}, "per_branch": 0.1}}
    run = plan(changes, EVERYTHING)
    together, alone = replicate(run, range(3)), [replicate(run, [r])[0] for r in range(3)]
    for a, b in zip(together, alone, strict=True):
        np.testing.assert_array_equal(a.monthly, b.monthly)
    banks = run.population.slice_of(0)
    assert len(set(run.population.ramp[banks].tolist())) > 1
    assert run.population.onboarding_minor[banks].min() == pytest.approx(100.0 * MINOR_PER_MAJOR)
