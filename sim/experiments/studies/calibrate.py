"""`calibrate`: figures of a scenario from data: choice weights, loss ratios, open parameters; each with its error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field as Declared
from pydantic import model_validator

from sim.base.arrays import Reals
from sim.base.errors import ScenarioError
from sim.base.notes import Note
from sim.base.units import Block, Bound
from sim.experiments.answer import BY_ROW, Amount, Answer, Sentence, Table
from sim.experiments.calibration.choice_weights import choice_weights
from sim.experiments.calibration.data import read_claims, read_panel
from sim.experiments.calibration.estimates import Calibration
from sim.experiments.calibration.loss_ratios import loss_ratios
from sim.experiments.calibration.open_parameters import Target, open_parameters
from sim.experiments.field import Field
from sim.experiments.lab import Lab
from sim.experiments.policies import Policy
from sim.experiments.study import Study
from sim.runs.ahead import Part
from sim.scenario.language.nodes import Path, dotted
from sim.scenario.language.overrides import parsed_path
from sim.scenario.unknown import Knob
from sim.statistics.targets import most_points

if TYPE_CHECKING:
    import pandas

REPLICATIONS = 16
SEARCHED = 0.16  # share of the points of the search that is usually played
FILE = "calibrated_{part}.yaml"
NAMED = 5  # parameters of a part that the answer names; its table has all


class Aim(Block):
    """A figure that is known: of our own books, or published."""

    value: Bound
    weight: Bound = Declared(default=1.0, gt=0)
    error: Bound = Declared(default=0.0, ge=0, description="standard error of the value; 0 where it is exact")


class Open(Knob):
    """A parameter that nobody knows, and its range."""

    low: Bound
    high: Bound

    @property
    def ends(self) -> tuple[float, ...]:
        """The ends of its range."""
        return self.low, self.high

    @model_validator(mode="after")
    def _range(self) -> Open:
        if not self.low < self.high:
            raise ValueError(f"low {self.low:g} must be below high {self.high:g}")
        return self


class Calibrate(Study):
    """From a panel of partners' choices, a history of claims, or target figures; what is given is done."""

    data: ClassVar[tuple[str, ...]] = ("panel", "claims")
    usual: ClassVar[int] = REPLICATIONS
    kind: Literal["calibrate"]
    panel: str | None = Declared(
        default=None, description="CSV of who chose whom: choice weights, inertia, review rate"
    )
    claims: str | None = Declared(default=None, description="CSV of premium and claims: loss ratios and their spread")
    policy: Policy | None = Declared(default=None, description="scenario whose open parameters are sought")
    targets: dict[str, Aim] = Declared(default={}, max_length=50, description="key figures and what they should be")
    open: dict[str, Open] = Declared(default={}, max_length=12, description="parameters by name")

    @model_validator(mode="after")
    def _something(self) -> Calibrate:
        if self.panel is None and self.claims is None and not self.targets:
            raise ValueError("nothing to calibrate from; give panel, claims, or targets with policy and open")
        if bool(self.targets) != (self.policy is not None) or bool(self.targets) != bool(self.open):
            raise ValueError("targets, policy and open belong together; give all three or none")
        return self

    def named_figures(self) -> Iterator[tuple[Path, str]]:
        """Of targets."""
        yield from ((("targets", kpi), kpi) for kpi in self.targets)

    def ahead(self, lab: Lab) -> list[Part]:
        """The search for open parameters; data take no replications."""
        return [Part("search", most_points(len(self.open)), self.each, usual=SEARCHED)] if self.open else []

    def answer(self, lab: Lab) -> Answer:
        """Each part that its data are given for."""
        found: dict[str, Calibration] = {}
        if self.panel is not None:
            found["choice"] = choice_weights(read_panel(lab.file(self.panel)), self.panel)
        if self.claims is not None:
            found["losses"] = loss_ratios(read_claims(lab.file(self.claims)), self.claims)
        currency, units = "RUB", dict[str, str]()
        if self.policy is not None:
            found["targets"], currency, units = self._open(lab, self.policy)
        tables = [Table(name, one.table.reset_index(), _UNITS) for name, one in found.items()]
        tables += [self._met(found["targets"], units)] if self.targets else []
        tables += [
            Table(f"{name}_fit", _figures(one), {"value": "number"}) for name, one in found.items() if one.figures
        ]
        says = [one for name, part in found.items() for one in _says(name, part)]
        notes = [Note("calibration", text) for one in found.values() for text in one.notes]
        files = {FILE.format(part=name): one.yaml.encode("utf-8", "backslashreplace") for name, one in found.items()}
        return Answer(
            "calibrate",
            self.name or "calibration",
            says,
            tables,
            currency=currency,
            notes=notes,
            files=files,
            found=found,
        )

    def _met(self, found: Calibration, units: dict[str, str]) -> Table:
        """Each target beside what was reached."""
        import pandas

        known = dict(found.figures)
        rows = [
            {
                "kpi": kpi,
                "unit": units[kpi],
                "target": one.value,
                "reached": known[f"reached.{kpi}"],
                "gap_error": known[f"gap_error.{kpi}"],
            }
            for kpi, one in self.targets.items()
        ]
        return Table("targets_met", pandas.DataFrame(rows), dict.fromkeys(("target", "reached", "gap_error"), BY_ROW))

    def _open(self, lab: Lab, policy: Policy) -> tuple[Calibration, str, dict[str, str]]:
        """Open parameters on common luck; the same luck at every point, so gaps move by the parameters alone."""
        base = lab.case(policy.scenario, policy.sets, self.seed)
        field, luck = (
            Field(lab, policy, list(self.open.values()), base.specification.seed),
            range(self.each),
        )

        def evaluate(points: Reals) -> Reals:
            return field.measures(points, luck, list(self.targets)).transpose(0, 2, 1)

        aims = {kpi: Target(one.value, one.weight, one.error) for kpi, one in self.targets.items()}
        bounds = {_path(one): (one.low, one.high) for one in self.open.values()}
        found = open_parameters(evaluate, aims, bounds, f"targets of {self.name or policy.scenario}")
        sheet = next(iter(field.sheets.values()))
        return found, base.plan.scenario.currency, {kpi: sheet.figure(kpi).unit for kpi in self.targets}


_UNITS = dict.fromkeys(("estimate", "standard_error", "low", "high"), "number")


_OF_TARGETS = ("reached", "gap_error")  # shown beside the targets


def _path(knob: Knob) -> tuple[str, ...]:
    first = knob.paths[0]
    parts = parsed_path(first)
    if parts is None:
        raise ScenarioError(f'open: "{first}" cannot be read as a path; such as market.demand')
    return tuple(str(part) for part in parts)


def _figures(one: Calibration) -> pandas.DataFrame:
    import pandas

    parts = [(*name.partition(".")[::2], value) for name, value in one.figures]
    frame = pandas.DataFrame(
        [(f"fit.{name}", segment, value) for name, segment, value in parts if name not in _OF_TARGETS],
        columns=["figure", "segment", "value"],
    )
    return frame if frame.segment.any() else frame.drop(columns="segment")


def _says(name: str, one: Calibration) -> list[Sentence]:
    """How many were found, and the first of them with their intervals."""
    values: dict[str, Amount | str] = {
        "count": Amount(len(one.parameters), "count"),
        "source": one.source,
        "file": FILE.format(part=name),
    }
    shown = [
        Sentence(
            "calibrated_value",
            {"parameter": dotted(part.path), "value": Amount(part.estimate, "number", part.low, part.high)},
        )
        for part in one.parameters[:NAMED]
    ]
    return [Sentence(f"calibrated_{name}", values), *shown]
