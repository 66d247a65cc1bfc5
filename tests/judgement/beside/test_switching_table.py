"""Share lost a month per point of gap: closed form beside the simulator."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from sim.command.guard import guarded
from sim.judgement.beside.share_lost import switching
from sim.report.run.share_lost_picture import switching as picture
from sim.scenario.schema import scenario_model
from tests.command.running import tiny
from tests.whole.hypotheses import LIMIT
from tests.whole.market.playing import BETA, OURS, OUTSIDE, XI, rival
from tests.whole.scenarios import CHOICE, S, tree

STILL = {"kind": "static"}
RIVALS = {f"r{k}": rival(k, STILL, commission=0.1 + 0.04 * k) for k in (1, 2)}
NU, INERTIA = 0.3, 1.2


def scenario(**changes: object) -> object:
    return scenario_model().model_validate(
        tree(
            {
                f"{S}.partners": 2_000, f"{CHOICE}.review": NU, f"{CHOICE}.inertia": INERTIA, "us": {"brand": XI[0]},
                f"{S}.flow": {"dist": "lognormal", "mean": 3, "cv": 0.5}, "policy.rules.base.new": OURS,
                f"{CHOICE}.weights": {"commission": BETA / 100, "brand": 1.0}, "rivals": RIVALS,
                "market.outside_option": OUTSIDE, **changes,
            }
        )
    )  # fmt: skip


def values(gap: float) -> np.ndarray:
    """Utilities with all rivals a gap (points) above their rates."""
    rates = np.array([OURS, 0.14 + gap / 100, 0.18 + gap / 100])
    return np.append(BETA * rates + np.array(XI[:3]), OUTSIDE)


def matrix(gap: float) -> np.ndarray:
    odds = np.exp(values(gap)[None, :] + INERTIA * np.eye(4))
    return (1 - NU) * np.eye(4) + NU * odds / odds.sum(axis=1, keepdims=True)


def long_run(gap: float) -> np.ndarray:
    return np.linalg.matrix_power(matrix(gap), 4000)[0]


def test_those_who_choose_one_principal() -> None:
    table = switching(scenario(), gaps=range(11), replications=10).loc["agents"]
    start = long_run(0)
    for gap, row in table.iterrows():
        lost = start[0] - (start @ matrix(gap))[0]
        assert row["share"] == pytest.approx(start[0], abs=1e-12)
        assert row["lost"] == pytest.approx(lost, abs=1e-12)
        assert row["lost_long_run"] == pytest.approx(start[0] - long_run(gap)[0], abs=1e-9)
        assert gap == 0 or row["lost_per_point"] == pytest.approx(lost / gap, abs=1e-12)
        assert row["expected"] == pytest.approx(lost, abs=2e-3)  # 2 000 partners stand nearly as in the long run
    step = 1e-4
    assert table["lost_per_point"][0] == pytest.approx((start[0] - (start @ matrix(step))[0]) / step, rel=1e-4)
    assert (table["error"] > 0).all() and (table["z"].abs() < LIMIT).all()
    # the same draws serve all gaps, but for the raise itself: the closed form is met, not only not refused
    assert table["error"].max() < 0.004 < table["lost"][5]


def test_those_who_split_their_flow_have_no_luck() -> None:
    table = switching(scenario(**{f"{CHOICE}.homing": "multi"}), gaps=(0, 3, 10), replications=1).loc["agents"]
    x = np.full(4, 0.25)
    for _ in range(4000):
        odds = np.exp(values(0) + INERTIA * x)
        x = odds / odds.sum()
    for gap, row in table.iterrows():
        odds = np.exp(values(gap) + INERTIA * x)
        lost = NU * (x[0] - odds[0] / odds.sum())
        assert row["lost"] == pytest.approx(lost, abs=1e-12)
        assert row["simulated"] == pytest.approx(lost, abs=1e-12) and np.isnan(row["z"])


def test_a_cap_holds_the_raise() -> None:
    """At a cap of 20 % the rivals' 14 and 18 % cannot rise by more than six and two points."""
    table = switching(scenario(**{"products.line.commission_cap": 0.2}), gaps=(0, 6, 10), replications=1).loc["agents"]
    assert table["lost"][6] == table["lost"][10] > 0
    closed = switching(scenario(**{"products.line.commission_cap": 0.2}), gaps=(0, 1e-4), replications=1).loc["agents"]
    assert closed["lost_per_point"].iloc[0] == pytest.approx(closed["lost_per_point"].iloc[1], rel=1e-4)


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_picture_shows_the_table(lang: str) -> None:
    table = switching(scenario(), gaps=(0, 2, 5), replications=2)
    (axes,) = picture(table, lang).axes
    line = next(one for one in axes.lines if one.get_label() == "agents")
    np.testing.assert_allclose(line.get_xdata(), [0, 2, 5])
    np.testing.assert_allclose(line.get_ydata(), 100 * table["lost"])
    points, _, (bars,) = axes.containers[0].lines
    off = 100 * (table["simulated"] - table["expected"])
    np.testing.assert_allclose(points.get_ydata(), 100 * table["lost"] + off)
    lengths = [np.ptp(path[:, 1]) for path in bars.get_segments()]
    np.testing.assert_allclose(lengths, 2 * 196 * table["error"])


def test_the_command_shows_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tiny(tmp_path), tmp_path / "new" / "folder"
    assert guarded(["switching", str(file), "--points", "2", "--replications", "1", "--out", str(out)]) == 0
    shown = capsys.readouterr().out
    assert "bank" in shown and "per point" in shown
    rows = list(csv.DictReader((out / "switching.csv").read_text("utf-8-sig").splitlines()))
    assert [float(row["gap"]) for row in rows if row["segment"] == "bank"] == [0, 1, 2]
    assert float(rows[1]["lost"]) > 0
    assert (out / "switching.png").read_bytes().startswith(b"\x89PNG")
    assert guarded(["switching", str(file), "--out", str(file)]) == 4
    assert guarded(["switching", str(tmp_path / "none.yaml")]) == 2


def test_without_rivals_there_is_nobody_to_switch_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tiny(tmp_path)
    assert guarded(["switching", str(file), "--set", "rivals="]) == 2
    assert "state a rival" in capsys.readouterr().err
