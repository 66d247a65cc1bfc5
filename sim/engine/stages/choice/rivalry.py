"""Part of the month in which rivals act: a strategy is asked once for the replications in which it sees the same.

One that is batched is asked once for all, one that is not and sees the market in each replication by itself.

Notation: R replications.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.engine.answers import History, go
from sim.engine.state import market_view
from sim.engine.state.market import Market
from sim.engine.state.now import Now
from sim.market.strategy import MarketFacts, MarketView

if TYPE_CHECKING:
    from sim.engine.actors import RivalActor


def answer(now: Now, market: Market, rivals: Sequence[Sequence[RivalActor]]) -> None:
    """Let all rivals answer what was public last month."""
    watching = [at for at, rival in enumerate(rivals[0]) if rival.rival.strategy.sees_market]
    looking = any(one[at].sees_market for one in rivals for at in watching)
    seen = market_view.gather(now, market) if looking else None  # before the first of them moves
    for at, twins in enumerate(zip(*rivals, strict=True)):
        if _see_the_same(now, market, at, twins):
            for places in _alike(market, twins):
                _answer_once(market, at, [twins[place] for place in places], places)
        else:
            _answer_what_it_sees(now, market, twins, seen)


def _see_the_same(now: Now, market: Market, at: int, twins: Sequence[RivalActor]) -> bool:
    """Whether a rival, by its place among the rivals, sees the same in all replications but for our rates."""
    gone = market.gone[:, at]
    return (
        twins[0].keeps_to_rates
        and bool((gone == gone[0]).all())
        and (not now.stirred or all(one.campaigns == now.conditions[0].campaigns for one in now.conditions))
    )


def _alike(market: Market, twins: Sequence[RivalActor]) -> Iterable[list[int]]:
    """Places of the replications in which our rates, its own and its schedule are the same."""
    found: dict[tuple[int, int, int], list[int]] = {}
    for place, (one, like) in enumerate(zip(twins, market.like.tolist(), strict=True)):
        found.setdefault((like, *one.standing), []).append(place)
    return found.values()


def _answer_once(market: Market, at: int, twins: Sequence[RivalActor], places: Sequence[int]) -> None:
    """Let it answer in the first of these replications; the same holds in the others."""
    first, *others = twins
    before = first.rates
    first.answer()
    market.public[places[1:], at] = first.public
    if first.rates is not before:
        for twin in others:
            twin.rates = first.rates


def _answer_what_it_sees(now: Now, market: Market, twins: Sequence[RivalActor], seen: MarketView | None) -> None:
    """Let a rival answer the market, all replications', where it looks at it and a month has been played."""
    there: list[bool] = np.any(market.volumes, axis=(1, 2)).tolist()
    batched, together = twins[0].rival.strategy.batched, []
    for twin in twins:
        if seen is None or not (twin.sees_market and there[twin.replication]):
            twin.answer()
        elif batched:
            together.append(twin)
        else:
            twin.answer(seen.at(twin.replication))
    if seen is not None and together:
        _answer_together(now, market, together, seen)


def _answer_together(now: Now, market: Market, twins: Sequence[RivalActor], seen: MarketView) -> None:
    """Let a rival answer the market that it sees, all replications', in some of them at once."""
    first, places = twins[0], [twin.replication for twin in twins]
    where = slice(None) if len(twins) == now.size else np.array(places)
    schedule, present = np.array([one.schedule(now.ordinal) for one in twins]), np.array([one.rates for one in twins])
    known = seen.at(where), market_view.economics(now, market, first.owner).at(where)
    facts = MarketFacts(now.month, schedule, present, History(market.our_history, where), first.position, *known)
    go(now, twins, first.rival.strategy.answer(facts))


def earn(rivals: Sequence[Sequence[RivalActor]]) -> None:
    """Add the month's expected results to the rivals' capital."""
    keeping = [at for at, rival in enumerate(rivals[0]) if rival.capital_minor is not None]
    for one in rivals:
        for at in keeping:
            one[at].earn()
