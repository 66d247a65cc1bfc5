"""Rates that rules solve partner by partner, with what they are solved from, at every review of one replication."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.base.errors import ScenarioError
from sim.base.units import MINOR_PER_MAJOR, month_name
from sim.engine.layout.plan import Plan
from sim.policy.rules.credibility_rate import CredibilityRate

if TYPE_CHECKING:
    import pandas

    from sim.engine.model import PartnerNetwork

COLUMNS = (
    "rule", "month", "partner", "name", "segment", "premium", "loss_ratio", "credibility", "service", "rate",
)  # fmt: skip


def solved_rates(plan: Plan, replication: int = 0) -> pandas.DataFrame:
    """A row for each partner that is there and covered, at each review.

    Columns: rule, month (the first in which the rates hold), partner, name, segment; premium of the window (major
    units), loss_ratio (NaN without premium), credibility, service (a share of premium), rate.

    Raises
    ------
    ScenarioError
        Where no rule solves rates.
    """
    import pandas

    from sim.engine.model import PartnerNetwork  # a study is checked without it

    rules = [(name, rule) for name, rule in plan.book.rules if isinstance(rule, CredibilityRate)]
    if not rules:
        raise ScenarioError("no rule solves rates partner by partner; state one of the kind credibility_rate")
    model, found = PartnerNetwork(plan, replication), []
    while model.month < plan.months:
        model.step()
        reviewed = [name for name, rule in rules if rule.reviews(model.ordinal - 1) and rule.in_force(model.ordinal)]
        found += [row for name in reviewed for row in _rows(model, name)]
    return pandas.DataFrame(found, columns=list(COLUMNS))


def _rows(model: PartnerNetwork, name: str) -> Iterator[tuple[object, ...]]:
    """What the rule holds of each partner that is there."""
    population, memory = model.plan.population, model.nouns.commission.memory[name]
    covered = np.zeros(model.table.rows, dtype=np.bool_)
    for page in model.plan.book.pages(model.ordinal):
        if page.name == name:
            cells = model.plan.layout.by_row(page.cells) if page.coverage is None else page.coverage
            covered |= cells.any(axis=0)
    for i in np.flatnonzero(covered & model.table.present).tolist():
        premium = int(memory["window_premium"][i])
        yield (
            name, month_name(model.ordinal), population.ids[i], population.names[i],
            population.segments[population.segment[i]], premium / MINOR_PER_MAJOR,
            float(memory["ratio"][i]) if premium else float("nan"), float(memory["credibility"][i]),
            float(memory["service_ratio"][i]), float(memory["rate"][i]),
        )  # fmt: skip
