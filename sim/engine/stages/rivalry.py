"""Part of the month in which rivals act: each strategy is asked once for all replications in which it sees the same.

Notation: R replications.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.engine.actors import RivalActor
from sim.engine.state import market_view
from sim.engine.state.market import Market
from sim.engine.state.now import Now


def answer(now: Now, market: Market, rivals: Sequence[Sequence[RivalActor]]) -> None:
    """Let all rivals answer what was public last month."""
    looking = any(rival.sees_market for one in rivals for rival in one)
    seen = market_view.gather(now, market) if looking else [None] * now.size  # before the first of them moves
    first, *others = rivals
    for place, rival in enumerate(first):
        alike, rates = market.alike and _keeps_to_rates(rival), rival.rates
        rival.answer(seen[0])
        for one, view in zip(others, seen[1:], strict=True):
            twin = one[place]
            if alike and twin.stands_as(rival, rates):
                twin.answer_as(rival)
            else:
                twin.answer(view)


def _keeps_to_rates(rival: RivalActor) -> bool:
    """Whether its answer follows from its own rates and ours, and leaves no other trace."""
    return not (rival.rival.strategy.sees_market or rival.rival.strategy.adapts)


def earn(rivals: Sequence[Sequence[RivalActor]]) -> None:
    """Add the month's expected results to the rivals' capital."""
    for one in rivals:
        for rival in one:
            rival.earn()
