"""Commission on the sponsor tree: R070, R072, R074, the theory on random trees, to the last minor unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.base.units import month_ordinal
from sim.engine.model import PartnerNetwork
from sim.policy.given.facts import MonthFacts
from sim.policy.parts.upline import with_downlines
from sim.policy.statement import Statement
from sim.policy.trial import Person, Trial
from sim.scenario.schema import scenario_model
from sim.theory import overrides
from tests.whole.hypotheses import case
from tests.whole.scenarios import P, plan

JANUARY = month_ordinal("2025-01")
PERCENT = 100  # minor units whose whole percentages are whole minor units
COMPRESSIONS = ["forfeit", "dynamic", "pass_up"]
BASE = {"kind": "base", "new": 0.0}
Tree = Mapping[str, str | None]


class Team:
    """Partners on a tree under some rules, month by month."""

    def __init__(
        self, sponsors: Tree, rules: Mapping[str, Any], products: Mapping[str, int] | None = None, **people: Any
    ) -> None:
        policy = scenario_model().model_fields["policy"].annotation.model_validate({"rules": dict(rules)})  # type: ignore[union-attr]
        groups = people.get("groups", {})
        self.people = [Person(name, sponsor=above, group=groups.get(name, "")) for name, above in sponsors.items()]
        self.trial = Trial(policy, products or {"line": 12}, self.people)
        self.row = self.trial.row

    def facts(self, t: int = 0, inactive: Sequence[str] = (), **sold: Any) -> MonthFacts:
        """Facts of a month: `premium_new` and the like by partner."""
        facts = self.trial.facts(JANUARY + t, t)
        for name in inactive:
            facts.present[self.row[name]] = False
        for column, amounts in sold.items():
            for name, amount in amounts.items():
                getattr(facts, column)[..., self.row[name]] = amount
        return facts

    def month(self, t: int = 0, inactive: Sequence[str] = (), **sold: Any) -> Statement:
        statement = self.trial.month(self.facts(t, inactive, **sold))
        assert statement.passed.sum() == statement.received.sum()
        assert not statement.received[-1]
        assert not statement.accrued[:, -1].any()
        return statement

    def of(self, amounts: Any) -> dict[str, int]:
        """Amounts by row as amounts by name."""
        return {person.id: int(amounts[self.row[person.id]]) for person in self.people}


def levels(rates: Sequence[float], **more: Any) -> dict[str, Any]:
    return {"base": BASE, "levels": {"kind": "levels", "rates": list(rates), **more}}


def stair(brackets: Mapping[float, float], **more: Any) -> dict[str, Any]:
    steps = [{"above": above, "rate": rate} for above, rate in brackets.items()]
    return {"ranks": {"kind": "stair_step", "brackets": steps, **more}}


def minor(sales: Mapping[str, float]) -> dict[str, int]:
    return {name: round(one * 100) for name, one in sales.items()}


def owed(team: Team, statement: Statement) -> dict[str, int]:
    return {person.id: statement.owed(team.row[person.id]) for person in team.people}


# --- the reference cases ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "compression"), [("R070", "forfeit"), ("R070", "dynamic"), ("R070", "pass_up"), ("R072", "dynamic")]
)
def test_levels_of_the_case(name: str, compression: str) -> None:
    given = case(name)["parameters"]
    team = Team(given["sponsor"], levels(given["rates"], compression=compression))
    statement = team.month(inactive=given.get("inactive", ()), premium_new=minor(given["sales"]))
    assert team.of(statement.received) == minor(case(name)["expected"]["override"])
    assert (
        statement.accrued.sum()
        == statement.passed.sum()
        == statement.total
        == round(100 * case(name)["expected"]["total"])
    )
    assert owed(team, statement) == team.of(statement.received)


def test_ranks_of_the_case() -> None:
    """R074: own premium puts each partner into the rank that the case gives it."""
    one = case("R074")
    sales, rank = one["parameters"]["sales"], one["parameters"]["rank_rate"]
    brackets = {0: rank["A"], sales["B"]: rank["B"], sales["E"]: rank["E"], sales["D"]: rank["D"]}
    team = Team(one["parameters"]["sponsor"], stair(brackets))
    statement = team.month(premium_new=minor(sales))
    assert owed(team, statement) == minor(one["expected"]["payout"])
    assert statement.total == statement.accrued.sum() == round(100 * one["expected"]["total"])


CHAIN: Tree = {"A": None, "B": "A", "C": "B", "D": "C"}


@pytest.mark.parametrize(
    ("compression", "expected"),
    [
        ("forfeit", {"A": 1_00, "B": 3_00, "C": 0}),
        ("dynamic", {"A": 3_00, "B": 5_00, "C": 0}),
        ("pass_up", {"A": 1_00, "B": 8_00, "C": 0}),
    ],
)
def test_inactive_sponsor_by_hand(compression: str, expected: dict[str, int]) -> None:
    """100.00 of D at 5, 3 and 1 % with C inactive; with C and B inactive A gets its own level, the first, or all."""
    team = Team(CHAIN, levels([0.05, 0.03, 0.01], compression=compression))
    assert team.of(team.month(inactive="C", premium_new={"D": 100_00}).received) == {**expected, "D": 0}
    assert (
        team.month(inactive="CB", premium_new={"D": 100_00}).received[0]
        == {"forfeit": 1_00, "dynamic": 5_00, "pass_up": 9_00}[compression]
    )
    assert team.month(inactive="ABC", premium_new={"D": 100_00}).total == 0


# --- the theory on random trees --------------------------------------------------------------------------------------


@st.composite
def trees(draw: st.DrawFn) -> dict[str, str | None]:
    """Trees of at most nine partners whose rows stand in any order."""
    size = draw(st.integers(1, 9))
    above = {f"p{i}": draw(st.sampled_from([None, *(f"p{j}" for j in range(i))])) for i in range(size)}
    return {name: above[name] for name in draw(st.permutations(list(above)))}


def some_of(tree: Tree, draw: Any) -> list[str]:
    return sorted(draw(st.sets(st.sampled_from(list(tree)))))


PERCENTS = st.integers(0, 40).map(lambda one: one / 100)


@settings(max_examples=150, deadline=None)
@given(trees(), st.lists(PERCENTS, min_size=1, max_size=4), st.sampled_from(COMPRESSIONS), st.data())
def test_levels_as_the_theory_says(tree: Tree, rates: list[float], compression: str, data: st.DataObject) -> None:
    inactive = some_of(tree, data.draw)
    sales = {name: data.draw(st.integers(0, 10**6)) * PERCENT for name in tree}
    expected = overrides.unilevel(tree, sales, rates, inactive, compression)
    team = Team(tree, levels(rates, compression=compression))
    statement = team.month(inactive=inactive, premium_new=sales)
    assert team.of(statement.received) == {name: round(one) for name, one in expected.override.items()}
    assert team.of(statement.passed[0]) == team.of(statement.accrued[0])


@settings(max_examples=100, deadline=None)
@given(trees(), PERCENTS, st.sampled_from(COMPRESSIONS), st.data())
def test_unlimited_levels_are_as_many_as_the_tree_is_deep(
    tree: Tree, deeper: float, compression: str, data: st.DataObject
) -> None:
    inactive = some_of(tree, data.draw)
    sales = {name: data.draw(st.integers(0, 10**6)) * PERCENT for name in tree}
    expected = overrides.unilevel(tree, sales, [0.07, *[deeper] * len(tree)], inactive, compression)
    team = Team(tree, levels([0.07], deeper=deeper, compression=compression))
    received = team.month(inactive=inactive, premium_new=sales).received
    assert team.of(received) == {name: round(one) for name, one in expected.override.items()}


@settings(max_examples=150, deadline=None)
@given(trees(), st.data())
def test_ranks_as_the_theory_says(tree: Tree, data: st.DataObject) -> None:
    """Ranks by own premium on scales that need not rise."""
    inactive = some_of(tree, data.draw)
    brackets = {bound: data.draw(PERCENTS) for bound in (0, 200, 500, 700)}
    sales = {name: data.draw(st.integers(0, 1000)) * PERCENT for name in tree}
    rank = {
        name: next(rate for bound, rate in reversed(brackets.items()) if sales[name] >= 100 * bound) for name in tree
    }
    expected = overrides.stair_step(tree, sales, rank, inactive)
    team = Team(tree, stair(brackets))
    statement = team.month(inactive=inactive, premium_new=sales)
    assert owed(team, statement) == {name: round(one) for name, one in expected.override.items()}


# --- rounding, conservation, clawback --------------------------------------------------------------------------------


def line(rate: float, amount: int) -> int:
    return int((Decimal(str(rate)) * amount).quantize(Decimal(1), ROUND_HALF_EVEN))


AMOUNTS = st.integers(0, 10**7)


@settings(max_examples=80, deadline=None)
@given(trees(), st.data())
def test_a_chain_gets_the_line_of_its_highest_rank(tree: Tree, data: st.DataObject) -> None:
    """Any kopecks: what a seller's chain gets is one line, new and renewal each, whoever it is split over."""
    new, renewal = ({name: data.draw(AMOUNTS) for name in tree} for _ in range(2))
    team = Team(tree, stair({0: 0.035, 10_000: 0.0875, 60_000: 0.125}))
    facts = team.facts(premium_new=new, premium_renewal=renewal)
    statement = team.trial.month(facts)
    rates = {
        name: next(
            r for b, r in ((60_000, 0.125), (10_000, 0.0875), (0, 0.035)) if new[name] + renewal[name] >= 100 * b
        )
        for name in tree
    }
    for name in tree:
        highest = max(rates[one] for one in (name, *overrides.upline(tree, name)))
        assert statement.accrued[0, team.row[name]] == line(highest, new[name]) + line(highest, renewal[name])
        assert statement.own(0, team.row[name]) == line(rates[name], new[name]) + line(rates[name], renewal[name])
    assert statement.received.sum() == statement.passed.sum()


