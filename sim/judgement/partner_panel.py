"""The panel of partners: by segment and year for every replication, by partner for those asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR
from sim.engine.layout.plan import Plan
from sim.figures.figure import of_part
from sim.figures.monthly import MONTHLY
from sim.judgement import partner_contributions
from sim.results.contribution import COMPONENTS, Contributions
from sim.results.cube import Cube
from sim.runs.panel import PANEL
from sim.runs.replicate import Replication

if TYPE_CHECKING:
    import pandas

_COUNTS = ("contracts", "status")
_STATUS = np.array(["absent", "active", "left", "defaulted"])


def frame(plan: Plan, cube: Cube, replications: Sequence[Replication]) -> pandas.DataFrame:
    """Columns replication, year, level (segment or partner), segment, partner, name, and the figures."""
    import pandas

    found = Contributions(cube)
    parts = [_segments(plan, cube, found)]
    parts += [_partners(plan, found, place, one) for place, one in enumerate(replications) if one.panel]
    return pandas.concat(parts, ignore_index=True)


def _segments(plan: Plan, cube: Cube, contributions: Contributions) -> pandas.DataFrame:
    import pandas

    names = plan.population.segments
    starts = np.arange(0, plan.months, MONTHS_PER_YEAR)
    ends = np.minimum(starts + MONTHS_PER_YEAR, plan.months) - 1
    shape = (len(cube.replications), starts.size, len(names))
    index = np.indices(shape)
    columns = {
        "replication": np.asarray(cube.replications)[index[0].ravel()],
        "year": index[1].ravel() + 1,
        "level": np.full(index[0].size, "segment"),
        "segment": np.asarray(names)[index[2].ravel()],
    }
    for one in (one for one in (*MONTHLY, *plan.own_figures) if one.axis == "segment"):
        series = np.stack([cube.series(of_part(one.name, segment)) for segment in names], axis=-1)
        yearly = series[:, ends] if one.adds == "stock" else np.add.reduceat(series, starts, axis=1)
        columns[one.name] = yearly.ravel()
    by_year = contributions.by_segment.amounts.transpose(0, 2, 3, 1)
    return pandas.DataFrame(columns | _margins(by_year))


def _partners(plan: Plan, contributions: Contributions, place: int, one: Replication) -> pandas.DataFrame:
    import pandas

    population = plan.population
    years, rows = one.panel["premium"].shape
    there = np.tile(np.arange(rows), years)
    columns = {
        "replication": np.full(years * rows, one.number),
        "year": np.repeat(np.arange(years) + 1, rows),
        "level": np.full(years * rows, "partner"),
        "segment": np.asarray(population.segments)[population.segment[there]],
        "partner": np.asarray(population.ids, dtype=object)[there],
        "name": np.asarray(population.names, dtype=object)[there],
    }
    for name in PANEL:
        values = one.panel[name].ravel()
        columns[name] = values if name in _COUNTS else values / MINOR_PER_MAJOR
    columns["status"] = _STATUS[columns["status"]]
    columns["joined"] = np.tile(_joined(one.panel["joined"][-1]), years)
    whole = contributions.by_segment.amounts[:, :, place]
    columns |= _margins(partner_contributions.by_partner(whole, one.panel, population.segment))
    kept = columns["status"] != "absent"
    if plan.transfers:  # a partner of two segments in the year is told in both
        kept |= (columns["premium"] != 0) | (columns["contribution"] != 0)
    return pandas.DataFrame(columns)[kept]


def _joined(month: Integers) -> Integers:
    """Year in which partners came to us, from the month of the horizon: 0 with us from the first, -1 never."""
    year = (month - 1) // MONTHS_PER_YEAR + 1
    return np.where(month == 0, -1, np.where(month == 1, 0, year))


def of_partners(frame: pandas.DataFrame, plan: Plan) -> pandas.DataFrame:
    """The rows of partners one by one, without those of our own channels."""
    return frame[(frame["level"] == "partner") & frame["segment"].isin(list(plan.scenario.segments))]


def by_joining_year(frame: pandas.DataFrame, plan: Plan) -> pandas.DataFrame:
    """What partners contribute by the year in which they came to us: joined, year, partners, premium, contribution.

    Means over the replications whose partners were followed, major units; our own channels and partners that never
    were with us are left out. Joined 0 are those with us from the first month.
    """
    there = of_partners(frame, plan)
    there = there[there["joined"] >= 0]
    followed = there["replication"].nunique()
    cells = there.groupby(["joined", "year"])
    found = cells[["premium", "contribution"]].sum() / followed
    alone = there.drop_duplicates(["replication", "year", "partner"])
    found.insert(0, "partners", alone.groupby(["joined", "year"]).size() / followed)
    return found.reset_index().astype({"joined": "int64"})


def _margins(amounts: Integers) -> dict[str, Reals]:
    """Columns of components[c, ...] and of the margin that they come to, major units."""
    named = {f"contribution_{name}": one for name, one in zip(COMPONENTS, amounts, strict=True)}
    both = {"contribution": np.add.reduce(amounts), **named}
    return {name: values.ravel() / MINOR_PER_MAJOR for name, values in both.items()}
