"""`show` and `explain`: the resolved scenario, where values came from, what a run needs, one partner's months."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sim.command.guard import guarded
from sim.experiments.loading import load
from tests.command.running import tiny


def shown(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert guarded(list(map(str, arguments))) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out


def test_what_is_shown_loads_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tiny(tmp_path)
    text = shown(capsys, "show", path, "--set", "segments.bank.flow=33")
    (tmp_path / "again.yaml").write_text(text, encoding="utf-8")
    again = load(tmp_path / "again.yaml")
    assert again.tree == load(path, ["segments.bank.flow=33"]).tree
    assert "# state of a partner: " in text and "# memory: about" in text


def test_origins(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tiny(tmp_path)
    lines = shown(capsys, "show", path, "--origins", "--set", "months=7mo").splitlines()
    assert "months = 7  (--set)" in lines or "months = '7mo'  (--set)" in lines
    assert any(line.startswith("opening.capital") and f"({path}:" in line for line in lines)
    assert any(line.endswith("(default)") for line in lines)


def test_state_is_broken_down(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, "show", tiny(tmp_path), "--state").splitlines()
    total = int(lines[0].removeprefix("state of a partner: ").removesuffix(" bytes"))
    end = next(number for number, line in enumerate(lines) if line.startswith("work space"))
    assert total == sum(int(line.split()[0]) for line in lines[1:end])
    assert lines[-3].startswith("20 partners, 6 months") and "GiB free" in lines[-2] and "time:" in lines[-1]


def test_one_partner(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tiny(tmp_path)
    text = shown(capsys, "explain", path, "bank-01", "--replication", 2)
    months = [line for line in text.splitlines() if "2024-" in line]
    assert len(months) == 6 and "commission.base.hull" in text
    assert len({len(line) for line in months}) == 1
    shown(capsys, "explain", path, "bank-01", "--replication", 2, "--csv", tmp_path / "one.csv")
    with (tmp_path / "one.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["month"] for row in rows] == [f"2024-{month:02}" for month in range(1, 7)]
    assert guarded(["explain", str(path), "bank-01", "--csv", str(tmp_path / "none" / "one.csv")]) == 4
    assert sorted(one.name for one in tmp_path.iterdir()) == ["one.csv", "tiny.yaml"]
