"""A scenario with knobs: points of a design become cases, their key figures come back as arrays.

Nothing is played twice.

Notation: n point, d knob, k replication, m measure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
from pydantic import AfterValidator

from sim.base.arrays import Reals
from sim.base.errors import Problem, ScenarioError
from sim.experiments.answer import OWN, Amount, Sentence
from sim.experiments.lab import Lab
from sim.experiments.policies import Variant
from sim.judgement.verdict import kept
from sim.results.kpis import Kpi
from sim.runs.case import Case
from sim.runs.sheet import Sheet
from sim.scenario.checks.uncertain_figures import at_present
from sim.scenario.load import Loaded
from sim.scenario.reads_claims import DRAWN, Claims
from sim.scenario.schema import Criterion
from sim.scenario.unknown import DIGITS, Knob, Unknown


def power_of_two(n: int) -> int:
    """The number, if a space-filling design can have it: others are not spread evenly."""
    if n & (n - 1):
        below = 1 << (n.bit_length() - 1)
        raise ValueError(f"{n} is no power of two; give {below} or {2 * below}")
    return n


Power = Annotated[int, AfterValidator(power_of_two)]


def power_part(number: int, share: float, least: int) -> int:
    """A power of two that is about a share of a power of two."""
    return max(least, 1 << max(int(number * share), 1).bit_length() - 1)


def present(unknowns: Mapping[str, Unknown], loaded: Loaded) -> Reals:
    """Values[d] of today: as stated, else the scenario's; the median of a law in which neither lies."""
    found = [one.today(at_present(loaded.scenario, loaded.tree, one)) for one in unknowns.values()]
    medians = [one.of(name).median for name, one in unknowns.items()]
    return np.array([middle if now is None else now for now, middle in zip(found, medians, strict=True)])


def taken_for_today(unknowns: Mapping[str, Unknown], loaded: Loaded) -> list[Sentence]:
    """What is said of each whose value today is but the median of its law: the scenario's is outside, or is not one."""
    said, now = [], present(unknowns, loaded)
    for (name, one), taken in zip(unknowns.items(), now, strict=True):
        there = at_present(loaded.scenario, loaded.tree, one)
        if one.today(there) is not None:
            continue
        values: dict[str, Amount | str] = {"input": OWN + name, "taken": Amount(float(taken), one.shown_as, brief=True)}
        if there is None:
            said.append(Sentence("today_unread", values))
        else:
            said.append(Sentence("today_outside", {**values, "value": Amount(there, one.shown_as, brief=True)}))
    return said


@dataclass
class Field:
    """The cases of a scenario over its knobs."""

    lab: Lab
    variant: Variant
    knobs: Sequence[Knob]
    seed: int
    claims: Claims = DRAWN
    sheets: dict[tuple[float, ...], Sheet] = field(default_factory=dict)

    def case(self, point: Reals) -> Case:
        """The case of a point[d]."""
        sets = [text for knob, value in zip(self.knobs, point, strict=True) for text in knob.sets(float(value))]
        return self.lab.case(self.variant.scenario, (*self.variant.sets, *sets), self.seed, claims=self.claims)

    def played(self, points: Reals, luck: range) -> list[Sheet]:
        """Sheets of points[n, d] for the replications `luck`; what is known is not played again."""
        keys = [tuple(np.round(point, DIGITS)) for point in points]
        lacking: dict[tuple[int, ...], list[tuple[float, ...]]] = {}
        for key in dict.fromkeys(keys):
            known = set(self.sheets[key].numbers) if key in self.sheets else set()
            if wanted := tuple(number for number in luck if number not in known):
                lacking.setdefault(wanted, []).append(key)
        for numbers, some in lacking.items():
            found = self.lab.sheets([self.case(np.array(key)) for key in some], numbers)
            for key, sheet in zip(some, found, strict=True):
                self.sheets[key] = Sheet.joined([self.sheets[key], sheet]) if key in self.sheets else sheet
        return [self.sheets[key].taken(luck) for key in keys]

    def figures(self, points: Reals, luck: range, kpi: str) -> list[Kpi]:
        """A key figure at each point, with its values[k]."""
        return [sheet.figure(kpi) for sheet in self.played(points, luck)]

    def values(self, points: Reals, luck: range, kpi: str) -> Reals:
        """Values whose mean over k is the key figure, float64[n, k]; NaN where it does not exist."""
        return averaged(self.figures(points, luck, kpi))

    def measures(self, points: Reals, luck: range, kpis: Sequence[str]) -> Reals:
        """Key figures, float64[n, k, m].

        Raises
        ------
        ScenarioError
            For a figure that does not exist in every replication: it has no mean.
        """
        return np.stack([existing(kpi, self.values(points, luck, kpi)) for kpi in kpis], axis=2)


def existing(kpi: str, values: Reals) -> Reals:
    """The values, if they all exist.

    Raises
    ------
    ScenarioError
    """
    if np.isnan(values).any():
        raise ScenarioError(
            Problem(
                kpi,
                "the key figure does not exist in some replications, so it has no mean",
                "choose another, such as a probability",
            )
        )
    return values


def averaged(figures: Sequence[Kpi]) -> Reals:
    """Values of a key figure at n points whose means are the figure's, float64[n, k]."""
    return np.array([one.averaged for one in figures])


def margin(criterion: Criterion, figures: Sequence[Kpi]) -> Reals:
    """By how much a key figure at n points keeps a criterion, float64[n, k]: it holds where the mean is not below 0.

    A value that does not exist keeps nothing where a share of replications is asked for.

    Raises
    ------
    ScenarioError
        Where a mean is asked for and a value does not exist.
    """
    if criterion.in_share is not None:
        return np.array([kept(criterion, one) for one in figures]) - criterion.in_share
    values = existing(criterion.kpi, averaged(figures))
    limit = criterion.at_least if criterion.at_least is not None else criterion.at_most
    assert limit is not None
    return values - limit if criterion.at_least is not None else limit - values


def share_of(criterion: Criterion, unit: str) -> float | None:
    """What makes margins 0 or 1 when it is added, where the criterion bounds a probability; else None."""
    if criterion.in_share is not None:
        return criterion.in_share
    if unit != "probability":
        return None
    return criterion.at_least if criterion.at_most is None else 1.0 - criterion.at_most
