"""Fixed sums, bonuses, limits and splits on facts written by hand: arithmetic in minor units, then properties."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.base.units import month_ordinal
from sim.policy.given.facts import MonthFacts
from sim.policy.given.prospect import Prospect
from sim.policy.statement import Statement
from sim.policy.trial import Person, Trial
from sim.scenario.schema import scenario_model

JANUARY = month_ordinal("2025-01")
PRODUCTS = {"motor": 12, "home": 12}
MOTOR, HOME = range(2)
TEN = {"kind": "base", "new": 0.1}


def policy(rules: dict[str, Any]) -> Any:
    return scenario_model().model_fields["policy"].annotation.model_validate({"rules": rules})  # type: ignore[union-attr]


class Desk:
    """Statements of two affiliates (a, b) and a bank from month to month."""

    def __init__(self, rules: dict[str, Any], people: list[Person] | None = None) -> None:
        self.people = people or [Person("a", "affiliates"), Person("b", "affiliates"), Person("bank", "banks")]
        self.trial = Trial(policy(rules), PRODUCTS, self.people)

    def month(self, t: int = 0, watched: str | None = None, **happened: Any) -> Statement:
        """The statement of a month; `happened`: arrays by name of a fact, for the partners in their order."""
        facts = self.facts(t, **happened)
        statement = self.trial.month(facts, watched)
        assert not any(getattr(statement, name)[..., -1].any() for name in ("accrued", "expensed", "reversed"))
        due = statement.accrued.sum() + statement.received.sum() - statement.passed.sum() + statement.expensed.sum()
        assert statement.total == due - statement.reversed.sum() + statement.fees.sum() + statement.fees_now
        assert sum(statement.booked.values()) == statement.total
        return statement

    def facts(self, t: int = 0, **happened: Any) -> MonthFacts:
        facts = self.trial.facts(JANUARY + t, t)
        for name, values in happened.items():
            getattr(facts, name)[..., : len(self.people)] = values
        return facts

    def owed(self, t: int = 0, **happened: Any) -> list[int]:
        statement = self.month(t, **happened)
        return [statement.owed(i) for i in range(len(self.people))]

    def expected(
        self, premium: list[list[float]], count: list[list[float]], leads: Any = 0.0, t: int = 0
    ) -> np.ndarray:
        """Expected rate on new business by partner, given monthly premium (major units) and contracts [P][n]."""
        layout = self.trial.layout
        brought, number = (np.pad(np.array(one, dtype=float), ((0, 0), (0, 1))) for one in (premium, count))
        segments = len(layout.segments)
        per_sale = np.broadcast_to(np.array(leads, dtype=float).reshape(-1, 1), (4, segments)).copy()
        prospect = Prospect(JANUARY + t, layout, brought, number, np.zeros(brought.shape), np.zeros(segments), per_sale)
        self.trial.book.expect(prospect)
        totals = brought.sum(axis=0)
        rate = np.divide((prospect.rate * brought).sum(axis=0), totals, out=np.zeros(totals.size), where=totals > 0)
        return rate[:-1]


def only_in_affiliates(terms: dict[str, Any]) -> dict[str, Any]:
    return {"segments": ["affiliates"], **terms}


def bad(**terms: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        policy({"rule": terms})
    return str(caught.value)


# --- fees for each unit ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "fact", "units", "owed"),
    [
        (
            {"per": "view", "amount": 150.0, "per_thousand": True},
            "views",
            [12_345, 3],
            [185_175, 45],
        ),  # 15 minor a view
        ({"per": "view", "amount": 0.05, "per_thousand": True}, "views", [300, 500], [2, 2]),  # 1.5 and 2.5 to even
        ({"per": "click", "amount": 7.5}, "clicks", [40, 1], [30_000, 750]),
        ({"per": "lead", "amount": 399.99}, "leads", [3, 0], [119_997, 0]),
        ({"per": "lead", "amount": {"since": {"2024-01": 1.0, "2025-01": 2.0}}}, "leads", [3, 1], [600, 200]),
    ],
)
def test_fee_for_what_comes_before_a_sale(terms: dict[str, Any], fact: str, units: list[int], owed: list[int]) -> None:
    """CPM, CPC, CPL: units x fee, a line rounded half to even once; nobody else's units are paid."""
    desk = Desk({"fee": only_in_affiliates({"kind": "fixed_fee", **terms})})
    everything = {name: [7, 7, 7] for name in ("views", "clicks", "leads") if name != fact}
    statement = desk.month(0, **everything, **{fact: [*units, 1000]})
    assert statement.expensed[:3].tolist() == [*owed, 0]
    assert not statement.accrued.any() and not statement.reversed.any()


