"""Partners of whom some are unsound: damage to the brand, audits, and a survey with its error.

Sources: a shot noise with geometric decay (its Laplace transform is that of a Poisson sum); the trinomial law of
promoters and detractors.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
import scipy

from sim.theory.arrays import Floats
from sim.theory.channels.bounds import at_least, exactly, kept, quotient, shares

POINTS = 100.0


@dataclass(frozen=True)
class Brand:
    """Damage by month (mean, float64[months]), its variance at the end, both in the long run, factor on own demand."""

    mean: Floats
    variance_end: float
    steady_mean: float
    steady_variance: float
    demand_factor_end: float


def brand_damage(
    incidents_a_month: float, damage: float, half_life: float, months: int, start: float, elasticity: float
) -> Brand:
    """B <- B 2^(-1/half_life) + damage Poisson(incidents), and E exp(-elasticity B) at the end.

    Damage that never heals (an infinite half-life) has infinite figures in the long run.

    Raises
    ------
    ValueError
        For a negative figure.
    """
    at_least(0.0, incidents_a_month=incidents_a_month, damage=damage, months=months, elasticity=elasticity)
    stays = kept(half_life)
    left = stays ** np.arange(months + 1)
    hit, spread = incidents_a_month * damage, incidents_a_month * damage**2
    seen = np.expm1(-elasticity * damage * left[:months])
    return Brand(
        mean=start * left[1:] + hit * np.cumsum(left[:months]),
        variance_end=spread * float(np.sum(left[:months] ** 2)),
        steady_mean=quotient(hit, 1.0 - stays) if hit else 0.0,
        steady_variance=quotient(spread, 1.0 - stays**2) if hit else 0.0,
        demand_factor_end=float(np.exp(incidents_a_month * np.sum(seen) - elasticity * start * left[-1])),
    )


@dataclass(frozen=True)
class Turnover:
    """Share unsound of entrants, and the share of partners that leaves in a month."""

    unsound_entrants: float
    leave: float

    def __post_init__(self) -> None:
        """Raise a ValueError for a share outside 0 to 1."""
        shares(unsound_entrants=self.unsound_entrants, leave=self.leave)


def unsound_path(start: float, turnover: Turnover, found: float, every: int, months: int) -> Floats:
    """Share unsound in each month, float64[months]; audits close each `every`-th one and find the share `found`."""
    at_least(1, every=every)
    at_least(0, months=months)
    shares(start=start, found=found)
    path, share = np.empty(months), start
    for month in range(months):
        path[month] = share
        share *= 1.0 - found * ((month + 1) % every == 0)
        share += turnover.leave * (turnover.unsound_entrants - share)
    return path


def unsound_after_audit(turnover: Turnover, found: float, every: int) -> float:
    """Share unsound in the month after an audit in the long run; NaN where nothing ever changes it."""
    at_least(1, every=every)
    shares(found=found)
    stays = 1.0 - turnover.leave
    # Towards what the entrants bring, over the cycle; the audit comes before its month's turnover.
    brought = turnover.unsound_entrants * ((1.0 - found) * stays * (1.0 - stays ** (every - 1)) + turnover.leave)
    return quotient(brought, 1.0 - (1.0 - found) * stays**every)


@dataclass(frozen=True)
class Audits:
    """Share unsound by month with audits, and at the end without; incidents in all; money that audits cost and save."""

    unsound_with_audits: Floats
    unsound_end_without: float
    incidents_with: float
    incidents_without: float
    audit_cost: float
    saved: float
    steady_after_audit_month: float

    @property
    def net(self) -> float:
        """What audits save over their cost."""
        return self.saved - self.audit_cost


def audits(
    turnover: Turnover,
    start: float,
    sample: float,
    detection: float,
    every: int,
    months: int,
    hazards: tuple[float, float],
    partners: float,
    incident_cost: float,
    audit_cost: float,
) -> Audits:
    """Audits of a sample of partners every few months, each at a cost; what is found is cured or replaced by sound.

    Parameters
    ----------
    hazards : (float, float)
        Incidents a month of an unsound partner, then of a sound one.
    incident_cost, audit_cost : float
        Of one incident; of looking at one partner.

    Raises
    ------
    ValueError
        For a share outside 0 to 1 or a negative figure.
    """
    shares(sample=sample, detection=detection)
    at_least(0.0, hazards=hazards, partners=partners, incident_cost=incident_cost, audit_cost=audit_cost)
    with_them = unsound_path(start, turnover, sample * detection, every, months)
    without = unsound_path(start, turnover, 0.0, every, months)
    unsound, sound = hazards
    hit, spared = (float(np.sum(partners * (u * unsound + (1.0 - u) * sound))) for u in (with_them, without))
    return Audits(
        unsound_with_audits=with_them,
        unsound_end_without=float(without[-1]) if months else start,
        incidents_with=hit,
        incidents_without=spared,
        audit_cost=months // every * partners * sample * audit_cost,
        saved=(spared - hit) * incident_cost,
        steady_after_audit_month=unsound_after_audit(turnover, sample * detection, every),
    )


@dataclass(frozen=True)
class Survey:
    """Net promoter score in points, standard deviation of the measured one, chance that it lies below a bound."""

    nps: float
    sd: float
    below_bound: float


def survey(promoters: float, detractors: float, answers: int, bound: float) -> Survey:
    """A survey of so many customers; the bound is a share (0.2 is 20 points), and a score at it is not below it.

    Raises
    ------
    ValueError
        For no answers, or shares outside 0 to 1, alone or together.
    """
    at_least(1, answers=answers)
    shares(promoters=promoters, detractors=detractors, **{"promoters and detractors": promoters + detractors})
    score = promoters - detractors
    spread = max(0.0, promoters + detractors - score**2) / answers
    against = np.arange(answers + 1)
    favourable = min(1.0, promoters / (1.0 - detractors)) if detractors < 1.0 else 0.0
    few = scipy.stats.binom.cdf(ceil(answers * exactly(bound)) - 1 + against, answers - against, favourable)
    chance = scipy.stats.binom.pmf(against, answers, detractors)
    return Survey(POINTS * score, POINTS * float(np.sqrt(spread)), float(chance @ few))
