"""A partner's month of sales thinned over journeys: what is credited, paid, and moved to our own row.

Notation: sales are Poisson with mean mu; a share tau is seen, of those each journey takes its share and credits the
partner with x, the rest is alone and credits it in full. Thinned Poisson counts are independent, so means and
variances add up over journeys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.theory.channels.bounds import at_least, quotient, shares

OURS_BELOW = 0.5  # credit under which a contract stands in our row where the customer pays us


@dataclass(frozen=True)
class CreditedJourney:
    """Share of the partner's sales, credit to the partner, and the share that would have come anyway."""

    share: float
    credit: float
    anyway: float


@dataclass(frozen=True)
class ThinnedMonth:
    """Means in sales, then pay of the partner and of our own staff in the unit of the price.

    `attributed_over_incremental` is infinite where nothing was added, NaN where nothing was sold either.
    """

    credited_sales: float
    pay_mean: float
    pay_variance: float
    own_pay_mean: float
    covariance_of_pays: float
    moved_contracts: float
    anyway_sales: float
    attributed_over_incremental: float


def thinned_month(
    mu: float,
    tracked: float,
    price: float,
    commission: float,
    own_bonus: float,
    journeys: Sequence[CreditedJourney],
    alone_anyway: float = 0.0,
) -> ThinnedMonth:
    """A month where the customer pays us: what is not seen, and journeys credited under one half, stand in our row.

    Parameters
    ----------
    mu, tracked : float
        Mean sales; share of them seen.
    price : float
        Of a sale, in any unit (minor units: pays are in minor units, variances in their squares).
    commission, own_bonus : float
        Of the premium credited to the partner, and to us (what is not seen too).
    journeys : sequence of CreditedJourney
        Shares together at most 1.

    Raises
    ------
    ValueError
        For a share outside 0 to 1, alone or together, or a negative figure.
    """
    at_least(0.0, mu=mu, price=price, commission=commission, own_bonus=own_bonus)
    alone = 1.0 - sum(one.share for one in journeys)
    shares(tracked=tracked, alone_anyway=alone_anyway, **{"journeys together": 1.0 - alone})
    for one in journeys:
        shares(share=one.share, credit=one.credit, anyway=one.anyway)
    every = [*journeys, CreditedJourney(max(alone, 0.0), 1.0, alone_anyway)]
    share, credit, anyway = np.array([(one.share, one.credit, one.anyway) for one in every]).T
    seen = mu * tracked * share
    unseen, paid, own = mu * (1.0 - tracked), commission * price * credit, own_bonus * price * (1.0 - credit)
    come_anyway = mu * float(share @ anyway)
    return ThinnedMonth(
        credited_sales=float(seen @ credit),
        pay_mean=float(seen @ paid),
        pay_variance=float(seen @ paid**2),
        own_pay_mean=float(seen @ own) + own_bonus * price * unseen,
        covariance_of_pays=float(seen @ (paid * own)),
        moved_contracts=unseen + float(seen[credit < OURS_BELOW].sum()),
        anyway_sales=come_anyway,
        attributed_over_incremental=quotient(float(seen @ credit), mu - come_anyway),
    )
