"""Due contracts renew through their partner, with us directly, or not at all (model, section 6)."""

from __future__ import annotations

from sim.base.arrays import Counts, Flags, HalfReals, Integers, Reals, Words
from sim.base.kernels import kernel


@kernel
def kept(
    bounds: Words,
    single: Flags,
    active: Flags,
    share: Reals,
    share_then: HalfReals,
    portability: float,
    direct_retention: float,
    vested: bool,
    keep: Reals,
    direct: Flags,
) -> None:
    """Share of the renewals that a partner's fate leaves us, and whether they come directly.

    Parameters
    ----------
    single : bool[segments]
        The segment is single-homing: a partner whose share has dropped from 1 to 0 is gone.
    active : bool[n]
    share, share_then : float[n]
        Our share of its flow now and in the month of sale.
    portability, direct_retention : float
    vested : bool
        A partner that is gone still earns on its renewals, so they stay its own.
    keep : float64[n], direct : bool[n]
        Written; our own row keeps all.
    """
    lost = 1.0 - portability
    stayed = lost if vested else lost * direct_retention
    for s in range(single.size):
        for i in range(bounds[s], bounds[s + 1]):
            drop = max(0.0, share_then[i] - share[i])
            gone = (not active[i]) or (single[s] and drop > 0.5)
            keep[i] = stayed if gone else 1.0 - portability * drop
            direct[i] = gone and not vested
    keep[-1] = 1.0
    direct[-1] = False


@kernel
def chances(keep: Reals, rate: float, out: Reals) -> None:
    """Probability that a due contract renews."""
    for i in range(keep.size):
        out[i] = keep[i] * rate


@kernel
def note_age(due: Counts, drawn: Integers, direct: Flags, lost: Counts, moved: Counts) -> None:
    """Add to the contracts of one age that lapse, and to those that renew without their partner (int32[n] each)."""
    for i in range(due.size):
        lost[i] += due[i] - drawn[i]
        moved[i] += drawn[i] if direct[i] else 0


@kernel
def distribute(count: Integers, direct: Flags, owner: int, renewing: Integers) -> int:
    """Add renewals to their partners' row, those of partners gone to our own row `owner`; return the latter."""
    own = 0
    for i in range(count.size):
        mine = count[i] if direct[i] else 0
        own += mine
        renewing[i] += count[i] - mine
    renewing[owner] += own
    return own
