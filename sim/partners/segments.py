"""What a scenario says of a segment of partners, and the presets it may start from (`segments.yaml`)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sim.base.units import Block, Coefficient, Dated, Duration, Law, Money, Positive, Share

RESERVED = "direct"


class Weights(Block):
    """Weights of the utility by which a partner chooses a principal (model, section 4)."""

    commission: Dated[Positive] = Field(description="per percentage point of effective commission yield")
    service: Dated[Positive] = Dated[Positive].always(0.0)
    brand: Dated[Positive] = Dated[Positive].always(0.0)
    reliability: Dated[Positive] = Dated[Positive].always(0.0)
    popularity: Dated[Positive] = Field(
        default=Dated[Positive].always(0.0), description="on a principal's market share of last month"
    )


class Choice(Block):
    """How a partner's principal is chosen."""

    homing: Literal["single", "multi"] = Field(default="single", description="one principal, or the flow split")
    review: Dated[Share] = Field(description="probability a month to review the choice")
    inertia: Positive = Field(default=0.0, description="utility of staying with the present principal")
    weights: Weights
    pull: Share = Field(default=0.0, description="share of the customers who ask for us by name")
    us_at_start: Share | None = Field(
        default=None, description="share of partners (or of flow) that is ours at the opening; left out: as softmax says"
    )


class Sales(Block):
    """Law and limits of a partner's sales."""

    law: Literal["poisson", "negative_binomial", "fixed"] = "poisson"
    volatility: Coefficient = Field(default=0.0, description="cv of the monthly flow (negative binomial)")
    capacity: Positive | None = Field(default=None, description="contracts a month as a multiple of the mean flow")
    waiting_decay: Share = Field(default=1.0, description="share of the waiting customers lost a month")


class Remittance(Block):
    """When a partner passes on the premium it collects, and the hazard that it does not."""

    lag: Duration = Field(default=1.0, description="months between sale and remittance; a fraction splits a batch")
    net: bool = Field(default=False, description="true: keeps its commission from each remittance")
    discipline: Dated[Share] = Field(
        default=Dated[Share].always(1.0), description="probability that a batch due is paid this month"
    )
    default: Dated[Share] = Field(
        default=Dated[Share].always(0.0), description="probability of default a month"
    )


class Turnover(Block):
    """How partners come and go."""

    entry: Dated[Positive] = Field(
        default=Dated[Positive].always(0.0), description="mean number of partners that enter a month"
    )
    ramp: Duration = Field(default=0.0, description="months until an entrant's flow is full")
    leave: Dated[Share] = Field(
        default=Dated[Share].always(0.0), description="probability a month that a partner leaves the trade"
    )


class ServiceCost(Block):
    """What a partner costs us beyond commission: base plus size elasticity."""

    onboarding: Money = Field(default=0.0, description="once, when a partner enters")
    base: Money = Field(default=0.0, description="a month for a partner of the segment's mean flow")
    elasticity: Positive = Field(default=0.0, description="cost grows as flow to this power")


class Segment(Block):
    """A kind of partner: how many, how large, what they sell, how they choose, remit, come and go."""

    preset: str | None = Field(default=None, description="a preset of sim/partners/segments.yaml to start from")
    partners: int = Field(ge=0, description="number of partners; a roster, where given, counts instead")
    flow: Law = Field(description="buyers a month at a partner, from whichever principal")
    mix: dict[str, Share] = Field(description="probability that a buyer buys each product")
    relativity: Law = Field(default=Law(dist="constant", mean=1.0), description="risk relativity of its customers")
    adverse: Positive = Field(default=0.0, description="risk added per point of commission above the market")
    fraud: Share = Field(default=0.0, description="undeclared damage: claims added, as a share of true claims")
    side_income: Share = Field(default=0.0, description="repairs that we pay for, share of premium, seen as commission")
    cost_of_money: Share = Field(default=0.0, description="a year")
    channel: Literal["online", "offline", "hybrid"] = "offline"
    region: str = ""
    choice: Choice
    sales: Sales = Sales()
    remittance: Remittance = Remittance()
    turnover: Turnover = Turnover()
    cost: ServiceCost = ServiceCost()

    @model_validator(mode="after")
    def _consistent(self) -> Segment:
        if self.flow.expected is None or self.relativity.expected is None:
            raise ValueError("flow and relativity need a mean")
        if self.flow.dist == "mixture" or self.relativity.dist == "mixture":
            raise ValueError("a mixture has no quantiles here: use two segments")
        if self.sales.law == "negative_binomial" and self.sales.volatility == 0:
            raise ValueError("negative binomial sales need a volatility above 0")
        return self


class Roster(Block):
    """Partners one by one from a CSV file beside the scenario."""

    csv: str = Field(description="file with the columns id, segment, flow and optional name, region, relativity, ...")

