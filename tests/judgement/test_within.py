"""A run within a time, by a clock of the test's own: what was played repeats without a clock; counts add up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.judgement.session import Run
from sim.results.loading import load
from sim.runs.ahead import Account
from sim.runs.case import Case
from sim.runs.crew import Crew
from tests.runs.test_ahead import Clock, Heard

NETWORK = Path(__file__).parents[2] / "scenarios" / "gallery" / "small_network.yaml"
SMALL = ["months=6mo", "segments.broker.partners=20"]


def small(replications: int) -> Run:
    return Run(Case.of(load(NETWORK, SMALL)), replications)


def test_counts_of_a_run_with_doubt_and_breaking_points_add_up_to_what_was_announced() -> None:
    heard, run = Heard(), small(12)
    account = Account(heard)
    with Crew(1) as crew:
        result = run.play(crew, None, account)
    assert result.doubt is not None and result.breaking is not None
    announced = sum(one.replications for one in run.ahead())
    done, totals = zip(*heard.counts, strict=True)
    assert heard.counts[0] == (0, announced) and list(done) == sorted(done)
    assert list(totals) == sorted(totals, reverse=True), "nothing is played that was not announced"
    assert done[-1] == totals[-1] == account.done
    assert [one.part.name for one in account.parts] == ["replications", "doubt", "ends", "edges"]


@pytest.mark.parametrize(("within", "most"), [(60.0, 16), (1e6, 64)])
def test_a_run_within_a_time_is_a_run_of_fewer_replications(within: float, most: int) -> None:
    with Crew(1) as crew:
        found = small(64).play(crew, None, Account(within=within, clock=Clock(step=1.0)))
        played = len(found.replications)
        assert 4 <= played <= most
        again = small(played).play(crew)
    assert np.array_equal(found.cube.values, again.cube.values, equal_nan=True)
    assert found.verdict == again.verdict


def test_what_comes_too_late_is_left_out() -> None:
    with Crew(1) as crew:
        found = small(64).play(crew, None, Account(within=3.0, clock=Clock(step=1.0)))
    assert len(found.replications) == 4 and found.doubt is None and found.breaking is None
