"""Key figures of one scenario, a row a replication: what studies of many scenarios keep instead of months.

Notation: n replication, k key figure, s surprise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sim.base.arrays import Reals
from sim.base.units import MONTHS_PER_YEAR
from sim.engine.layout.by_case import shape
from sim.engine.layout.plan import Plan, common_factor
from sim.figures.monthly import SURPRISES
from sim.results import by_line, kpis
from sim.results.cube import Cube
from sim.results.kpis import Kpi
from sim.runs.replicate import Replication

ARRAYS = ("values", "surprises", "levels", "claims", "statement", "sums")


def _levels(plan: Plan, numbers: Sequence[int]) -> Reals:
    """Levels of the common factors less 1 by product and year of the horizon: float64[n, product x year]."""
    replications, years = np.array(numbers, dtype=np.uint64), _years(plan)
    found = np.zeros((len(numbers), len(plan.lines), years))
    for p, line in enumerate(plan.lines):
        factor = common_factor(plan, line, replications)
        if factor is not None:
            found[:, p] = np.array([factor.at(year * MONTHS_PER_YEAR) - 1.0 for year in range(years)]).T
    return found.reshape(len(numbers), -1)


def _claims(plan: Plan, cube: Cube) -> Reals:
    firsts = np.arange(0, plan.months, MONTHS_PER_YEAR)
    by_product = [np.add.reduceat(cube.series(f"claims_incurred.{line.name}"), firsts, axis=1) for line in plan.lines]
    return np.concatenate(by_product, axis=1)


def _sums(figures: Sequence[Kpi]) -> Reals:
    """Sums above and below of all ratios side by side."""
    columns = [one for figure in figures for pair in figure.terms for one in pair]
    return np.array(columns, dtype=np.float64).reshape(len(columns), -1).T


def _years(plan: Plan) -> int:
    return -(-plan.months // MONTHS_PER_YEAR)


@dataclass(frozen=True)
class About:
    """What a key figure is: how many ratios it is the sum of; the rest as in `Kpi`."""

    ratios: int
    bounds: tuple[float, float]
    never: float
    shown: bool


@dataclass(frozen=True)
class Sheet:
    """Key figures by replication; money in major units."""

    names: tuple[str, ...]
    units: tuple[str, ...]
    texts: tuple[str, ...]
    about: tuple[About, ...]
    numbers: tuple[int, ...]
    """replication numbers, rising"""
    values: Reals
    """float64[n, k]"""
    surprises: Reals
    """float64[n, s]: sums over the horizon of (draw - its conditional mean) x value; their true mean is 0"""
    levels: Reals
    """float64[n, product x year]: the factor that all claims of a product share, less its mean of 1"""
    claims: Reals
    """float64[n, product x year]: claims of the product in that year, money"""
    statement: Reals
    """float64[n, line]: the income statement over the horizon by `by_line.LINES`, money; the lines sum to the result"""
    sums: Reals
    """float64[n, sum]: sums above and below of each ratio, in the order of the key figures"""

    @classmethod
    def of(cls, plan: Plan, done: Sequence[Replication]) -> Sheet:
        """The sheet of some replications of a plan."""
        numbers = [one.number for one in done]
        cube = Cube.of(plan, np.array([one.monthly for one in done])[None, None], numbers, plan.metrics)
        found = list(kpis.key_figures(cube, plan.scenario, plan.claims).values())
        surprises = [cube.series(f"surprise.{name}").sum(axis=1) for name in SURPRISES]
        return cls(
            tuple(one.name for one in found), tuple(one.unit for one in found), tuple(one.text for one in found),
            tuple(About(len(one.terms), one.bounds, one.never, one.shown) for one in found), tuple(numbers),
            np.array([one.values for one in found], dtype=np.float64).T, np.array(surprises).T,
            _levels(plan, numbers), _claims(plan, cube), np.array(list(by_line.lines(cube).values())).T, _sums(found),
        )  # fmt: skip

    @classmethod
    def of_cases(cls, plans: Sequence[Plan], done: Sequence[Sequence[Replication]]) -> list[Sheet]:
        """Sheets of cases of one table (`Specification.table`), reckoned at once where nothing makes that differ."""
        if len({(tuple(map(shape, plan.lines)), plan.book.names) for plan in plans}) > 1:
            return [cls.of(plan, case) for plan, case in zip(plans, done, strict=True)]
        whole = cls.of(plans[0], [one for case in done for one in case])
        found, first = [], 0
        for plan, case in zip(plans, done, strict=True):
            rows = slice(first, first := first + len(case))
            arrays = {name: getattr(whole, name)[rows] for name in ARRAYS}
            told = kpis.shown(plan.scenario, arrays["values"].T, plan.claims)
            about = tuple(replace(one, shown=shown) for one, shown in zip(whole.about, told, strict=True))
            found.append(replace(whole, about=about, numbers=whole.numbers[rows], **arrays))
        return found

    @classmethod
    def joined(cls, parts: Sequence[Sheet]) -> Sheet:
        """One sheet of several of the same scenario, by number."""
        first = parts[0]
        numbers = np.concatenate([part.numbers for part in parts])
        order = np.argsort(numbers, kind="stable")
        arrays = [np.concatenate([getattr(part, name) for part in parts])[order] for name in ARRAYS]
        shown = np.any([[one.shown for one in part.about] for part in parts], axis=0)
        about = tuple(replace(one, shown=bool(there)) for one, there in zip(first.about, shown, strict=True))
        return cls(first.names, first.units, first.texts, about, tuple(numbers[order].tolist()), *arrays)

    def taken(self, numbers: Sequence[int]) -> Sheet:
        """The rows of some replications."""
        at = {number: row for row, number in enumerate(self.numbers)}
        rows = [at[number] for number in numbers]
        arrays = [getattr(self, name)[rows] for name in ARRAYS]
        return Sheet(self.names, self.units, self.texts, self.about, tuple(numbers), *arrays)

    @cached_property
    def controls(self) -> Reals:
        """float64[n, s + 1]: the surprises, and that of the factors which all claims of a product share.

        The last is the sum of (level - 1) x claims by product and year. The claims are the mean of the *other*
        replications, which know nothing of this one's levels, so that its true mean is 0 whatever claims set off.
        """
        others = np.maximum(len(self.numbers) - 1, 1)
        worth = (self.claims.sum(axis=0) - self.claims) / others
        return np.column_stack((self.surprises, (self.levels * worth).sum(axis=1)))

    @cached_property
    def lines(self) -> dict[str, Reals]:
        """Lines of the income statement, each float64[n]."""
        return dict(zip(by_line.LINES, self.statement.T, strict=True))

    @cached_property
    def position(self) -> dict[str, int]:
        """Position of each key figure by name."""
        return {name: k for k, name in enumerate(self.names)}

    def figure(self, name: str) -> Kpi:
        """A key figure with its values[n]."""
        k = self.position[name]
        about, first = self.about[k], 2 * sum(one.ratios for one in self.about[:k])
        columns = self.sums[:, first : first + 2 * about.ratios].T
        terms = list(zip(columns[::2], columns[1::2], strict=True))
        return Kpi(name, self.units[k], self.texts[k], self.values[:, k], terms, about.bounds, about.never, about.shown)

    @cached_property
    def figures(self) -> dict[str, Kpi]:
        """All key figures by name."""
        return {name: self.figure(name) for name in self.names}
