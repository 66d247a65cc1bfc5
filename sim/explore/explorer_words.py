"""What the explorer says of levers and points, in words and figures of one language and of the scenario's trade."""

from __future__ import annotations

import re
from math import isfinite

from sim.explore.explored_levers import Lever, Point
from sim.explore.explorer import Explorer
from sim.explore.explorer_process import Progress
from sim.explore.point_estimate import PointEstimate, Told
from sim.judgement.result import Result
from sim.report.language.labels import Labels
from sim.report.language.numbers import NO_BREAK, PERCENT, Numbers
from sim.report.language.path_words import PathWords
from sim.report.run import sentences
from sim.report.run.doubt_words import DoubtWords

_PERCENT = 100.0
_MINUTE = 60.0


class ExplorerWords:
    """Words of an explorer."""

    def __init__(self, explorer: Explorer, lang: str) -> None:
        self.explorer, self.labels = explorer, Labels(lang, spoken=explorer.loaded.scenario.spoken)
        self.numbers = Numbers(self.labels, explorer.loaded.scenario.currency)
        self.paths = PathWords(self.labels)

    def __call__(self, key: str, **values: object) -> str:
        """A text of the explorer's own."""
        return self.labels(f"explore.{key}", **values)

    def lever(self, one: Lever) -> str:
        """A lever by its name in words."""
        said = _capital(self.paths(one.name))
        return f"{said}, {self('all_rates')}" if one.of_policy and one.knob.change == "shift" else said

    def figure_at(self, name: str) -> str:
        """A figure of a scenario by its path: in words where there are words for all of it."""
        said = self.paths.known(name)
        return said if said == name else _capital(said)

    def value(self, one: Lever, value: float) -> str:
        """A value of a lever, with its unit."""
        knob, shift = one.knob, one.knob.change == "shift"
        sign = "+" if shift and value > 0 else ""
        if knob.percent or knob.unit in ("%", "pp"):
            points = value * _PERCENT if knob.percent and not knob.unit else value
            unit = self.labels("word.points") if shift else "%"
            return f"{sign}{self.numbers.plain(points, _decimals(points))}{NO_BREAK}{unit}"
        if shift and abs(one.high) < 1.0:  # a share moved by a share
            points = value * _PERCENT
            return f"{sign}{self.numbers.plain(points, _decimals(points))}{NO_BREAK}{self.labels('word.points')}"
        unit = f"{NO_BREAK}{self.labels(f'unit.{knob.unit}')}" if knob.unit else ""
        return f"{sign}{self.numbers.plain(value, _decimals(value))}{unit}"

    def stated(self, text: str | None) -> str:
        """A figure or a text as a scenario states it, a dash where it does not."""
        if not text:
            return self.labels("word.unknown")
        figure, percent = text.removesuffix("%").strip(), NO_BREAK + "%" if text.endswith("%") else ""
        try:
            value = float(figure)
        except ValueError:
            return text
        return f"{self.numbers.plain(value, _decimals(value))}{percent}" if isfinite(value) else text

    def point(self, point: Point) -> str:
        """What is moved, in a line; that nothing is, where the point is the stated one."""
        known = self.explorer.levers
        said = [f"{self.lever(known[name])} {self.value(known[name], value)}" for name, value in point.items()]
        return "; ".join(said) or self("nothing_moved")

    def about(self, found: PointEstimate, played: Result | None) -> str:
        """How what is shown was come by."""
        if played is not None and found.how != "stated":
            return self("how.played", n=self.numbers.count(len(played.replications)))
        error = self.numbers.figure(found.error, "money")
        key = found.how if found.how != "reckoned" else f"reckoned_{self.explorer.claims}"
        return self(f"how.{key}", n=self.numbers.count(found.replications), error=error)

    def criteria(self, found: PointEstimate) -> list[tuple[str, str, str]]:
        """Each criterion of a point that was not played: verdict, its word, and how far it is from its bound."""
        stated = self.explorer.loaded.scenario.criteria
        judged = {name: one.kpi for name, one in stated.items()}
        rows = []
        for name, told in found.criteria.items():
            unit = self.explorer.unit_of_margin(name)
            key = "kept_by" if told.figure >= 0 else "missed_by"
            said = self(key, name=self.labels.criterion(name, judged), by=self._between(told, unit))
            rows.append((told.verdict, self.labels(f"verdict.{told.verdict}"), said))
        return rows

    def _between(self, told: Told, unit: str) -> str:
        figure = self.numbers.figure(abs(told.figure), unit)
        half = self.numbers.figure(told.half, unit)
        return f"{figure} ± {half}" if isfinite(told.half) else figure

    def reasons(self, played: Result) -> list[tuple[str, str, str]]:
        """Each criterion of a point that was played: verdict, its word, the reason."""
        numbers = Numbers(self.labels, played.cube.currency, played.cube.months[0])
        reasons = sentences.reasons(played, self.labels, numbers)
        return [(one.verdict, self.labels(f"verdict.{one.verdict}"), reasons[one.name]) for one in played.criteria]

    def breaking(self, played: Result) -> list[dict[str, str]]:
        """Breaking points as rows: figure, now, breaks at, interval, distance, criterion."""
        words = DoubtWords(played, self.labels, Numbers(self.labels, played.cube.currency, played.cube.months[0]))
        named = {one.name: one for one in self.explorer.levers.values()}
        heads = {key: self(f"head.{key}") for key in ("name", "now", "value", "interval", "distance", "criterion")}
        points = () if played.breaking is None else played.breaking.points
        rows = []
        for one, row in zip(points, words.rows(), strict=True):
            name = self.lever(named[one.name]) if one.name in named else row["name"]
            rows.append({heads[key]: {**row, "name": name}[key] for key in heads})
        return rows

    def figures(self, found: PointEstimate, stated: PointEstimate) -> list[dict[str, str]]:
        """Key figures at the stated scenario and, where anything is moved, at the point, with the difference."""
        heads = [self(f"head.{one}") for one in ("figure", "stated", "here", "change")]
        rows = [(name, *self._moved(name, stated.figures[name], told)) for name, told in found.figures.items()]
        shown = heads[:2] if found.how == "stated" else heads
        return [
            dict(zip(shown, (self.labels.kpi(name).partition(" (")[0], *cells), strict=False)) for name, *cells in rows
        ]

    def _moved(self, name: str, before: Told, told: Told) -> tuple[str, str, str]:
        unit = self.explorer.unit(name)
        change = self._change(told.figure - before.figure, unit)
        return self._with_half(before, unit), self._with_half(told, unit), change

    def _with_half(self, told: Told, unit: str) -> str:
        (figure, half), name = self.numbers.bare([told.figure, told.half], unit)
        return f"{figure} ± {half} {name}".strip() if isfinite(told.half) and told.half else f"{figure} {name}".strip()

    def _change(self, value: float, unit: str) -> str:
        sign = "+" if value > 0 else ""
        if unit in PERCENT:
            points = value * _PERCENT
            return f"{sign}{self.numbers.plain(points, 1)}{NO_BREAK}{self.labels('word.points')}"
        return f"{sign}{self.numbers.figure(value, unit)}" if value else "0"

    def progress(self, found: Progress) -> str:
        """How far a process is."""
        if not found.done:
            return self("starting")
        done, total = self.numbers.count(found.done), self.numbers.count(found.total)
        if found.left is None:
            return self("done_of", done=done, total=total)
        left = max(found.left, 1.0)
        time = self("minutes", n=round(left / _MINUTE)) if left > 2 * _MINUTE else self("seconds", n=round(left))
        return self("done_of_left", done=done, total=total, time=time)


def plain_path(name: str) -> str:
    """A path without the marks that a page would read as its own."""
    return re.sub(r"([\[\]_*`$:])", r"\\\1", name)


def _capital(said: str) -> str:
    return f"{said[:1].upper()}{said[1:]}"


def _decimals(value: float) -> int:
    """As many as a step of a lever needs."""
    text = f"{abs(value):.6g}"
    return len(text.partition(".")[2]) if "e" not in text else 0
