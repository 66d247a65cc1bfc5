"""Deposits against blanks through the simulator: hand figures to the kopeck.

One product at 100.00 that is over at once unless said otherwise; v is a blank's value, k the multiple, L the lag.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.base.errors import ScenarioError
from sim.base.units import monthly_rate
from sim.engine.layout.plan import Plan
from sim.engine.model import PartnerNetwork
from sim.judgement.beside.closed_forms import theory
from sim.results.cube import Cube
from sim.results.kpis import key_figures
from sim.runs.replicate import replicate
from sim.scenario.load import load
from tests.scenario.minimal import write
from tests.whole.running import followed, monthly
from tests.whole.scenarios import CHOICE, P, S, plan

W = 10_000  # minor units of premium of a contract
SCHEME: dict[str, Any] = {"segments": ["agents"], "value_of_blank": 100.0, "multiple": 2.0}
DEFAULTS = {"since": {"2024-01": 0.0, "2025-04": 1.0, "2025-05": 0.0}}


def scheme(changes: dict[str, Any] | None = None, **terms: Any) -> Plan:
    """One partner that sells three contracts a month and remits a month later, under a deposit scheme."""
    base = {
        f"{P}.term": "0mo",
        "months": "8mo",
        f"{S}.partners": 1,
        f"{S}.flow": 3.0,
        f"{S}.remittance": {"lag": "1mo"},
    }
    return plan({**base, "policy.deposits": {**SCHEME, **terms}, **(changes or {})})


# --- paying in, blanks, sales ----------------------------------------------------------------------------------------


def test_deposit_follows_the_exposure() -> None:
    """First month: 3 blanks, 300/2. Later a month is out besides: (300 + 300)/2. Blanks are used up each month."""
    found = monthly(scheme(interest=0.12))
    assert found["deposit_in"].tolist() == [15_000, 15_000, 0, 0, 0, 0, 0, 0]
    assert found["balance.deposits"].tolist() == [15_000] + [30_000] * 7
    rate = monthly_rate(0.12)
    assert found["deposit_interest"].tolist() == [round(15_000 * rate)] + [round(30_000 * rate)] * 7
    assert found["new_contracts"].tolist() == [3] * 8
    assert found["blanks_out"].sum() == found["refused_contracts"].sum() == 0
    assert (found["exposure"] == 3 * W).all()


def test_blanks_are_issued_to_the_limit_and_unused_ones_stay() -> None:
    """Half as many spare ones: 5 blanks wanted, 500/2; the month after (300 + 500)/2."""
    found = monthly(scheme(spare_blanks=0.5))
    assert found["balance.deposits"].tolist() == [25_000] + [40_000] * 7
    assert found["blanks_out"].tolist() == [2] * 8
    assert (found["exposure"] == 5 * W).all()


def test_own_funds_limit_the_deposit_and_sales_stop_at_the_last_blank() -> None:
    """A thirtieth of 3600 a year is 120: 2 blanks; then 200 is owed and none is left until it has come in; then 2."""
    found = monthly(scheme({f"{S}.funds": 1 / 30}))
    assert found["balance.deposits"].tolist() == [12_000] * 8
    assert found["new_contracts"].tolist() == [2, 0] * 4
    assert found["refused_contracts"].tolist() == [1, 3] * 4
    assert found["refused_premium"].tolist() == [W, 3 * W] * 4
    assert found["exposure"].tolist() == [2 * W, 0] * 4


def test_net_partner_owes_and_pledges_less() -> None:
    """It keeps 20 %: a blank brings 80, so the deposit is (240 + 240)/2."""
    net = {f"{S}.remittance": {"lag": "1mo", "net": True}, "policy.rules.base.new": 0.2}
    found = monthly(scheme(net, value_of_blank=80.0))
    assert found["balance.deposits"].tolist() == [12_000] + [24_000] * 7
    assert found["new_contracts"].tolist() == [3] * 8
    assert (found["exposure"] == 24_000).all()


def test_renewals_use_blanks_first() -> None:
    """Contracts of a month that all renew: 3, then 6 asked for; the deposit holds 4 blanks and nothing is owed."""
    found = monthly(
        scheme({f"{P}.term": "1mo", f"{P}.renewal": [1.0], f"{S}.remittance": {"lag": "0mo"}, f"{S}.funds": 1 / 18})
    )
    assert found["balance.deposits"].tolist() == [15_000] + [20_000] * 7
    assert found["renewed_contracts"].tolist() == [0, 3] + [4] * 6
    assert found["new_contracts"].tolist() == [3, 1] + [0] * 6
    assert found["refused_contracts"].tolist() == [0, 2] + [3] * 6


def test_a_refused_renewal_lapses() -> None:
    """The scheme begins with 9 contracts in force and money for 4 blanks: 5 renewals and all new ones are refused."""
    changes = {
        f"{P}.term": "1mo",
        f"{P}.renewal": [1.0],
        f"{S}.remittance": {"lag": "0mo"},
        f"{S}.funds": 1 / 18,
        "months": "5mo",
    }
    found = monthly(scheme(changes, effective_from="2025-04"))
    assert found["renewed_contracts"].tolist() == [0, 3, 6, 4, 4]
    assert found["in_force"].tolist() == [3, 6, 9, 4, 4]
    assert found["refused_contracts"].tolist() == [0, 0, 0, 8, 3]
    assert found["deposit_in"].tolist() == [0, 0, 0, 20_000, 0]


def test_a_cut_is_shared_over_products() -> None:
    """Two products, 4 and 2 asked for, 3 blanks: 2 and 1."""
    changes = {
        "products.other": {"price": 90.0, "term": "0mo", "cost_ratio": 0.0}, f"{S}.flow": 4.0,
        f"{S}.mix": {"line": 1.0, "other": 0.5}, f"{S}.remittance": {"lag": "0mo"}, f"{S}.funds": 150 / (12 * 580),
    }  # fmt: skip
    model = PartnerNetwork(scheme(changes))
    model.step()
    assert model.table.new[:, 0].tolist() == [2, 1]


def test_premium_of_a_blank_is_held_at_its_value() -> None:
    """Prices that vary as much as they are large: no month brings more than its blanks hold."""
    run = scheme({f"{P}.price_cv": 1.0, f"{S}.partners": 40})
    held = np.array(list(followed(run, 0, lambda model: model.table.premium_new[0, :-1] - W * model.table.new[0, :-1])))
    assert (held <= 0).all()
    assert (held == 0).any() and (held < 0).any()


# --- who is asked, and when ------------------------------------------------------------------------------------------


def test_others_are_never_asked() -> None:
    other = {
        "partners": 1,
        "flow": 2.0,
        "mix": {"line": 1.0},
        "choice": {"review": 0.0, "us_at_start": 1.0, "weights": {"commission": 0.0}},
        "sales": {"law": "fixed"},
        "remittance": {"lag": "1mo"},
    }
    model = PartnerNetwork(scheme({"segments.banks": other, f"{S}.funds": 0.0}))
    model.run()
    assert model.table.new[0, :2].tolist() == [0, 2]
    assert model.table.deposit[0].tolist() == [0, 0, 0]


def test_scheme_from_and_until() -> None:
    """Asked for from March to April: what is owed then is covered at once, all goes back in the quiet months' time."""
    found = monthly(scheme(effective_from="2025-03", effective_until="2025-05", months_quiet="2mo"))
    assert found["deposit_in"].tolist() == [0, 0, 30_000, 0, 0, 0, 0, 0]
    assert found["deposit_out"].tolist() == [0] * 8  # it always owes us a month
    later = {f"{S}.turnover": {"leave": {"since": {"2024-01": 0.0, "2025-06": 1.0}}}}
    found = monthly(scheme(later, effective_from="2025-03", effective_until="2025-05", months_quiet="2mo"))
    assert found["deposit_out"].tolist() == [0, 0, 0, 0, 0, 0, 30_000, 0]


