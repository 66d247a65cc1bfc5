"""Network brokers through whole scenarios: reference cases, growth threshold, several principals, grace, bad input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.model import PartnerNetwork
from sim.partners.columns import DEFAULTED, LEFT
from sim.partners.network import Network
from sim.partners.segments import Segment
from sim.results.kpis import key_figures
from sim.theory import pyramid
from tests.whole.hypotheses import case
from tests.whole.laws.test_ruin import played
from tests.whole.network_brokers import KOPECK, START, Path, broker, follow, month
from tests.whole.running import monthly, named
from tests.whole.scenarios import CHOICE, SMALLEST, S, plan, tree


def agrees(path: Path, expected: pyramid.BrokerPath) -> None:
    """The path is that of the theory, to the rounding of lines."""
    slack = 2.0 * KOPECK * np.arange(1, len(expected.cash) + 1) + 1e-12 * np.array(expected.cash)
    assert path.default_month == expected.default_month
    assert (np.abs(np.array(path.cash[: len(expected.cash)]) - expected.cash) <= slack).all()
    if expected.default_month is not None:
        last, near = expected.default_month - 1, 2.0 * KOPECK * expected.default_month
        assert path.premium[last] == pytest.approx(expected.premium_at_default, abs=near)
        assert path.paid[last] == pytest.approx(expected.paid_at_default, abs=near)
        assert sum(path.lost) == path.lost[last] == pytest.approx(expected.insurer_loss_at_default, abs=2 * near)
        assert not any(path.premium[last + 1 :]) and not any(path.paid[last + 1 :])


# --- reference cases -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "scale"), [("R054", 1.0), ("R056", 0.01), ("R058", 1.0), ("R060", 1.0)])
def test_reference_cases(name: str, scale: float) -> None:
    """Month of default, loss, what is paid at it, peak, cash at the ends of months; R056 in hundredths, for 64 bits."""
    p, expected = case(name)["parameters"], case(name)["expected"]
    months = 240 if expected["default_month"] is None else 60
    scenario = broker(
        p["P1"] * scale, p["g"], p["a"], p["c"], p["L"], months, overhead=p["O"] * scale, cash=p["K0"] * scale,
        crisis=p["T"], drop=p["d"], mode=p["mode"],
    )  # fmt: skip
    found = follow(scenario)
    slack = 2.0 * KOPECK * months
    assert found.default_month == expected["default_month"]
    for end, cash in expected["cash_end_of_month"].items():
        assert found.cash[int(end) - 1] == pytest.approx(cash * scale, abs=2.0 * KOPECK * int(end)), end
    alive = found.cash[: (found.default_month or months + 1) - 1]
    assert max(alive) == pytest.approx(expected["peak_cash"] * scale, abs=slack, rel=1e-12)
    assert alive.index(max(alive)) + 1 == expected["peak_month"]
    if found.default_month is None:
        assert sum(found.lost) == 0
        return
    at = found.default_month - 1
    assert found.premium[at] == pytest.approx(expected["premium_at_default"], abs=slack)
    assert found.paid[at] == pytest.approx(expected["paid_at_default"], abs=slack)
    assert sum(found.lost) == pytest.approx(expected["insurer_loss_at_default"], abs=slack)


@pytest.mark.parametrize(("promised", "received", "lag"), [(0.3, 0.2, 2), (0.28, 0.2, 3), (0.35, 0.25, 1)])
def test_growth_threshold_from_both_sides(promised: float, received: float, lag: int) -> None:
    """Just above g* cash rises for ever; just below it falls from the month the first batch is due, to ruin."""
    threshold = pyramid.growth_threshold(promised, received, lag)
    above = follow(broker(1e4, threshold + 1e-3, promised, received, lag, 100))
    assert above.default_month is None
    assert (np.diff(above.cash[lag:]) > 0).all()
    below = follow(broker(1e4, threshold - 1e-3, promised, received, lag, 100, cash=1e3))
    assert (np.diff(below.cash[lag : (below.default_month or 101) - 1]) < 0).all()
    path = pyramid.premium_path(1e4, round(threshold - 0.02, 6), 100)
    ruined = follow(broker(1e4, round(threshold - 0.02, 6), promised, received, lag, 100))
    assert ruined.default_month == pyramid.broker_path(path, promised, received, lag).default_month is not None


PERCENT = st.integers(5, 40).map(lambda x: x / 100.0)


@settings(max_examples=20, deadline=None)
@given(
    PERCENT,
    PERCENT,
    st.sampled_from([0, 0.5, 1, 1.5, 2.25, 3]),
    st.integers(0, 1500),
    st.integers(0, 20_000),
    st.sampled_from(["step", "decay"]),
)
def test_any_broker_follows_the_recursion(
    promised: float, received: float, lag: float, overhead: int, cash: int, mode: str
) -> None:
    """Whole and fractional lags, overhead, opening cash, growth and a crisis: month by month the theory's path."""
    premiums = pyramid.premium_path(9876.54, 0.06, 24, crisis=9, drop=0.2, mode="decay" if mode == "decay" else "step")
    expected = pyramid.broker_path(premiums, promised, received, lag, overhead, cash)
    agrees(
        follow(
            broker(
                9876.54, 0.06, promised, received, lag, 24, overhead=overhead, cash=cash, crisis=9, drop=0.2, mode=mode
            )
        ),
        expected,
    )


