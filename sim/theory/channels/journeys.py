"""Whose sale it is: shares of one journey by each rule of attribution.

Notation: a journey is its touches, oldest first, each by somebody so many days before the sale. A rule gives shares
by name; they add up to 1 except under `both_paid`. A touch exactly as old as a window is inside it; touches of equal
days keep the order of the list.
Sources: the rules of web analytics as Kaushik (2013) and the Google Analytics documentation define them; the Shapley
value of v(S) = sales whose touchers are all in S (Zhao, Mahboobi and Bagheri 2018, arXiv:1804.05327).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from sim.theory.channels.bounds import above, at_least, shares, within


class Touch(NamedTuple):
    """Who touched the buyer, and how many days before the sale."""

    who: str
    days: float


Journey: TypeAlias = Sequence[Touch]
Split: TypeAlias = dict[str, float]
Rule: TypeAlias = Callable[[Journey], Split]


def credited_sales(journeys: Iterable[tuple[float, Journey]], rule: Rule) -> Split:
    """Sales credited to each toucher, and to whom else the rule names, over (sales, touches) of each journey.

    Raises
    ------
    ValueError
        For a journey without touches, with days that rise along it, or with negative days or sales.
    """
    credit: Split = {}
    for sales, touches in journeys:
        check_journey(touches)
        at_least(0.0, sales=sales)
        credit |= {touch.who: 0.0 for touch in touches if touch.who not in credit}
        for who, share in rule(touches).items():
            credit[who] = credit.get(who, 0.0) + sales * share
    return credit


def check_journey(touches: Journey) -> None:
    """Raise a ValueError where the touches are no journey, oldest first."""
    if not touches:
        raise ValueError("a journey needs at least one touch")
    at_least(0.0, days=[touch.days for touch in touches])
    if any(later.days > earlier.days for earlier, later in pairwise(touches)):
        raise ValueError(f"touches must stand oldest first, days before the sale falling: {list(touches)}")


def first_touch(touches: Journey) -> Split:
    """All to the oldest touch."""
    return {touches[0].who: 1.0}


def last_touch(touches: Journey) -> Split:
    """All to the touch nearest to the sale."""
    return {touches[-1].who: 1.0}


def linear(touches: Journey) -> Split:
    """The same to every touch."""
    return _split(touches, [1.0] * len(touches))


def position(touches: Journey, first: float = 0.4, last: float = 0.4) -> Split:
    """Shares `first` and `last` to the ends, the rest evenly between; two share in proportion, one takes all."""
    shares(first=first, last=last, **{"first and last together": first + last})
    between = len(touches) - 2
    if between < 0:
        return linear(touches)
    if between == 0:
        return _split(touches, [first, last] if first + last else [1.0, 1.0])
    return _split(touches, [first, *[(1.0 - first - last) / between] * between, last])


def time_decay(touches: Journey, half_life: float) -> Split:
    """In proportion to 2^(-days / half_life), half-life in days, above 0."""
    above(0.0, half_life=half_life)
    nearest = touches[-1].days
    return _split(touches, [2.0 ** -((touch.days - nearest) / half_life) for touch in touches])


def window(touches: Journey, days: float, then: Rule, default: str) -> Split:
    """The rule `then` on the touches of the last days; all to `default` where none is left."""
    inside = _inside(touches, days)
    return then(inside) if inside else {default: 1.0}


def no_earlier_tag(touches: Journey, days: float, partners: Collection[str], default: str) -> Split:
    """All to the partner that touched inside the window with nobody else before its earliest touch inside.

    All to `default` where there is none such; there is never more than one.
    """
    outside = len(touches) - len(_inside(touches, days))
    for at, touch in enumerate(touches[outside:], outside):
        before = {earlier.who for earlier in touches[:at]}
        if touch.who in partners and before <= {touch.who}:
            return {touch.who: 1.0}
    return {default: 1.0}


def shapley_of_touchers(touches: Journey) -> Split:
    """Evenly to the different touchers: the Shapley value, as a journey is a unanimity game of its touchers."""
    return by_weights(touches, {})


def by_weights(touches: Journey, weights: Mapping[str, float]) -> Split:
    """To the different touchers in proportion to weights such as removal effects; evenly where they have none."""
    at_least(0.0, weights=list(weights.values()))
    whole = sum(weights.get(who, 0.0) for who in _touchers(touches))
    parts = {who: weights.get(who, 0.0) if whole else 1.0 for who in _touchers(touches)}
    return {who: part / sum(parts.values()) for who, part in parts.items()}


def haggled(touches: Journey, partners: Collection[str], won_by_us: float) -> Split:
    """No rule but claims: the share won by us evenly to our own channels on the journey, the rest to its partners."""
    within(0.0, 1.0, won_by_us=won_by_us)
    ours = [who for who in _touchers(touches) if who not in partners]
    theirs = [who for who in _touchers(touches) if who in partners]
    won = won_by_us if theirs else 1.0
    won = won if ours else 0.0
    return {**{who: won / len(ours) for who in ours}, **{who: (1.0 - won) / len(theirs) for who in theirs}}


def both_paid(touches: Journey) -> Split:
    """No rule: every different toucher is paid in full, so the shares add up to their number."""
    return dict.fromkeys(_touchers(touches), 1.0)


def _touchers(touches: Journey) -> list[str]:
    return list(dict.fromkeys(touch.who for touch in touches))


def _inside(touches: Journey, days: float) -> Journey:
    at_least(0.0, days=days)
    return [touch for touch in touches if touch.days <= days]


def _split(touches: Journey, weights: Sequence[float]) -> Split:
    """Weights of the touches, added up by name and scaled to 1."""
    split = dict.fromkeys(_touchers(touches), 0.0)
    for touch, weight in zip(touches, weights, strict=True):
        split[touch.who] += weight / sum(weights)
    return split
