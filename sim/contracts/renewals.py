"""Due contracts renew through their partner, with us directly, or not at all (model, section 6)."""

from __future__ import annotations

from sim.base.arrays import Counts, Flags, HalfReals, Integers, Reals, Words
from sim.base.kernels import kernel


@kernel
def kept(
    edges: Words,
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
        Written. Our own row, there and always with us, keeps all.
    """
    lost = 1.0 - portability
    stayed = lost if vested else lost * direct_retention
    for s in range(edges.size - 1):
        one = single[s % single.size]
        for i in range(edges[s], edges[s + 1]):
            drop = max(0.0, share_then[i] - share[i])
            gone = (not active[i]) or (one and drop > 0.5)
            keep[i] = stayed if gone else 1.0 - portability * drop
            direct[i] = gone and not vested


@kernel
def chances(edges: Words, keep: Reals, rate: Reals, out: Reals) -> None:
    """Probability that a due contract renews; rate[segments]."""
    for s in range(edges.size - 1):
        renewing = rate[s % rate.size]
        for i in range(edges[s], edges[s + 1]):
            out[i] = keep[i] * renewing


@kernel
def note_age(due: Counts, drawn: Integers, direct: Flags, lost: Counts, moved: Counts) -> None:
    """Add to the contracts of one age that lapse, and to those that renew without their partner (int32[n] each)."""
    for i in range(due.size):
        lost[i] += due[i] - drawn[i]
        moved[i] += drawn[i] if direct[i] else 0


@kernel
def distribute(
    edges: Words,
    count: Integers,
    direct: Flags,
    first: bool,
    renewing: Integers,
    ours: Integers,  # [slices]
) -> None:
    """Give renewals to their partners' rows, and count those of partners gone: they come to us.

    They are written into `renewing`[n] where they are its first of the month, else added to it.
    """
    for s in range(edges.size - 1):
        total = 0
        for i in range(edges[s], edges[s + 1]):
            mine = count[i] if direct[i] else 0
            total += mine
            renewing[i] = count[i] - mine + (0 if first else renewing[i])
        ours[s] = total
