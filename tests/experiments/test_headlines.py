"""The answer in one sentence, of results made by hand: better, worse, not told apart; nothing found."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from sim.experiments.answer import Amount, Answer, Sentence
from sim.experiments.headlines import comparing, mapping, searching
from sim.report.study.words import Words
from sim.scenario.schema import Criterion
from sim.statistics.evaluation import Estimate
from sim.statistics.optimising import BREAKS, SURELY, Best
from sim.statistics.paired_difference import Difference
from sim.statistics.root import FAILS, FOUND, Root

MILLION = 1e6


def said(one: Sentence, lang: str = "en") -> str:
    """A sentence in words, with plain spaces."""
    return Words(Answer("x", "t", [one], []), lang).sentence(one).replace("\u00a0", " ")


def gap(kpi: str, a: float, b: float, low: float, high: float, unit: str = "money") -> Difference:
    return Difference(kpi, unit, a, b, b - a, low, high, 0.5, 1.0, 100)


BETTER = {
    "result": gap("result", 400 * MILLION, 520 * MILLION, 96 * MILLION, 144 * MILLION),
    "premium": gap("premium", 1000.0, 800.0, -220.0, -180.0),
    "ruined": gap("ruined", 0.05, 0.04, -0.06, 0.04, "probability"),
}
WORSE = {
    "result": gap("result", 5 * MILLION, -MILLION, -7.5 * MILLION, -4.5 * MILLION),
    "premium": gap("premium", 100.0, 103.0, 1.0, 5.0),
    "ruined": gap("ruined", 0.0, 0.1, 0.05, 0.15, "probability"),
}
OPEN = {
    "result": gap("result", 0.0, 3 * MILLION, -5 * MILLION, 11 * MILLION),
    "premium": gap("premium", 100.0, 101.0, -1.0, 3.0),
    "ruined": gap("ruined", 0.0, 0.0, -0.03, 0.03, "probability"),
}


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        (BETTER, "better by 120 mn RUB (96 to 144); sells 20.0 % less; ruin not told apart."),
        (WORSE, "worse by 6.00 mn RUB (4.50 to 7.50); sells 3.00 % more; ruin more likely by 10.0 pp (5.0 to 15.0)."),
        (OPEN, "result not told apart: +3.00 mn RUB (−5.00 to 11.00); sales not told apart; no ruin seen."),
    ],
)
def test_one_policy_against_another(figures: dict[str, Difference], words: str) -> None:
    one = comparing.of_policies("policy_2008", {"terms_2010": figures})
    assert said(one) == f"Terms 2010 against Policy 2008: {words}"


def test_several_policies() -> None:
    """The best is named; that it is not told apart from the next; that none is surely better than the present one."""
    apart = dataclasses.replace(BETTER["result"], low=-1.0)
    best = comparing.of_policies("now", {"a": OPEN, "b": BETTER, "c": WORSE}, lambda first, second: apart)
    assert said(best).startswith("Best of 4 policies: B. Against Now: better by 120") and best.values["policy"] == "b"
    assert said(best).endswith("; not told apart from A.")
    none = comparing.of_policies("now", {"a": OPEN, "c": WORSE}, lambda first, second: BETTER["result"])
    assert said(none).startswith("None of 3 policies is surely better than Now; nearest is A: result not told apart")
    worst = comparing.of_policies("now", {"c": WORSE, "d": WORSE}, lambda first, second: BETTER["result"])
    assert said(worst, "ru").startswith("Now остаётся лучшей из политик (всего 3); следующая – C: хуже на 6,00 млн ₽")


def root(status: str, level: float) -> Root:
    return Root(status, level, 0.22, 0.26, 192, np.array([0.1, 0.4]), ())


def test_how_far_a_lever_may_go() -> None:
    criterion = Criterion.model_validate({"kpi": "result", "at_least": 0, "in_share": 0.8})
    bound = searching.of_criterion(criterion, "money")

    def told(first: Any, holds: bool = False, today: float | None = 0.17) -> str:
        return said(searching.of_lever("own.rate", "share", (0.1, 0.4), first, holds, today))

    assert told((root(FOUND, 0.239), bound)) == (
        "Rate may go as far as 23.9 % (22.0 to 26.0); beyond, the first to break is "
        "“Result over the horizon” at least 0 RUB in 80.0 % of replications. Today: 17.0 %."
    )
    assert told((root(FAILS, 0.1), bound), today=None).startswith("Rate: no level from 10.0 % to 40.0 % is safe")
    assert told(None, holds=True).endswith("the frontier lies beyond.") and told(None).endswith("is not decided.")


def test_what_a_figure_hangs_on() -> None:
    low, high = Estimate(8.73 * MILLION, 8.5 * MILLION, 9.0 * MILLION), Estimate(-15.3 * MILLION, -16e6, -15e6)
    ends = ("loss ratio", Amount(0.605, "share", brief=True), Amount(0.729, "share", brief=True))
    one = searching.of_inputs("kpi.result", "money", ends, low, high, 2)
    assert said(one) == (
        "Result over the horizon hangs most on loss ratio: +8.73 mn RUB (8.50 to 9.00) at 60.5 %, "
        "−15.3 mn RUB (−16.0 to −15.0) at 72.9 %. Inputs that cannot be told from luck: 2."
    )
    assert "от −16,0 до −15,0) при 72,9 %" in said(one, "ru")


def test_what_makes_a_policy_fail() -> None:
    """The inputs that have moved most, in this order, without those that stand still."""
    names, units = ["rival", "demand", "loss ratio"], ["share", "number", "share"]
    values, now = np.array([0.18, 0.9, 0.712]), np.array([0.18, 1.0, 0.65])
    one = searching.of_failing_world(names, units, values, np.array([0.0, -0.7, 1.9]), now, Estimate(0.23, 0.18, 0.28))
    assert said(one) == (
        "It fails at loss ratio 71.2 % (today 65.0 %); demand 0.900 (today 1.00). "
        "In all, 23.0 % (18.0 to 28.0) of the possible worlds fail."
    )


@pytest.mark.parametrize(
    ("gain", "kept", "words"),
    [
        (
            Estimate(0.8e6, 0.4e6, 1.2e6),
            SURELY,
            "better than today by 800,000 RUB (400,000 to 1,200,000); every limit kept",
        ),
        (Estimate(-2e6, -3e6, -1e6), SURELY, "worse than today by 2.00 mn RUB (1.00 to 3.00)"),
        (Estimate(1e6, -1e6, 3e6), BREAKS, "not told apart from today: +1.00 mn RUB (−1.00 to 3.00)"),
    ],
)
def test_the_best_point(gain: Estimate, kept: str, words: str) -> None:
    goal = Estimate(12e6, 11e6, 13e6)
    best = Best(np.array([0.17]), goal, (), kept == SURELY, False, gain, np.zeros((2, 1)), 100, kept, "")
    where = [Sentence("part_named", {"name": "own.new", "value": Amount(0.17, "share", brief=True)})]
    text = said(searching.of_optimum(where, "kpi.result", "money", best, True))
    found = "Best found: " if kept == SURELY else "No policy found that keeps the limits; nearest to them: "
    assert text.startswith(f"{found}new 17.0 %; Result over the horizon 12.0 mn RUB (11.0 to 13.0); {words}")


def test_where_the_present_policy_stands() -> None:
    where = [Sentence("part_named", {"name": "own.rate", "value": Amount(0.17, "share", brief=True)})]
    even = [Sentence("part_even", {"axis": "own.rate", "value": Amount(0.291, "share", brief=True)})]
    ruin = Amount(0.0, "probability", 0.0, 0.14, brief=True)

    def told(*result: float) -> str:
        return said(mapping.of_present(where, Amount(result[0], "money", *result[1:], brief=True), ruin, even))  # type: ignore[arg-type]

    earned = "Today (rate 17.0 %): earns 13.9 mn RUB (13.3 to 14.4); probability of ruin 0 % (0 to 14); "
    assert told(13.9e6, 13.3e6, 14.4e6) == earned + "breaks even at rate 29.1 %."
    assert "loses 4.00 mn RUB (3.00 to 5.00)" in told(-4e6, -5e6, -3e6)
    assert "result not told apart from 0: 1.00 mn RUB (−1.00 to 3.00)" in told(1e6, -1e6, 3e6)
    assert said(mapping.of_cells(36, 22)).startswith("Of 36 cells 22 earn on average")


def test_the_worst_world() -> None:
    result, gap = Amount(-5e6, "money", -6e6, -4e6, brief=True), Amount(-9e6, "money", signed=True, brief=True)
    worst = said(mapping.of_worlds("rival_war", result, gap, 2, 4))
    assert worst == (
        "The worst world is Rival war: loses 5.00 mn RUB (4.00 to 6.00); −9.00 mn RUB against the base; "
        "every criterion holds in 2 of 4 worlds."
    )
    assert said(mapping.of_worlds("base", result, None, None, 4)).startswith("No world is worse than the base: loses")
