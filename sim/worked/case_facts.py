"""What happened in a month of a worked example: amounts in major units, to the minor unit, and counts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from sim.base.units import (
    MINOR_PER_MAJOR,
    Block,
    Money,
    Number,
    Share,
    SignedShare,
    to_minor,
)

ONLY_PRODUCT = "product"
FIRST_RENEWAL = "2"
LARGEST = 10**14  # minor units; they stay exact, and their sums in range
MOST_CONTRACTS = 10**9
MOST_CLAIMS = 10_000
SLACK = 1e-4  # minor units by which a double near 10^9 may miss a whole number
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
    released_passed: Sum | None = Field(
        default=None,
        description="the part of `released` that had gone to sponsors; left out: of the premium refunded, or 0 where "
        "`released` is stated",
    )

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
        description="deferred commission of cancelled contracts, sponsors' part included; left out: that of the "
        "premium refunded",
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
