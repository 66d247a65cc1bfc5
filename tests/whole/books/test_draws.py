"""Draws, and rules about the commission of named rules, through the simulator: the books hold, partner by partner.

Notation: i row, t month.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.model import PartnerNetwork
from sim.runs.replicate import replicate
from tests.whole.running import monthly, named
from tests.whole.scenarios import P, S, plan

DRAW = {"kind": "draw", "per_month": 50}
BASE = {"kind": "base", "new": 0.2}
SELLERS: dict[str, Any] = {
    "months": "30mo",
    f"{P}.term": "12mo",
    f"{S}.partners": 40,
    f"{S}.flow": 2.0,
    f"{S}.sales": {"law": "poisson"},
    "policy.rules": {"base": BASE, "draw": DRAW},
}
TROUBLES: dict[str, dict[str, Any]] = {
    "plain": {},
    "defaults": {f"{S}.remittance": {"lag": "1mo", "default": 0.04}},
    "leavers": {f"{S}.turnover": {"leave": 0.04}},
    "net": {f"{S}.remittance": {"lag": "2.5mo", "net": True, "discipline": 0.8, "default": 0.02}},
    "cancels": {f"{P}.cancellation": 0.1, "policy.rules": {
        "base": BASE, "draw": DRAW | {"limit": 120}, "back": {"kind": "clawback", "window": "6mo", "how": "full"}}},
    "entrants": {f"{S}.turnover": {"leave": 0.03, "entry": 1.0}, "policy.rules": {
        "base": BASE, "draw": DRAW | {"months": "3mo", "on_leaving": "forgiven"}}},
    "forgiven": {"policy.rules": {"base": BASE, "draw": DRAW | {"settled": "quarter"}}},
    "due": {"policy.rules": {"base": BASE, "draw": DRAW | {"settled": "contract_year", "open_then": "due"}}},
    "ended": {"policy.rules": {"base": BASE, "draw": DRAW | {"effective_until": "2025-09"}}},
    "onload": {f"{P}.expenses": {"onload": 0.3}, f"{S}.turnover": {"leave": 0.04},
               f"{S}.remittance": {"lag": "1mo", "default": 0.02}},
    "expensed": {"accounts.acquisition": "expensed", f"{S}.turnover": {"leave": 0.04}},
    "warm": {"opening": {"kind": "warm_up", "months": "7mo", "capital": 0.0}},
}  # fmt: skip


@pytest.mark.parametrize("trouble", TROUBLES)
def test_every_draw_is_owed_back_written_off_or_open(trouble: str) -> None:
    """The engine proves the ledger every month; each partner's account is what the rule remembers as open."""
    model = PartnerNetwork(plan({**SELLERS, **TROUBLES[trouble]}))
    for _ in range(model.plan.months + model.plan.warm_up):
        model.step()
        fresh = model.table.defaulted  # lost in the month's settlement, forgotten by the rule in the next month
        held = model.nouns.commission.memory["draw"]["open"][0]
        assert (model.table.advance[0] == np.where(fresh, 0, held)).all()
    found = named(model)
    drawn, back, off = (found[f"advance_{name}"] for name in ("drawn", "clawed_back", "written_off"))
    opened = found["balance.advance"][0] - drawn[0] + back[0] + off[0]
    assert opened + drawn.sum() == back.sum() + off.sum() + found["balance.advance"][-1]
    assert drawn.sum() > 0 < back.sum() and found["advance_paid"].sum() == found["advance_written_down"].sum() == 0
    assert (off.sum() > 0) == (trouble in ("defaults", "net", "onload"))


def test_by_hand_to_the_minor_unit() -> None:
    """One partner sells 1, 1, 4, 4 and 1 contracts of 100 at 20 %; a draw of 50 is paid every month, no more, no less.

    Of 20 and 20 it draws 30 and 30, of 80 and 80 it owes 30 and 30 back, and draws 30 again.
    """
    changes = {
        **SELLERS, "months": "5mo", f"{S}.partners": 1, f"{S}.flow": 1.0, f"{S}.sales": {"law": "fixed"},
        "market.demand": {"since": {"2025-01": 1.0, "2025-03": 4.0, "2025-05": 1.0}},
        "policy.payment": {"delay": "0mo"},
    }  # fmt: skip
    found = monthly(plan(changes))
    expected = {
        "commission_accrued": [20, 20, 80, 80, 20], "advance_drawn": [30, 30, 0, 0, 30],
        "advance_clawed_back": [0, 0, 30, 30, 0], "balance.advance": [30, 60, 30, 0, 30],
        "commission_paid": [50] * 5, "balance.commission_payable": [0] * 5,
    }  # fmt: skip
    for name, values in expected.items():
        assert found[name].tolist() == [100 * value for value in values], name


