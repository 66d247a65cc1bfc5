"""Control of partners: who is ended, what their buyers do, who comes back, who keeps our premium, what audits find.

Notation: E premium earned of the window, R its result, N claims; W premium a month in minor units.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.base.errors import ScenarioError
from sim.engine.layout.plan import Plan
from sim.engine.model import PartnerNetwork
from sim.partners.columns import ACTIVE, DEFAULTED, LEFT
from sim.partners.listed import Listed
from sim.policy.terms.control_terms import Control
from sim.scenario.load import load
from tests.scenario.minimal import write
from tests.whole.hypotheses import likely, z, z_mean, z_share
from tests.whole.running import many, monthly, named
from tests.whole.scenarios import CHOICE, EVERYTHING, P, S, plan

W = 10_000
YEARLY = {"review_every": "12mo", "end_when_result_below": 0.0}
FLAT: dict[str, Any] = {
    f"{P}.term": "0mo",
    "opening.capital": 1e7,
    "months": "14mo",
    "policy.payment": {"delay": "0mo"},
}
CLAIMS = {"frequency": 0.5, "severity": {"dist": "discrete", "values": [120.0], "weights": [1.0]}}
CHANCY: dict[str, Any] = {**FLAT, f"{P}.cost_ratio": None, f"{P}.claims": CLAIMS, f"{P}.expenses": {"handling": 0.1}}


def two_kinds(**changes: Any) -> dict[str, Any]:
    """Ten agents whose product earns and seven brokers whose product loses, at 20 % commission."""
    other = {
        "partners": 7, "flow": 2.0, "mix": {"bad": 1.0}, "sales": {"law": "fixed"}, "remittance": {"lag": "1mo"},
        "choice": {"review": 0.0, "us_at_start": 1.0, "weights": {"commission": 0.0}},
    }  # fmt: skip
    return {
        **FLAT,
        f"{P}.cost_ratio": 0.75,
        "products.bad": {"price": 100.0, "term": "0mo", "cost_ratio": 0.85},
        "segments.brokers": other,
        "policy.rules.base.new": 0.2,
        **changes,
    }


def played(run: Plan, replication: int = 0, months: int | None = None) -> PartnerNetwork:
    model = PartnerNetwork(run, replication)
    while model.month < (run.months if months is None else months):
        model.step()
    return model


def rows(run: Plan, segment: str) -> slice:
    return next(slice(kind.first, kind.last) for kind in run.kinds if kind.name == segment)


def test_partners_that_lose_are_ended_after_a_year_and_no_others() -> None:
    """25 % - 20 % commission earns, 15 % - 20 % loses: all brokers are ended at December's close, paid and remitted."""
    run = plan(two_kinds(**{"policy.control": YEARLY}))
    model = played(run)
    found, status = named(model), model.table.status
    assert found["ended"].tolist() == [0] * 11 + [7, 0, 0]
    assert (status[rows(run, "brokers")] == LEFT).all()
    assert (status[rows(run, "agents")] == ACTIVE).all()
    assert found["new_contracts.brokers"].tolist() == [14] * 12 + [0, 0]
    assert found["new_contracts.agents"].tolist() == [10] * 14
    assert found["left"].sum() == 0
    assert found["remitted.brokers"].tolist() == [0, *[14 * W] * 12, 0]
    assert (
        found["balance.receivable"][-1]
        == found["balance.commission_payable"][-1]
        == found["bad_debt.brokers"].sum()
        == 0
    )
    assert [event[1:] for event in model.calendar.events] == [("brokers", "7 partners ended")]


