"""Partners of several replications come, choose, go and are judged as those of each alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.partners import activity, choice, control, recruiting, turnover
from sim.partners.columns import ACTIVE
from tests import batches
from tests.batches import SIZES, Argument, N, R, by_row, by_segment, by_slice, case, row_numbers, rows_of, the_same

K = 3
STATUS = by_row(0, 4, ours=ACTIVE)
SHARES = by_row(0, 1, K)
OURS = by_row(0, 1, K, ours=[[1], [0], [0]])
TABLE = by_segment(-2, 2, 0, then=(K,))
NEWCOMERS = {"first": rows_of(2, 5, 5, 11), "last": rows_of(5, 5, 11, 11), "step": by_slice(low=1, high=3)}
WITH_US = {"principal": by_row(ours=0), "share": OURS}


def stated(rng: np.random.Generator, hint: Any, shared: bool) -> Argument:
    """Our share at the opening, where it is stated."""
    values = batches.draw(rng, hint, 0, 1, (R * N,))
    values[rng.random(values.size) < 0.5] = np.nan
    values[N - 1 :: N] = 1.0
    return Argument(values)


CASES = [
    case(activity.remember, active=by_slice()),
    case(
        activity.lost, then=by_row(0, 1), share=by_row(0, 1), status=STATUS, ours=by_row(0, 1), out=by_slice(),
        stood=by_slice(),
    ),
    case(
        choice.choose_one, "principal", "share", single=by_segment(0, 2, 0), ours=by_row(-2, 2), table=TABLE,
        inertia=by_segment(0, 2, 0), review=by_segment(0.5, 1, 0), share=SHARES, surprise=by_slice(), to_us=by_slice(),
        away=by_slice(),
    ),
    case(
        choice.split_flow, "share", multi=by_segment(0, 2, 0), ours=by_row(-2, 2), table=TABLE,
        inertia=by_segment(0, 2, 0), review=by_segment(0, 1, 0), share=SHARES, to_us=by_slice(), away=by_slice(),
    ),
    case(
        choice.utility_of_us, fixed=by_segment(-2, 2, 0), weight_commission=by_segment(0, 1, 0),
        weight_reliability=by_segment(0, 1, 0),
    ),
    case(choice.volumes, share=SHARES, out=by_slice(K), ours=by_slice(), agents=by_slice()),
    case(choice.reach, pull=by_segment(0, 1, 0), ramp=by_segment(1, 9, 1), own_ramp=by_row(1, 9), share=SHARES),
    case(
        choice.open_choices, "share", "principal", odds=by_segment(0, 0.5, 0, then=(K,)), us_share=stated,
        multi=by_segment(0, 2, 0), **WITH_US,
    ),
    case(choice.learn, target=0.8, recovery=by_segment(0.1, 0.3, 1.0), penalty=by_segment(0, 0.5, 0)),
    case(turnover.leave, "status", hazard=by_segment(0, 1, 0), status=STATUS, count=by_slice()),
    case(
        turnover.enter, "status", "principal", "share", **NEWCOMERS, number=by_slice(high=4), status=by_row(0, 2),
        odds=by_segment(0, 0.5, 0, then=(K,)), multi=by_segment(0, 2, 0), share=SHARES, came=by_slice(),
    ),
    case(turnover.service, out=by_slice()),
    case(recruiting.sponsors, among=row_numbers, found=by_slice()),
    case(
        recruiting.find_sponsors, "sponsor", **NEWCOMERS, among=row_numbers, found=the_same(*SIZES * R),
        status=by_row(0, 2), entered=by_row(batches.MONTH - 1, batches.MONTH + 1), sponsor=row_numbers,
    ),
    case(
        control.judge, "ended", covered=by_segment(0, 2, 0), grace=1, least=1000, least_result=-100.0, least_margin=0.1,
        least_premium=800.0, least_rating=0.4, status=STATUS, earned_by_month=by_row(0, 1000, 3),
        result_by_month=by_row(-500, 900, 3), rating=by_row(0, 1, 1), ended=by_row(0, 1),
    ),
    case(control.find, "ended", chance=by_segment(0, 1, 0), status=STATUS, ended=by_row(0, 1)),
    case(
        control.end, "status", ended=by_row(ours=0), pull=by_segment(0, 1, 0), status=STATUS, count=by_slice(),
        buyers=by_slice(),
    ),
    case(
        control.rise, "status", "principal", "share", members=by_segment(1, 3, 0), after=by_segment(0, 3, 0),
        chance=by_segment(0.5, 1, 0), default_month=by_row(0, batches.MONTH), odds=by_segment(0, 0.5, 0, then=(K,)),
        multi=by_segment(0, 2, 0), status=by_row(0, 4), share=SHARES, came=by_slice(),
    ),
]  # fmt: skip


@pytest.mark.parametrize("shared", [False, True], ids=["apart", "shared"])
@pytest.mark.parametrize("one", CASES)
def test_a_batch_is_its_replications(one: batches.Case, shared: bool) -> None:
    for seed in range(20):
        batches.agrees(one, seed, shared)