def test_equality_is_no_default() -> None:
    """Promised is received and premium stands still: nothing is earned, nothing lost; a kopeck of overhead is ruin."""
    assert follow(broker(100.0, 0.0, 0.2, 0.2, 0, 24)).default_month is None
    assert follow(broker(100.0, 0.0, 0.2, 0.2, 0, 24, overhead=0.01)).default_month == 1


def test_hollow_months_and_key_figures() -> None:
    """Cash and equity as recorded; months with equity below 0 and cash above are counted; ruin is dated and logged."""
    changes = broker(1000.0, 0.1, 0.3, 0.2, 2, 30, crisis=18, drop=0.4)
    expected = pyramid.broker_path(pyramid.premium_path(1000, 0.1, 30, 18, 0.4), 0.3, 0.2, 2)
    model = PartnerNetwork(plan(changes))
    model.run()
    series, last = named(model), (expected.default_month or 0) - 1
    equity = (series["broker_cash"] - series["broker_unremitted"]) / 100
    assert equity[:last] == pytest.approx(expected.equity, abs=1.0)
    assert series["brokers_hollow"].sum() == expected.months_new_pays_old == last
    assert (np.flatnonzero(series["broker_defaults"]) == [last]).all()
    assert series["brokers"].tolist() == [1] * last + [0] * (30 - last)
    assert not series["broker_cash"][last:].any() and not series["broker_unremitted"][last:].any()
    assert [(name, text) for _, name, text in model.calendar.events] == [
        ("agents", "first default of a network broker")
    ]
    cube, _, scenario = played(tree(changes), 1)
    figures = {name: one.values[0] for name, one in key_figures(cube, scenario).items()}
    assert (figures["broker_defaults"], figures["broker_default_month"], figures["brokers_end"]) == (1, last + 1, 0)
    assert figures["broker_pyramid_months"] == last
    assert figures["bad_debt"] == pytest.approx(expected.insurer_loss_at_default, abs=1.0)


# --- several principals, a gross broker, grace -----------------------------------------------------------------------


def batch(series: list[float], t: int, lag: int) -> float:
    return series[t - lag] if t >= lag else 0.0


