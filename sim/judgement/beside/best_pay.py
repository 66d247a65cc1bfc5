"""Theory beside partners with a product of their own: the commission at which their effort leaves us the most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Reals
from sim.engine.state.market import NEVER
from sim.judgement.beside.theory_figure import TheoryFigure
from sim.theory.channels.effort import Worker, best_pay

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork


def of_effort(model: PartnerNetwork, margins: Reals) -> list[TheoryFigure]:
    """Best commission by segment that states effort, at the terms of the opening; margins[segment] before commission.

    Our offer is looked at as a plain rate: time and side income, which move its yield, are left out.
    """
    found = []
    for kind in model.plan.kinds:
        s, terms = kind.position, kind.segment.effort
        weight = float(model.plan.weights["commission"][s, model.t])
        utility = model.market.mean_utilities()[s]
        others = utility[1:][utility[1:] > NEVER]
        if terms is None or margins[s] <= 0.0 or not others.size:
            continue
        top = others.max()
        rival = top + float(np.log(np.exp(others - top).sum()))
        ours = float(utility[0]) - weight * float(model.market.mean_offers[s])  # without the offer
        worker = Worker(
            terms.reference, terms.elasticity, terms.low, terms.high, terms.free, terms.own_value, weight,
            rival - ours, terms.pass_through,
        )  # fmt: skip
        best = best_pay(worker, float(margins[s]))
        found.append(
            TheoryFigure(f"best_pay.{kind.name}", best.best_commission, "ratio",
                         "commission at which their effort, and what their own product loses by it, leave us the most",
                         "max s e (m - c)")
        )  # fmt: skip
    return found
