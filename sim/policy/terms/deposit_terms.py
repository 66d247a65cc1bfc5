"""Deposit scheme: who pledges a deposit, and what it may owe us and hold in blanks against it (model, section 9)."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from sim.base.units import MONTHS_PER_YEAR, Block, Coefficient, Dated, Money, Month, Positive, Ratio, Share, WholeMonths

LEAST_MULTIPLE, LARGEST_MULTIPLE = 0.01, 1e6  # beyond them nobody could sell, or a deposit would limit nothing


class DepositTerms(Block):
    """Blanks out x value of a blank + net premium sold and not remitted never exceed multiple x deposit.

    A partner pays in what the month that it expects needs, up to its own funds, and gets blanks to the limit. It sells a
    contract for each blank, renewals first; what finds no blank is not sold. What the limit no longer needs goes back
    after quiet months.
    """  # noqa: E501  # printed by `partner-sim schema`, line breaks included

    segments: list[str] = Field(min_length=1, description="segments whose partners pay a deposit; all others never do")
    after_arrears: WholeMonths | None = Field(
        default=None, description="only partners that were once in arrears for longer than this; left out: all of them"
    )
    rating_below: Share | None = Field(
        default=None,
        description="only partners whose rating was once lower; with after_arrears: those that meet either",
    )
    value_of_blank: Dated[Money] = Field(
        description="largest premium that one blank can bring, net of the commission that the partner keeps from it"
    )
    multiple: Dated[Positive] | None = Field(
        default=None, description="times its deposit that a partner may owe us and hold in blanks; or cover"
    )
    cover: Dated[Ratio] | None = Field(
        default=None, description="the same as the deposit's share of it: 1 / multiple, stated in place of multiple"
    )
    interest: Dated[Share] = Field(default=Dated[Share].always(0.0), description="a year, that we pay on deposits")
    spare_blanks: Coefficient = Field(
        default=0.0, description="blanks that a partner pays in for beyond the contracts it expects, as a share of them"
    )
    months_quiet: WholeMonths = Field(
        default=3,
        description="months without a sale under the scheme after which what the limit does not need goes back",
    )
    blank_abuse: Share = Field(
        default=0.0, description="share of the blanks left at a default that are sold all the same, the premium lost"
    )
    forfeited: bool = Field(default=False, description="at a default we keep what the debt leaves of the deposit")
    effective_from: Month | None = Field(default=None, description="first month in which it holds")
    effective_until: Month | None = Field(default=None, description="first month in which it holds no more")
    reason: str | None = Field(default=None, description="why it is proposed, or was changed")

    @model_validator(mode="before")
    @classmethod
    def _has_a_value(cls, value: Any) -> Any:
        if isinstance(value, dict) and value.get("value_of_blank") is None:
            remedy = "state value_of_blank, the largest net premium that one blank can bring"
            raise ValueError(f"a deposit limits nothing without the value of a blank: {remedy}")
        return value

    @model_validator(mode="after")
    def _limits_something(self) -> DepositTerms:
        if min(self.value_of_blank.since.values()) <= 0:
            raise ValueError(
                "value_of_blank must be above 0, got 0: state the largest net premium that one blank can bring"
            )
        if (self.multiple is None) == (self.cover is None):
            raise ValueError("give either multiple or cover, such as cover: 50%; a null takes out that of a file below")
        _bounded("multiple", self.multiple, LEAST_MULTIPLE, LARGEST_MULTIPLE, "what a deposit of 1 covers, such as 2")
        _bounded(
            "cover", self.cover, 1.0 / LARGEST_MULTIPLE, 1.0 / LEAST_MULTIPLE, "a share of what is owed, such as 50%"
        )
        first, end = self.effective_from, self.effective_until
        if first is not None and end is not None and first >= end:
            raise ValueError("effective_until must be later than effective_from")
        return self

    def multiple_at(self, ordinal: int) -> float:
        """Times its deposit that a partner may owe and hold in the month `ordinal`, however it is stated."""
        if self.multiple is not None:
            return self.multiple.at(ordinal)
        assert self.cover is not None
        return 1.0 / self.cover.at(ordinal)

    @property
    def chooses(self) -> bool:
        """Whether only some partners of its segments are asked; once asked, always asked."""
        return self.after_arrears is not None or self.rating_below is not None

    def in_force(self, ordinal: int) -> bool:
        """Whether deposits are asked for in the month `ordinal`."""
        first, end = self.effective_from, self.effective_until
        return (first is None or ordinal >= first) and (end is None or ordinal < end)

    def carriage(self, ordinal: int, cost_of_money: float, lag: float) -> float:
        """Monthly cost of a deposit to a partner, a share of the premium it does not keep: (j - i)/12 (L + 1)/multiple.

        Parameters
        ----------
        cost_of_money : j, a year
        lag : L, months that premium is held
        """
        if not self.in_force(ordinal):
            return 0.0
        rate = (cost_of_money - self.interest.at(ordinal)) / MONTHS_PER_YEAR
        return rate * (lag + 1.0) / self.multiple_at(ordinal)


def _bounded(name: str, stated: Dated[Any] | None, least: float, most: float, example: str) -> None:
    wrong = [one for one in stated.since.values() if not least <= one <= most] if stated is not None else []
    if wrong:
        remedy = f"state {example}, or take the deposits out"
        raise ValueError(f"{name} must be from {least:g} to {most:,.0f}; {remedy}; got {wrong[0]:g}")
