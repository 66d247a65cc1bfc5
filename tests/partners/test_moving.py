"""Moves between principals by shares, against a sum over partners that is written another way."""

from __future__ import annotations

import numpy as np

from sim.partners.moving import BY_SHARE, moved

PRINCIPALS, PARTNERS = 4, 300


def test_parts_move_in_whole_reals() -> None:
    """Shares are kept as half reals; what moves is their difference and no rounding of it, compiled or not."""
    rng = np.random.default_rng(20250101)
    before, after = rng.random((2, PRINCIPALS, PARTNERS)).astype(np.float32)
    before /= before.sum(axis=0)
    after /= after.sum(axis=0)
    before[:, 0] = after[:, 0]  # one that stays
    edges, place = np.array([0, PARTNERS, PARTNERS], dtype=np.uint64), np.full(PARTNERS, BY_SHARE, dtype=np.int8)
    found = np.empty((1, PRINCIPALS, PRINCIPALS))
    moved(edges, 2, place, before, place, after, found)
    change = after.astype(np.float64) - before
    gained, lost = np.maximum(change, 0.0), np.maximum(-change, 0.0)
    whole = np.where(gained.sum(axis=0) > 0.0, gained.sum(axis=0), 1.0)
    expected = lost @ (gained / whole).T + np.diag(np.minimum(before, after).astype(np.float64).sum(axis=1))
    np.testing.assert_allclose(found[0], expected, rtol=1e-13)
