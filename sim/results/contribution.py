"""Who earns, who costs: contribution margins, which add up to the underwriting result to the last minor unit.

By product, by type of partner (our own channels are some), and new business against renewals. What is known to be
a part's own is its own; what belongs to none alone is shared out by what drives it, each part what the parts up to it
come to less those before. What no part causes stands on lines of its own.

Notation: c component, q part, R replications, t month, y period. Money is in whole minor units, cost below 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR
from sim.money.flows import FLOWS, Account, Flow
from sim.results.cube import Cube

COMPONENTS = (
    "premium_earned", "claims", "handling", "commission", "acquisition", "administration", "service", "bad_debt",
    "recoveries", "deficiency",
)  # fmt: skip
LINES = ("direct_channel", "programme", "marketing_funds", "commission_tax", "administration_fixed", "other")
BUSINESS = ("new", "renewal")
INCOME = ("premium_earned", "recoveries")
_SIGNS = np.array([1 if name in INCOME else -1 for name in COMPONENTS])[:, None, None, None]


@dataclass(frozen=True)
class Grouping:
    """Contributions of parts that together are the whole."""

    parts: tuple[str, ...]
    amounts: Integers
    """int64[c, q, R, y]"""

    @cached_property
    def margin(self) -> Integers:
        """Contribution margin of each part: int64[q, R, y]."""
        return np.asarray(np.add.reduce(self.amounts))

    def of(self, part: str) -> Reals:
        """Contribution margin of a part over the horizon, major units: float64[R]."""
        return np.asarray(self.margin[self.parts.index(part)].sum(axis=-1) / MINOR_PER_MAJOR)


class Contributions:
    """The contributions of a cube's first policy.

    Parameters
    ----------
    cube : Cube
    world : int
    period : months that are added up; sums are made month by month, so that periods of any length agree
    """

    def __init__(self, cube: Cube, world: int = 0, period: int = MONTHS_PER_YEAR) -> None:
        self._cube, self._world, self._period = cube, world, period

    @cached_property
    def lines(self) -> dict[str, Integers]:
        """What no part causes, by line: int64[R, y]."""
        found = {
            "direct_channel": self._moved(Account.DIRECT_CHANNEL),
            "programme": self._flow(Flow.PROGRAMME_PAID) - self._in_segments("service_cost").sum(axis=0),
            "marketing_funds": self._moved(Account.MARKETING_FUNDS),
            "commission_tax": self._moved(Account.COMMISSION_TAX),
            "administration_fixed": self._flow(Flow.ADMINISTRATION_PAID) - self._of("administration_share").sum(axis=0),
            "other": self._moved(Account.OTHER) + self._moved(Account.REFERRAL),
        }
        return {name: self._by_period(-amounts) for name, amounts in found.items()}

    @cached_property
    def by_product(self) -> Grouping:
        """Of each product."""
        return self._grouping(self._cube.named("premium_new"), self._products)

    @cached_property
    def by_segment(self) -> Grouping:
        """Of each type of partner; the last are our own channels."""
        return self._grouping(self._cube.named("premium_written"), self._segments)

    @cached_property
    def by_business(self) -> Grouping:
        """Of new business and of renewals."""
        whole = np.add.reduce(list(self._products.values()), axis=1)
        renewal = np.add.reduce(list(self._renewals.values()), axis=1)
        both = np.stack([whole - renewal, renewal], axis=1)
        return self._grouping(BUSINESS, dict(zip(COMPONENTS, both, strict=True)))

    def new_of(self, product: str) -> Integers:
        """Components of the new business of a product, cost below 0: int64[c, R, y]."""
        at = self._cube.named("premium_new").index(product)
        amounts = [self._products[name][at] - self._renewals[name][at] for name in COMPONENTS]
        return np.asarray(_SIGNS[:, 0] * self._by_period(np.array(amounts)))

    @property
    def underwriting_result(self) -> Integers:
        """What all parts and lines come to: int64[R, y]."""
        return np.asarray(self.by_product.margin.sum(axis=0) + np.add.reduce(list(self.lines.values())))

    @cached_property
    def _totals(self) -> dict[str, Integers]:
        """Each component of the whole, int64[R, t], cost and income above 0."""
        found_fraud = self._flow(Flow.CLAIMS_RECOVERED)
        return {
            "premium_earned": self._flow(Flow.PREMIUM_EARNED),
            "claims": self._moved(Account.CLAIMS) + found_fraud,
            "handling": self._moved(Account.HANDLING),
            "commission": self._moved(Account.COMMISSION),
            "acquisition": self._moved(Account.ACQUISITION),
            "administration": self._of("administration_share").sum(axis=0),
            "service": self._in_segments("service_cost").sum(axis=0),
            "bad_debt": self._moved(Account.BAD_DEBT),
            "recoveries": found_fraud - self._moved(Account.RECOVERIES) - self._moved(Account.LOSS_SHARE),
            "deficiency": self._moved(Account.DEFICIENCY),
        }

    @cached_property
    def _products(self) -> dict[str, Integers]:
        """Each component by product, int64[q, R, t]; what is not a product's own goes by premium earned by partners."""
        of, drivers = self._of, (self._of("premium_earned_partners"), self._of("premium_earned"))
        none = np.zeros_like(drivers[0])
        own = {
            "premium_earned": of("premium_earned"),
            "claims": of("claims_incurred") + of("reserve_change"),
            "handling": of("claims_handling"),
            "commission": of("commission_cost"),
            "acquisition": of("acquisition_cost"),
            "administration": of("administration_share"),
            "service": none,
            "bad_debt": none,
            "recoveries": shared(self._from_claims, of("claims_incurred"), *drivers),
            "deficiency": of("deficiency_change"),
        }
        return {name: filled(self._totals[name], amounts, *drivers) for name, amounts in own.items()}

    @cached_property
    def _segments(self) -> dict[str, Integers]:
        """Each component by segment; what is not a segment's own goes by what is, else by premium earned."""
        of, earned = self._in_segments, self._in_segments("premium_earned")
        own = {
            "premium_earned": earned,
            "claims": of("claims_incurred"),
            "handling": of("claims_handling"),
            "commission": of("commission_cost"),
            "acquisition": of("acquisition_cost"),
            "administration": of("administration_share"),
            "service": of("service_cost"),
            "bad_debt": of("bad_debt"),
            "recoveries": of("recoveries"),
            "deficiency": of("deficiency_change"),
        }
        partners = np.where(np.arange(len(earned)) < len(earned) - self._ours, earned.T, 0).T
        return {name: filled(self._totals[name], amounts, amounts, partners, earned) for name, amounts in own.items()}

    @cached_property
    def _renewals(self) -> dict[str, Integers]:
        """Of each component by product what renewals have of it; what is not told apart goes by premium earned."""
        of, whole = self._of, self._products
        by_premium = _parts(of("premium_earned_renewal"), of("premium_earned"))
        by_claims = _parts(of("claims_renewal"), of("claims_incurred"))
        found = {name: _rounded(whole[name] * by_premium) for name in COMPONENTS}
        rest = whole["commission"] - of("commission_cost")
        return found | {
            "premium_earned": of("premium_earned_renewal"),
            "claims": of("claims_renewal") + _rounded(of("reserve_change") * by_claims),
            "handling": _rounded(whole["handling"] * by_claims),
            "commission": of("commission_renewal") + _rounded(rest * by_premium),
            "deficiency": of("deficiency_change_renewal"),
        }

    @property
    def _from_claims(self) -> Integers:
        """What comes back of claims: fraud found, and losses that partners bear; int64[R, t]."""
        return self._flow(Flow.CLAIMS_RECOVERED) - self._moved(Account.LOSS_SHARE)

    def _grouping(self, parts: list[str] | tuple[str, ...], found: dict[str, Integers]) -> Grouping:
        amounts = self._by_period(np.array([found[name] for name in COMPONENTS]))
        return Grouping(tuple(parts), _SIGNS * amounts)

    def _by_period(self, amounts: Integers) -> Integers:
        starts = np.arange(0, amounts.shape[-1], self._period)
        return np.asarray(np.add.reduceat(amounts, starts, axis=-1))

    @property
    def _ours(self) -> int:
        """Segments at the end that are our own channels."""
        return 1 + len(self._cube.named("own_paid"))

    def _of(self, name: str) -> Integers:
        """A monthly figure by product, int64[q, R, t]."""
        return self._parts_of(name, self._cube.named("premium_new"))

    def _in_segments(self, name: str) -> Integers:
        """A monthly figure by segment, int64[q, R, t]."""
        return self._parts_of(name, self._cube.named("premium_written"))

    def _parts_of(self, name: str, parts: list[str]) -> Integers:
        return np.array([self._cube.minor(f"{name}.{part}", world=self._world) for part in parts])

    def _flow(self, flow: Flow) -> Integers:
        return self._cube.minor(flow.label, world=self._world)

    def _moved(self, account: Account) -> Integers:
        """Debits less credits of an account: int64[R, t]."""
        legs = [(flow, (flow.debit is account) - (flow.credit is account)) for flow in FLOWS]
        moved = [sign * self._flow(flow) for flow, sign in legs if sign]
        return np.asarray(sum(moved, np.zeros(self._cube.values.shape[2:4], dtype=np.int64)))


def shared(total: Integers, *drivers: Integers) -> Integers:
    """Share total[R, t] out by the first of the drivers[q, R, t] that has something above 0, evenly where none has.

    Returns
    -------
    int64[q, R, t], which add up to the total.
    """
    shape = drivers[0].shape
    if not total.any():
        return np.zeros(shape, dtype=np.int64)
    weights = np.ones(shape)
    for driver in reversed(drivers):
        above = np.maximum(driver, 0)
        weights = np.where(np.add.reduce(above) > 0, above, weights)
    reached = np.cumsum(weights, axis=0)
    up_to = _rounded(total * (reached / reached[-1]))
    return np.diff(up_to, axis=0, prepend=0)


def filled(total: Integers, own: Integers, *drivers: Integers) -> Integers:
    """What is the parts' own, int64[q, R, t], and the rest of the total shared out."""
    return own + shared(total - np.add.reduce(own), *drivers)


def _parts(part: Integers, whole: Integers) -> Reals:
    return np.divide(part, whole, out=np.zeros(whole.shape), where=whole > 0)


def _rounded(amounts: Reals) -> Integers:
    return np.rint(amounts).astype(np.int64)
