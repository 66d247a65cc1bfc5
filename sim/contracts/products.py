"""What a scenario says of a product: price, term, renewal, season, claims or cost of goods, expenses."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from sim.base.in_turn import sum_in_turn
from sim.base.laws import Law
from sim.base.units import (
    MONTHS_PER_YEAR,
    Block,
    Coefficient,
    Dated,
    Money,
    Positive,
    Ratio,
    Share,
    SignedShare,
    WholeMonths,
)
from sim.contracts.change_terms import Changes, Enlargement, Reduction
from sim.contracts.finite_stock import Stock

DUST = 1e-9  # that sums of shares may miss 1 by


class CommonFactor(Block):
    """Random factor of mean 1 that all claims of a product share; one level a year, lognormal, AR(1) between years."""

    cv: Coefficient = Field(default=0.0, description="coefficient of variation of the yearly factor")
    persistence: Share = Field(default=0.0, description="correlation of its logarithm from one year to the next")


class Claims(Block):
    """Frequency and severity. With `loss_ratio` the mean severity follows from the premium."""

    loss_ratio: Dated[Ratio] | None = Field(
        default=None, description="expected claims as a share of earned premium, at the product's reference price"
    )
    frequency: Dated[Positive] = Field(description="claims a contract-year (a contract, for one-off sales)")
    count: Literal["poisson", "negative_binomial"] = Field(default="poisson", description="law of their number")
    count_cv: Coefficient = Field(default=0.0, description="cv of a partner's mixing factor (negative binomial)")
    severity: Law = Field(description="law of one claim; leave out its mean where loss_ratio is given")
    common: CommonFactor = CommonFactor()
    reserve_error: SignedShare = Field(default=0.0, description="share by which claims are first booked too high")
    reserve_cv: Coefficient = Field(
        default=0.0, description="reserve risk: coefficient of variation, by year, of what claims are first booked at"
    )
    inflation: Dated[SignedShare] = Field(
        default=Dated[SignedShare].always(0.0), description="of claims a year: those to come, and those still unpaid"
    )
    payment_pattern: list[Share] = Field(
        default=[1.0], min_length=1, description="shares of a claim paid by month since it happened; they add up to 1"
    )
    report_pattern: list[Share] = Field(
        default=[1.0], min_length=1, description="shares of claims known by month since they happened; they add up to 1"
    )

    @field_validator("payment_pattern", "report_pattern")
    @classmethod
    def _without_dust(cls, shares: list[float]) -> list[float]:
        total = sum_in_turn(shares)  # 0.1 + 0.2 + 0.7 is not quite 1
        return [share / total for share in shares] if 0 < abs(total - 1.0) <= 1e-9 else shares

    @model_validator(mode="after")
    def _consistent(self) -> Claims:
        if (self.loss_ratio is None) == (self.severity.expected is None):
            raise ValueError("give either loss_ratio or the mean of severity, not both and not neither")
        if self.severity.dist in ("discrete", "mixture", "uniform") and self.loss_ratio is not None:
            raise ValueError(f"a {self.severity.dist} severity has its own mean: leave out loss_ratio")
        if self.severity.dist == "uniform":
            raise ValueError("a uniform severity is not offered: use gamma, lognormal, exponential, pareto or discrete")
        for name, pattern in (("payment_pattern", self.payment_pattern), ("report_pattern", self.report_pattern)):
            if abs(sum(pattern) - 1.0) > 1e-9:
                raise ValueError(f"{name} must add up to 1, it adds up to {sum(pattern):.6g}")
        if self.count == "negative_binomial" and self.count_cv == 0:
            raise ValueError("a negative binomial count needs count_cv above 0")
        return self


class Expenses(Block):
    """Costs of the product other than claims and commission."""

    acquisition: Share = Field(default=0.0, description="other acquisition cost, share of written premium")
    administration: Share = Field(default=0.0, description="share of earned premium")
    administration_fixed: Money = Field(default=0.0, description="fixed administration, a month")
    handling: Share = Field(default=0.0, description="claims handling, share of incurred claims")
    onload: Share = Field(default=0.0, description="tax and social charges on commission, share of it")


class Product(Block):
    """A product line: what a customer's contract costs, earns and loses."""

    price: Dated[Money] = Field(description="mean premium of a contract")
    price_cv: Coefficient = Field(default=0.0, description="coefficient of variation of the price of a contract")
    sizes: Law | None = Field(
        default=None,
        description="law of the premium of each contract, drawn one by one, of mean price; left out: all have the "
        "price, or their sum varies as price_cv says",
    )
    reference_price: Money | None = Field(
        default=None,
        description="price at which loss_ratio or cost_ratio holds; left out: the first price of the file at the root "
        "of extends",
    )
    follows_price: bool = Field(
        default=False, description="loss_ratio or cost_ratio holds at every price: a dearer contract costs more"
    )
    price_response: Positive = Field(
        default=0.0,
        description="elasticity of our sales against the rivals' price: sales x (ours / theirs)^-elasticity",
    )
    term: WholeMonths = Field(default=MONTHS_PER_YEAR, description="months a contract runs; 0mo is a one-off sale")
    instalments: list[Share] = Field(
        default=[1.0],
        min_length=1,
        max_length=5 * MONTHS_PER_YEAR,
        description="shares of the premium that customers of partners pay by month from the sale on; they add up to 1",
    )
    renewal: list[Share] = Field(
        default=[0.0],
        min_length=1,
        description="by term: at the end of the first, the second and so on; the last goes on",
    )
    season: list[Positive] = Field(default=[1.0] * MONTHS_PER_YEAR, description="factor of January to December, mean 1")
    claims: Claims | None = None
    cost_ratio: Dated[Ratio] | None = Field(
        default=None, description="cost of goods as a share of earned premium, at the reference price"
    )
    expenses: Expenses = Expenses()
    cancellation: Share = Field(default=0.0, description="share of contracts in force cancelled a month")
    changes: Changes | None = Field(
        default=None, description="contracts changed inside their term; left out: none ever is"
    )
    portability: Share = Field(default=0.0, description="share of renewals that follows a partner who leaves")
    direct_retention: Share = Field(default=1.0, description="renewal direct with us over renewal through the partner")
    cross_sale: Share = Field(
        default=0.0, description="contracts a month our own channels sell to each partner contract"
    )
    commission_cap: Dated[Share] | None = Field(default=None, description="the regulator's highest commission rate")
    repeat: Positive = Field(
        default=0.0, description="purchases a month of each customer that a partner has brought before"
    )
    repeat_for: WholeMonths = Field(
        default=MONTHS_PER_YEAR, description="months since the last referral during which a customer comes back"
    )
    stock: Stock | None = Field(default=None, description="units that there are; left out: always another one")

    @model_validator(mode="before")
    @classmethod
    def _one_rate(cls, value: object) -> object:
        if isinstance(value, dict) and "renewal" in value and not isinstance(value["renewal"], list):
            return {**value, "renewal": [value["renewal"]]}
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Product:
        if (self.claims is None) == (self.cost_ratio is None):
            raise ValueError("a product needs either claims or cost_ratio")
        if abs(sum(self.instalments) - 1.0) > DUST or self.instalments[-1] == 0.0:
            raise ValueError(
                f"instalments must add up to 1 and end above 0, they add up to {sum(self.instalments):.6g}"
            )
        if len(self.season) != MONTHS_PER_YEAR:
            raise ValueError(f"season needs 12 factors, got {len(self.season)}")
        if abs(sum(self.season) / MONTHS_PER_YEAR - 1.0) > 1e-6:
            raise ValueError(f"the season's factors must have mean 1, theirs is {sum(self.season) / 12:.6g}")
        if self.sizes is not None:
            _require_shape(self.sizes, self.price_cv)
        if self.term == 0 and (any(self.renewal) or self.cancellation):
            raise ValueError(
                "a one-off sale (term 0mo) neither renews nor is cancelled: leave both out, or state the term in which "
                "it may come back"
            )
        if self.term == 0 and self.changes is not None:
            raise ValueError(
                "a one-off sale (term 0mo) has no term inside which it could be changed: leave changes out"
            )
        if self.term > 5 * MONTHS_PER_YEAR:
            raise ValueError("terms are at most 60mo; write longer business as renewal")
        if self.repeat > 0 and self.repeat_for < 1:
            raise ValueError("customers that come back do so for some months: state repeat_for, such as 12mo")
        return self

    @property
    def price_spread(self) -> float:
        """Coefficient of variation of the price of a contract, 1 where its law states none; 0: all have the price."""
        return self.price_cv if self.sizes is None else self.sizes.cv or 1.0

    @property
    def enlarged(self) -> Enlargement | None:
        """How premium is added inside the term, where it ever is."""
        up = None if self.changes is None else self.changes.up
        return up if up is not None and up.happens else None

    @property
    def reduced(self) -> Reduction | None:
        """How premium is taken off inside the term, where it ever is."""
        down = None if self.changes is None else self.changes.down
        return down if down is not None and down.happens else None

    @property
    def changed(self) -> bool:
        """Whether contracts are ever changed inside their term."""
        return self.enlarged is not None or self.reduced is not None

    @property
    def repeat_months(self) -> int:
        """Months for which customers are followed, 0 where they do not come back."""
        return self.repeat_for if self.repeat > 0 else 0

    def life(self, months: int) -> float:
        """Months that a contract is in force on average, renewals included, as far as `months` after its sale reach."""
        total, there = 0.0, float(self.term > 0)
        for age in range(months if self.term else 0):
            if age and age % self.term == 0:
                there *= self.renewal[min(age // self.term, len(self.renewal)) - 1]
            total += there
            there *= 1.0 - self.cancellation
        return total


def _require_shape(sizes: Law, price_cv: float) -> None:
    """Refuse sizes that have a mean of their own, or that vary twice."""
    if sizes.mean is not None or sizes.dist in ("constant", "uniform", "mixture"):
        raise ValueError(
            "sizes have the price for their mean: write lognormal, gamma, exponential, pareto or discrete without mean"
        )
    if price_cv > 0:
        raise ValueError("sizes and price_cv both say how prices vary: leave one out")
