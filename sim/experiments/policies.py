"""Policies of a study: scenarios by name, with changes laid over them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field

from sim.base.units import Block

Value = str | int | float | bool | None


class Variant(Block):
    """A scenario and what is changed in it."""

    scenario: str = Field(description="file, named from the study's own")
    set: dict[str, Value] = Field(default={}, description="values by dotted path; empty deletes")

    @property
    def sets(self) -> tuple[str, ...]:
        """The changes as `path=value`."""
        return settings(self.set)


def settings(values: Mapping[str, Value]) -> tuple[str, ...]:
    """Values by dotted path as `path=value`, as `--set` takes them."""
    return tuple(f"{path}={_text(value)}" for path, value in values.items())


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else repr(value)


def _variant(value: object) -> object:
    return {"scenario": value} if isinstance(value, str) else value


Policy = Annotated[Variant, BeforeValidator(_variant)]
