"""What a gap in commission costs us in share: closed forms beside the simulator, by segment.

Notation: g gap in points, i partner, s segment, j, k principals (0 is us), P monthly transition, pi long-run shares, nu
review rate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.base.arrays import Reals
from sim.base.units import Dated, month_name
from sim.engine.layout.lines import Kind
from sim.engine.layout.plan import Plan, make
from sim.market.rivals.static import Static
from sim.market.shocks.campaign import Campaign
from sim.partners.listed import Listed
from sim.scenario.schema import Scenario
from sim.theory import choice, habit

if TYPE_CHECKING:
    import pandas

    from sim.engine.model import PartnerNetwork

POINT = 0.01
GAPS = range(11)


def switching(
    scenario: Scenario, roster: Sequence[Listed] = (), gaps: Sequence[float] = GAPS, replications: int = 8
) -> pandas.DataFrame:
    """Share that we lose in a month when all rivals raise their commission by some points, at the opening's terms.

    Before it the partners stand as they would in the long run without a gap. The regulator's caps bind the raise. The
    closed form takes all partners of a segment for alike, with the mean of our offers; where tiers make them unlike the
    simulator shows what that leaves out. Flow that asks for us by name is apart.

    Parameters
    ----------
    gaps : points of commission by which the rivals' rates rise
    replications : months simulated for each gap; partners who split their flow have no luck in it

    Returns
    -------
    DataFrame
        Rows: segment, gap (points). Columns: share (ours before), lost (in the first month), lost_per_point,
        lost_long_run; simulated (loss of the first month, mean), expected (closed form for the partners as they stood),
        error (standard error of simulated - expected), z. At a gap of 0 lost_per_point is the slope.
    """
    import pandas

    from sim.engine.model import PartnerNetwork  # a study is checked without it

    calm = PartnerNetwork(_plan(scenario, roster, 0.0))
    rows: list[dict[str, Any]] = []
    for gap in gaps:
        plan = _plan(scenario, roster, gap)
        played = [_month(plan, calm, number) for number in range(replications)]
        for kind in plan.kinds:
            seen = [_seen(model, before, calm, kind) for model, before in played]
            rows.append({"segment": kind.name, "gap": gap, **_closed(played[0][0], calm, kind, gap), **_beside(seen)})
    return pandas.DataFrame(rows).sort_values(["segment", "gap"], kind="stable").set_index(["segment", "gap"])


def _plan(scenario: Scenario, roster: Sequence[Listed], gap: float) -> Plan:
    """A month in which nobody comes or goes and all rivals pay so many points more."""
    quiet = {"entry": Dated[float].always(0.0), "leave": Dated[float].always(0.0)}
    segments = {name: _with(one, turnover=_with(one.turnover, **quiet)) for name, one in scenario.segments.items()}
    still = {"strategy": Static(kind="static"), "capital": None}
    rivals = {name: _with(one, **still) for name, one in scenario.rivals.items()}
    raised = {name: _raise(name, scenario.start, gap) for name in scenario.rivals if gap}
    opening = _with(scenario.opening, kind="empty", months=0)
    changed = {"months": 1, "segments": segments, "rivals": rivals, "opening": opening}
    return make(_with(scenario, market=_with(scenario.market, events=raised), **changed), roster)


def _raise(rival: str, start: int, gap: float) -> Campaign:
    story = {"kind": "campaign", "rival": rival, "start": month_name(start), "length": "1mo", "addition": gap * POINT}
    return Campaign.model_validate(story)


def _with(block: Any, **values: Any) -> Any:
    return block.model_copy(update=values)


def _habits(model: PartnerNetwork, kind: Kind) -> tuple[float, float]:
    by_segment = model.plan.by_segment
    return float(by_segment.inertia[kind.position]), float(by_segment.review[kind.position, 0])


def _utilities(model: PartnerNetwork, kind: Kind) -> Reals:
    """Utilities of the first month to a mean partner, inertia apart; the model may have played it."""
    s, utility = kind.position, np.array(model.market.utilities[kind.position])
    utility[0] += model.market.weights["commission"][s] * model.market.mean_offers[s]
    utility[0] += model.market.weights["reliability"][s] * model.plan.seen["reliability"][0, 0]
    return utility


def _stand(calm: PartnerNetwork, kind: Kind) -> Reals:
    """Long-run shares without a gap."""
    inertia, _ = _habits(calm, kind)
    return habit.long_run_shares(_utilities(calm, kind), inertia, kind.multi)


def _steps(model: PartnerNetwork, calm: PartnerNetwork, kind: Kind) -> Reals:
    """Where the flow of each present principal is a month later; one row where partners split it."""
    utility, (inertia, nu) = _utilities(model, kind), _habits(model, kind)
    if not kind.multi:
        return choice.transition(utility, inertia, nu)
    before = _stand(calm, kind)
    return np.asarray(((1.0 - nu) * before + nu * choice.shares(utility + inertia * before))[None, :])


def _closed(model: PartnerNetwork, calm: PartnerNetwork, kind: Kind, gap: float) -> Mapping[str, float]:
    before, steps = _stand(calm, kind), _steps(model, calm, kind)
    inertia, _ = _habits(model, kind)
    weight = np.ones(1) if kind.multi else before
    later = habit.long_run_shares(_utilities(model, kind), inertia, kind.multi)
    lost = float(before[0] - (weight @ steps)[0])
    return {
        "share": float(before[0]), "lost": lost, "lost_long_run": float(before[0] - later[0]),
        "lost_per_point": lost / gap if gap else _slope(calm, kind),
    }  # fmt: skip


def _slope(calm: PartnerNetwork, kind: Kind) -> float:
    """Share lost in a month for the first point: nu sum_j x_j c_j0 sum_k c_jk x utility of what a point adds to k."""
    (inertia, nu), before = _habits(calm, kind), _stand(calm, kind)
    utility, weight = _utilities(calm, kind), np.ones(1) if kind.multi else before
    chosen = choice.transition(utility, inertia)
    if kind.multi:
        chosen = choice.shares(utility + inertia * before)[None, :]
    theirs = chosen[:, 1 : 1 + len(calm.rivals)] @ _risen(calm, kind)
    return float(nu * (weight @ (chosen[:, 0] * theirs)) * calm.market.weights["commission"][kind.position] * POINT)


def _risen(calm: PartnerNetwork, kind: Kind) -> Reals:
    """What a unit more on the rates that no cap holds adds to each rival's effective yield: float64[rival]."""
    sold = calm.market.product_weights()[:, kind.position]
    free = np.array(
        [rival.public[:, kind.position] < np.minimum(calm.nouns.now.caps[:, 0], 1.0) for rival in calm.rivals]
    )
    carriage = calm.plan.carriage.of(kind.position)
    unit = float(carriage.effective(np.ones(())) - carriage.effective(np.zeros(())))
    return np.asarray(free.reshape(len(calm.rivals), sold.size) @ sold * unit)


