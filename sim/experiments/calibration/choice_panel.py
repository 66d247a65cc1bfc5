"""The panel of partners' choices that a scenario would leave behind, in the columns of a panel file.

Partners who split their flow choose nothing and are left out, as are those who entered this month.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.units import month_name
from sim.engine.layout.lines import Kind
from sim.engine.layout.plan import Plan
from sim.engine.state.market import NEVER
from sim.experiments.calibration.data import ATTRIBUTES
from sim.partners import effort

if TYPE_CHECKING:
    import pandas

    from sim.engine.model import PartnerNetwork


@dataclass(frozen=True)
class _Before:
    """What partners went by that the month itself overwrites."""

    principal: Integers
    reliability: Reals
    market_shares: Reals

    @classmethod
    def of(cls, model: PartnerNetwork) -> _Before:
        table = model.table
        return cls(
            np.array(table.principal, dtype=np.int64), np.array(table.reliability), np.array(model.market.shares)
        )


def panel_of(plan: Plan, replication: int = 0) -> pandas.DataFrame:
    """Every choice of one replication from t = 0 on.

    Returns
    -------
    DataFrame
        A row for each month, partner and alternative there: month (such as 2025-01), partner, segment, alternative,
        chosen, the attributes that some segment weighs (commission: effective yield in points), is_current, reviewed.
    """
    import pandas

    from sim.engine.model import PartnerNetwork  # a study is checked without it

    model, parts = PartnerNetwork(plan, replication), []
    while model.month < plan.months:
        before = _Before.of(model)
        model.step()
        if model.month > 0:
            parts += [_segment(model, kind, before) for kind in plan.kinds if not kind.multi]
    frame = pandas.concat(parts, ignore_index=True)
    idle = [name for name in ATTRIBUTES if not (frame[name].any() and _weighed(plan, name))]
    return frame.drop(columns=idle)


def _weighed(plan: Plan, name: str) -> bool:
    return name not in plan.weights or bool(plan.weights[name].any())


def _segment(model: PartnerNetwork, kind: Kind, before: _Before) -> pandas.DataFrame:
    """The month just played, of one segment."""
    import pandas

    plan, table, month = model.plan, model.table, model.month - 1
    there = np.arange(kind.first, kind.last)
    there = there[table.present[there] & (table.entered[there] != month)]
    offered = np.flatnonzero(model.market.utilities[kind.position] > NEVER)
    shape = (there.size, offered.size)
    columns = {
        "month": np.full(shape, month_name(plan.scenario.start + month), dtype=object),
        "partner": np.broadcast_to(np.asarray(plan.population.ids, dtype=object)[there, None], shape),
        "segment": np.full(shape, kind.name, dtype=object),
        "alternative": np.broadcast_to(np.asarray(plan.principals, dtype=object)[offered], shape),
        "chosen": (table.principal[there, None] == offered).astype(float),
        **{name: value[:, offered] for name, value in _attributes(model, kind, before, there).items()},
        "is_current": (before.principal[there, None] == offered).astype(float),
        "reviewed": np.broadcast_to(_reviewed(model, kind, before, there, offered)[:, None], shape),
    }
    return pandas.DataFrame({name: value.ravel() for name, value in columns.items()})


def _attributes(model: PartnerNetwork, kind: Kind, before: _Before, there: Integers) -> dict[str, Reals]:
    """What each partner saw of each principal: float64[partner, principal] by name."""
    plan, s, t = model.plan, kind.position, model.t - 1
    known = 1 + len(plan.rivals)
    found = {name: np.zeros((there.size, len(plan.principals))) for name in ATTRIBUTES}
    found["commission"][:, 0] = effort.worth(kind.segment.effort, model.table.offer[there])
    found["commission"][:, 1:known] = plan.carriage.by_segment().effective(model.market.rival_rates)[s]
    for name, seen in plan.seen.items():
        found[name][:, :known] = seen[:, t]
    found["reliability"][:, 0] = before.reliability[there]
    found["popularity"][:, :known] = before.market_shares[:known]
    found["outside"][:, known:] = 1.0
    return found


def _reviewed(model: PartnerNetwork, kind: Kind, before: _Before, there: Integers, offered: Integers) -> Reals:
    """Who reviewed: by the month's own draw, or since its principal has left."""
    drawn = model.nouns.work.draw("choice.review")[there] < model.plan.by_segment.review[kind.position, model.t - 1]
    return np.asarray(drawn | ~np.isin(before.principal[there], offered), dtype=float)
