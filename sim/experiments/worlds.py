"""One policy in several worlds: figures of each, its verdict there, and what the world moves on common luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.base.units import month_name
from sim.experiments import controls, verdict
from sim.experiments.answer import Amount, Answer, Chart, Lines, Sentence, Series, Table
from sim.experiments.case import Case
from sim.experiments.paired import Difference, difference
from sim.experiments.sheet import Sheet
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas

MOVED = (
    "result", "premium", "combined_ratio", "loss_ratio", "commission", "claims", "market_share_end", "active_partners_end",
    "lost_partners_end", "defaults", "bad_debt", "ruined", "loss",
)  # fmt: skip
SHOWN = {"combined_ratio": "ratio", "market_share_end": "share", "active_partners_end": "count", "bad_debt": "money"}


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
        stated = scenario_of(self.case).criteria
        return [verdict.judge(name, one, self.sheet.figure(one.kpi).values) for name, one in stated.items()]

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
        base, found = self.worlds[0].sheet, controls.of_sheet(one.sheet, "result")
        gap = controls.of_difference(base, one.sheet, "result")
        ruined, low, high = verdict.interval(one.sheet.figure("ruined").values)
        return {
            "world": one.case.name, "verdict": one.verdict, "result": found.mean, "low": found.low, "high": found.high,
            "difference": gap.mean, "difference_low": gap.low, "difference_high": gap.high,
            "ruined": ruined, "ruined_low": low, "ruined_high": high,
            **{kpi: float(np.nanmean(one.sheet.figure(kpi).values)) for kpi in SHOWN},
        }  # fmt: skip

    @cached_property
    def differences(self) -> dict[str, list[Difference]]:
        """Paired differences from the base by world."""
        base = self.worlds[0].sheet
        return {
            one.case.name: [
                difference(kpi, base.figure(kpi).unit, base.figure(kpi).values, one.sheet.figure(kpi).values) for kpi in MOVED
            ]
            for one in self.worlds[1:]
        }

    def moved(self) -> pandas.DataFrame:
        """Rows: world, key figure. Columns: those of `Difference`."""
        import pandas

        rows = [{"world": name, **vars(one), "clear": one.clear} for name, found in self.differences.items() for one in found]
        return pandas.DataFrame(rows)

    def criteria(self) -> pandas.DataFrame:
        """Rows: world, criterion. Columns: verdict, figure with its interval, bound, sense."""
        import pandas

        rows = [
            {"world": one.case.name, "criterion": found.name, "kpi": found.kpi, "verdict": found.verdict,
             "figure": found.figure, "low": found.low, "high": found.high, "sense": found.sense, "bound": found.bound}
            for one in self.worlds for found in one.judgements
        ]  # fmt: skip
        return pandas.DataFrame(rows)

    def answer(self, title: str) -> Answer:
        """All of it, in the words and tables of a study."""
        first, table = self.worlds[0].case, self.table()
        scenario = scenario_of(first)
        money = dict.fromkeys(("result", "low", "high", "difference", "difference_low", "difference_high"), "money")
        by_row = dict.fromkeys(("a", "b", "a_low", "a_high", "b_low", "b_high", "difference", "low", "high"), "by row")
        chance = dict.fromkeys(("ruined", "ruined_low", "ruined_high"), "probability")
        tables = [
            Table("worlds", table, money | chance | SHOWN),
            Table("criteria", self.criteria(), dict.fromkeys(("figure", "low", "high", "bound"), "number")),
            Table("differences", self.moved(), by_row | {"better": "share", "variance_ratio": "number", "known": "count"}),
        ]
        return Answer(
            "cost", title or scenario.name, self._says(), [one for one in tables if len(one.frame)], _charts(table),
            currency=scenario.currency, start=month_name(scenario.start), found=self,
            notes=first.loaded.notes if first.loaded else (),
        )  # fmt: skip

    def _says(self) -> list[Sentence]:
        said = [_of_world(row) for row in self.rows[1:]]
        worst = min(self.rows, key=lambda row: float(row["result"]))
        result = Amount(worst["result"], "money", worst["low"], worst["high"])
        values: dict[str, Amount | str] = {"world": str(worst["world"]), "result": result}
        kept = [one.case.name for one in self.worlds if one.verdict == verdict.PASS]
        counted: dict[str, Amount | str] = {"kept": Amount(len(kept), "count"), "all": Amount(len(self.worlds), "count")}
        judged = [Sentence("cost_kept", counted)] if any(one.judgements for one in self.worlds) else []
        return [Sentence("cost_worst", values), *judged, *said]


def _rows(table: pandas.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _of_world(row: dict[str, Any]) -> Sentence:
    gap = Amount(row["difference"], "money", row["difference_low"], row["difference_high"])
    ruin = Amount(row["ruined"], "probability", row["ruined_low"], row["ruined_high"])
    return Sentence("cost_world", {"world": row["world"], "gap": gap, "ruin": ruin})


def _charts(table: pandas.DataFrame) -> list[Chart]:
    names = table.world.tolist()
    result = Series("result", *(table[name].to_numpy() for name in ("result", "low", "high")))
    ruin = Series("ruined", *(table[name].to_numpy() for name in ("ruined", "ruined_low", "ruined_high")))
    return [
        Lines("cost_result", names, [result], "world", "money", "bars"),
        Lines("cost_ruin", names, [ruin], "world", "probability", "bars"),
    ]
