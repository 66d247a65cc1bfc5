"""Key figures of a run, one value a replication, read from the cube and nothing else (model, section 12).

Declarations are in `sim.figures.key`; formulas of the same names in `whole` and `by_part`. Money is in major units.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Reals
from sim.figures.figure import WHOLE, Axes
from sim.figures.key import NOT_MEANS, Placed, laid_out
from sim.figures.own import OwnKey
from sim.partners.segments import RESERVED
from sim.results import by_part, whole
from sim.results.account_series import Books
from sim.results.cube import Cube
from sim.scenario.reads_claims import DRAWN, Claims
from sim.scenario.schema import Criterion, Scenario


@dataclass(frozen=True)
class Kpi:
    """A key figure: unit (`money`, `ratio`, `share`, `probability`, `count`, `month`), text and values[replication]."""

    name: str
    unit: str
    text: str
    values: Reals


def key_figures(cube: Cube, scenario: Scenario, claims: Claims = DRAWN) -> dict[str, Kpi]:
    """All key figures of a cube's first policy and world, by name; NaN where expected claims leave them unknown.

    Raises
    ------
    SimError
        Where one from outside does not give one value a replication.
    """
    books, unknown = Books(cube), np.full(len(cube.replications), np.nan)
    return {
        one.name: Kpi(
            one.name,
            one.key.unit,
            one.text,
            _values(one, books, scenario) if claims == DRAWN or one.key.of_expected_claims else unknown,
        )
        for one in _placed(scenario)
    }


def _values(one: Placed, books: Books, scenario: Scenario) -> Reals:
    if isinstance(one.key, OwnKey):
        return one.key.of(books, scenario, len(books.cube.replications))
    if one.part:
        return np.asarray(by_part.FORMULAS[one.key.axis][one.key.name](books.cube, one.part))
    return np.asarray(whole.FORMULAS[one.key.name](books, scenario))


def _placed(scenario: Scenario) -> list[Placed]:
    return laid_out(_axes(scenario), scenario.own_key_figures)


def _axes(scenario: Scenario) -> Axes:
    rules = dict(scenario.rules)
    return {
        "whole": WHOLE,
        "product": tuple(scenario.products),
        "segment": (*scenario.segments, RESERVED),
        "rule": tuple(rules),
        "rated_rule": [name for name, rule in rules.items() if rule.rated],
        "brokers": WHOLE if any(one.network for one in scenario.segments.values()) else (),
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


def units(scenario: Scenario) -> dict[str, str]:
    """Units of the key figures that a scenario has, by their names."""
    return {one.name: one.key.unit for one in _placed(scenario)}


def results(cube: Cube) -> Reals:
    """Result by month, float64[replication, month]: income less expense."""
    return Books(cube).result
