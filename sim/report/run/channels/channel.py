"""What the pictures of partners' moves, of credit, of network brokers and of our own pyramid show, and which there are.

Notation: r replication, t month; brokers' equity is their cash and deposits less what they owe.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Reals
from sim.judgement import partner_flows
from sim.results.cube import Cube

if TYPE_CHECKING:
    from sim.judgement.result import Result

Pair = tuple[str, str]
MOST_PAIRS = 24  # rows of a picture that can still be read


def present(result: Result) -> list[str]:
    """The pictures that this result has something to show for."""
    return [name for name, there in _THERE.items() if there(result)]


def flows(result: Result) -> dict[Pair, Reals]:
    """Partners that moved, mean over replications, by (from, to), the largest sums first: float64[quarter]."""
    mean = np.mean([one.flows for one in result.replications], axis=0)
    names = partner_flows.places(result.plan)
    found = {
        (names[i], names[j]): mean[:, i, j] for i, j in np.ndindex(mean.shape[1:]) if i != j and mean[:, i, j].any()
    }
    return dict(sorted(found.items(), key=lambda one: -one[1].sum()))


def ageing(cube: Cube) -> dict[str, Reals]:
    """Receivable past due by age, 31 to 60 days, 61 to 90, more; mean over replications, float64[month]."""
    over_30, over_60, over_90 = (cube.series(f"overdue_{days}").mean(axis=0) for days in (30, 60, 90))
    return {"over_30": over_30 - over_60, "over_60": over_60 - over_90, "over_90": over_90}


def pledged(cube: Cube) -> dict[str, Reals]:
    """Deposits held, and what partners of the scheme owe and hold in blanks, mean over replications: float64[month]."""
    return {
        name: cube.series(metric).mean(axis=0)
        for name, metric in (("exposure", "exposure"), ("deposits", "balance.deposits"))
    }


def hole(cube: Cube) -> dict[str, Reals]:
    """Brokers' cash, what they owe, their equity; mean over replications, float64[month]."""
    cash, pledged, owed = (cube.series(f"broker_{name}").mean(axis=0) for name in ("cash", "deposits", "unremitted"))
    return {"cash": cash, "owed": owed, "equity": cash + pledged - owed}


def survival(cube: Cube) -> tuple[Reals, Reals]:
    """Share of brokers that have not defaulted, S_t = prod (1 - d_u / (n_u + d_u)): float64[month], float64[r, month].

    d defaults of a month, n brokers that go on at its close; who leaves or comes counts while it is there. The first is
    of all replications together, the second of each. Source: Kaplan and Meier 1958.
    """
    failed, going_on = cube.series("broker_defaults"), cube.series("brokers")
    together = _product_limit(failed.sum(axis=0, keepdims=True), going_on.sum(axis=0, keepdims=True))
    return together[0], _product_limit(failed, going_on)


def _product_limit(failed: Reals, going_on: Reals) -> Reals:
    at_risk = failed + going_on
    hazard = np.divide(failed, at_risk, out=np.zeros_like(failed), where=at_risk > 0)
    return np.asarray(np.cumprod(1.0 - hazard, axis=1))


def hollow(cube: Cube) -> Reals:
    """Share of the brokers going on whose equity is below 0 and whose cash is not, all replications: float64[month]."""
    number, some = cube.series("brokers").sum(axis=0), cube.series("brokers_hollow").sum(axis=0)
    return np.divide(some, number, out=np.full(number.size, np.nan), where=number > 0)


def gained(result: Result, by: str) -> tuple[Reals, Reals]:
    """(agents, what each has gained, NaN without agents) by month as in `Result.joining`, of all replications:
    float64[month]."""
    frame = result.joining
    sums = frame[frame["by"] == by].groupby("month")[["agents", "gain"]].sum()
    agents, gain = sums["agents"].to_numpy(), sums["gain"].to_numpy()
    return agents / len(result.replications), np.divide(gain, agents, out=np.full(gain.size, np.nan), where=agents > 0)


def _any(*names: str) -> Callable[[Result], bool]:
    """Whether a metric is there and not 0 throughout."""
    return lambda result: any(name in result.cube.position and bool(result.cube.series(name).any()) for name in names)


_THERE: dict[str, Callable[[Result], bool]] = {
    "flows": lambda result: bool(flows(result)),
    "ageing": _any("overdue_30"),
    "pledged": _any("balance.deposits", "exposure"),
    "hole": _any("brokers"),
    "survival": _any("brokers"),
    "joining": _any("agents_joined"),
    "before_default": lambda result: any(one.joining[2].any() for one in result.replications),
    "units": lambda result: bool(result.cube.named("units_sold")),
    "stop": lambda result: result.drawn and bool(result.figures["pyramid_months"].values.any()),
}
