"""What partners do to us that they should not, laid out.

Notation: s segment of partners, k kind of incident, i row of a replication.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.luck import purpose, uniforms
from sim.base.units import to_minor
from sim.partners.population import Population
from sim.partners.segments import Segment
from sim.partners.terms.quality import ByType, Quality
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class PartnersInDoubt:
    """Who may be unsound, and what unsound and sound partners do."""

    incidents: tuple[str, ...]
    means: Reals
    """of a sound partner and of an unsound one a month: float64[2, k]"""
    cost: Integers
    """of each, minor units: int64[k]"""
    discount: Reals
    """share of a month's premium on new sales that each costs: float64[k]"""
    brand: Reals
    """damage to our brand by each: float64[k]"""
    stop: Integers
    """months without sales after it: int64[k]"""
    keeps: float
    """part of the damage that a month leaves"""
    elasticity: float
    unsound: Reals
    """share of the partners: float64[s]"""
    places: tuple[int, ...]
    """segments of whose quality anything is said"""
    type: Reals
    """a number in (0, 1) of each row, by its id alone: below its segment's share the partner is unsound; float64[i]"""
    bad_leads: Reals
    """share of the leads that do not buy, of sound and unsound partners; NaN where the funnel says it: float64[2, s]"""
    promoters: Reals
    """share of the answers, likewise, our own channels last: float64[2, s + own]"""
    detractors: Reals
    """share of the others of them"""
    asked: Reals
    """1 where it is said what customers answer, else 0: float64[2, s + own]"""


def in_doubt(scenario: Scenario, population: Population) -> PartnersInDoubt | None:
    """What is said of partners' quality; None where nothing is."""
    if not scenario.tells_quality:
        return None
    terms, segments = scenario.quality or Quality(), list(scenario.segments.values())
    promoters, detractors = (
        np.pad(_by_type(segments, name, 0.0), ((0, 0), (0, population.ours))) for name in ("promoters", "detractors")
    )
    kinds, brand = list(terms.incidents.values()), terms.brand
    drawn = np.empty(population.rows)
    uniforms(population.id_hash, purpose("quality.unsound"), drawn)
    asked = [1.0 if one.quality is not None and one.quality.promoters is not None else 0.0 for one in segments]
    return PartnersInDoubt(
        incidents=tuple(terms.incidents),
        means=np.array([[one.sound for one in kinds], [one.unsound for one in kinds]]),
        cost=np.array([to_minor(one.cost) for one in kinds], dtype=np.int64),
        discount=np.array([one.discount for one in kinds]),
        brand=np.array([one.brand for one in kinds]),
        stop=np.array([one.stop for one in kinds], dtype=np.int64),
        keeps=0.0 if brand is None or brand.half_life == 0.0 else 2.0 ** (-1.0 / brand.half_life),
        elasticity=0.0 if brand is None else brand.elasticity,
        unsound=np.array([0.0 if one.quality is None else one.quality.unsound for one in segments]),
        places=tuple(s for s, one in enumerate(segments) if one.quality is not None),
        type=drawn,
        bad_leads=_by_type(segments, "bad_leads", np.nan),
        promoters=promoters,
        detractors=np.minimum(1.0, detractors / np.where(promoters < 1.0, 1.0 - promoters, 1.0)),
        asked=np.tile(np.pad(asked, (0, population.ours)), (2, 1)),
    )


def _by_type(segments: list[Segment], name: str, unstated: float) -> Reals:
    stated: list[ByType | None] = [getattr(one.quality, name, None) for one in segments]
    pairs = [(unstated, unstated) if one is None else (one.sound, one.unsound) for one in stated]
    return np.ascontiguousarray(np.array(pairs, dtype=np.float64).T)
