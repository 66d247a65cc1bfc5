"""Advances, clawback and the ages of contracts played in the market: the books hold, cohort by cohort.

Notation: i row, s month of sale, t month.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.model import PartnerNetwork
from tests.whole.hypotheses import likely, z
from tests.whole.running import monthly, named
from tests.whole.scenarios import P, S, plan

MONTHS = 12
ADVANCE = {"kind": "advance", "months": f"{MONTHS}mo", "rate": 0.3}
SUBSCRIPTIONS: dict[str, Any] = {
    "months": "30mo",
    f"{P}.term": "1mo",
    f"{P}.price": 19.99,
    f"{P}.renewal": [0.8, 0.9],
    f"{S}.partners": 40,
    f"{S}.flow": 6.0,
    "policy.rules": {"base": {"kind": "base", "new": 0.1, "renewal": 0.3}, "early": ADVANCE},
}
TROUBLES: dict[str, dict[str, Any]] = {
    "lapses": {},
    "defaults": {f"{S}.remittance": {"lag": "1mo", "default": 0.04}},
    "leavers": {f"{S}.turnover": {"leave": 0.04}, f"{P}.direct_retention": 0.9, f"{P}.portability": 0.2},
    "vested": {f"{S}.turnover": {"leave": 0.04}, "policy.payment": {"vested_renewals": True}},
    "net": {f"{S}.remittance": {"lag": "2.5mo", "net": True, "discipline": 0.8, "default": 0.02}},
    "cancels": {f"{P}.cancellation": 0.05, f"{P}.term": "3mo", f"{S}.sales": {"law": "poisson"}},
    "entrants": {f"{S}.turnover": {"leave": 0.03, "entry": 1.0}, f"{S}.remittance": {"lag": "1mo", "default": 0.03}},
    "expensed": {"accounts.acquisition": "expensed", f"{S}.turnover": {"leave": 0.04}},
    "warm": {"opening": {"kind": "warm_up", "months": "7mo", "capital": 0.0}},
}


def left(model: PartnerNetwork) -> np.ndarray:
    """What the rule remembers of each partner's advances: int64[n]."""
    steps, last = model.nouns.commission.memory["early"]["steps"][0], model.ordinal - 1
    return sum(steps[(last - age) % MONTHS] * (MONTHS - 1 - age) for age in range(MONTHS))


@pytest.mark.parametrize("trouble", TROUBLES)
def test_every_advance_is_written_down_clawed_back_written_off_or_left(trouble: str) -> None:
    """The engine proves the ledger every month; each partner's account is the sum of its cohorts."""
    model = PartnerNetwork(plan({**SUBSCRIPTIONS, **TROUBLES[trouble]}))
    for _ in range(model.plan.months + model.plan.warm_up):
        model.step()
        fresh = model.table.defaulted  # lost in the month's settlement, forgotten by the rule in the next month
        assert (model.table.advance[0] == np.where(fresh, 0, left(model))).all()
    found = named(model)
    paid, down, back, off = (
        found[f"advance_{name}"].sum() for name in ("paid", "written_down", "clawed_back", "written_off")
    )
    opened = found["balance.advance"][0] - sum(found[f"advance_{n}"][0] * k for n, k in zip(
        ("paid", "written_down", "clawed_back", "written_off"), (1, -1, -1, -1), strict=True))  # fmt: skip
    assert opened + paid == down + back + off + found["balance.advance"][-1]
    assert min(paid, down, back, found["balance.advance"][-1]) > 0
    assert (off > 0) == (trouble in ("defaults", "net", "entrants"))


def test_by_hand_to_the_minor_unit() -> None:
    """One partner sells one subscription of 100 a month for two months; each lapses at age 3.

    An advance of 12 x 30 = 360 on each. Of one sold in month s the steps of 30 of months s, s + 1, s + 2 become cost
    and 270 are owed back in month s + 3. New business earns 10, renewals nothing besides.
    """
    changes = {
        **SUBSCRIPTIONS,
        "months": "6mo",
        f"{S}.partners": 1,
        f"{S}.flow": 1.0,
        f"{P}.price": 100.0,
        f"{P}.renewal": [1.0, 1.0, 0.0],
        "market.demand": {"since": {"2025-01": 1.0, "2025-03": 0.0}},
        "policy.payment": {"delay": "0mo"},
    }
    found = monthly(plan(changes))
    expected = {
        "advance_paid": [360, 360, 0, 0, 0, 0], "advance_written_down": [30, 60, 60, 30, 0, 0],
        "advance_clawed_back": [0, 0, 0, 270, 270, 0], "balance.advance": [330, 630, 570, 270, 0, 0],
        "commission_accrued": [10, 10, 0, 0, 0, 0], "commission_paid": [10, 10, 0, 0, 0, 0],
        "balance.commission_payable": [0, 0, 0, -270, -540, -540],
    }  # fmt: skip
    for name, values in expected.items():
        assert found[name].tolist() == [100 * value for value in values], name


