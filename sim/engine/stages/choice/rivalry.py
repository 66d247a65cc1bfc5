"""Part of the month in which rivals act: a strategy is asked once for all replications where it sees the same in all.

Notation: R replications.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.engine.state import market_view
from sim.engine.state.market import Market
from sim.engine.state.now import Now

if TYPE_CHECKING:
    from sim.engine.actors import RivalActor


def answer(now: Now, market: Market, rivals: Sequence[Sequence[RivalActor]]) -> None:
    """Let all rivals answer what was public last month."""
    looking = any(rival.sees_market for one in rivals for rival in one)
    seen = market_view.gather(now, market) if looking else [None] * now.size  # before the first of them moves
    for at, twins in enumerate(zip(*rivals, strict=True)):
        if _stand_alike(now, market, at, twins):
            _answer_once(market, at, twins)
        else:
            for twin, view in zip(twins, seen, strict=True):
                twin.answer(view)


def _stand_alike(now: Now, market: Market, at: int, twins: Sequence[RivalActor]) -> bool:
    """Whether a rival, by its place among the rivals, sees and has the same in all replications."""
    first, gone = twins[0], market.gone[:, at]
    return (
        market.alike
        and first.keeps_to_rates
        and bool((gone == gone[0]).all())
        and all(one.rates is first.rates for one in twins)
        and all(one.campaigns == now.conditions[0].campaigns for one in now.conditions)
    )


def _answer_once(market: Market, at: int, twins: Sequence[RivalActor]) -> None:
    """Let it answer in the first replication; the same holds in the others."""
    first, *others = twins
    before = first.rates
    first.answer()
    market.public[1:, at] = first.public
    if first.rates is not before:
        for twin in others:
            twin.rates = first.rates


def earn(rivals: Sequence[Sequence[RivalActor]]) -> None:
    """Add the month's expected results to the rivals' capital."""
    for one in rivals:
        for rival in one:
            rival.earn()
