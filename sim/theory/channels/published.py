"""Open figures solved from what was published: traffic of a growing programme, points of share through a chain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from sim.theory.arrays import Floats, FloatsLike, floats
from sim.theory.channels.bounds import above, at_least, shares


@dataclass(frozen=True)
class Traffic:
    """Active partners before and by month of the year after, float64[12]; factors on entry and sales; sales a month."""

    active_before: float
    entry_factor: float
    active_by_month: Floats
    sales_factor: float
    sales_before: float
    sales_after_mean: float
    if_conversion_rose_by_points: float


def more_entry(
    leave: float, recruiting: float, entry_before: float, traffic: float, conversion: float, views_each: float,
    conversion_before: float, months: int = 12,
) -> Traffic:  # fmt: skip
    """Entry raised so that the mean of active partners over the months is `traffic` times the steady state before.

    a <- a g + entry, g = 1 - leave + recruiting; `conversion` is a factor, and what sales would be if its excess over 1
    were meant in points stands beside.

    Raises
    ------
    ValueError
        If partners do not shrink without entry, for no entry, or a figure out of its bounds.
    """
    shares(leave=leave, conversion_before=conversion_before)
    at_least(0.0, recruiting=recruiting, traffic=traffic, conversion=conversion, views_each=views_each)
    at_least(1, months=months)
    above(0.0, entry_before=entry_before, conversion_before=conversion_before)
    above(0.0, **{"leave - recruiting": leave - recruiting})
    grows = 1.0 - leave + recruiting
    before = entry_before / (leave - recruiting)
    left = np.arange(1, months + 1, dtype=np.float64)
    still = grows**left  # of the gap between the old steady state and the new
    factor = 1.0 + (traffic - 1.0) / float(np.mean(1.0 - still))
    sales = before * views_each * conversion_before
    return Traffic(
        active_before=before,
        entry_factor=factor,
        active_by_month=before * (factor + (1.0 - factor) * still),
        sales_factor=traffic * conversion,
        sales_before=sales,
        sales_after_mean=sales * traffic * conversion,
        if_conversion_rose_by_points=traffic * (conversion_before + conversion - 1.0) / conversion_before,
    )


@dataclass(frozen=True)
class Chain:
    """Our share of the chain's buyers, share of the market gained, and what the published gain would need."""

    share_at_chain_stated: float
    gain_stated: float
    anyway_needed_at_stated_utility: float
    utility_needed: float
    share_at_chain_needed: float
    attributed_points: float
    incremental_points: float


def points_through_a_chain(
    chain_share_of_market: float, points: float, rival_utilities: FloatsLike, our_utility: float, anyway: float
) -> Chain:
    """A chain lists us: our share of its buyers is a logit, and `anyway` of those would have bought from us elsewhere.

    Parameters
    ----------
    chain_share_of_market, points : float
        Shares of the market: the chain's buyers, and what was published as gained.
    rival_utilities : array_like, shape (rivals,)
        Of what else the chain sells, at least one.
    anyway : float
        Under 1.

    Raises
    ------
    ValueError
        For a share out of its bounds, no rival, or points that even all of the chain's buyers could not give.
    """
    shares(chain_share_of_market=chain_share_of_market, points=points, anyway=anyway)
    rivals = floats(rival_utilities)
    at_least(1, rivals=rivals.size)
    above(0.0, chain_share_of_market=chain_share_of_market, **{"1 - anyway": 1.0 - anyway})
    others = float(scipy.special.logsumexp(rivals))
    stated = float(scipy.special.expit(our_utility - others))
    needed = points / (chain_share_of_market * (1.0 - anyway))
    if needed >= 1.0:
        raise ValueError(f"{points:g} of the market would need {needed:g} of the chain's buyers")
    return Chain(
        share_at_chain_stated=stated,
        gain_stated=chain_share_of_market * stated * (1.0 - anyway),
        anyway_needed_at_stated_utility=1.0 - points / (chain_share_of_market * stated),
        utility_needed=others + float(scipy.special.logit(needed)),
        share_at_chain_needed=needed,
        attributed_points=chain_share_of_market * needed,
        incremental_points=points,
    )
