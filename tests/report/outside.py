"""A study as another package would bring it, with sentences, a table and charts of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import ClassVar, Literal

import numpy as np
import pandas
import pytest

from sim.experiments.answer import Amount, Answer, Lines, Map, Sentence, Series, Table, Texts
from sim.experiments.lab import Lab
from sim.experiments.policies import Policy
from sim.experiments.study import Study, studies


class Downturn(Study):
    """The result where demand is lower."""

    words: ClassVar[Texts] = {
        "says.downturn_worst": {"en": "At {demand} of the demand: {result}.", "ru": "При {demand} спроса: {result}."},
        "says.downturn_tried": {"en": "Tried: {levels}.", "ru": "Испробованы уровни: {levels}."},
        "table.downturn": {"en": "Result by demand", "ru": "Результат по спросу"},
        "column.demand_level": {"en": "Demand against today's", "ru": "Спрос к сегодняшнему"},
        "about_column.demand_level": {
            "en": "Buyers a month against those of today.",
            "ru": "Покупатели в месяц к сегодняшним.",
        },
        "column.luck": {"en": "Replication", "ru": "Прогон"},
        "chart.downturn": {"en": "Mean result", "ru": "Результат в среднем"},
        "chart.downturn_luck": {"en": "Result by demand and luck", "ru": "Результат по спросу и прогону"},
        "about.downturn_luck": {"en": "A row is a replication.", "ru": "Строка рисунка — один прогон."},
    }
    kind: Literal["downturn"] = "downturn"
    policy: Policy
    demand: list[float] = [1.0, 0.5]

    def answer(self, lab: Lab) -> Answer:
        """Play each level on common luck."""
        levels, numbers = np.array(self.demand), range(self.replications or 2)
        cases = [
            lab.case(self.policy.scenario, (*self.policy.sets, f"market.demand={one}"), self.seed)
            for one in self.demand
        ]
        results = np.array([sheet.figure("result").values for sheet in lab.sheets(cases, numbers)])
        means = results.mean(axis=1)
        frame = pandas.DataFrame({"demand_level": levels, "result": means})
        formula = "{result@first} * {demand_level} + {rest}"
        worst, luck = Amount(means[-1], "money"), np.arange(1.0, len(numbers) + 1)
        return Answer(
            "downturn", self.name or "Downturn",
            [
                Sentence("downturn_worst", {"demand": Amount(self.demand[-1], "share"), "result": worst}),
                Sentence("downturn_tried", {"levels": tuple(map(str, self.demand))}),
            ],
            [Table("downturn", frame, {"demand_level": "share", "result": "money"}, {"result": formula})],
            [
                Lines("downturn", levels, [Series("kpi.result", means)], "demand_level", "money", x_unit="share"),
                Map("downturn_luck", levels, luck, results.T, "demand_level", "luck", "share", "count", "money", [0.0]),
            ],
            inputs={"rest": Amount(0.0, "money")},
        )  # fmt: skip


@contextmanager
def installed(*classes: type) -> Iterator[None]:
    """As if packages had declared these classes as entry points."""
    declared = [SimpleNamespace(load=lambda one=one: one) for one in classes]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.base.discover.points", lambda group: declared if group == "partner_sim.studies" else [])
        studies.cache_clear()
        try:
            yield
        finally:
            studies.cache_clear()