def test_fee_for_sales_and_for_renewals() -> None:
    """CPA: contracts of the covered product and segment only; renewals have a fee of their own."""
    fees = {
        "sale": only_in_affiliates({"kind": "fixed_fee", "per": "sale", "amount": 500.0, "products": ["motor"]}),
        "renewal": {"kind": "fixed_fee", "per": "renewal", "amount": 99.5},
    }
    statement = Desk(fees).month(count_new=[[2, 1, 5], [4, 4, 4]], count_renewal=[[0, 1, 2], [1, 0, 0]])
    assert statement.expensed[:3].tolist() == [100_000 + 9_950, 50_000 + 9_950, 2 * 9_950]
    assert statement.fees_on_new[:, :3].tolist() == [
        [100_000, 50_000, 0],
        [0, 0, 0],
    ]  # a fee for a sale can be taken back
    assert statement.booked == {"sale": 150_000, "renewal": 4 * 9_950}


def test_main_fee_stands_in_place_of_base_and_bonus_beside_it() -> None:
    facts = {"premium_new": [[100_000] * 3, [0] * 3], "leads": [10, 0, 0]}
    fee = only_in_affiliates({"kind": "fixed_fee", "per": "lead", "amount": 5.0})
    assert Desk({"base": TEN, "fee": {**fee, "role": "main"}}).owed(**facts) == [5_000, 0, 10_000]
    assert Desk({"base": TEN, "fee": fee}).owed(**facts) == [15_000, 10_000, 10_000]


def test_fee_for_chosen_partners() -> None:
    people = [Person("a", "affiliates", group="top"), Person("b", "affiliates")]
    desk = Desk({"fee": {"kind": "fixed_fee", "per": "lead", "amount": 5.0, "groups": ["top"]}}, people)
    assert desk.owed(leads=[10, 10]) == [5_000, 0]


def test_fee_that_a_partner_expects() -> None:
    """Rate = fees of the mean month over its premium: 4 contracts of 250, 25 leads each, 3 a lead: 300 on 1000."""
    counts, premium = [[4.0, 0, 0], [0, 0, 0]], [[1000.0, 0, 0], [0, 0, 0]]
    per_sale = [[2000], [100], [25], [6]]
    lead = Desk({"fee": {"kind": "fixed_fee", "per": "lead", "amount": 3.0}})
    assert lead.expected(premium, counts, per_sale)[0] == pytest.approx(0.3)
    view = Desk({"fee": {"kind": "fixed_fee", "per": "view", "amount": 20.0, "per_thousand": True}})
    assert view.expected(premium, counts, per_sale)[0] == pytest.approx(0.16)
    sale = Desk({"fee": {"kind": "fixed_fee", "per": "sale", "amount": 30.0}})
    assert sale.expected(premium, counts)[0] == pytest.approx(0.12)
    assert Desk({"fee": {"kind": "fixed_fee", "per": "renewal", "amount": 30.0}}).expected(premium, counts)[0] == 0
    penalty = Desk({"base": TEN, "out": {"kind": "bad_lead_penalty", "amount": 2.0}})
    assert penalty.expected(premium, counts, per_sale)[0] == pytest.approx(0.1 - 0.048)


def test_what_a_fee_may_not_say() -> None:
    assert "leave products out" in bad(kind="fixed_fee", per="lead", amount=1.0, products=["motor"])
    assert "per_thousand is for views" in bad(kind="fixed_fee", per="click", amount=1.0, per_thousand=True)
    fees = policy(
        {per: {"kind": "fixed_fee", "per": per, "amount": 1.0} for per in ("view", "click", "lead", "sale", "renewal")}
    )
    assert [rule.needs_funnel for rule in fees.rules.values()] == [True, True, True, False, False]


