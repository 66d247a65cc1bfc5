"""Key figures of a run, one value a replication, read from the cube and nothing else (model, section 12).

Declarations are in `sim.figures.key`; formulas of the same names in `whole` and `by_part`. Money is in major units.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.base.arrays import Reals
from sim.figures.figure import WHOLE, Axes, Trade
from sim.figures.key import NOT_MEANS, UNBOUNDED, Bounds, Placed, laid_out
from sim.figures.own import OwnKey
from sim.partners.segments import RESERVED
from sim.results import by_part, features, sums, whole
from sim.results.account_series import Books
from sim.results.cube import Cube
from sim.scenario.reads_claims import DRAWN, Claims
from sim.scenario.schema import Criterion, Scenario
from sim.statistics import intervals, paired_difference, ratios
from sim.statistics.evaluation import Estimate, bounded
from sim.statistics.paired_difference import Difference
from sim.statistics.ratios import Terms


@dataclass(frozen=True)
class Kpi:
    """A key figure: unit (`money`, `ratio`, `share`, `probability`, `count`, `month`), text and values[replication].

    A month that is 0 says that there is nothing to wait for; one that is NaN, that it does not come within the horizon.
    """

    name: str
    unit: str
    text: str
    values: Reals
    terms: Terms = ()
    """of a ratio: the sums that it is of, by replication"""
    bounds: Bounds = UNBOUNDED
    """least and largest value that it can have"""
    never: float = np.nan
    """what a month counts as in a bound that does not come within the horizon: the one after it"""
    shown: bool = True
    """whether people are shown it: not where its feature is off"""

    @cached_property
    def averaged(self) -> Reals:
        """Values whose mean is the figure: its own, but of a ratio those whose mean is the ratio of the sums."""
        return ratios.linearised(self.terms) if self.terms else self.values

    @property
    def compared(self) -> Reals:
        """The value of each replication as it is held against a bound."""
        return np.where(np.isnan(self.values), self.never, self.values)

    @property
    def known(self) -> Reals:
        """Those of them that are there."""
        there = self.averaged[~np.isnan(self.averaged)]
        return there[there > 0] if self.unit == "month" else there

    @property
    def of_events(self) -> bool:
        """Whether values say whether something happens: those of a probability, or of a count of at most one.

        What has not happened yet may: its interval has a width, where that of money which is 0 everywhere has none.
        """
        return self.unit == "probability" or (self.unit == "count" and bool(np.isin(self.known, (0.0, 1.0)).all()))

    def estimate(self, confidence: float = intervals.CONFIDENCE) -> Estimate:
        """The figure and its interval, within its bounds; NaN where it is never known."""
        return bounded(self.known, self.bounds, self.of_events, confidence)

    def less(self, base: Kpi) -> Difference:
        """The paired difference from the same figure of other replications on the same luck."""
        sides = (base.averaged, self.averaged)
        return paired_difference.difference(self.name, self.unit, *sides, (base.values, self.values), self.bounds)


def key_figures(cube: Cube, scenario: Scenario, claims: Claims = DRAWN) -> dict[str, Kpi]:
    """All key figures of a cube's first policy and world, by name; NaN where expected claims leave them unknown.

    Raises
    ------
    SimError
        Where one from outside does not give one value a replication.
    """
    books = Books(cube)
    return {one.name: _kpi(one, books, scenario, claims) for one in _placed(scenario)}


def _kpi(one: Placed, books: Books, scenario: Scenario, claims: Claims) -> Kpi:
    trade = scenario.spoken.trade
    if not _told(one, claims):
        unknown = np.full(len(books.cube.replications), np.nan)
        return Kpi(one.name, one.key.unit, one.text_in(trade), unknown, bounds=one.key.bounds)
    terms = sums.terms(one, books, scenario)
    values = ratios.one_by_one(terms) if terms else _values(one, books, scenario)
    never = books.shape[1] + 1.0 if one.key.unit == "month" else np.nan
    there = _shown(one, trade, scenario, values)
    return Kpi(one.name, one.key.unit, one.text_in(trade), values, terms, one.key.bounds, never, there)


def shown(scenario: Scenario, values: Reals, claims: Claims = DRAWN) -> list[bool]:
    """Whether each key figure is shown, in their order, given values[figure, replication] of all of them."""
    placed, trade = zip(_placed(scenario), values, strict=True), scenario.spoken.trade
    return [not _told(one, claims) or _shown(one, trade, scenario, those) for one, those in placed]


def _told(one: Placed, claims: Claims) -> bool:
    return claims == DRAWN or one.key.of_expected_claims


def _shown(one: Placed, trade: Trade, scenario: Scenario, values: Reals) -> bool:
    return trade in one.key.trades and features.shown(one.key.feature, scenario, values)


def _values(one: Placed, books: Books, scenario: Scenario) -> Reals:
    if isinstance(one.key, OwnKey):
        return one.key.of(books, scenario, len(books.cube.replications))
    if one.part:
        return np.asarray(by_part.FORMULAS[one.key.axis][one.key.name](books, scenario, one.part))
    return np.asarray(whole.FORMULAS[one.key.name](books, scenario))


def _placed(scenario: Scenario) -> list[Placed]:
    return laid_out(_axes(scenario), scenario.own_key_figures)


def _axes(scenario: Scenario) -> Axes:
    rules = dict(scenario.rules)
    return {
        "whole": WHOLE,
        "product": tuple(scenario.products),
        "segment": (*scenario.segments, *scenario.own, RESERVED),
        "own": tuple(scenario.own),
        "creditor": (*scenario.segments, *scenario.own) if scenario.credits_sales else (),
        "credited": WHOLE if scenario.credits_sales else (),
        "rule": tuple(rules),
        "rated_rule": [name for name, rule in rules.items() if rule.rated],
        "brokers": WHOLE if any(one.network for one in scenario.segments.values()) else (),
        "attended": WHOLE if scenario.forgets else (),
        "sent": WHOLE if scenario.sends_customers else (),
        "served": WHOLE if scenario.makes_wait else (),
        "desk": WHOLE if scenario.hands_over else (),
        "stock": WHOLE if scenario.has_stock else (),
        "quality": WHOLE if scenario.tells_quality else (),
        "staff": WHOLE if any(getattr(one, "cooperation", None) for one in scenario.own.values()) else (),
        "offers": WHOLE if any(one.count > 1 for one in scenario.rivals.values()) else (),
        "poached": WHOLE if scenario.poached else (),
        "changed": WHOLE if any(one.changed for one in scenario.products.values()) else (),
        "registered": WHOLE if scenario.registers else (),
    }


def not_means(scenario: Scenario) -> frozenset[str]:
    """Key figures of a scenario that are not known from expected claims."""
    return NOT_MEANS | {one.name for one in scenario.own_key_figures if not one.of_expected_claims}


def is_mean(criterion: Criterion, not_means: frozenset[str] = NOT_MEANS) -> bool:
    """Whether a criterion bounds the mean of a figure that expected claims leave as it is."""
    return criterion.in_share is None and criterion.kpi not in not_means


def names(scenario: Scenario) -> list[str]:
    """Names of the key figures that a scenario has."""
    return list(units(scenario))


def known(scenario: Scenario) -> list[str]:
    """Those of them that have a value, so that a criterion may judge them."""
    return [one.name for one in _placed(scenario) if features.told(one.key.feature, one.key.unit, scenario)]


def units(scenario: Scenario) -> dict[str, str]:
    """Units of the key figures that a scenario has, by their names."""
    return {one.name: one.key.unit for one in _placed(scenario)}


def results(cube: Cube) -> Reals:
    """Result by month, float64[replication, month]: income less expense."""
    return Books(cube).result