@pytest.mark.parametrize("handling", [0.0, 0.06])
def test_what_counts_as_the_result(handling: float) -> None:
    """Handling of 6 % of claims turns 5 % into 0.5 %, and tips a bound of 1 %; the bound itself is not below it."""
    bound = {"end_when_margin_below": 0.01, "review_every": "3mo", "grace": "3mo", "window": "3mo"}
    changes = two_kinds(
        **{"policy.control": {**bound, "segments": ["agents"]}, f"{P}.expenses": {"handling": handling}}
    )
    assert monthly(plan({**changes, "months": "3mo"}))["ended"].tolist() == [0, 0, 10 if handling else 0]
    exact = {
        "end_when_result_below": 15.0,
        "review_every": "3mo",
        "grace": "3mo",
        "window": "3mo",
        "segments": ["agents"],
    }
    assert monthly(plan({**changes, "months": "3mo", "policy.control": exact}))["ended"].sum() == (
        10 if handling else 0
    )


def test_results_of_all_partners_are_what_the_ledger_shows() -> None:
    """Premium earned less claims, handling and commission as it becomes cost, by month, where there is everything."""
    rules = {
        **EVERYTHING["policy"]["rules"],
        "early": {"kind": "advance", "months": "6mo", "rate": 0.1, "products": ["service"]},
        "back": {"kind": "clawback", "window": "3mo", "products": ["motor"]},
        "held": {"kind": "holdback", "share": 0.2, "months": "1mo", "forfeited_on_leaving": True},
    }
    model = PartnerNetwork(plan({"policy.rules": rules, "policy.payment": {"clawback": "pro_rata"}}, EVERYTHING))
    window = len(model.table.result_by_month)
    shown = []
    while model.month < model.plan.months:
        model.step()
        shown.append(int(model.table.result_by_month[(model.month - 1) % window].sum()))
    found = named(model)
    cost = (
        "claims_incurred",
        "cost_of_goods",
        "handling_paid",
        "commission_amortised",
        "commission_expensed",
        "advance_written_down",
    )
    back = ("commission_reversed", "loss_share_charged", "holdback_forfeited")
    expected = found["premium_earned"] - sum(found[name] for name in cost) + sum(found[name] for name in back)
    assert all(found[name].sum() > 0 for name in (*cost, "commission_clawed_back", "holdback_forfeited"))
    assert (
        np.abs(np.array(shown[-len(expected) :]) - expected).max() <= model.table.rows
    )  # handling is rounded by partner


@pytest.mark.parametrize("how", ["result", "margin"])
def test_chance_of_being_ended(how: str) -> None:
    """R = 1200 - 240 - 132 N is below the bound for N > 5 (or 6), N Poisson of mean 6 in a year: by z-score, twice."""
    bound = {"result": {"end_when_result_below": 200.0}, "margin": {"end_when_margin_below": "10%"}}[how]
    least = (960 - {"result": 200.0, "margin": 120.0}[how]) / 132
    partners, chance = 6_000, float(stats.poisson(6).sf(np.floor(least)))
    changes = {
        **CHANCY,
        f"{S}.partners": partners,
        "policy.rules.base.new": 0.2,
        "months": "24mo",
        "policy.control": bound,
    }
    found = monthly(plan(changes))
    assert found["ended"].nonzero()[0].tolist() == [11, 23]
    first, second = found["ended"][[11, 23]]
    likely(
        [float(z_share(first, partners, chance)), float(z_share(second, partners - first, chance))], "ended by result"
    )


def test_small_partners() -> None:
    """Premium is a bound of its own, and a floor below which a result says too little."""
    listed = tuple(Listed(f"p{k}", "agents", float(k)) for k in range(1, 9))
    run = plan({**FLAT, "policy.control": {"end_when_premium_below": 4_800.0}}, roster=listed)
    assert (played(run).table.status[:-1] == LEFT).tolist() == [True] * 3 + [False] * 5
    loses = {**FLAT, f"{P}.cost_ratio": 1.1}
    run = plan({**loses, "policy.control": {**YEARLY, "judged_from_premium": 4_800.0}}, roster=listed)
    assert (played(run).table.status[:-1] == LEFT).tolist() == [False] * 3 + [True] * 5


