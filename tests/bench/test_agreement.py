"""All sides of the bench compute the same thing: every ledger total within Monte Carlo error, every account closed."""

import numpy as np
import pytest

from bench import parameters as P
from bench.agree import BOUND, SIDES, YEARS, compare, months, sample, z_scores
from bench.core import Core

SMALL = 60  # partners where only exact identities are checked
COLUMN = {name: c for c, name in enumerate(P.LEDGER)}


def worst(scores: dict) -> float:
    return max(float(np.abs(table).max()) for table in scores.values())


def flow(totals: np.ndarray, *names: str) -> int:
    return int(sum(totals[:, COLUMN[name]].sum() for name in names))


def test_means_of_all_ledger_totals_agree() -> None:
    assert worst(compare({name: sample(make) for name, make in SIDES.items()})) < BOUND


@pytest.mark.long
def test_means_agree_more_closely() -> None:
    samples = {name: sample(make, 400, 400) for name, make in SIDES.items()}
    assert worst(compare(samples)) < BOUND


def test_the_check_sees_a_rule_that_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    as_specified = sample(Core)
    monkeypatch.setattr(P, "FREQUENCY", tuple(1.2 * f for f in P.FREQUENCY))
    scores = np.abs(z_scores(as_specified, sample(Core)))
    assert scores[:, COLUMN["claims"]].max() > BOUND
    assert scores[:, COLUMN["premium_new"]].max() == 0.0


@pytest.mark.parametrize("name", SIDES)
def test_premium_written_is_remitted_set_off_lost_or_still_owed(name: str) -> None:
    totals = months(SIDES[name](SMALL, 1, 0), YEARS * P.TERM)
    gone = flow(totals, "remitted", "set_off", "bad_debt")
    assert flow(totals, "premium_new", "premium_renewal") == gone + totals[-1, COLUMN["receivable"]]


@pytest.mark.parametrize("name", SIDES)
def test_commission_accrued_is_paid_set_off_or_still_payable(name: str) -> None:
    totals = months(SIDES[name](SMALL, 1, 0), YEARS * P.TERM)
    accrued = flow(totals, "commission", "override") - flow(totals, "clawback")
    assert accrued == flow(totals, "paid", "set_off") + totals[-1, COLUMN["payable"]]


@pytest.mark.parametrize("name", ["core", "numpy"])
def test_premium_is_earned_refunded_or_still_unearned(name: str) -> None:
    side = SIDES[name](SMALL, 1, 0)
    totals = months(side, YEARS * P.TERM)
    ages = (side.month - 1 - np.arange(P.TERM)) % P.TERM
    left = np.array(P.PRICE)[:, None] // P.PARTS * (2 * (P.TERM - ages) - 1)
    unearned = int((side.ring.sum(axis=2) * left).sum())
    done = flow(totals, "premium_earned", "refund")
    assert flow(totals, "premium_new", "premium_renewal") == done + unearned


@pytest.mark.parametrize("name", ["core", "numpy"])
def test_contracts_in_force_are_those_in_the_ring(name: str) -> None:
    side = SIDES[name](SMALL, 1, 0)
    months(side, 2 * P.TERM)
    np.testing.assert_array_equal(side.in_force, side.ring.sum(axis=1))
    assert side.ring.min() >= 0
