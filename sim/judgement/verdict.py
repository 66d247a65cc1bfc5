"""The verdict: each criterion passes, fails or is undecided by its confidence interval over the replications."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, isfinite

import numpy as np

from sim.base.arrays import Reals
from sim.figures.key import NOT_MEANS, Bounds
from sim.results.kpis import Kpi, is_mean
from sim.scenario.reads_claims import DRAWN, Claims
from sim.scenario.schema import Criterion
from sim.statistics import intervals
from sim.statistics.evaluation import Estimate, bounded
from sim.statistics.sequential import Bound, Rounds, needed, sure_interval

PASS, FAIL, UNDECIDED = "PASS", "FAIL", "UNDECIDED"


@dataclass(frozen=True)
class StoodIn:
    """Replications that a mean month counts, and a key figure, which is of those that wait and end, does not."""

    never: int
    """in which it does not come: each as the month `after` the horizon"""
    nothing: int
    """in which there is nothing to wait for: each as 0"""
    replications: int
    after: float

    @property
    def words(self) -> str:
        """What was counted as what."""
        late = f"{self.never} of {self.replications} that never do as month {self.after:g}"
        soon = f"{self.nothing} of {self.replications} with nothing to wait for as 0"
        return "counting " + " and ".join(text for n, text in ((self.never, late), (self.nothing, soon)) if n)

    @classmethod
    def of(cls, kpi: Kpi) -> StoodIn | None:
        """Of a month; None where each replication is one of a wait, or none is."""
        never, nothing = int(np.isnan(kpi.values).sum()), int((kpi.values == 0).sum())
        if kpi.unit != "month" or not never + nothing:
            return None
        return cls(never, nothing, kpi.values.size, kpi.never)


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
    unknown: bool = False
    """the figure has no value in any replication, so that nothing can be judged"""
    stood_in: StoodIn | None = None
    """of a mean month: replications that are no month of a wait, where there are some"""

    @property
    def reason(self) -> str:
        """The judgement in words."""
        if not self.drawn:
            return f"{self.kpi} is not judged: claims are expected values, not drawn; play it with claims drawn"
        if self.unknown:
            return f"{self.kpi} has no value in any replication (a ratio has none where nothing was sold)"
        words = {"at_least": "at least", "at_most": "at most"}[self.sense]
        what = f"mean {self.kpi}" if self.of == "mean" else f"share of replications that keep the bound on {self.kpi}"
        over = f" that allows for up to {self.looks} looks" if self.looks > 1 else ""
        interval = f"95 % interval{over} {self.low:.6g} to {self.high:.6g}"
        text = f"{what} is {self.figure:.6g} ({interval}), wanted {words} {self.bound:.6g}"
        if self.stood_in is not None:
            text += f"; {self.stood_in.words}"
        if self.verdict == UNDECIDED:
            text += f"; about {self.more} more replications would decide it" if self.more else "; too few replications"
        return text


def judge(
    name: str,
    criterion: Criterion,
    kpi: Kpi,
    claims: Claims = DRAWN,
    bending: frozenset[str] = NOT_MEANS,
) -> Judgement:
    """Judge one criterion on a key figure; a value that does not exist keeps no bound, and none at all decides nothing.

    A ratio is that of the sums (`statistics.ratios`). A month that does not come within the horizon counts as the one
    after it. A bound that the figure cannot break is kept. Of expected claims only bounds on means are judged. The
    others stay undecided, and so do key figures not known from them, which are `bending`.
    """
    limit, sense = _bound(criterion)
    if _holds_always(criterion, kpi):
        of, wanted = ("mean", limit) if criterion.in_share is None else ("share", criterion.in_share)
        always, least = (kpi.estimate(), sense) if of == "mean" else (Estimate(1.0, 1.0, 1.0), "at_least")
        ends = (always.figure, always.low, always.high)
        return Judgement(name, criterion.kpi, PASS, *ends, wanted, least, of, None if of == "mean" else limit, 0)
    if claims == "expected" and not is_mean(criterion, bending):
        of = "mean" if criterion.in_share is None else "share"
        return Judgement(
            name, criterion.kpi, UNDECIDED, np.nan, -np.inf, np.inf, limit, sense, of, None, None, drawn=False
        )
    if np.isnan(kpi.compared).all():
        of, bound = ("mean", limit) if criterion.in_share is None else ("share", criterion.in_share)
        ends, least = (np.nan, -np.inf, np.inf), sense if of == "mean" else "at_least"
        within = None if of == "mean" else limit
        return Judgement(name, criterion.kpi, UNDECIDED, *ends, bound, least, of, within, None, unknown=True)
    if criterion.in_share is not None:
        keeps = kept(criterion, kpi)
        found = _decide(keeps, criterion.in_share, "at_least", (0.0, 1.0), probability=True)
        return Judgement(
            name,
            criterion.kpi,
            *found,
            criterion.in_share,
            "at_least",
            "share",
            limit,
            _more(keeps, found, criterion.in_share, probability=True),
        )
    known = _judged(kpi)
    found = _decide(known, limit, sense, kpi.bounds, kpi.of_events)
    more = _more(known, found, limit, kpi.of_events)
    stood_in = StoodIn.of(kpi)
    return Judgement(name, criterion.kpi, *found, limit, sense, "mean", None, more, stood_in=stood_in)


def judge_at_look(
    name: str,
    criterion: Criterion,
    kpi: Kpi,
    rounds: Rounds,
    claims: Claims = DRAWN,
    bending: frozenset[str] = NOT_MEANS,
) -> Judgement:
    """The same at a look of a run in rounds: by the interval that the look may spend its error on, not by the usual."""
    usual = judge(name, criterion, kpi, claims, bending)
    if not usual.drawn or usual.unknown or _holds_always(criterion, kpi):
        return usual
    seen = kept(criterion, kpi) if usual.of == "share" else _judged(kpi)
    if seen.size < 2:
        return usual
    probability = usual.of == "share" or kpi.of_events
    sure = sure_interval(seen, rounds.errors[rounds.totals.index(kpi.values.size)], probability)
    sure = sure.within(kpi.bounds if usual.of == "mean" else (0.0, 1.0))
    keeps, broken = (sure.low >= usual.bound, sure.high < usual.bound)
    if usual.sense == "at_most":
        keeps, broken = (sure.high <= usual.bound, sure.low > usual.bound)
    word = PASS if keeps else FAIL if broken else UNDECIDED
    left = (
        needed(seen, Bound(usual.bound, "at_least" if usual.sense == "at_least" else "at_most"), rounds, probability)
        if word == UNDECIDED
        else 0
    )
    more = left - seen.size if left else left
    return replace(usual, verdict=word, low=sure.low, high=sure.high, more=more, looks=len(rounds.totals))


def _bound(criterion: Criterion) -> tuple[float, str]:
    """The bound, and the side of it that the figure must keep."""
    if criterion.at_least is not None:
        return criterion.at_least, "at_least"
    assert criterion.at_most is not None
    return criterion.at_most, "at_most"


def _holds_always(criterion: Criterion, kpi: Kpi) -> bool:
    """Whether no value that the figure can have breaks the bound."""
    limit, sense = _bound(criterion)
    least, most = kpi.bounds
    return least >= limit if sense == "at_least" else most <= limit


def kept(criterion: Criterion, kpi: Kpi) -> Reals:
    """1 where a replication keeps the bound, else 0: float64[replication]."""
    limit, sense = _bound(criterion)
    return (kpi.compared >= limit if sense == "at_least" else kpi.compared <= limit).astype(np.float64)


def room(criterion: Criterion, kpi: Kpi) -> Reals:
    """By how much each replication keeps the bound, float64[replication]: below 0, or NaN, where it does not."""
    limit, sense = _bound(criterion)
    return kpi.compared - limit if sense == "at_least" else limit - kpi.compared


def _judged(kpi: Kpi) -> Reals:
    """Values whose mean is judged."""
    values = kpi.averaged if kpi.terms else kpi.compared
    return values[~np.isnan(values)]


def overall(judgements: list[Judgement]) -> str:
    """Any FAIL fails; else any UNDECIDED leaves the policy undecided; without criteria nothing is decided."""
    verdicts = {one.verdict for one in judgements}
    if FAIL in verdicts:
        return FAIL
    return UNDECIDED if UNDECIDED in verdicts or not verdicts else PASS


def _decide(
    values: Reals, bound: float, sense: str, bounds: Bounds, probability: bool
) -> tuple[str, float, float, float]:
    """Verdict, figure and interval."""
    found = bounded(values, bounds, probability, intervals.CONFIDENCE)
    above, below = found.low >= bound, found.high <= bound
    keeps, broken = (above, found.high < bound) if sense == "at_least" else (below, found.low > bound)
    return PASS if keeps else FAIL if broken else UNDECIDED, found.figure, found.low, found.high


def _more(values: Reals, found: tuple[str, float, float, float], bound: float, probability: bool) -> int | None:
    """Replications that would decide it if the figure stays as it is; None where that cannot be said.

    For a proportion Wilson's interval leaves the bound out once n (p - b)^2 >= z^2 b (1 - b).
    """
    verdict, figure, low, high = found
    if verdict != UNDECIDED:
        return 0
    gap, half = abs(figure - bound), (high - low) / 2
    if gap == 0 or not isfinite(half):
        return None
    if probability:
        z = intervals.student(intervals.CONFIDENCE, np.inf)
        return max(1, ceil(z * z * bound * (1.0 - bound) / gap**2) - values.size)
    return max(1, ceil(values.size * (half / gap) ** 2) - values.size)