def test_grace_counts_from_the_day_a_partner_comes_to_us() -> None:
    """Entrants and partners that switched are judged after so many months on end with us, by whole reviews."""
    entry = {"since": {"2024-01": 0.0, "2025-06": 3.0, "2025-07": 0.0}}
    control = {**YEARLY, "review_every": "1mo", "grace": "6mo", "window": "6mo"}
    changes = {
        **FLAT,
        f"{P}.cost_ratio": 1.1,
        f"{S}.turnover": {"entry": entry},
        "policy.control": control,
        "seed": 3,
        "rivals": {},
    }
    run = plan(changes)
    found = monthly(run)
    came = int(found["entered"].sum())
    assert came > 0
    assert found["ended"].tolist() == [0] * 5 + [10] + [0] * 4 + [came] + [0] * 3
    two = {"other": {"commission": 0.0, "strategy": {"kind": "static"}}}
    model = played(
        plan(
            {
                **changes,
                "rivals": two,
                f"{CHOICE}.review": 0.4,
                f"{CHOICE}.us_at_start": 0.5,
                "months": "5mo",
                f"{S}.partners": 200,
            }
        )
    )
    sold, with_us = model.table.share[0, :-1] > 0, model.table.with_us[0, :-1]
    assert (with_us[~sold] == 0).all()
    assert set(with_us[sold].tolist()) == {1, 2, 3, 4, 5}


def test_only_while_it_is_in_force() -> None:
    control = {
        **YEARLY,
        "review_every": "1mo",
        "grace": "0mo",
        "effective_from": "2025-04",
        "effective_until": "2025-05",
    }
    found = monthly(
        plan(
            two_kinds(
                **{"policy.control": control, f"{S}.turnover": {"entry": {"since": {"2025-01": 0.0, "2025-09": 4.0}}}}
            )
        )
    )
    assert found["ended"].nonzero()[0].tolist() == [3]


def test_annual_contracts_of_an_ended_partner_run_on() -> None:
    """Commission is judged as it is expensed; contracts in force stay ours, renewals come directly, books balance."""
    changes = two_kinds(**{
        f"{P}.term": "12mo", f"{P}.cost_ratio": 0.85, f"{P}.renewal": 1.0, "months": "30mo", "policy.control": YEARLY,
        f"{P}.cancellation": 0.02, f"{P}.direct_retention": 1.0, f"{S}.partners": 300,
    })  # fmt: skip
    found = monthly(plan(changes))
    assert found["ended"][11] == 307
    assert found["new_contracts"][12:].sum() == 0
    assert found["renewed_directly"][12:24].sum() == found["renewed_contracts"][12:24].sum() > 0
    assert found["premium_earned.agents"][12:24].sum() > 0
    assert found["balance.receivable"][-1] == 0


def test_others_meet_the_same_luck() -> None:
    """Who is not ended sells, month by month and contract by contract, what it sells without control."""
    changes = {
        **CHANCY,
        f"{S}.partners": 300,
        f"{S}.sales": {"law": "poisson"},
        f"{S}.flow": 5.0,
        "policy.rules.base.new": 0.2,
    }
    control = {**YEARLY, "grace": "6mo", "review_every": "6mo", "recapture": {"share": 0.5}}
    one, other = PartnerNetwork(plan(changes)), PartnerNetwork(plan({**changes, "policy.control": control}))
    for _ in range(14):
        one.step(), other.step()
        going_on = (other.table.status == ACTIVE)[:-1]
        for name in ("new", "incurred", "remitted"):
            left, right = (model.table.array(name)[..., :-1][..., going_on] for model in (one, other))
            assert (left == right).all()
    assert 0 < going_on.sum() < 300