# --- bonuses ---------------------------------------------------------------------------------------------------------


def test_fixed_bonus_for_those_that_sell() -> None:
    """A new contract or a renewal this month earns it; a partner that is gone earns nothing on vested renewals."""
    desk = Desk({"bonus": only_in_affiliates({"kind": "fixed_bonus", "amount": 3_000.0})})
    assert desk.owed(0, count_new=[[1, 0, 1], [0, 0, 0]]) == [300_000, 0, 0]
    assert desk.owed(1, count_renewal=[[0, 0, 0], [0, 2, 0]]) == [0, 300_000, 0]
    assert desk.owed(2, count_renewal=[[1, 1, 0], [0, 0, 0]], present=[True, False, True]) == [300_000, 0, 0]


@pytest.mark.parametrize(("by", "least"), [("premium", 1000.0), ("contracts", 4.0)])
def test_fixed_bonus_above_a_volume(by: str, least: float) -> None:
    """The bound itself is enough; only covered products count."""
    desk = Desk({"bonus": {"kind": "fixed_bonus", "amount": 10.0, "by": by, "least": least, "products": ["motor"]}})
    facts = {
        "premium_new": [[100_000, 60_000, 99_999], [0, 0, 10_000]], "premium_renewal": [[0, 40_000, 0], [0, 0, 0]],
        "count_new": [[4, 2, 3], [0, 0, 5]], "count_renewal": [[0, 2, 0], [0, 0, 0]],
    }  # fmt: skip
    assert desk.owed(0, **facts) == [1_000, 1_000, 0]
    rates = desk.expected([[1000.0, 900.0, 0.0], [0.0, 500.0, 800.0]], [[4.0, 3.9, 0.0], [0.0, 9.0, 9.0]])
    assert rates.tolist() == pytest.approx([0.01, 0.0, 0.0])


def test_share_bonus_and_promotion() -> None:
    rules = {
        "base": TEN,
        "extra": {
            "kind": "share_bonus",
            "new": {"rate": 0.02, "products": {"home": 0.05}},
            "renewal": {"since": {"2024-01": 0.0, "2025-02": 0.01}},
        },
        "spring": {
            "kind": "promotion",
            "share": 0.03,
            "per_sale": 7.0,
            "effective_from": "2025-02",
            "effective_until": "2025-03",
        },
    }
    desk = Desk(rules)
    facts = {
        "premium_new": [[10_000, 0, 0], [20_000, 0, 0]],
        "premium_renewal": [[30_000, 0, 0], [0, 0, 0]],
        "count_new": [[2, 0, 0], [1, 0, 0]],
    }
    assert [desk.owed(t, **facts)[0] for t in range(3)] == [
        6_000 + 200 + 1_000,
        6_000 + 200 + 1_000 + 300 + 900 + 3 * 700,
        6_000 + 200 + 1_000 + 300,
    ]
    february = desk.month(1, **facts)
    assert february.on_new[:, 0].tolist() == [1_000 + 200 + 300, 2_000 + 1_000 + 600]
    assert february.fees_on_new[:, 0].tolist() == [1_400, 700]
    assert february.expensed[0] == 2_100
    rates = [desk.expected([[100.0, 0, 0], [0, 0, 0]], [[2.0, 0, 0], [0, 0, 0]], t=t)[0] for t in range(3)]
    assert rates == pytest.approx([0.12, 0.12 + 0.03 + 0.14, 0.12])
    found = policy(rules).rules
    assert found["extra"].highest_rate("home", "banks") == 0.05
    assert found["spring"].highest_rate("home", "banks") == 0.03
    assert "effective_until" in bad(kind="promotion", share=0.1, effective_from="2025-01")
    assert "of nothing" in bad(kind="promotion", effective_from="2025-01", effective_until="2025-02")
    assert "of nothing" in bad(kind="share_bonus")


