"""Cohorts turned down to binomial survival and the 1/24 method: R061, R063, R064, R065; cancellations; partners gone.

Notation: s month of sale, a age in months, W premium, q = W / 24 its earning step.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.base.units import month_name, month_ordinal
from sim.contracts import cancellations, earning
from sim.engine.model import PartnerNetwork
from tests.whole.hypotheses import case, likely, z, z_mean, z_share, z_variance
from tests.whole.running import followed, monthly, named
from tests.whole.scenarios import CHOICE, P, S, plan

START = month_ordinal("2025-01")
ALL = np.array([0, 1], dtype=np.uint64)  # the bounds of the only row
ONLY_THE_FIRST_MONTH = {"since": {"2025-01": 1.0, "2025-02": 0.0}}


def series(values: list[float]) -> dict:
    """A dated value that takes these from month to month."""
    return {"since": {month_name(START + t): value for t, value in enumerate(values)}}


@pytest.mark.parametrize(("partners", "flow"), [(2000, 1000.0), (4000, 3.0)])
def test_single_cohort(partners: int, flow: float) -> None:
    """R061: mean and spread of what is left of a cohort; many contracts a partner, and few."""
    one = case("R061")
    changes = {
        "months": "49mo",
        f"{S}.partners": partners,
        f"{S}.flow": flow,
        f"{P}.renewal": 0.7,
        "market.demand": ONLY_THE_FIRST_MONTH,
    }
    held = np.array(list(followed(plan(changes), 0, lambda model: model.table.in_force[0, :-1].copy())))
    assert (held[:12] == flow).all()
    for month, mean in one["expected"]["inforce_at_month"].items():
        if 12 < int(month) <= 49:
            likely(z_mean(held[int(month) - 1], mean * flow / 1000), f"R061 mean, month {month}, {flow:g} contracts")
    for month, deviation in one["expected"]["sd_at_month"].items():
        variance = deviation**2 * flow / 1000
        likely(z_variance(held[int(month) - 1], variance), f"R061 variance, month {month}, {flow:g} contracts")


def test_growing_sales_renewal_by_contract_year() -> None:
    """R063: fixed sales growing by 2 % a month, renewal by contract year."""
    one = case("R063")
    partners, flow, months = 5, 20_000.0, 48
    growth = [1.02**t for t in range(months)]
    renewal = one["parameters"]["renewal_by_year"]
    changes = {
        "months": "48mo",
        f"{S}.partners": partners,
        f"{S}.flow": flow,
        f"{P}.renewal": renewal,
        "market.demand": series(growth),
    }
    recorded = monthly(plan(changes))
    sold = recorded["new_contracts"]
    assert np.abs(np.cumsum(sold) - np.cumsum([partners * flow * g for g in growth])).max() <= partners
    for month, mean in one["expected"]["inforce_at_month"].items():
        alive, variance = 0.0, 0.0
        for s in range(int(month)):
            years = (int(month) - 1 - s) // 12
            chance = float(np.prod([renewal[min(y, 2)] for y in range(years)]))
            alive += sold[s] * chance
            variance += sold[s] * chance * (1 - chance)
        scale = partners * flow / one["parameters"]["new_month1"]
        assert alive == pytest.approx(mean * scale, abs=partners)
        simulated = recorded["in_force"][int(month) - 1]
        if variance == 0:
            assert simulated == alive
        else:
            likely(z(simulated, mean * scale, np.sqrt(variance)), f"R063 month {month}")


def test_level_premium_earns_by_24ths() -> None:
    """R064 to the minor unit, through the ledger."""
    one = case("R064")
    written = one["parameters"]["written_per_month"]
    recorded = monthly(plan({f"{S}.partners": 1, f"{P}.price": float(written)}))
    assert (recorded["premium_written"] == written * 100).all()
    assert recorded["balance.upr"][11] == one["expected"]["upr_at_month_12"] * 100
    assert recorded["premium_earned"].sum() == one["expected"]["earned_in_year"] * 100
    single = monthly(
        plan(
            {f"{S}.partners": 1, f"{P}.price": float(written), "market.demand": ONLY_THE_FIRST_MONTH, "months": "13mo"}
        )
    )
    left = [round(written * 100 * factor) for factor in one["expected"]["factors"]]
    assert single["balance.upr"].tolist() == [*left, 0]
    assert single["premium_earned"].tolist() == [500_000, *[1_000_000] * 11, 500_000]


def test_growing_premium_earns_by_24ths() -> None:
    """R065: the ledger follows q = W // 24 to the minor unit, and the case within the remainders of the division."""
    one = case("R065")
    prices = [round(100_000 * 1.05**t, 2) for t in range(18)]
    recorded = monthly(plan({"months": "18mo", f"{S}.partners": 1, f"{P}.price": series(prices)}))
    written = [round(price * 100) for price in prices]
    assert recorded["premium_written"].tolist() == written
    steps = [w // 24 for w in written]
    for t in range(18):
        open_steps = sum(steps[s] * (2 * (12 - (t - s)) - 1) for s in range(max(0, t - 11), t + 1))
        assert recorded["balance.upr"][t] == open_steps
        earned = written[t] - 23 * steps[t] + sum(2 * steps[s] for s in range(max(0, t - 11), t))
        assert recorded["premium_earned"][t] == earned + (steps[t - 12] if t >= 12 else 0)
    for month, amount in one["expected"]["upr"].items():
        assert abs(recorded["balance.upr"][int(month) - 1] - amount * 100) <= 24 * 12
    for month, amount in one["expected"]["earned"].items():
        assert abs(recorded["premium_earned"][int(month) - 1] - amount * 100) <= 2 * 24 * 12


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.lists(st.integers(0, 10**13), min_size=1, max_size=30))
def test_portions_add_up_to_the_amount(term: int, amounts: list[int]) -> None:
    """Whatever the term and the amounts: nothing is lost, and no portion is further than 2 tau units from its share."""
    ring, steps = np.zeros((term, 1), dtype=np.int64), np.zeros(1, dtype=np.int64)
    earned_in_all, total = 0, np.zeros(1, dtype=np.int64)
    for t in range(len(amounts) + term + 1):
        written = np.array([amounts[t] if t < len(amounts) else 0])
        earned = np.zeros(1, dtype=np.int64)
        earning.earn(ALL, written, ring[t % term], steps, term, earned, total)
        exact = sum(
            Fraction(amounts[s], 2 * term) * ((s == t) + 2 * (s < t < s + term) + (s + term == t))
            for s in range(min(t + 1, len(amounts)))
        )
        assert abs(int(earned[0]) - exact) <= 2 * term * (term + 1)
        earned_in_all += int(earned[0])
        begun = sum(amounts[: t + 1])
        earning.unearned(ALL, ring, t, term, total)
        assert begun - earned_in_all == total[0]
    assert earned_in_all == sum(amounts)
    assert steps[0] == 0


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 60), st.integers(0, 10**11))
def test_what_divides_earns_exactly(term: int, step: int) -> None:
    """An amount that is a multiple of 2 tau earns exactly 1/(2 tau) of it in the month of sale."""
    ending, steps, earned, total = (np.zeros(1, dtype=np.int64) for _ in range(4))
    earning.earn(ALL, np.array([step * 2 * term]), ending, steps, term, earned, total)
    assert (earned[0], ending[0]) == (step, step)


