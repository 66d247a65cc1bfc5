"""The screen that decides: the verdict, why, what it hangs on, what would break it, what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.base.text import safe_text
from sim.judgement.beside.years_not_judged import NOT_JUDGED
from sim.report.pages.picture import Picture
from sim.report.run import sentences, stopping
from sim.report.run.doubt_words import DoubtWords
from sim.report.run.page import Page
from sim.scenario.lever_signs import as_options
from sim.scenario.show import figures

DRIVERS = ("waterfall", "contribution")
"""pictures whose findings say what the result is made of"""
SCENARIO = "scenario.yaml"
DECIDED, FAILED, OPEN = "PASS", "FAIL", "UNDECIDED"
FIRST = ("result", "ruined", "market_share_end", "combined_ratio", "premium", "commission_ratio")
MOST_TILES = 4
Row = dict[str, Any]


class Decision:
    """What a run decides, in words of one language."""

    def __init__(self, page: Page, pictures: dict[str, Picture]) -> None:
        self.page, self.pictures, self.result, self.labels = page, pictures, page.result, page.labels
        self.doubt = DoubtWords(page.result, page.labels, page.numbers)

    def context(self) -> Row:
        """Everything that the first screen shows."""
        tiles = [name for name in FIRST if self.page.told(name)][:MOST_TILES]
        return {
            "verdict": self.result.verdict,
            "says": sentences.says(self.result, self.labels, self.page.numbers),
            "stopped": safe_text(stopping.stopped(self.result, self.labels, self.page.numbers)),
            "criteria": self.criteria(),
            "tiles": [self.page.tile(name) for name in tiles],
            "hangs_on": [safe_text(one) for one in self._hangs_on()],
            "breaks": [safe_text(one) for one in self._breaks()],
            "next": [safe_text(one) for one in self._next()],
        }

    def criteria(self) -> list[Row]:
        """Each criterion with its verdict and its reason."""
        reasons = sentences.reasons(self.result, self.labels, self.page.numbers)
        return [
            {"name": safe_text(one.name), "verdict": one.verdict, "word": self.labels(f"verdict.{one.verdict}"),
             "reason": safe_text(reasons[one.name])}
            for one in self.result.criteria
        ]  # fmt: skip

    def _hangs_on(self) -> Iterator[str]:
        """What the result leaves out, what it is made of, and where its spread comes from."""
        left_out = [self.labels.note(note) for note in self.result.notes if note.code == NOT_JUDGED]
        yield from (f"{text[:1].upper()}{text[1:]}." for text in left_out)
        yield from (f"{self.pictures[name].title}." for name in DRIVERS if name in self.pictures)
        yield from self.doubt.verdict()
        if self.result.doubt is None:
            yield self.labels("decision.no_doubt")

    def _breaks(self) -> Iterator[str]:
        if self.result.breaking is None:
            yield self.labels("decision.no_breaks")
        yield from self.doubt.nearest()
        if closing := self.doubt.closing():
            yield closing

    def _next(self) -> Iterator[str]:
        """Steps that the verdict asks for, the most urgent first."""
        file = str(self.page.options.get("scenario_file") or SCENARIO)
        if not self.result.criteria:
            yield self.labels("next.criteria")
        elif self.result.verdict == OPEN:
            sets = as_options(self.page.options.get("sets", ()))
            yield self.labels("next.decide", command=stopping.deciding((file, *sets)))
        elif self.result.verdict == FAILED:
            yield self.labels("next.lever", command=f"partner-sim frontier {file} --lever PATH=SAFE..HARSH")
        else:
            yield self.labels("next.stress", command=f"partner-sim reverse-stress {file} --vary PATH=LOW..HIGH")
        yield from self._source()
        if self.result.notes:
            yield self.labels("next.notes", n=self.page.numbers.count(len(self.result.notes)))

    def _source(self) -> Iterator[str]:
        """That the nearest breaking point is an assumption, where it is."""
        found = self.result.breaking
        near = [one for one in found.points if one.value is not None and one.knob is not None] if found else []
        for one in near[:1]:
            paths = tuple(one.knob.paths) if one.knob is not None else ()
            vouched = [figure for figure in figures(self.result.loaded) if figure.path.startswith(paths)]
            if vouched and all(figure.status != "sourced" for figure in vouched):
                yield self.labels("next.source", name=self.doubt.named(one.name))