def test_exclusivity_bonus() -> None:
    """Partners whose flow is ours to the stated share, new business and renewals; the commission is that of premium."""
    desk = Desk({"only_us": {"kind": "exclusivity_bonus", "rate": 0.04, "from_share": 0.9}})
    facts = {
        "premium_new": [[10_000] * 3, [0] * 3],
        "premium_renewal": [[5_000] * 3, [0] * 3],
        "share": [0.9, 0.89, 1.0],
    }
    statement = desk.month(0, **facts)
    assert statement.accrued[MOTOR, :3].tolist() == [600, 0, 600]
    assert statement.on_new[MOTOR, :3].tolist() == [400, 0, 400]
    assert desk.expected([[100.0] * 3, [0] * 3], [[1.0] * 3, [0] * 3]).tolist() == pytest.approx([0.04] * 3)
    gone = desk.month(0, premium_renewal=[[5_000] * 3, [0] * 3], present=[False, True, True])
    assert gone.accrued[MOTOR, :3].tolist() == [0, 200, 200]  # its vested renewals earn no such bonus
    full = Desk({"only_us": {"kind": "exclusivity_bonus", "rate": 0.04}})
    assert full.month(0, **facts).accrued[MOTOR, :3].tolist() == [0, 0, 600]


# --- limits ----------------------------------------------------------------------------------------------------------


def test_cap_on_a_share_of_premium() -> None:
    """12 % of motor and 30 % of home under a cap of 20 % each: only home is cut, and its new part in proportion."""
    rules = {
        "base": {"kind": "base", "new": {"rate": 0.12, "products": {"home": 0.3}}},
        "most": only_in_affiliates({"kind": "cap", "share_of_premium": 0.2}),
    }
    facts = {"premium_new": [[10_000] * 3, [3_000] * 3], "premium_renewal": [[0] * 3, [1_000] * 3]}
    statement = Desk(rules).month(0, **facts)
    assert statement.accrued[:, :3].tolist() == [[1_200] * 3, [800, 800, 1_200]]
    assert statement.on_new[:, :3].tolist() == [[1_200] * 3, [600, 600, 900]]
    assert statement.booked["most"] == -2 * 400
    rates = Desk(rules).expected([[100.0] * 3, [100.0] * 3], [[1.0] * 3] * 2)
    assert rates.tolist() == pytest.approx([0.16, 0.16, 0.21])


def test_cap_leaves_sponsors_their_part() -> None:
    desk = Desk({"base": TEN, "most": {"kind": "cap", "share_of_premium": 0.04}})
    facts = desk.facts(0, premium_new=[[10_000] * 3, [0] * 3])
    table, statement = desk.trial.table, desk.month(0)
    table.passed[MOTOR, :2] = 500, 300
    table.accrued[MOTOR, :3] = 1_000
    name, rule = desk.trial.book.rules[1]
    rule.accrue(facts, desk.trial.book.pages(JANUARY)[1].terms, desk.trial.memory[name], statement)
    assert table.accrued[MOTOR, :3].tolist() == [500, 400, 400]


def test_cap_of_a_month() -> None:
    """The whole commission counts, true-ups included; what is over is reversed at the statement."""
    rules = {
        "base": TEN,
        "bonus": {"kind": "fixed_bonus", "amount": 50.0},
        "most": only_in_affiliates({"kind": "cap", "per_month": 100.0}),
    }
    statement = Desk(rules).month(0, premium_new=[[80_000, 40_000, 900_000], [0] * 3], count_new=[[1] * 3, [0] * 3])
    assert statement.reversed[:3].tolist() == [3_000, 0, 0]
    assert [statement.owed(i) for i in range(3)] == [10_000, 9_000, 95_000]
    assert Desk(rules).expected([[800.0, 400.0, 0], [0] * 3], [[1.0] * 3, [0] * 3])[:2].tolist() == pytest.approx(
        [0.125, 0.225]
    )


