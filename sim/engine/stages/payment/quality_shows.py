"""Stage of the month in which partners' quality shows: incidents and their damage, and what customers answer.

Notation: R replications, n rows of a batch, k kind of incident.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Flags, Integers, Reals
from sim.base.columns import Table
from sim.base.functions import add_up
from sim.base.units import MONTHS_PER_YEAR
from sim.engine.state.brand_damage import BrandDamage
from sim.engine.state.market import Market
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.work_space import WorkSpace
from sim.partners import incidents

CHANCE = 1  # the buffer of one float a row that holds it; draws are in the first


def quality_shows(
    now: Now, market: Market, brand: BrandDamage | None, table: Table, work: WorkSpace, note: Notebook
) -> None:
    """Incidents of the partners that sell for us, what they cost, and the damage; answers of customers."""
    if brand is None:
        return
    selling = _selling(now, market, table)
    if brand.terms.places:
        _note_types(now, brand, table, selling, note)
    if len(table.suspended):
        selling &= table.suspended[0] == 0
        np.maximum(table.suspended - 1, 0, out=table.suspended)
    brand.damage *= brand.terms.keeps
    table.incidents[:] = 0
    for k in range(len(brand.terms.incidents)):
        _happen(now, brand, table, work, k, selling)
    if brand.terms.incidents:
        note.by_incident["incidents"], note.by_incident["incident_cost"] = brand.number, brand.cost
    note["incidents"], note["brand_damage"] = brand.number.sum(axis=1), brand.damage
    if len(table.answers_by_month):
        _ask(now, brand, table, work, note)


def _selling(now: Now, market: Market, table: Table) -> Flags:
    """Partners that sell for us this month: bool[n]."""
    open_ = ~market.closed & now.plan.programme[now.t]
    found: Flags = table.present & (table.share[0] > 0.0) & ~now.batch.is_own & np.repeat(open_, now.batch.of_one)
    return found


def _note_types(now: Now, brand: BrandDamage, table: Table, selling: Flags, note: Notebook) -> None:
    """Note how many there are of those whose quality is in doubt, and how many of them are unsound."""
    for name, there in (("doubted", selling), ("unsound", selling & (table.unsound[0] > 0))):
        upto = np.append(0, np.cumsum(there))
        note.by_doubted[name] = now.batch.by_replication(np.diff(upto[now.batch.layout.bounds]))[:, brand.terms.places]


def _happen(now: Now, brand: BrandDamage, table: Table, work: WorkSpace, k: int, selling: Flags) -> None:
    """Draw the incidents of a kind, and let them have their effect."""
    terms, count, incident = brand.terms, work.counts, brand.terms.incidents[k]
    u = work.draw(f"incident.{incident}")
    incidents.strike(selling, table.unsound[0], terms.means[0, k], terms.means[1, k], u, count)
    rows = np.flatnonzero(count)
    number, place = count[rows], rows // now.batch.of_one
    brand.number[:, k] = _sums(now, place, number)
    brand.cost[:, k] = _sums(now, place, terms.cost[k] * number + _premium_lost(table, rows, number, terms.discount[k]))
    brand.damage += terms.brand[k] * brand.number[:, k]
    if len(table.incidents):
        table.incidents[0] += count
    if terms.stop[k]:
        table.suspended[0, rows] = np.maximum(table.suspended[0, rows], terms.stop[k])


def _premium_lost(table: Table, rows: Integers, number: Integers, discount: float) -> Integers:
    """What incidents take off the month's premium on new sales of these partners, at most all of it: minor units."""
    premium = table.premium_new[:, rows].sum(axis=0) - table.added_new[:, rows].sum(axis=0)
    return np.rint(np.minimum(number * discount, 1.0) * premium).astype(np.int64)


def _sums(now: Now, place: Integers, amounts: Integers) -> Integers:
    """Whole numbers of partners by replication: int64[R]."""
    found = np.zeros(now.size, dtype=np.int64)
    np.add.at(found, place, amounts)
    return found


def _ask(now: Now, brand: BrandDamage, table: Table, work: WorkSpace, note: Notebook) -> None:
    """Let customers of the month's new sales answer: promoters are some of them, detractors some of the others."""
    survey, terms, slot = now.policy.survey, brand.terms, now.month % MONTHS_PER_YEAR
    answered, score, against = np.empty((3, table.rows), dtype=np.int64)
    sold, chance = work.counts, 0.0 if survey is None else survey.answers
    add_up((table.new,), sold)
    _some(now, table, work, sold, chance * terms.asked, "survey.answers", answered)
    _some(now, table, work, answered, terms.promoters, "survey.promoters", score)
    _some(now, table, work, answered - score, terms.detractors, "survey.detractors", against)
    score -= against
    incidents.hear(
        answered,
        score,
        table.answers_by_month[slot],
        table.score_by_month[slot],
        table.survey_answers[0],
        table.survey_score[0],
    )
    for name, column in (("survey_answers", answered), ("survey_score", score)):
        note[name] = column.reshape(now.size, -1).sum(axis=1)


def _some(
    now: Now, table: Table, work: WorkSpace, whole: Integers, shares: Reals, name: str, out: Integers
) -> None:  # fmt: skip
    """Draw out[n], some of each partner's whole[n], each with the share of its type, shares[2, segment]."""
    chances = work.buffers[CHANCE]
    incidents.of_types(now.edges, shares, table.unsound[0], chances)
    work.binomial(name, whole, chances, out)
