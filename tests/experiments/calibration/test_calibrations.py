"""Claims files and target figures: tables, blocks to paste, faults; known figures found again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.base.errors import ScenarioError
from sim.experiments.calibration.data import read_claims
from sim.experiments.calibration.loss_ratios import loss_ratios
from sim.experiments.calibration.open_parameters import Target, open_parameters
from tests.experiments.calibration.pasting import pasted
from tests.statistics.test_targets import BASE, SLOPES, linear
from tests.whole.hypotheses import likely, z
from tests.whole.scenarios import tree

LEVELS = {("каско", "банк"): 0.60, ("каско", "дилер"): 0.72, ("осаго", "банк"): 0.80, ("осаго", "дилер"): 0.96}
"""Loss ratios: in both products a dealer's customers cost 1.2 times a bank's"""
CV, MEAN_CLAIM, YEARS = 0.08, 5_000.0, 20


def history(path: Path, seed: int) -> Path:
    """Compound Poisson claims of exponential size about yearly lognormal levels, as saved by a Russian spreadsheet."""
    rng = np.random.default_rng(seed)
    sigma = np.sqrt(np.log(1 + CV**2))
    level = {product: np.exp(rng.normal(-(sigma**2) / 2, sigma, YEARS)) for product in ("каско", "осаго")}
    lines = ["month;segment;product;earned_premium;claims_incurred;claim_count"]
    for (product, segment), ratio in LEVELS.items():
        for t in range(12 * YEARS):
            earned = 4e6 if segment == "банк" else 2e6
            count = rng.poisson(earned * ratio * level[product][t // 12] / MEAN_CLAIM)
            claims = rng.gamma(count, MEAN_CLAIM) if count else 0.0
            lines.append(
                f"{2001 + t // 12}-{1 + t % 12:02d};{segment};{product};{earned:g};{claims:.2f};{count}".replace(
                    ".", ","
                )
            )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return path


def expected_claims() -> list[float]:
    """Of a bank and of a dealer over the whole history."""
    return [
        12 * YEARS * premium * sum(r for (_, s), r in LEVELS.items() if s == segment)
        for segment, premium in (("банк", 4e6), ("дилер", 2e6))
    ]


def test_known_loss_ratios_are_found_again(tmp_path: Path) -> None:
    scores, relativity, common = [], [], []
    for seed in range(5):
        table = loss_ratios(read_claims(history(tmp_path / "убытки.csv", seed)), "убытки.csv").table
        expected = {
            **{f"loss_ratio.{p}.{s}": ratio for (p, s), ratio in LEVELS.items()},
            "mean_claim.каско": MEAN_CLAIM, "mean_claim.осаго": MEAN_CLAIM,
            "products.каско.claims.loss_ratio": 0.64, "products.осаго.claims.loss_ratio": 0.64 / 0.6 * 0.8,
        }  # fmt: skip
        scores += [z(table["estimate"][name], true, table["standard_error"][name]) for name, true in expected.items()]
        ratio = table["estimate"]["segments.дилер.relativity"] / table["estimate"]["segments.банк.relativity"]
        common.append(z(table["estimate"]["products.каско.claims.common.cv"], CV, CV / np.sqrt(2 * (YEARS - 1))))
        single = np.sqrt(2 * MEAN_CLAIM / np.array(expected_claims()))
        seen = table["standard_error"][["segments.банк.relativity", "segments.дилер.relativity"]]
        assert (
            seen < 1.3 * single
        ).all()  # the years' common factor is not in it, which would make it 1.6 times as large
        relativity.append(z(ratio, 1.2, 1.2 * np.sqrt(2 * MEAN_CLAIM * sum(1 / one for one in expected_claims()))))
    likely(relativity, "relativity: variance over mean of a compound Poisson sum is E[X^2] / E[X] = 2 mean claims")
    likely(common, "common factor: the error of a standard deviation of normal years")
    likely(scores, "loss ratios, mean claims")


def test_the_claims_block_can_be_pasted(tmp_path: Path) -> None:
    found = loss_ratios(read_claims(history(tmp_path / "h.csv", 1)), "убытки 2001–2020.csv")
    severity = {"frequency": 0.2, "severity": {"dist": "gamma", "cv": 1.0}}
    line, agents = tree()["products"]["line"], tree()["segments"]["agents"]
    priced = {"price": line["price"], "claims": severity}
    base = tree({"products": {"каско": priced, "осаго": priced}, "segments": {"банк": agents, "дилер": agents}})
    for segment in base["segments"].values():
        segment["mix"] = {"каско": 1.0}
    scenario = pasted(found.yaml, base)
    claims = scenario.products["каско"].claims
    assert claims is not None
    assert claims.source == scenario.segments["банк"].source == "убытки 2001–2020.csv"
    assert claims.common.cv == pytest.approx(found.table["estimate"]["products.каско.claims.common.cv"], rel=1e-5)


HEADER = "month,segment,product,earned_premium,claims_incurred\n"


@pytest.mark.parametrize(
    ("rows", "messages"),
    [
        ("2025-1,a,p,1,1\n", ["claims.month"]),
        ("2025-01,a,p,?,1\n2025-01,,p,1,x\n", ["claims.earned_premium", "claims.segment", "claims.claims_incurred"]),
        ("2025-01,a,p,0,5\n", ["claims.earned_premium: claims without earned premium"]),
        ("2025-01,a,p,1e-308,5\n", ["claims.earned_premium: 1e-308 is too small for an amount"]),
        ("2025-01,a,p,1,5\n2025-01,a,p,1,6\n", ["claims.month: a, p twice in a month, also in line 2; add them up"]),
        ("", ["the claims file holds no rows"]),
    ],
)
def test_every_fault_of_a_claims_file(tmp_path: Path, rows: str, messages: list[str]) -> None:
    (tmp_path / "c.csv").write_text(HEADER + rows, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_claims(tmp_path / "c.csv")
    for message in messages:
        assert message in str(caught.value)


def test_a_segment_without_claims_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(HEADER + "2025-01,a,p,1,1\n2025-01,b,p,1,0\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"c\.csv: p, b: no claims over earned premium"):
        loss_ratios(read_claims(tmp_path / "c.csv"), "c.csv")


def test_one_year_says_nothing_of_a_common_factor(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(HEADER + "2025-01,a,p,10,6\n2025-02,a,p,10,8\n", encoding="utf-8")
    found = loss_ratios(read_claims(tmp_path / "c.csv"), "c.csv")
    assert "common" not in found.yaml.replace("common factor", "")
    assert found.notes == ("p: a common factor needs two years at least: left out",)


# --- targets ---------------------------------------------------------------------------------------------------------

PATHS = {("segments", "agents", "flow"): (0.0, 2.0), ("us", "brand"): (-1.0, 3.0)}


def wanted(*point: float) -> dict[str, Target]:
    values = BASE + SLOPES @ point
    return {name: Target(float(value)) for name, value in zip("abc", values, strict=True)}


def test_targets_give_a_table_and_a_block() -> None:
    found = open_parameters(linear(1, noise=0.1), wanted(0.7, 1.1), PATHS, "цели.yaml")
    likely(z(found.table["estimate"], [0.7, 1.1], found.table["standard_error"]), "open parameters")
    scenario = pasted(found.yaml, tree())
    assert scenario.segments["agents"].flow.mean == pytest.approx(found.table["estimate"].iloc[0], rel=1e-5)
    assert found.yaml.startswith("# source: цели.yaml\n")
    assert dict(found.figures)["reached.a"] == pytest.approx(wanted(0.7, 1.1)["a"].value, rel=0.01)


def test_what_is_not_identified_is_said_and_not_pasted() -> None:
    found = open_parameters(linear(1, slopes=SLOPES * [1.0, 0.0]), wanted(0.7, 0.0), PATHS, "t")
    assert "brand" not in found.yaml.replace("us.brand is not identified", "")
    assert found.notes[0].startswith("us.brand is not identified")


def test_targets_out_of_reach_are_said() -> None:
    notes = open_parameters(linear(1), wanted(3.0, 1.0), PATHS, "t").notes
    assert any("segments.agents.flow ends at its bound" in note for note in notes)
    assert any("the targets are not met" in note for note in notes)


def test_a_target_of_zero_and_bounds_that_fall_are_refused_together() -> None:
    with pytest.raises(ScenarioError) as caught:
        open_parameters(linear(1), {"a": Target(0.0)}, {("us", "brand"): (2.0, 1.0)}, "цели.yaml")
    assert [str(one) for one in caught.value.problems] == [
        "цели.yaml: targets.a: a target of 0 has no relative gap; choose a figure that is not 0",
        "цели.yaml: us.brand: bounds must rise, got 2 to 1; write the lower one first",
    ]