def test_cap_of_a_calendar_year() -> None:
    """25 a month under 100 a year: four months are paid, the rest reversed, and January starts anew."""
    desk = Desk({"base": TEN, "most": {"kind": "cap", "per_year": 100.0}})
    owed = [desk.owed(t, premium_new=[[25_000, 0, 0], [0] * 3])[0] for t in range(3, 15)]
    assert owed == [2_500] * 4 + [0] * 5 + [2_500] * 3
    assert desk.expected([[250.0, 0, 0], [0] * 3], [[1.0] * 3, [0] * 3])[0] == pytest.approx(100 / 12 / 250)


def test_cap_of_chosen_partners() -> None:
    """Partners of a segment that the cap does not choose keep everything."""
    people = [Person("a", "affiliates", group="top"), Person("b", "affiliates")]
    facts = {"premium_new": [[100_000] * 2, [0] * 2]}
    for terms in ({"share_of_premium": 0.01}, {"per_month": 10.0}, {"per_year": 10.0}):
        assert Desk({"base": TEN, "most": {"kind": "cap", "groups": ["top"], **terms}}, people).owed(**facts) == [
            1_000,
            10_000,
        ]


def test_floor() -> None:
    """The statement tops up to 80 for those that are there and ours; after a penalty it is not topped up again."""
    rules = {
        "base": TEN,
        "least": only_in_affiliates({"kind": "floor", "per_month": 80.0}),
        "out": {"kind": "bad_lead_penalty", "amount": 3.0},
    }
    facts = {"premium_new": [[50_000, 90_000, 10_000], [0] * 3], "bad_leads": [2, 0, 1]}
    assert Desk(rules).owed(0, **facts) == [8_000 - 600, 9_000, 1_000 - 300]
    assert Desk(rules).owed(0) == [8_000, 8_000, 0]
    assert Desk(rules).owed(0, present=[False, True, True], share=[1.0, 0.0, 1.0]) == [0, 0, 0]
    assert Desk(rules).expected([[500.0, 900.0, 100.0], [0] * 3], [[1.0] * 3, [0] * 3]).tolist() == pytest.approx(
        [0.16, 0.1, 0.1]
    )


def test_limits_count_what_is_reversed() -> None:
    """15 % falls to 10 % at 1000: the second 600 earns 60 and reverses 30; the rest of a guarantee of 50 is 20."""
    falling = {"kind": "retroactive", "brackets": [{"above": 0, "rate": 0.15}, {"above": 1000, "rate": 0.1}]}
    rules = {
        "volume": {"kind": "tiers", "scale": falling},
        "least": only_in_affiliates({"kind": "floor", "per_month": 50.0}),
    }
    desk = Desk(rules)
    assert [desk.owed(t, premium_new=[[60_000, 0, 60_000], [0] * 3])[::2] for t in range(2)] == [
        [9_000, 9_000],
        [5_000, 3_000],
    ]
    capped = Desk({**rules, "least": {"kind": "cap", "per_month": 40.0}})
    assert [capped.owed(t, premium_new=[[60_000, 0, 0], [0] * 3])[0] for t in range(2)] == [4_000, 3_000]


def test_floor_of_an_entrants_first_months() -> None:
    desk = Desk({"least": {"kind": "floor", "per_month": 80.0, "months": "3mo"}})
    assert [desk.owed(t, entered=[1, 2, -16384]) for t in range(1, 6)] == [
        [8_000, 8_000, 0], [8_000, 8_000, 0], [8_000, 8_000, 0], [0, 8_000, 0], [0, 0, 0],
    ]  # fmt: skip
    assert desk.expected([[10.0] * 3, [0] * 3], [[1.0] * 3, [0] * 3]).tolist() == [0, 0, 0]


def test_what_limits_may_not_say() -> None:
    assert "a cap on nothing" in bad(kind="cap")
    assert "leave products out" in bad(kind="cap", per_month=1.0, products=["motor"])
    assert "leave products out" in bad(kind="floor", per_month=1.0, products=["motor"])
    assert "leave products out" in bad(kind="bad_lead_penalty", amount=1.0, products=["motor"])


# --- splits ----------------------------------------------------------------------------------------------------------


