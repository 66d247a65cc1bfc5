"""One policy in several worlds: figures of each, its verdict there, and what the world moves on common luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.base.units import month_name
from sim.experiments.answer import BY_ROW, BY_ROW_GAP, Amount, Answer, Chart, Lines, Sentence, Series, Table
from sim.experiments.headlines import mapping
from sim.experiments.tables import decisive, footing
from sim.experiments.tables.income import statement
from sim.experiments.tables.waterfall import MOST, waterfall
from sim.figures.key import NOT_MEANS
from sim.judgement import control_variates, verdict
from sim.results.kpis import not_means
from sim.runs.case import Case
from sim.runs.sheet import Sheet
from sim.scenario.reads_claims import DRAWN
from sim.scenario.schema import Scenario
from sim.statistics.paired_difference import Difference

if TYPE_CHECKING:
    import pandas

MOVED = (
    "result",
    "premium",
    "combined_ratio",
    "loss_ratio",
    "commission",
    "claims",
    "market_share_end",
    "active_partners_end",
    "lost_partners_end",
    "defaults",
    "bad_debt",
    "ruined",
    "loss",
)
_RUIN = ("ruined", "ruined_low", "ruined_high")
SHOWN = {"combined_ratio": "ratio", "market_share_end": "share", "active_partners_end": "count", "bad_debt": "money"}

_WORLDS = (
    SHOWN
    | dict.fromkeys(("result", "low", "high", "difference", "difference_low", "difference_high"), "money")
    | dict.fromkeys(("ruined", "ruined_low", "ruined_high"), "probability")
    | dict.fromkeys(("ruined_count", "replications"), "count")
)


def scenario_of(case: Case) -> Scenario:
    """The scenario of a case, without laying it out where it was loaded."""
    return case.loaded.scenario if case.loaded else case.plan.scenario


@dataclass(frozen=True)
class Played:
    """A world that was played."""

    case: Case
    sheet: Sheet

    @cached_property
    def judgements(self) -> list[verdict.Judgement]:
        """The criteria of the scenario in this world."""
        scenario, claims = scenario_of(self.case), self.case.specification.claims
        bending = not_means(scenario)
        return [
            verdict.judge(name, one, self.sheet.figure(one.kpi), claims, bending)
            for name, one in scenario.criteria.items()
        ]

    @property
    def verdict(self) -> str:
        """PASS, FAIL or UNDECIDED."""
        return verdict.overall(self.judgements)


@dataclass(frozen=True)
class WorldsFound:
    """Worlds on the same luck; the first is what the others are compared with."""

    worlds: Sequence[Played]

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """Worlds. The mean result and its gap to the base are controlled by the surprises, others are plain means."""
        return [self._row(one) for one in self.worlds]

    def table(self) -> pandas.DataFrame:
        """The worlds as a frame."""
        import pandas

        return pandas.DataFrame(self.rows)

    def _row(self, one: Played) -> dict[str, Any]:
        base, found = self.worlds[0].sheet, control_variates.of_sheet(one.sheet, "result")
        gap = control_variates.of_difference(base, one.sheet, "result")
        return {
            "world": one.case.name, "verdict": one.verdict, "result": found.mean, "low": found.low, "high": found.high,
            "difference": gap.mean, "difference_low": gap.low, "difference_high": gap.high,
            **(_ruin(one.sheet) if self._drawn else {}), "replications": len(one.sheet.numbers),
            **{kpi: one.sheet.figure(kpi).estimate().figure for kpi in SHOWN if self._told(kpi)},
        }  # fmt: skip

    def _told(self, kpi: str) -> bool:
        """Whether any world has the feature that a figure is of."""
        return any(one.sheet.figure(kpi).shown for one in self.worlds)

    @property
    def _drawn(self) -> bool:
        return all(one.case.specification.claims == DRAWN for one in self.worlds)

    @cached_property
    def differences(self) -> dict[str, list[Difference]]:
        """Paired differences from the base by world."""
        base = self.worlds[0].sheet
        return {
            one.case.name: [
                one.sheet.figure(kpi).less(base.figure(kpi))
                for kpi in MOVED
                if self._told(kpi) and (self._drawn or kpi not in NOT_MEANS)
            ]
            for one in self.worlds[1:]
        }

    def moved(self) -> pandas.DataFrame:
        """Rows: world, key figure. Columns: those of `Difference`."""
        import pandas

        rows = [
            {"world": name, **vars(one), "clear": one.clear}
            for name, found in self.differences.items()
            for one in found
        ]
        frame = pandas.DataFrame(rows)
        return frame if self._drawn or frame.empty else frame.assign(better=np.nan, equal=np.nan)

    def criteria(self) -> pandas.DataFrame:
        """Rows: world, criterion. Columns: what is judged, verdict, figure with its interval, bound, sense."""
        import pandas

        rows = [
            {
                "world": one.case.name,
                "criterion": found.name,
                "kpi": found.kpi,
                "of": found.of,
                "verdict": found.verdict,
                "unit": one.sheet.figure(found.kpi).unit if found.of == "mean" else "share",
                "figure": found.figure,
                "low": found.low,
                "high": found.high,
                "sense": found.sense,
                "bound": found.bound,
            }
            for one in self.worlds
            for found in one.judgements
        ]
        return pandas.DataFrame(rows)

    @cached_property
    def _results(self) -> dict[str, Difference]:
        """The paired difference of the plain mean results by world."""
        return {name: next(one for one in found if one.kpi == "result") for name, found in self.differences.items()}

    def drivers(self) -> pandas.DataFrame:
        """The differences line by line of the income statement: `decisive.drivers`."""
        base, *others = self.worlds
        return decisive.drivers(base.sheet.lines, [(one.case.name, one.sheet.lines) for one in others], "world")

    def _waterfalls(self, lines: pandas.DataFrame) -> list[Chart]:
        """Of the worst worlds."""
        worst = sorted(self.rows[1:], key=lambda row: float(row["difference"]))[:MOST]
        base, names = self.worlds[0].case.name, [str(row["world"]) for row in worst]
        return [waterfall("cost_waterfall", base, name, lines[lines.world == name]) for name in names]

    def _footing(self, lines: pandas.DataFrame) -> list[Table]:
        """What must foot: the statement of each world, the lines and the replications behind each difference."""
        base, *others = self.worlds
        names = {"world": [one.case.name for one in self.worlds]}
        results = [(one.case.name, one.sheet.figure("result").values) for one in others]
        rows = decisive.replications(base.sheet.numbers, base.sheet.figure("result").values, results, "world")
        return [
            statement(names, {}, [one.sheet for one in self.worlds], compared=True),
            footing.drivers(lines, "world", self._results), footing.replications(rows, "world", self._results),
        ]  # fmt: skip

    def answer(self, title: str) -> Answer:
        """All of it, in the words and tables of a study."""
        first, table, lines = self.worlds[0].case, self.table(), self.drivers()
        scenario = scenario_of(first)
        by_row = dict.fromkeys(("a", "b", "a_low", "a_high", "b_low", "b_high"), BY_ROW) | dict.fromkeys(
            ("difference", "low", "high"), BY_ROW_GAP
        )
        tables = [
            Table("worlds", table, _WORLDS, {"ruined": "{ruined_count} / {replications}"} if self._drawn else {}),
            Table("criteria", self.criteria(), dict.fromkeys(("figure", "low", "high", "bound"), BY_ROW)),
            *self._footing(lines),
            Table(
                "differences",
                self.moved(),
                by_row | dict.fromkeys(("better", "equal"), "share") | {"variance_ratio": "number", "known": "count"},
                footing.GAP,
            ),
        ]
        return Answer(
            "cost", title or scenario.name, self._says(), [one for one in tables if len(one.frame)],
            [*_charts(table), *self._waterfalls(lines)],
            currency=scenario.currency, start=month_name(scenario.start), found=self,
            notes=list(dict.fromkeys(note for one in self.worlds for note in one.case.notes)), inputs=footing.INPUTS,
            named={"a": first.name},
        )  # fmt: skip

    def _says(self) -> list[Sentence]:
        kind = [] if self._drawn else [Sentence("claims_expected")]
        return [self.head(), *kind, *(_of_world(row) for row in self.rows[1:])]

    def head(self) -> Sentence:
        """The answer in one sentence: the worst world."""
        worst = min(self.rows, key=lambda row: float(row["result"]))
        result = Amount(worst["result"], "money", worst["low"], worst["high"], brief=True)
        ends = (worst["difference_low"], worst["difference_high"])
        gap = Amount(worst["difference"], "money", *ends, signed=True, brief=True)
        judged = any(one.judgements for one in self.worlds)
        kept = sum(one.verdict == verdict.PASS for one in self.worlds) if judged else None
        base = worst is self.rows[0]
        return mapping.of_worlds(str(worst["world"]), result, None if base else gap, kept, len(self.worlds))


def _rows(table: pandas.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _ruin(sheet: Sheet) -> dict[str, float]:
    figure = sheet.figure("ruined")
    found = figure.estimate()
    ends = {"ruined": found.figure, "ruined_low": found.low, "ruined_high": found.high}
    return {**ends, "ruined_count": int(figure.values.sum())}


def _of_world(row: dict[str, Any]) -> Sentence:
    gap = Amount(row["difference"], "money", row["difference_low"], row["difference_high"])
    if "ruined" not in row:
        return Sentence("cost_world_mean", {"world": row["world"], "gap": gap})
    ruin = Amount(row["ruined"], "probability", row["ruined_low"], row["ruined_high"])
    return Sentence("cost_world", {"world": row["world"], "gap": gap, "ruin": ruin})


def _charts(table: pandas.DataFrame) -> list[Chart]:
    names = table.world.tolist()
    result = Series("column.result", *(table[name].to_numpy() for name in ("result", "low", "high")))
    ruin = [Series("column.ruined", *(table[name].to_numpy() for name in _RUIN))] if "ruined" in table else []
    return [
        Lines("cost_result", names, [result], "world", "money", "lying"),
        *(Lines("cost_ruin", names, [one], "world", "probability", "lying") for one in ruin),
    ]
