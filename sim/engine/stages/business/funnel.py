"""Views, clicks and leads of the month, counted behind its sales in segments that state a funnel.

They are those of the contracts that buyers ask for this month, whether or not capacity serves them now.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.columns import Table
from sim.base.luck import purpose, uniforms
from sim.base.samplers import binomial
from sim.contracts import leads as stages
from sim.engine.layout.lines import Kind, Line
from sim.engine.state.desk import Desk
from sim.engine.state.now import Now
from sim.engine.state.work_space import WorkSpace

# the model's buffer of one float a row that holds the mean number of contracts while they are sold
EXPECTED = 2


def begin(table: Table, work: WorkSpace) -> None:
    """Nothing is expected and nothing has been counted yet."""
    if len(table.views):
        work.buffers[EXPECTED][:] = 0.0
        for name in ("views", "clicks", "leads", "bad_leads"):
            table.array(name)[:] = 0


def expect(now: Now, table: Table, desk: Desk | None, work: WorkSpace, line: Line, mu: Reals) -> None:
    """Take in the mean number mu[n] of new contracts of a product.

    Negative binomial sales mix each product by a factor of its own, so these segments climb product by product.
    """
    if not len(table.views):
        return
    work.buffers[EXPECTED] += mu
    for kind in _with_funnel(now):
        if kind.segment.sales.law == "negative_binomial":
            for rows, chance in _alike(now, desk, kind):
                _climb(table, work, kind, rows, chance, mu[rows], table.new[line.position, rows], f".{line.name}")


def fill(now: Now, table: Table, desk: Desk | None, work: WorkSpace) -> None:
    """Count what stands before this month's new contracts; capacity has not yet cut them."""
    for kind in _with_funnel(now):
        for rows, chance in _alike(now, desk, kind):
            asked = table.new[:, rows].sum(axis=0)
            if kind.segment.sales.law != "negative_binomial":
                _climb(table, work, kind, rows, chance, work.buffers[EXPECTED][rows], asked.copy(), "")
            _spoil(table, work, kind, rows, table.leads[0, rows] - asked)


def _with_funnel(now: Now) -> list[Kind]:
    return [kind for kind in now.plan.kinds if kind.segment.funnel is not None]


def _alike(now: Now, desk: Desk | None, kind: Kind) -> list[tuple[Integers, float]]:
    """Rows of a segment by the chance that their leads buy; leads of a desk cool down as its replication has it."""
    assert kind.segment.funnel is not None
    chance = kind.segment.funnel.chance(now.ordinal)
    if desk is None or not desk.hands_over[kind.position]:
        return [(now.batch.rows_of_segment(kind.first, kind.last), chance)]
    there = np.arange(kind.first, kind.last)
    left = desk.factor[:, kind.position].tolist()
    return [(now.batch.first(r) + there, chance * part) for r, part in enumerate(left)]


def _climb(
    table: Table, work: WorkSpace, kind: Kind, rows: Integers, chance: float, mu: Reals, level: Integers, suffix: str
) -> None:
    """Go from contracts (level) up to views, and add each level to its column."""
    terms, law = kind.segment.funnel, kind.segment.sales
    assert terms is not None
    scale = 1.0
    for name, passes in (("leads", chance), ("clicks", terms.lead_rate), ("views", terms.click_rate)):
        if law.law == "fixed":
            stages.climb_fixed(mu, scale, passes, level)
        elif law.law == "negative_binomial":
            u = _draw(work, rows, name + suffix)
            stages.climb_mixed(mu, scale, passes, law.volatility**-2.0, u, level)
        else:
            stages.climb_poisson(mu, scale, passes, _draw(work, rows, name + suffix), level)
        table.array(name)[0, rows] += level
        scale /= passes


def _spoil(table: Table, work: WorkSpace, kind: Kind, rows: Integers, unsold: Integers) -> None:
    """Some of the leads that did not buy were none."""
    bad = np.zeros(rows.size, dtype=np.int64)
    share = _spoilt(table, kind, rows)
    if kind.segment.sales.law == "fixed":
        stages.expected_share(unsold, share, bad)
    elif share.any():
        binomial(unsold, share, _draw(work, rows, "bad_leads"), bad)
    table.bad_leads[0, rows] = bad


def _spoilt(table: Table, kind: Kind, rows: Integers) -> Reals:
    """Share of the leads that do not buy that were none: float64[rows], or of one for all."""
    quality = kind.segment.quality
    if quality is None or quality.bad_leads is None:
        return np.array([kind.segment.bad_leads])
    return np.where(table.unsound[0, rows] > 0, quality.bad_leads.unsound, quality.bad_leads.sound)


def _draw(work: WorkSpace, rows: Integers, name: str) -> Reals:
    drawn = np.empty(rows.size)
    uniforms(work.keys[rows], purpose(f"funnel.{name}"), drawn)
    return drawn