def test_network_fee() -> None:
    """30 % on top of the affiliates' commission: deferred on premium by product, at once on a fixed sum."""
    rules = {
        "base": TEN,
        "fee": {"kind": "fixed_fee", "per": "lead", "amount": 5.0},
        "network": only_in_affiliates({"kind": "network_fee", "share": 0.3, "of": "commission"}),
    }
    facts = {"premium_new": [[10_000, 5_000, 9_000], [3_000, 0, 0]], "leads": [1, 3, 2]}
    statement = Desk(rules).month(0, **facts)
    assert statement.fees[:, 0].tolist() == [300 + 150, 90]
    assert statement.fees_now == 150 + 450
    assert [statement.owed(i) for i in range(3)] == [1_300 + 500, 500 + 1_500, 900 + 1_000]
    of_premium = Desk(
        {**rules, "network": only_in_affiliates({"kind": "network_fee", "share": 0.02, "of": "premium"})}
    ).month(0, **facts)
    assert of_premium.fees[:, 0].tolist() == [200 + 100, 60] and of_premium.fees_now == 0


@pytest.mark.parametrize("funding", ["carve_out", "on_top"])
def test_cross_bonus(funding: str) -> None:
    """A tenth for our own staff: out of the commission of 1000 and the bonus of 500, or beside them."""
    rules = {
        "base": TEN,
        "fee": {"kind": "fixed_fee", "per": "lead", "amount": 5.0},
        "staff": {"kind": "cross_bonus", "share": 0.1, "funding": funding, "segments": ["banks"]},
    }
    desk, out = Desk(rules), funding == "carve_out"
    statement = desk.month(0, premium_new=[[10_000, 0, 10_000], [0] * 3], leads=[0, 0, 1])
    assert (statement.fees[:, 0].tolist(), statement.fees_now) == ([100, 0], 50)
    assert [statement.owed(i) for i in range(3)] == [1_000, 0, 1_350 if out else 1_500]
    assert statement.on_new[MOTOR, 2] == (900 if out else 1_000)
    assert statement.total == 1_000 + 1_500 + (0 if out else 150)
    rates = desk.expected([[100.0, 100.0, 100.0], [0] * 3], [[1.0] * 3, [0] * 3], [[0], [0], [1], [0]])
    assert rates.tolist() == pytest.approx([0.15, 0.15, 0.135 if out else 0.15])
    with pytest.raises(ValidationError):
        policy({"staff": {"kind": "cross_bonus", "share": 0.1}})


def test_splits_of_chosen_partners() -> None:
    people = [Person("a", "affiliates", group="top"), Person("b", "affiliates")]
    common = {"base": TEN, "fee": {"kind": "fixed_fee", "per": "lead", "amount": 5.0}}
    for split in ({"kind": "network_fee", "of": "commission"}, {"kind": "cross_bonus", "funding": "carve_out"}):
        desk = Desk({**common, "split": {**split, "share": 0.5, "groups": ["top"]}}, people)
        statement = desk.month(0, premium_new=[[10_000] * 2, [0] * 2], leads=[1, 1])
        assert (statement.fees[:, 0].tolist(), statement.fees_now) == ([500, 0], 250)


def test_programme_cost() -> None:
    """20 a month and 3 for each partner that is there and sold this month or in the two before."""
    desk = Desk({"cost": only_in_affiliates({"kind": "programme_cost", "per_month": 20.0, "per_active_partner": 3.0})})
    assert desk.month(0, count_new=[[1, 0, 1], [0, 1, 0]]).programme == 2_000 + 600
    bits = np.array([0b010, 0b100, 0b001], dtype=np.uint32)
    assert desk.month(1, sold_months=bits).programme == 2_000 + 300
    assert desk.month(1, sold_months=bits, present=[False] * 3).programme == 2_000
    assert desk.month(1).total == 0


def test_pay_of_a_manager_by_performance() -> None:
    """20 a month, 3 for each active partner and 1 % of their premium, new and renewed, but at most 50."""
    pay = {"per_month": 20.0, "per_active_partner": 3.0, "share": 0.01, "most": 50.0}
    desk = Desk({"cost": only_in_affiliates({"kind": "programme_cost", **pay})})
    sold = {"premium_new": [[80_000, 0, 20_000], [0, 5_000, 0]], "count_new": [[1, 0, 1], [0, 1, 0]]}
    here = desk.month(0, premium_renewal=[[0, 10_050, 0], [0, 0, 0]], **sold)  # 0.5 units are rounded half to even
    assert here.programme == 2_000 + 600 + 950
    assert desk.month(1, premium_new=[[800_000] * 3, [0] * 3]).programme == 5_000


