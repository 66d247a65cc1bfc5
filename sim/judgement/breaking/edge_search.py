"""The search for breaking points beside a run.

How many replications are played is settled by what a play of the scenario is reckoned to take, never by a clock: equal
inputs give equal answers.

Notation: axis a figure that is turned, side 0 its low and 1 its high end; t place on the way from the stated figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import ceil, floor, inf, isfinite
from typing import Any

import numpy as np

from sim.base.arrays import Reals
from sim.judgement.breaking.allowance import ROUNDS, Allowance
from sim.judgement.breaking.found_points import Break, Breaking
from sim.judgement.breaking.kept_criteria import Criteria, claims_played
from sim.judgement.breaking.turned_axes import Axis, axes
from sim.results.kpis import Kpi
from sim.runs.case import Case
from sim.runs.orders import Order
from sim.runs.play import Runner
from sim.runs.sheet import Sheet
from sim.scenario.language.turned import turned
from sim.scenario.unknown import Unknown
from sim.statistics.breaking import Bracket

SPREADS = 3.0  # to which all uncertain figures are moved together


def play_breaking(runner: Runner, case: Case, stated: Mapping[str, Kpi], doubted: int = 0) -> Breaking | None:
    """Look for the breaking points of a case beside its run at the stated figures.

    Parameters
    ----------
    stated : key figures of that run
    doubted : replications that the run has played with doubt besides

    Returns
    -------
    None where the scenario names nothing that may be turned, or no criterion.

    Raises
    ------
    OutputError, LedgerError
    """
    assert case.loaded is not None
    turning, scenario = axes(case.loaded), case.loaded.scenario
    if not turning or not scenario.criteria:
        return None
    return _Search(runner, case, Criteria.of(scenario.criteria, stated), turning, doubted).found()


Where = tuple[int, int]
"""axis and side; TOGETHER: all uncertain figures"""
TOGETHER: Where = (-1, 0)


class _Search:
    """One search: what is turned, what it may take, and what was seen."""

    def __init__(self, runner: Runner, case: Case, criteria: Criteria, turning: Sequence[Axis], doubted: int) -> None:
        self.runner, self.case, self.criteria, self.axes = runner, case, criteria, list(turning)
        self.claims = claims_played(case.outline.scenario, case.specification.claims)
        self.run = criteria.gauges[0].stated.size if criteria.gauges else 0
        lucky = self.run > 1 and not all(gauge.fixed for gauge in criteria.gauges)  # as far as can be seen
        self.allowed = Allowance(case.outline, self.axes, self.run, doubted, lucky)
        self.ends: dict[Where, Sheet] = {}
        self.brackets: dict[Where, Bracket] = {}
        self.bad: dict[int, int] = {}
        self._base: Sheet | None = None  # at the stated figures, where claims are not played as in the run

    def found(self) -> Breaking:
        """The breaking points."""
        played = (0, 0)
        if self.criteria.names:
            few = self._ends()
            played = (few, self._edges(few))
        points = [self._point(at) for at in range(len(self.axes))] if self.criteria.names else []
        return Breaking(
            tuple(sorted(points, key=lambda one: one.rank)), self._together(), self.criteria.names,
            self.criteria.broken, (*self.allowed.left_out, *self.criteria.unknown), self.claims, played,
        )  # fmt: skip

    def _ends(self) -> int:
        """Play the ends of as many ranges as there is time for; returns the replications at each."""
        self.runner.account.begin("ends")
        few = self.allowed.ends()
        places = self.allowed.sides
        stated = [gauge.level for gauge in self.criteria.gauges]
        self.brackets = {where: Bracket(stated) for where in places}
        self.ends = self._look(dict.fromkeys(places, 1.0), few)
        for at, one in enumerate(self.axes):
            if isinstance(one.knob, Unknown) and one.sides:
                self.bad[at] = min(one.sides, key=lambda side: self._worst((at, side)))
        return few

    def _weight(self, places: Iterable[Where]) -> float:
        """Places as so many played alone."""
        return self.allowed.weight(self.bad if where == TOGETHER else (where[0],) for where in places)

    def _worst(self, where: Where) -> float:
        """What is left, at an end, of how well the criteria are kept; of the one that loses most."""
        bracket = self.brackets[where]
        _, levels = bracket.held if bracket.broken is None else bracket.broken
        return min(
            there.figure / here.figure if here.figure else there.figure
            for there, here in zip(levels, bracket.stated, strict=True)
        )

    def _edges(self, few: int) -> int:
        """Look for the edges between the stated figures and the ends; returns the most replications at a place."""
        if len(self.bad) > 1:
            self.brackets[TOGETHER] = Bracket([gauge.level for gauge in self.criteria.gauges])
        self.runner.account.begin("edges")
        most = 0
        for turn in range(ROUNDS):
            places = {where: one.next for where, one in self.brackets.items() if not one.done}
            if TOGETHER in self.brackets and not turn:
                places[TOGETHER] = 1.0
            if not places or (turn > 1 and self.allowed.left <= 0.0):
                break
            k = max(self.allowed.least, self.allowed.most(self._weight(places), self.allowed.left / (ROUNDS - turn)))
            self._look(places, k)
            most = max(most, k)
        return most

    def _look(self, places: Mapping[Where, float], k: int) -> dict[Where, Sheet]:
        """Play places and take what is seen there into the brackets."""
        here = self._stated(k)
        self.allowed.left -= self._weight(places) * self.allowed.place(k)
        orders = [Order(self._case(self._sets(where, t)), range(k)) for where, t in places.items()]
        sheets = [one for one in self.runner.play(orders) if isinstance(one, Sheet)]
        for (where, t), sheet in zip(places.items(), sheets, strict=True):
            pairs = zip(self.criteria.gauges, self.criteria.there(sheet), here, strict=True)
            self.brackets[where].see(t, [gauge.moved(there, before) for gauge, there, before in pairs])
        return dict(zip(places, sheets, strict=True))

    def _stated(self, k: int) -> list[Reals]:
        """u[k] at the stated figures, with claims as they are played here."""
        if self.claims == self.case.specification.claims:
            return self.criteria.here(k)
        if self._base is None or len(self._base.numbers) < k:
            (sheet,) = self.runner.play([Order(self._case(()), range(k))])
            assert isinstance(sheet, Sheet)
            self._base = sheet
        return self.criteria.there(self._base.taken(range(k)))

    def _case(self, sets: Sequence[str]) -> Case:
        specification = self.case.specification
        tree = turned(specification.played, sets)
        assert self.case.loaded is not None
        loaded = replace(self.case.loaded, tree=tree)
        return Case(self.case.name, replace(specification, tree=tree, claims=self.claims), loaded)

    def _sets(self, where: Where, t: float) -> list[str]:
        if where != TOGETHER:
            at, side = where
            return list(self.axes[at].knob.sets(self._value(at, side, t)))
        return [text for at in self.bad for text in self.axes[at].knob.sets(self._shifted(at, t))]

    def _value(self, at: int, side: int, t: float) -> float:
        axis = self.axes[at]
        return axis.present + t * (axis.end(side) - axis.present)

    def _shifted(self, at: int, t: float) -> float:
        """An uncertain figure on its way with all the others, as far as its range goes."""
        axis, way = self.axes[at], 1.0 if self.bad[at] else -1.0
        return float(np.clip(axis.present + way * t * SPREADS * axis.spread, axis.low, axis.high))

    def _point(self, at: int) -> Break:
        """What is known of one figure."""
        axis = self.axes[at]
        found = [self._edge(at, side) for side in axis.sides]
        point = Break(axis.name, axis.knob, axis.present, axis.low, axis.high, axis.measure, idle=self._idle(at))
        return min((replace(point, **one) for one in found), key=lambda one: one.rank, default=point)

    def _edge(self, at: int, side: int) -> dict[str, Any]:
        edge, axis = self.brackets[at, side].edge(), self.axes[at]
        if edge is None:
            return {}
        value = self._value(at, side, edge.t)
        if axis.knob.whole:  # the first whole number that breaks it
            value = (ceil if side else floor)(value)
        ends = [self._value(at, side, t) if isfinite(t) else (inf if side else -inf) for t in (edge.low, edge.high)]
        return {
            "value": float(value),
            "interval": None if edge.unsure else (min(ends), max(ends)),
            "distance": axis.distance(value),
            "criterion": self.criteria.names[edge.criterion],
        }

    def _idle(self, at: int) -> bool:
        """Whether no figure of any replication played differs between the ends."""
        sheets = [self.ends[at, side] for side in self.axes[at].sides]
        if len(sheets) < 2:
            return False
        return all(
            np.array_equal(getattr(sheets[0], name), getattr(sheets[1], name), equal_nan=True)
            for name in ("values", "claims", "statement")
        )

    def _together(self) -> Break | None:
        if TOGETHER not in self.brackets:
            return None
        edge = self.brackets[TOGETHER].edge()
        point = Break("", None, 0.0, 0.0, SPREADS, "spreads")
        if edge is None:
            return point
        interval = None if edge.unsure else (edge.low * SPREADS, edge.high * SPREADS)
        spreads = edge.t * SPREADS
        return replace(
            point, value=spreads, interval=interval, distance=spreads, criterion=self.criteria.names[edge.criterion]
        )
