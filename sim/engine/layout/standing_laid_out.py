"""What partners are to us, laid out: the roster's regions and groups, its dated columns, certificates, appointments.

Notation: i row of a replication.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from sim.base.arrays import Flags, Reals
from sim.base.luck import purpose, uniforms
from sim.base.spells import LONG_AGO
from sim.base.units import Dated
from sim.engine.layout.transfers import SEGMENT
from sim.market.shocks.appointment import Appointment
from sim.partners.listed import Listed
from sim.partners.population import Population
from sim.policy.given.layout import Members
from sim.policy.terms.standing import Change, Standing, held
from sim.scenario.schema import Scenario


def members(scenario: Scenario, roster: Sequence[Listed], population: Population) -> Members:
    """Who the partners are, for rules that choose among them."""
    changes = [
        *_shares(scenario, population),
        *_listed(roster, population),
        *_appointed(scenario, population),
    ]
    standing = Standing.of(population.regions, population.groups, changes)
    quotas = None if np.isnan(population.quota).all() else population.quota
    return Members(population.ids, population.id_hash, standing, quotas)


def _shares(scenario: Scenario, population: Population) -> Iterator[Change]:
    """Certificates of shares of segments: a partner holds one while its number, by its id, lies below the share."""
    for s, segment in enumerate(scenario.segments.values()):
        there = population.slice_of(s)
        rows = np.arange(there.start, there.stop)
        for certificate, share in segment.certified.items():
            drawn = np.empty(rows.size)
            uniforms(population.id_hash[there], purpose(f"certified.{certificate}"), drawn)
            for since, who, holds in _turns(share, drawn):
                yield Change(since, rows[who], certified={certificate: holds})


def _turns(share: Dated[float], drawn: Reals) -> Iterator[tuple[int, Flags, bool]]:
    """By date, for whom of the numbers drawn the certificate begins and for whom it ends."""
    dates = [LONG_AGO, *share.changes]
    yield LONG_AGO, drawn < share.at(LONG_AGO), True
    for before, since in pairwise(dates):
        was, now = drawn < share.at(before), drawn < share.at(since)
        yield since, now & ~was, True
        yield since, was & ~now, False


def _listed(roster: Sequence[Listed], population: Population) -> Iterator[Change]:
    """Certificates and dated columns of the roster."""
    there = [one for one in roster if one.certified or one.appointed]
    by_id = population.rows_by_id() if there else {}
    for one in there:
        rows = np.array(by_id[one.id])
        for name, spells in one.certified:
            yield from held(name, spells, rows)
        for since, what, value in (said for said in one.appointed if said[1] != SEGMENT):
            stated: dict[str, Any] = {what: value}
            yield Change(since, rows, **stated)


def _appointed(scenario: Scenario, population: Population) -> Iterator[Change]:
    events = [one for one in scenario.market.events.values() if isinstance(one, Appointment)]
    by_id = population.rows_by_id() if events else {}
    for event in events:
        rows = np.array([i for one in event.partners for i in by_id[one]])
        yield Change(event.start, rows, event.region, event.group, event.rank, _certified(event))


def _certified(event: Appointment) -> Mapping[str, bool]:
    return dict.fromkeys(event.certified or (), True) | dict.fromkeys(event.withdrawn or (), False)
