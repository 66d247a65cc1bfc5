"""What pictures show, read from the cube: bands over the replications, steps to the result, yearly sums."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.base.arrays import Reals
from sim.base.errors import OutputError
from sim.base.text import safe_text
from sim.base.units import MINOR_PER_MAJOR, MONTHS_PER_YEAR
from sim.money.flows import Account
from sim.report.files import statements
from sim.results import kpis
from sim.results.cube import Cube
from sim.scenario.language.suggestions import did_you_mean
from sim.statistics.ratios import divide

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
_STEPS = (
    "premium_earned",
    "claims",
    "handling",
    "commission",
    "acquisition",
    "administration",
    "programme",
    "marketing_funds",
    "commission_tax",
    "direct_channel",
    "bad_debt",
    "recoveries",
    "loss_share",
    "referral",
    "deficiency",
    "other",
)
_AFTER = ("interest", "tax")
TOTALS = ("premium_earned", "underwriting_result", "result")
"""steps that stand on the ground"""
_MOVES = {
    "won": "switched_to_us",
    "lost": "switched_away",
    "entered": "entered",
    "left": "left",
    "defaulted": "defaulted",
}
FANS: dict[str, Callable[[Cube], Reals]] = {
    "equity": lambda cube: cube.series("equity"),
    "cash": lambda cube: cube.series("balance.cash"),
    "result": kpis.results,
    "premium": lambda cube: cube.series("premium_written") + cube.series("premium_written_direct"),
}


@dataclass(frozen=True)
class Fan:
    """Quantiles of a metric over the replications: float64[level, month], levels 5, 25, 50, 75 and 95 %."""

    metric: str
    unit: str
    months: tuple[str, ...]
    quantiles: Reals


def fan(cube: Cube, metric: str) -> Fan:
    """Bands of `equity`, `cash`, `result`, `premium` or of any monthly metric.

    Raises
    ------
    OutputError
        Without such a metric.
    """
    if metric not in FANS and metric not in cube.position:
        raise OutputError(f"no monthly metric {safe_text(repr(metric))}; {did_you_mean(str(metric), _known(cube))}")
    values = FANS[metric](cube) if metric in FANS else cube.series(metric)
    unit = "money" if metric in FANS else cube.metrics[cube.position[metric]].unit
    return Fan(metric, unit, cube.months, np.quantile(values, LEVELS, axis=0))


def _known(cube: Cube) -> list[str]:
    return [*FANS, *cube.position]


def steps(cube: Cube) -> list[tuple[str, float]]:
    """From earned premium to the result, mean over replications, major units: (step, amount), without zeros.

    On the way stands what `TOTALS` names, the result of underwriting, where interest follows it.
    """
    moved = statements.of_mean(cube).moved
    amounts = {account.label: -int(moved[account].sum()) / MINOR_PER_MAJOR for account in Account}
    amounts["interest"] += amounts["investment"]
    found = [(name, amounts[name]) for name in _STEPS if amounts[name]]
    underwriting = sum(amounts[name] for name in _STEPS)
    rest = [(name, amounts[name]) for name in _AFTER if amounts[name]]
    halves = [("underwriting_result", underwriting), *rest] if rest else []
    result = underwriting + sum(amounts[name] for name in _AFTER)
    return [*found, *halves, ("result", result)]


def bars(found: Sequence[tuple[str, float]]) -> list[tuple[float, float]]:
    """(where it stands, height) of each step of a waterfall; totals stand on the ground."""
    reached, placed = 0.0, []
    for name, amount in found:
        placed.append((0.0 if name in TOTALS else reached, amount))
        reached = amount if name in TOTALS else reached + amount
    return placed


def years(cube: Cube) -> list[str]:
    """The years of the horizon by name: 2025 for 2025-01 to 2025-12, else 2025-07 – 2026-06."""
    names = []
    for first in range(0, len(cube.months), MONTHS_PER_YEAR):
        begin, end = cube.months[first], cube.months[min(first + MONTHS_PER_YEAR, len(cube.months)) - 1]
        whole = begin.endswith("-01") and end.endswith("-12")
        names.append(begin[:4] if whole else f"{begin} – {end}")
    return names


def yearly(series: Reals) -> Reals:
    """Sums of the years of the mean over replications: float64[year]."""
    mean = series.mean(axis=0)
    found: Reals = np.add.reduceat(mean, np.arange(0, mean.size, MONTHS_PER_YEAR))
    return found


def premium_by_segment(cube: Cube) -> dict[str, Reals]:
    """Premium written by type of partner, mean, by year."""
    return {name: yearly(cube.series(f"premium_written.{name}")) for name in cube.named("premium_written")}


def loss_ratios(cube: Cube) -> dict[str, Reals]:
    """Claims over earned premium of the last twelve months by product, all replications together: float64[month]."""
    return {
        name: divide(
            trailing(cube.series(f"claims_incurred.{name}")).sum(axis=0),
            trailing(cube.series(f"premium_earned.{name}")).sum(axis=0),
        )
        for name in cube.named("premium_new")
    }


def market_shares(cube: Cube) -> dict[str, Reals]:
    """Share of the new premium of the last twelve months by principal, all replications together: float64[month]."""
    market = cube.series("market_premium")
    total = trailing(market).sum(axis=0)
    return {
        name: divide(trailing(cube.series(f"market_share.{name}") * market).sum(axis=0), total)
        for name in cube.named("market_share")
    }


def moves(cube: Cube) -> dict[str, Reals]:
    """Partners won and lost, entered, left and defaulted, mean, by year."""
    return {move: yearly(cube.series(name)) for move, name in _MOVES.items()}


def debt(cube: Cube) -> tuple[Reals, Reals]:
    """(receivable at each close, bad debt of the last twelve months), mean over replications: float64[month]."""
    bad = sum((cube.series(f"bad_debt.{name}") for name in cube.named("bad_debt")), np.zeros(cube.values.shape[2:4]))
    return cube.series("balance.receivable").mean(axis=0), trailing(bad).mean(axis=0)


def trailing(series: Reals, months: int = MONTHS_PER_YEAR) -> Reals:
    """Sum of the last `months` months (fewer at the start): float64[replication, month]."""
    total = np.cumsum(series, axis=1)
    found = total.copy()
    found[:, months:] -= total[:, :-months]
    return found
