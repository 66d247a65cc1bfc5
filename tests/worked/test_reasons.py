"""A failing case says which rule, line and rounding made the difference; lines show the contract's rate."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.command.guard import guarded

HEAD = """schema: 1
cases:
  one:
    source: a contract
    text: wrong on purpose
    products: {thing: {term: 0mo}}
"""
TWO = """    rules:
      base: {kind: base, new: 10%}
      more: {kind: share_bonus, new: 2.5%}
    months:
      - {month: 2025-01, facts: {thing: {premium_new: 4.20, new: 4}}, expected: EXPECTED}
"""
TIERS = """    rules:
      volume: {kind: tiers, scale: {kind: retroactive, brackets: [{above: 0, rate: 10%}, {above: 100, rate: 12%}]}}
    months:
      - {month: 2025-01, facts: {thing: {premium_new: 60}}, expected: 6}
      - {month: 2025-02, facts: {thing: {premium_new: 60}}, expected: EXPECTED}
"""


def reasons(folder: Path, text: str) -> list[str]:
    path = folder / "cases.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    (result,) = sim.policy_check(path)
    return [reason for one in result.differences for reason in one.reasons]


# 10 % of 4.20 = 0.42 and 2.5 % of 4.20 = 0.105, which is 0.10: found 0.52
@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ("0.53", ["rule more, thing: 2.5% of 4.20 = 0.105, rounded to 0.10; rounded half up it is 0.11, rules round "
                  "half to even"]),
        ("0.54", ["rule more, thing: 2.5% of 4.20 = 0.105, rounded to 0.10; rounded for each sale it is 0.12; write "
                  "rounding: sale"]),
        ("0.50", ["rule base, thing: 10% of 4.20 = 0.42; rounded for each sale it is 0.40; write rounding: sale"]),
        ("0.42", ["without rule more, thing: 2.5% of 4.20 = 0.105, rounded to 0.10"]),
        ("0.94", ["rule base, thing: 10% of 4.20 = 0.42; at 20% it would be 0.84"]),
        ("9", ["no single line or rounding makes the difference of 8.48; the largest is rule base, thing: 10% of "
               "4.20 = 0.42"]),
    ],
)  # fmt: skip
def test_what_made_the_difference(expected: str, found: list[str], tmp_path: Path) -> None:
    assert reasons(tmp_path, TWO.replace("EXPECTED", expected)) == found


def test_a_true_up_is_called_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reasons(tmp_path, TIERS.replace("EXPECTED", "7.20")) == ["without rule volume: a true-up of 1.20"]
    assert guarded(["policy-check", str(tmp_path / "cases.yaml"), "--lines"]) == 1
    shown = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "2025-02 partner volume thing premium 60.00 12.0000% 7.20 13.20" in shown
    assert "2025-02 partner volume window_premium 120.00 true-up 1.20 14.40" in shown


def test_rules_that_wrote_nothing_are_named(tmp_path: Path) -> None:
    text = """    rules: {base: {kind: base, new: 10%}, floor: {kind: floor, per_month: 5}}
    months:
      - {facts: {thing: {premium_new: 60.01}}, expected: 99.99}
"""
    assert reasons(tmp_path, text)[-1] == "nothing came of floor"


@pytest.mark.parametrize(
    ("rules", "facts", "shown"),
    [
        ("base: {kind: base, new: 50%}", "premium_new: 0.39", ["premium 0.39 50.0000% 0.20"]),
        ("base: {kind: base, new: 15%, rounding: sale}", "premium_new: 3.09, new: 3", ["premium 3.09 15.0000% 0.45"]),
        ("base: {kind: base, new: 50%, renewal: 5%}", "premium_new: 0.39, premium_renewal: 0.30",
         ["premium_new 0.39 50.0000% 0.20", "premium_renewal 0.30 5.0000% 0.02"]),
        ("base: {kind: base, new: 0%}, b: {kind: share_bonus, renewal: 2%}", "premium_new: 5, premium_renewal: 0.30",
         ["premium 0.30 2.0000% 0.01"]),
        ("a: {kind: exclusivity_bonus, rate: 3.3%}", "premium_new: 0.50", ["premium 0.50 3.3000% 0.02"]),
        ("a: {kind: fixed_fee, per: sale, amount: 7}", "premium_new: 1, new: 3", ["contracts 3 7.00 each 21.00"]),
        ("a: {kind: by_sale, rate: 3.3%}", "premium_new: 0.50, new: 1", ["premium 0.50 3.3000% 0.02"]),
        ("a: {kind: tiers, window: month, scale: {kind: marginal, brackets: [{above: 0, rate: 10%}, "
         "{above: 0.10, rate: 20%}]}}", "premium_new: 0.25", ["premium 0.25 16.0000% 0.04"]),
    ],
)  # fmt: skip
def test_lines_show_the_rate_of_the_contract(
    rules: str, facts: str, shown: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not what rounding has left of it: 0.20 of 0.39 would be 51.28 %."""
    path = tmp_path / "cases.yaml"
    months = f"    months:\n      - {{facts: {{thing: {{{facts}}}}}, expected: {{passed: 0}}}}\n"
    path.write_text(f"{HEAD}    rules: {{{rules}}}\n{months}", encoding="utf-8")
    assert guarded(["policy-check", str(path), "--lines"]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert [line for line in lines if any(f" {one} " in line for one in shown)] and all(
        any(f" {one} " in f"{line} " for line in lines) for one in shown
    )


GROWTH = """    rules:
      grow: RULE
    months:
      - {month: 2025-06, times: 12, facts: {thing: {premium_new: 100}}, expected: 0}
      - {month: 2026-06, times: 7, facts: {thing: {premium_new: 200}}}
"""


@pytest.mark.parametrize(
    "rule",
    [
        "{kind: tiers, by: growth, window: year, scale: {kind: retroactive, brackets: [{above: 0%, rate: 0%}, "
        "{above: 10%, rate: 5%}]}}",
        "{kind: contingent_bonus, rate: 5%, growth: 10%}",
        "{kind: share_bonus, new: 5%, only_if: [{by: growth, window: year, least: 10%}]}",
        "{kind: fixed_bonus, amount: 5, by: premium, only_if: [{by: growth, window: year, least: 10%}]}",
    ],
)
def test_growth_unknown_says_why_nothing_is_paid(rule: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The year 2025 was not seen whole: nothing is paid in 2026, and each statement that might have paid says so."""
    path = tmp_path / "cases.yaml"
    path.write_text(HEAD + GROWTH.replace("RULE", rule), encoding="utf-8")
    assert guarded(["policy-check", str(path), "--lines"]) == 0
    said = [line for line in capsys.readouterr().out.splitlines() if "growth is not known" in line]
    assert said and all(" 0.00" in line for line in said)
    assert any(line.split()[0] == "2026-12" for line in said)
