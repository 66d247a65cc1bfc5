"""Journeys laid out: what else touched the sales of each type of partner, and whose those sales are under a rule.

Notation: j journey, in the order of names; s segment of partners, p product, t month (index t + warm_up), k class of
partners that the same separations cover, c channel of ours but for the direct one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.base.arrays import Flags, Places, Reals
from sim.contracts.journeys import ALONE, Journey
from sim.engine.layout.costs import monthly
from sim.engine.layout.own_demand import OwnDemand
from sim.partners.population import Population
from sim.policy.attribution_rule import PARTNER, UNKNOWN, AttributionRule, Path, Shares, Weights
from sim.scenario.schema import Scenario

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Apart:
    """A separation laid out."""

    journeys: Flags
    """that go by one of its channels: bool[j]"""
    cells: Flags
    """partners that it covers: bool[k, p, s]"""
    strict: Reals
    """part of these sales that partners may not serve: float64[months]"""


@dataclass(frozen=True)
class PathTable:
    """The journeys of a scenario."""

    scenario: Scenario
    names: tuple[str, ...]
    segments: tuple[str, ...]
    channels: tuple[str, ...]
    opening: Reals
    """share of each segment's sales at the opening: float64[j, s]"""
    touched: Reals
    """how many more the channels on the path reach than at the opening: float64[j, months]"""
    anyway: Reals
    """share that would have come without the partner: float64[j]"""
    alone_anyway: Reals
    """the same of sales that only the partner touched: float64[s]"""
    owner: Places
    """the first channel of ours on the path, else the default one: intp[j]"""
    default: int
    closes_us: Flags
    """whether customers of the segment's partners sign and pay with us: bool[s]"""
    separations: tuple[Apart, ...]
    classes: Places
    """class of each row of a replication: intp[n]"""

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        """The journeys as attribution rules see them."""
        return tuple(self._path(name) for name in self.names)

    def _path(self, name: str) -> Path:
        touches = self.scenario.journeys[name].path
        return self._path_of(tuple(one.who for one in touches), tuple(one.days for one in touches))

    def _path_of(self, who: tuple[str, ...], days: tuple[float, ...]) -> Path:
        return Path(who, days, frozenset(self.channels), self.channels[self.default] if self.channels else "")

    def shares(self, t: int) -> tuple[Reals, Reals]:
        """Part of each segment's sales that separation leaves, and each journey's share of these.

        Returns
        -------
        float64[k, p, s], float64[k, p, s, j]
        """
        sigma = (self.opening * self.touched[:, t, None]).T
        sigma = sigma / np.maximum(sigma.sum(axis=1, keepdims=True), 1.0)
        classes, products = self.number_of_classes, len(self.scenario.products)
        kept = np.ones((classes, products, len(self.segments)))
        found = np.broadcast_to(sigma, (*kept.shape, len(self.names))).copy()
        for one in self.separations:
            z = one.strict[t] * one.cells
            left = 1.0 - z * found[..., one.journeys].sum(axis=-1)
            kept *= left
            found[..., one.journeys] *= (1.0 - z)[..., None]
            found /= np.where(left > 0.0, left, 1.0)[..., None]
        return kept, found

    def come_anyway(self, shares: Reals) -> Reals:
        """Part of sales by journeys of these shares[.., s, j] that would have come without the partner: [.., s]."""
        return np.asarray(shares @ self.anyway + _alone(shares) * self.alone_anyway)

    def displaced(self, shares: Reals) -> Reals:
        """The same by the channel of ours that loses them, of whom there may be none: float64[.., s, c]."""
        owners = np.eye(max(len(self.channels), 1))[:, : len(self.channels)]
        alone = _alone(shares) * self.alone_anyway
        return np.asarray((shares * self.anyway) @ owners[self.owner] + alone[..., None] * owners[self.default])

    @property
    def number_of_classes(self) -> int:
        """Classes of partners that the same separations cover."""
        return len(self.separations[0].cells) if self.separations else 1

    def expected(self, sales: Sequence[float]) -> list[tuple[str, Path, float]]:
        """Journeys as a rule that learns reads them: name, path, expected sales[j + 1], the last of partners alone."""
        alone = self._path_of((PARTNER,), (0.0,))
        return list(zip((*self.names, ALONE), (*self.paths, alone), sales, strict=True))

    def credits(self, rule: AttributionRule, weights: Sequence[Weights] = (UNKNOWN,)) -> Credits:
        """Whose the sales of each journey are under a rule, seen and unseen.

        `weights` is what the rule has learnt in each replication (`AttributionRule.weights`), or one for all.
        """
        seen = [[rule.shares(one, learnt) for one in self.paths] for learnt in weights]
        unseen = [[rule.shares(one.unseen(), learnt) for one in self.paths] for learnt in weights]
        return Credits(
            partner=_parts(seen, (PARTNER,))[..., 0],
            own=_parts(seen, self.channels),
            others=_parts(seen, self.segments),
            unseen=_parts(unseen, (*self.channels, *self.segments)),
        )


