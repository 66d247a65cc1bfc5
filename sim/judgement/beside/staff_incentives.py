"""Theory beside staff that cooperate with partners: the cross-bonus that stops their fight, and the best one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Reals
from sim.base.units import MINOR_PER_MAJOR
from sim.judgement.beside.theory_figure import TheoryFigure
from sim.policy.attribution_in_force import in_force
from sim.theory.channels import staff

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork


def of_staff(model: PartnerNetwork, premium: Reals, margins: Reals) -> list[TheoryFigure]:
    """Cross-bonuses, as a share of the partner's commission, at the terms of the opening.

    Parameters
    ----------
    premium : float64[product, segment]
        Our expected new premium a month, major units.
    margins : float64[segment]
        Margin before commission.
    """
    terms, plan = model.plan.staffing, model.plan
    if terms is None or not (premium * terms.needs).any():
        return []
    price = np.array([[line.price_minor[model.t]] for line in plan.lines]) / MINOR_PER_MAJOR
    weight = terms.needs * premium / price
    commission, margin, needs = (
        float((weight * one).sum() / weight.sum()) for one in (model.nouns.market.our_rates[0], margins, terms.needs)
    )
    if commission <= 0.0:
        return []
    bonus, evasion = float(terms.bonus[model.t]), float(terms.evasion[model.t])
    credit = in_force(model.nouns.now.policy, model.ordinal).shares(terms.path).get(terms.name, 0.0)
    best = staff.best_cross_bonus(
        1.0, margin, commission, bonus, evasion, terms.points, terms.block * needs, own_credit=credit
    )
    return [
        TheoryFigure("indifferent_cross_bonus", staff.indifferent_cross_bonus(commission, bonus, evasion), "ratio",
                     "cross-bonus, of the partner's commission, at which staff gain nothing by fighting", "v b / c"),
        TheoryFigure("best_cross_bonus", best.best_cross_bonus, "ratio",
                     "cross-bonus on top, of the partner's commission, that leaves the most of a first sale",
                     "Lambert W"),
    ]  # fmt: skip
