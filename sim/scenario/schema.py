"""The scenario, assembled from what the rooms declare."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar, Literal, cast

from pydantic import Field, create_model, model_validator

from sim.base.discover import kinds, one_of
from sim.base.in_python.arguments import LARGEST_SEED, MOST_REPLICATIONS
from sim.base.units import Block, Bound, Month, Positive, Share, WholeMonths
from sim.contracts.journeys import Journey
from sim.contracts.own_channels import OwnChannel
from sim.contracts.products import Product
from sim.figures.figure import Trade
from sim.figures.own import OwnKey, own_key_figures
from sim.figures.vocabulary import Vocabulary
from sim.market.shocks.ban import Ban
from sim.market.story import Story
from sim.market.strategy import Strategy
from sim.market.terms import Market, Rival, Us
from sim.money.terms import Accounts, Opening
from sim.partners.segments import Roster, Segment
from sim.partners.terms.quality import Quality
from sim.policy.attribution.window import Window
from sim.policy.attribution_rule import AttributionRule
from sim.policy.rule import Rule
from sim.policy.succession import Earlier, rules_of
from sim.policy.terms.hold_out import HoldOut
from sim.policy.terms.schedule import Policy
from sim.scenario.own_stage import OwnStage, own_stages
from sim.scenario.trade import Spoken, trade_of
from sim.scenario.unknown import Unknown
from sim.settlement.terms import Credit

SCHEMA_VERSION = 1
LARGEST_HORIZON = 1200
UNPLAYED = frozenset((
    "name", "description", "criteria", "replications", "roster", "actuals", "uncertainties", "breaks", "experiment",
))  # fmt: skip
"""keys that are not played: no figure of a replication depends on them (partners of a roster come by themselves)"""


class Criterion(Block):
    """A bound on a KPI: on its mean, or on a share of the replications."""

    kpi: str = Field(description="a KPI of summary.json")
    at_least: Bound | None = Field(default=None, description="lowest value that is good")
    at_most: Bound | None = Field(default=None, description="highest value that is good")
    in_share: Share | None = Field(
        default=None, description="share of replications in which the bound must hold; left out: it bounds the mean"
    )

    @model_validator(mode="after")
    def _one_bound(self) -> Criterion:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give either at_least or at_most")
        return self


class OpeningUnderPolicy(Opening):
    """How the books open, and under which policy the warm-up is played."""

    policy: Policy | None = Field(
        default=None,
        description="policy of the warm-up, deposits apart; left out: that of the horizon. Levers put it here: what "
        "they change under policy holds from the start",
    )
    rewritten_by: list[str] = Field(
        default=[], description="paths at which levers have also changed the warm-up, as a run names them"
    )


class Scenario(Block):
    """Everything one run needs. Amounts are in major units of `currency`."""

    own_key_figures: ClassVar[tuple[OwnKey, ...]] = ()
    """key figures from outside the package"""
    own_stages: ClassVar[tuple[type[OwnStage], ...]] = ()
    """stages of the month from outside the package"""
    schema_version: Literal[1] = Field(alias="schema", description="version of the scenario language")
    name: str = Field(min_length=1, max_length=200, description="its title, for people")
    description: str = Field(default="", description="its question, for people")
    currency: str = Field(default="RUB", pattern=r"^[A-Z]{3}$", description="of all amounts, three capital letters")
    start: Month = Field(description="first month, such as 2025-01")
    months: WholeMonths = Field(ge=1, le=LARGEST_HORIZON, description="horizon, such as 60mo")
    seed: int = Field(default=1, ge=0, le=LARGEST_SEED, description="of all luck")
    replications: int = Field(default=200, ge=1, le=MOST_REPLICATIONS, description="how often the luck is drawn anew")
    opening: OpeningUnderPolicy
    products: dict[str, Product] = Field(min_length=1, max_length=50)
    segments: dict[str, Segment] = Field(min_length=1, max_length=200)
    roster: Roster | None = Field(default=None, description="partners one by one, instead of the segments' numbers")
    own: dict[str, OwnChannel] = Field(default={}, max_length=20, description="our own channels")
    journeys: dict[str, Journey] = Field(
        default={}, max_length=200, description="what else touched the customers of partners; left out: nothing did"
    )
    quality: Quality | None = Field(
        default=None, description="what partners do to us that they should not; left out: nothing"
    )
    actuals: str | None = Field(
        default=None,
        description="CSV of what happened in months that are over, which a run lays over its fan: month, segment or "
        "product, premium, claims, commission, partners",
    )
    experiment: HoldOut | None = Field(
        default=None, description="regions that would do without partners for a while; left out: none is thought of"
    )
    us: Us = Us()
    rivals: dict[str, Rival] = Field(default={}, max_length=30)
    market: Market = Market()
    policy: Policy
    credit: Credit = Credit()
    accounts: Accounts = Accounts()
    criteria: dict[str, Criterion] = Field(default={}, description="what the policy must achieve")
    uncertainties: dict[str, Unknown] = Field(
        default={}, max_length=50, description="figures that we do not know, each with its law: the verdict with doubt"
    )
    breaks: list[str] = Field(
        default=[],
        max_length=50,
        description="paths of assumed figures without a law whose breaking points are wanted too",
    )
    vocabulary: Trade | None = Field(
        default=None,
        description="words of screens and pages: insurance, sales or subscription; left out: by what the products have",
    )
    words: dict[str, Spoken] = Field(
        default={},
        max_length=200,
        description="words of your own by name: of the nouns partner, customer, contract, of a figure or an account",
    )
    population_limit: Positive = Field(default=5_000_000, description="refuse more partners than this")

    @property
    def trade(self) -> Trade:
        """The trade that the products are of."""
        return trade_of(self.products.values())

    @property
    def spoken(self) -> Vocabulary:
        """The words that screens and pages speak."""
        return Vocabulary(self.vocabulary or self.trade, {name: one.texts for name, one in self.words.items()})

    @property
    def earlier(self) -> Earlier | None:
        """The policy of the warm-up, where it is another than that of the horizon."""
        before = self.opening.policy
        return None if before is None or not self.opening.months else Earlier(before, self.start)

    @property
    def credits_sales(self) -> bool:
        """Whether it tells whose a sale is: who else touched it, who would have bought anyway, or which are seen."""
        return bool(self.journeys) or self.tracks_sales or any(one.anyway for one in self.segments.values())

    @property
    def registers(self) -> bool:
        """Whether partners register with us of whom not all ever sell."""
        return any(one.activation is not None for one in self.segments.values())

    @property
    def poached(self) -> bool:
        """Whether partners take over renewals of our own channels."""
        return any(one.poaches is not None for one in self.segments.values())

    @property
    def bans(self) -> dict[str, Ban]:
        """Types of partners that may sell no more from a month on, by the names of the events."""
        return {name: one for name, one in self.market.events.items() if isinstance(one, Ban)}

    @property
    def tracks_sales(self) -> bool:
        """Whether sales of some partners are not all seen, or cheaper where they are."""
        stated = [(one.tracking, one.channel) for one in self.segments.values()]
        return any(one is not None and not one.credits_all(channel) for one, channel in stated)

    @property
    def forgets(self) -> bool:
        """Whether some partners forget us unless somebody reminds them."""
        return any(one.attention is not None for one in self.segments.values())

    @property
    def sends_customers(self) -> bool:
        """Whether some channel of ours sends customers to partners."""
        return any(one.sends is not None for one in self.own.values())

    @property
    def hands_over(self) -> bool:
        """Whether our desk answers leads of some partners."""
        return any(one.handover == "desk" for one in self.segments.values())

    @property
    def makes_wait(self) -> bool:
        """Whether buyers may wait: for partners who serve only so many, or for our desk."""
        return self.hands_over or any(one.sales.capacity is not None for one in self.segments.values())

    @property
    def has_stock(self) -> bool:
        """Whether there are only so many units of some product."""
        return any(one.stock is not None for one in self.products.values())

    @property
    def tells_quality(self) -> bool:
        """Whether partners differ in quality, or do to us what they should not."""
        return self.quality is not None or any(one.quality is not None for one in self.segments.values())

    @property
    def surveys(self) -> bool:
        """Whether customers are ever asked about the partner that sold to them."""
        return any(one.survey is not None for one in self.policies)

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The policies in the order in which they are in force."""
        return (self.policy,) if self.earlier is None else (self.earlier.policy, self.policy)

    @property
    def limits_sales(self) -> bool:
        """Whether some policy limits what partners may sell."""
        return any(one.deposits is not None or one.credit_control is not None for one in self.policies)

    @property
    def reads_collected(self) -> bool:
        """Whether some rule reads the premium that has come in."""
        return any(rule.reads_collected for _, rule in self.rules)

    @property
    def rules(self) -> list[tuple[str, Rule]]:
        """Every rule with its name, those of the warm-up included; a name may stand twice, for months that follow."""
        return rules_of(self.policy, self.earlier)


