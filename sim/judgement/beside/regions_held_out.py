"""Theory beside a run whose scenario states an experiment: what regions without partners would show, and how surely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Reals
from sim.base.units import MINOR_PER_MAJOR
from sim.judgement.beside.theory_figure import TheoryFigure
from sim.theory.channels import held_out_regions

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork

SOURCE = "normal test of two Poisson means"


def of_experiment(model: PartnerNetwork, premium: Reals) -> list[TheoryFigure]:
    """What the experiment would find at the terms of the opening; premium is our new premium a month, float64[p, s]."""
    plan, terms = model.plan, model.plan.scenario.experiment
    if terms is None or not premium.any():
        return []
    t = plan.warm_up
    price = np.array([[line.price_minor[t]] for line in plan.lines]) / MINOR_PER_MAJOR
    sales = premium / price
    season = np.array([line.season[t] for line in plan.lines])
    own = sum(float(one.mean[:, t] @ season) for one in plan.own) * plan.demand[t]
    found = held_out_regions(
        terms.regions, terms.held_out, float(terms.months), own / terms.regions, float(sales.sum()) / terms.regions,
        _displaced(model, sales), level=terms.level, wanted_power=terms.power,
    )  # fmt: skip
    return [
        TheoryFigure("experiment_attributed", found.attributed_per_region, "count",
                     "sales of partners in a region while the experiment lasts", SOURCE),
        TheoryFigure("experiment_added", found.incremental_per_region, "count",
                     "of them what a region without partners lacks: the mean that the experiment finds", SOURCE),
        TheoryFigure("experiment_error", found.standard_error, "count", "standard error of that difference", SOURCE),
        TheoryFigure("experiment_power", found.power, "probability", "chance that the experiment notices it", SOURCE),
        TheoryFigure("experiment_months", terms.months * found.months_factor, "number",
                     "months that it must last to notice it with the power wanted", SOURCE),
    ]  # fmt: skip


def _displaced(model: PartnerNetwork, sales: Reals) -> float:
    """Share of partners' sales[p, s] that would have come anyway."""
    paths = model.plan.paths
    if paths is None:
        return 0.0
    _, shares = paths.shares(model.plan.warm_up)
    return float((sales * paths.come_anyway(shares[0])).sum() / sales.sum())