@settings(max_examples=60, deadline=None)
@given(trees(), st.sampled_from(COMPRESSIONS), st.data())
def test_every_level_is_a_line(tree: Tree, compression: str, data: st.DataObject) -> None:
    rates = [0.0375, 0.025, 0.0125]
    new, renewal = ({name: data.draw(AMOUNTS) for name in tree} for _ in range(2))
    statement = Team(tree, levels(rates, compression=compression)).month(premium_new=new, premium_renewal=renewal)
    expected = 0
    for name in tree:
        for rate, _ in zip(rates, overrides.upline(tree, name), strict=False):
            expected += line(rate, new[name]) + line(rate, renewal[name])
    assert statement.passed.sum() == expected


@settings(max_examples=100, deadline=None)
@given(trees(), st.sampled_from([*COMPRESSIONS, "ranks"]), st.data())
def test_what_comes_back_adds_up(tree: Tree, how: str, data: st.DataObject) -> None:
    """Released commission goes back in the proportions of present rates, whole to the kopeck, or not at all."""
    inactive = some_of(tree, data.draw)
    released = {name: data.draw(st.integers(0, 10**6)) for name in tree}
    sales = {name: data.draw(st.integers(0, 1000)) * PERCENT for name in tree}
    rules = (
        stair({0: 0.05, 300: 0.1, 600: 0.2}) if how == "ranks" else levels([0.05, 0.02], deeper=0.01, compression=how)
    )
    team = Team(tree, rules)
    facts = team.facts(inactive=inactive, premium_new=sales, released_passed=released, released=released)
    statement = team.trial.month(facts)
    taken = dict.fromkeys(tree, 0.0)
    whole = 0
    for name, amount in released.items():
        shares = _shares(tree, name, inactive, how, sales)
        whole += amount if shares else 0
        for receiver, share in shares.items():
            taken[receiver] += amount * share
    assert statement.taken_back.sum() == whole
    for name, amount in taken.items():
        assert abs(statement.taken_back[team.row[name]] - amount) <= len(tree)


