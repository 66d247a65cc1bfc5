"""What a scenario says of network brokers: their agents, what these are promised, and the broker's own money."""

from __future__ import annotations

from math import prod

from pydantic import Field, model_validator

from sim.base.laws import Law
from sim.base.units import Block, Coefficient, Dated, Money, Positive, Ratio, Share, WholeMonths


class Network(Block):
    """A broker's agents and own money: premium comes in, agents are paid, the rest is remitted (model, section 10)."""

    promised: Dated[Share] = Field(description="share of premium that a broker pays its agents")
    market_rate: Dated[Share] = Field(
        default=Dated[Share].always(0.0), description="share of premium that agents are paid elsewhere"
    )
    agents: Law = Field(description="agents of a broker at the opening; a roster's flow counts instead")
    contracts_per_agent: Positive = Field(
        default=1.0, description="buyers that an agent brings a month, to whichever principal"
    )
    growth: Coefficient = Field(
        default=0.0, description="agents that join a month for each agent, per unit of promised above market rate"
    )
    ceiling: Ratio | None = Field(
        default=None, description="most agents, as a multiple of those at the opening; left out: no bound"
    )
    leave: Share = Field(default=0.0, description="share of the agents that leave a month")
    leave_unpaid: Share | None = Field(
        default=None, description="the same after a month in which they were not paid in full; left out: as leave"
    )
    joining_cost: Money = Field(default=0.0, description="what an agent puts in when it joins")
    pay_lag: WholeMonths = Field(default=0, description="months between a sale and its agent's commission")
    overhead: Money = Field(default=0.0, description="a broker's own costs a month")
    opening_cash: Money = Field(default=0.0, description="a broker's cash when it begins")
    grace: WholeMonths = Field(
        default=0, description="months on end that it may fail to remit in full before it defaults"
    )
    scatter: Share = Field(
        default=0.0,
        description="share of a failed broker's agents that join other brokers of the segment; the rest is gone",
    )

    @model_validator(mode="after")
    def _has_agents(self) -> Network:
        if self.agents.expected is None or self.agents.expected == 0 or self.contracts_per_agent == 0:
            raise ValueError(
                "a network without agents sells nothing; state a mean of agents and contracts_per_agent above 0, "
                f"got agents {self.agents.expected or 0:g} and contracts_per_agent {self.contracts_per_agent:g}"
            )
        if self.ceiling is not None and self.ceiling < 1:
            raise ValueError(f"ceiling is a multiple of the agents at the opening, at least 1; got {self.ceiling:g}")
        return self

    @property
    def flow(self) -> Law:
        """Buyers a month of a broker at the opening."""
        law, each = self.agents, self.contracts_per_agent
        scaled = {name: getattr(law, name) * each for name in ("mean", "low", "high") if getattr(law, name) is not None}
        points = {} if law.values is None else {"values": [value * each for value in law.values]}
        return law.model_copy(update={**scaled, **points})

    def most(self, first: int, months: int) -> float:
        """Largest factor by which a broker's agents may grow in the months from the ordinal `first` on."""
        if self.ceiling is not None:
            return self.ceiling
        series = zip(self.promised.series(first, months), self.market_rate.series(first, months), strict=True)
        return prod(1.0 + self.growth * max(0.0, promised - market) for promised, market in series)
