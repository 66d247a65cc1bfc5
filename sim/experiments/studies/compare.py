"""`compare`: policies side by side on common luck; what differs, how surely, and what drove it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from sim.base.errors import Problem, ScenarioError
from sim.base.units import month_name
from sim.experiments.answer import Answer
from sim.experiments.lab import Lab
from sim.experiments.policies import PolicyOfMany
from sim.experiments.study import StudyOfMeans
from sim.experiments.tables.comparison import Comparison
from sim.results import kpis
from sim.runs.ahead import Part
from sim.runs.case import Case
from sim.scenario.language.nodes import Path

REPLICATIONS = 100
PANELS = 8  # replications whose partners are followed: winners and losers show in few

FIGURES = (
    "result",
    "npv",
    "premium",
    "premium_partners",
    "market_share_end",
    "combined_ratio",
    "commission_ratio",
    "loss_ratio",
    "commission",
    "bad_debt",
    "ruined",
    "loss",
    "lost_partners_end",
    "active_partners_end",
    "defaults",
    "refused_premium",
)


class Compare(StudyOfMeans):
    """Two or more policies; the first is what the others are compared with."""

    usual: ClassVar[int] = REPLICATIONS
    kind: Literal["compare"]
    policies: dict[str, PolicyOfMany] = Field(
        min_length=2, max_length=20, description="scenarios by name; the first is the present one"
    )
    figures: list[str] = Field(default=list(FIGURES), min_length=1, description="key figures to compare")
    followed: int = Field(
        default=PANELS, ge=0, le=1000, description="replications in which partners are followed one by one"
    )

    def named_figures(self) -> Iterable[tuple[Path, str]]:
        """Those that are compared."""
        return self.listed("figures")

    def ahead(self, lab: Lab) -> list[Part]:
        """Every case as often."""
        return [Part("cases", len(self.policies), self.each)]

    def answer(self, lab: Lab) -> Answer:
        """Play all policies on common luck and set them side by side."""
        first = lab.case(next(iter(self.policies.values())).scenario, (), self.seed)
        seed = first.specification.seed
        cases = [lab.case(one.scenario, one.sets, seed, name, self.claims) for name, one in self.policies.items()]
        self._check(cases)
        numbers = range(self.each)
        results = lab.results(cases, numbers, numbers[: self.followed])
        figures = self.figures if self.drawn else [name for name in self.figures if name not in _bending(cases)]
        if "figures" not in self.model_fields_set:  # of features that no policy has nobody asked
            there = {name for one in results for name, figure in one.figures.items() if figure.shown}
            figures = [name for name in figures if name in there]
        called = {key: one.name for key, one in self.policies.items() if one.name}
        title = self.name or " / ".join(called.get(key, key) for key in self.policies)
        return replace(Comparison(tuple(self.policies), results, figures).answer(title), called=called)

    def _check(self, cases: Sequence[Case]) -> None:
        """Refuse, before anything is played, other months or money, and a figure that no policy has or can know."""
        _refuse_apart(list(self.policies), cases)
        asked = self.figures if "figures" in self.model_fields_set and not self.drawn else ()
        if bent := [name for name in asked if name in _bending(cases)]:
            what, remedy = f"{bent[0]} is not known from expected claims", "leave it out, or write claims: drawn"
            raise ScenarioError(Problem("figures", what, remedy))


def _refuse_apart(names: Sequence[str], cases: Sequence[Case]) -> None:
    """Policies are set side by side month by month, in one currency."""
    first = cases[0].outline.scenario
    for name, case in zip(names, cases, strict=True):
        other = case.outline.scenario
        for key, ours, theirs in (
            ("start", month_name(first.start), month_name(other.start)),
            ("months", f"{first.months}mo", f"{other.months}mo"),
            ("currency", first.currency, other.currency),
        ):
            if ours != theirs:
                what = f"{key} is {theirs}, that of {names[0]} is {ours}"
                remedy = f"give both the same {key}, such as by --set {key}={ours}"
                raise ScenarioError(Problem(f"policies.{name}", what, remedy))


def _bending(cases: Sequence[Case]) -> set[str]:
    """Key figures that expected claims leave unknown."""
    return {name for case in cases for name in kpis.not_means(case.plan.scenario)}