@lru_cache(maxsize=8)
def scenario_model(extra: tuple[type, ...] = ()) -> type[Scenario]:
    """The scenario's type with every rule, strategy and story found by file, by entry point or given in `extra`.

    Key figures and stages from outside come with the type.

    Raises
    ------
    ScenarioError
        Where a key figure or a stage from outside is not declared as it must be, or has a name that is taken.
    """
    rules = one_of(kinds("sim.policy.rules", Rule, "partner_sim.rules", extra))
    strategies = one_of(kinds("sim.market.rivals", Strategy, "partner_sim.rivals", extra))
    stories = one_of(kinds("sim.market.shocks", Story, "partner_sim.shocks", extra))
    policy = _policy_model(rules, extra)
    static = kinds("sim.market.rivals", Strategy, "partner_sim.rivals", extra)["static"]
    rival = _with(Rival, strategy=(strategies, static.model_validate({"kind": "static"})))
    market = _with(Market, events=(dict[str, stories], {}))  # type: ignore[valid-type]  # found at run time
    rivals = dict[str, rival]  # type: ignore[valid-type]  # found at run time
    opening = _with(OpeningUnderPolicy, policy=(policy | None, OpeningUnderPolicy.model_fields["policy"]))
    fields = {"opening": (opening, ...), "policy": (policy, ...), "rivals": (rivals, {}), "market": (market, market())}
    model = _with(Scenario, **fields)
    found = cast(type[Scenario], model)
    found.own_key_figures, found.own_stages = own_key_figures(extra), own_stages(extra)
    return found


def _policy_model(rules: Any, extra: tuple[type, ...]) -> type[Block]:
    """The policy's type, with what is found; any attribution rule but a window may stand inside a window."""
    found = kinds("sim.policy.attribution", AttributionRule, "partner_sim.attribution", extra)
    inside: Any = one_of({kind: one for kind, one in found.items() if one is not Window})
    window = _with(Window, then=(inside | None, Window.model_fields["then"]))
    credited: Any = one_of(found | {"window": cast(type[AttributionRule], window)})
    named = (dict[str, credited], Policy.model_fields["attribution"])
    return _with(Policy, rules=(dict[str, rules], {}), attribution=named)


def _with(model: type[Block], **fields: Any) -> type[Block]:
    return create_model(model.__name__, __base__=model, __doc__=model.__doc__, **fields)
