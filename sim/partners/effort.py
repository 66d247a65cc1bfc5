"""Effort: how hard partners try for our product at what we offer, and what their own product loses by it.

Notation: i partner, e effort, c effective commission yield as a share of premium.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Reals
from sim.base.functions import exp, log
from sim.base.kernels import kernel
from sim.partners.terms.working import Effort

POINTS = 100.0  # percentage points of a share


def efforts(terms: Effort, offer: Reals) -> Reals:
    """Effort at each yield in points, of the same shape: (c pass_through / reference)^elasticity within its bounds."""
    found = np.empty(offer.shape)
    usual = POINTS * terms.reference / terms.pass_through if terms.pass_through > 0.0 else np.inf
    _powers(np.ascontiguousarray(offer).ravel(), usual, terms.elasticity, found.reshape(-1))
    return np.clip(found, terms.low, terms.high, out=found)


@kernel
def _powers(offer: Reals, usual: float, elasticity: float, out: Reals) -> None:
    for i in range(offer.size):
        part = offer[i] / usual
        out[i] = exp(elasticity * log(part)) if part > 0.0 else (0.0 if elasticity > 0.0 else 1.0)


def own_loss(terms: Effort, effort: Reals) -> Reals:
    """Points of our premium that effort beyond what is free costs the partner's own product."""
    return np.asarray(terms.own_value * np.maximum(0.0, effort - terms.free))


def worth(terms: Effort | None, offer: Reals) -> Reals:
    """What our offer, in points, is worth to partners beside their own product."""
    return offer if terms is None else np.asarray(offer - own_loss(terms, efforts(terms, offer)))
