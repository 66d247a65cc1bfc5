"""Months timed before the work: what they tell by the clock, and when none are played."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.judgement.session import Run
from sim.results.loading import load
from sim.runs import timed_months
from sim.runs.ahead import Account
from sim.runs.case import Case
from sim.runs.crew import Crew
from sim.runs.play import Runner
from sim.runs.resources import estimate
from sim.runs.store import Store
from sim.runs.timed_months import TIMED, UNTIMED, WORTH, seconds_for_one
from tests.judgement.test_within import NETWORK, SMALL
from tests.runs.test_ahead import Clock

MONTHS = 6
MUCH = 1e9  # seconds of work


@pytest.fixture(scope="module")
def case() -> Case:
    return Case.of(load(NETWORK, SMALL))


def month(case: Case, together: int) -> float:
    """Reckoned seconds."""
    return estimate(case.outline, together)[1] / MONTHS


def test_timed_months_count_by_the_clock_what_is_reckoned_of_as_many_months(case: Case) -> None:
    assert case.plan.months == MONTHS
    found = seconds_for_one(case.plan, case.outline, 3, Clock(step=1.0))
    assert found == pytest.approx(1.0 / (TIMED * month(case, 3)))


def test_what_timed_months_tell_is_the_pace_until_enough_is_measured(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timed_months, "WORTH", 1.0)
    monkeypatch.setattr(timed_months, "SOON", 0.0)
    announced: list[float] = []
    account = Account(
        clock=Clock(step=1.0), planned=lambda parts, seconds, room: announced.append(seconds),
        usual_pace=lambda seconds: 0.5,
    )  # fmt: skip
    run = Run(case, 4, doubt=0, breaks=False)
    with Crew(1) as crew:
        run.play(crew, None, account)
    assert account.machine == pytest.approx(1.0 / (TIMED * month(case, 4)))
    assert announced == [pytest.approx(account.machine * run.reckoned())]
    assert account._usual == pytest.approx(account.machine * 0.5)


@pytest.mark.parametrize("why", ["asked", "nobody asks", "in the store", "much of the work"])
def test_none_are_played_where_they_serve_nobody(why: str, case: Case, tmp_path: Path) -> None:
    ahead = MUCH if why != "much of the work" else 0.9 * (UNTIMED + TIMED) * month(case, 4) / WORTH
    with Crew(1) as crew:
        runner = Runner(crew, Store(tmp_path), Account() if why == "nobody asks" else Account(within=60.0))
        if why == "in the store":
            runner.months(case, range(2))
        runner.time_months(case, 4, ahead)
    assert (runner.account.machine != 1.0) == (why == "asked")
