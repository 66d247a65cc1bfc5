"""Contracts of several replications are sold, renewed, earned and cancelled as those of each alone."""

from __future__ import annotations

import numpy as np
import pytest

from sim.contracts import (
    cancellations,
    changes,
    claims,
    cuts,
    deferred_true_ups,
    earning,
    renewals,
    repeat_purchases,
    sales,
)
from sim.contracts.surprise import surprise
from tests.batches import TERM, Case, agrees, by_row, by_segment, by_slice, case

SHARE = by_segment(0, 1, 0)
KINDS = 2
PER_KIND = by_row(0, 9, KINDS)
VALUES = by_segment(1, 9, 1, first=(KINDS,))
COST = {"mu": by_row(0, 3), "each": by_segment(0.5, 2, 0.7), "booked": by_slice()}
RING = by_row(0, 1000, TERM)

CASES = [
    case(
        cancellations.cancel, rate=0.7, total=by_row(0, 4), purpose=np.uint64(5), count=by_row(3, 7, 2 * TERM),
        premium=RING, commission=RING, passed=RING, in_force=by_row(12, 19), released_passed=by_row(0, 9, 1),
        lost_premium=by_slice(TERM), lost_commission=by_slice(TERM), lost_contracts=by_slice(TERM),
        lost=by_row(0, 9, 2 * TERM), cancelled=by_slice(), told=np.zeros((5, 0), dtype=np.int64),
    ),
    case(
        changes.reduce, rate=0.3, size=0.6, purpose=np.uint64(5), count=by_row(0, 7, 2 * TERM), premium=RING,
        commission=RING, passed=RING, released_passed=by_row(0, 9, 1), lost_premium=by_slice(TERM),
        lost_commission=by_slice(TERM), reduced=by_slice(), told=np.zeros((5, 0), dtype=np.int64),
    ),
    case(changes.follow, before=by_row(500, 1000, TERM), premium=by_row(0, 500, TERM), plain=RING),
    case(changes.levels, premium=by_row(), plain=by_row(), level=by_row()),
    case(changes.bring, level=by_row(0, 3), weight=by_slice(), number=by_slice()),
    case(deferred_true_ups.open_room, change=by_row(-1, 2, 2), room=by_row(0, 900, 2)),
    case(
        deferred_true_ups.defer, cells=np.array([True, True, False, True]), change=by_row(-900, 900, 2),
        premium=by_row(1, 9_000, 2), months=by_row(1, 6), returns=True, ring_premium=RING,
        added=by_row(0, 200, TERM), ring_commission=RING, room=by_row(0, 900, 2), moved=by_slice(TERM),
        up=by_slice(), down=by_slice(),
    ),
    case(claims.means, frequency=by_segment(0, 1, 1)),
    case(claims.incur, **COST, by_premium=True, relative=by_row(0, 3), expected=by_slice()),
    case(claims.incur, **COST, by_premium=False, relative=by_row(0, 3), expected=by_slice()),
    case(claims.expect, **COST, by_premium=True),
    case(claims.expect, **COST, by_premium=False),
    case(
        cuts.cut, "count", "lapsed", "premium", price=VALUES, noted=np.array([0, -1]), taking=True,
        contracts=by_row(-5, 20, ours=-1), premium=by_row(-5, 60, ours=-1), count=PER_KIND, lapsed=by_row(0, 5, 1),
        refused=by_slice(first=(KINDS,)),
    ),
    case(
        cuts.hold_premium, "premium", in_scheme=by_row(ours=0), per_blank=100, kept=by_segment(0, 0.5, 0),
        count=by_row(0, 9),
    ),
    case(earning.earn, earned=by_row(), begun=by_slice()),
    case(earning.earn_premium, begun=by_slice()),
    case(earning.enter, renewing=by_row(0, 9, 2), slots=TERM, ring=by_row(0, 9, 2 * TERM)),
    case(earning.expose, ended=by_row(0, 5), held=by_slice(), begun=by_slice()),
    case(earning.unearned, ring=RING, out=by_slice()),
    case(
        renewals.kept, "keep", "direct", single=by_segment(0, 2, 0), active=by_row(ours=1), share=by_row(ours=1),
        share_then=by_row(ours=1), portability=0.6, direct_retention=0.8, vested=False, keep=by_row(ours=1),
        direct=by_row(ours=0),
    ),
    case(renewals.chances, rate=SHARE),
    case(renewals.distribute, first=False, ours=by_slice()),
    case(renewals.distribute, first=True, ours=by_slice()),
    case(repeat_purchases.means, rate=SHARE),
    case(repeat_purchases.attribute, credited=by_row(0, 5), ours=by_slice()),
    case(sales.means, per_buyer=SHARE),
    case(sales.add_brought, "out", then=2, per_buyer=SHARE),
    case(sales.expected_counts, "carry", "out", fixed=by_segment(0, 2, 0), mu=by_row(0, 5)),
    case(sales.mixed_counts, "out", shape=by_segment(0.5, 3, 0), mu=by_row(0, 5)),
    case(
        sales.limit, "waiting", "count", capacity=by_segment(0, 9, np.inf), decay=SHARE, waiting=by_row(0, 5, KINDS),
        count=PER_KIND,
    ),
    case(surprise, drawn=by_slice(), expected=by_slice()),
]  # fmt: skip


@pytest.mark.parametrize("shared", [False, True], ids=["apart", "shared"])
@pytest.mark.parametrize("one", CASES)
def test_a_batch_is_its_replications(one: Case, shared: bool) -> None:
    for seed in range(20):
        agrees(one, seed, shared)
