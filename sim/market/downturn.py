"""What crises have in common: the factors they bring, how severe they are, and how their luck is drawn."""

from __future__ import annotations

import numpy as np
from pydantic import Field, field_validator

from sim.base.functions import exp, log
from sim.base.laws import Law, quantiles
from sim.base.units import Block, Positive, Share
from sim.market.conditions import Conditions
from sim.market.story import Story

ONE = Law(dist="constant", mean=1.0)
FACTORS = ("demand", "discipline", "default", "claims", "recovery", "rival_losses", "own_flat")


class WeightFactors(Block):
    """Factors on what partners weigh when they choose a principal."""

    commission: Positive = Field(default=1.0, description="factor on the weight of commission")
    service: Positive = Field(default=1.0, description="factor on the weight of service")
    brand: Positive = Field(default=1.0, description="factor on the weight of brand")
    reliability: Positive = Field(default=1.0, description="factor on the weight of reliability")
    popularity: Positive = Field(default=1.0, description="factor on the weight of popularity")


class Downturn(Story):
    """Factors on demand, discipline, default hazard, claims, recoveries and choice, at severity 1."""

    demand: Positive = Field(default=1.0, description="factor on demand")
    discipline: Share = Field(default=1.0, description="factor on the probability that a batch due is paid")
    default: Positive = Field(default=1.0, description="factor on the default hazard")
    claims: Positive = Field(default=1.0, description="factor on claim severity")
    recovery: Share = Field(default=1.0, description="factor on the share of debt recovered")
    rival_losses: Positive = Field(default=1.0, description="factor on the rivals' loss ratios")
    own_flat: Positive = Field(
        default=1.0, gt=0.0, description="factor on the months in which customers who reserve sell their own"
    )
    weights: WeightFactors = Field(default=WeightFactors(), description="factors on partners' choice weights")
    severity: Law = Field(
        default=ONE, description="power to which the factors are raised, drawn for each crisis; 0 is none"
    )

    @field_validator("severity", "length_factor", "length", check_fields=False)
    @classmethod
    def _can_be_drawn(cls, law: object) -> object:
        if isinstance(law, Law) and (law.expected is None or law.dist == "mixture"):
            raise ValueError("a law with a mean expected, and no mixture; state its mean")
        return law

    def draw(self, law: Law, month: int, purpose: str, conditions: Conditions) -> float:
        """A draw of a law by the world's luck of a month (from t = 0) and a purpose."""
        if law.dist == "constant":
            return float(law.expected or 0.0)
        return float(quantiles(law, np.array([conditions.luck(month, purpose)]))[0])

    def factors(self, severity: float) -> dict[str, float]:
        """Every factor to the power of the severity, by the name under which conditions keep it."""
        plain = {name: getattr(self, name) for name in FACTORS}
        weighed = {
            f"weight.{name}": getattr(self.weights, name)
            for name in WeightFactors.model_fields
            if name not in Block.model_fields
        }
        return {name: _power(factor, severity) for name, factor in (plain | weighed).items()}


def _power(base: float, exponent: float) -> float:
    if base in (0.0, 1.0) or exponent == 1.0:
        return base if exponent > 0.0 else 1.0
    return float(exp(exponent * log(base)))  # with the same bits on every processor
