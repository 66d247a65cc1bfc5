"""The verdict: each criterion passes, fails or is undecided by its confidence interval over the replications."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, isfinite

import numpy as np

from sim.base.arrays import Reals
from sim.figures.key import NOT_MEANS
from sim.results.kpis import is_mean
from sim.scenario.reads_claims import DRAWN, Claims
from sim.scenario.schema import Criterion
from sim.statistics import intervals
from sim.statistics.sequential import Bound, Rounds, needed, sure_interval

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
    drawn: bool = True
    """False: it is no bound on a mean, and claims were expected values, so that it cannot be judged"""
    looks: int = 1
    """looks that the interval allows for"""

    @property
    def reason(self) -> str:
        """The judgement in words."""
        if not self.drawn:
            return f"{self.kpi} is not judged: claims are expected values, not drawn; play it with claims drawn"
        words = {"at_least": "at least", "at_most": "at most"}[self.sense]
        what = f"mean {self.kpi}" if self.of == "mean" else f"share of replications that keep the bound on {self.kpi}"
        over = f" that allows for up to {self.looks} looks" if self.looks > 1 else ""
        interval = f"95 % interval{over} {self.low:.6g} to {self.high:.6g}"
        text = f"{what} is {self.figure:.6g} ({interval}), wanted {words} {self.bound:.6g}"
        if self.verdict == UNDECIDED:
            text += f"; about {self.more} more replications would decide it" if self.more else "; too few replications"
        return text


def judge(
    name: str, criterion: Criterion, values: Reals, claims: Claims = DRAWN, bending: frozenset[str] = NOT_MEANS
) -> Judgement:
    """Judge one criterion on the KPI's values[replication]; a value that does not exist keeps no bound.

    Of expected claims only bounds on means are judged. The others stay undecided, and so do key figures not known from
    them, which are `bending`.
    """
    limit = criterion.at_least if criterion.at_least is not None else criterion.at_most
    assert limit is not None
    sense = "at_least" if criterion.at_least is not None else "at_most"
    if claims == "expected" and not is_mean(criterion, bending):
        of = "mean" if criterion.in_share is None else "share"
        return Judgement(
            name, criterion.kpi, UNDECIDED, np.nan, -np.inf, np.inf, limit, sense, of, None, None, drawn=False
        )
    if criterion.in_share is not None:
        kept = (values >= limit if sense == "at_least" else values <= limit).astype(np.float64)
        found = _decide(kept, criterion.in_share, "at_least")
        return Judgement(
            name,
            criterion.kpi,
            *found,
            criterion.in_share,
            "at_least",
            "share",
            limit,
            _more(kept, found, criterion.in_share),
        )
    known = values[~np.isnan(values)]
    if known.size == 0:
        return Judgement(name, criterion.kpi, UNDECIDED, np.nan, -np.inf, np.inf, limit, sense, "mean", None, None)
    found = _decide(known, limit, sense)
    return Judgement(name, criterion.kpi, *found, limit, sense, "mean", None, _more(known, found, limit))


def judge_at_look(
    name: str,
    criterion: Criterion,
    values: Reals,
    rounds: Rounds,
    claims: Claims = DRAWN,
    bending: frozenset[str] = NOT_MEANS,
) -> Judgement:
    """The same at a look of a run in rounds: by the interval that the look may spend its error on, not by the usual."""
    usual = judge(name, criterion, values, claims, bending)
    if not usual.drawn:
        return usual
    seen = values
    if usual.of == "share":
        limit = usual.limit if usual.limit is not None else np.nan
        seen = (values >= limit if criterion.at_least is not None else values <= limit).astype(np.float64)
    seen = seen[~np.isnan(seen)]
    if seen.size < 2:
        return usual
    sure = sure_interval(seen, rounds.errors[rounds.totals.index(values.size)])
    kept, broken = (sure.low >= usual.bound, sure.high < usual.bound)
    if usual.sense == "at_most":
        kept, broken = (sure.high <= usual.bound, sure.low > usual.bound)
    word = PASS if kept else FAIL if broken else UNDECIDED
    left = (
        needed(seen, Bound(usual.bound, "at_least" if usual.sense == "at_least" else "at_most"), rounds)
        if word == UNDECIDED
        else 0
    )
    more = left - seen.size if left else left
    return replace(usual, verdict=word, low=sure.low, high=sure.high, more=more, looks=len(rounds.totals))


def interval(values: Reals) -> tuple[float, float, float]:
    """Mean and interval: Wilson's for a KPI that is 0 or 1 (a probability), Student's otherwise."""
    if _is_proportion(values):
        return float(values.mean()), *intervals.wilson(float(values.sum()), values.size)
    return intervals.mean_interval(values)


def overall(judgements: list[Judgement]) -> str:
    """Any FAIL fails; else any UNDECIDED leaves the policy undecided; without criteria nothing is decided."""
    verdicts = {one.verdict for one in judgements}
    if FAIL in verdicts:
        return FAIL
    return UNDECIDED if UNDECIDED in verdicts or not verdicts else PASS


def _decide(values: Reals, bound: float, sense: str) -> tuple[str, float, float, float]:
    """Verdict, figure and interval."""
    figure, low, high = interval(values)
    above, below = low >= bound, high <= bound
    kept, broken = (above, high < bound) if sense == "at_least" else (below, low > bound)
    return PASS if kept else FAIL if broken else UNDECIDED, figure, low, high


def _more(values: Reals, found: tuple[str, float, float, float], bound: float) -> int | None:
    """Replications that would decide it if the figure stays as it is; None where that cannot be said.

    For a proportion Wilson's interval leaves the bound out once n (p - b)^2 >= z^2 b (1 - b).
    """
    verdict, figure, low, high = found
    if verdict != UNDECIDED:
        return 0
    gap, half = abs(figure - bound), (high - low) / 2
    if gap == 0 or not isfinite(half):
        return None
    if _is_proportion(values):
        z = intervals.student(intervals.CONFIDENCE, np.inf)
        return max(1, ceil(z * z * bound * (1.0 - bound) / gap**2) - values.size)
    return max(1, ceil(values.size * (half / gap) ** 2) - values.size)


def _is_proportion(values: Reals) -> bool:
    return bool(np.isin(values, (0.0, 1.0)).all())