@pytest.mark.parametrize("ramp", [0, 4])
def test_recaptured_buyers_come_to_our_own_channels(ramp: int) -> None:
    """Poisson of mean share x grown x what the ended sold: by z-score month by month, season and demand included."""
    share, replications, demand = 0.3, 60, 1.25
    season = [0.5, 1.5, *[1.0] * 10]
    control = {**YEARLY, "recapture": {"share": share, "ramp": f"{ramp}mo"}}
    changes = two_kinds(
        **{
            "months": "20mo",
            "policy.control": control,
            "products.bad.season": season,
            "segments.brokers.choice.us_at_start": None,
            "segments.brokers.choice.pull": 0.2,
            "segments.brokers.choice.homing": "multi",
            "market.demand": demand,
            "segments.brokers.partners": 40,
        }
    )
    found = many(plan(changes), replications, "new_contracts.direct", "ended", "premium_written_direct")
    assert (found["ended"].sum(axis=1) == 40).all()
    assert found["new_contracts.direct"][:, :12].sum() == 0
    sent = 40 * 2.0 * (0.2 + 0.8 * 0.5)  # two principals alike: half of the flow, and all of those who ask for us
    mean = [share * sent * demand * season[t % 12] * min(1.0, (t - 11) / max(ramp, 1)) for t in range(12, 20)]
    sold = found["new_contracts.direct"][:, 12:]
    likely(z(sold.mean(axis=0), mean, np.sqrt(np.array(mean) / replications)), "recaptured")
    assert (found["premium_written_direct"][:, 12:] == sold * W).all()


def test_those_that_defaulted_return_under_a_new_name() -> None:
    """After the quiet months each returns once, with its chance a month; same customers, clean record, its own luck."""
    chance, after, partners = 0.15, 3, 3_000
    default = {"since": {"2024-01": 0.0, "2025-02": 1.0, "2025-03": 0.0, "2025-12": 1.0}}
    changes = {
        **FLAT,
        "months": "16mo",
        f"{S}.partners": partners,
        f"{S}.flow": {"dist": "gamma", "mean": 3.0, "cv": 0.5},
        f"{S}.sales": {"law": "poisson"},
        f"{S}.remittance": {"lag": "1mo", "default": default},
        f"{S}.turnover": {"phoenix": {"chance": chance, "after": f"{after}mo"}},
    }
    run = plan(changes)
    model = played(run, months=11)
    found = named(model)
    assert found["returned"][: 1 + after + 1].sum() == 0
    for t in range(1 + after + 1, 11):
        back = found["returned"][: t + 1].sum()
        likely(z_share(back, partners, 1 - (1 - chance) ** (t - 1 - after)), f"returned by month {t}")
    old, new = slice(0, partners), slice(partners, 2 * partners)
    returned = model.table.status[new] == ACTIVE
    assert (model.table.status[old] == DEFAULTED).all()
    assert (model.population.flow[old] == model.population.flow[new]).all()
    assert (model.table.arrears_premium[new] == 0).all()
    assert model.population.ids[partners] == model.population.ids[0] + "*"
    assert (
        abs(np.corrcoef(model.nouns.work.draw("sales.line")[old], model.nouns.work.draw("sales.line", 1)[new])[0, 1])
        < 0.1
    )
    assert abs(np.corrcoef(model.population.rank[old], model.population.rank[new])[0, 1]) < 0.01
    ours = model.table.share[0, new] == 1.0
    likely(z_share(ours[returned].sum(), returned.sum(), 0.5), "choice of those returned, as of entrants")
    likely(z_mean(model.table.new[0, new][ours] - model.population.flow[new][ours], 0.0), "sales after the return")
    while model.month < 16:
        model.step()
    assert (
        named(model)["returned"][12:].sum() > 0
    )  # from month 11 all that are there default: new names do not return again
    assert (model.table.status[new][returned] == DEFAULTED).all()
    assert not (model.table.status[new] == ACTIVE)[returned].any()