def _shares(tree: Tree, seller: str, inactive: Sequence[str], how: str, sales: Mapping[str, int]) -> dict[str, float]:
    """Who gets which share of what a seller passes on, from the theory."""
    if how == "ranks":
        rank = {name: 0.2 if sales[name] >= 60_000 else 0.1 if sales[name] >= 30_000 else 0.05 for name in tree}
        got = dict(overrides.stair_step(tree, {seller: 1.0}, rank, inactive).override)
        got.pop(seller)
    else:
        got = overrides.unilevel(tree, {seller: 1.0}, [0.05, 0.02, *[0.01] * len(tree)], inactive, how).override  # type: ignore[arg-type]
    total = sum(got.values())
    return {name: one / total for name, one in got.items() if one > 1e-12} if total > 1e-12 else {}


def test_sponsors_keep_where_the_rule_says_so() -> None:
    back = {"released": {"D": 1_000}, "released_passed": {"D": 400}}
    team = Team(CHAIN, levels([0.03, 0.01]))
    assert team.of(team.trial.month(team.facts(**back)).taken_back) == {"A": 0, "B": 100, "C": 300, "D": 600}
    team = Team(CHAIN, levels([0.03, 0.01], clawback=False))
    assert team.of(team.trial.month(team.facts(**back)).taken_back) == {"A": 0, "B": 0, "C": 0, "D": 600}