def test_cancellations_are_counted_where_they_fall() -> None:
    """By slice, one of them empty: contracts gone and earning steps lost, drawn one by one and by cohort."""
    edges, term, held = np.array([0, 2, 2, 5, 6], dtype=np.uint64), 3, np.array([5, 90, 0, 4, 60, 7])
    count = np.vstack([held, held, held]).astype(np.int32)
    premium, commission = 700 * count.astype(np.int64), 90 * count.astype(np.int64)
    in_force, steps, nothing = count.sum(axis=0, dtype=np.int32), premium.sum(axis=0), np.zeros((0, 6), dtype=np.int64)
    left, lost, cancelled = np.zeros((2, 6), dtype=np.int64), np.zeros((3, 4, term), dtype=np.int64), np.full(4, 9)
    before, told = (in_force.astype(np.int64), steps.copy()), np.zeros((5, 99), dtype=np.int64)
    hits = cancellations.cancel(
        edges, 0.25, 7, term, np.array([3, 0, 0, 2, 0, 1]), np.arange(6, dtype=np.uint64), np.uint64(1), count, premium,
        commission, nothing, in_force, steps, commission.sum(axis=0), *left, nothing, *lost,
        nothing.astype(np.int32), cancelled, told,
    )  # fmt: skip
    slices = [slice(0, 2), slice(2, 2), slice(2, 5), slice(5, 6)]
    assert cancelled.tolist() == [(before[0] - in_force)[rows].sum() for rows in slices]
    assert lost[0].sum(axis=1).tolist() == [(before[1] - steps)[rows].sum() for rows in slices]
    refunded, contracts = (np.bincount(told[0, :hits], told[line, :hits], 6) for line in (2, 3))
    assert refunded.tolist() == left[0].tolist() and contracts.tolist() == (before[0] - in_force).tolist()
    assert (lost[2].sum(axis=1) == cancelled).all()
    assert cancelled[1] == 0 and (np.delete(cancelled, 1) > 0).all()


