"""Parts of the month in which our staff help partners to close sales, or fight for them, and learn what pays.

Notation: R replications, p product, s segment of partners, n row; C cooperation, C* where it moves to.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Reals
from sim.base.functions import exponentials
from sim.engine.layout.lines import Line
from sim.engine.state.credited_sales import Journeys
from sim.engine.state.market import Market
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.staff import CooperatingStaff
from sim.policy import cross_bonuses
from sim.policy.attribution_in_force import in_force
from sim.policy.attribution_rule import UNKNOWN


def begin(now: Now, market: Market, journeys: Journeys | None, staff: CooperatingStaff, reach: Reals) -> None:
    """Weigh what partners could sell, given our buyers by row; in the first month staff are where they move to."""
    plan, terms = now.plan, staff.terms
    partners = reach.reshape(now.size, -1)[:, : plan.population.partners]
    place = plan.population.segment[: plan.population.partners]
    buyers = np.array([np.bincount(place, one, minlength=len(plan.kinds)) for one in partners])
    season = np.array([line.season[now.t] for line in plan.lines])
    mix = (plan.by_segment.mix * plan.funnel.passing[:, now.t, None]).T * season[:, None]
    staff.weight[:] = terms.needs * mix * (buyers * market.demand[:, None])[:, None]
    staff.disputes[:] = 0.0
    new = np.isnan(staff.cooperation)
    if new.any():
        staff.cooperation[new] = _target(now, market, journeys, staff)[new]


def hinder(now: Now, staff: CooperatingStaff, line: Line, mu: Reals) -> None:
    """Take off partners' mean sales[n] what fails where staff do not help; each such sale is a dispute."""
    partners = mu.reshape(now.size, -1)[:, : now.plan.population.partners]
    needs = staff.terms.needs[now.plan.population.segment[: now.plan.population.partners]]
    unhelped = needs * (1.0 - staff.cooperation)[:, None]
    staff.disputes[:, line.position] = (unhelped * partners).sum(axis=1)
    partners *= 1.0 - staff.terms.block * unhelped


def left_by_disputes(staff: CooperatingStaff, line: Line, could: Reals) -> None:
    """Take off what our channels could sell, float64[R, c], the sales of staff that their disputes cost."""
    of_staff = could[:, staff.terms.channel]
    lost = staff.terms.dispute_cost * staff.disputes[:, line.position]
    np.maximum(of_staff - lost, 0.0, out=of_staff)


def staff_remember(
    now: Now, market: Market, journeys: Journeys | None, staff: CooperatingStaff | None, note: Notebook
) -> None:
    """Staff move towards what now pays for them."""
    if staff is None:
        return
    note["cooperation"], note["disputes"] = staff.cooperation, staff.disputes.sum(axis=1)
    staff.cooperation += staff.terms.approach * (_target(now, market, journeys, staff) - staff.cooperation)


def _target(now: Now, market: Market, journeys: Journeys | None, staff: CooperatingStaff) -> Reals:
    """C* = 1 / (1 + exp(-100 (1 - o) (x c - b v) / scale)): float64[R].

    What helping pays, x c, is the mean of segments and products by the sales that need help.
    """
    terms, t = staff.terms, now.t
    share = cross_bonuses.offered(now.plan.book, now.ordinal)[:, : terms.needs.size]
    nobody = staff.weight.sum(axis=(1, 2), keepdims=True) == 0.0
    weight = np.where(nobody, terms.needs, staff.weight)  # where nobody sells all segments count alike
    helping = (weight * share * market.our_rates).sum(axis=(1, 2)) / np.maximum(weight.sum(axis=(1, 2)), _LEAST)
    claiming = terms.bonus[t] * terms.evasion[t]
    gain = (1.0 - _own_credit(now, journeys, staff)) * (helping - claiming)
    found = (-POINTS * gain / terms.points)[None]
    exponentials(found)
    return np.asarray(1.0 / (1.0 + found[0]))


def _own_credit(now: Now, journeys: Journeys | None, staff: CooperatingStaff) -> Reals:
    """Share of a sale that the rule in force gives to staff where a partner was first: float64[R or 1]."""
    rule, terms = in_force(now.policy, now.ordinal), staff.terms
    learnt = (UNKNOWN,) if journeys is None else journeys.learnt(rule)
    return np.array([rule.shares(terms.path, one).get(terms.name, 0.0) for one in learnt])


POINTS = 100.0  # percentage points of a share
_LEAST = 1e-300  # of a sum that is divided by: where it is 0 no sale needs help
