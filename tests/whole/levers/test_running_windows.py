"""Inside a running window earlier volume counts, and only premium from the start is rated anew; by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.whole.levers.playing import booked, play, same, write

RATE = "policy.rules.volume.scale.brackets[1].rate"
JULY = {"start": "2025-07", "opening.months": "18mo"}


def tiers(folder: Path, kind: str, above: float, name: str = "scenario.yaml", **more: Any) -> Path:
    """10 % of the year's premium, 20 % above a bound; 12 000 a month, half a year before the start."""
    brackets = [{"above": 0, "rate": 0.1}, {"above": above, "rate": 0.2}]
    rule = {"kind": "tiers", "window": "year", "scale": {"kind": kind, "brackets": brackets}, **more}
    return write(folder, JULY | {"policy.rules": {"volume": rule}}, name)


def test_retroactive_tiers_leave_what_was_booked(tmp_path: Path) -> None:
    base = tiers(tmp_path, "retroactive", 60_000)
    raised = booked(play(base, [f"{RATE}=30%"]))
    assert raised[:6] == [3_600] * 6  # the bound was passed in May; nothing is paid again on 72 000
    assert raised[6:12] == [1_200] * 4 + [13_200, 3_600]  # of a window wholly after: 30 % of 60 000, less 4 800


def test_a_dated_scale_does_the_same(tmp_path: Path) -> None:
    base = tiers(tmp_path, "retroactive", 60_000)
    scales = [[{"above": 0, "rate": 0.1}, {"above": 60_000, "rate": rate}] for rate in (0.2, 0.3)]
    since = {"since": {"2024-01": scales[0], "2025-07": scales[1]}}
    dated = write(tmp_path, {"policy.rules.volume.scale.brackets": since}, "dated.yaml", base)
    assert same(play(base, [f"{RATE}+=10pp"]), play(dated))


def test_the_bound_is_reached_with_earlier_volume(tmp_path: Path) -> None:
    base = tiers(tmp_path, "retroactive", 100_000)
    raised = booked(play(base, [f"{RATE}=30%"]))[:6]
    assert raised == [1_200, 1_200, 30 * 360 - 2_400, 3_600, 3_600, 3_600]  # July's and August's are trued up


def test_marginal_tiers_go_on_with_the_slices(tmp_path: Path) -> None:
    base = tiers(tmp_path, "marginal", 100_000)
    assert booked(play(base))[:4] == [1_200, 1_200, 400 + 1_600, 2_400]
    assert booked(play(base, [f"{RATE}=40%"]))[:4] == [1_200, 1_200, 400 + 3_200, 4_800]


def test_another_kind_of_scale_goes_on_with_the_volume(tmp_path: Path) -> None:
    base = tiers(tmp_path, "marginal", 100_000)
    changed = booked(play(base, ["policy.rules.volume.scale.kind=retroactive"]))[:4]
    assert changed == [1_200, 1_200, 20 * 360 - 2_400, 2_400]


def test_a_scale_without_back_pay_goes_on_with_the_volume(tmp_path: Path) -> None:
    """72 000 before July, so that September passes 100 000, and nothing before it is raised."""
    base = tiers(tmp_path, "retroactive", 100_000)
    assert booked(play(base, ["policy.rules.volume.scale.kind=prospective"]))[:4] == [1_200, 1_200, 2_400, 2_400]
    onwards = tiers(tmp_path, "prospective", 100_000, "onwards.yaml")
    changed = booked(play(onwards, ["policy.rules.volume.scale.kind=retroactive"]))[:4]
    assert changed == [1_200, 1_200, 20 * 360 - 2_400, 2_400]


def test_a_status_goes_on_with_what_was_reached(tmp_path: Path) -> None:
    """The half-year before July has brought 72 000; with or without grace."""
    base = tiers(tmp_path, "prospective", 70_000, window="half_year", period="last")
    assert booked(play(base))[:6] == booked(play(base, ["policy.rules.volume.grace=2"]))[:6] == [2_400] * 6


def test_growth_is_trued_up_on_its_own_premium(tmp_path: Path) -> None:
    base = tiers(tmp_path, "retroactive", 0.5, by="growth")
    lever = "policy.rules.volume.scale.brackets[0].rate=20%"
    assert booked(play(base, [lever]))[:6] == [2_400] * 6


def test_a_measure_of_another_kind_begins_anew(tmp_path: Path) -> None:
    base = tiers(tmp_path, "retroactive", 60_000)
    scale = "{kind: retroactive, brackets: [{above: 0, rate: 10%}, {above: 60, rate: 20%}]}"
    counted = play(base, ["policy.rules.volume.by=count", f"policy.rules.volume.scale={scale}"])
    assert booked(counted)[:6] == [1_200] * 5 + [14_400 - 6_000]  # the sixtieth contract since July


@pytest.mark.parametrize(("limit", "expected"), [(18_000, [2_400, 1_200, 0]), (10_000, [0, 0, 0])])
def test_a_yearly_cap_counts_what_was_paid_and_takes_none_of_it_back(
    tmp_path: Path, limit: float, expected: list[float]
) -> None:
    cap = {"kind": "cap", "per_year": 20_000}
    base = write(tmp_path, JULY | {"policy.rules.cap": cap})
    assert booked(play(base, [f"policy.rules.cap.per_year={limit}"]))[:3] == expected


def test_each_policy_pays_on_the_premium_of_its_own_months(tmp_path: Path) -> None:
    bonus = {"kind": "contingent_bonus", "rate": 0.01, "volume": 140_000, "basis": "written", "lag": "3mo"}
    changes = {"policy.rules.base.new": 0.1, "policy.rules.bonus": bonus, "months": "24mo"}
    base = write(tmp_path, changes)
    doubled = booked(play(base, ["policy.rules.bonus.rate=2%"]))
    assert (doubled[2], doubled[14]) == (1_200 + 1_440, 1_200 + 2_880)  # 2024 at 1 %, judged in March; 2025 at 2 %
    july = write(tmp_path, changes | {"start": "2025-07", "opening.months": "30mo"}, "july.yaml")
    assert booked(play(july, ["policy.rules.bonus.rate=2%"]))[8] == 1_200 + 720 + 1_440
    assert booked(play(july, ["policy.rules.bonus="]))[8] == 1_200  # half a year brings no 140 000


def test_an_advance_goes_on_as_it_was_given(tmp_path: Path) -> None:
    advance = {"kind": "advance", "months": "12mo", "rate": 0.1}
    base = write(tmp_path, {"products.line.renewal": 0.5, "policy.rules.early": advance})
    gone, halved = (play(base, [f"policy.rules.early{change}"]) for change in ("=", ".share=50%"))
    assert gone.cube.series("advance_written_down")[0].tolist() == [1_200 - 100 * month for month in range(1, 13)]
    assert halved.cube.series("advance_paid")[0].tolist() == [600] * 12
    assert halved.cube.series("advance_written_down")[0].tolist() == [1_200 - 50 * month for month in range(1, 13)]