@pytest.mark.parametrize("clawback", ["pro_rata", "none"])
@pytest.mark.parametrize("flow", [3.0, 400.0])
def test_cancellation_pro_rata(clawback: str, flow: float) -> None:
    """Refund = unearned premium, clawback = deferred commission of what is cancelled: R067 on the monthly steps."""
    rate, commission = 0.06, 0.3
    changes = {
        "months": "13mo", f"{S}.partners": 200, f"{S}.flow": flow, f"{P}.price": 120.0, f"{P}.cancellation": rate,
        "policy.rules.base.new": commission, "policy.payment": {"clawback": clawback},
        "market.demand": ONLY_THE_FIRST_MONTH,
    }  # fmt: skip
    recorded = monthly(plan(changes))
    held = 200 * flow
    for age in range(12):
        gone = recorded["cancelled_contracts"][age]
        likely(z_share(gone, held, rate), f"cancelled at age {age}, {flow:g} contracts")
        assert recorded["in_force"][age] == held - gone
        unearned = 500 * (2 * (12 - age) - 1)
        assert recorded["premium_refunded"][age] == gone * unearned
        assert recorded["commission_clawed_back"][age] == (gone * unearned * 0.3 if clawback == "pro_rata" else 0)
        earned = 500 if age == 0 else 1000
        assert recorded["premium_earned"][age] == held * earned
        kept = 0 if clawback == "pro_rata" else gone * unearned * 0.3
        assert recorded["commission_amortised"][age] == pytest.approx(held * earned * 0.3 + kept, abs=0)
        held -= gone
    assert recorded["premium_earned"][12] == held * 500
    assert recorded["balance.upr"][12] == recorded["balance.dac"][12] == recorded["in_force"][12] == 0


def test_cancellation_hits_every_age_alike() -> None:
    """Of several cohorts each is cancelled at the same rate."""
    changes = {"months": "8mo", f"{S}.partners": 3000, f"{S}.flow": 2.0, f"{P}.term": "6mo", f"{P}.cancellation": 0.08}
    model = PartnerNetwork(plan(changes))
    for _ in range(7):
        model.step()
    before = model.table.ring_count.sum(axis=1)
    slot = model.month % 6
    model.step()
    after = model.table.ring_count.sum(axis=1)
    before[slot] = 6000
    likely(z_share(before - after, before, 0.08), "cancelled by cohort")


@pytest.mark.parametrize(
    ("how", "vested", "chance"),
    [
        ("left", False, 0.7 * 0.6 * 0.75),
        ("switched", False, 0.7 * 0.6 * 0.75),
        ("left", True, 0.7 * 0.6),
        ("stays", False, 0.7),
    ],
)
def test_partner_gone(how: str, vested: bool, chance: float) -> None:
    """Portability is lost, the rest renews with us directly at r x direct_retention, unless renewals are vested."""
    partners, flow = 400, 50.0
    changes = {
        "months": "13mo", f"{S}.partners": partners, f"{S}.flow": flow, f"{P}.renewal": 0.7, f"{P}.portability": 0.4,
        f"{P}.direct_retention": 0.75, "policy.payment": {"vested_renewals": vested}, "policy.rules.base.new": 0.1,
        "market.demand": ONLY_THE_FIRST_MONTH,
    }  # fmt: skip
    if how == "left":
        changes[f"{S}.turnover"] = {"leave": {"since": {"2025-01": 0.0, "2025-06": 1.0}}}
    if how == "switched":
        changes[f"{CHOICE}.review"] = {"since": {"2025-01": 0.0, "2025-06": 1.0}}
        changes[f"{CHOICE}.weights"] = {"commission": 0.0, "brand": 100.0}
        changes["rivals.other.brand"] = 1.0
    recorded = monthly(plan(changes))
    renewed = recorded["renewed_contracts"][12]
    likely(z_share(renewed, partners * flow, chance), f"{how}, vested {vested}: renewals")
    direct = how != "stays" and not vested
    assert recorded["renewed_directly"][12] == (renewed if direct else 0)
    assert recorded["premium_written_direct"][12] == (renewed * 10_000 if direct else 0)
    assert recorded["commission_accrued"][12] == (0 if direct else renewed * 1000)


