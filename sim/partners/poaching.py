"""Partners whose people call on our own customers: what renews with us anyway renews through them, for commission.

Notation: s segment, rho share of the renewals without a partner that its partners take.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from sim.base.units import Block, Share


class Poaching(Block):
    """Renewals of our own channels that partners of a segment take over, and what they are paid for as."""

    share: Share = Field(description="share of the contracts that renew with us directly that renew through them")
    as_new: bool = Field(default=False, description="they are paid as new business; else as renewals")


def left_to_take(shares: Sequence[float]) -> list[float]:
    """Share of what those before it have left that each segment takes, where rho of the whole is stated.

    So that binomials one after another take rho of the whole each: rho_s / (1 - what is taken before), at most 1.
    """
    found, before = [], 0.0
    for share in shares:
        found.append(min(1.0, share / (1.0 - before)) if before < 1.0 else 0.0)
        before += share
    return found