# --- properties ------------------------------------------------------------------------------------------------------

MONEY = st.integers(0, 10**7)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(MONEY, MONEY, st.integers(0, 40)), min_size=1, max_size=14),
    st.integers(1, 400),
    st.integers(1, 2_000),
)
def test_limits_hold_whatever_happens(months: list[tuple[int, int, int]], least: int, most: int) -> None:
    """Before clawback no month is over its cap, no calendar year over its own, none below the floor under the cap."""
    month_cap, year_cap = most * 100, most * 500
    rules = {
        "base": TEN,
        "fee": {"kind": "fixed_fee", "per": "lead", "amount": 40.0},
        "least": {"kind": "floor", "per_month": float(min(least, most))},
        "most": {"kind": "cap", "per_month": float(most), "per_year": most * 5.0},
    }
    desk, year = Desk(rules), 0
    for t, (motor, home, leads) in enumerate(months):
        owed = desk.owed(t, premium_new=[[motor, 0, 0], [home, 0, 0]], leads=[leads, 0, 0])[0]
        year = owed if t % 12 == 0 else year + owed
        assert owed <= month_cap and year <= year_cap
        plain = round(motor / 10) + round(home / 10) + leads * 4_000
        assert owed == min(max(plain, min(least, most) * 100), month_cap, year_cap - (year - owed))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(MONEY, MONEY), min_size=3, max_size=3), st.floats(0.0, 1.0))
def test_carve_out_costs_us_nothing(premium: list[tuple[int, int]], share: float) -> None:
    """Whatever the share, partners and staff together get what partners got alone, by product."""
    facts = {"premium_new": np.array(premium).T, "leads": [5, 0, 2]}
    rules = {"base": TEN, "fee": {"kind": "fixed_fee", "per": "lead", "amount": 12.34}}
    alone = Desk(rules).month(0, **facts)
    expected = alone.accrued.sum(axis=1).tolist(), int(alone.expensed.sum())
    split = Desk({**rules, "staff": {"kind": "cross_bonus", "share": share, "funding": "carve_out"}}).month(0, **facts)
    by_product = (split.accrued.sum(axis=1) + split.fees[:, 0]).tolist()
    assert (by_product, int(split.expensed.sum() + split.fees_now.sum())) == expected


def test_explained_by_what_was_counted() -> None:
    """Each line names what its amount was computed on."""
    rules = {
        "a_view": {"kind": "fixed_fee", "per": "view", "amount": 10.0, "per_thousand": True},
        "b_sale": {"kind": "fixed_fee", "per": "sale", "amount": 5.0, "products": ["home"]},
        "c_bonus": {"kind": "fixed_bonus", "amount": 1.0},
        "d_spring": {
            "kind": "promotion",
            "share": 0.01,
            "per_sale": 2.0,
            "effective_from": "2025-01",
            "effective_until": "2025-02",
        },
        "e_out": {"kind": "bad_lead_penalty", "amount": 2.0},
        "f_most": {"kind": "cap", "per_year": 20.0},
    }
    facts = {
        "premium_new": [[10_000, 0, 0], [0] * 3],
        "count_new": [[2, 0, 0], [1, 0, 0]],
        "views": [500, 0, 0],
        "bad_leads": [3, 0, 0],
    }
    statement = Desk(rules).month(0, "a", **facts)
    lines = [(one.rule, one.product, one.reads, one.input, one.amount) for one in statement.lines]
    assert lines == [
        ("d_spring", "motor", "premium", 10_000.0, 100),
        ("a_view", "", "views", 500.0, 500),
        ("b_sale", "", "contracts", 1.0, 500),
        ("c_bonus", "", "contracts", 3.0, 100),
        ("d_spring", "", "contracts", 3.0, 600),
        ("e_out", "", "bad_leads", 3.0, -600),
    ]
