"""The equilibrium of commissions that a scenario's segments tend to, beside the present rates.

Notation: s segment, k principal (0 is us, the outside option last where there is one), p product.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.base.arrays import Reals
from sim.engine.layout.lines import Kind
from sim.engine.layout.plan import Plan
from sim.theory import habit
from sim.theory.equilibrium import Equilibrium

if TYPE_CHECKING:
    import pandas

    from sim.engine.model import PartnerNetwork


def equilibrium(plan: Plan, ours_fixed: bool = False, inertia: bool = True) -> pandas.DataFrame:
    """Bertrand-Nash commissions by segment and principal at the opening of a scenario.

    Every principal chooses one average rate a segment, at the margins, utilities and weights of the opening, each
    taking the others' as given; brands of one owner are counted together. Inertia is counted as a month's best
    responses count it. Rates are from 0 to what the regulator's caps allow.

    Parameters
    ----------
    plan : Plan
    ours_fixed : bool
        Our rates stay and the rivals answer them.
    inertia : bool
        False: as if partners had no habit, the equilibrium of the textbook.

    Returns
    -------
    DataFrame
        Rows: segment, principal. Columns: owner, margin (before commission, share of premium), utility (without
        commission), per_point (utility of a point), commission and share at present and in equilibrium, profit (of the
        premium of the whole segment). Shares are long-run ones. NaN where there is no equilibrium; `note` says why.
    """
    import pandas

    model = at_start(plan)
    rows = [row for kind in plan.kinds for row in _of_segment(model, kind, ours_fixed, inertia)]
    return pandas.DataFrame(rows).set_index(["segment", "principal"])


def at_start(plan: Plan) -> PartnerNetwork:
    """The market as partners see it at t = 0, the warm-up skipped."""
    from sim.engine.model import PartnerNetwork  # a study is checked without it

    model = PartnerNetwork(plan)
    model.stand_at_opening()
    return model


def _of_segment(model: PartnerNetwork, kind: Kind, ours_fixed: bool, inertia: bool) -> list[dict[str, Any]]:
    plan, s = model.plan, kind.position
    names = ("us", *plan.rivals)
    owners = ("us", *(rival.owner for rival in model.rivals))
    present = np.array([model.market.our_segment_rates[s], *model.market.rival_rates[s]])
    slope, margin = _per_unit(model, s), _margins(model, s)
    utility = model.market.mean_utilities()[s]
    own = utility[: len(names)] - slope * present
    habit_of = kind.segment.choice.inertia if inertia else 0.0
    found, note = _found(model, s, slope, own, margin, owners, habit_of, present if ours_fixed else None)
    shares = habit.long_run_shares(utility, habit_of, kind.multi)
    profit = (margin - found.commission) * found.shares
    return [
        {
            "segment": kind.name,
            "principal": name,
            "owner": owners[k],
            "margin": margin[k],
            "utility": own[k],
            "per_point": slope[k] / 100.0,
            "commission_present": present[k],
            "commission_equilibrium": found.commission[k],
            "share_present": shares[k],
            "share_equilibrium": found.shares[k],
            "profit_present": (margin[k] - present[k]) * shares[k],
            "profit_equilibrium": profit[k],
            "note": note,
        }
        for k, name in enumerate(names)
    ]


def _found(
    model: PartnerNetwork,
    s: int,
    slope: Reals,
    own: Reals,
    margin: Reals,
    owners: tuple[str, ...],
    inertia: float,
    present: Reals | None,
) -> tuple[Equilibrium, str]:
    """The steady state of a segment, `present` rates where ours is fixed; or why there is none."""
    kind, outside = model.plan.kinds[s], model.plan.scenario.market.outside_option
    unknown = np.full(own.size, np.nan)
    nothing = Equilibrium(unknown, unknown, float("nan"), unknown)
    if (slope <= 0.0).any():
        return nothing, "commission weighs nothing"
    if len(set(owners)) == 1 and outside is None:
        return nothing, "one owner of all brands and no outside option"
    fixed = None if present is None else np.where(np.arange(own.size) == 0, present, np.nan)
    numbers = [owners.index(owner) for owner in owners]
    try:
        return habit.steady_commission(
            slope, own, margin, numbers, outside=outside, inertia=inertia, split=kind.multi, fixed=fixed,
            bounds=(0.0, _ceiling(model, s)),
        ), ""  # fmt: skip
    except ValueError as error:
        return nothing, str(error)


def _per_unit(model: PartnerNetwork, s: int) -> Reals:
    """Utility of a unit of commission of each principal; ours is paid when our policy says."""
    theirs = model.plan.carriage.of(s)
    own = model.population.ours
    wait = model.nouns.now.payment.wait(np.pad(model.plan.carriage.float_lag, (0, own)))
    ours = model.plan.carriage.paid_after(wait[:-own]).of(s)
    points = [float(one.effective(np.ones(())) - one.effective(np.zeros(()))) for one in (ours, theirs)]
    return np.asarray(model.market.weights["commission"][s] * np.array([points[0], *[points[1]] * len(model.rivals)]))


def _product_weights(model: PartnerNetwork, s: int) -> Reals:
    return model.market.product_weights()[:, s]


def _ceiling(model: PartnerNetwork, s: int) -> float:
    """Highest average rate of a segment under the regulator's caps."""
    return float(_product_weights(model, s) @ np.minimum(model.nouns.now.caps[:, 0], 1.0))


def _margins(model: PartnerNetwork, s: int) -> Reals:
    """Margin before commission on a segment's mix; ours by product, charges on commission taken into account."""
    weights, lines = _product_weights(model, s), model.plan.lines
    ours = float(weights @ [_margin(model, p, s) for p in range(len(lines))])
    onload = float(weights @ [line.product.expenses.onload for line in lines])
    theirs = [1.0 - rival.loss_ratio() - rival.rival.expense_ratio for rival in model.rivals]
    return np.array([ours / (1.0 + onload), *theirs])


def _margin(model: PartnerNetwork, p: int, s: int) -> float:
    """Our margin before commission on a product sold in a segment, per unit of premium."""
    plan, t, line = model.plan, model.t, model.plan.lines[p]
    costs, kind = line.product.expenses, plan.kinds[s]
    if line.cost_ratio is not None:
        ratio = float(line.cost_ratio[t])
    else:
        there = slice(kind.first, kind.last)
        flow = plan.population.flow[there] * ~plan.population.spare[there]
        risk = float(flow @ plan.population.relativity[there] / flow.sum()) if flow.sum() > 0 else 1.0
        index = plan.claims_frequency[t] * plan.claims_severity[t] * risk * (1.0 + kind.segment.fraud)
        ratio = float(line.frequency[t] * line.per_premium[t] * index)
    return 1.0 - ratio * (1.0 + costs.handling) - costs.acquisition - costs.administration
