"""What a scenario says of our commission: a mapping of named rules and the terms of payment."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from sim.base.units import Block, Dated, WholeMonths
from sim.policy.terms.contacts import Contacts
from sim.policy.terms.control_terms import Control
from sim.policy.terms.credit_control import CreditControl
from sim.policy.terms.deposit_terms import DepositTerms
from sim.policy.terms.desk_terms import Desk
from sim.policy.terms.partner_care import Survey, Training, Vetting
from sim.policy.terms.reservation import Reservation
from sim.policy.terms.separation import Separation


class Payment(Block):
    """When commission is paid and what happens to it on cancellation."""

    delay: WholeMonths = Field(default=1, description="months from the statement to its payment")
    clawback: Literal["pro_rata", "none"] = Field(
        default="pro_rata", description="commission on refunded premium is taken back, or kept by the partner"
    )
    vested_renewals: bool = Field(default=False, description="a partner that left still earns on its renewals")


class Policy(Block):
    """The terms under test. Rules act in the order of phases, then by name."""

    reason: str | None = Field(default=None, description="why this policy is proposed")
    rules: dict[str, Any] = Field(default={}, description="named rules, each with its kind")
    payment: Payment = Payment()
    deposits: DepositTerms | None = Field(
        default=None, description="deposits against blanks; left out: nobody pays one"
    )
    control: Control | None = Field(
        default=None, description="which partners we end and how we rate them; left out: none, not"
    )
    vetting: Vetting | None = Field(
        default=None, description="a look at those who come to us; left out: anybody is taken"
    )
    training: Training | None = Field(default=None, description="left out: nobody is trained")
    survey: Survey | None = Field(default=None, description="of customers after a sale; left out: nobody is asked")
    credit_control: CreditControl | None = Field(
        default=None, description="limits on what partners owe; left out: none"
    )
    attribution: dict[str, Any] = Field(
        default={},
        max_length=50,
        description="named rules of whose sale it is, each with its kind; in force is the last that began and has not "
        "ended; left out: whoever touched a sale is paid for it",
    )
    contacts: Contacts | None = Field(default=None, description="managers who call partners; left out: nobody does")
    desk: Desk | None = Field(default=None, description="who answers leads handed over to us; left out: no desk")
    programme: Dated[bool] = Field(
        default=Dated[bool].always(True),
        description="false: partners sell nothing for us, contracts sold stay and renew; without a date it holds from "
        "the start on, and the warm-up is unchanged",
    )
    separation: dict[str, Separation] = Field(
        default={}, max_length=50, description="sales that partners may not serve because our channels reach them"
    )
    reservation: Reservation | None = Field(
        default=None, description="how units of finite stock are reserved; left out: none may be"
    )
