"""Months timed before the work: what they tell by the clock, and when none are played."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.judgement.session import Run
from sim.results.loading import load
from sim.runs.ahead import Account
from sim.runs.case import Case
from sim.runs.crew import Crew
from sim.runs.play import Runner
from sim.runs.resources import estimate
from sim.runs.store import Store
from sim.runs.timed_months import TIMED, seconds_for_one
from tests.judgement.test_within import NETWORK, SMALL
from tests.runs.test_ahead import Clock


@pytest.fixture(scope="module")
def case() -> Case:
    return Case.of(load(NETWORK, SMALL))


def test_timed_months_count_by_the_clock_what_is_reckoned_of_as_many_months(case: Case) -> None:
    assert case.plan.months == 6
    reckoned = estimate(case.outline, 3)[1] / 6
    assert seconds_for_one(case.plan, case.outline, 3, Clock(step=1.0)) == pytest.approx(1.0 / (TIMED * reckoned))


def test_what_timed_months_tell_is_the_pace_until_enough_is_measured(case: Case) -> None:
    announced: list[float] = []
    account = Account(
        clock=Clock(step=1.0), planned=lambda parts, seconds, room: announced.append(seconds),
        usual_pace=lambda seconds: 0.5,
    )  # fmt: skip
    run = Run(case, 4, doubt=0, breaks=False)
    with Crew(1) as crew:
        run.play(crew, None, account)
    assert account.machine == pytest.approx(6 / (TIMED * estimate(case.outline, 4)[1]))
    assert announced == [pytest.approx(account.machine * run.reckoned())]
    assert account._usual == pytest.approx(account.machine * 0.5)


def test_none_are_played_where_nobody_wants_to_know_or_the_store_may_spare_the_work(case: Case, tmp_path: Path) -> None:
    with Crew(1) as crew:
        unasked = Runner(crew)
        unasked.time_months(case, 4)
        kept = Runner(crew, Store(tmp_path), Account(within=60.0))
        kept.months(case, range(2))
        kept.time_months(case, 4)
        fresh = Runner(crew, None, Account(within=60.0))
        fresh.time_months(case, 4)
    assert unasked.account.machine == kept.account.machine == 1.0 != fresh.account.machine