def test_only_who_was_late() -> None:
    """Nobody pays in March; from then on a deposit is asked of all who had been late, and of nobody before."""
    discipline = {"since": {"2024-01": 1.0, "2025-03": 0.0, "2025-04": 1.0}}
    found = monthly(scheme({f"{S}.remittance.discipline": discipline}, after_arrears="0mo"))
    assert found["deposit_in"].tolist() == [0, 0, 0, 45_000, 0, 0, 0, 0]
    never = monthly(scheme({f"{S}.remittance.discipline": discipline}, after_arrears="1mo"))
    assert never["deposit_in"].sum() == 0


def test_only_who_is_rated_low() -> None:
    """Rated by months without arrears alone: that of March brings one of the three below 0.9, and it stays asked."""
    control = {
        "window": "12mo",
        "grace": "0mo",
        "rating": {"remittance": 1.0, "claims": 0.0, "premium": 0.0, "half_premium": 1.0},
    }
    discipline = {"since": {"2024-01": 1.0, "2025-03": 0.0, "2025-04": 1.0}}
    changes = {
        f"{S}.remittance.discipline": discipline,
        "policy.control": {**control, "rating": {**control["rating"], "newcomer": 1.0}},
    }
    model = PartnerNetwork(scheme(changes, rating_below=0.9))
    asked = []
    for _ in range(8):
        model.step()
        asked.append((bool(model.table.in_scheme[0, 0]), float(model.table.rating[0, 0]) < 0.9))
    first = [low for _, low in asked].index(True)
    assert first == 2
    assert [there for there, _ in asked] == [False] * 3 + [True] * 5


