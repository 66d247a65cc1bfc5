"""`examples`: what comes with the package is listed, copied whole, and never over a file of the user's."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.command.guard import guarded
from sim.scenario.shipped import examples, folder, needed


def test_every_shipped_file_is_an_example() -> None:
    assert {one.path for one in examples().values()} == {path.resolve() for path in folder().rglob("*.yaml")}
    assert all(one.title for one in examples().values())


def test_a_copy_stands_by_itself(tmp_path: Path) -> None:
    out = tmp_path / "mine"
    assert guarded(["examples", "compare_channel_conflict", "small_network_two_years", "--out", str(out)]) == 0
    for name in ("experiments/compare_channel_conflict.yaml", "gallery/small_network_two_years.yaml"):
        assert guarded(["check", str(out / "scenarios" / name)]) == 0


def test_all_that_files_name_is_copied() -> None:
    missing = {
        one.name: path
        for one in examples().values()
        for path in needed(one)
        if path.suffix == ".yaml" and path not in {other.path for other in examples().values()}
    }
    assert not missing
    assert any(path.suffix == ".csv" for path in needed(examples()["backtest_small_network"]))


@pytest.mark.parametrize(("words", "there"), [("examples small_n", "small_network"), ("fron", "frontier")])
def test_a_shell_is_told_what_may_stand_next(
    words: str, there: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = f"partner-sim {words}"
    asked = {"_PARTNER_SIM_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
    for name, value in asked.items():
        monkeypatch.setenv(name, value)
    assert guarded([]) == 0
    assert there in capsys.readouterr().out.splitlines()


def test_a_file_of_other_content_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "scenarios" / "gallery" / "small_network.yaml"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", encoding="utf-8")
    assert guarded(["examples", "frontier_commission", "--out", str(tmp_path)]) == 4
    assert mine.read_text("utf-8") == "mine"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [mine]
    assert "small_network.yaml" in capsys.readouterr().err


def test_a_wrong_name_is_told_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["examples", "smal_network"]) == 2
    assert "did you mean small_network?" in capsys.readouterr().err


def test_they_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["examples", "--lang", "ru"]) == 0
    listed = capsys.readouterr().out
    assert "small_network" in listed and "frontier_commission" not in listed
    assert guarded(["examples", "--all"]) == 0
    assert "frontier_commission" in capsys.readouterr().out
