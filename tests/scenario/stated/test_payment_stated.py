"""When customers pay, tax on commission, discount and marketing money as a scenario states them: refused, and noted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import sim
from sim.base.errors import ScenarioError
from sim.command.guard import guarded
from sim.scenario.load import load
from tests.scenario.minimal import write

RULES = "policy.rules"
NETWORK = (
    "{promised: 24%, market_rate: 10%, agents: 8, growth: 1, ceiling: 2, leave: 5%, leave_unpaid: 40%, "
    "joining_cost: 30, overhead: 400, opening_cash: 6e3}"
)
OF_BROKERS: dict[str, Any] = {"segments.bank.network": NETWORK, "segments.bank.flow": None}


def rule(text: str) -> dict[str, Any]:
    return {f"{RULES}.mine": text}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"products.hull.instalments": "[50%, 40%]"}, r"hull: .*add up to 1 and end above 0, they add up to 0\.9"),
        ({"products.hull.instalments": "[100%, 0%]"}, r"hull: .*end above 0"),
        ({"products.hull.instalments": "[50, 50]"}, r"instalments\[0\]: .*50"),
        ({"products.hull.instalments": "[]"}, r"instalments"),
        ({"products.hull.instalments": "[50%, 50%]"} | OF_BROKERS,
         r"hull\.instalments: customers of hull pay in instalments, and bank, network brokers.*network: .*main\.yaml"),
        (rule("{kind: early_payment_discount, rate: 2%}") | OF_BROKERS, r"rules\.mine: bank are network brokers"),
        (rule("{kind: early_payment_discount, rate: 100%}"), r"rules\.mine: .*leaves nothing to remit"),
        (rule("{kind: early_payment_discount, rate: 2%, products: [hull]}"), r"whole segments; leave out products"),
        (rule("{kind: commission_tax}"), r"a tax of nothing; state vat, withheld or both"),
        (rule("{kind: commission_tax, withheld: 10%, reverse_charge: true}"), r"about value-added tax; state vat"),
        (rule("{kind: commission_tax, vat: 20}"), r"vat: .*did you mean 0\.2 or \"20%\""),
        (rule("{kind: commission_tax, vat: 20%}") | {f"{RULES}.too": "{kind: commission_tax, withheld: 5%}"},
         r"rules mine and too both set commission_tax"),
        (rule("{kind: collected, when: full}"), r"when: .*in_proportion.*in_full"),
        (rule("{kind: marketing_fund, share: 2%}"), r"mine\.within: required"),
        (rule("{kind: marketing_fund, share: 2%, within: 3mo, of: commission, products: [hull]}"),
         r"that of all its products; leave out products"),
        (rule("{kind: collection_rate, rates: [{within: 30d, rate: 10%}]}"), r"within: a whole number of months"),
        (rule("{kind: collection_rate, rates: [{within: 2mo, rate: 8%}, {within: 1mo, rate: 10%}]}"),
         r"months must rise: rate 1 is for 2 months and rate 2 for 1; sort them"),
        (rule("{kind: collection_rate, rates: [{within: 1mo, rate: 8%}]}") | {"segments.bank.remittance": "{lag: 3mo}"},
         r"rules\.mine\.rates: .*3 months at the soonest.* for 1mo: it can never pay \(lag of bank: .*main\.yaml"),
        (rule("{kind: fixed_fee, role: main, per: sale, amount: 5}")
         | {f"{RULES}.too": "{kind: collection_rate, rates: [{within: 2mo, rate: 8%}]}"}, r"mine and too"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(changes: dict[str, Any], told: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=told) as found:
        load(write(tmp_path, changes))
    assert "main.yaml" in str(found.value)


def test_what_changes_nothing_is_noted(tmp_path: Path) -> None:
    waits, parts = rule("{kind: collected, when: in_full}"), {"products.hull.instalments": "[50%, 50%]"}
    fund = "{kind: marketing_fund, share: 0.02, within: 3mo%s}"
    for code, changes, mended in (
        ("paid_at_once", waits, parts),
        ("nobody_claims", rule(fund % ""), rule(fund % ", claimed: 0.1")),
    ):
        assert code in {one.code for one in load(write(tmp_path, changes)).notes}
        assert code not in {one.code for one in load(write(tmp_path, changes | mended)).notes}


CASE = """
schema: 1
cases:
  one:
    source: a contract
    text: more comes in than was sold
    rules: {base: {kind: base, new: 10%}, wait: {kind: collected}}
    months:
      - {facts: {premium_new: 500}, expected: {due: 0}}
      - {facts: {collected: 600}, expected: {due: 50}}
"""


def test_more_cannot_come_in_than_was_sold(tmp_path: Path) -> None:
    path = tmp_path / "main.yaml"
    path.write_text(CASE, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"months\[1\]\.facts\.collected: 100\.00 more premium .*; lower collected"):
        sim.policy_check(path)


def test_a_failing_case_shows_what_was_due_and_paid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "main.yaml"
    path.write_text(CASE.replace("600", "400"), encoding="utf-8")
    assert guarded(["policy-check", str(path)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert "  2025-02 partner: due: expected 50.00, found 40.00" in told
    assert told[-4].split() == ["month", "partner", "due", "paid"]
    assert told[-2].split() == ["2025-02", "partner", "40.00", "40.00"]
