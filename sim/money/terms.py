"""What a scenario says of the books: opening, interest, tax, dividends, solvency margin, the acquisition option."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sim.base.units import Block, Dated, Money, Share, SignedShare, WholeMonths


class Opening(Block):
    """How the books open."""

    kind: Literal["empty", "warm_up"] = Field(
        default="empty", description="empty: nothing sold before; warm_up: the months before are played first"
    )
    months: WholeMonths = Field(default=0, description="length of the warm-up")
    capital: Money = Field(description="opening capital (equity at t = 0)")

    @model_validator(mode="after")
    def _consistent(self) -> Opening:
        if (self.kind == "warm_up") != (self.months > 0):
            raise ValueError("a warm_up opening needs months above 0, an empty one has none")
        return self


class Accounts(Block):
    """Options of the accounts and of the tests of ruin and solvency."""

    acquisition: Literal["deferred", "expensed"] = Field(default="deferred", description="commission and acquisition")
    interest: Dated[SignedShare] = Field(
        default=Dated[SignedShare].always(0.0), description="a year, on opening cash, earned or paid"
    )
    overdraft: Dated[Share] | None = Field(
        default=None, description="a year, paid on opening cash below 0; left out: the rate of interest"
    )
    tax: Share = Field(default=0.0, description="on the result of each year, losses carried forward without end")
    dividends: Share = Field(default=0.0, description="share of a year's result after tax that is paid out at its end")
    discount_rate: Share = Field(default=0.0, description="a year, for npv")
    solvency_margin: Share = Field(default=0.0, description="equity needed, share of premium of the last 12 months")
    prudent: bool = Field(
        default=True,
        description="premium deficiency is posted, and ruin and solvency are tested without debts over 90 days past "
        "due that nothing secures",
    )
    on_ruin: Literal["go_on", "stop"] = Field(default="go_on", description="stop: no more sales after ruin, run-off")
