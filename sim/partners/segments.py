"""What a scenario says of a segment of partners, and the presets it may start from (`segments.yaml`)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from sim.base.laws import Law
from sim.base.spells import by_certificate
from sim.base.units import Block, Coefficient, Dated, Duration, Money, Number, Positive, Ratio, Share, WholeMonths
from sim.partners.branches import Branches
from sim.partners.network import Network
from sim.partners.poaching import Poaching
from sim.partners.terms.funnels import Funnel
from sim.partners.terms.quality import PartnersQuality
from sim.partners.terms.reserving import Reserves
from sim.partners.terms.tracking import Tracking
from sim.partners.terms.working import Attention, Effort

RESERVED = "direct"
POINTS = 100.0  # percentage points of a share


class Weights(Block):
    """Weights of the utility by which a partner chooses a principal (model, section 4)."""

    commission: Dated[Positive] = Field(description="per percentage point of effective commission yield")
    service: Dated[Positive] = Field(default=Dated[Positive].always(0.0), description="utility of a unit of service")
    brand: Dated[Positive] = Field(default=Dated[Positive].always(0.0), description="utility of a unit of brand")
    reliability: Dated[Positive] = Field(default=Dated[Positive].always(0.0), description="utility of a unit of trust")
    popularity: Dated[Positive] = Field(
        default=Dated[Positive].always(0.0), description="on a principal's market share of last month"
    )


class Choice(Block):
    """How a partner's principal is chosen."""

    homing: Literal["single", "multi"] = Field(default="single", description="one principal, or the flow split")
    review: Dated[Share] = Field(description="probability a month to review the choice")
    inertia: Positive = Field(default=0.0, description="utility of staying with the present principal")
    weights: Weights
    renewals: int = Field(
        default=0,
        ge=0,
        le=600,
        description="renewals of a sale that a partner counts when it compares commissions; 0: the sale alone",
    )
    pull: Share = Field(default=0.0, description="share of the customers who ask for us by name")
    us_at_start: Share | None = Field(
        default=None,
        description="share of partners (or of flow) that is ours at the opening; left out: as softmax says",
    )


class Sales(Block):
    """Law and limits of a partner's sales."""

    law: Literal["poisson", "negative_binomial", "fixed"] = Field(
        default="poisson", description="law of the sales of a month; fixed: their mean, fractions carried on"
    )
    volatility: Coefficient = Field(default=0.0, description="cv of the monthly flow (negative binomial)")
    capacity: Positive | None = Field(default=None, description="contracts a month as a multiple of the mean flow")
    waiting_decay: Share = Field(default=1.0, description="share of the waiting customers lost a month")


class Wilful(Block):
    """Holding our premium pays where the money-market rate, `accounts.interest`, is high."""

    above: Share = Field(default=0.0, description="rate a year above which holding pays")
    per_point: Share = Field(description="discipline lost for each percentage point above it")

    def held_back(self, interest: float) -> float:
        """Discipline lost at a rate a year."""
        return self.per_point * POINTS * max(0.0, interest - self.above)


class Remittance(Block):
    """When a partner passes on the premium it collects, and the hazard that it does not."""

    lag: Duration = Field(default=1.0, description="months between sale and remittance; a fraction splits a batch")
    net: bool = Field(default=False, description="true: keeps its commission from each remittance")
    sets_off: bool = Field(
        default=False,
        description="true: of a partner that remits net, what it owes back is taken from the commission that it keeps; "
        "false: it waits for commission that goes through its account",
    )
    discipline: Dated[Share] = Field(
        default=Dated[Share].always(1.0), description="probability that a batch due is paid this month"
    )
    default: Dated[Share] = Field(default=Dated[Share].always(0.0), description="probability of default a month")
    wilful: Wilful | None = Field(
        default=None, description="discipline falls as money gets dear; left out: it does not"
    )

    @model_validator(mode="after")
    def _keeps_some(self) -> Remittance:
        if self.sets_off and not self.net:
            raise ValueError("sets_off is of partners that keep their commission: write net: true, or leave it out")
        return self


class Phoenix(Block):
    """Partners that defaulted come back under a new name: same customers, clean record, new luck. Each returns once."""

    chance: Share = Field(description="probability a month of a return, once the quiet months are over")
    after: WholeMonths = Field(default=0, description="quiet months after the default")


class Turnover(Block):
    """How partners come and go."""

    entry: Dated[Positive] = Field(
        default=Dated[Positive].always(0.0), description="mean number of partners that enter a month"
    )
    ramp: Duration = Field(default=0.0, description="months until an entrant's flow is full")
    recruiting: Dated[Positive] = Field(
        default=Dated[Positive].always(0.0),
        description="mean number of partners that each partner selling for us brings to us a month, as their sponsor",
    )
    leave: Dated[Share] = Field(
        default=Dated[Share].always(0.0), description="probability a month that a partner leaves the trade"
    )
    phoenix: Phoenix | None = Field(default=None, description="return of those that defaulted; left out: they never do")

    @property
    def names(self) -> int:
        """Under how many names a partner may be in the trade."""
        return 1 if self.phoenix is None else 2

    @property
    def brings_others(self) -> bool:
        """Whether partners ever enter, by themselves or brought by others."""
        return self.recruits or any(rate > 0 for rate in self.entry.since.values())

    @property
    def recruits(self) -> bool:
        """Whether partners ever bring others."""
        return any(rate > 0 for rate in self.recruiting.since.values())


