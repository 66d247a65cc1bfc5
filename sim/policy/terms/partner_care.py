"""What we do about partners' quality: whom we look at before we take them, how we train, what we ask customers."""

from __future__ import annotations

from pydantic import Field, model_validator

from sim.base.units import Block, Money, Month, Positive, Share, WholeMonths


class Vetting(Block):
    """A look at each partner that comes to us; in the place of one found unsound a sound one comes."""

    detection: Share = Field(description="share of the unsound newcomers that is found out")
    cost: Money = Field(default=0.0, description="for each newcomer, cost of the programme")
    reason: str | None = Field(default=None, description="why it is proposed, or was changed")


class Training(Block):
    """All partners that sell for us are trained, at the close of every so many months from the start of a year."""

    every: WholeMonths = Field(ge=1, description="months between trainings")
    cost: Money = Field(default=0.0, description="for each partner trained, cost of the programme")
    cures: Share = Field(default=0.0, description="chance that an unsound partner is sound from then on")
    sells: Positive = Field(
        default=1.0, description="what a trained partner sells, against what it would sell untrained"
    )
    effective_from: Month | None = Field(default=None, description="first month in which partners are trained")
    reason: str | None = Field(default=None, description="why it is proposed, or was changed")

    @model_validator(mode="after")
    def _teaches(self) -> Training:
        if self.cures == 0.0 and self.sells == 1.0:
            raise ValueError("training that cures nobody and moves no sales does nothing: state cures or sells")
        return self

    def due(self, ordinal: int) -> bool:
        """Whether partners are trained at the close of the month `ordinal`."""
        begun = self.effective_from is None or ordinal >= self.effective_from
        return begun and (ordinal + 1) % self.every == 0


class Survey(Block):
    """Customers are asked after a sale whether they recommend us."""

    answers: Share = Field(description="share of a partner's new sales whose customers answer")
    reason: str | None = Field(default=None, description="why it is proposed, or was changed")
