"""What a scenario says of the market: ourselves and rivals as seen by partners, demand, dated events."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from sim.base.units import Block, Dated, Money, Number, Positive, Ratio, Share, WholeMonths
from sim.policy.terms.rates import Rates


class Principal(Block):
    """What partners see of a principal besides its commission."""

    brand: Dated[Number] = Field(default=Dated[Number].always(0.0), description="how well known it is, as utility")
    service: Dated[Number] = Field(default=Dated[Number].always(0.0), description="how well it serves, as utility")
    reliability: Dated[Number] = Field(default=Dated[Number].always(0.0), description="how surely it pays, as utility")
    late_or_denied: Dated[Share] = Field(
        default=Dated[Share].always(0.0), description="share of its claims paid late or denied; word of mouth tells it"
    )


class Us(Principal):
    """The modelled business."""

    reliability_half_life: Positive = Field(default=6.0, description="months in which a loss of trust halves")
    late_payment_penalty: Positive = Field(default=0.0, description="trust lost a month in which we cannot pay in time")


class Settling(Block):
    """When a rival's answers do not settle, and what is done then. Applies to strategies that answer others."""

    months: WholeMonths = Field(default=12, ge=6, description="months whose rates are looked at")
    tolerance: Share = Field(default=0.005, description="rates that swing by at most so much are at rest")
    unsettled: Literal["damp", "hold"] = Field(
        default="damp", description="its steps are halved, or it stays at their average; the event log says so"
    )


class Rival(Principal):
    """A rival: its public commission, its economics and its strategy."""

    commission: Rates = Field(description="rate by product and segment")
    strategy: Any = Field(default={"kind": "static"}, description="how it answers: a kind and its figures")
    loss_ratio: Dated[Ratio] = Field(
        default=Dated[Ratio].always(0.7), description="its claims or cost of goods, share of its price"
    )
    expense_ratio: Share = Field(default=0.0, description="its other expenses, share of its price")
    count: int = Field(
        default=1, ge=1, description="how many alike offers it stands for, each with its part of the sales"
    )
    price: dict[str, Dated[Money]] = Field(
        default={}, description="its price by product; left out: our reference price"
    )
    capital: Money | None = Field(default=None, description="below 0 it leaves the market; left out: never")
    owner: str | None = Field(
        default=None, description="brands with the same owner maximise their sum; left out: the rival itself"
    )
    settling: Settling = Field(default=Settling(), description="what is done when its rates do not settle")


class Market(Block):
    """Demand and what happens in the market at dated moments."""

    demand: Dated[Positive] = Field(default=Dated[Positive].always(1.0), description="factor on all flows")
    claims_frequency: Dated[Positive] = Field(
        default=Dated[Positive].always(1.0), description="trend index of claim frequency"
    )
    claims_severity: Dated[Positive] = Field(
        default=Dated[Positive].always(1.0), description="trend index of claim severity"
    )
    outside_option: Number | None = Field(default=None, description="utility of selling none of it; left out: off")
    events: dict[str, Any] = Field(default={}, description="dated stories, each with its kind")