class Sponsors(Block):
    """Who brought whom among the partners at the opening; a roster states it partner by partner instead."""

    share: Share = Field(description="share of the segment's partners that another of them has brought")
    fan_out: int = Field(ge=1, description="partners that each sponsor has brought")


class ServiceCost(Block):
    """What a partner costs us beyond commission: base plus size elasticity."""

    onboarding: Money = Field(default=0.0, description="once, when a partner enters")
    base: Money = Field(default=0.0, description="a month for a partner of the segment's mean flow")
    elasticity: Positive = Field(default=0.0, description="cost grows as flow to this power")


Certified = Annotated[dict[str, Dated[Share]], BeforeValidator(by_certificate)]


class Segment(Block):
    """A kind of partner: how many, how large, what they sell, how they choose, remit, come and go."""

    preset: str | None = Field(default=None, description="a preset of sim/partners/segments.yaml to start from")
    partners: int = Field(
        default=0, ge=0, description="number of partners; needed but beside a roster, which counts instead"
    )
    flow: Law = Field(
        description="buyers a month at a partner, from whichever principal; "
        "where a network is stated its agents bring them"
    )
    mix: dict[str, Share] = Field(description="probability that a buyer buys each product")
    relativity: Law = Field(default=Law(dist="constant", mean=1.0), description="risk relativity of its customers")
    adverse: Positive = Field(default=0.0, description="risk added per point of commission above the market")
    fraud: Share = Field(default=0.0, description="undeclared damage: claims added, as a share of true claims")
    side_income: Share = Field(default=0.0, description="repairs that we pay for, share of premium, seen as commission")
    cost_of_money: Share = Field(default=0.0, description="a year")
    funds: Ratio | None = Field(
        default=None,
        description="largest deposit that a partner can afford, as a share of the yearly premium that its whole flow "
        "would bring; left out: any. A network broker pays it out of its cash",
    )
    channel: Literal["online", "offline", "hybrid"] = Field(
        default="offline", description="how its partners meet customers: which sales `tracking` sees"
    )
    region: str = Field(default="", description="where its partners are, for rules that name regions")
    certified: Certified = Field(
        default={},
        max_length=50,
        description="share of its partners that are certified, chosen by their ids, or shares by certificate",
    )
    anyway: Share = Field(
        default=0.0, description="share of its sales without any other touch that would have come without the partner"
    )
    brings: Positive = Field(
        default=0.0, description="demand of our default channel that a sale of the month before adds, contracts a month"
    )
    closes: Literal["us", "partner"] = Field(
        default="partner", description="whom the customer pays; us: what the partner is not credited with is ours"
    )
    needs_staff: Share = Field(default=0.0, description="share of its sales that our staff must help to close")
    attention: Attention | None = Field(default=None, description="how it forgets us; left out: it never does")
    reserves: Reserves | None = Field(
        default=None, description="customers who reserve a unit of finite stock before they buy it; left out: none do"
    )
    tracking: Tracking | None = Field(
        default=None, description="which of its sales are seen, and so paid; left out: all"
    )
    effort: Effort | None = Field(
        default=None, description="how hard it tries for a commission; left out: as hard for any"
    )
    quality: PartnersQuality | None = Field(
        default=None, description="how many of them are unsound, which nobody sees; left out: none is"
    )
    choice: Choice
    sales: Sales = Sales()
    funnel: Funnel | None = Field(default=None, description="views, clicks and leads; left out: none are counted")
    handover: Literal["partner", "desk"] = Field(
        default="partner", description="who answers its leads: the partner itself at once, or our desk (policy.desk)"
    )
    remittance: Remittance = Remittance()
    turnover: Turnover = Turnover()
    sponsors: Sponsors | None = Field(default=None, description="who brought whom; left out: nobody has a sponsor")
    cost: ServiceCost = ServiceCost()
    activation: Share | None = Field(
        default=None, description="chance that a partner that enters ever sells; left out: all do"
    )
    word_of_mouth: Number = Field(
        default=0.0,
        le=0.0,
        description="on the logarithm of its flow: what claims paid late or denied beyond the market's mean do, as a "
        "share of its claims, a month for a year",
    )
    poaches: Poaching | None = Field(
        default=None, description="renewals of our own channels that its partners take over; left out: none"
    )
    branches: Branches | None = Field(default=None, description="where a partner sells; left out: in one place")
    network: Network | None = Field(
        default=None,
        description="agents and cash of network brokers, whose ruin stands in place of discipline and default; "
        "left out: partners have neither",
    )

    @property
    def bad_leads(self) -> float:
        """Share of the leads that do not buy that are expected to be none, of all its partners."""
        if self.quality is not None and self.quality.bad_leads is not None:
            return self.quality.bad_leads.mean(self.quality.unsound)
        return 0.0 if self.funnel is None else self.funnel.bad_leads

    @model_validator(mode="before")
    @classmethod
    def _flow_of_agents(cls, value: object) -> object:
        if not isinstance(value, dict) or value.get("network") is None:
            return value
        try:
            flow: object = Network.model_validate(value["network"]).flow
        except ValidationError:  # it is reported where it stands
            flow = 0
        return {**value, "flow": flow}

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
