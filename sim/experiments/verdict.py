"""The verdict: each criterion passes, fails or is undecided by its confidence interval over the replications."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, isfinite

import numpy as np
from numpy.typing import NDArray

from sim.experiments import statistics
from sim.scenario.schema import Criterion

Reals = NDArray[np.float64]
PASS, FAIL, UNDECIDED = "PASS", "FAIL", "UNDECIDED"


@dataclass(frozen=True)
class Judgement:
    """One criterion judged: the figure, its interval, the bound, and how many more replications would decide it."""

    name: str
    kpi: str
    verdict: str
    figure: float
    low: float
    high: float
    bound: float
    sense: str
    """`at_least` or `at_most`, of the figure"""
    of: str
    """`mean`, or `share` of the replications in which `kpi` keeps `limit`"""
    limit: float | None
    more: int | None

    @property
    def reason(self) -> str:
        """The judgement in words."""
        words = {"at_least": "at least", "at_most": "at most"}[self.sense]
        what = f"mean {self.kpi}" if self.of == "mean" else f"share of replications that keep the bound on {self.kpi}"
        text = f"{what} is {self.figure:.6g} (95 % interval {self.low:.6g} to {self.high:.6g}), wanted {words} {self.bound:.6g}"
        if self.verdict == UNDECIDED:
            text += f"; about {self.more} more replications would decide it" if self.more else "; too few replications"
        return text


def judge(name: str, criterion: Criterion, values: Reals) -> Judgement:
    """Judge one criterion on the KPI's values[replication]; a value that does not exist keeps no bound."""
    limit = criterion.at_least if criterion.at_least is not None else criterion.at_most
    assert limit is not None
    sense = "at_least" if criterion.at_least is not None else "at_most"
    if criterion.in_share is None:
        known = values[~np.isnan(values)]
        if known.size == 0:
            return Judgement(name, criterion.kpi, UNDECIDED, np.nan, -np.inf, np.inf, limit, sense, "mean", None, None)
        figure, low, high = interval(known)
        verdict, more = _decide(figure, low, high, limit, sense, known.size)
        return Judgement(name, criterion.kpi, verdict, figure, low, high, limit, sense, "mean", None, more)
    kept = values >= limit if sense == "at_least" else values <= limit
    low, high = statistics.wilson(float(kept.sum()), kept.size)
    share = float(kept.mean())
    verdict, more = _decide(share, low, high, criterion.in_share, "at_least", kept.size)
    return Judgement(
        name, criterion.kpi, verdict, share, low, high, criterion.in_share, "at_least", "share", limit, more
    )


def interval(values: Reals) -> tuple[float, float, float]:
    """Mean and interval: Wilson's for a KPI that is 0 or 1 (a probability), Student's otherwise."""
    if np.isin(values, (0.0, 1.0)).all():
        return float(values.mean()), *statistics.wilson(float(values.sum()), values.size)
    return statistics.mean_interval(values)


def overall(judgements: list[Judgement]) -> str:
    """Any FAIL fails; else any UNDECIDED leaves the policy undecided; without criteria nothing is decided."""
    verdicts = {one.verdict for one in judgements}
    if FAIL in verdicts:
        return FAIL
    return UNDECIDED if UNDECIDED in verdicts or not verdicts else PASS


def _decide(figure: float, low: float, high: float, bound: float, sense: str, n: int) -> tuple[str, int | None]:
    if sense == "at_most":
        figure, low, high, bound = -figure, -high, -low, -bound
    if low >= bound:
        return PASS, 0
    if high < bound:
        return FAIL, 0
    gap, half = abs(figure - bound), (high - low) / 2
    if gap == 0 or not isfinite(half):
        return UNDECIDED, None
    return UNDECIDED, max(1, ceil(n * (half / gap) ** 2) - n)