def test_ranks_give_back_their_differences() -> None:
    """D 5 %, C and B 10 %, A 20 %: C got 5 points of the 15 passed on, A 10."""
    team = Team(CHAIN, stair({0: 0.05, 300: 0.1, 600: 0.2}))
    sold = {"A": 700_00, "B": 400_00, "C": 500_00, "D": 100_00}
    facts = team.facts(
        premium_new=sold, premium_renewal={"D": 20_00}, released={"D": 1_500}, released_passed={"D": 900}
    )
    statement = team.trial.month(facts)
    assert team.of(statement.taken_back) == {"A": 600, "B": 0, "C": 300, "D": 600}
    assert team.of(statement.on_new[0]) == {"A": 140_00, "B": 40_00, "C": 50_00, "D": 5_00}


# --- what counts, who is active --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("business", "expected"), [("all", 5_00), ("new", 2_00), ("renewal", 3_00)])
def test_business(business: str, expected: int) -> None:
    team = Team(CHAIN, levels([0.05], business=business))
    assert team.month(premium_new={"B": 40_00}, premium_renewal={"B": 60_00}).received[0] == expected


def test_levels_on_commission() -> None:
    """Half of the seller's 10 %, a quarter to the next; at the statement the same of its fixed bonus of 8.00."""
    rules = {
        "base": {"kind": "base", "new": 0.1}, "bonus": {"kind": "fixed_bonus", "amount": 8.0, "products": None},
        "levels": {"kind": "levels", "of": "commission", "rates": [0.5, 0.25]},
    }  # fmt: skip
    team = Team(CHAIN, rules, {"line": 12, "other": 12})
    statement = team.month(premium_new={"D": 100_00}, count_new={"D": 1})
    assert statement.passed[:, team.row["D"]].tolist() == [7_50, 7_50]
    assert team.of(statement.received) == {"A": 0, "B": 5_00, "C": 10_00, "D": 0}
    assert team.of(statement.expensed) == {"A": 0, "B": 2_00, "C": 4_00, "D": 8_00}
    rules["levels"] = {**rules["levels"], "products": ["line"]}
    statement = Team(CHAIN, rules, {"line": 12, "other": 12}).month(premium_new={"D": 100_00}, count_new={"D": 1})
    assert statement.received.tolist() == [0, 2_50, 5_00, 0, 0]
    assert statement.expensed.tolist() == [0, 0, 0, 8_00, 0]


