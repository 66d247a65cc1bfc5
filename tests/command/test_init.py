"""`init`: a first scenario that loads and runs, in both languages, and nothing written where an answer is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.command.guard import guarded
from sim.scenario.preset_says import comings

TRADES = ("insurance", "sales", "subscription")


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("trade", TRADES)
def test_it_is_a_scenario(tmp_path: Path, trade: str, lang: str) -> None:
    file = tmp_path / "mine.yaml"
    assert guarded(["init", str(file), "--trade", trade, "--lang", lang]) == 0
    loaded = sim.load(file)
    assert not loaded.notes and not list(comings(loaded.scenario))
    assert file.read_text("utf-8").isascii() == (lang == "en")


def test_what_is_stated_stands_in_it_and_it_runs(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    stated = ["--partners", "7", "--price", "12e3", "--margin", "40%", "--commission", "0.2", "--rival", "25%"]
    assert guarded(["init", str(file), "--trade", "sales", "--product", "bricks", *stated]) == 0
    loaded = sim.load(file)
    scenario = loaded.scenario
    assert scenario.segments["partner"].partners == 7
    assert scenario.products["bricks"].price.at(scenario.start) == 12_000
    assert scenario.products["bricks"].cost_ratio.at(scenario.start) == pytest.approx(0.6)
    assert scenario.rivals["rival"].commission.at("bricks", "partner", scenario.start) == 0.25
    result = sim.run(loaded, replications=2, workers=1)
    assert result.theory["offered_commission"].value == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("trade", "commission", "lever"),
    [("sales", "3%", "new=1.5%..40%"), ("sales", "10%", "new=5%..40%"), ("subscription", "45%", "renewal=5%..90%")],
)
def test_the_range_to_search_holds_the_commission_of_today(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], trade: str, commission: str, lever: str
) -> None:
    assert guarded(["init", str(tmp_path / "mine.yaml"), "--trade", trade, "--commission", commission]) == 0
    assert f"--lever policy.rules.base.{lever} " in capsys.readouterr().out


def test_a_list_of_partners_names_the_segments(tmp_path: Path) -> None:
    roster = tmp_path / "partners.csv"
    roster.write_text("id;segment;flow\na;north;40\nb;south;20\n", encoding="utf-8")
    assert guarded(["init", str(tmp_path / "mine.yaml"), "--trade", "insurance", "--from", str(roster)]) == 0
    assert set(sim.load(tmp_path / "mine.yaml").scenario.segments) == {"north", "south"}


CLAIMS = "month,segment,product,earned_premium,claims_incurred\n" + "".join(
    f"{year}-{month:02},partner,{product},1000,{claims}\n"
    for year in (2023, 2024, 2025) for month in range(1, 13) for product, claims in (("hull", 700), ("life", 400))
)  # fmt: skip
PANEL = """month,partner,segment,alternative,chosen,commission
2025-01,a,north,us,1,15
2025-01,a,north,them,0,16
2025-01,b,north,us,0,14
2025-01,b,north,them,1,17
2025-01,c,north,us,1,15
2025-01,c,north,them,0,13
"""


def test_claims_tell_products_and_loss_ratios(tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text(CLAIMS, encoding="utf-8")
    assert guarded(["init", str(tmp_path / "mine.yaml"), "--from", str(tmp_path / "claims.csv")]) == 0
    scenario = sim.load(tmp_path / "mine.yaml").scenario
    found = {name: one.claims.loss_ratio.at(scenario.start) for name, one in scenario.products.items()}
    assert found == {"hull": pytest.approx(0.7), "life": pytest.approx(0.4)}


def test_a_panel_tells_partners_choices_and_commissions(tmp_path: Path) -> None:
    (tmp_path / "panel.csv").write_text(PANEL, encoding="utf-8")
    file = tmp_path / "mine.yaml"
    arguments = ["init", str(file), "--trade", "sales", "--from", str(tmp_path / "panel.csv")]
    assert guarded(arguments) == 0
    scenario = sim.load(file).scenario
    assert scenario.segments["north"].partners == 3 and list(scenario.rivals) == ["them"]
    assert scenario.rivals["them"].commission.at("goods", "north", scenario.start) == pytest.approx(0.1533)  # 46 / 3
    assert "new: 14.67%" in file.read_text("utf-8")  # 44 / 3
    assert "weights: {commission: 0.73" in file.read_text("utf-8")
    file.unlink()
    assert guarded([*arguments, "--commission", "9%", "--rival", "8%"]) == 0
    assert "new: 9%" in file.read_text("utf-8") and "commission: 8%" in file.read_text("utf-8")


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--partners", "0", "whole number of partners"), ("--price", "x", "--price"),
        ("--margin", "0", "leaves nothing"), ("--commission", "120%", "--commission"),
        ("--preset", "brker", "did you mean broker"), ("--product", "1 a", "no name"),
        ("--from", "nowhere.csv", "cannot be read"),
    ],
)  # fmt: skip
def test_a_wrong_answer_writes_nothing(
    tmp_path: Path, option: str, value: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(["init", str(tmp_path / "mine.yaml"), "--trade", "sales", option, value]) == 2
    assert told in capsys.readouterr().err and not list(tmp_path.iterdir())


def test_claims_are_of_insurance(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "claims.csv").write_text(CLAIMS, encoding="utf-8")
    data = ["--trade", "sales", "--from", str(tmp_path / "claims.csv")]
    assert guarded(["init", str(tmp_path / "mine.yaml"), *data]) == 2
    assert "--trade insurance" in capsys.readouterr().err and not (tmp_path / "mine.yaml").exists()


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("mine", encoding="utf-8")
    assert guarded(["init", str(file)]) == 4
    assert file.read_text("utf-8") == "mine"


def test_a_preset_says_who_is_left(tmp_path: Path) -> None:
    loaded = sim.load(
        Path("scenarios/gallery/small_network.yaml"),
        ["segments.broker.partners=120", "months=60mo", "segments.broker.turnover.entry=0"],
    )
    (one,) = comings(loaded.scenario)
    assert round(one.left) == 66 and one.now == 120  # 120 x 0.99^60 = 65.66
