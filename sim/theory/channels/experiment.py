"""What an experiment in regions finds: some are held out without partners for a time.

Notation: n_t regions with partners, n_c held out, T months; D own demand and x partner sales of a region a month, of
which a share is displaced from our own. The difference of mean sales a region is unbiased for what partners add, its
variance T (D + x (1 - displaced)) / n_t + T D / n_c, as sales are Poisson; the test is normal and two-sided.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from sim.theory.channels.bounds import above, at_least, quotient, shares


@dataclass(frozen=True)
class Experiment:
    """Sales a region over the months, their standard error, and how surely the test sees them.

    `months_factor` times the months give the power that was wanted; infinite where partners add nothing.
    """

    attributed_per_region: float
    incremental_per_region: float
    standard_error: float
    z: float
    power: float
    months_factor: float


def held_out_regions(
    regions: int,
    held_out: int,
    months: float,
    own_demand: float,
    partner_sales: float,
    displaced_share: float,
    *,
    level: float = 0.05,
    wanted_power: float = 0.8,
) -> Experiment:
    """Attributed against incremental sales, and the power of the test.

    Parameters
    ----------
    regions, held_out : int
        All alike; at least one on each side.
    months : float
        Above 0.
    own_demand, partner_sales : float
        Of a region in a month.
    displaced_share : float
        Of the partners' sales.
    level, wanted_power : float
        Between 0 and 1.

    Raises
    ------
    ValueError
        Where one side has no region, or nothing is sold, so that there is nothing to test.
    """
    above(0.0, months=months, level=level, wanted_power=wanted_power)
    at_least(0.0, own_demand=own_demand, partner_sales=partner_sales)
    shares(displaced_share=displaced_share, level=level, wanted_power=wanted_power)
    if not 0 < held_out < regions:
        raise ValueError(f"held_out must be between 1 and {regions - 1}, not {held_out}")
    added = months * partner_sales * (1.0 - displaced_share)
    ours = months * own_demand
    error = float(np.sqrt((ours + added) / (regions - held_out) + ours / held_out))
    above(0.0, **{"own_demand or partner_sales": error})
    z = added / error
    edge, wanted = scipy.special.ndtri(1.0 - level / 2.0), scipy.special.ndtri(wanted_power)
    return Experiment(
        attributed_per_region=months * partner_sales,
        incremental_per_region=added,
        standard_error=error,
        z=z,
        power=float(scipy.special.ndtr(z - edge) + scipy.special.ndtr(-z - edge)),
        months_factor=quotient(edge + wanted, z) ** 2,
    )