def test_newcomers_return_too() -> None:
    """Partners that entered or were recruited come back like those of the opening, each under its own other name."""
    turnover = {"entry": 6.0, "recruiting": 0.1, "phoenix": {"chance": 1.0}}
    default = {"since": {"2024-01": 0.0, "2025-04": 1.0, "2025-05": 0.0}}
    run = plan(
        {
            **FLAT,
            "months": "5mo",
            f"{S}.partners": 3,
            f"{S}.remittance": {"lag": "1mo", "default": default},
            f"{S}.turnover": turnover,
        }
    )
    model = played(run)
    status = dict(zip(model.population.ids, model.table.status, strict=True))
    flow = dict(zip(model.population.ids, model.population.flow, strict=True))
    gone = {name for name, one in status.items() if one == DEFAULTED}
    assert {name.rstrip("0123456789") for name in gone} == {"agents-", "agents+", "agents++"}
    assert {name for name, one in status.items() if one == ACTIVE and name.endswith("*")} == {
        f"{name}*" for name in gone
    }
    assert all(flow[name] == flow[f"{name}*"] for name in gone)
    assert named(model)["returned"].tolist() == [0, 0, 0, 0, len(gone)]


def test_a_return_changes_nobody_elses_luck() -> None:
    changes = {
        **FLAT,
        f"{S}.sales": {"law": "poisson"},
        f"{S}.flow": 4.0,
        f"{S}.remittance": {"lag": "1mo", "default": 0.1},
        f"{S}.partners": 50,
    }
    turnover = {"entry": 1.0, "recruiting": 0.02}
    one = played(plan({**changes, f"{S}.turnover": turnover}))
    other = played(plan({**changes, f"{S}.turnover": {**turnover, "phoenix": {"chance": 0.0}}}))
    place = {name: i for i, name in enumerate(other.population.ids)}
    mine = np.array([place[name] for name in one.population.ids])
    for name in ("status", "entered", "new", "remitted", "sponsor"):
        if name != "sponsor":
            assert (one.table.array(name) == other.table.array(name)[..., mine]).all(), name
    some = played(plan({**changes, f"{S}.turnover": {"phoenix": {"chance": 0.3}}, f"{S}.cost": {"onboarding": 50.0}}))
    back = named(some)["returned"]
    assert (named(some)["entered"] == back).all()
    assert (named(some)["programme_paid"] == 5_000 * back).all()
    assert back.sum() > 0


@pytest.mark.parametrize(("interest", "expected"), [(0.04, 0.9), (0.12, 0.9 - 0.06 * 7), (0.30, 0.0)])
def test_holding_on_to_our_premium(interest: float, expected: float) -> None:
    """Six points of discipline are lost for each point of interest above 5 %, down to nothing."""
    remittance = {"lag": "1mo", "discipline": 0.9, "wilful": {"above": "5%", "per_point": 0.06}}
    run = plan(
        {
            **FLAT,
            "months": "2mo",
            f"{S}.partners": 5_000,
            f"{S}.remittance": remittance,
            "accounts": {"interest": interest},
        }
    )
    remitted = monthly(run)["premium_remitted"][1] / W
    if expected == 0.0:
        assert remitted == 0
    else:
        likely(z_share(remitted, 5_000, expected), f"remitted at {interest:.0%}")


RATING = {"remittance": 2.0, "claims": 1.0, "premium": 1.0, "half_premium": 3_000.0, "newcomer": 0.4}
RATED = {"window": "6mo", "grace": "6mo", "rating": RATING}


def test_rating_by_hand() -> None:
    """Six months: no arrears 1, claims of 60 % + 5 % handling 0.37, 600 of premium to 3 000 1/6; weights 2, 1, 1."""
    changes = {**FLAT, f"{P}.cost_ratio": 0.6, f"{P}.expenses": {"handling": 0.05}, "policy.control": RATED}
    run = plan({**changes, "months": "7mo"})
    assert played(run, months=5).table.rating[0, 0] == 0.4
    expected = (2.0 + (1 - 0.63) + 600 / 3600) / 4
    assert played(run, months=6).table.rating[0, :-1] == pytest.approx(expected, abs=1e-12)
    thin = {**RATED, "judged_from_premium": 601.0}
    assert (played(plan({**changes, "policy.control": thin}), months=6).table.rating[0, :-1] == 1.0).all()