def test_terms_are_dated() -> None:
    """The multiple falls from 2 to 1 in April: twice the deposit."""
    found = monthly(scheme(multiple={"since": {"2024-01": 2.0, "2025-04": 1.0}}))
    assert found["balance.deposits"].tolist() == [15_000, 30_000, 30_000, 60_000, 60_000, 60_000, 60_000, 60_000]
    assert found["new_contracts"].tolist() == [3] * 8


# --- leaving ---------------------------------------------------------------------------------------------------------


def test_release_after_quiet_months_when_nothing_is_owed() -> None:
    """It leaves in March, remits its last batch then (lag 1) or in May (lag 3), and gets all back."""
    leave = {f"{S}.turnover": {"leave": {"since": {"2024-01": 0.0, "2025-03": 1.0}}}}
    found = monthly(scheme(leave, months_quiet="2mo"))
    assert found["deposit_out"].tolist() == [0, 0, 0, 0, 30_000, 0, 0, 0]
    late = monthly(scheme({**leave, f"{S}.remittance": {"lag": "3mo"}}, months_quiet="2mo"))
    assert late["balance.receivable"].tolist() == [3 * W, 6 * W, 6 * W, 3 * W, 0, 0, 0, 0]
    assert late["deposit_out"].tolist() == [0, 0, 0, 0, 0, 30_000, 0, 0]


def test_partner_gone_to_a_rival_takes_its_deposit_along() -> None:
    """It moves to a rival for good in March: what it owes stays covered, the rest goes back after quiet months."""
    moves = {
        f"{CHOICE}.review": {"since": {"2024-01": 0.0, "2025-03": 1.0}},
        f"{CHOICE}.weights": {"commission": 100.0},
        "rivals.other.commission": 0.5,
        f"{S}.remittance": {"lag": "4mo"},
    }
    found = monthly(scheme(moves, months_quiet="1mo", multiple=1.0))
    assert found["new_contracts"].tolist() == [3, 3, 0, 0, 0, 0, 0, 0]
    assert found["balance.receivable"].tolist() == [3 * W, 6 * W, 6 * W, 6 * W, 3 * W, 0, 0, 0]
    assert found["balance.deposits"].tolist() == [3 * W, 6 * W, 6 * W, 6 * W, 6 * W, 3 * W, 0, 0]


# --- default ---------------------------------------------------------------------------------------------------------


def defaulting(changes: dict[str, Any] | None = None, **terms: Any) -> dict[str, np.ndarray]:
    """The partner defaults in April with two batches out; commission of 20 % is paid a month later."""
    base = {f"{S}.remittance": {"lag": "1mo", "default": DEFAULTS}, "policy.rules.base.new": 0.2}
    return monthly(scheme({**base, **(changes or {})}, **terms))


def test_deposit_is_set_off_after_commission() -> None:
    """600 owed; 120 of commission not yet paid is set off, then 300 of deposit; 180 is lost."""
    found = defaulting()
    assert found["commission_netted"].tolist() == [0, 0, 0, 12_000, 0, 0, 0, 0]
    assert found["deposit_set_off"].tolist() == [0, 0, 0, 30_000, 0, 0, 0, 0]
    assert found["receivable_written_off"].tolist() == [0, 0, 0, 18_000, 0, 0, 0, 0]
    assert found["balance.deposits"].tolist() == [15_000, 30_000, 30_000, 0, 0, 0, 0, 0]
    assert found["deposit_out"].sum() == found["balance.receivable"][3:].sum() == 0
    assert found["deposit_interest"].sum() == 0


