"""Criteria on figures with bounds, on months that never come and on ratios; tail measures that are not told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.judgement.verdict import StoodIn, judge, judge_at_look
from sim.results.kpis import Kpi
from sim.scenario.schema import Criterion
from sim.statistics.sequential import plan_rounds
from tests.report import tiny

SHARE = (0.0, 1.0)


def verdict(kpi: Kpi, **criterion: object) -> str:
    return judge("it", Criterion.model_validate({"kpi": kpi.name, **criterion}), kpi).verdict


def share(*values: float, unit: str = "share") -> Kpi:
    return Kpi("market", unit, "", np.array(values), bounds=SHARE)


def test_what_cannot_be_broken_is_not_undecided() -> None:
    unsure = share(0.0, 0.1, 0.9)
    assert verdict(unsure, at_most=1.0) == verdict(unsure, at_least=0.0) == "PASS"
    assert verdict(share(np.nan, unit="probability"), at_most=1.0) == "PASS"  # nor where nothing is known
    assert verdict(unsure, at_least=0.0, in_share=1.0) == "PASS"
    assert verdict(share(0.4), at_most=0.5) == "UNDECIDED"


def test_a_share_that_never_varies_is_sure() -> None:
    """100 % of the market in every replication is no event that was seen twenty times of twenty."""
    assert verdict(share(*[1.0] * 20), at_least=0.95) == "PASS"
    assert verdict(share(*[0.0] * 20, unit="probability"), at_most=0.05) == "UNDECIDED"


def test_amounts_that_are_0_in_every_replication_are_no_events() -> None:
    """What was never seen in 20 has Wilson's upper end, 0.16, a count of it too; 20 amounts of 0 have a mean of 0."""
    none = Kpi("taken", "money", "", np.zeros(20), bounds=(0.0, np.inf))
    assert (none.estimate().low, none.estimate().high) == (0.0, 0.0) and verdict(none, at_most=0.0) == "PASS"
    for unit in ("probability", "count"):
        never = share(*[0.0] * 20, unit=unit)
        assert 0.1 < never.estimate().high < 0.2 and verdict(never, at_most=0.0) == "UNDECIDED"


def month(*values: float) -> Kpi:
    return Kpi("payback", "month", "", np.array(values), bounds=(0.0, np.inf), never=61.0)


def test_a_month_that_does_not_come_is_late_and_one_not_needed_is_early() -> None:
    assert verdict(month(*[np.nan] * 5), at_least=24.0) == "PASS"  # never ruined within five years
    assert verdict(month(*[np.nan] * 5), at_most=24.0) == "FAIL"  # never paid back
    assert verdict(month(*[0.0] * 5), at_most=24.0) == "PASS"  # nothing to pay back
    some = month(0.0, 10.0, np.nan, np.nan)
    assert judge("it", Criterion(kpi="payback", at_most=24, in_share=0.5), some).figure == 0.5
    assert month(0.0, 10.0, 20.0, np.nan).estimate().figure == 15.0  # of those that come and are waited for


def test_a_mean_says_which_replications_it_counts_as_what() -> None:
    found = judge("it", Criterion(kpi="payback", at_most=24), month(0.0, 10.0, 20.0, np.nan, np.nan))
    assert found.stood_in == StoodIn(never=2, nothing=1, replications=5, after=61.0)
    assert "counting 2 of 5 that never do as month 61 and 1 of 5 with nothing to wait for as 0" in found.reason
    assert judge("it", Criterion(kpi="payback", at_most=24), month(5.0, 10.0)).stood_in is None


@pytest.mark.parametrize("often", [{}, {"in_share": 0.8}])
def test_a_figure_without_any_value_decides_nothing(often: dict[str, float]) -> None:
    none = Kpi("loss_ratio", "ratio", "", np.full(20, np.nan), [(np.zeros(20), np.zeros(20))])
    found = judge("it", Criterion.model_validate({"kpi": "loss_ratio", "at_most": 0.7, **often}), none)
    assert (found.verdict, found.unknown, found.more) == ("UNDECIDED", True, None)
    assert "no value in any replication" in found.reason
    assert judge_at_look("it", Criterion(kpi="loss_ratio", at_most=0.7), none, plan_rounds(20, 40)) == found or often


def test_a_ratio_is_judged_by_the_sums() -> None:
    """Ratios 1 and 1/2, sums 3 over 5."""
    top, bottom = np.array([1.0, 2.0] * 50), np.array([1.0, 4.0] * 50)
    ratio = Kpi("combined", "ratio", "", top / bottom, [(top, bottom)])
    assert (ratio.values.mean(), ratio.estimate().figure) == pytest.approx((0.75, 0.6))
    assert verdict(ratio, at_most=0.7) == "PASS"
    assert verdict(ratio, at_most=0.7, in_share=0.9) == "FAIL"  # half of the replications have 100 %


def test_looks_go_by_the_same_values(tmp_path: Path) -> None:
    rounds = plan_rounds(20, 40)
    found = judge_at_look("it", Criterion(kpi="market", at_least=0.0), share(*np.linspace(0, 1, 20)), rounds)
    assert found.verdict == "PASS" and found.looks == 1


def test_tails_are_told_with_an_interval_or_not_at_all(tmp_path: Path) -> None:
    found = tiny.played(tmp_path, {"months": "2mo"}, replications=80).risk
    assert found["var_95%"].low < found["var_95%"].figure < found["var_95%"].high
    assert [name for name, one in found.items() if one.known] == ["var_95%"]
    assert {name: one.needed for name, one in found.items()} == {
        "var_95%": 72, "var_99%": 368, "tvar_95%": 200, "tvar_99%": 1000,
    }  # fmt: skip