def test_share_of_a_multi_homing_partner_drops() -> None:
    """Renewal is lost by portability x the drop of its share since the month of sale."""
    changes = {
        "months": "13mo", f"{S}.partners": 300, f"{S}.flow": 100.0, f"{P}.renewal": 0.8, f"{P}.portability": 0.5,
        f"{CHOICE}.homing": "multi", f"{CHOICE}.review": {"since": {"2025-01": 0.0, "2025-06": 0.5, "2025-07": 0.0}},
        f"{CHOICE}.weights": {"commission": 0.0, "brand": 100.0}, "rivals.other.brand": 1.0,
        "market.demand": ONLY_THE_FIRST_MONTH,
    }  # fmt: skip
    recorded = monthly(plan(changes))
    likely(z_share(recorded["renewed_contracts"][12], 30_000, 0.8 * (1 - 0.5 * 0.5)), "renewals of a halved share")


def test_partner_that_comes_brings_its_renewals() -> None:
    """It brings portability x r x what it sold elsewhere a term ago, until what it sold then was sold for us."""
    changes = {
        "months": "30mo", f"{S}.partners": 3, f"{S}.flow": 100.0, f"{P}.renewal": 0.6, f"{P}.portability": 0.5,
        f"{CHOICE}.us_at_start": 0.0, f"{CHOICE}.weights": {"commission": 0.0, "brand": 100.0}, "us.brand": 1.0,
        f"{CHOICE}.review": {"since": {"2025-01": 0.0, "2025-06": 1.0}},
    }  # fmt: skip
    recorded = monthly(plan(changes))
    assert recorded["new_contracts"].tolist() == [0.0] * 5 + [390.0] * 12 + [300.0] * 13


def test_capacity_and_waiting() -> None:
    """Over capacity waits with decay; a cut is shared over products by largest remainder."""
    changes = {
        "months": "4mo", "products.second": {"price": 10.0, "term": "0mo", "cost_ratio": 0.0},
        f"{S}.partners": 1, f"{S}.flow": 100.0, f"{S}.mix": {"line": 0.9, "second": 0.6},
        f"{S}.sales": {"law": "fixed", "capacity": 1.0, "waiting_decay": 0.5},
        "market.demand": {"since": {"2025-01": 1.0, "2025-02": 0.1, "2025-03": 0.0}},
    }  # fmt: skip
    sold = list(followed(plan(changes), 0, lambda model: model.table.new[:, 0].tolist()))
    # 90 + 60 asked, 100 served as 60 + 40; 30 + 20 wait, half of them go; 15 + 9, 10 + 6 next month; nothing waits then
    assert sold == [[60, 40], [24, 16], [0, 0], [0, 0]]


def test_ages_leave_the_books_empty() -> None:
    """When the last contract has ended nothing is unearned, deferred or in force."""
    model = PartnerNetwork(
        plan(
            {
                "months": "28mo",
                "policy.rules.base.new": 0.17,
                f"{P}.price": 123.45,
                f"{P}.expenses": {"acquisition": 0.031},
                "market.demand": series([1.0] * 3 + [0.0] * 20),
                f"{P}.cancellation": 0.03,
                f"{S}.flow": 7.0,
                f"{P}.renewal": [0.5, 0.0],
            }
        )
    )
    model.run()
    end = {name: values[-1] for name, values in named(model).items()}
    assert [end[f"balance.{name}"] for name in ("upr", "dac", "receivable", "loss_reserve")] == [0, 0, 0, 0]
    assert end["in_force"] == 0
