"""Many network brokers and their agents: conservation, cohorts, scattering, crisis, and the loss by joining date."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.engine.model import PartnerNetwork
from sim.partners.columns import ACTIVE, DEFAULTED, LEFT
from sim.theory import pyramid
from tests.whole.network_brokers import MANY, Changes, broker, follow, month, months_of
from tests.whole.running import monthly, named
from tests.whole.scenarios import CHOICE, P, S, plan

# --- many brokers ----------------------------------------------------------------------------------------------------

DEPOSITS: Changes = {
    "policy.deposits": {"segments": ["agents"], "value_of_blank": 80.0, "multiple": 4.0, "interest": 0.06},
    f"{P}.price_cv": 0.0,
}


@pytest.mark.parametrize("more", [{}, DEPOSITS], ids=["alone", "with deposits"])
def test_brokers_cash_is_conserved(more: Changes) -> None:
    """Poisson sales, random prices, renewals, rivals, entrants, leavers, defaults: every kopeck of cash has a way."""
    flows, held, pledged = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64), 0
    for model in months_of(plan({**MANY, **more})):
        table, one = model.table, model.nouns.channels.networks[0]
        here = one.rows
        opening = 2_000_000 * one.begins
        overhead = 50_000 * table.present[here]
        out = table.agents_paid[0, here] + overhead + table.broker_to_us[0, here] + table.broker_to_others[0, here]
        out = out + (table.deposit_in - table.deposit_out - table.deposit_interest)[:, here].sum(axis=0)
        flows = flows + opening + table.broker_premium[0, here] + table.paid[here] - out
        held, failed = table.broker_cash[0, here], one.agents.failed
        assert (held == flows)[~failed].all()  # what a failed broker gets back of its deposit is its owner's
        alive = table.status[here] == ACTIVE
        pledged += int(table.deposit[:, here].sum())
        assert (table.remitted[here][alive] >= 0).all() and (table.receivable[here] >= 0).all()
        assert (table.remitted[here] == table.broker_to_us[0, here]).all()
    assert (pledged > 0) == bool(more)
    assert 5 < failed.sum() < failed.size and (model.table.status[here] == LEFT).any()
    assert (held[failed] <= 0).all()


def test_cohorts_add_up_to_the_agents() -> None:
    """Joining, leaving, scattering: the agents of a broker are those of its cohorts; the flow is theirs."""
    scattered = False
    for model in months_of(plan(MANY)):
        one, agents = model.nouns.channels.networks[0], model.nouns.channels.networks[0].agents
        on = agents.number > 0
        assert agents.staying.sum(axis=0)[on] == pytest.approx(agents.number[on], rel=1e-12)
        assert (agents.staying <= agents.joined * (1 + 1e-12)).all()
        selling = model.table.present[one.rows]
        assert model.population.flow[one.rows] == pytest.approx(agents.start * 2.0, rel=1e-15)
        scattered |= bool(one.agents.failed.any()) and bool((agents.number > 3.0 * agents.start).any())
        assert one.selling[0] == pytest.approx(model.nouns.channels.flow[one.rows][selling].sum() / 2.0, rel=1e-12)
    assert scattered


def test_agents_follow_their_recursion() -> None:
    """A' = A (1 + gamma (a - a_market)(1 - A / ceiling) - delta), against the closed recursion."""
    network = {"promised": 0.25, "market_rate": 0.15, "agents": 50, "growth": 3.0, "ceiling": 4.0, "leave": 0.05}
    changes = {
        "months": "40mo",
        f"{S}.partners": 1,
        f"{S}.flow": None,
        f"{S}.network": network,
        f"{CHOICE}.pull": 1.0,
        "policy.rules.base.new": 0.4,
    }
    changes[f"{S}.remittance"] = {"lag": "1mo", "net": True}
    expected = pyramid.agents_path(50.0, 3.0 * 0.1, 0.05, 200.0, 40)
    found = [one.nouns.channels.networks[0].selling[0] for one in months_of(plan(changes))]
    assert found == pytest.approx(expected[:40], rel=1e-12)
    assert monthly(plan(changes))["new_contracts"].sum() == pytest.approx(sum(expected[:40]), abs=1.0)


def test_agents_leave_after_an_unpaid_month() -> None:
    """Paid a month late, sales gone: the cash does not hold what agents are due, so half go; grace keeps the broker."""
    changes = {
        **broker(1e4, 0.0, 0.5, 0.6, 0, 8, grace="3mo", pay_lag="1mo", leave_unpaid=0.5),
        "market.demand": {"since": {month(1): 1.0, month(5): 0.0}},
    }  # fmt: skip
    changes[f"{S}.network"]["overhead"] = 1000.0
    series = [
        (one.nouns.channels.networks[0].selling[0], int(one.table.agents_paid[0, 0]))
        for one in months_of(plan(changes))
    ]
    agents = [one for one, _ in series]
    assert agents[:5] == pytest.approx([1e6] * 5)
    # months 1 to 4: 10 000 in, 4 000 to us, 1 000 of overhead, 5 000 to agents a month late: 5 000 are left for month 5
    assert [paid for _, paid in series[:5]] == [0, 500_000, 500_000, 500_000, 500_000]
    changes[f"{S}.network"]["overhead"] = 1500.0
    agents, paid = zip(
        *[
            (one.nouns.channels.networks[0].selling[0], int(one.table.agents_paid[0, 0]))
            for one in months_of(plan(changes))
        ],
        strict=True,
    )
    # 500 a month are missing: month 5 begins with 5 000 - 4 x 500 in hand for the 5 000 that are due
    assert paid[4] == 300_000
    assert agents[4:6] == pytest.approx([1e6, 0.5e6])


