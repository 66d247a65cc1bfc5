"""The account of the work ahead: one count that never goes back, the time left, and the end of the time given."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

import pytest

from sim.runs.ahead import Account, Part, TimeIsUp, growing


@dataclass
class Clock:
    """A clock that is set by hand, or goes on by a step with each look."""

    now: float = 0.0
    step: float = 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


@dataclass
class Heard:
    """What an account told."""

    counts: list[tuple[int, int]] = field(default_factory=list)

    def __call__(self, done: int, total: int) -> None:
        self.counts.append((done, total))


def seconds(replications: int, together: int = 1) -> float:
    return float(replications)


def test_what_a_part_did_not_need_is_taken_off_the_total_and_the_count_never_goes_back() -> None:
    heard = Heard()
    account = Account(heard)
    account.plan([Part("scan", 2, 10), Part("levels", 1, 30), Part("fresh", 1, 5)], seconds)
    assert (account.total, account.cases) == (55, 4)
    account.begin("scan")
    account.ask(20)
    account.add(20, 20.0)
    account.begin("levels")
    account.ask(10)
    account.add(10, 10.0)
    account.begin("fresh")
    assert account.total == 35
    account.begin("scan")  # over already: nothing changes
    account.ask(5)
    account.add(5, 5.0)
    account.finish()
    assert heard.counts[-1] == (35, 35)
    done, totals = zip(*heard.counts, strict=True)
    assert list(done) == sorted(done) and max(totals) == 55


def test_what_nobody_planned_is_planned_when_it_is_asked_for() -> None:
    account = Account()
    for _ in range(3):
        account.ask(4)
        account.add(4, 4.0)
    assert (account.done, account.total) == (12, 12)


def test_time_left_is_the_pace_after_the_first_report_times_what_is_usually_left() -> None:
    clock = Clock()
    account = Account(clock=clock)
    account.plan([Part("scan", 1, 10), Part("levels", 1, 20, usual=0.5)], seconds)
    clock.now = 100.0  # kernels are compiled
    account.add(2, 2.0)
    assert account.left is None
    clock.now = 106.0
    account.add(2, 2.0)
    assert account.left == pytest.approx(3.0 * (6.0 + 0.5 * 20.0))
    account.add(6, 0.0, played=False)  # from the store: no time, and none left of this part
    assert account.left == pytest.approx(3.0 * 0.5 * 20.0)


def test_a_pace_of_little_work_counts_by_the_share_of_what_it_takes_that_is_measured() -> None:
    clock = Clock()
    account = Account(clock=clock, usual_pace=lambda work: 0.5)
    account.plan([Part("scan", 1, 100)], seconds)
    account.add(5, 5.0)
    clock.now = 10.0
    account.add(5, 5.0)  # 5 of 100 are measured, at 2 seconds each; from 25 on the measured pace alone counts
    assert account.pace == pytest.approx(2.0**0.2 * 0.5**0.8)
    clock.now = 50.0
    account.add(20, 20.0)
    assert account.pace == pytest.approx(2.0)


def test_the_end_of_the_time_cuts_short_only_where_there_is_an_answer() -> None:
    clock = Clock()
    account = Account(within=10.0, clock=clock)
    account.plan([Part("cases", 2, 5)], seconds)
    clock.now = 11.0
    account.add(5, 5.0)
    account.bounded = True
    with pytest.raises(TimeIsUp):
        account.add(5, 5.0)
    assert not account.fits(1.0) and Account(within=inf).fits(1e9)


def test_rounds_that_grow() -> None:
    assert growing(20) == [4, 6, 9, 14, 20] and growing(9) == [4, 6, 9] and growing(3) == [3]