def test_levels_on_commission_do_not_count_levels() -> None:
    """Two rules of levels see the seller's own commission, not each other's."""
    on = {"kind": "levels", "of": "commission", "rates": [0.5]}
    rules = {"base": {"kind": "base", "new": 0.1}, "first": {**on}, "second": {**on, "clawback": False}}
    assert Team(CHAIN, rules).month(premium_new={"D": 100_00}).received.tolist() == [0, 0, 10_00, 0, 0]


def test_conditions_choose_sellers_of_commission() -> None:
    """A and B are in the group: what C sells passes nothing on, neither on its premium nor of its bonus."""
    rules = {
        "base": {"kind": "base", "new": 0.1}, "bonus": {"kind": "fixed_bonus", "amount": 8.0},
        "levels": {"kind": "levels", "of": "commission", "rates": [0.5], "groups": ["new"]},
    }  # fmt: skip
    team = Team(CHAIN, rules, groups={"A": "new", "B": "new"})
    statement = team.month(premium_new={"B": 100_00, "C": 100_00}, count_new={"B": 1, "C": 1})
    assert team.of(statement.received) == {"A": 5_00, "B": 0, "C": 0, "D": 0}
    assert team.of(statement.expensed) == {"A": 4_00, "B": 8_00, "C": 8_00, "D": 0}


@pytest.mark.parametrize(
    ("bits", "now", "expected"), [(0, 0, 0), (0b1, 0, 5), (0b100, 0, 5), (0b1000, 0, 0), (0, 2, 5)]
)
def test_active_while_selling(bits: int, now: int, expected: int) -> None:
    team = Team(CHAIN, levels([0.05], active="selling"))
    statement = team.month(premium_new={"B": 1_00}, sold_months={"A": bits}, count_new={"A": now})
    assert statement.received[0] == expected
    assert (
        team.month(inactive="A", premium_new={"B": 1_00}, sold_months={"A": bits}, count_new={"A": now}).received[0]
        == 0
    )


def test_rates_are_dated_and_cells_are_sellers() -> None:
    dated = {"since": {"2025-01": 0.05, "2025-03": 0.1}}
    team = Team(CHAIN, levels([dated], products=["line"]), {"line": 12, "other": 12})
    paid = [team.month(t, premium_new={"B": 1_00}).received[0] for t in range(4)]
    assert paid == [5, 5, 10, 10]


def test_ranks_of_groups_over_a_window() -> None:
    """Group premium of three months: A reaches 20 % by its downline in the second month and falls back in the fifth."""
    team = Team(CHAIN, stair({0: 0.1, 1_000: 0.2}, measure="group", window="3mo"))
    paid = []
    for t, sold in enumerate((600_00, 500_00, 0, 0, 400_00)):
        statement = team.month(t, premium_new={"D": sold, "A": 1_00 if t in (3, 4) else 0})
        paid.append(owed(team, statement))
    assert paid[0] == {"A": 0, "B": 0, "C": 0, "D": 60_00}
    assert paid[1] == {"A": 0, "B": 0, "C": 0, "D": 100_00}  # D itself has 1 100.00
    assert paid[3]["A"] == 10  # own 1.00 and 500.00 below
    own = Team(CHAIN, stair({0: 0.1, 1_000: 0.2}, measure="group", window="3mo"))
    split = own.month(premium_new={"D": 600_00, "C": 500_00})
    assert owed(own, split) == {"A": 0, "B": 0, "C": 160_00, "D": 60_00}


def test_ranks_are_dated() -> None:
    ranks = {
        "since": {
            "2025-01": [{"above": 0, "rate": 0.1}],
            "2025-02": [{"above": 0, "rate": 0.2}, {"above": 900, "rate": 0.3}],
        }
    }
    team = Team(CHAIN, {"ranks": {"kind": "stair_step", "brackets": ranks}})
    assert [team.month(t, premium_new={"D": 300_00}).accrued.sum() for t in range(4)] == [30_00, 60_00, 90_00, 90_00]


