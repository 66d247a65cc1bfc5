"""Partner flows by quarter, and agents by joining month, as labelled frames over the replications."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR
from sim.engine.layout.plan import Plan
from sim.engine.state.moves import QUARTER
from sim.runs.replicate import Replication

if TYPE_CHECKING:
    import pandas

OUTSIDE = ("(left)", "(defaulted)", "(new)")  # in brackets: a rival may have any name
COHORTS = ("joining", "before_default")


def quarters(plan: Plan) -> list[str]:
    """The calendar quarters of the horizon by name, such as 2025-Q1; the first and the last may be short."""
    start, end = plan.scenario.start, plan.scenario.start + plan.months
    found = range(start // QUARTER, (end - 1) // QUARTER + 1)
    each = MONTHS_PER_YEAR // QUARTER
    return [f"{one // each:04d}-Q{one % each + 1}" for one in found]


def places(plan: Plan) -> list[str]:
    """Where partners may be: the principals, then outside of the market."""
    return [*plan.principals, *OUTSIDE]


def flows(plan: Plan, replications: Sequence[Replication]) -> pandas.DataFrame:
    """Partners by replication, quarter, place at its beginning and at its end; rows without partners left out."""
    import pandas

    counts, names = np.array([one.flows for one in replications]), np.array(places(plan))
    r, q, before, after = np.nonzero(counts)
    return pandas.DataFrame({
        "replication": np.array([one.number for one in replications])[r], "quarter": np.array(quarters(plan))[q],
        "from": names[before], "to": names[after], "partners": counts[r, q, before, after],
    })  # fmt: skip


def joining(replications: Sequence[Replication]) -> pandas.DataFrame:
    """Agents and what they gained, by joining month and, of defaulted brokers, by months from joining to default."""
    import pandas

    found = np.array([one.joining for one in replications]).reshape(len(replications), len(COHORTS), 2, -1)
    r, by, m = (axis.ravel() for axis in np.indices((len(replications), len(COHORTS), found.shape[-1])))
    return pandas.DataFrame({
        "replication": np.array([one.number for one in replications])[r], "by": np.array(COHORTS)[by],
        "month": m + (by == 0), "agents": found[r, by, 0, m], "gain": found[r, by, 1, m] / MINOR_PER_MAJOR,
    })  # fmt: skip
