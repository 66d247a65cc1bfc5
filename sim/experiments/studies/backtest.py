"""`backtest`: what happened against the fan of a scenario, and which of its figures to recalibrate first."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from sim.base.errors import Problem, ScenarioError
from sim.experiments.answer import Answer
from sim.experiments.lab import Lab
from sim.experiments.policies import Policy
from sim.experiments.study import Study, part_of
from sim.experiments.tables.backtest import Backtest as Found
from sim.runs.ahead import Part
from sim.scenario.language.actuals import read_actuals
from sim.scenario.language.findings import Findings
from sim.statistics.fan import BAND, least, left_out

REPLICATIONS = 200


class Backtest(Study):
    """A scenario of months that are over, and what happened in them."""

    data: ClassVar[tuple[str, ...]] = ("actuals",)
    usual: ClassVar[int] = REPLICATIONS
    kind: Literal["backtest"]
    policy: Policy = Field(description="the scenario, or a scenario and what is changed in it")
    actuals: str = Field(description="CSV of month, segment or product, premium, claims, commission, partners")
    share: float = Field(default=BAND, ge=0.5, le=0.99, description="share of the months that the band is to hold")

    def scaled(self, share: float) -> Backtest:
        """With fewer replications, but enough for the band."""
        return self.model_copy(update={"replications": part_of(self.each, share, least(self.share))})

    def ahead(self, lab: Lab) -> list[Part]:
        """Every case as often."""
        return [Part("cases", 1, self.each)]

    def answer(self, lab: Lab) -> Answer:
        """Play the scenario and lay what happened over it."""
        case = lab.case(self.policy.scenario, self.policy.sets, self.seed)
        findings = Findings()
        actuals = read_actuals(lab.file(self.actuals), case.plan.scenario, findings)
        number = self.each
        if not left_out(number, self.share):
            what = f"{number} replications have no band of {self.share:.0%}"
            raise ScenarioError(Problem("replications", what, f"give {least(self.share)} or more"))
        (result,) = lab.results([case], range(number))
        answer = Found(result, actuals, self.share).answer(self.name)
        return replace(answer, notes=(*findings.notes, *answer.notes))