def _month(plan: Plan, calm: PartnerNetwork, number: int) -> tuple[PartnerNetwork, Reals]:
    """A month of the simulator from the long-run shares, and the partners' shares before it."""
    from sim.engine.model import PartnerNetwork  # a study is checked without it

    model = PartnerNetwork(plan, number)
    table, rank = model.table, plan.population.rank
    for kind in plan.kinds:
        shares, rows = _stand(calm, kind), slice(kind.first, kind.last)
        chosen = np.minimum(np.searchsorted(np.cumsum(shares), rank[rows]), shares.size - 1)
        table.principal[rows] = chosen
        table.share[:, rows] = shares[:, None] if kind.multi else np.arange(shares.size)[:, None] == chosen
    before = table.share.copy()
    model.step()
    return model, before


def _seen(model: PartnerNetwork, before: Reals, calm: PartnerNetwork, kind: Kind) -> tuple[float, float, float]:
    """Share lost in the month, its expectation from where the partners stood, and its variance."""
    rows = slice(kind.first, kind.last)
    flow = model.population.flow[rows] * model.table.present[rows]
    weight = flow / flow.sum() if flow.sum() > 0 else flow
    stays = _steps(model, calm, kind)[:, 0]
    after = np.full(weight.size, stays[0]) if kind.multi else stays @ before[:, rows]
    lost = float(weight @ (before[0, rows] - model.table.share[0, rows]))
    spread = 0.0 if kind.multi else float(weight**2 @ (after * (1.0 - after)))
    return lost, float(weight @ (before[0, rows] - after)), spread


def _beside(seen: Sequence[tuple[float, float, float]]) -> Mapping[str, float]:
    simulated, expected, variance = np.array(seen).mean(axis=0).tolist()
    error = float(np.sqrt(variance / len(seen)))
    return {
        "simulated": simulated, "expected": expected, "error": error,
        "z": (simulated - expected) / error if error > 0.0 else float("nan"),
    }  # fmt: skip
