"""A run against what its scenario says has happened; nothing where the scenario does not say."""

from __future__ import annotations

from sim.experiments.answer import Amount, Answer, Sentence
from sim.experiments.tables.backtest import Backtest
from sim.judgement.result import Result
from sim.statistics.fan import BAND, least


def against_actuals(result: Result) -> Answer | None:
    """The back-test of a run; in place of it a sentence where claims were not drawn or replications are too few."""
    actuals, played = result.loaded.actuals, len(result.replications)
    if actuals is None:
        return None
    if not result.drawn:
        return _not_told(result, Sentence("backtest_expected"))
    if played < least(BAND):
        needed = {"needed": Amount(least(BAND), "count"), "share": Amount(BAND, "share")}
        return _not_told(result, Sentence("backtest_few", {"replications": Amount(played, "count"), **needed}))
    return Backtest(result, actuals, BAND).answer("")


def _not_told(result: Result, why: Sentence) -> Answer:
    cube = result.cube
    return Answer(
        "backtest", result.plan.scenario.name, [why], [], currency=cube.currency, start=cube.months[0],
        notes=result.notes,
    )  # fmt: skip