@pytest.mark.parametrize("forfeited", [False, True])
def test_surplus_goes_back_or_is_forfeited(forfeited: bool) -> None:
    """k = 1 and 3 spare blanks: 900 of deposit against 480; 420 are left, and the blanks are void."""
    found = defaulting(multiple=1.0, spare_blanks=1.0, forfeited=forfeited)
    assert found["deposit_set_off"][3] == 48_000
    assert found["receivable_written_off"].sum() == 0
    back, kept = ("deposit_forfeited", "deposit_out") if forfeited else ("deposit_out", "deposit_forfeited")
    assert found[back].tolist() == [0, 0, 0, 42_000, 0, 0, 0, 0]
    assert found[kept].sum() == 0
    assert found["blanks_out"].tolist() == [3, 3, 3, 0, 0, 0, 0, 0]


def test_void_blanks_are_sold_and_their_premium_lost() -> None:
    """Two thirds of 3 void blanks: 2 contracts in May, 200 less 40 of commission, from the deposit that waited."""
    terms = {"multiple": 1.0, "spare_blanks": 1.0, "blank_abuse": 2 / 3}
    found = defaulting(**terms)
    assert found["new_contracts"].tolist() == [3, 3, 3, 3, 2, 0, 0, 0]
    assert found["premium_written"][4] == 2 * W and found["premium_remitted"][4:].sum() == 0
    assert found["deposit_set_off"].tolist() == [0, 0, 0, 48_000, 16_000, 0, 0, 0]
    assert found["deposit_out"].tolist() == [0, 0, 0, 0, 26_000, 0, 0, 0]
    assert found["receivable_written_off"].sum() == 0
    bare = defaulting(multiple=2.0, spare_blanks=1.0, blank_abuse=2 / 3)  # deposit 450 against 480, then 160 more
    assert bare["receivable_written_off"].tolist() == [0, 0, 0, 3_000, 16_000, 0, 0, 0]
    assert bare["balance.deposits"][3:].sum() == bare["balance.receivable"][3:].sum() == 0


def test_claims_of_void_blanks_are_ours() -> None:
    found = defaulting({f"{P}.cost_ratio": 0.7}, multiple=1.0, spare_blanks=1.0, blank_abuse=1.0)
    assert found["cost_of_goods"][4] == 3 * W * 7 // 10
    assert found["cost_of_goods"][5:].sum() == 0


# --- what it costs in lost partners ----------------------------------------------------------------------------------


def test_deposit_in_the_yield() -> None:
    """c = 20 %, net, L = 1, j = 24 %, i = 6 %, k = 2: 20 + 2 x 0.8 - 1.5 (1 - 0.2) (1 + 1)/2 = 20.4 points.

    Without a deposit 21.6.
    """
    changes = {f"{S}.remittance": {"lag": "1mo", "net": True}, f"{S}.cost_of_money": 0.24, "policy.rules.base.new": 0.2}
    free = {**changes, "policy.deposits": None}
    offers = [PartnerNetwork(scheme(one, interest=0.06)).table.offer[0] for one in (changes, free)]
    assert offers == pytest.approx([20.4, 21.6], abs=1e-12)
    gross = {**changes, f"{S}.remittance": {"lag": "1mo"}, "policy.payment.delay": "0mo"}
    assert PartnerNetwork(scheme(gross, interest=0.06)).table.offer[0] == pytest.approx(20 + 2 - 1.5, abs=1e-12)


