"""Facts of a case that contradict each other are refused: both are named, and what to state."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.base.errors import ScenarioError

HEAD = """schema: 1
cases:
  one:
    source: a contract
    text: facts that cannot be
"""
CLAW = """    rules:
      base: {kind: base, new: 10%}
      back: {kind: clawback, window: 12mo, how: full}
    payment: {clawback: none}
    months:
"""
SOLD = "      - {month: 2025-01, facts: {premium_new: 1000, new: 1}, expected: 100}\n"
BARE = "      - {month: 2025-01, facts: {premium_new: 5000}, expected: 500}\n"
LOST = "      - {{month: 2025-{month:02}, facts: {{lost: {{{age}: {count}}}}}, expected: -100}}\n"
STAIRS = """    partners: {top: {}, low: {sponsor: top}}
    rules:
      ranks: {kind: stair_step, active: selling, brackets: [{above: 0, rate: 5%}, {above: 500, rate: 10%}]}
    months:
      - {facts: {top: {premium_new: 6000}, low: {premium_new: 1000}}, expected: {low: 100}}
"""


def fault(folder: Path, text: str) -> str:
    path = folder / "cases.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        sim.policy_check(path)
    (found,) = caught.value.problems
    assert found.file == str(path)
    return f"{found.line}: {found.what}; {found.remedy}"


def lost(*what: tuple[int, int, int]) -> str:
    return "".join(LOST.format(month=month, age=age, count=count) for month, age, count in what)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CLAW + SOLD + lost((3, 2, 3)),
         "12: 3 contracts sold in 2025-01 are lost or moved: 3 in 2025-03; new of that month is 1 (line 11); "
         "state new: 3 or more there, or less here"),
        (CLAW + SOLD + lost((3, 2, 1), (4, 3, 1)),
         "13: 2 contracts sold in 2025-01 are lost or moved: 1 in 2025-03, 1 in 2025-04; new of that month is 1 "
         "(line 11); state new: 2 or more there, or less here"),
        (CLAW + BARE + lost((4, 3, 1)),
         "12: 1 contract sold in 2025-01 is lost or moved: 1 in 2025-04; premium_new of that month states no "
         "contracts (line 11); state new: 1 beside it"),
        (CLAW + SOLD + lost((4, 2, 1)),
         "12: 1 contract sold in 2025-02 is lost or moved: 1 in 2025-04; new of that month is 0; "
         "state new: 1 or more there, or less here"),
        (CLAW + SOLD + "      - {month: 2025-02, facts: {refunded: {1: 600}, changed: {1: -500}}, expected: 0}\n",
         "12: 1100.00 of premium written in 2025-01 is refunded or taken off: 600.00 in 2025-02, 500.00 in 2025-02; "
         "premium_new of that month is 1000.00 (line 11); state premium_new: 1100.00 or more there, or less here"),
        (STAIRS, '10: rule "ranks" counts contracts, and premium_new of 2025-01 states none; '
                 "state new: beside it, the number of contracts sold (0: none)"),
    ],
)  # fmt: skip
def test_contradictions_name_both_facts(text: str, expected: str, tmp_path: Path) -> None:
    assert fault(tmp_path, text) == expected


@pytest.mark.parametrize(
    "rule",
    [
        "{kind: fixed_fee, per: sale, amount: 5}",
        "{kind: fixed_bonus, amount: 5}",
        "{kind: by_sale, rate: 1%, least: 5}",
        "{kind: promotion, per_sale: 5, effective_from: 2025-01, effective_until: 2025-02}",
        "{kind: tiers, by: count, scale: {kind: marginal, brackets: [{above: 0, rate: 1%}]}}",
    ],
)
def test_rules_that_count_contracts_want_them(rule: str, tmp_path: Path) -> None:
    text = f"    rules: {{it: {rule}}}\n    months:\n      - {{facts: {{premium_new: 100}}, expected: 0}}\n"
    assert "premium_new of 2025-01 states none" in fault(tmp_path, text)
    path = tmp_path / "stated.yaml"
    path.write_text(HEAD + text.replace("premium_new: 100", "premium_new: 100, new: 0"), encoding="utf-8")
    assert len(sim.policy_check(path)) == 1


@pytest.mark.parametrize(
    "rule",
    [
        "{kind: base, new: 10%, to_age: 24mo}",
        "{kind: fixed_fee, per: renewal, amount: 5}",
        "{kind: unit_tiers, business: renewal, brackets: [{above: 0, amount: 1}]}",
        "{kind: share_bonus, new: 1%, only_if: [{by: count, least: 2}]}",
    ],
)
def test_rules_that_count_renewals_want_them(rule: str, tmp_path: Path) -> None:
    """Of contracts told apart by their age the premium alone says nothing."""
    text = f"    rules: {{it: {rule}}}\n    months:\n      - {{facts: {{premium_renewal: 100}}, expected: 0}}\n"
    assert "premium_renewal of 2025-01 states none" in fault(tmp_path, text)


@pytest.mark.parametrize(
    "facts",
    [
        "lost: {14: 3}",  # sold before the case begins
        "refunded: {14: 3000}",
        "premium_new: 100, new: 5, lost: {0: 5}",
        "premium_new: 100, refunded: {0: 100}",
        "sales: [5, 5], lost: {0: 2}",
    ],
)
def test_what_may_be_is_not_refused(facts: str, tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    rules = "    rules: {base: {kind: base, new: 10%}}\n    months:\n"
    path.write_text(HEAD + rules + f"      - {{facts: {{{facts}}}, expected: 0}}\n", encoding="utf-8")
    assert len(sim.policy_check(path)) == 1


def test_whom_a_rule_does_not_cover_may_state_premium_alone(tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    text = """    partners: {a: {group: top}, b: {}}
    rules: {base: {kind: base, new: 10%}, each: {kind: fixed_fee, per: sale, amount: 5, groups: [top]}}
    months:
      - {facts: {a: {premium_new: 100, new: 2}, b: {premium_new: 100}}, expected: {a: 20, b: 10}}
"""
    path.write_text(HEAD + text, encoding="utf-8")
    assert sim.policy_check(path)[0].passed


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ("sales: [5, 6], new: 3", "new says 3 contracts and sales 2"),
        ("sales: [5, 6], premium_new: 12", "premium_new is 12.00 and sales come to 11.00"),
    ],
)
def test_sales_agree_with_premium_and_contracts(facts: str, message: str, tmp_path: Path) -> None:
    rules = "    rules: {base: {kind: base, new: 10%}}\n    months:\n"
    assert message in fault(tmp_path, rules + f"      - {{facts: {{{facts}}}, expected: 0}}\n")
