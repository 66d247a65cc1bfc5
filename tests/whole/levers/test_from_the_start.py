"""A lever on the policy holds from the start; the warm-up is played under the policy that was changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.results.loading import load
from sim.scenario.show import resolved_yaml
from tests.whole.levers.playing import DATED, FOLDER, HIST, extending, play, same, write

NEW = "policy.rules.base.new"


def result(path: Path, *sets: str) -> float:
    """The result of the year."""
    return float(play(path, sets).figures["result"].values[0])


def test_a_lever_equals_a_dated_policy_in_every_figure() -> None:
    lever, dated = play(HIST, [f"{NEW}=15%"]), play(DATED)
    assert dated.figures["result"].values.tolist() == [46_800.0]
    assert result(HIST) == 43_200.0
    assert same(lever, dated)


@pytest.mark.parametrize("lever", [f"{NEW}-=5pp", f"{NEW}+=-5pp", f"{NEW}*=0.75", f"{NEW}={{since: {{2025-01: 15%}}}}"])
def test_however_it_is_said(lever: str) -> None:
    assert same(play(HIST, [lever]), play(DATED))


def test_always_rewrites_the_warm_up_and_says_so() -> None:
    always = play(HIST, [f"always {NEW}=15%"])
    assert same(always, play(FOLDER / "f19_hist_0.15.yaml"))
    assert [(note.code, NEW in note.text) for note in always.notes] == [("warm_up_rewritten", True)]
    assert not play(HIST, [f"{NEW}=15%"]).notes


def test_a_proposal_and_what_extends_it(tmp_path: Path) -> None:
    write(tmp_path, {}, "base.yaml")
    first = extending(tmp_path, "base.yaml", "policy: {rules: {base: {new: 15%}}}\n", "first.yaml")
    second = extending(tmp_path, "first.yaml", "policy: {rules: {base: {new: 17%}}}\n", "second.yaml")
    assert same(play(first), play(DATED))
    assert result(second) == 43_200 + 3 * 720  # a point is 720 a year: half of the premium written is earned in it
    assert same(play(second, [f"{NEW}-=2pp"]), play(DATED))


@pytest.mark.parametrize("date", ["2024-03", "2025-01", "2025-08"])
def test_a_stated_date_holds_as_stated(tmp_path: Path, date: str) -> None:
    write(tmp_path, {}, "base.yaml")
    proposal = extending(tmp_path, "base.yaml", f"policy: {{rules: {{base: {{new: {{since: {{{date}: 15%}}}}}}}}}}\n")
    dated = write(tmp_path, {NEW: {"since": {"2023-01": 0.2, date: 0.15}}}, "dated.yaml")
    assert same(play(proposal), play(dated))
    assert len(load(proposal).notes) == (date < "2025-01")


def test_a_rule_that_comes_acts_from_the_start(tmp_path: Path) -> None:
    more = {"kind": "share_bonus", "new": 0.03}
    dated = write(tmp_path, {"policy.rules.more": more | {"effective_from": "2025-01"}}, "dated.yaml")
    assert same(play(HIST, ["policy.rules.more={kind: share_bonus, new: 3%}"]), play(dated))


def test_a_rule_that_goes_acts_until_the_start(tmp_path: Path) -> None:
    more = {"kind": "share_bonus", "new": 0.03}
    write(tmp_path, {"policy.rules.more": more}, "base.yaml")
    dated = write(tmp_path, {"policy.rules.more": more | {"effective_until": "2025-01"}}, "dated.yaml")
    gone = extending(tmp_path, "base.yaml", "policy: {rules: {more: null}}\n")
    assert same(play(gone), play(dated))
    assert same(play(tmp_path / "base.yaml", ["policy.rules.more="]), play(dated))


def test_an_added_rule_with_a_date_holds_from_it(tmp_path: Path) -> None:
    rule = "{kind: share_bonus, new: 3%, effective_from: 2024-07}"
    stated = write(tmp_path, {}, "base.yaml")
    proposal = extending(tmp_path, "base.yaml", f"policy: {{rules: {{more: {rule}}}}}\n")
    assert same(play(proposal), play(stated, [f"always policy.rules.more={rule}"]))


def test_a_later_date_of_a_rule_leaves_the_warm_up_alone(tmp_path: Path) -> None:
    more = {"kind": "share_bonus", "new": 0.03}
    base = write(tmp_path, {"policy.rules.more": more}, "base.yaml")
    until, since = more | {"effective_until": "2025-01"}, more | {"effective_from": "2025-07"}
    dated = play(write(tmp_path, {"policy.rules.more": until, "policy.rules.again": since}, "dated.yaml"))
    moved = play(base, ["policy.rules.more.effective_from=2025-07"])
    assert moved.figures["result"].values == dated.figures["result"].values
    assert moved.cube.series("equity").tolist() == dated.cube.series("equity").tolist()


def test_payment_of_what_was_sold_before_keeps_its_date() -> None:
    paid = play(HIST, ["policy.payment.delay=3mo"]).cube.series("commission_paid")[0]
    assert paid[:6].tolist() == [2400, 0, 0, 2400, 2400, 2400]  # December's a month later, January's after three


def test_clawback_is_that_of_the_month(tmp_path: Path) -> None:
    base = write(tmp_path, {"products.line.cancellation": 0.05}, "base.yaml")
    kept = play(base, ["policy.payment.clawback=none"])
    assert not kept.cube.series("commission_clawed_back").any()
    opening = [one.cube.series("balance.upr")[0, 0] for one in (kept, play(base))]
    assert opening[0] == opening[1]


def test_without_a_warm_up_nothing_changes(tmp_path: Path) -> None:
    changes = {"opening.kind": "empty", "opening.months": None}
    base = write(tmp_path, changes, "base.yaml")
    plain = write(tmp_path, changes | {NEW: 0.15}, "plain.yaml")
    lever = load(base, [f"{NEW}=15%"])
    assert "policy" not in lever.tree["opening"]
    assert same(play(lever), play(plain))


def test_the_resolved_scenario_plays_the_same_run(tmp_path: Path) -> None:
    sets = [
        f"{NEW}=15%",
        "policy.payment.delay=2mo",
        "products.line.cost_ratio*=1.1",
        "always policy.rules.base.renewal=5%",
    ]
    loaded = load(HIST, sets)
    again = tmp_path / "again.yaml"
    again.write_text(resolved_yaml(loaded), encoding="utf-8")
    assert load(again).tree == loaded.tree
    first, second = play(loaded), play(again)
    assert same(first, second)
    assert first.notes == second.notes
    assert loaded.scenario.opening.rewritten_by == ["policy.rules.base.renewal", "products.line.cost_ratio"]


def test_the_store_knows_what_was_played() -> None:
    keys = {play(HIST, sets).specification.key for sets in ([], [f"{NEW}=15%"], [f"always {NEW}=15%"])}
    assert len(keys) == 3
    assert play(FOLDER / "f19_hist_0.15.yaml").specification.key == play(HIST, [f"always {NEW}=0.15"]).specification.key


def test_a_layer_may_give_the_warm_up_a_policy_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, {}, "base.yaml")
    rewriting = extending(tmp_path, "base.yaml", "opening: {policy: null}\npolicy: {rules: {base: {new: 15%}}}\n")
    assert same(play(rewriting), play(FOLDER / "f19_hist_0.15.yaml"))
    stated = extending(tmp_path, "base.yaml", "opening: {policy: {rules: {base: {new: 15%}}}}\n", "stated.yaml")
    assert result(stated) == result(HIST, "opening.policy.rules.base.new=15%") == 43_200 + 3_600


def test_a_file_without_rules_is_no_policy_that_is_changed(tmp_path: Path) -> None:
    whole: Any = dict(load(HIST).tree)
    write(tmp_path, {"policy": {"payment": {"delay": "1mo"}}}, "common.yaml")
    main = extending(tmp_path, "common.yaml", "policy: {rules: {base: {kind: base, new: 0.2, renewal: 0.1}}}\n")
    assert load(main).tree["opening"] == whole["opening"]
