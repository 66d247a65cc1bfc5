"""A partner's statement line by line: it adds up to the statement and to what was paid, or the run stops."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import pytest

from sim.base.columns import Column
from sim.base.errors import LedgerError, ScenarioError
from sim.engine.layout.plan import Plan, make
from sim.engine.model import PartnerNetwork
from sim.judgement import statement_lines
from sim.judgement.explain import explain, row_of, statement
from sim.policy import book
from sim.policy.inputs import BALANCES, COUNTS, MONEY
from sim.policy.parts import noting
from sim.policy.rule import Phase, Rule
from sim.report.language import labels
from sim.scenario.schema import scenario_model
from tests.whole.scenarios import EVERYTHING, P, S, plan, tree

RATIOS = {"loss_ratio"}
ZERO = Decimal("0.00")


class Ahead(Rule):
    """Pays 100.00 ahead in the first month and writes 40.00 of it down a month later, charging 10.00 back."""

    phase: ClassVar[Phase] = Phase.TIMING
    advances: ClassVar[bool] = True
    columns: ClassVar[tuple[Column, ...]] = (Column("seen", "i8", "months", "months played"),)
    kind: Literal["ahead"]

    def apply(self, facts: Any, terms: Any, memory: Any, statement: Any) -> None:
        month = int(memory["seen"][0])
        memory["seen"][:] += 1
        partners = slice(0, facts.layout.rows - 1)
        if month == 0:
            statement.advanced[partners] += 100_00
        if month == 1:
            statement.written_down[partners] += 40_00
            statement.advance_back[partners] += 10_00
            statement.total -= 10_00 * (facts.layout.rows - 1)


class Hold(Rule):
    """Holds a tenth back until two months after the rest is due."""

    phase: ClassVar[Phase] = Phase.RETURN
    by_segment: ClassVar[bool] = True
    kind: Literal["hold"]

    def arrange(self, payment: Any, cells: Any, ordinal: int) -> None:
        payment.held[:-1] = 0.1
        payment.quiet[:-1] = 2


class PerContract(Rule):
    """7.00 for each contract."""

    phase: ClassVar[Phase] = Phase.AMOUNT
    kind: Literal["per_contract"]

    def apply(self, facts: Any, terms: Any, memory: Any, statement: Any) -> None:
        statement.true_up(
            np.where(np.arange(facts.layout.rows) < facts.layout.rows - 1, 7_00 * facts.count_new.sum(axis=0), 0)
        )

    def reads(self, facts: Any, memory: Any, p: int, i: int) -> tuple[str, float]:
        return "contracts", float(facts.count_new[:, i].sum())


class Twice(Rule):
    """1.00 as premium is written and 2.00 at the statement, on one input."""

    phase: ClassVar[Phase] = Phase.AMOUNT
    kind: Literal["twice"]

    def accrue(self, facts: Any, terms: Any, memory: Any, statement: Any) -> None:
        statement.true_up(np.where(np.arange(facts.layout.rows) == 0, 1_00, 0))

    def apply(self, facts: Any, terms: Any, memory: Any, statement: Any) -> None:
        statement.true_up(np.where(np.arange(facts.layout.rows) == 0, 2_00, 0))


def with_rules(changes: dict[str, Any], base: dict[str, Any] | None = None) -> Plan:
    return make(scenario_model((Ahead, Hold, PerContract, Twice)).model_validate(tree(changes, base)))


def month_of(laid: Plan, month: str, partner: str) -> dict[tuple[str, str, str], tuple[Decimal, Decimal, float]]:
    """(rule, product, input) or (account, kind, "") -> amount, running total and rate of one month."""
    found = {}
    for row in statement(laid, partner, month=month).to_dict("records"):
        key = (row["rule"], row["product"], row["input"]) if row["rule"] else (row["phase"], row["kind"], "")
        found[key] = row["amount"], row["running"], row["rate"]
    return found


def test_a_statement_by_hand() -> None:
    """One contract of 100.00 a month at 20 % of base and 7.00 a contract; a tenth held back; 100.00 paid ahead.

    January: 20.00 + 7.00 = 27.00, of which 2.70 waits. February: 27.00 less 10.00 charged back = 17.00, 1.70 waits;
    24.30 of January are paid. April: 27.00, 2.70 waits, 2.70 of January come free, 24.30 of March + 2.70 are paid.
    """
    rules = {
        "base": {"kind": "base", "new": 0.2},
        "ahead": {"kind": "ahead"},
        "fee": {"kind": "per_contract"},
        "hold": {"kind": "hold"},
    }
    laid = with_rules({"policy.rules": rules, f"{S}.partners": 2, "months": "4mo"})

    def amounts(month: str) -> dict[tuple[str, str, str], tuple[str, str]]:
        return {
            key: (str(amount), str(running)) for key, (amount, running, _) in month_of(laid, month, "agents-1").items()
        }

    january = month_of(laid, "2025-01", "agents-1")
    assert january["base", "line", "premium"][2] == pytest.approx(0.2)
    assert january["fee", "", "contracts"][2] == pytest.approx(7.0)
    assert np.isnan(january["ahead", "", "premium"][2])  # the rule states none
    assert amounts("2025-01") == {
        ("base", "line", "premium"): ("20.00", "20.00"),
        ("fee", "", "contracts"): ("7.00", "27.00"),
        ("ahead", "", "premium"): ("0.00", "27.00"),
        ("statement", "statement", ""): ("27.00", "27.00"),
        ("payable", "withheld", ""): ("-2.70", "24.30"),
        ("payable", "balance", ""): ("24.30", "24.30"),
        ("holdback", "withheld", ""): ("2.70", "2.70"),
        ("holdback", "balance", ""): ("2.70", "2.70"),
        ("advance", "advanced", ""): ("100.00", "100.00"),
        ("advance", "balance", ""): ("100.00", "100.00"),
    }
    assert amounts("2025-02") == {
        ("base", "line", "premium"): ("20.00", "20.00"),
        ("fee", "", "contracts"): ("7.00", "27.00"),
        ("ahead", "", "premium"): ("-10.00", "17.00"),
        ("statement", "statement", ""): ("17.00", "17.00"),
        ("payable", "brought_forward", ""): ("24.30", "41.30"),
        ("payable", "withheld", ""): ("-1.70", "39.60"),
        ("payable", "paid", ""): ("-24.30", "15.30"),
        ("payable", "balance", ""): ("15.30", "15.30"),
        ("holdback", "brought_forward", ""): ("2.70", "2.70"),
        ("holdback", "withheld", ""): ("1.70", "4.40"),
        ("holdback", "balance", ""): ("4.40", "4.40"),
        ("advance", "brought_forward", ""): ("100.00", "100.00"),
        ("advance", "written_down", ""): ("-40.00", "60.00"),
        ("advance", "charged_back", ""): ("-10.00", "50.00"),
        ("advance", "balance", ""): ("50.00", "50.00"),
    }
    april = amounts("2025-04")
    assert april["payable", "brought_forward", ""] == ("24.30", "51.30")
    assert april["payable", "released", ""] == ("2.70", "51.30")
    assert april["payable", "paid", ""] == ("-27.00", "24.30")
    assert april["payable", "balance", ""] == ("24.30", "24.30")
    assert april["holdback", "released", ""] == ("-2.70", "7.10") == ("-2.70", april["holdback", "balance", ""][0])


def test_every_partner_adds_up_and_agrees_with_the_months() -> None:
    """Defaults, net remittance, clawback, caps, warm-up: running totals, balances and the monthly table agree."""
    laid = plan({"months": "9mo"}, EVERYTHING)
    owed = dict.fromkeys(("banks-3", "banks-6", "dealers-03", "dealers-08", "dealers-10", "brokers-2"), ZERO)
    for partner in owed:
        table, months = statement(laid, partner, 1), explain(laid, partner, 1)
        assert list(dict.fromkeys(table["month"])) == list(months.index) and len(months) == 12
        before = ZERO
        for month, rows in table.groupby("month", sort=False):
            lines_, total = rows[rows["rule"] != ""], rows[rows["kind"] == "statement"]["amount"].iloc[0]
            assert list(lines_["running"]) == list(lines_["amount"].cumsum()) and total == lines_["amount"].sum()
            payable = rows[rows["phase"] == "payable"]
            moves = payable[~payable["kind"].isin(["brought_forward", "balance"])]["amount"].sum()
            assert payable["amount"].iloc[-1] == months.loc[month, "payable"] == before + total + moves
            for kind, column, sign in (("paid", "paid", -1), ("netted", "netted", -1)):
                assert payable[payable["kind"] == kind]["amount"].sum() == sign * months.loc[month, column]
            before = payable["amount"].iloc[-1]
        owed[partner] = table[table["rule"] != ""]["amount"].sum()
    assert sum(amount > 0 for amount in owed.values()) > 3


def test_a_rule_has_one_line_for_an_input() -> None:
    laid = with_rules({"policy.rules": {"twice": {"kind": "twice"}}, "months": "1mo"})
    table = statement(laid, "agents-01")
    assert list(table[table["rule"] == "twice"]["amount"]) == [Decimal("3.00")]
    assert list(table[table["rule"] == "twice"]["value"]) == [100.0]  # premium in major units


def test_the_cap_has_a_line_of_its_own() -> None:
    rules = {"base": {"kind": "base", "new": 0.2}}
    laid = plan({"policy.rules": rules, f"{P}.commission_cap": 0.15, "months": "2mo"})
    month = month_of(laid, "2025-01", "agents-01")
    assert month["base", "line", "premium"][0] == Decimal("20.00")
    assert month[statement_lines.CAP, "line", "premium"][:2] == (Decimal("-5.00"), Decimal("15.00"))
    assert explain(laid, "agents-01")["commission.commission_cap.line"].iloc[0] == Decimal("-5.00")


def test_one_month_is_that_of_all() -> None:
    laid = plan({"months": "4mo"}, EVERYTHING)
    everything, one = statement(laid, "dealers-03"), statement(laid, "dealers-03", month="2025-02")
    same = everything[everything["month"] == "2025-02"].reset_index(drop=True)
    assert one.drop(columns=["value", "rate"]).equals(same.drop(columns=["value", "rate"]))
    assert np.array_equal(one["value"], same["value"], equal_nan=True)


@pytest.mark.parametrize("month", ["2024-09", "2025-07", "March"])
def test_a_month_that_is_not_played_is_refused(month: str) -> None:
    with pytest.raises(ScenarioError, match="month"):
        statement(plan({}, EVERYTHING), "banks-1", month=month)
    with pytest.raises(ScenarioError, match="did you mean banks-1"):
        row_of(plan({}, EVERYTHING), "bank-1")


# --- broken on purpose -----------------------------------------------------------------------------------------------


def broken(monkeypatch: pytest.MonkeyPatch, of: Any, name: str, value: Any) -> str:
    monkeypatch.setattr(of, name, value)
    with pytest.raises(LedgerError) as caught:
        statement(plan({}, EVERYTHING), "banks-3")
    return str(caught.value)


def test_a_line_that_is_missing_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "the lines add up to" in broken(monkeypatch, book, "note_clawback", lambda *_: None)


def test_a_line_of_a_minor_unit_too_much_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = noting.StatementLine

    def off_by_one(*given: Any) -> Any:
        return whole(*given[:6], given[6] + (given[3] == "travel"), *given[7:])

    assert "the lines add up to" in broken(monkeypatch, noting, "StatementLine", off_by_one)


def test_an_amount_that_no_cap_explains_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = noting.StatementLine

    def more(*given: Any) -> Any:
        return whole(*given[:6], given[6] + (given[3] == "motor"), *given[7:])

    assert "no rule and no cap explains -1" in broken(monkeypatch, noting, "StatementLine", more)


def test_a_payment_that_is_forgotten_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    moves = {name: tuple(one for one in signed if one[0] != "paid") for name, signed in statement_lines._MOVES.items()}
    assert "account payable does not add up" in broken(monkeypatch, statement_lines, "_MOVES", moves)


def test_what_is_advanced_must_have_a_line() -> None:
    laid = with_rules({"policy.rules": {"ahead": {"kind": "ahead"}}})
    model = PartnerNetwork(laid, 0, watched=0)
    before = statement_lines.stocks(model, 0)
    model.step()
    accounts = statement_lines.accounts_of(model, 0, before)
    statement_lines.prove(model, 0, statement_lines.lines_of(model, 0), accounts)
    with pytest.raises(LedgerError, match="advanced"):
        statement_lines.prove(model, 0, [], accounts)


# --- words -----------------------------------------------------------------------------------------------------------


def test_every_input_has_a_unit_and_a_label() -> None:
    """Names in `reads` of the package's rules; a new one needs a row in labels.csv and, unless a ratio, a unit."""
    folder = Path(book.__file__).parent
    sources = [path.read_text("utf-8") for path in folder.rglob("*.py")]
    bodies = [
        body
        for text in sources
        for body in re.findall(r"def reads\(.*?\n(.*?)(?=\n    def |\n    @|\n\n\n|\Z)", text, re.DOTALL)
    ]
    named = {name for body in bodies for name in re.findall(r'(?:return |\()"(\w+)", ', body)}
    assert named >= {"premium", "contracts"}
    assert named - RATIOS <= MONEY | COUNTS | BALANCES, "give the new input its unit in sim/policy/inputs.py"
    assert {f"input.{name}" for name in named | MONEY | COUNTS | BALANCES} <= set(labels.table())


def test_every_row_that_closes_a_month_has_a_label() -> None:
    known = set(labels.table())
    assert "closing.statement.statement" in known
    for account, moves in statement_lines._MOVES.items():
        assert {f"closing.{account}", f"closing.{account}.brought_forward"} <= known
        assert {f"closing.{account}.{kind}" for kind, _, _ in moves} <= known