def test_premium_of_all_principals_is_one_float() -> None:
    """60 % of the flow is ours at 20 %, of which 20 points ask for us by name, the rest a rival's at 10 %.

    One cash for all; what is paid is in proportion.
    """
    lag, a = 2, 0.3
    changes = {
        **broker(1e4, 0.08, a, 0.2, lag, 40, crisis=12, drop=0.5), f"{CHOICE}.pull": 0.2, f"{CHOICE}.homing": "multi",
        f"{CHOICE}.us_at_start": 0.5, "rivals.other.commission": 0.1,
    }  # fmt: skip
    found = follow(changes)
    premium = [float(one) for one in pyramid.premium_path(1e4, 0.08, 40, 12, 0.5)]
    cash, t = 0.0, 0
    while True:
        in_hand = cash + (1 - a) * premium[t]
        ours, others = 0.8 * 0.6 * batch(premium, t, lag), 0.9 * 0.4 * batch(premium, t, lag)
        if in_hand < ours + others:
            break
        cash, t = in_hand - ours - others, t + 1
        assert found.cash[t - 1] == pytest.approx(cash, abs=3 * KOPECK * t)
    assert found.default_month == t + 1
    assert found.premium[t] == pytest.approx(0.6 * premium[t], abs=KOPECK)
    assert found.paid[t] == pytest.approx(in_hand * ours / (ours + others), abs=3 * KOPECK * t)
    unremitted = 0.8 * 0.6 * sum(premium[t - lag : t + 1])
    assert found.lost[t] == pytest.approx(unremitted - found.paid[t], abs=0.1)


def test_commission_paid_to_a_gross_broker_is_its_cash() -> None:
    """It owes the whole premium and gets its commission a month after the sale, at the month's end."""
    lag, a, c = 1, 0.25, 0.2
    changes = {
        **broker(1e4, 0.02, a, c, lag, 20, crisis=10, drop=0.9, overhead=100.0), f"{S}.remittance.net": False,
        "policy.payment": {"delay": "1mo"},
    }  # fmt: skip
    changes[f"{S}.network"]["opening_cash"] = 1500.0
    found = follow(changes)
    premium = [float(one) for one in pyramid.premium_path(1e4, 0.02, 20, 10, 0.9)]
    cash, t = 1500.0, 0
    while (in_hand := cash + (1 - a) * premium[t] - 100.0) >= batch(premium, t, lag):
        cash = in_hand - batch(premium, t, lag) + c * batch(premium, t, 1)
        assert found.cash[t] == pytest.approx(cash, abs=0.1), t
        t += 1
    assert found.default_month == t + 1 == 11
    set_off = c * (premium[t] + premium[t - 1])
    assert found.lost[t] == pytest.approx(premium[t] + premium[t - 1] - in_hand - set_off, abs=0.1)


@pytest.mark.parametrize("net", [True, False])
@pytest.mark.parametrize("grace", [0, 1, 2])
def test_arrears_of_grace_months(grace: int, net: bool) -> None:
    """A dip of sales: within its months of grace a broker pays what it has and the rest is in arrears, paid first."""
    lag, a, c = 1, 0.1, 0.2
    demand = {month(1): 1.0, month(6): 0.5, month(7): 1.0, month(12): 0.2}
    changes = {
        **broker(1e4, 0.0, a, c, lag, 24, grace=f"{grace}mo"), "market.demand": {"since": demand},
        f"{S}.remittance.net": net, "policy.payment": {"delay": "0mo"},
    }  # fmt: skip
    changes[f"{S}.network"]["overhead"] = 900.0
    model = PartnerNetwork(plan(changes))
    found = follow(changes, model)
    premium = [1e4] * 5 + [5e3] + [1e4] * 5 + [2e3] * 13
    owes = 1 - c if net else 1.0
    cash, arrears, late, ended = 0.0, 0.0, 0, None
    for t in range(24):
        in_hand = cash + (1 - a) * premium[t] - 900.0
        due = arrears + owes * batch(premium, t, lag)
        late = late + 1 if in_hand < due else 0
        out = min(max(in_hand, 0.0), due)
        assert found.paid[t] == pytest.approx(out, abs=0.1), t
        if late > grace:
            ended = t + 1
            break
        arrears, cash = due - out, in_hand - out + (0.0 if net else c * premium[t])
        assert found.cash[t] == pytest.approx(cash, abs=0.1), t
    assert found.default_month == ended is not None
    whole = sum(premium[:ended]) * (1 - c)
    received = sum(found.paid) - (0.0 if net else c * sum(premium[: (ended or 0) - 1]))
    assert sum(found.lost) == pytest.approx(max(whole - received, 0.0), abs=0.5)


