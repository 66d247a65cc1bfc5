"""`calibrate` as a study: each part from its data, and the blocks to paste."""

from __future__ import annotations

from pathlib import Path

import pandas
import pytest
from pydantic import ValidationError

import sim
from sim.base.errors import ScenarioError
from sim.experiments.study import declared, read_study
from sim.report.study import answer_folder
from tests.experiments import tiny
from tests.experiments.written import CERTAIN, answered, scenario

CLAIMS = "month;segment;product;earned_premium;claims_incurred\n" + "".join(
    f"20{year}-{month:02d};{segment};каско;100;{60 + year + 10 * (segment == 'дилер')}\n"
    for year in (20, 21, 22) for month in range(1, 13) for segment in ("банк", "дилер")
)  # fmt: skip
OPEN = {"commission": {"path": "policy.rules.base.new", "low": 0.05, "high": 0.45}}


def test_an_open_parameter_and_a_history_of_claims(tmp_path: Path) -> None:
    """A result of 24 000 of 120 000 leaves 80 %: cost 70 % and commission 10 %. Claims: 81 % and 91 % of premium."""
    path = scenario(tmp_path, CERTAIN)
    (tmp_path / "убытки.csv").write_text(CLAIMS, "utf-8")
    answer = answered(
        tmp_path,
        "calibrate",
        policy=path.name,
        targets={"result": {"value": 24_000}},
        open=OPEN,
        replications=2,
        claims="убытки.csv",
    )
    found = answer.table("targets").set_index("parameter")
    assert found.estimate["policy.rules.base.new"] == pytest.approx(0.1, abs=1e-5)
    losses = answer.table("losses").set_index("parameter").estimate
    assert losses["loss_ratio.каско.банк"] == pytest.approx(0.81) and losses["loss_ratio.каско.дилер"] == pytest.approx(
        0.91
    )
    assert "policy:" in answer.files["calibrated_targets.yaml"].decode()
    assert "убытки.csv" in answer.files["calibrated_losses.yaml"].decode()


def test_pasted_back_the_target_is_met(tmp_path: Path) -> None:
    path = scenario(tmp_path, CERTAIN)
    answer = answered(
        tmp_path, "calibrate", policy=path.name, targets={"result": {"value": 24_000}}, open=OPEN, replications=2
    )
    (tmp_path / "calibrated.yaml").write_text(
        f"extends: {path.name}\n" + answer.files["calibrated_targets.yaml"].decode(), "utf-8"
    )
    assert sim.run(tmp_path / "calibrated.yaml", replications=1).figures["result"].values[0] == pytest.approx(
        24_000, abs=1.0
    )


def test_what_does_not_belong_together(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="nothing to calibrate from"):
        declared("calibrate", {})
    with pytest.raises(ValidationError, match="belong together"):
        declared("calibrate", {"targets": {"result": {"value": 1}}})
    scenario(tmp_path, CERTAIN)
    with pytest.raises(ScenarioError, match="did you mean result"):
        answered(tmp_path, "calibrate", policy="scenario.yaml", targets={"resullt": {"value": 1}}, open=OPEN)


def test_the_shipped_calibration_finds_what_its_data_were_made_with(tmp_path: Path) -> None:
    """Loss ratio 65 %, spread 6 %, demand 1.2, weight 0.35: in the 95 % intervals; its folder carries it out again."""
    answer = tiny.answered(Path("scenarios/experiments/calibrate_small_network.yaml"))
    found = pandas.concat([answer.table("losses"), answer.table("targets")]).set_index("parameter")
    made_with = {
        "products.motor.claims.loss_ratio": 0.65,
        "products.motor.claims.common.cv": 0.06,
        "market.demand": 1.2,
        "segments.broker.choice.weights.commission": 0.35,
    }
    for name, value in made_with.items():
        assert found.low[name] <= value <= found.high[name], name
    assert (answer.table("targets_met").reached / answer.table("targets_met").target).tolist() == pytest.approx(
        [1.0, 1.0], abs=1e-3
    )
    out = answer_folder.write(answer, tmp_path / "out")
    again = read_study(out / "study.resolved.yaml")
    assert (out / again.claims).read_bytes() == Path("scenarios/experiments/calibrate_claims.csv").read_bytes()  # type: ignore[attr-defined]
