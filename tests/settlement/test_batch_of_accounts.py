"""Partners of several replications owe, pay and default as those of each alone."""

from __future__ import annotations

import numpy as np
import pytest

from sim.policy.terms.credit_control import Allowance
from sim.settlement import ageing, deposits, due_batches, early_discount, instalments, limits, settle
from tests.batches import Case, agrees, by_row, by_segment, by_slice, case, the_same

BATCHES = 4
FLAG = by_segment(0, 2, 0)
MONTHS = by_segment(0, 2, 0)
NOTHING = by_row(ours=0)
DUE = by_row(0, 1000, BATCHES)
HELD = by_row(0, 1000, 1)
FREE = by_row(-5, 60, ours=-1)

CASES = [
    case(ageing.close, before=by_row(0, 1000, 3), late=by_slice(3)),
    case(ageing.close_debits, before=by_row(0, 1000, 3)),
    case(ageing.unsecured, set_aside=0.3, holdback=HELD, deposit=HELD, out=by_slice()),
    case(deposits.exposures, net=FLAG, due_commission=DUE),
    case(deposits.join, "in_scheme", asked=FLAG, chosen=by_row(0, 2), in_scheme=NOTHING),
    case(deposits.outstanding, value=100, out=by_slice()),
    case(
        deposits.want, per_buyer=by_segment(0, 2, 0), due=by_row(0, 7, 3), rows=the_same(0, 2),
        renewal=np.array([0.5, 0.25]), spare=0.2,
    ),
    case(limits.allow, "room", covered=FLAG, most=500.0, months=600.0, room=FREE),
    case(limits.stop, "room", covered=FLAG, late=by_row(0, 2), room=by_row()),
    case(limits.monthly_premium, per_buyer=by_segment(0, 9, 0)),
    case(
        due_batches.push, "due_premium", "due_commission", "due_pay", "due_holdback", "receivable", "payable",
        "holdback", "withheld", whole=MONTHS, fraction=by_segment(-0.5, 1, 0), net=FLAG, collected=FLAG, delay=MONTHS,
        held=by_segment(-0.5, 1, 0), quiet=MONTHS, held_of=by_row(0, 900), written=NOTHING, earned_commission=NOTHING,
        other=by_row(-200, 200, ours=0), due_premium=DUE, due_commission=DUE, due_pay=DUE, due_holdback=DUE,
        holdback=HELD,
    ),
    case(
        settle.default, "due_premium", "due_commission", "arrears_premium", "arrears_commission", "due_pay",
        "due_holdback", "account", "receivable", "payable", "holdback", "advance", "netted", "held_set_off", "freed",
        "advance_lost", "lost", hazard=by_segment(0, 1, 0), due_premium=DUE, due_commission=DUE, due_pay=DUE,
        due_holdback=DUE, holdback=HELD, advance=HELD, count=by_slice(),
    ),
    case(
        settle.set_off, "due_commission", "account", discipline=by_segment(0, 1, 1), sets_off=FLAG,
        due_commission=NOTHING, arrears_commission=NOTHING,
    ),
    case(
        settle.remit, "due_pay", "receivable", "payable", "remitted", "netted", "arrears_premium",
        discipline=by_segment(0, 1, 1), net=FLAG, after=MONTHS, due_pay=DUE, due_premium=NOTHING,
        due_commission=NOTHING, arrears_premium=NOTHING, arrears_commission=NOTHING,
    ),
    case(
        settle.release, "account", "payable", "holdback", "freed", "held_lost", forfeits=FLAG, due_holdback=NOTHING,
        holdback=HELD,
    ),
    case(
        instalments.grant, "instalments", "waiting", "postponed", "kept", shares=np.array([0.5, 0.25, 0.25]),
        partners=FLAG, rides=FLAG, in_full=FLAG, instalments=DUE, waiting=DUE,
    ),
    case(
        early_discount.promise, "due", whole=MONTHS, fraction=by_segment(-0.5, 1, 0), rate=by_segment(0, 1, 0),
        due=DUE,
    ),
    case(early_discount.take, "remitted", "discounted", discipline=by_segment(0, 1, 1), due=NOTHING),
    case(settle.pay, now=by_segment(0, 2, 1), minimum=by_segment(0, 900, 0), holdback=HELD),
]  # fmt: skip


@pytest.mark.parametrize("shared", [False, True], ids=["apart", "shared"])
@pytest.mark.parametrize("one", CASES)
def test_a_batch_is_its_replications(one: Case, shared: bool) -> None:
    for seed in range(20):
        agrees(one, seed, shared)


def test_allowances_do_not_depend_on_the_number_of_slices() -> None:
    """A product of matrices has other last bits for more rows, and then a half goes to another unit."""
    rng, rates = np.random.default_rng(1), Allowance(over_30=0.7, over_60=0.3, over_90=0.1)
    late = np.cumsum(rng.integers(0, 100, (3000, 3)), axis=1)[:, ::-1]
    alone = [ageing.allowances(rates, late[s : s + 1]) for s in range(len(late))]
    assert (ageing.allowances(rates, late) == np.concatenate(alone)).all()


def test_our_own_row_pays_third_parties() -> None:
    """They are paid through it in the month in which it is due, as partners are."""
    due, account, payable, paid, lost = (np.array([0, one]) for one in (70, 5, 75, 0, 0))
    settle.pay(
        np.array([0, 1, 2], dtype=np.uint64), np.array([False, True]), np.array([0, 0]), np.ones(2, dtype=np.bool_),
        np.zeros(2, dtype=np.bool_), due, account, payable, np.zeros((0, 2), dtype=np.int64), paid, lost,
    )  # fmt: skip
    assert (paid[1], payable[1], account[1], due[1], lost[1]) == (75, 0, 0, 0, 0)
