"""What a policy says besides rules: control and credit control hold from the start, deposits at all times."""

from __future__ import annotations

from pathlib import Path

from sim.results.loading import load
from tests.whole.levers.playing import HIST, play, same, write

LATER = {"segments.p.remittance.lag": "1mo"}


def test_deposits_act_in_the_warm_up_and_are_named(tmp_path: Path) -> None:
    scheme = {"segments": ["p"], "value_of_blank": 1200, "multiple": 2}
    base = write(tmp_path, LATER | {"policy.deposits": scheme}, "base.yaml")
    lever = play(base, ["policy.deposits.multiple=4"])
    assert same(lever, play(write(tmp_path, {"policy.deposits.multiple": 4}, "four.yaml", base)))
    assert [note.text.rpartition(": ")[2] for note in lever.notes] == ["policy.deposits.multiple"]
    assert lever.cube.series("balance.deposits")[0, 0] < play(base).cube.series("balance.deposits")[0, 0]


def test_credit_control_limits_sales_from_the_start(tmp_path: Path) -> None:
    base = write(tmp_path, LATER, "base.yaml")
    limited = play(base, ["policy.credit_control={exposure_limit: 6000}"])
    assert limited.cube.series("new_contracts")[0].tolist() == [
        0,
        5,
        0,
        5,
        0,
        5,
        0,
        5,
        0,
        5,
        0,
        5,
    ]  # 12 000 owed at first
    freed = play(write(tmp_path, {"policy.credit_control": {"exposure_limit": 6000}}, "held.yaml", base),
                 ["policy.credit_control="])  # fmt: skip
    assert freed.cube.series("new_contracts")[0].tolist() == [10] * 12


def test_partners_are_ended_from_the_start(tmp_path: Path) -> None:
    control = "{end_when_premium_below: 1e9, review_every: 12mo, grace: 0mo}"
    ended = play(HIST, [f"policy.control={control}"])
    assert ended.cube.series("ended")[0].tolist() == [0] * 11 + [1]
    gone = write(tmp_path, {"policy.control": {"end_when_premium_below": 1e9, "window": "6mo", "grace": "99mo"}})
    other = play(gone, ["policy.control.window=12mo", "policy.control.grace=0mo"])
    assert other.cube.series("ended")[0].tolist() == [0] * 11 + [1]
    assert load(gone, ["policy.control="]).scenario.earlier is not None


def test_allowances_that_are_stated_no_more_are_released(tmp_path: Path) -> None:
    late = LATER | {"segments.p.remittance.discipline": 0.0, "opening.months": "6mo"}
    allowance = {"over_30": 0.5, "over_60": 0.5, "over_90": 0.5}
    base = write(tmp_path, late | {"policy.credit_control": {"allowance": allowance}}, "base.yaml")
    released = play(base, ["policy.credit_control="])
    assert released.cube.series("provision_released")[0, 0] > 0
    assert released.cube.series("balance.allowance")[0].tolist() == [0.0] * 12
