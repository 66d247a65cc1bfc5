"""`run --precision` and `--until-decided`: rounds, why they ended, a rerun to the same bytes, options without sense."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command.running import tiny
from tests.command.test_run import DATA, LOSS, run

FEW = ("--workers", 1, "--quiet")


def summary(out: Path) -> dict[str, Any]:
    return dict(json.loads((out / "summary.json").read_text("utf-8")))


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    return tiny(tmp_path, {"criteria": "{}"})


def test_a_budget_that_ran_out_says_what_would_do(
    scenario: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    short, enough = tmp_path / "short", tmp_path / "enough"
    wish = (scenario, "--precision", "2%", "--of", "premium", "--out")
    assert run(*wish, short, "--replications", 45, *FEW) == 3
    said, found = capsys.readouterr().out, summary(short)["until"]
    assert (found["enough"], found["replications"], found["rounds"], found["budget"]) == (False, 45, 3, 45)
    reached = found["half"] / found["figure"]
    assert (
        f"asked for ±2\u00a0%, reached ±{100 * reached:.1f}"[:-1] in said
        and "after 45 replications, all that might be played" in said
    )
    assert "would be needed" in said and "would be needed" in (short / "report.html").read_text("utf-8")
    need = found["needed"]
    assert (
        run(*wish, enough, "--replications", round(need * 1.2), *FEW) == 3
    )  # mean and spread are not quite what they were
    assert "Precise enough" in capsys.readouterr().out
    found = summary(enough)["until"]
    assert (
        found["enough"]
        and found["half"] <= 0.02 * found["figure"]
        and 0.5 * need < found["replications"] <= round(need * 1.2)
    )


def test_a_run_within_a_time_repeats_from_its_manifest(
    scenario: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever the clock allowed."""
    short, again = tmp_path / "short", tmp_path / "again"
    assert run(scenario, "--within", "1s", "--replications", 5000, "--out", short, *FEW) == 3
    said = capsys.readouterr().out
    played = summary(short)["replications"]
    assert 4 <= played <= 5000 and f"in the time given: {played:,} of 5,000 replications" in said
    assert run("--from-manifest", short, "--out", again, *FEW) == 3
    for name in DATA:
        assert (short / name).read_bytes() == (again / name).read_bytes(), name


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("--within", "0"), "such as 30s, 2min or 1h"),
        (("--within", "x"), "such as 30s, 2min or 1h"),
        (("--within", "1min", "--until-decided"), "give the one that you wait for"),
    ],
)
def test_times_without_sense(
    given: tuple[str, ...], says: str, scenario: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(scenario, *given, "--out", tmp_path / "out") == 2
    assert says in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("waits", [("--precision", "3%", "--of", "premium"), ("--until-decided",)])
def test_the_same_bytes_for_any_workers_and_from_the_manifest(waits: tuple[str, ...], tmp_path: Path) -> None:
    path = tiny(tmp_path, {"criteria.profit": "{kpi: premium_year_1, at_least: 40e6}"})
    one, two, again, whole = (tmp_path / name for name in ("one", "two", "again", "whole"))
    code = run(path, *waits, "--replications", 400, "--panel-replications", "0,3", "--out", one, *FEW)
    assert (
        run(path, *waits, "--replications", 400, "--panel-replications", "0,3", "--out", two, "--workers", 2, "--quiet")
        == code
    )
    assert run("--from-manifest", one, "--out", again, *FEW) == code
    for name in DATA:
        assert (one / name).read_bytes() == (two / name).read_bytes() == (again / name).read_bytes(), name
    made = [json.loads((folder / "manifest.json").read_text("utf-8")) for folder in (one, again)]
    assert made[0]["until"] == made[1]["until"] and made[0]["until"]["budget"] == 400 > made[0]["replications"]
    run(path, "--replications", made[0]["replications"], "--panel-replications", "0,3", "--out", whole, *FEW)
    for name in DATA[:-1]:
        assert (one / name).read_bytes() == (whole / name).read_bytes(), name


def test_a_clear_verdict_ends_at_the_first_look(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert run(tiny(tmp_path, LOSS), "--until-decided", "--replications", 90, "--out", out, "--workers", 1) == 1
    printed = capsys.readouterr()
    assert "Decided after 20 replications (rounds: 1; at most 90 might be played)." in printed.out
    assert "at most 90 replications" in printed.err and "\n20 replications in" in printed.err
    assert "allows for up to 5 looks" in printed.out and summary(out)["replications"] == 20


def test_probabilities_in_points_with_an_upper_bound(
    scenario: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    run(scenario, "--precision", "1pp", "--of", "ruined", "--replications", 30, "--out", out, "--lang", "ru", *FEW)
    said = capsys.readouterr().out
    assert "требовалось ±1\u00a0п. п." in said and "Понадобилось бы около" in said
    found, ruin = summary(out)["until"], summary(out)["kpis"]["ruined"]
    error = 0.05 / 2  # looks at 20 and at 30
    assert found["half"] == pytest.approx(1 - (error / 2) ** (1 / 30))  # Clopper and Pearson 1934: 0 of 30
    assert ruin["mean"] == 0 and ruin["interval"][1] == pytest.approx(
        1.959964**2 / (30 + 1.959964**2)
    )  # Wilson 1927: 0 of 30


@pytest.mark.parametrize(
    ("options", "says"),
    [(("--precision", "0"), '"0": must be above 0'), (("--precision", "-1%"), '"-1%": expected a share'),
     (("--precision", "abc"), '"abc": expected'), (("--precision", "1%", "--of", "premum"), "did you mean premium"),
     (("--precision", "1%", "--until-decided"), "two ends"),
     (("--of", "premium"), "give --precision 1% beside it"), (("--until-decided",), "no criteria"),
     (("--precision", "1%", "--of", "ruined"), "such as 1pp"),
     (("--precision", "1pp", "--of", "premium"), "amount such as 2e6"),
     (("--precision", "0.1", "--of", "loss_ratio"), "points (0.1pp)"), (("--precision", "100%"), "holds 0"),
     (("--precision", "1%", "--of", "deposits_end", "--replications", "20"), "0 in all of the first 20"),
     (("--precision", "1%", "--of", "ruin_month", "--replications", "20"), "does not exist in 20 of the first 20"),
     (("--precision", "1%", "--replications", "1"), "--replications 2 or more"),
     (("--precision", "1%", "--replications", "50", "--panel-replications", "30"), "may stop after 20")],
)  # fmt: skip
def test_refused_with_a_remedy(
    options: tuple[str, ...], says: str, scenario: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(scenario, *options, "--out", tmp_path / "out", *FEW) == 2
    printed = capsys.readouterr()
    assert says in " ".join(printed.err.split()) and printed.out == "" and not (tmp_path / "out").exists()


@pytest.mark.parametrize("options", [("--precision", "1%"), ("--of", "premium"), ("--until-decided",)])
def test_a_manifest_says_itself_what_was_waited_for(
    options: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--from-manifest", tmp_path, *options) == 2
    assert "repeats a run as it was" in capsys.readouterr().err
