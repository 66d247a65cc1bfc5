"""What a measure counts for tiers, against kernels that count the volume that is paid: the same, to the unit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.policy.trial import Trial
from tests.policy.batch import PEOPLE, forest, random_facts
from tests.policy.catalogue import BRACKETS, BY_COUNT
from tests.policy.test_properties import JANUARY, PRODUCTS, policy

MONTHS = 30
STEPS = {"premium": BRACKETS, "count": BY_COUNT}
LATER = {"premium": [{"above": 0, "rate": 0.06}, {"above": 500, "rate": 0.1}], "count": [{"above": 0, "rate": 0.07}]}


def statements(rule: dict[str, Any], returns: bool, seed: int = 3) -> NDArray[np.int64]:
    """Accrued, expensed and reversed, taken back, by month and row."""
    stated = policy({"base": {"kind": "base", "new": 0.1}, "tier": {"kind": "tiers", **rule}})
    clawback = "pro_rata" if returns else "none"
    stated = stated.model_copy(update={"payment": stated.payment.model_copy(update={"clawback": clawback})})
    trial, random, found = Trial(stated, PRODUCTS, PEOPLE), np.random.default_rng(seed), []
    sponsor = forest(random)
    for t in range(MONTHS):
        facts = random_facts(trial, random, t, sponsor)
        one = trial.month(replace(facts, ordinal=JANUARY + t))
        found.append([one.accrued.sum(axis=0), one.expensed - one.reversed, one.taken_back.copy()])
    return np.array(found)


@pytest.mark.parametrize("returns", [True, False])
@pytest.mark.parametrize("amended", [False, True])
@pytest.mark.parametrize("by", ["premium", "count"])
@pytest.mark.parametrize("window", ["month", "half_year", "year", "contract_year", "trailing", "lifetime"])
@pytest.mark.parametrize("kind", ["marginal", "retroactive"])
def test_counted_by_a_measure_it_is_the_same(kind: str, window: str, by: str, amended: bool, returns: bool) -> None:
    """All products named as those that count are those that are paid; nothing else is said."""
    steps: Any = {"since": {"2025-01": STEPS[by], "2025-11": LATER[by]}} if amended else STEPS[by]
    for volume in ("net", "gross"):
        rule = {"by": by, "window": window, "volume": volume, "scale": {"kind": kind, "brackets": steps}}
        plain, measured = (statements(rule | more, returns) for more in ({}, {"count_products": list(PRODUCTS)}))
        assert plain.any() and np.array_equal(plain, measured), (volume, np.argwhere(plain != measured)[:3])
