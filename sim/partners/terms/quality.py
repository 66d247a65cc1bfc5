"""Partners of whom some are unsound, and nobody sees which: what they do, and what it does to our brand."""

from __future__ import annotations

from pydantic import Field, model_validator

from sim.base.units import Block, Coefficient, Duration, Money, Positive, Share, WholeMonths


class ByType(Block):
    """A share of sound partners and one of unsound ones."""

    sound: Share = Field(description="of a sound partner")
    unsound: Share = Field(description="of an unsound one")

    def mean(self, unsound: float) -> float:
        """The share of all, given the part of them that is unsound."""
        return (1.0 - unsound) * self.sound + unsound * self.unsound


class PartnersQuality(Block):
    """How many of a segment's partners are unsound, and how they differ. Which ones is hidden: their ids alone say."""

    unsound: Share = Field(description="share of the partners, and of those who come unvetted, that is unsound")
    bad_leads: ByType | None = Field(
        default=None, description="share of the leads that do not buy that were none, in place of the funnel's"
    )
    promoters: ByType | None = Field(
        default=None, description="share of the customers that recommend us when they are asked"
    )
    detractors: ByType | None = Field(default=None, description="share of the customers that advise against us")

    @model_validator(mode="after")
    def _answers(self) -> PartnersQuality:
        if (self.promoters is None) != (self.detractors is None):
            missing = "promoters" if self.promoters is None else "detractors"
            raise ValueError(f"a survey counts promoters and detractors: state {missing} too, or neither")
        if self.promoters is not None and self.detractors is not None:
            for name in ("sound", "unsound"):
                both = getattr(self.promoters, name) + getattr(self.detractors, name)
                if both > 1.0:
                    what = f"promoters and detractors of {name} partners are {both:.4g} of the customers"
                    raise ValueError(f"{what}: lower one")
        return self


class Incident(Block):
    """Something that partners do to us, again and again: a price break, wrong data, a claim at law, a fine."""

    sound: Coefficient = Field(default=0.0, description="mean number a month of a sound partner that sells for us")
    unsound: Coefficient = Field(default=0.0, description="mean number a month of an unsound one")
    cost: Money = Field(default=0.0, description="what each costs us at once")
    discount: Share = Field(
        default=0.0, description="share of the partner's premium on new sales of the month that each costs us"
    )
    brand: Positive = Field(default=0.0, description="damage to our brand by each, in its own points")
    stop: WholeMonths = Field(default=0, description="months after it in which the partner may not sell for us")

    @model_validator(mode="after")
    def _harms(self) -> Incident:
        if not (self.cost or self.discount or self.brand or self.stop):
            raise ValueError("the incident does no harm: state cost, discount, brand or stop")
        return self


class Brand(Block):
    """How damage to our brand heals, and what it does to demand for us."""

    half_life: Duration = Field(description="months in which half of the damage heals")
    elasticity: Positive = Field(
        default=0.0, description="own demand, and customers who ask for us by name, are x exp(-this x damage)"
    )


class Quality(Block):
    """What unsound partners do more often than sound ones, and how our brand bears it."""

    incidents: dict[str, Incident] = Field(default={}, max_length=20, description="named kinds of incident")
    brand: Brand | None = Field(default=None, description="left out: incidents do not touch our brand")
