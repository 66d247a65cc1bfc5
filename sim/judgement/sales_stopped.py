"""Our own pyramid: what is lost if it stops, from what was recorded and by playing on.

Notation: m month from 1 (its close), V_m run-off value (model, section 10), C opening capital, T horizon.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from sim.base.arrays import Reals
from sim.base.units import MINOR_PER_MAJOR
from sim.results.metrics import rows
from sim.results.run_off import lost_by_stopping, pays_old
from sim.runs.batches import batch_size
from sim.statistics.intervals import mean_interval, value_at_risk

if TYPE_CHECKING:
    import pandas

    from sim.engine.layout.plan import Plan
    from sim.judgement.result import Result

What: TypeAlias = Literal["sales", "growth"]
TAIL = 0.95


def stop_curve(result: Result) -> pandas.DataFrame:
    """What is lost if sales and renewals stop at the close of month m, from the recorded run-off values.

    Contracts in force are served to their end: their expected margin counts, commission and advances paid for them are
    gone, and nothing else is earned or spent (interest, cancellations, fixed costs; `play_stops` plays them).

    Returns
    -------
    DataFrame
        Rows: month m (from 1). Columns: date; lost (mean of C - V_m; below 0: won), low, high (its 95 % interval), p95
        (lost in the worst 5 %); played_on (mean of C - V_T, the same at the horizon), won_by_going_on (lost -
        played_on), won_low, won_high; cash (mean); pays_old (share of replications in which new revenue pays old
        promises).

    Raises
    ------
    ValueError
        Where claims were not drawn.
    """
    import pandas

    _need_drawn(result)
    lost = lost_by_stopping(result.cube, result.plan.scenario.opening.capital)
    cash, old = result.cube.series("balance.cash"), pays_old(result.cube)
    at = range(lost.shape[1])
    found = [_row(lost[:, m], lost[:, -1]) | {"cash": cash[:, m].mean(), "pays_old": old[:, m].mean()} for m in at]
    frame = pandas.DataFrame(found, index=pandas.Index([m + 1 for m in at], name="month"))
    frame.insert(0, "date", list(result.cube.months))
    return frame


def _need_drawn(result: Result) -> None:
    if not result.drawn:
        raise ValueError(
            "claims are expected values in this result, so it says nothing of ruin: play it with claims drawn"
        )


def _row(lost: Reals, played_on: Reals) -> dict[str, Any]:
    mean, low, high = mean_interval(lost)
    won, won_low, won_high = mean_interval(lost - played_on)
    return {
        "lost": mean, "low": low, "high": high, "p95": value_at_risk(lost, TAIL), "played_on": played_on.mean(),
        "won_by_going_on": won, "won_low": won_low, "won_high": won_high,
    }  # fmt: skip


def play_stops(result: Result, months: Sequence[int], what: What = "sales", replications: int = 8) -> pandas.DataFrame:
    """The same by playing on from month m without new business, on common luck.

    Parameters
    ----------
    result : of the scenario as it is; its own replications give `expected`
    months : numbers m (from 1, at most the horizon)
    what : "sales" stops sales and renewals and plays until all contracts are over and paid;
        "growth" keeps the scenario's dated demand at its level of month m and plays to the horizon
    replications : at most those of the result

    Returns
    -------
    DataFrame
        Rows: month m. Columns: lost (mean of C - V at the end), low, high; expected (mean of C - V_m over the same
        replications), error (standard error of lost - expected); played_on (mean of C - V_T without a stop); ruined,
        illiquid (shares of replications with equity, with cash, below 0 after m); illiquid_month (mean of the first
        such month); lowest_cash (mean).

    Raises
    ------
    ValueError
        For a month outside of the horizon, more replications than the result has, or claims that are not drawn.
    """
    import pandas

    _need_drawn(result)
    if not all(1 <= m <= result.plan.months for m in months):
        raise ValueError(f"months to stop at must be in 1 .. {result.plan.months}")
    if replications > len(result.cube.replications):
        raise ValueError(f"the result has {len(result.cube.replications)} replications, {replications} were asked for")
    numbers = result.cube.replications[:replications]
    lost = lost_by_stopping(result.cube, result.plan.scenario.opening.capital)[:replications]
    rows = [_outcome(result, m, what, numbers, lost) for m in months]
    return pandas.DataFrame(rows, index=pandas.Index(list(months), name="month"))


def _outcome(result: Result, m: int, what: What, numbers: Sequence[int], lost: Reals) -> dict[str, Any]:
    """One row: replications stopped at the close of month m."""
    plan = _extended(result, m) if what == "sales" else _without_growth(result.plan, m)
    size = batch_size(plan)
    played = np.concatenate([_stopped(plan, numbers[at : at + size], m, what) for at in range(0, len(numbers), size)])
    value, equity, cash = played.transpose(1, 0, 2)
    end, short = result.plan.scenario.opening.capital - value[:, -1], cash[:, m:] < 0
    mean, low, high = mean_interval(end)
    first = m + 1.0 + short.argmax(axis=1)[short.any(axis=1)]
    gap = end - lost[:, m - 1]
    return {
        "lost": mean, "low": low, "high": high, "expected": lost[:, m - 1].mean(),
        "error": gap.std(ddof=1) / len(numbers) ** 0.5 if len(numbers) > 1 else np.inf, "played_on": lost[:, -1].mean(),
        "ruined": (equity[:, m:] < 0).any(axis=1).mean(), "illiquid": short.any(axis=1).mean(),
        "illiquid_month": first.mean() if first.size else np.nan, "lowest_cash": cash[:, m - 1 :].min(axis=1).mean(),
    }  # fmt: skip


def _stopped(plan: Plan, numbers: Sequence[int], m: int, what: What) -> Reals:
    """Run-off value, equity and cash of replications that stop after month m: float64[n, 3, month], major units."""
    from sim.engine.model import PartnerNetwork  # a scenario is checked without it

    model = PartnerNetwork(plan, numbers)
    while model.month < plan.months:
        if what == "sales" and model.month >= m:
            model.stop_selling()
        model.step()
    names = [one.name for one in plan.metrics]
    chosen = [names.index(name) for name in ("run_off_value", "equity", "balance.cash")]
    return rows(model.datacollector.model_vars)[0][:, :, chosen].transpose(0, 2, 1) / MINOR_PER_MAJOR


def _extended(result: Result, m: int) -> Plan:
    """The plan with the months that the run-off takes after month m."""
    scenario = result.plan.scenario
    from sim.engine.layout.plan import make

    return make(scenario.model_copy(update={"months": m + run_off_months(result.plan)}), result.specification.roster)


def run_off_months(plan: Plan) -> int:
    """Months until every contract sold is over, its claims are paid and its premium has been remitted."""
    claims = [1 if line.product.claims is None else len(line.product.claims.payment_pattern) for line in plan.lines]
    lag = max(plan.by_segment.lag_months, default=0) + 1 + plan.scenario.credit.recovery_lag
    return int(max(line.term + paid for line, paid in zip(plan.lines, claims, strict=True)) + lag)


def _without_growth(plan: Plan, m: int) -> Plan:
    """The plan with demand kept at its level of month m."""
    last = plan.warm_up + m - 1
    demand = plan.demand.copy()
    demand[last:] = demand[last]
    return replace(plan, demand=demand)
