"""Worked examples of commission: what happened month by month, and what each partner must get.

A file holds named cases. Where a case names no partners it has one, and the level of partners is left out; where it
names no products it has one, and the level of products is left out. Amounts are in major units, to the minor unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, Field, PrivateAttr, create_model, field_validator, model_validator

from sim.base.notes import Note
from sim.base.spells import Held, by_certificate
from sim.base.units import (
    MINOR_PER_MAJOR,
    Block,
    Dated,
    Month,
    Positive,
    Share,
    WholeMonths,
    month_ordinal,
    to_minor,
)
from sim.policy.terms.schedule import Payment, Policy
from sim.scenario.language.nodes import dotted
from sim.scenario.schema import scenario_model
from sim.worked.case_facts import ONLY_PRODUCT, Amount, Count, PartnerFacts, ProductFacts, Sum

ONLY_PARTNER = "partner"
FIRST_MONTH = "2025-01"
MOST_TIMES = 1_200


def _amounts(value: object) -> object:
    return value if isinstance(value, dict | Amounts) else {"commission": value}


class Amounts(Block):
    """What the statement says of one partner. What is left out is not compared.

    commission = accrued + received + expensed + drawn - reversed - loss_share - taken_back - advance_back.
    """

    commission: Amount | None = Field(default=None, description="what the statement owes it")
    accrued: Amount | None = Field(default=None, description="its own commission on its own premium")
    passed: Amount | None = Field(default=None, description="commission on its premium that goes to sponsors")
    received: Amount | None = Field(default=None, description="commission on the premium of others")
    expensed: Amount | None = Field(default=None, description="not on premium, owed: true-ups, fixed sums, bonuses")
    reversed: Amount | None = Field(default=None, description="taken back by rules: true-ups, penalties, `clawback`")
    loss_share: Amount | None = Field(default=None, description="losses that it bears")
    taken_back: Amount | None = Field(
        default=None, description="deferred commission of premium refunded, by `payment.clawback`"
    )
    advanced: Amount | None = Field(default=None, description="paid at once against later commission")
    written_down: Amount | None = Field(default=None, description="part of an advance that has become cost")
    advance_back: Amount | None = Field(default=None, description="part of an advance or a draw that it owes back")
    drawn: Amount | None = Field(default=None, description="owed ahead of commission, to be owed back")
    withheld: Amount | None = Field(default=None, description="part of what is owed that a holdback keeps for a time")
    due: Amount | None = Field(default=None, description="commission that becomes due to be paid")
    paid: Amount | None = Field(default=None, description="money that it gets: commission with tax, less tax withheld")
    vat: Amount | None = Field(default=None, description="value-added tax that it gets on top of commission")
    tax_withheld: Amount | None = Field(default=None, description="tax kept for the state from its commission")
    discount: Amount | None = Field(default=None, description="of premium, for remitting early: no commission")
    fund_accrued: Amount | None = Field(default=None, description="marketing money that it may claim from now on")
    fund_paid: Amount | None = Field(default=None, description="of it claimed and paid: no commission")
    fund_expired: Amount | None = Field(default=None, description="of it not claimed in time")
    rules: dict[str, Amount] = Field(default={}, description="by rule, what it adds to commission")


Expected = dict[str, Annotated[Amounts, BeforeValidator(_amounts)]]


class Outcome(Block):
    """What must come out, by partner; a bare number is the commission."""

    expected: Expected = {}
    expected_fees: Amount | None = Field(default=None, description="to third parties and our own staff, on top")
    expected_programme: Amount | None = Field(default=None, description="cost of running the programme")

    @property
    def says_something(self) -> bool:
        """Whether some amount is stated."""
        stated = [amounts.model_dump(exclude_defaults=True) for amounts in self.expected.values()]
        return any(stated) or self.expected_fees is not None or self.expected_programme is not None


class CaseMonth(Outcome):
    """A month, or several alike."""

    month: Month | None = Field(default=None, description="left out: the month after the one before")
    times: Annotated[int, Field(ge=1, le=MOST_TIMES)] = Field(default=1, description="months alike, one after another")
    facts: dict[str, PartnerFacts] = Field(default={}, description="by partner; what is left out is 0")


class CaseProduct(Block):
    """A product of a case."""

    term: WholeMonths = Field(default=12, description="0mo: sold once")
    price: Sum | None = Field(default=None, description="gives the premium of the contracts sold and renewed")
    cap: Dated[Share] | None = Field(default=None, description="the regulator's cap on commission")
    payment_pattern: list[Share] | None = Field(default=None, description="claims paid by month; left out: at once")
    report_pattern: list[Share] | None = Field(default=None, description="claims known by month; left out: at once")

    def premium(self, facts: ProductFacts) -> tuple[float, float]:
        """Premium of new business and of renewals, as stated or by the price."""
        price = self.price or 0.0
        priced = price * facts.new if facts.sales is None else sum(map(to_minor, facts.sales)) / MINOR_PER_MAJOR
        new = priced if facts.premium_new is None else facts.premium_new
        renewal = price * sum(facts.renewed.values()) if facts.premium_renewal is None else facts.premium_renewal
        return new, renewal


class CasePartner(Block):
    """A partner of a case."""

    segment: Dated[str] = Dated[str].always("partners")
    sponsor: str | None = None
    region: Dated[str] = Dated[str].always("")
    group: Dated[str] = Dated[str].always("")
    leg: Literal["", "left", "right"] = Field(default="", description="side of its sponsor on which it stands")
    rank: Dated[Count] | None = Field(default=None, description="number of the rank below which it does not fall")
    certified: dict[str, Held] = Field(
        default={}, description="months in which it is certified (2025-03, 2025-03..2026-03), or these by certificate"
    )
    active: bool = Field(default=True, description="whether it is in the trade at the start")
    sold_before: bool = Field(default=True, description="whether it sold in the months before the first")
    entered: Month | None = Field(default=None, description="month in which it came; left out: long before")
    quota: Positive | None = Field(
        default=None,
        description="what it is to reach in a window, major units or contracts; left out: as the rule says",
    )

    @property
    def segments(self) -> tuple[str, ...]:
        """Segments of which it is at some time."""
        return tuple(dict.fromkeys(self.segment.since.values()))

    @field_validator("certified", mode="before")
    @classmethod
    def _by_certificate(cls, value: object) -> object:
        return by_certificate(value)


class Case(Outcome):
    """One worked example. `expected` beside `months` is the sum over all months."""

    source: str = Field(min_length=1, description="where the example comes from")  # type: ignore[assignment]  # required here, optional there
    text: str = Field(min_length=1, description="the arithmetic, for a reader with a pocket calculator")
    products: dict[str, CaseProduct] = {ONLY_PRODUCT: CaseProduct()}
    partners: dict[str, CasePartner] = {ONLY_PARTNER: CasePartner()}
    rules: dict[str, Any] = Field(default={}, description="as under policy.rules of a scenario")
    payment: Payment = Field(default=Payment(), description="as policy.payment of a scenario")
    margin: Sum = Field(default=0.0, description="difference that is allowed; 0: to the minor unit")
    months: list[CaseMonth] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _lone_partner(cls, value: object) -> object:
        """Put the level of partners where a case names none."""
        if not isinstance(value, dict) or "partners" in value:
            return value
        months = value.get("months")
        months = [_levelled(one) for one in months] if isinstance(months, list) else months
        return {**_levelled(value), **({"months": months} if "months" in value else {})}

    @property
    def policy(self) -> Policy:
        """The terms under test."""
        return Policy(rules=self.rules, payment=self.payment)

    @property
    def starts(self) -> list[int]:
        """Ordinal of the first month of each entry of `months`."""
        found, following = [], month_ordinal(FIRST_MONTH)
        for one in self.months:
            found.append(following if one.month is None else one.month)
            following = found[-1] + one.times
        return found

    @property
    def calendar(self) -> list[tuple[int, CaseMonth]]:
        """Ordinal of every month played and what is said of it; nothing happens between months that are named."""
        said = {first + t: one for first, one in zip(self.starts, self.months, strict=True) for t in range(one.times)}
        return [(ordinal, said.get(ordinal, CaseMonth())) for ordinal in range(min(said), max(said) + 1)]


def _levelled(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {key: {ONLY_PARTNER: item} if key in ("facts", "expected") else item for key, item in value.items()}


class PolicyCases(Block):
    """A file of worked examples."""

    schema_version: Literal[1] = Field(alias="schema", description="version of the scenario language")
    cases: dict[str, Case] = Field(min_length=1, max_length=1_000)
    _notes: list[Note] = PrivateAttr(default=[])

    def noted(self, notes: Sequence[Note]) -> None:
        """Keep what reading the file found to say."""
        self._notes = list(notes)

    def notes_of(self, name: str) -> tuple[Note, ...]:
        """What reading the file found to say of one case."""
        at = dotted(("cases", name))
        return tuple(one for one in self._notes if one.path == at or one.path.startswith((f"{at}.", f"{at}[")))


@lru_cache(maxsize=8)
def cases_model(extra: tuple[type, ...] = ()) -> type[PolicyCases]:
    """The file's type with every rule that scenarios know, and those given in `extra`."""
    policy = cast(type[Policy], scenario_model(extra).model_fields["policy"].annotation)
    rules: Any = policy.model_fields["rules"].annotation
    case: Any = create_model("Case", __base__=Case, __doc__=Case.__doc__, rules=(rules, {}))
    cases: Any = dict[str, case]
    return create_model("PolicyCases", __base__=PolicyCases, __doc__=PolicyCases.__doc__, cases=(cases, ...))