def test_price_of_the_deposit_in_lost_sales() -> None:
    """Multi-homing partners at rest: a log-odds of w x 1.2 points of yield is the deposit's cost; rivals ask none."""
    weight = 0.5
    base = {
        f"{CHOICE}.homing": "multi",
        f"{CHOICE}.review": 1.0,
        f"{CHOICE}.weights": {"commission": weight},
        f"{S}.flow": 30.0,
        f"{S}.cost_of_money": 0.24,
        f"{S}.remittance": {"lag": "1mo", "net": True},
        "policy.rules.base.new": 0.2,
        "rivals.other.commission": 0.2,
        f"{CHOICE}.us_at_start": None,
    }
    shares = []
    for deposits in (None, {**SCHEME, "value_of_blank": 80.0, "interest": 0.06}):
        model = PartnerNetwork(scheme({**base, "policy.deposits": deposits}))
        model.run()
        shares.append(float(model.table.share[0, 0]))
    odds = [np.log(share / (1 - share)) for share in shares]
    assert odds[0] == pytest.approx(0.0, abs=1e-9)
    assert odds[1] == pytest.approx(-weight * 1.2, abs=1e-9)


def test_yield_changes_when_the_scheme_begins_and_for_whom() -> None:
    changes = {
        f"{S}.cost_of_money": 0.24,
        f"{S}.remittance": {"lag": "1mo", "discipline": {"since": {"2024-01": 1.0, "2025-03": 0.0}}},
    }
    seen = [
        float(offer)
        for offer in followed(scheme(changes, effective_from="2025-02"), 0, lambda model: model.table.offer[0])
    ]
    assert np.round(seen, 9).tolist() == [2.0] + [0.0] * 7
    late = [
        float(offer) for offer in followed(scheme(changes, after_arrears="0mo"), 0, lambda model: model.table.offer[0])
    ]
    assert np.round(late, 9).tolist() == [2.0] * 4 + [0.0] * 4  # asked of it in April, seen by it in May


# --- network brokers -------------------------------------------------------------------------------------------------


def test_deposit_leaves_a_brokers_cash() -> None:
    """1000 at the start, 300 a month of premium, a third of it to agents: the deposit takes 150 and 150 of it."""
    network = {"promised": 1 / 3, "agents": 3.0, "opening_cash": 1000.0}
    changes = {f"{S}.network": network, f"{S}.flow": None, f"{S}.remittance": {"lag": "1mo", "net": True}}
    with_it, without = (
        [
            int(cash)
            for cash in followed(
                scheme({**changes, **more}, interest=0.12), 0, lambda model: model.table.broker_cash[0, 0]
            )
        ]
        for more in ({}, {"policy.deposits": None})
    )
    interest = np.cumsum(monthly(scheme(changes, interest=0.12))["deposit_interest"])
    assert [a - b for a, b in zip(without, with_it, strict=True)] == [15_000 - interest[0], *(30_000 - interest[1:])]


def test_a_broker_without_cash_gets_no_blanks() -> None:
    network = {"promised": 0.5, "agents": 3.0, "opening_cash": 70.0}
    found = monthly(
        scheme({f"{S}.network": network, f"{S}.flow": None, f"{S}.remittance": {"lag": "1mo", "net": True}})
    )
    assert found["deposit_in"][0] == 7_000
    assert found["new_contracts"][0] == 1  # 2 x 70 holds one blank of 100


# --- key figures and bad input ---------------------------------------------------------------------------------------


def test_key_figures() -> None:
    run = scheme({f"{S}.funds": 1 / 30, "months": "7mo"})
    cube = Cube.of(run, replicate(run, [0])[0].monthly[None, None, None], [0], run.metrics)
    expected = {
        "deposits_end": 120.0,
        "deposit_cover": 0.6,
        "refused_contracts": 13.0,
        "refused_premium": 1300.0,
        "deposits_taken": 0.0,
    }
    found = key_figures(cube, run.scenario)
    assert {name: found[name].values[0] for name in expected} == expected