def one_partner(rules: dict[str, Any], **changes: Any) -> dict[str, np.ndarray]:
    """A partner that sells one contract of 100 a month; keyword names are below the product."""
    below = {f"{P}.{name}": value for name, value in changes.items()}
    terms = {f"{S}.partners": 1, "months": "12mo", "policy.rules": rules, "policy.payment": {"clawback": "none"}}
    return monthly(plan({**terms, **below}))


def test_part_of_one_rule_is_held_back() -> None:
    bonus = {"kind": "share_bonus", "new": 0.1}
    kept = {"kind": "holdback", "rules": ["bonus"], "share": 0.5, "months": "2mo"}
    found = one_partner({"base": BASE, "bonus": bonus, "kept": kept})
    assert found["holdback_kept"].tolist() == [500] * 12
    assert found["holdback_released"].tolist() == [0] * 3 + [500] * 9


def test_clawbacks_side_by_side_take_what_one_takes() -> None:
    """By parts or in one: the same sum to the minor unit; the launch bonus alone, only its own."""
    rules = {"base": BASE, "bonus": {"kind": "share_bonus", "new": 0.1}}
    full = {"kind": "clawback", "window": "6mo", "how": "full"}
    whole = one_partner({**rules, "back": full}, cancellation=0.2)
    parts = one_partner({**rules, "back": full, "z": full | {"rules": ["bonus"]}}, cancellation=0.2)
    alone = one_partner({**rules, "z": full | {"rules": ["bonus"]}}, cancellation=0.2)
    assert whole["commission_reversed"].sum() > 0
    assert np.array_equal(whole["commission_reversed"], parts["commission_reversed"])
    assert np.array_equal(whole["commission_reversed"], 3 * alone["commission_reversed"])


def test_a_cap_that_names_all_defers_as_one_of_all() -> None:
    """What a limit of named rules cuts is taken off what is deferred of them, and refunds take back what is left."""
    rules = {"base": BASE, "bonus": {"kind": "share_bonus", "new": 0.1}}
    changes = {f"{S}.partners": 20, f"{S}.sales": {"law": "poisson"}, f"{P}.cancellation": 0.1}
    caps = ({"kind": "cap", "per_month": 40, **names} for names in ({}, {"rules": ["base", "bonus"]}))
    found = [monthly(plan({**changes, "policy.rules": rules | {"cap": cap}})) for cap in caps]
    assert found[0]["commission_clawed_back"].sum() > 0 < found[0]["commission_reversed"].sum()
    assert all(np.array_equal(series, found[1][name], equal_nan=True) for name, series in found[0].items())


def test_what_is_carried_is_off_the_run_off_value() -> None:
    """20 a month under a cap of 10: 10 more are carried each month, in no account but off the value."""
    cap = {"kind": "cap", "per_month": 10, "excess": "carried"}
    changes = {f"{S}.partners": 1, "policy.rules": {"base": BASE, "cap": cap}}
    lost, carried = (monthly(plan({**changes, "policy.rules.cap.excess": how})) for how in ("lost", "carried"))
    assert np.array_equal(lost["equity"], carried["equity"])
    assert (lost["run_off_value"] - carried["run_off_value"]).tolist() == [1_000 * t for t in range(1, 13)]


@pytest.mark.parametrize("trouble", ["entrants", "due"])
def test_a_batch_gives_the_same(trouble: str) -> None:
    rules = {
        **TROUBLES[trouble]["policy.rules"], "bonus": {"kind": "share_bonus", "new": 0.1},
        "most": {"kind": "cap", "rules": ["bonus"], "per_quarter": 60, "excess": "carried"},
        "least": {"kind": "floor", "rules": ["base"], "per_month": 10, "settled": "year", "settlement": "at_end"},
        "back": {"kind": "clawback", "rules": ["bonus"], "window": "3mo", "how": "full"},
        "kept": {"kind": "holdback", "rules": ["bonus"], "share": 0.5, "months": "2mo"},
    }  # fmt: skip
    laid = plan({**SELLERS, **TROUBLES[trouble], "policy.rules": rules, f"{P}.cancellation": 0.1})
    alone, together = (list(replicate(laid, range(3), most=most)) for most in (1, 3))
    assert [one.monthly.tobytes() for one in alone] == [one.monthly.tobytes() for one in together]