def test_what_is_known_of_the_window_is_the_sum_of_its_months() -> None:
    """Also once months fall out of it, and when control and its window change at the opening."""
    before = {**RATED, "window": "4mo"}
    opening = {"opening.kind": "warm_up", "opening.months": "9mo", "opening.policy.control": before}
    model = PartnerNetwork(plan({**CHANCY, **opening, "policy.control": RATED, "months": "9mo"}))
    table = model.table
    for _ in range(18):
        model.step()
        assert (table.earned_in_window[0] == table.earned_by_month.sum(axis=0)).all()
        assert (table.claims_in_window[0] == table.claims_by_month.sum(axis=0)).all()
    assert table.claims_in_window.any()


def test_rating_of_those_that_remit_late() -> None:
    """With discipline d the months without arrears are binomial: mean of the rating, share ended below a bound."""
    d, partners = 0.7, 4_000
    only = {"remittance": 1.0, "claims": 0.0, "premium": 0.0, "half_premium": 0.0}
    control = {"window": "8mo", "grace": "8mo", "review_every": "3mo", "rating": only, "end_when_rating_below": 0.5}
    changes = {
        **FLAT,
        "months": "9mo",
        f"{S}.partners": partners,
        f"{S}.remittance": {"lag": "0mo", "discipline": d},
        "policy.control": control,
    }
    model = played(plan(changes))
    rating = model.table.rating[0, :-1]
    likely(z_mean(rating, d), "mean rating")
    assert set(np.unique(rating * 8)) <= set(range(9))
    ended = named(model)["ended"]
    assert ended.nonzero()[0].tolist() == [8]
    likely(z_share(ended[8], partners, stats.binom(8, d).cdf(3)), "ended by rating")


def audited(**changes: Any) -> dict[str, Any]:
    audit = {"kind": "audit", "start": "2025-03", "sample": 0.5, "detection": 0.4, "cost": 20.0, **changes}
    return {**FLAT, "months": "8mo", f"{S}.partners": 4_000, f"{S}.fraud": 0.05, "market.events": {"look": audit}}


def test_audits_end_those_on_whom_fraud_is_detected() -> None:
    """Each partner looked at costs 20; sample x detection are ended; those of a segment without fraud never are."""
    found = monthly(plan(audited(ends=True)))
    assert found["ended"].nonzero()[0].tolist() == [2]
    likely(z_share(found["ended"][2], 4_000, 0.2), "ended by an audit")
    likely(z_share(found["programme_paid"][2] / 2_000, 4_000, 0.5), "looked at")
    assert found["programme_paid"].nonzero()[0].tolist() == [2]
    assert monthly(plan(audited(ends=True) | {f"{S}.fraud": 0.0}))["ended"].sum() == 0
    assert monthly(plan(audited(ends=True, segments=[])))["programme_paid"].sum() == 0
    assert monthly(plan(audited()))["ended"].sum() == 0


def test_a_series_of_audits_ends() -> None:
    run = plan(audited(ends=True, every="2mo", until="2025-07", sample=1.0))
    assert monthly(run)["ended"].nonzero()[0].tolist() == [2, 4]


def test_what_an_audit_does_not_look_for_it_does_not_find() -> None:
    claims = {f"{P}.cost_ratio": None, f"{P}.claims": CLAIMS}
    assert monthly(plan(audited() | claims))["claims_recovered"].sum() > 0
    assert monthly(plan(audited(finds=["insolvency"]) | claims))["claims_recovered"].sum() == 0


NETWORK = {"agents": 10.0, "market_rate": 0.1}