GOOD = {"segments": "[bank]", "value_of_blank": "60e3", "multiple": "2"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"value_of_blank": None}, "a deposit limits nothing without the value of a blank: state value_of_blank"),
        ({"value_of_blank": "0"}, "value_of_blank must be above 0"),
        ({"multiple": "0"}, "multiple must be from 0.01 to 1,000,000; state what a deposit of 1 covers"),
        (
            {"multiple": None, "cover": "0%"},
            "cover must be from 1e-06 to 100; state a share of what is owed, such as 50%",
        ),
        ({"cover": "50%"}, "give either multiple or cover"),
        ({"multiple": None}, "give either multiple or cover"),
        ({"segments": "[banks]"}, 'policy.deposits.segments[0]: unknown segment "banks"; did you mean bank?'),
        ({"segments": "[]"}, "policy.deposits.segments"),
        ({"effective_from": "2025-01", "effective_until": "2024-06"}, "effective_until must be later"),
        ({"rating_below": "50%"}, "policy.deposits.rating_below: no partner has a rating; state policy.control.rating"),
        ({"interest": "300%"}, "policy.deposits.interest"),
        (
            {"value_of_blank": "50e3"},
            "a contract of hull at bank brings 60,000.00 from 2024-01; raise value_of_blank to 60,000.00 or more",
        ),
    ],
)
def test_bad_input(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    block = {f"policy.deposits.{name}": value for name, value in {**GOOD, **changes}.items() if value is not None}
    with pytest.raises(ScenarioError) as caught:
        load(write(tmp_path, block))
    assert words in str(caught.value)


def test_a_net_partners_blank_may_be_worth_less(tmp_path: Path) -> None:
    """At 15 % it brings 51 000; with tiers in the place of the base rate it is not sure to keep anything."""
    net = {"segments.bank.remittance.net": "true", "segments.bank.remittance.lag": "1mo"}
    block = {f"policy.deposits.{name}": value for name, value in {**GOOD, "value_of_blank": "51e3"}.items()}
    assert not [note for note in load(write(tmp_path, {**net, **block})).notes if note.code == "blank_too_small"]
    tiers = {
        "policy.rules.volume": "{kind: tiers, by: premium, scale: {kind: marginal, brackets: [{above: 0, rate: 20%}]}}"
    }
    with pytest.raises(ScenarioError, match=r"brings 60,000\.00 from 2024-01; what tiers, levels"):
        load(write(tmp_path, {**net, **block, **tiers}))


def test_prices_that_pass_the_blank_are_noted(tmp_path: Path) -> None:
    block = {f"policy.deposits.{name}": value for name, value in GOOD.items()}
    notes = load(write(tmp_path, {**block, "products.hull.price_cv": "0.5"})).notes
    assert ("blank_too_small", "policy.deposits.value_of_blank") in [(note.code, note.path) for note in notes]


@pytest.mark.parametrize(
    ("changes", "terms", "expected"),
    [
        ({}, {}, 450.0),  # two months unremitted and three blanks: 900, against a deposit of half of it
        ({}, {"multiple": 3.0}, 600.0),
        ({}, {"spare_blanks": 0.5}, 550.0),  # five blanks
        ({f"{S}.funds": 0.05}, {}, 180.0),  # 5 % of 3 600 covers 360
        ({f"{S}.remittance.lag": "0mo"}, {"multiple": 1.0}, 0.0),
        ({f"{S}.remittance.lag": "0mo"}, {"effective_from": "2030-01"}, 300.0),
        ({"policy.deposits": None}, {}, 900.0),  # those of the month of the default, too
    ],
)
def test_largest_loss_stands_beside_the_run(changes: dict[str, Any], terms: dict[str, Any], expected: float) -> None:
    """max(0, E + v b - D) by hand: three contracts of 100 a month, due two months later, a blank worth 100, k = 2."""
    run = scheme({f"{S}.remittance": {"lag": "2mo"}, **changes}, **terms)
    assert theory(run)["largest_loss.agents"].value == pytest.approx(expected, abs=1e-9)


def test_cover_is_the_multiple_turned() -> None:
    """A deposit of 80 % of what is owed, then of 125 %."""
    stated = {"multiple": {"since": {"2024-01": 1.25, "2025-04": 0.8}}}
    turned = {"multiple": None, "cover": {"since": {"2024-01": 0.8, "2025-04": 1.25}}}
    one, other = (monthly(scheme(**terms)) for terms in (stated, turned))
    assert one["balance.deposits"].tolist() == other["balance.deposits"].tolist()
    assert one["balance.deposits"][2] > 0


@pytest.mark.parametrize("multiple", [1.0, 1.5, 2.0, 3.0])
def test_a_default_at_the_limit_costs_the_largest_loss(multiple: float) -> None:
    """The run's own loss, all blanks sold and nothing remitted, beside the closed form."""
    run = scheme({f"{S}.remittance": {"lag": "2mo", "default": DEFAULTS}}, multiple=multiple)
    assert monthly(run)["receivable_written_off"].sum() == pytest.approx(
        theory(run)["largest_loss.agents"].value * 100, abs=1
    )
