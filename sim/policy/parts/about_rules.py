"""What rules have in common that are about the commission of other rules: of all of them, or of those they name."""

from __future__ import annotations

from pydantic import Field

from sim.policy.rule import Rule


class AboutRules(Rule):
    """A rule that limits, holds or takes back commission that other rules pay."""

    rules: list[str] | None = Field(
        default=None, min_length=1, description="names of the rules whose commission it is about; left out: all"
    )

    @property
    def named(self) -> tuple[str, ...]:
        return tuple(self.rules or ())
