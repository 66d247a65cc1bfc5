"""`policy-check`: what it prints, its exit codes, and that it starts nothing heavy."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import sim.policy.trial  # noqa: F401 - kernels are loaded compiled before a command would ask for plain ones
from sim.command.guard import guarded
from tests.command.running import HEAVY, PROGRAM, ROOT, environment, partner_sim

CASES = """
schema: 1
cases:
  tiers:
    source: a contract
    text: 200 x 4 % + 200 x 6 % + 100 x 8 % = 28
    rules:
      volume:
        kind: tiers
        window: month
        scale: {kind: marginal, brackets: [{above: 0, rate: 4%}, {above: 200, rate: 6%}, {above: 400, rate: 8%}]}
    months:
      - facts: {premium_new: 500}
        expected: 28
  two:
    source: a contract
    text: 10 leads x 5 = 50 for Ann, 60 for Bob
    partners: {ann: {}, bob: {}}
    rules: {cpl: {kind: fixed_fee, per: lead, amount: 5}}
    months:
      - facts: {ann: {leads: 10}, bob: {leads: 12}}
        expected: {ann: 50, bob: 60}
"""


def written(folder: Path, text: str = CASES, name: str = "cases.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_all_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path)
    assert guarded(["policy-check", str(path)]) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines() == [f"PASS {path}: tiers", f"PASS {path}: two", "2 cases: 2 passed, 0 failed"]
    assert shown.err == ""


def test_a_failure_shows_the_lines_of_the_statement(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, CASES.replace("expected: 28", "expected: 40").replace("bob: 60", "bob: 61.5"))
    assert guarded(["policy-check", str(path)]) == 1
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        f"FAIL {path}: tiers",
        "2025-01 partner: commission: expected 40.00, found 28.00",
        "rule volume, product: 5.6% of 500.00 = 28.00; at 8% it would be 40.00",
        "month partner rule product input rate amount total",
        "2025-01 partner volume product premium 500.00 5.6000% 28.00 28.00",
        f"FAIL {path}: two",
        "2025-01 bob: commission: expected 61.50, found 60.00",
        "no single line or rounding makes the difference of 1.50; the largest is rule cpl: 5.00 x 12 leads = 60.00",
        "month partner rule product input rate amount total",
        "2025-01 bob cpl leads 12 5.00 each 60.00 60.00",
        "2 cases: 0 passed, 2 failed",
    ]


def test_lines_of_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["policy-check", str(written(tmp_path)), "--lines"]) == 0
    shown = capsys.readouterr().out
    assert "5.6000%" in shown and "ann" in shown and "bob" in shown


def test_advances_and_regulators_cuts_have_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = """
schema: 1
cases:
  one:
    source: a contract
    text: 100 x 50 % x 6 = 300 in advance; 40 % of 100 by the schedule, 15 by law
    products: {plan: {term: 1mo, price: 100, cap: 15%}}
    rules: {ahead: {kind: advance, months: 6mo, rate: 50%}, base: {kind: base, new: 40%}}
    months: [{facts: {new: 1}, expected: {commission: 15, advanced: 300}}]
"""
    assert guarded(["policy-check", str(written(tmp_path, text)), "--lines"]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "2025-01 partner commission_cap -25.00 15.00" in lines
    assert "2025-01 partner ahead premium 100.00 300.0000% 0.00 (300.00 advanced) 40.00" in lines


def test_wrong_input_of_all_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path)
    one = written(tmp_path, CASES.replace("kind: tiers", "kind: tires"), "one.yaml")
    two = tmp_path / "two.yaml"
    assert guarded(["policy-check", str(one), str(two), str(tmp_path / "cases.yaml")]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    first, second = shown.err.splitlines()
    assert first == f'{one}:9:15: cases.tiers.rules.volume.kind: unknown kind "tires"; did you mean tiers?'
    assert second.startswith(f"{two}: file not found")


def test_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["policy-check", str(tmp_path)]) == 2
    assert "no YAML file in the folder" in capsys.readouterr().err
    written(tmp_path)
    written(tmp_path, CASES, "more.yml")
    assert guarded(["policy-check", str(tmp_path)]) == 0
    assert capsys.readouterr().out.endswith("4 cases: 4 passed, 0 failed\n")


def test_notes_in_russian(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A note is said in the language that is asked for, its place stays."""
    text = CASES.replace("facts: {ann: {leads: 10}, bob", "facts: {ann: {leads: 10, new: 1, lost: {0: 1}}, bob")
    path = written(tmp_path, text)
    assert guarded(["policy-check", str(path), "--lang", "ru"]) == 0
    [note] = [line.strip() for line in capsys.readouterr().out.splitlines() if "cases.two" in line]
    assert note.startswith("примечание: cases.two: потерянные в 2025-01 договоры не возвращают комиссии партнёра ann")


def test_light_and_usable_without_numba(tmp_path: Path) -> None:
    """In a process of its own: exit code, output, and nothing that takes long to import."""
    path = written(tmp_path, CASES.replace("expected: 28", "expected: 40"))
    done = partner_sim("policy-check", path)
    assert (done.returncode, done.stderr) == (1, "")
    assert "expected 40.00, found 28.00" in done.stdout
    command = [PROGRAM[0], "-X", "importtime", PROGRAM[1], "policy-check", str(written(tmp_path))]
    timed = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, encoding="utf-8", check=True)
    names = {line.rpartition("|")[2].strip() for line in timed.stderr.splitlines()}
    assert not {name.split(".")[0] for name in names} & {*HEAVY - {"scipy"}, "simpy", "rich"}
    assert "scipy.linalg" not in names  # numba asks scipy for its version only