def test_a_broker_that_leaves_pays_what_it_can() -> None:
    """It sells no more and has no overhead; what is due after it left it pays from its cash, or defaults."""
    leaves = {"leave": {"since": {"2024-01": 0.0, month(6): 1.0}}}
    hollow = {**broker(1e4, 0.1, 0.3, 0.2, 2, 12), f"{S}.turnover": leaves}
    model = PartnerNetwork(plan(hollow))
    found = follow(hollow, model)
    cash = pyramid.broker_path(pyramid.premium_path(1e4, 0.1, 5), 0.3, 0.2, 2).cash[-1]
    due = [0.8 * 1e4 * 1.1**3, 0.8 * 1e4 * 1.1**4]
    assert found.default_month == 7 and model.table.status[0] == DEFAULTED
    assert found.paid[5:7] == pytest.approx([due[0], cash - due[0]], abs=0.2)
    assert sum(found.lost) == pytest.approx(sum(due) - cash, abs=0.2)
    sound = {**broker(1e4, 0.0, 0.1, 0.2, 2, 12), f"{S}.turnover": leaves}
    model = PartnerNetwork(plan(sound))
    found = follow(sound, model)
    assert found.default_month is None and model.table.status[0] == LEFT
    assert found.cash[-1] == pytest.approx(5 * 1e4 * 0.1, abs=0.2)


# --- terms -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "text"),
    [
        ({"agents": 0}, "a network without agents sells nothing"),
        ({"agents": {"dist": "lognormal", "cv": 1.0}}, "state a mean of agents"),
        ({"contracts_per_agent": 0.0}, "contracts_per_agent above 0"),
        ({"ceiling": 0.5}, "ceiling is a multiple of the agents at the opening, at least 1; got 0.5"),
        ({"promised": 1.2}, "a share"),
    ],
)
def test_bad_networks_are_refused(terms: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Network.model_validate({"promised": 0.3, "agents": 10, **terms})
    with pytest.raises(ValueError, match=text):
        plan({f"{S}.flow": None, f"{S}.network": {"promised": 0.3, "agents": 10, **terms}})


def test_agents_make_the_flow() -> None:
    """A law of agents times what each brings; a flow stated besides, as presets do, is not used."""
    block = SMALLEST["segments"]["agents"] | {
        "network": {"promised": 0.3, "agents": {"dist": "uniform", "low": 50, "high": 150}, "contracts_per_agent": 1.5}
    }
    segment = Segment.model_validate(block)
    assert (segment.flow.low, segment.flow.high, segment.flow.expected) == (75.0, 225.0, 150.0)
    with pytest.raises(ValueError, match="flow"):
        Segment.model_validate({key: value for key, value in block.items() if key not in ("flow", "network")})


def test_bound_on_growth() -> None:
    """Growth without a ceiling is bounded by its rates, dated; a ceiling bounds it whatever the rates."""
    terms = {"promised": {"since": {"2025-01": 0.3, "2025-03": 0.1}}, "market_rate": 0.2, "agents": 10, "growth": 0.5}
    assert Network.model_validate(terms).most(START, 12) == pytest.approx(1.05**2)
    assert Network.model_validate({**terms, "ceiling": 2.0}).most(START, 12) == 2.0


def test_nothing_is_kept_without_a_network() -> None:
    run = plan()
    model = PartnerNetwork(run)
    assert not model.nouns.channels.networks and model.nouns.channels.flow is model.nouns.now.batch.fixed.flow
    owned = (
        "broker_cash",
        "others_due",
        "others_arrears",
        "agents_due",
        "broker_late",
        "broker_premium",
        "broker_short",
    )
    assert all(model.table.array(name).size == 0 for name in owned)
    assert "brokers" not in monthly(run) and model.nouns.channels.joining(0).shape == (4, 0)
