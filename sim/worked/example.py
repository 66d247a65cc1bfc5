"""Worked examples of commission: what happened month by month, and what each partner must get.

A file holds named cases. Where a case names no partners it has one, and the level of partners is left out; where it
names no products it has one, and the level of products is left out. Amounts are in major units, to the minor unit.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, create_model, field_validator, model_validator

from sim.base.notes import Note
from sim.base.spells import Held, by_certificate
from sim.base.units import (
    MINOR_PER_MAJOR,
    Block,
    Dated,
    Money,
    Month,
    Number,
    Positive,
    Share,
    SignedShare,
    WholeMonths,
    month_ordinal,
    to_minor,
)
from sim.policy.terms.schedule import Payment, Policy
from sim.scenario.language.nodes import dotted
from sim.scenario.schema import scenario_model

ONLY_PARTNER, ONLY_PRODUCT = "partner", "product"
FIRST_MONTH = "2025-01"
FIRST_RENEWAL = "2"
LARGEST = 10**14  # minor units; they stay exact, and their sums in range
MOST_CONTRACTS = 10**9
MOST_CLAIMS = 10_000
SLACK = 1e-4  # minor units by which a double near 10^9 may miss a whole number
MOST_TIMES = 1_200
MOST_SALES = 10_000


def _exact(value: float) -> float:
    minor = value * MINOR_PER_MAJOR
    if abs(minor) > LARGEST:
        raise ValueError(f"an amount of at most {LARGEST // MINOR_PER_MAJOR:g} expected, got {value:g}")
    if abs(minor - round(minor)) > SLACK:
        raise ValueError(f"whole minor units expected, got {value:g}; write at most two decimals")
    return value


def _whole_key(value: object) -> int:
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    raise ValueError(f'a whole number expected as key, got "{value}"')


def _renewals(value: object) -> object:
    return value if isinstance(value, dict) else {FIRST_RENEWAL: value}


def _by_age(value: object) -> object:
    return value if isinstance(value, dict) else {"0": value}


def _term_begun(value: object) -> int:
    number = _whole_key(value)
    if number < int(FIRST_RENEWAL):
        raise ValueError(
            f'terms are numbered from the sale, the first renewal begins term {FIRST_RENEWAL}, got "{value}"'
        )
    return number


def _amounts(value: object) -> object:
    return value if isinstance(value, dict | Amounts) else {"commission": value}


Sum = Annotated[Money, AfterValidator(_exact)]
Amount = Annotated[Number, AfterValidator(_exact)]
Count = Annotated[int, Field(ge=0, le=MOST_CONTRACTS)]
WholeKey = Annotated[int, BeforeValidator(_whole_key)]
Renewals = Annotated[dict[Annotated[int, BeforeValidator(_term_begun)], Count], BeforeValidator(_renewals)]


class ProductFacts(Block):
    """What happened to a partner with one product in a month. Counts are contracts."""

    premium_new: Amount | None = Field(
        default=None, description="left out: price x new, or the sum of sales; below 0: more is credited than sold"
    )
    premium_renewal: Amount | None = Field(default=None, description="left out: price x renewed; below 0 likewise")
    new: Count = Field(default=0, description="contracts sold; left out: as many as sales")
    sales: list[Sum] | None = Field(
        default=None, max_length=MOST_SALES, description="premium of each contract sold; left out: all are alike"
    )
    renewed: Renewals = Field(
        default={}, description="contracts renewed: a number, or by the term they begin (2: the first renewal)"
    )
    cost_new: Amount = Field(default=0.0, description="what premium of new business is expected to cost")
    cost_renewal: Amount = Field(default=0.0, description="what premium of renewals is expected to cost")
    due: Count | None = Field(
        default=None,
        description="contracts whose term ended; left out: those renewed, moved, and lost at the end of a term",
    )
    earned: Sum = Field(default=0.0, description="premium earned")
    incurred: Sum = Field(default=0.0, description="claims at ultimate cost; left out: the sum of claims")
    claims: list[Sum] = Field(
        default=[], max_length=MOST_CLAIMS, description="single claims at ultimate cost, where a rule stops each"
    )
    lost: dict[WholeKey, Count] = Field(
        default={}, description="contracts lapsed or cancelled, by months since the sale"
    )
    refunded: Annotated[dict[WholeKey, Sum], BeforeValidator(_by_age)] | None = Field(
        default=None,
        description="premium refunded, by months since it was written, or an amount of this month's; left out: the "
        "unearned premium of the contracts lost, all of it where they are sold once",
    )
    changed: dict[WholeKey, Amount] = Field(
        default={},
        description="premium added to contracts inside their term (seats, an upgrade), or below 0 taken off them (a "
        "downgrade), by months since the sale; it counts as premium of this month",
    )
    moved: dict[WholeKey, Count] = Field(default={}, description="contracts renewed without the partner, by the same")
    collected: dict[WholeKey, Sum] | Sum | None = Field(
        default=None,
        description="premium that has come in, by months since it was written; an amount: of the oldest first; left "
        "out of the whole case: at once",
    )
    paid_up: dict[WholeKey, Count] = Field(
        default={},
        description="contracts now paid in full, by months since the sale; left out: all of a month's sales once "
        "all of their premium has come in",
    )
    in_force: Count | None = Field(
        default=None, description="contracts at the close; left out: those before, plus new, less lost and moved"
    )
    released_passed: Sum = Field(default=0.0, description="the part of `released` that had gone to sponsors")

    @property
    def sold(self) -> int:
        """Contracts sold, as stated or one for each of the sales."""
        return self.new if self.sales is None else len(self.sales)

    @model_validator(mode="after")
    def _sales_agree(self) -> ProductFacts:
        if self.sales is None:
            return self
        if "new" in self.model_fields_set and self.new != len(self.sales):
            raise ValueError(f"new says {self.new} contracts and sales {len(self.sales)}: leave new out, or mend one")
        total = sum(map(to_minor, self.sales))
        if self.premium_new is not None and to_minor(self.premium_new) != total:
            raise ValueError(
                f"premium_new is {self.premium_new:.2f} and sales come to {total / MINOR_PER_MAJOR:.2f}: leave "
                "premium_new out, or mend one"
            )
        return self

    @model_validator(mode="after")
    def _claims_add_up(self) -> ProductFacts:
        total = sum(to_minor(claim) for claim in self.claims)
        if self.claims and "incurred" in self.model_fields_set and to_minor(self.incurred) != total:
            stated = f"incurred is {self.incurred:g} and the claims are {total / MINOR_PER_MAJOR:g} together"
            raise ValueError(f"{stated}: leave out incurred, or mend one of them")
        return self

    @property
    def all_claims(self) -> list[int]:
        """Single claims in minor units; where they are not told apart, their sum as one."""
        found = [to_minor(claim) for claim in self.claims]
        return found or [to_minor(self.incurred)]


class PartnerFacts(ProductFacts):
    """What happened to a partner in a month: products and funnel.

    `active`, `defaulted`, `share`, `arrears`, `outstanding`, `rating` and `survey` stay as stated.
    """

    products: dict[str, ProductFacts] = Field(default={}, description="by product, where there are several")
    released: Sum | None = Field(
        default=None,
        description="deferred commission of cancelled contracts; left out: that of the premium refunded where a rule "
        "counts net of refunds, else 0",
    )
    service: Sum = Field(default=0.0, description="what it costs beyond commission, where a rule asks for it")
    views: Count = 0
    clicks: Count = 0
    leads: Count = 0
    bad_leads: Count = 0
    posts: Count = 0
    claimed: Sum = Field(default=0.0, description="what it has spent on marketing and claims from its marketing fund")
    share: Share | None = Field(default=None, description="our share of its flow; 100% until stated")
    active: bool | None = Field(
        default=None, description="whether it is in the trade; as the partner says until stated"
    )
    defaulted: bool | None = Field(default=None, description="whether it defaulted in an earlier month")
    arrears: Sum | None = Field(default=None, description="premium past due at the last close; 0 until stated")
    outstanding: Sum | None = Field(
        default=None, description="premium that it held at the last close, due or not; its arrears until stated"
    )
    rating: Share | None = Field(default=None, description="rating of the last close; not known until stated")
    survey: SignedShare | None = Field(
        default=None,
        description="answers of customers for us less those against us, as a share; not known until stated",
    )
    incidents: Count = Field(default=0, description="incidents that have come to light since the month before")

    @model_validator(mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """Mappings that are no fact of a partner are facts of the product of that name."""
        if not isinstance(value, dict):
            return value
        named = {key: item for key, item in value.items() if isinstance(item, dict) and key not in cls.model_fields}
        rest = {key: item for key, item in value.items() if key not in named}
        return {**rest, "products": {**rest.get("products", {}), **named}} if named else rest

    def by_product(self, products: Collection[str]) -> dict[str, ProductFacts]:
        """Facts of each product; those of the only one need not be named."""
        if len(products) == 1 and not self.products:
            return dict.fromkeys(products, self)
        return dict(self.products)


class Amounts(Block):
    """What the statement says of one partner. What is left out is not compared.

    commission = accrued + received + expensed + drawn - reversed - loss_share - taken_back - advance_back.
    """

    commission: Amount | None = Field(default=None, description="what the statement owes it")
    accrued: Amount | None = Field(default=None, description="its own commission on its own premium")
    passed: Amount | None = Field(default=None, description="commission on its premium that goes to sponsors")
    received: Amount | None = Field(default=None, description="commission on the premium of others")
    expensed: Amount | None = Field(default=None, description="not on premium, owed: true-ups, fixed sums, bonuses")
    reversed: Amount | None = Field(default=None, description="not on premium, taken back: true-ups, penalties")
    loss_share: Amount | None = Field(default=None, description="losses that it bears")
    taken_back: Amount | None = Field(default=None, description="deferred commission taken back on cancellation")
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
