"""Who is credited with a sale that several channels touched, in exact fractions.

Notation: a path is the list of channels touched in order, with the conversions and the
journeys without one that took it. Removal effect: the share of the conversion probability
of the first-order Markov chain of touches that is lost when a channel leads nowhere.
Sources: Anderl, Becker, von Wangenheim and Schumann (2016), International Journal of
Research in Marketing 33, 457-474 (Markov); Zhao, Mahboobi and Bagheri (2018),
arXiv:1804.05327 (Shapley for v(S) = conversions of paths within S).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

Credit: TypeAlias = dict[str, Fraction]
Weights: TypeAlias = Callable[[int], list[Fraction]]

START, CONVERSION, NOTHING = 0, 1, 2
State: TypeAlias = str | int


@dataclass(frozen=True)
class Path:
    """Channels touched, first to last, and how journeys along it ended."""

    touches: tuple[str, ...]
    conversions: int
    nulls: int = 0


def by_position(paths: Iterable[Path], weights: Weights) -> Credit:
    """Credit each path's conversions by position; `weights(n)` adds up to one."""
    credit: Credit = {}
    for path in paths:
        for channel, weight in zip(path.touches, weights(len(path.touches)), strict=True):
            credit[channel] = credit.get(channel, Fraction(0)) + weight * path.conversions
    return {channel: value for channel, value in credit.items() if value}


def first_touch(paths: Iterable[Path]) -> Credit:
    """All to the first touch."""
    return by_position(paths, lambda n: [Fraction(i == 0) for i in range(n)])


def last_touch(paths: Iterable[Path]) -> Credit:
    """All to the last touch."""
    return by_position(paths, lambda n: [Fraction(i == n - 1) for i in range(n)])


def linear(paths: Iterable[Path]) -> Credit:
    """The same to every touch."""
    return by_position(paths, lambda n: [Fraction(1, n)] * n)


def position_based(
    paths: Iterable[Path],
    first: Fraction = Fraction(2, 5),
    last: Fraction = Fraction(2, 5),
) -> Credit:
    """Fixed shares to the first and the last touch, the rest evenly to those between.

    Two touches share in proportion to `first` and `last`; a single one takes all.
    """

    def weights(n: int) -> list[Fraction]:
        if n == 1:
            return [Fraction(1)]
        if n == 2:
            return [first / (first + last), last / (first + last)]
        return [first, *[(1 - first - last) / (n - 2)] * (n - 2), last]

    return by_position(paths, weights)


def time_decay(paths: Iterable[Path], kept: Fraction = Fraction(1, 2)) -> Credit:
    """Weights that fall by the factor `kept` with each touch before the last."""

    def weights(n: int) -> list[Fraction]:
        raw = [kept ** (n - 1 - i) for i in range(n)]
        return [w / sum(raw) for w in raw]

    return by_position(paths, weights)


def window_limited(paths: Iterable[Path], touches: int) -> list[Path]:
    """The paths cut to their last touches, for any of the rules."""
    return [Path(p.touches[-touches:], p.conversions, p.nulls) for p in paths]


def shapley(paths: Iterable[Path]) -> Credit:
    """Shapley value for v(S) = conversions of paths whose channels are all in S.

    Each path is a unanimity game of its channels, so it splits evenly over the different
    ones; a channel that repeats gets no more.
    """
    unique = [Path(tuple(dict.fromkeys(p.touches)), p.conversions) for p in paths]
    return linear(unique)


@dataclass(frozen=True)
class MarkovCredit:
    """Conversion probability, removal effects and the conversions credited by them."""

    conversion_probability: Fraction
    removal_effect: Credit
    attributed: Credit


def markov(paths: Sequence[Path]) -> MarkovCredit:
    """Credit by removal effects of the first-order chain, by exact linear algebra."""
    moves = transitions(paths)
    channels = list(dict.fromkeys(c for p in paths for c in p.touches))
    whole = conversion_probability(moves, channels)
    if not whole:
        return MarkovCredit(whole, dict.fromkeys(channels, Fraction(0)), {})
    effect = {c: 1 - conversion_probability(moves, channels, c) / whole for c in channels}
    total, together = sum(p.conversions for p in paths), sum(effect.values())
    return MarkovCredit(whole, effect, {c: total * e / together for c, e in effect.items()})


def transitions(paths: Iterable[Path]) -> Counter[tuple[State, State]]:
    """Number of journeys that made each move."""
    moves: Counter[tuple[State, State]] = Counter()
    for path in paths:
        journeys = path.conversions + path.nulls
        steps: tuple[State, ...] = (START, *path.touches)
        for move in pairwise(steps):
            moves[move] += journeys
        moves[path.touches[-1], CONVERSION] += path.conversions
        moves[path.touches[-1], NOTHING] += path.nulls
    return moves


def conversion_probability(
    moves: Counter[tuple[State, State]], channels: Sequence[str], removed: str | None = None
) -> Fraction:
    """Chance to convert from the start; the removed channel leads to nothing."""
    states: list[State] = [START, *(c for c in channels if c != removed)]
    leaving: Counter[State] = Counter()
    for (source, _), count in moves.items():
        leaving[source] += count
    rows = [_equation(source, states, moves, max(leaving[source], 1)) for source in states]
    return _solve(rows)[0]


def _equation(
    source: State, states: Sequence[State], moves: Counter[tuple[State, State]], leaving: int
) -> list[Fraction]:
    """Row of (I - Q | conversion) for one state."""
    row = [Fraction(int(source == to)) - Fraction(moves[source, to], leaving) for to in states]
    return [*row, Fraction(moves[source, CONVERSION], leaving)]


def _solve(rows: list[list[Fraction]]) -> list[Fraction]:
    """Gauss-Jordan elimination of an augmented matrix."""
    n = len(rows)
    for k in range(n):
        pivot = next(i for i in range(k, n) if rows[i][k])
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for i in range(n):
            if i != k and rows[i][k]:
                factor = rows[i][k]
                rows[i] = [x - factor * y for x, y in zip(rows[i], rows[k], strict=True)]
    return [row[n] for row in rows]