def test_what_a_leaver_owes_is_bad_debt() -> None:
    changes = {
        **SUBSCRIPTIONS,
        "months": "5mo",
        f"{S}.partners": 1,
        f"{S}.flow": 1.0,
        f"{P}.price": 100.0,
        f"{P}.renewal": 1.0,
        f"{S}.turnover": {"leave": {"since": {"2025-01": 0.0, "2025-03": 1.0}}},
        "policy.payment": {"delay": "0mo"},
    }
    found = monthly(plan(changes))
    assert found["advance_clawed_back"].tolist() == [0, 0, 36_000 - 6_000 + 36_000 - 3_000, 0, 0]
    assert found["debit_balance_written_off"].tolist() == [0, 0, 63_000, 0, 0]
    assert found["advance_written_off"].sum() == found["balance.advance"][-1] == 0


def test_what_a_defaulter_had_is_written_off() -> None:
    changes = {
        **SUBSCRIPTIONS,
        "months": "5mo",
        f"{S}.partners": 1,
        f"{S}.flow": 1.0,
        f"{P}.price": 100.0,
        f"{P}.renewal": 1.0,
        f"{S}.remittance": {"lag": "1mo", "default": {"since": {"2025-01": 0.0, "2025-03": 1.0}}},
    }
    found = monthly(plan(changes))
    assert found["advance_written_off"].tolist() == [0, 0, 3 * 36_000 - 3_000 - 6_000 - 9_000, 0, 0]
    assert found["advance_clawed_back"].sum() == found["balance.advance"][-1] == 0


@pytest.mark.parametrize("how", ["deferred", "expensed"])
def test_an_advance_changes_when_commission_is_paid_and_not_how_much(how: str) -> None:
    """All contracts renew to the end of the advance: the same commission as without it, to the rounding of a month."""
    until = {
        "market.demand": {"since": {"2025-01": 1.0, "2025-05": 0.0}},
        f"{P}.renewal": 1.0,
        "accounts.acquisition": how,
    }
    early = monthly(plan({**SUBSCRIPTIONS, **until}))
    plain = monthly(plan({**SUBSCRIPTIONS, **until, "policy.rules": {"base": SUBSCRIPTIONS["policy.rules"]["base"]}}))
    cost = [np.cumsum(one["commission_amortised"] + one["advance_written_down"]) for one in (early, plain)]
    assert early["balance.advance"][-1] == 0
    assert abs(cost[0][-1] - cost[1][-1]) <= 40 * 4 * 12  # partners, cohorts, renewals
    cash = early["balance.cash"] - plain["balance.cash"]
    assert cash[3] < -early["balance.advance"][3] / 2
    assert abs(cash[-1]) <= 40 * 4 * 12


def test_lapses_cost_what_the_survival_of_contracts_says() -> None:
    """Expected share of an advance that comes back: sum over months j of the chance to lapse then x (m - j) / m."""
    alive, back, square = 1.0, 0.0, 0.0
    for age in range(1, MONTHS):
        chance, rest = 0.8 if age == 1 else 0.9, (MONTHS - age) / MONTHS
        back += alive * (1 - chance) * rest
        square += alive * (1 - chance) * rest**2
        alive *= chance
    variance = square - back**2
    only = {"market.demand": {"since": {"2025-01": 1.0, "2025-02": 0.0}}, f"{S}.partners": 400, "months": "13mo"}
    found = monthly(plan({**SUBSCRIPTIONS, **only}))
    share = found["advance_clawed_back"].sum() / found["advance_paid"].sum()
    likely(z(share, back, np.sqrt(variance / 2_400)), "share of advances that comes back")


def test_clawback_in_the_market() -> None:
    """Every subscription lapses after a month: with two months in full nothing is kept of the commission on sales."""
    rules = {"base": {"kind": "base", "new": 0.25}, "back": {"kind": "clawback", "window": "2mo", "how": "full"}}
    changes = {
        **SUBSCRIPTIONS,
        f"{P}.renewal": 0.0,
        "policy.rules": rules,
        "market.demand": {"since": {"2025-01": 1.0, "2026-01": 0.0}},
    }
    found = monthly(plan(changes))
    assert found["commission_accrued"].sum() == found["commission_reversed"].sum() > 0
    assert found["commission_reversed"][1:13].tolist() == found["commission_accrued"][:12].tolist()


@pytest.mark.parametrize("unearned", ["pro_rata", "none"])
def test_both_clawbacks_take_no_more_than_the_window_says(unearned: str) -> None:
    """Annual contracts, cancelled: over a run the two together take back the part of the window that is left."""
    rules = {"base": {"kind": "base", "new": 0.24}, "back": {"kind": "clawback", "window": "12mo"}}
    changes = {
        "months": "12mo",
        f"{P}.cancellation": 0.06,
        f"{P}.price": 120.0,
        f"{S}.partners": 50,
        f"{S}.flow": 40.0,
        "policy.rules": rules,
        "policy.payment": {"clawback": unearned},
        "market.demand": {"since": {"2025-01": 1.0, "2025-02": 0.0}},
    }
    found = monthly(plan(changes))
    for age in range(12):
        due = found["cancelled_contracts"][age] * 2_880 * (12 - age) / 12
        taken = found["commission_clawed_back"][age] + found["commission_reversed"][age]
        assert abs(taken - due) <= 50
    assert (found["commission_clawed_back"].sum() > 0) == (unearned == "pro_rata")
