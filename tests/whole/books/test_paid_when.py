"""Premium that comes in in parts, commission that waits for it, tax on what is paid, discount, marketing money.

The simulator pays in each month what a worked case of the same agreement does; every flow is proven as it is posted.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.model import PartnerNetwork
from sim.judgement.explain import statement
from sim.money.flows import FLOWS
from sim.runs.replicate import replicate
from sim.settlement import settle
from sim.worked.example import cases_model
from sim.worked.play_example import play
from tests.whole.running import Reals, monthly, named
from tests.whole.scenarios import EVERYTHING, P, S, plan
from tests.whole.test_invariants import check_books

MONTHS = 12
A_MONTH = 1000.0  # of premium: one partner sells ten contracts of 100
ONE: dict[str, Any] = {
    f"{S}.partners": 1, f"{S}.flow": 10.0, f"{P}.term": "0mo", "opening.capital": 1e6,
    f"{S}.cost_of_money": 0.12,
}  # fmt: skip
BASE = {"kind": "base", "new": 0.1}
ALL_AT_ONCE: dict[str, Any] = {
    "products.motor.instalments": [0.4, 0.3, 0.3], "products.travel.instalments": [0.0, 1.0], "months": "14mo",
    "segments.banks.sales.law": "fixed",
}  # fmt: skip
RULES: dict[str, Any] = {
    "wait": {"kind": "collected", "when": "in_full", "after": "1mo", "segments": ["banks"]},
    "speed": {"kind": "collection_rate", "role": "bonus", "rates": [{"within": "1mo", "rate": 0.03}], "later": 0.01},
    "vat": {
        "kind": "commission_tax", "vat": 0.2, "recoverable": 0.5, "withheld": 0.1, "segments": ["banks", "dealers"],
    },
    "abroad": {
        "kind": "commission_tax", "vat": 0.2, "recoverable": 0.3, "reverse_charge": True, "segments": ["brokers"],
    },
    "coop": {"kind": "marketing_fund", "share": 0.02, "within": "2mo", "claimed": 0.3},
    "early": {"kind": "early_payment_discount", "rate": 0.03, "within": "0mo", "segments": ["banks", "dealers"]},
}  # fmt: skip


def simulated(rules: dict[str, Any], **changes: Any) -> dict[str, Reals]:
    below = {name.replace("__", "."): value for name, value in changes.items()}
    return monthly(plan({**ONE, "policy.rules": {"base": BASE, **rules}, **below}))


def by_hand(rules: dict[str, Any], months: list[dict[str, Any]]) -> list[float]:
    """What a worked case of the same agreement pays month by month, minor units."""
    case = {
        "source": "the simulator", "text": "the same by hand", "products": {"line": {"term": "0mo"}},
        "rules": {"base": BASE, **rules}, "months": months, "expected": {"paid": 0},
    }  # fmt: skip
    played = play(cases_model().model_validate({"schema": 1, "cases": {"one": case}}).cases["one"])
    return [float(played.months[month]["partner", "paid"]) for month in sorted(played.months)]


@pytest.mark.parametrize(
    "rules",
    [
        {"least": {"kind": "minimum_payout", "amount": 250.0}},
        {"kept": {"kind": "holdback", "share": 0.2, "months": "3mo"}},
        {"check": {"kind": "approval", "months": "2mo"}, "slow": {"kind": "payout_calendar", "every": "quarter"}},
        {"kept": {"kind": "holdback", "share": 0.3, "months": "2mo", "effective_from": "2025-04"}},
    ],
    ids=["least payout", "holdback", "approval and calendar", "dated holdback"],
)
def test_terms_of_payment_are_those_of_a_worked_case(rules: dict[str, Any]) -> None:
    paid = by_hand(rules, [{"times": MONTHS, "facts": {"premium_new": A_MONTH}}])
    assert any(paid) and simulated(rules)["commission_paid"].tolist() == paid


@pytest.mark.parametrize(("when", "after"), [("in_full", "0mo"), ("in_proportion", "0mo"), ("in_full", "1mo")])
def test_commission_waits_for_instalments(when: str, after: str) -> None:
    """Half is paid at once, a quarter in each of the next two months: 50, 75, 100, ... or 0, 0, 100, ..."""
    rules = {"wait": {"kind": "collected", "when": when, "after": after}}
    found = simulated(rules, products__line__instalments=[0.5, 0.25, 0.25])
    paid, months = found["commission_paid"].tolist(), MONTHS - (after == "1mo")
    expected = [5_000, 7_500] if when == "in_proportion" else [0, 0]
    assert paid[-months:] == [*expected, *[10_000] * (months - 2)]
    assert found["balance.instalments"].tolist() == [50_000, *[75_000] * (MONTHS - 1)]
    assert found["premium_remitted"].tolist() == [50_000, 75_000, *[100_000] * (MONTHS - 2)]
    shares = {"0": A_MONTH / 2, "1": A_MONTH / 4, "2": A_MONTH / 4}
    came = [{age: share for age, share in shares.items() if int(age) <= month} for month in range(MONTHS)]
    assert by_hand(rules, [{"facts": {"premium_new": A_MONTH, "collected": one}} for one in came]) == paid


def test_tax_is_apart_from_commission() -> None:
    """20 % on 100 are 20, of which a quarter is our cost; 10 % withheld; the state settles both a month later."""
    tax = {"kind": "commission_tax", "vat": 0.2, "recoverable": 0.75, "withheld": 0.1}
    found, without = simulated({"tax": tax}), simulated({})
    for name in ("commission_accrued", "commission_paid", "balance.commission_payable"):
        assert found[name].tolist() == without[name].tolist()
    assert found["vat_paid"].tolist() == [0, *[1_500] * 11] and found["vat_borne"].tolist() == [0, *[500] * 11]
    assert found["commission_tax_withheld"].tolist() == [0, *[1_000] * 11]
    assert found["vat_recovered"].tolist() == [0, 0, *[1_500] * 10]
    assert found["tax_owed_paid"].tolist() == [0, 0, *[1_000] * 10]
    assert without["equity"][-1] - found["equity"][-1] == 11 * 500


def test_reverse_charge_moves_money_between_us_and_the_state_alone() -> None:
    tax = {"kind": "commission_tax", "vat": 0.2, "recoverable": 0.75, "reverse_charge": True}
    found = simulated({"tax": tax})
    assert not found["vat_paid"].any() and not found["vat_borne"].any()
    assert found["vat_reverse_charged"].tolist() == [0, *[1_500] * 11]
    assert found["tax_owed_paid"].tolist() == [0, 0, *[2_000] * 10]


def test_marketing_fund_is_cost_as_it_accrues_and_no_commission() -> None:
    """20 a month, a quarter of the fund claimed: 5 of 20; 8.75 of 35, and 6.25 expire; then 10 of 40, and 10 expire."""
    fund = {"kind": "marketing_fund", "share": 0.02, "within": "1mo", "claimed": 0.25}
    found, without = simulated({"coop": fund}), simulated({})
    assert found["commission_accrued"].tolist() == without["commission_accrued"].tolist()
    assert found["fund_paid"].tolist() == [500, 875, *[1_000] * 10]
    assert found["fund_expired"].tolist() == [0, 625, *[1_000] * 10]
    assert found["fund_accrued"].sum() == 24_000
    cost = found["fund_accrued"].sum() - found["fund_expired"].sum()
    assert without["equity"][-1] - found["equity"][-1] == cost


def test_early_discount_is_taken_where_it_is_worth_it() -> None:
    """2 % for remitting two months sooner, at 12 % a year: 2/98 is a hair more than 2 %, so it pays; 1 % does not."""
    lag = {"segments__agents__remittance": {"lag": "2mo"}}
    taken = simulated({"early": {"kind": "early_payment_discount", "rate": 0.02}}, **lag)
    left = simulated({"early": {"kind": "early_payment_discount", "rate": 0.01}}, **lag)
    assert taken["discount_taken"].tolist() == [2_000] * MONTHS
    assert taken["premium_remitted"].tolist() == [98_000] * MONTHS
    assert not left["discount_taken"].any() and left["premium_remitted"].tolist() == [0, 0, *[100_000] * 10]
    assert taken["commission_paid"].tolist() == left["commission_paid"].tolist()


def test_rates_by_months_to_collect() -> None:
    """Half at once at 10 %, half a month later at 6 %: 50 and 30 a month, each a month after it has come in."""
    rates = {"kind": "collection_rate", "rates": [{"within": "0mo", "rate": 0.1}, {"within": "1mo", "rate": 0.06}]}
    found = simulated({"speed": rates, "base": BASE}, products__line__instalments=[0.5, 0.5])
    assert found["commission_expensed"].tolist() == [0, 5_000, *[8_000] * 10]
    assert not found["commission_accrued"].any()


def test_late_partners_earn_the_rate_of_the_month_in_which_they_pay() -> None:
    """What a partner owes it remits in one sum; each part of it earns by its own age, and all of it is told once."""
    rates = {"kind": "collection_rate", "rates": [{"within": "0mo", "rate": 0.1}], "later": 0.01}
    late = {"segments__agents__remittance": {"lag": "0mo", "discipline": 0.5}}
    found = simulated({"speed": rates, "base": BASE}, **late)
    came = found["premium_remitted"][:-1]
    in_time, overdue = np.minimum(came, 100_000), np.maximum(came - 100_000, 0)
    assert (came == 0).any() and overdue.any()
    assert found["commission_expensed"][1:].tolist() == (0.1 * in_time + 0.01 * overdue).tolist()


def test_all_of_it_together_foots_in_batches() -> None:
    """Every identity of the books, and three replications in one table the same as one by one, to the last bit."""
    laid = plan({**ALL_AT_ONCE, "policy.rules": {**EVERYTHING["policy"]["rules"], **RULES}}, EVERYTHING)
    alone = {one.number: one for one in replicate(laid, range(3), most=1)}
    for one in replicate(laid, range(3), most=3):
        assert one.monthly.tobytes() == alone[one.number].monthly.tobytes()
    found = monthly(laid)
    check_books(found, opened=False)
    used = "premium_on_instalments vat_borne vat_reverse_borne commission_tax_withheld fund_paid fund_expired"
    assert all(found[name].any() for name in (*used.split(), "discount_taken", "instalment_paid"))


def test_what_is_off_changes_nothing() -> None:
    """Premium that is all paid at once, and commission as collected of it, are as if nothing were said."""
    model = PartnerNetwork(plan({"products.motor.instalments": [1.0]}, EVERYTHING))
    assert not any(model.table.array(name).size for name in ("instalments", "premium_sold", "due_discount", "vat"))
    model.run()
    before, after = monthly(plan({}, EVERYTHING)), named(model)
    assert all(before[name].tobytes() == after[name].tobytes() for name in before)
    off = [flow.label for flow in FLOWS if flow.label.startswith(("vat", "fund", "tax_owed", "discount", "instalment"))]
    assert len(off) > 8 and not any(after[name].any() for name in off)


def test_the_statement_of_a_partner_shows_tax_and_fund_apart() -> None:
    """100 paid in February with 20 on top and 10 withheld, 110; a fund of 20 a month, of which a quarter is claimed."""
    rules = {
        "base": BASE, "tax": {"kind": "commission_tax", "vat": 0.2, "withheld": 0.1},
        "coop": {"kind": "marketing_fund", "share": 0.02, "within": "1mo", "claimed": 0.25},
    }  # fmt: skip
    found = statement(plan({**ONE, "policy.rules": rules}), "agents-1", month="2025-02")
    rows = {(row.phase, row.kind): float(row.amount) for row in found.itertuples() if not row.rule}
    assert (rows["payout", "commission"], rows["payout", "vat"]) == (100.0, 20.0)
    assert (rows["payout", "withheld"], rows["payout", "balance"]) == (-10.0, 110.0)
    assert (rows["fund", "brought_forward"], rows["fund", "accrued"], rows["fund", "paid"]) == (15.0, 20.0, -8.75)
    assert (rows["fund", "expired"], rows["fund", "balance"]) == (-6.25, 20.0)
    assert rows["statement", "statement"] == 100.0


@pytest.mark.parametrize("when", ["in_full", "in_proportion"])
def test_sums_for_sales_wait_with_their_premium(when: str) -> None:
    """10 % and 5 for each of ten sales, 150 a month; a bonus of 30 a month does not wait."""
    rules = {
        "fee": {"kind": "fixed_fee", "per": "sale", "amount": 5.0}, "sum": {"kind": "fixed_bonus", "amount": 30.0},
        "wait": {"kind": "collected", "when": when},
    }  # fmt: skip
    found = simulated(rules, products__line__instalments=[0.5, 0.5])
    first = 7_500 if when == "in_proportion" else 0
    assert found["commission_paid"].tolist() == [first, *[18_000] * (MONTHS - 1)]
    halves = {"0": A_MONTH / 2, "1": A_MONTH / 2}
    came = [{age: share for age, share in halves.items() if int(age) <= month} for month in range(MONTHS)]
    months = [{"facts": {"premium_new": A_MONTH, "new": 10, "collected": one}} for one in came]
    assert by_hand(rules, months) == found["commission_paid"].tolist()


def test_a_net_partner_may_set_off_what_it_owes_back() -> None:
    """A tenth cancels each month. Kept in full, what comes back waits for ever; set off, it never grows old."""
    returning = {**ONE, f"{P}.term": "12mo", f"{P}.cancellation": 0.1, "months": "24mo", "policy.rules": {"base": BASE}}
    lag = {"lag": "1mo", "net": True}
    kept, less = (monthly(plan({**returning, f"{S}.remittance": {**lag, "sets_off": one}})) for one in (False, True))
    assert kept["equity"].tolist() == less["equity"].tolist()
    owed = kept["overdue_90_days"][-1]
    assert owed > 0.0 and not less["overdue_90_days"].any()
    gross = monthly(plan({**returning, f"{S}.remittance": {"lag": "1mo"}}))
    assert less["balance.cash"][-1] == pytest.approx(gross["balance.cash"][-1], rel=1e-3)
    assert less["balance.cash"][-1] > kept["balance.cash"][-1]


def test_setting_off_by_hand() -> None:
    """120 would be kept: 30 owed back leave 90, of 500 the whole goes; a batch that rolls on sets nothing off."""
    due, arrears, account = (
        np.array(values) for values in ([100, 100, 100, -50], [20, 20, 20, 0], [-30, -500, -30, -9])
    )
    settle.set_off(
        np.array([0, 4], dtype=np.uint64), np.array([0.5]), np.array([True]), np.array([0.1, 0.1, 0.9, 0.1]), due,
        arrears, account,
    )  # fmt: skip
    assert (due + arrears).tolist() == [90, 0, 120, -50] and account.tolist() == [0, -380, -30, -9]