@dataclass(frozen=True)
class Credits:
    """Shares in the sales of each journey, in each of B replications or, B = 1, in all of them."""

    partner: Reals
    """of the partner that closes: float64[B, j]"""
    own: Reals
    """of each channel of ours: float64[B, j, c]"""
    others: Reals
    """of partners of other segments on the path: float64[B, j, s]"""
    unseen: Reals
    """of our channels, then of other segments, where the partner that closes is not seen: float64[B, j, c + s]"""

    @cached_property
    def in_full(self) -> Flags:
        """Whether shares of the journey come to more than the sale, so that somebody is paid twice: bool[B, j]."""
        whole = self.partner + self.own.sum(axis=-1) + self.others.sum(axis=-1)
        return np.asarray(whole > 1.0 + _ROUNDING)

    @cached_property
    def unseen_in_full(self) -> Flags:
        """The same of a sale whose partner was not seen: bool[B, j]."""
        return np.asarray(self.unseen.sum(axis=-1) > 1.0 + _ROUNDING)


def _parts(shares: Sequence[Sequence[Shares]], names: Sequence[str]) -> Reals:
    found = [[[one.get(name, 0.0) for name in names] for one in of_one] for of_one in shares]
    return np.array(found, dtype=np.float64).reshape(len(shares), len(shares[0]), len(names))


def path_table(
    scenario: Scenario, own: Sequence[OwnDemand], population: Population, first: int, months: int
) -> PathTable | None:
    """The journeys from the ordinal `first` on; None where nothing tells whose a sale is."""
    if not scenario.credits_sales:
        return None
    names, segments, channels = tuple(sorted(scenario.journeys)), tuple(scenario.segments), tuple(scenario.own)
    journeys = [scenario.journeys[name] for name in names]
    joint = np.array([[c in {touch.who for touch in one.path} for c in channels] for one in journeys], dtype=np.bool_)
    joint = joint.reshape(len(names), len(channels))
    default = next((c for c, one in enumerate(scenario.own.values()) if one.default), 0)
    separations, classes = _separations(scenario, joint, population, first, months)
    return PathTable(
        scenario=scenario,
        names=names,
        segments=segments,
        channels=channels,
        opening=np.array([[one.share * (s in one.of) for s in segments] for one in journeys]).reshape(
            -1, len(segments)
        ),
        touched=_touched(joint, own, scenario.start - first, months),
        anyway=np.array([one.anyway for one in journeys]),
        alone_anyway=np.array([one.anyway for one in scenario.segments.values()]),
        owner=np.array([_owner(one, channels, default) for one in journeys], dtype=np.intp),
        default=default,
        closes_us=np.array([one.closes == "us" for one in scenario.segments.values()]),
        separations=separations,
        classes=classes,
    )


def _alone(shares: Reals) -> Reals:
    """What the journeys of shares[.., j] leave to partners alone."""
    return np.maximum(1.0 - shares.sum(axis=-1), 0.0)


def _owner(journey: Journey, channels: Sequence[str], default: int) -> int:
    """The first channel of ours that touched, else the default one."""
    return next((channels.index(one.who) for one in journey.path if one.who in channels), default)


def _touched(joint: Flags, own: Sequence[OwnDemand], opening: int, months: int) -> Reals:
    found = np.ones((len(joint), months))
    for c, one in enumerate(own):
        at_opening = one.reach[opening]
        there = one.reach / at_opening if at_opening > 0.0 else np.ones(months)
        found[joint[:, c]] *= there
    return found


def _separations(
    scenario: Scenario, joint: Flags, population: Population, first: int, months: int
) -> tuple[tuple[Apart, ...], Places]:
    """The separations, and the class of each row by the regions that they name."""
    stated = list(scenario.policy.separation.values())
    if not stated:
        return (), np.zeros(population.rows, dtype=np.intp)
    regions = np.array(population.regions, dtype=object)
    everywhere = np.ones(population.rows, dtype=np.bool_)
    there = [everywhere if one.regions is None else np.isin(regions, one.regions) for one in stated]
    kinds, classes = np.unique(np.array(there, dtype=np.bool_), axis=1, return_inverse=True)
    found = []
    for one, those in zip(stated, kinds, strict=True):
        products, segments = (
            np.array([named is None or name in named for name in all_])
            for named, all_ in ((one.products, scenario.products), (one.segments, scenario.segments))
        )
        on_path = np.asarray(joint[:, [c in one.channels for c in scenario.own]].any(axis=1), dtype=np.bool_)
        cells = those[:, None, None] & products[:, None] & segments
        found.append(Apart(on_path, cells, monthly(one.strict, first, months)))
    return tuple(found), classes.ravel().astype(np.intp)