def test_only_sellers_need_be_covered() -> None:
    """A rule for a group pays on what the group sells, to sponsors outside of it as well."""
    rules = levels([0.05], groups=["new"])
    team = Team(CHAIN, rules, groups={"B": "new"})
    assert team.of(team.month(premium_new={"B": 1_00, "C": 1_00}).received) == {"A": 5, "B": 0, "C": 0, "D": 0}


def test_nobody_gives_back_where_payment_says_none() -> None:
    policy = (
        scenario_model()
        .model_fields["policy"]
        .annotation.model_validate(  # type: ignore[union-attr]
            {"rules": levels([0.03, 0.01]), "payment": {"clawback": "none"}}
        )
    )
    trial = Trial(policy, {"line": 12}, [Person(name, sponsor=above) for name, above in CHAIN.items()])
    facts = trial.facts(JANUARY)
    facts.released[3] = 1_000
    facts.released_passed[0, 3] = 400
    assert trial.month(facts).taken_back.tolist() == [0] * 5


# --- size ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_a_chain_of_5000(compression: str) -> None:
    """Rows in both orders: the last one sells, everyone between is inactive, the top gets what its rule says."""
    size = 5_000
    for step in (1, -1):
        names = [f"p{i:04d}" for i in range(size)]
        chain = dict(zip(names, [None, *names], strict=False))
        tree = {name: chain[name] for name in names[::step]}
        team = Team(tree, levels([0.0], deeper=0.0001, compression=compression))
        inactive = names[1:-1]
        top = {"forfeit": 1, "dynamic": 0, "pass_up": size - 2}[compression]
        assert team.month(inactive=inactive, premium_new={names[-1]: 100_00}).received.sum() == top
        assert team.month(premium_new={names[-1]: 100_00}).received.sum() == size - 2
        own = np.ones(size + 1, dtype=np.int64)
        whole = with_downlines(own, team.facts())
        assert [whole[team.row[name]] for name in names] == list(range(size, 0, -1))


# --- what is refused, what partners expect ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({"kind": "levels", "rates": []}, "at least 1"),
        ({"kind": "levels", "rates": [0.1], "of": "commission", "business": "new"}, "business divides premium"),
        ({"kind": "levels", "rates": [0.1], "selling_within": "32mo"}, "below 32mo"),
        ({"kind": "stair_step", "brackets": [{"above": 5, "rate": 0.1}]}, "start from 0"),
        ({"kind": "stair_step", "brackets": [{"above": 0, "rate": 0.1}] * 2}, "must rise"),
        ({"kind": "stair_step", "brackets": [{"above": 0, "rate": 0.1}], "window": "0mo"}, "at least 1mo"),
    ],
)
def test_refused(block: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Team(CHAIN, {"rule": block})


def test_partners_count_on_their_own_rank_and_on_no_levels() -> None:
    """120 premium a month: the rank of 1 440 a year; levels add nothing."""
    offers = {}
    for name, rules in {
        "rank": stair({0: 0.05, 1_440: 0.12, 1_500: 0.3}),
        "levels": {"base": {"kind": "base", "new": 0.07}, "levels": {"kind": "levels", "rates": [0.2]}},
    }.items():
        model = PartnerNetwork(
            plan({f"{P}.price": 120.0, "policy.rules": rules, "segments.agents.sponsors": {"share": 0.5, "fan_out": 2}})
        )
        offers[name] = model.table.offer[0]
    assert offers == pytest.approx({"rank": 12.0, "levels": 7.0}, abs=1e-9)


def test_explain_reads_the_premium_below() -> None:
    team = Team(CHAIN, levels([0.05]))
    facts = team.facts(premium_new={"A": 7_00, "B": 1_00, "D": 2_00}, premium_renewal={"C": 4_00})
    lines = team.trial.month(facts, watched="A").lines
    assert [(one.rule, one.reads, one.input, one.rate, one.amount) for one in lines] == [
        ("levels", "downline_premium", 1_00.0, 0.05, 5)  # of those next below alone
    ]