def test_a_crisis_ruins_brokers_that_live_on_growth() -> None:
    calm = {
        **MANY,
        f"{S}.network": {**MANY[f"{S}.network"], "grace": "0mo", "pay_lag": "0mo", "ceiling": None, "overhead": 0.0},
    }
    event = {"market.events.slump": {"kind": "crisis", "start": "2026-01", "length": "6mo", "demand": 0.2}}
    before, after = (monthly(plan({**calm, **more}))["broker_defaults"] for more in ({}, event))
    assert before[:12].tolist() == after[:12].tolist()
    assert before[12:18].sum() <= 2
    assert after[12:18].sum() >= 10


def test_agents_of_a_failed_broker_scatter() -> None:
    """Of two brokers one fails: the stated share of its agents joins the other in the month after, as one cohort."""
    network = {
        "promised": 0.3,
        "agents": {"dist": "discrete", "values": [100, 300], "weights": [1, 1]},
        "scatter": 0.6,
        "opening_cash": 1e6,
    }
    changes = {
        "months": "6mo",
        f"{S}.partners": 2,
        f"{S}.flow": None,
        f"{S}.network": network,
        f"{CHOICE}.pull": 1.0,
        f"{P}.term": "0mo",
    }
    model = PartnerNetwork(plan({**changes, f"{S}.remittance": {"lag": "1mo", "net": True}}))
    model.step()
    model.table.broker_cash[0, 1] = -(10**9)
    model.step()
    agents = model.nouns.channels.networks[0].agents
    assert model.table.status[:2].tolist() == [ACTIVE, DEFAULTED]
    assert agents.number.tolist() == [280.0, 0.0]
    assert agents.joined[3].tolist() == [180.0, 0.0]
    model.step()
    assert model.table.new[0, :2].tolist() == [280, 0]
    model.table.broker_cash[0, 0] = -(10**9)
    model.step()
    assert not agents.number.any() and agents.ended.tolist() == [3, 1]


# --- what agents gain and lose by joining date -----------------------------------------------------------------------


def per_agent(gain: NDArray[Any], joined: NDArray[Any]) -> NDArray[Any]:
    return np.divide(gain, joined, out=np.zeros(gain.shape), where=joined > 0) / 100


@pytest.mark.parametrize("lag", [0, 1, 2])
def test_the_last_to_join_lose_most(lag: int) -> None:
    """Gain of an agent that joined in month m: (a - market) x months sold - cost - what was unpaid at the default."""
    terms = {
        "market_rate": 0.1,
        "growth": 0.5,
        "joining_cost": 3.0,
        "pay_lag": f"{lag}mo",
        "contracts_per_agent": 1000.0,
    }
    changes = {**broker(1e4, 0.0, 0.3, 0.2, 2, 24), "market.demand": {"since": {month(1): 1.0, month(15): 0.3}}}
    changes[f"{S}.network"] |= {**terms, "agents": 1000}
    model = PartnerNetwork(plan(changes))
    found = follow(changes, model)
    assert found.default_month is not None
    sold = [10.0] * 14 + [3.0] * 10  # premium of an agent
    agents, end = model.nouns.channels.networks[0].agents, found.default_month
    each = per_agent(agents.gain[:, 0], agents.joined[:, 0])
    for joined in range(2, end + 1):
        active = range(joined - 1, end)
        unpaid = sum(sold[t] for t in active if t > end - 1 - lag)
        gain = 0.2 * sum(sold[t] for t in active) - 3.0 - 0.3 * unpaid
        assert each[joined] == pytest.approx(gain, abs=1e-3), joined
    found_joined, found_gain, *found_before = model.nouns.channels.joining(0)
    relative = per_agent(*found_before[::-1])
    assert relative[: end - 1] == pytest.approx(each[end:1:-1])
    assert relative[0] < 0 < relative[end - 2] and relative.argmin() == max(
        lag - 1, 0
    )  # with it, all that was sold unpaid
    assert (np.diff(relative[max(lag - 1, 0) : end - 1]) > 0).all()
    series = named(model)
    lost = -np.minimum(agents.gain[2:, 0], 0.0).sum()
    assert (
        series["agents_lost"][end - 1] == pytest.approx(lost, abs=1.0)
        and series["agents_lost"].sum() == series["agents_lost"][end - 1]
    )
    assert series["agents_joined"] == pytest.approx(agents.joined[1:, 0], abs=0.51)
    assert (found_joined == agents.joined[1:, 0]).all() and (found_gain == agents.gain[1:, 0]).all()


def test_joining_dates_of_a_market() -> None:
    """Over many brokers: those who joined a failed broker last lose, those who came long before the default gain."""
    model = PartnerNetwork(plan({**MANY, "months": "48mo"}))
    model.run()
    joined, gain, joined_before, gain_before = model.nouns.channels.joining(0)
    before = per_agent(gain_before, joined_before)
    assert before[0] < -50.0 and (before[:3] < 0).all() and before[12] > 0
    assert joined.shape == gain.shape == (48,) and (joined[1:] > 0).all()
    assert 0 < joined_before.sum() < joined.sum()
