"""Policies of a study: scenarios by name, with changes laid over them; and how a study writes a change down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from sim.base.units import Block, Change
from sim.scenario.lever_signs import ALWAYS, ALWAYS_SET

Value = str | int | float | bool | None


class Relative(Block):
    """By how much a figure moves from where it stands, with its dates and exceptions."""

    shift: str | int | float | None = Field(default=None, description="added, such as +2pp, -1mo or 500")
    scale: Change | None = Field(default=None, gt=0, description="factor, such as 1.1")

    @model_validator(mode="after")
    def _one_way(self) -> Relative:
        if (self.shift is None) == (self.scale is None):
            raise ValueError("give either shift or scale")
        return self

    def at(self, path: str) -> str:
        """The move at a path, as `--set` takes it."""
        return f"{path}*={self.scale!r}" if self.shift is None else f"{path}+={self.shift}"


class Variant(Block):
    """A scenario and what is changed in it."""

    scenario: str = Field(description="file, named from the study's own")
    set: dict[str, Value | Relative] = Field(
        default={}, description="values by dotted path, or {shift: ...}, {scale: ...}; empty deletes"
    )
    always: bool = Field(default=False, description=ALWAYS)

    @property
    def sets(self) -> tuple[str, ...]:
        """The changes as `path=value`."""
        return settings(self.set, self.always)


class Named(Variant):
    """One of several that stand side by side."""

    name: str = Field(
        default="", max_length=100, description="what screens and pages call it; left out: by its name in the study"
    )


def settings(values: Mapping[str, Value | Relative], always: bool = False) -> tuple[str, ...]:
    """Values by dotted path as `path=value`, `path+=2pp` or `path*=1.1`, as `--set` and `--set-always` take them."""
    texts = (one.at(path) if isinstance(one, Relative) else f"{path}={text(one)}" for path, one in values.items())
    return tuple(ALWAYS_SET * always + one for one in texts)


def text(value: Value) -> str:
    """A value as it stands in YAML."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else repr(value)


def _variant(value: object) -> object:
    return {"scenario": value} if isinstance(value, str) else value


Policy = Annotated[Variant, BeforeValidator(_variant)]
PolicyOfMany = Annotated[Named, BeforeValidator(_variant)]
