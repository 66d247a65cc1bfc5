"""Market, books and stages alone: made of a plan, without a model."""

from __future__ import annotations

import numpy as np
import pytest

from sim.base.errors import LedgerError
from sim.engine.layout.batch import Batch
from sim.engine.month import MONTH
from sim.engine.stages.business.contracting import claims_occur
from sim.engine.stages.choice.opening import open_market
from sim.engine.state.books import Books
from sim.engine.state.market import Market
from sim.engine.state.nouns import Nouns
from sim.engine.state.now import Now
from sim.money.flows import Account, Flow
from tests.whole.scenarios import CHOICE, P, S, plan

TWO_RIVALS = {
    "rivals": {name: {"commission": rate, "strategy": {"kind": "static"}} for name, rate in (("a", 0.1), ("b", 0.2))},
    f"{CHOICE}.weights": {"commission": 0.1},
}


def opened(nouns: Nouns) -> Nouns:
    open_market(nouns.now, nouns.market, nouns.channels, nouns.journeys, nouns.table, nouns.moves)
    return nouns


def test_the_market_alone() -> None:
    """Averages of what is seen, weighted by premium; a rival that has left is chosen by nobody."""
    market = Market(Now(Batch.of(plan(TWO_RIVALS), 2), (0, 1)))
    assert market.rate().tolist() == [0.0, 0.0] and market.shares[1].tolist() == pytest.approx([1 / 3] * 3)
    market.our_segment_rates[:], market.rival_rates[:] = 0.3, [[0.1, 0.2]]
    market.volumes[:] = [[2.0, 1.0, 1.0]]
    assert market.rate().tolist() == pytest.approx([(2 * 0.3 + 0.1 + 0.2) / 4] * 2)
    assert market.premium_of_buyer().tolist() == [[100_00.0]] * 2  # a contract a buyer at 100
    market.gone[1, 1] = True
    assert market.left == [[], [2]]


def test_the_opened_market_follows_offers() -> None:
    """Odds follow the utilities that offers have; we offer nothing, so we come last."""
    nouns = opened(Nouns.of(Batch.of(plan({**TWO_RIVALS, f"{CHOICE}.us_at_start": None}), 1)))
    nouns.market.public[0] = [np.full((1, 1), 0.1), np.full((1, 1), 0.2)]
    opened(nouns)
    ours, low, high = nouns.market.all_odds()[0, 0]
    assert ours < low < high and ours + low + high == pytest.approx(1.0)
    assert high / low == pytest.approx(np.exp(0.1 * (20 - 10)), rel=1e-12)


def test_the_books_alone() -> None:
    """Interest on cash is posted, accounts are proven against sub-ledgers, failure is told from closed books."""
    laid = plan({"opening.capital": 1_000.0, "accounts.interest": 0.12})
    batch = Batch.of(laid, 2)
    now, books = Now(batch, (0, 1)), Books(batch, laid.table(2))
    books.count_unearned(now.month)
    turnover, balance = books.close(now, books.stocks())
    earned = round(1_000_00 * (1.12 ** (1 / 12) - 1))
    assert turnover[0, :, Flow.INTEREST_EARNED.position].tolist() == [earned, earned]
    assert balance[0, :, Account.CASH.position].tolist() == [1_000_00 + earned] * 2
    assert [one.tolist() for one in books.failing(now)] == [[[False, False]], [[False, False]]]
    books.overdue[1] = 1_000_00 + earned + 1
    assert [one.tolist() for one in books.failing(now)] == [[[False, False]], [[False, True]]]
    books.post(Flow.PREMIUM_WRITTEN, np.array([0, 5_00]))
    with pytest.raises(LedgerError):
        books.close(now, books.stocks())


def test_a_stage_alone() -> None:
    """Claims of a month on columns put in by hand; nothing else is written."""
    nouns = Nouns.of(Batch.of(plan({f"{P}.cost_ratio": 0.25, f"{S}.partners": 3}), 1))
    nouns.table.earned[0] = [100, 202, 0, 40]
    stage = next(one for one in MONTH if one.play is claims_occur)
    with nouns.table.writable(stage.written(nouns.table)):
        stage.bound(vars(nouns))()
    assert nouns.table.incurred[0].tolist() == [25, 50, 0, 10]


def test_a_stage_is_given_what_its_row_names_and_no_more() -> None:
    stage = next(one for one in MONTH if one.play is claims_occur)
    assert set(stage.nouns) == {"now", "market", "table", "books", "work", "note"}
    with pytest.raises(KeyError, match="market"):
        stage.bound({name: object() for name in stage.nouns if name != "market"})