@pytest.mark.parametrize(("promised", "hollow"), [(0.25, True), (0.15, False)])
def test_audits_end_brokers_that_hide_a_hole(promised: float, hollow: bool) -> None:
    """A broker that pays agents 25 % out of 20 % owes more than it has from the first sale; one that pays 15 % not."""
    detection, brokers = 0.6, 400
    audit = {"kind": "audit", "start": "2025-04", "sample": 0.5, "detection": detection, "finds": ["insolvency"]}
    changes = {
        **FLAT,
        "months": "6mo",
        f"{S}.partners": brokers,
        f"{S}.flow": None,
        f"{S}.remittance": {"lag": "2mo", "net": True},
        f"{S}.network": {"promised": promised, **NETWORK},
        "policy.rules.base.new": 0.2,
        "market.events": {"look": audit},
    }
    model = played(plan(changes))
    found = named(model)
    assert found["ended"].nonzero()[0].tolist() == ([3] if hollow else [])
    if hollow:
        likely(z_share(found["ended"][3], brokers, 0.5 * detection), "hollow brokers ended")
        assert found["new_contracts"][4] == 10 * (brokers - found["ended"][3])


BAD: list[tuple[dict[str, Any], str]] = [
    ({}, "does nothing"),
    ({"end_when_rating_below": 0.5}, "needs a rating"),
    ({"rating": {"remittance": 0.0, "claims": 0.0, "premium": 0.0, "half_premium": 1.0}}, "weight above 0"),
    ({"rating": {"half_premium": 0.0}}, "half_premium must be above 0"),
    ({**YEARLY, "effective_from": "2026-01", "effective_until": "2025-01"}, "later than effective_from"),
]


@pytest.mark.parametrize(("block", "text"), BAD)
def test_bad_terms_are_refused(block: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Control.model_validate(block)


@pytest.mark.parametrize(
    ("block", "text"),
    [({"ends": True, "finds": ["insolvency"]}, "ends is about fraud"), ({"until": "2026-01"}, "state every")],
)
def test_bad_audits_are_refused(block: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        plan(audited(**block))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"policy.control": "{end_when_result_below: 0, segments: [banks]}"},
            'unknown segment "banks"; did you mean bank?',
        ),
        (
            {"market.events.look": "{kind: audit, start: 2025-03, detection: 50%, finds: [insolvency]}"},
            "no segment that it covers has a network",
        ),
    ],
)
def test_what_cannot_work_is_refused(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(write(tmp_path, changes))
    assert words in str(caught.value)


def test_what_never_happens_is_noted(tmp_path: Path) -> None:
    changes = {
        "policy.control": "{end_when_result_below: 0, grace: 20y}",
        "segments.bank.turnover.phoenix": "{chance: 5%}",
        "segments.bank.remittance.default": "0",
        "market.events.look": "{kind: audit, start: 2025-03, detection: 50%, ends: true, segments: [bank]}",
    }
    assert {note.code for note in load(write(tmp_path, changes)).notes} >= {
        "control_too_late",
        "no_fraud",
        "never_defaults",
    }


def test_who_does_not_control_pays_nothing() -> None:
    """No state, and the very figures of a control that never ends anybody."""
    changes = {**CHANCY, f"{S}.partners": 50, "policy.rules.base.new": 0.2}
    model, other = (
        played(plan(changes)),
        played(plan({**changes, "policy.control": {"end_when_premium_below": 0.0, "rating": RATING}})),
    )
    columns = (
        "with_us",
        "earned_by_month",
        "result_by_month",
        "claims_by_month",
        "earned_in_window",
        "claims_in_window",
        "late_months",
        "rating",
        "default_month",
    )
    assert all(model.table.array(name).size == 0 for name in columns)
    one, two = named(model), named(other)
    assert all(np.array_equal(one[name], two[name], equal_nan=True) for name in one)
