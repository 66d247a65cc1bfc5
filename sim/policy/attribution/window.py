"""Window: touches long ago do not count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field, SerializeAsAny, model_validator

from sim.base.units import Positive
from sim.policy.attribution_rule import AttributionRule, Path, Shares, Weights


class Window(AttributionRule):
    """Touches within so many days before the sale go by another rule; where there is none our default channel has it.

    With `no_earlier` a partner is credited if it touched within the window and every touch before its earliest one
    inside is its own; else our default channel is: "within 30 days, and no earlier tag".
    """

    kind: Literal["window"]
    days: Positive = Field(description="a touch exactly so many days before the sale is inside")
    then: SerializeAsAny[AttributionRule] | None = Field(default=None, description="the rule for touches inside")
    no_earlier: bool = Field(default=False, description="true: the partner, if nobody touched before it; no `then`")

    @model_validator(mode="after")
    def _one_way(self) -> Window:
        if self.no_earlier and self.then is not None:
            raise ValueError("no_earlier says by itself who is credited; take then out, or no_earlier")
        if not self.no_earlier and self.then is None:
            raise ValueError("who is credited inside the window? state then, or no_earlier: true")
        if self.then is not None and (self.then.effective_from is not None or self.then.effective_until is not None):
            raise ValueError("the rule under then holds whenever the window does; put its dates on the window")
        return self

    def split(self, path: Path, weights: Weights) -> Shares:
        inside = [days <= self.days for days in path.days]
        if self.then is not None:
            return self.then.shares(path.kept(inside), weights)
        return {_first_of_all(path, inside) or path.default: 1.0}

    @property
    def learns(self) -> bool:
        return self.then is not None and self.then.learns

    def weights(self, journeys: Sequence[tuple[str, Path, float]]) -> dict[str, float]:
        return {} if self.then is None else self.then.weights(journeys)


def _first_of_all(path: Path, inside: list[bool]) -> str | None:
    """The partner that touched first of all and again, or still, inside the window before anybody else."""
    first = path.who[0]
    alone = next((at for at, who in enumerate(path.who) if who != first), len(path.who))
    return first if first not in path.own and any(inside[:alone]) else None
