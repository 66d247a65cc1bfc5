"""Contribution margins of partners: what is each one's own, and its share of what is known of its type as a whole.

The partners of a type add up to it, in every year and component, to the last minor unit.

Notation: c component, s segment (the last is the direct channel), y year, n partner.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.base.arrays import Integers
from sim.results.contribution import COMPONENTS, INCOME, filled

_OWN = {
    "premium_earned": "earned", "claims": "claims", "handling": "handling", "commission": "expensed",
    "acquisition": "acquisition", "administration": "administration", "service": "service", "bad_debt": "debts",
    "recoveries": "borne",
}  # fmt: skip
"""Component -> what of it is the partner's own"""
_BY = {"service": "with_us", "recoveries": "debts"}
"""Component -> what the rest goes by; left out: what is the partner's own"""


def by_partner(segments: Integers, panel: Mapping[str, NDArray[Any]], segment: NDArray[Any]) -> Integers:
    """Components of every partner and year, cost below 0.

    Parameters
    ----------
    segments : int64[c, s, y]
        Those of each segment.
    panel : figures by name, int64[y, n] (`sim.runs.panel`)
    segment : int[n], of each partner

    Returns
    -------
    int64[c, y, n]
    """
    found = np.zeros((len(COMPONENTS), *panel["earned"].shape), dtype=np.int64)
    for s in range(segments.shape[1]):
        rows = np.flatnonzero(segment == s)
        theirs = {name: values[:, rows].T[:, None] for name, values in panel.items()}
        for c, name in enumerate(COMPONENTS):
            found[c][:, rows] = _component(name, segments[c, s], theirs)[:, 0].T
    return found


def _component(name: str, whole: Integers, theirs: Mapping[str, Integers]) -> Integers:
    """A component of a segment's partners, int64[n, 1, y]; `whole` is the segment's, int64[y]."""
    sign = 1 if name in INCOME else -1
    own = theirs[_OWN[name]] if name in _OWN else np.zeros_like(theirs["earned"])
    there = (theirs["status"] > 0).astype(np.int64)
    return sign * filled(sign * whole[None], own, theirs.get(_BY.get(name, ""), own), theirs["earned"], there)
