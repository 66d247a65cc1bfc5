"""Tax and social charges on commission: due on all of it, paid when it is paid, back with what comes back.

Where all products have one onload theta, what is owed of it is theta x (commission owed and held back, less advances),
whatever happens; the cost is theta x that of commission.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sim
from sim.engine.model import PartnerNetwork
from sim.policy.onload import charged, mean
from sim.policy.trial import Person, Trial
from sim.results.account_series import Books as AccountSeries
from sim.results.contribution import COMPONENTS, Contributions
from sim.settlement.onload_due import Advances, Settled, of_advances, settle
from tests.policy.test_properties import JANUARY, policy
from tests.whole.books.test_net_tiers import FIGURES, commission, field
from tests.whole.running import Reals, named
from tests.whole.scenarios import EVERYTHING, plan

THETA = 0.25
EVERY_COST = "commission_amortised commission_expensed advance_written_down"
RULES = {
    "volume": {
        "kind": "tiers", "window": "quarter", "role": "bonus",
        "scale": {"kind": "retroactive", "brackets": [{"above": 0, "rate": 0.01}, {"above": 3_000, "rate": 0.04}]},
        "products": ["service"],
    },
    "bonus": {"kind": "fixed_bonus", "amount": 30, "least": 2},
    "early": {"kind": "advance", "months": "6mo", "rate": 0.1, "products": ["service"]},
    "back": {"kind": "clawback", "window": "3mo", "products": ["motor"]},
    "held": {"kind": "holdback", "share": 0.2, "months": "1mo", "forfeited_on_leaving": True},
    "upline": {"kind": "levels", "rates": [0.02]},
    "net": {"kind": "network_fee", "share": 0.01, "of": "premium"},
}  # fmt: skip


def test_true_ups() -> None:
    """45 000 of commission in a quarter, 8 000 of it true-ups: onload 13 500; what is paid of it follows the pay."""
    found = field("d01_onload_trueup")
    assert commission(found) == 4_500_000 and found["onload_accrued"].sum() == 1_350_000
    assert (found["onload_paid"] == 0.3 * found["commission_paid"]).all()
    assert found["equity"][-1] - 100_000_000 == 0.5 * 30_000_000 - 1.3 * 4_500_000


def test_fixed_sums() -> None:
    """2 000 on premium and 1 000 a month besides."""
    assert field("e01_onload_bonus")["onload_amortised"].tolist() == [90_000] * 3


def test_what_is_taken_back_takes_its_onload_along() -> None:
    found = field("c14_cancel")
    kept = found["onload_accrued"].sum() - found["onload_taken_back"].sum()
    assert kept == pytest.approx(0.3 * commission(found), abs=20)
    assert found["onload_amortised"].sum() - found["onload_reversed"].sum() == kept
    assert found["balance.onload_payable"][-1] == pytest.approx(0.3 * found["balance.commission_payable"][-1], abs=20)


def everything(clawback: str, acquisition: str, **rates: float) -> dict[str, Reals]:
    changes: dict[str, Any] = {f"products.{name}.expenses.onload": rate for name, rate in rates.items()}
    rules = {**EVERYTHING["policy"]["rules"], **RULES}
    changes |= {"policy.rules": rules, "policy.payment": {"clawback": clawback}, "accounts.acquisition": acquisition}
    model = PartnerNetwork(plan({**changes, "months": "14mo"}, EVERYTHING))
    model.run()
    return named(model)


@pytest.mark.parametrize("acquisition", ["deferred", "expensed"])
@pytest.mark.parametrize("clawback", ["pro_rata", "none"])
def test_onload_is_theta_of_commission_in_all_that_happens(clawback: str, acquisition: str) -> None:
    """Levels, fees, true-ups, fixed sums, advances, holdback, clawback, defaults: in each month, but for rounding."""
    rates = dict.fromkeys(EVERYTHING["products"], THETA)
    found = everything(clawback, acquisition, **rates)
    happened = "advance_clawed_back advance_written_off debit_balance_written_off holdback_set_off holdback_forfeited"
    assert all(found[name].any() for name in happened.split())
    owed = found["balance.commission_payable"] + found["balance.holdback"] - found["balance.advance"]
    few = 200  # lines of a partner are rounded one by one
    assert found["balance.onload_payable"] == pytest.approx(THETA * owed, abs=few)
    lost = found["debit_balance_written_off"] + found["advance_written_off"]
    assert found["onload_written_off"] == pytest.approx(THETA * lost, abs=few)
    cost = sum(found[name] for name in EVERY_COST.split())
    cost = cost - found["commission_reversed"] - found["holdback_forfeited"]
    onload = found["onload_amortised"] - found["onload_reversed"]
    assert onload == pytest.approx(THETA * cost, abs=few)


def test_products_may_differ() -> None:
    """The books are proven by the ledger in every month; more of the dearer product costs more."""
    few, more = (everything("pro_rata", "deferred", motor=0.1, travel=0.3, service=one) for one in (0.0, 0.4))
    assert more["onload_accrued"].sum() > few["onload_accrued"].sum() > 0


# --- by hand ----------------------------------------------------------------------------------------------------------


def test_sums_of_no_product_bear_the_mean_of_those_covered() -> None:
    """10 % and 40 %: by premium 300 to 100 of the month 17.5 %, 25 % where nothing is written; of one alone its own."""
    trial = Trial(policy({}), {"hull": 12, "travel": 0}, [Person("a"), Person("b")])
    facts, rates, cells = trial.facts(JANUARY), np.array([0.1, 0.4]), np.array([[True, False], [True, False]])
    facts.premium_new[:, 0] = 300, 100
    for covered, expected in ((cells, [17_500, 25_000, 0]), (cells & [[False], [True]], [40_000, 40_000, 0])):
        statement = trial.month(facts)
        statement.onload, statement.onload_advanced = np.zeros((2, 1, 3), dtype=np.int64)
        with charged(statement, facts, covered, None, rates):
            statement.true_up(np.array([100_000, 100_000, 0]))
        assert statement.onload[0].tolist() == expected
    assert mean(rates, np.array([[0, 3], [0, 1]])).tolist() == pytest.approx([0.25, 0.175])


def test_written_off_with_a_debit_balance_and_paid_in_proportion() -> None:
    """Of 100 owed 60 are paid; a debit balance of 50 is lost with its 15; what losses have set off is due at once."""
    owed = np.array([30, -15, 6, 0])
    left, paid, lost = np.array([40, 0, -20, 0]), np.array([60, 0, 0, 10]), np.array([0, 50, 0, 0])
    settled = Settled(left, paid, np.zeros(4, dtype=np.int64), lost)
    found = settle(owed, settled, 0.3, 0.3)
    assert [one.tolist() for one in found] == [[18, 0, 6, 0], [0, 0, 0, 0], [0, 15, 0, 0]]
    assert owed.tolist() == [12, 0, 0, 0]


def test_onload_paid_ahead_goes_with_its_advance() -> None:
    """30 on an advance of 100: 25 become cost, 25 go back, 25 are lost, 25 stay."""
    ahead, quarter = np.array([30]), np.array([25])
    parts = of_advances(ahead, Advances(quarter, quarter, quarter, quarter))
    assert sum(part[0] for part in parts) + ahead[0] == 30 and ahead[0] == 8
    assert [part[0] for part in parts] == pytest.approx([7.5] * 3, abs=0.6)


@pytest.mark.parametrize("name", ["c14_cancel", "d01_onload_trueup", "e04_tier_cancel", "g02_trueup_dac"])
def test_a_product_bears_its_commission_with_onload_and_true_ups(name: str) -> None:
    """The only product and the only type of partner bear all of it, month by month, and come to the result."""
    cube = sim.run(sim.load(FIGURES / f"{name}.yaml"), workers=1).cube
    found, cost = Contributions(cube, period=1), AccountSeries(cube).movement["commission"]
    for one in (found.by_product, found.by_segment):
        assert one.amounts[COMPONENTS.index("commission")].sum(axis=0).tolist() == (-100 * cost).round().tolist()
    own = cube.series("commission_cost.line")
    premium = found.by_product.amounts[COMPONENTS.index("premium_earned")][0]
    assert (own >= 0).all() and (own <= premium / 100).all()
