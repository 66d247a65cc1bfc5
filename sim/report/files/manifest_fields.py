"""What a manifest states, checked field by field as a scenario is: kind, bounds, and no key that is not known."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from sim.base.in_python.arguments import LARGEST_SEED, MOST_REPLICATIONS
from sim.report.files.scenario_as_run import RESOLVED
from sim.scenario.reads_claims import DRAWN, Claims

SCHEMA = 1
LUCK = 1
LONGEST = 1_000  # characters of a name
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
FileName = Annotated[str, StringConstraints(pattern=r"^[^/\\\x00-\x1f]+$", max_length=LONGEST)]
Number = Annotated[int, Field(ge=0, lt=MOST_REPLICATIONS)]


class Stated(BaseModel):
    """A mapping of a manifest."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, frozen=True)


class OfScenario(Stated):
    """The file that was run, and its resolved copy beside the manifest."""

    file: str = Field(max_length=LONGEST)
    resolved: Literal["scenario.resolved.yaml"] = "scenario.resolved.yaml"


class Awaited(Stated):
    """What the run waited for."""

    kpi: str | None = Field(max_length=LONGEST)
    half: float = Field(ge=0)
    relative: bool
    budget: int = Field(ge=1, le=MOST_REPLICATIONS)


class ManifestFields(Stated):
    """A manifest of a run; what came later than the first of them may be left out."""

    schema_version: Literal[1] = Field(alias="schema")
    luck: Literal[1]
    scenario: OfScenario
    seed: int = Field(ge=0, le=LARGEST_SEED)
    replications: int = Field(ge=1, le=MOST_REPLICATIONS)
    claims: Claims = DRAWN
    doubt: int | None = Field(default=None, ge=0, le=MOST_REPLICATIONS)
    breaks: bool = True
    twin: bool = False
    panel_replications: list[Number]
    sets: list[str] = []
    inputs: dict[str, Digest] = {}
    data_hash: Digest | None = None
    files: dict[FileName, Digest]
    versions: dict[str, str]
    warm_up_rewritten_by: list[str] = []
    until: Awaited | None = None
    extra: list[str] = []

    @model_validator(mode="after")
    def _together(self) -> ManifestFields:
        panels = self.panel_replications
        if panels != sorted(set(panels)) or (panels and panels[-1] >= self.replications):
            raise ValueError(
                f"panel_replications must rise, each below replications, {self.replications}; take the file as it was"
            )
        if RESOLVED not in self.files:
            raise ValueError(f"files lacks {RESOLVED}; take the file as it was")
        return self
