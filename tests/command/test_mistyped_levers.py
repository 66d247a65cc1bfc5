"""A mistyped name in a lever: told under the option that it was given by, with the names there are, before any work."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.command.guard import guarded
from tests.experiments import tiny as studies

NEAR = 'there is no "bse" in policy.rules; did you mean base?'


@pytest.fixture(name="present")
def _present(tmp_path: Path) -> Path:
    studies.study(tmp_path)
    return tmp_path / "present.yaml"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["frontier", "--lever", "policy.rules.bse.new=4%..24%"], f"--lever: policy.rules.bse.new: {NEAR}"),
        (["frontier", "--lever", "policy.rules.base.nw=4%..24%"], '--lever: policy.rules.base.nw: unknown key "nw"'),
        (["frontier", "--lever", "policy.rules.base.new=4..24"], "--lever: policy.rules.base.new: a share"),
        (["optimise", "--lever", "policy.rules.bse.new=4%..24%"], f"--lever: policy.rules.bse.new: {NEAR}"),
        (
            ["sweep", "--up", "policy.rules.bse.new=4%..24%:2", "--across", "market.demand=1..2:2"],
            f"--up: policy.rules.bse.new: {NEAR}",
        ),
    ],
)
def test_an_option_is_told_by_its_name(
    present: Path, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line is the first that is said: no plan stands before it."""
    assert guarded([arguments[0], str(present), *arguments[1:], "--out", str(present.with_name("out"))]) == 2
    assert capsys.readouterr().err.startswith(told)


def test_a_study_is_checked_with_what_it_turns(present: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = present.with_name("frontier.yaml")
    lever = '{path: policy.rules.bse.new, safe: 4, harsh: 24, unit: "%"}'
    study.write_text(f"schema: 1\nkind: frontier\npolicy: present.yaml\nlever: {lever}\n", "utf-8")
    assert guarded(["check", str(study)]) == 2
    assert capsys.readouterr().err.startswith(f"{study}:4:15: lever.path: policy.rules.bse.new: {NEAR}")


@pytest.mark.parametrize("path", ["policy.rules.bse.new=4%", "policy.rules.bse.new+=1pp", "segments.bnk.partners=3"])
def test_an_override_makes_no_part_of_an_entry(present: Path, path: str) -> None:
    with pytest.raises(sim.ScenarioError) as caught:
        sim.load(present, [path])
    (one,) = caught.value.problems
    assert one.path == path.partition("=")[0].rstrip("+") and "did you mean" in one.remedy


def test_an_override_makes_a_whole_entry(present: Path) -> None:
    """Set whole, or key by key with all that it needs."""
    whole = ["policy.rules.more={kind: base, new: 1%}", "policy.rules.more.renewal=1%"]
    parts = ["policy.rules.other.kind=base", "policy.rules.other.new=1%"]
    assert {"more", "other"} <= sim.load(present, [*whole, *parts]).scenario.policy.rules.keys()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["optimise", "--lever", "policy.rules.base.new=4%..140%"], "--lever: policy.rules.base.new: a share is 0..1"),
        (["optimise", "--lever", "policy.rules.base.new=-4%..14%"], "--lever: policy.rules.base.new: a share"),
        (["frontier", "--lever", "policy.rules.base.new=4%..140%"], "--lever: policy.rules.base.new: a share is 0..1"),
        (["sensitivity", "--vary", "products.hull.renewal=60%..120%"], "--vary: products.hull.renewal: a share"),
        (["reverse-stress", "--vary", "products.hull.renewal=60%..120%"], "--vary: products.hull.renewal: a share"),
        (["sensitivity", "--vary", "products.hull.renewal=60%..120%", "--lang", "ru"],
         "--vary: products.hull.renewal: доля – это 0..1"),
        (["optimise", "--lever", "policy.rules.base.new=4%..140%", "--lang", "ru"],
         "--lever: policy.rules.base.new: доля – это 0..1"),
    ],
)  # fmt: skip
def test_ends_are_checked_before_the_work(
    present: Path, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line is the first that is said: no plan stands before it."""
    assert guarded([arguments[0], str(present), *arguments[1:], "--out", str(present.with_name("out"))]) == 2
    assert capsys.readouterr().err.startswith(told)


def test_all_ends_are_told_at_once(present: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = present.with_name("worlds.yaml")
    laws = "a: {path: products.hull.renewal, low: 0.5, high: 1.2}, b: {path: market.demand, low: -1, high: 1}"
    study.write_text(f"schema: 1\nkind: sensitivity\npolicy: present.yaml\nuncertainties: {{{laws}}}\n", "utf-8")
    assert guarded(["check", str(study)]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith(f"{study}:4:27: uncertainties.a.path: products.hull.renewal: a share is 0..1, got 1.2")
    assert second.startswith(f"{study}:4:82: uncertainties.b.path: market.demand: ")


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ("policy: {scenario: present.yaml, set: {monthss: 12mo}}", '3:49: policy.set.monthss: monthss: unknown key'),
        ("policy: present.yaml\ngoals: {results: maximise}", '4:18: goals.results: unknown key figure "results"; did'),
        ("policy: present.yaml\nlimits: {a: {kpi: lass, at_least: 0}}", "4:19: limits.a.kpi: unknown key figure"),
    ],
)  # fmt: skip
def test_what_the_scenario_has_not_is_told_by_its_line(
    present: Path, stated: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """By `check`, and by `study` before any plan of work is told."""
    study, lever = present.with_name("asked.yaml"), "a: {path: market.demand, low: 1, high: 2}"
    study.write_text(f"schema: 1\nkind: optimise\n{stated}\nlevers: {{{lever}}}\n", "utf-8")
    for command in (["check", str(study)], ["study", str(study), "--out", str(present.with_name("out"))]):
        assert guarded(command) == 2
        assert capsys.readouterr().err.startswith(f"{study}:{told}")


def test_a_criterion_that_is_not_there_is_told_by_its_place(present: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study, lever = present.with_name("asked.yaml"), "{path: market.demand, safe: 1, harsh: 2}"
    study.write_text(f"schema: 1\nkind: frontier\npolicy: present.yaml\ncriteria: [nob]\nlever: {lever}\n", "utf-8")
    assert guarded(["check", str(study)]) == 2
    assert capsys.readouterr().err.startswith(f'{study}:4:12: criteria[0]: the scenario has no criterion "nob"')


def test_an_end_that_no_draw_comes_to_is_none(present: Path) -> None:
    """Claims by a Pareto law of alpha 1 or less have no mean; a lognormal law of alpha ends at 0 and is never there."""
    study, heavy = present.with_name("worlds.yaml"), present.with_name("heavy.yaml")
    claims = "{severity: {dist: pareto, alpha: 3}}"
    heavy.write_text(f"extends: present.yaml\nproducts: {{hull: {{claims: {claims}}}}}\n", "utf-8")
    law = "{path: products.hull.claims.severity.alpha, law: lognormal, mean: 3, deviation: 0.1}"
    study.write_text(f"schema: 1\nkind: sensitivity\npolicy: heavy.yaml\nuncertainties: {{a: {law}}}\n", "utf-8")
    assert guarded(["check", str(study)]) == 0
