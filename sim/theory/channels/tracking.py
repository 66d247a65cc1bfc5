"""Offline sales that are seen by half: what is paid, whom partners trust, and an audience met online and offline."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
import scipy

from sim.theory.arrays import Floats
from sim.theory.channels.bounds import at_least, exactly, kept, quotient, shares


@dataclass(frozen=True)
class Seen:
    """Chance that a sale is seen (offline, of a hybrid partner), and the share of a month's sales that is paid.

    Pay is money a month; `under` the chance that less than the stated share of the sales is paid. Ratios are NaN
    where there are no sales.
    """

    offline: float
    hybrid: float
    pay_ratio_mean: float
    pay_ratio_sd: float
    under: float
    pay: float
    unpaid: float
    fairness_offline_to_online: float


def seen_offline(codes: float, app: float, manual: float) -> float:
    """Chance that a code, the app or a record by hand catches an offline sale, each independent of the others."""
    shares(codes=codes, app=app, manual=manual)
    return 1.0 - (1.0 - codes) * (1.0 - app) * (1.0 - manual)


def tracked_pay(
    online: float, codes: float, app: float, manual: float, online_share: float, sales: int, commission: float,
    price: float, share: float = 0.8,
) -> Seen:  # fmt: skip
    """Pay of a partner with so many sales a month, a share of them online; seen sales are binomial.

    Raises
    ------
    ValueError
        For a chance or share outside 0 to 1, or negative sales, commission or price.
    """
    at_least(0.0, sales=sales, commission=commission, price=price)
    shares(online=online, online_share=online_share, share=share)
    offline = seen_offline(codes, app, manual)
    seen = online_share * online + (1.0 - online_share) * offline
    enough = ceil(sales * exactly(share))
    return Seen(
        offline=offline,
        hybrid=seen,
        pay_ratio_mean=seen if sales else np.nan,
        pay_ratio_sd=float(np.sqrt(quotient(seen * (1.0 - seen), sales))) if sales else np.nan,
        under=float(scipy.stats.binom.cdf(enough - 1, sales, seen)) if sales else np.nan,
        pay=sales * seen * commission * price,
        unpaid=sales * (1.0 - seen) * commission * price,
        fairness_offline_to_online=quotient(offline, online),
    )


@dataclass(frozen=True)
class Trust:
    """Trust after each month, float64[months], and in the long run; our share of the flow at the target and there."""

    path: Floats
    steady: float
    share_at_target: float
    share_steady: float


def trust_in_pay(
    half_life: float, penalty: float, tolerated: float, tracked: float, target: float, months: int, weight: float,
    rival: float,
) -> Trust:  # fmt: skip
    """Trust goes back to its target with a half-life and loses penalty max(0, untracked - tolerated) a month.

    It starts at the target; our share of the partner's flow is 1 / (1 + exp(rival - weight trust)).

    Raises
    ------
    ValueError
        For a share outside 0 to 1, or a negative half-life, penalty or number of months.
    """
    at_least(0.0, penalty=penalty, months=months)
    shares(tolerated=tolerated, tracked=tracked)
    lost, stays = penalty * max(0.0, 1.0 - tracked - tolerated), kept(half_life)
    path = target - lost * np.cumsum(stays ** np.arange(months))
    steady = target - (quotient(lost, 1.0 - stays) if lost else 0.0)

    def share(trust: float) -> float:
        return float(scipy.special.expit(weight * trust - rival))

    return Trust(path, steady, share(target), share(steady))


@dataclass(frozen=True)
class Medium:
    """How a programme meets an audience: chance to reach, to sell to one reached, and to see the sale."""

    reach: float
    buys: float
    tracked: float


@dataclass(frozen=True)
class Programme:
    """Share of the audience reached, sales, sales paid, their ratio, commission and profit in money."""

    reach: float
    sales: float
    paid_sales: float
    pay_ratio: float
    commission: float
    profit: float


def programmes(
    audience: float, online: Medium, offline: Medium, both_factor: float, commission: float, price: float,
    margin: float,
) -> tuple[dict[str, Programme], float]:  # fmt: skip
    """Programmes online, offline and hybrid on one audience, and hybrid sales over those of both alone.

    Touches are independent; one touched both ways buys with 1 - (1 - a)(1 - b) times `both_factor`, and its sale is
    seen if either way sees it.

    Raises
    ------
    ValueError
        For a chance outside 0 to 1 (that of one touched both ways too), or negative figures.
    """
    at_least(0.0, audience=audience, both_factor=both_factor, commission=commission, price=price)
    for medium in (online, offline):
        shares(reach=medium.reach, buys=medium.buys, tracked=medium.tracked)
    both = Medium(
        online.reach * offline.reach,
        both_factor * _either(online.buys, offline.buys),
        _either(online.tracked, offline.tracked),
    )
    shares(**{"buys when touched both ways": both.buys})
    only = [Medium(one.reach - both.reach, one.buys, one.tracked) for one in (online, offline)]
    groups = {"online": [online], "offline": [offline], "hybrid": [*only, both]}
    found = {name: _programme(audience, group, commission, price, margin) for name, group in groups.items()}
    return found, quotient(found["hybrid"].sales, found["online"].sales + found["offline"].sales)


def _either(one: float, other: float) -> float:
    return 1.0 - (1.0 - one) * (1.0 - other)


def _programme(audience: float, groups: list[Medium], commission: float, price: float, margin: float) -> Programme:
    sales = audience * sum(group.reach * group.buys for group in groups)
    paid = audience * sum(group.reach * group.buys * group.tracked for group in groups)
    cost = paid * price * commission
    reach = sum(group.reach for group in groups)
    return Programme(reach, sales, paid, quotient(paid, sales), cost, sales * price * margin - cost)
