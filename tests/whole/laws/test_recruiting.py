"""Sponsors at the opening, recruits and their sponsors, the bounty for them, books of a scenario with all of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.base.errors import ScenarioError
from sim.base.units import month_ordinal
from sim.engine.layout.outline import SAFETY_DEVIATIONS
from sim.engine.layout.plan import Plan
from sim.engine.model import PartnerNetwork
from sim.judgement.session import lay_out
from sim.partners.growth import room
from sim.partners.listed import Listed
from sim.partners.population import build
from sim.policy.trial import Person, Trial
from sim.results.loading import load
from sim.scenario.language.roster_parts.roster_tree import cycles
from sim.scenario.schema import scenario_model
from tests.scenario.minimal import write
from tests.whole.fingerprint import protected
from tests.whole.hypotheses import likely, z_chi_square, z_mean, z_variance
from tests.whole.running import followed, many, monthly, named
from tests.whole.scenarios import EVERYTHING, P, S, plan
from tests.whole.test_invariants import check_books

JANUARY = month_ordinal("2025-01")
RECRUITING = f"{S}.turnover.recruiting"
SPONSORS = f"{S}.sponsors"


def tree_of(run: Plan) -> dict[str, str | None]:
    """Sponsor of each partner at the opening, by id."""
    ids = run.population.ids
    return {ids[i]: ids[j] if j >= 0 else None for i, j in enumerate(run.population.sponsor.tolist()[:-1])}


def depth(tree: dict[str, str | None]) -> int:
    """Longest line of sponsors above a partner."""

    def above(name: str | None) -> int:
        return 0 if name is None else 1 + above(tree[name])

    return max(above(sponsor) for sponsor in tree.values())


# --- who brought whom at the opening ---------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 200), st.integers(0, 100), st.integers(1, 9))
def test_segment_sponsors(partners: int, percent: int, fan_out: int) -> None:
    """The stated share has a sponsor, nobody has brought more than fan_out, nobody is above itself."""
    run = plan({f"{S}.partners": partners, SPONSORS: {"share": percent / 100, "fan_out": fan_out}})
    tree = tree_of(run)
    expected = min(partners * percent // 100, max(partners - 1, 0))
    brought = [sponsor for sponsor in tree.values() if sponsor is not None]
    assert len(brought) == expected
    assert not cycles(tree)
    counts = np.unique(brought, return_counts=True)[1] if brought else np.zeros(0)
    assert (np.sort(counts)[1:] == fan_out).all()  # all but the last sponsor
    assert counts.size == -(-expected // fan_out)


def test_segment_trees_are_several_levels_deep_and_unrelated_to_size() -> None:
    run = plan(
        {
            f"{S}.partners": 2_000,
            f"{S}.flow": {"dist": "lognormal", "mean": 5, "cv": 1.0},
            SPONSORS: {"share": 0.6, "fan_out": 5},
        }
    )
    assert depth(tree_of(run)) >= 3
    population = run.population
    with_sponsor = population.sponsor[:-1] >= 0
    sponsors = np.isin(np.arange(2_000), population.sponsor)
    ranks = np.argsort(np.argsort(population.flow[:-1])) / 2_000
    for some in (with_sponsor, sponsors):
        assert ranks[some].mean() == pytest.approx(0.5, abs=0.02)


def test_no_tree_costs_nothing() -> None:
    model = PartnerNetwork(plan())
    model.step()
    assert model.table.sponsor.shape == (0, 11)
    assert model.nouns.commission.facts.sponsor is model.nouns.now.batch.fixed.sponsor
    assert model.nouns.commission.facts.sponsor.tolist() == [-1] * 11


def test_roster_states_sponsors_and_groups(tmp_path: Path) -> None:
    """Sponsors of a roster stand above whatever their segments, and stand in place of the segments' own."""
    rows = "id,segment,flow,sponsor,group\nC,bank,1,A,gold\nA,bank,2,,\nB,bank,3,C,new\n"
    (tmp_path / "p.csv").write_text(rows, encoding="utf-8")
    changes = {"roster.csv": "p.csv", "segments.bank.sponsors": "{share: 100%, fan_out: 1}"}
    _, run = lay_out(load(write(tmp_path, changes)))
    assert tree_of(run) == {"A": None, "B": "C", "C": "A"}
    assert run.population.groups == ("", "new", "gold", "")
    assert PartnerNetwork(run).nouns.commission.sponsor.tolist() == [-1, 2, 0, -1]


# --- recruits --------------------------------------------------------------------------------------------------------


def test_recruits_are_poisson() -> None:
    """200 sponsors at 2 % and demand 1.5: mean and variance 6 in the first month."""
    run = plan({"months": "1mo", f"{S}.partners": 200, RECRUITING: 0.02, "market.demand": 1.5})
    came = many(run, 1_500, "recruited")["recruited"][:, 0]
    likely(z_mean(came, 6.0), "mean of recruits")
    likely(z_variance(came, 6.0), "variance of recruits")


def test_recruits_recruit() -> None:
    """Month by month the mean is rate x all that sell for us; each brings as many as another, by its own luck."""
    rate, run = 0.05, plan({"months": "24mo", f"{S}.partners": 40, RECRUITING: 0.05})
    came = many(run, 60, "recruited")["recruited"]
    there = 40 + np.cumsum(came, axis=1) - came
    deviations = ((came - rate * there) / np.sqrt(rate * there)).ravel()
    likely(z_mean(deviations, 0.0), "recruits given those there")
    likely(z_variance(deviations, 1.0), "variance of recruits given those there")


def test_every_sponsor_has_the_same_chance() -> None:
    model = PartnerNetwork(plan({"months": "1mo", f"{S}.partners": 50, RECRUITING: 80.0}))
    model.run()
    sponsors = model.nouns.commission.sponsor[model.nouns.commission.sponsor >= 0]
    counts = np.bincount(sponsors, minlength=50)
    assert counts.size == 50
    likely(z_chi_square(float(stats.chisquare(counts).statistic), 49), "sponsors of recruits")


@pytest.mark.parametrize("homing", ["single", "multi"])
def test_a_recruit_comes_to_us_from_a_partner_of_ours(homing: str) -> None:
    """Half the partners are a rival's: they bring nobody. Recruits sell for us, count as entered, cost onboarding."""
    changes = {
        "months": "6mo",
        f"{S}.partners": 60,
        f"{S}.choice.us_at_start": 0.5,
        f"{S}.choice.homing": homing,
        RECRUITING: 0.3,
        f"{S}.cost.onboarding": 10.0,
        f"{S}.turnover.leave": 0.05,
    }
    run = plan(changes)
    model = PartnerNetwork(run)
    while model.month < 6:
        before = model.table.status.copy(), model.table.share[0].copy()
        model.step()
        recruits = np.flatnonzero((model.nouns.commission.sponsor >= 0) & (model.table.entered == model.month - 1))
        above = model.nouns.commission.sponsor[recruits]
        assert recruits.size
        assert (model.table.share[0, recruits] == 1.0).all()
        assert (before[0][above] == 1).all()
        assert (before[1][above] > 0).all()
        assert (model.table.status[above] == 1).all()
        found = named(model)
        assert found["programme_paid"][-1] == 1_000 * recruits.size
    assert (found["recruited"] == found["entered"]).all()
    assert (run.population.segment[model.nouns.commission.sponsor[model.nouns.commission.sponsor >= 0]] == 0).all()


def test_recruits_take_no_row_of_an_entrant() -> None:
    """Who enters by itself is the same partner whether or not others are recruited beside."""
    changes = {
        "months": "12mo",
        f"{S}.turnover.entry": 1.0,
        f"{S}.sales": {"law": "poisson"},
        f"{S}.flow": {"dist": "gamma", "mean": 3, "cv": 1},
    }
    sold = []
    for rate in (0.0, 0.1):
        run = plan({**changes, RECRUITING: rate})
        seen = np.array(list(followed(run, 0, lambda model: model.table.new[0].copy())))
        sold.append({name: seen[:, i].tolist() for i, name in enumerate(run.population.ids[:-1])})
    assert len(sold[1]) > len(sold[0])
    assert sum(sum(sold[0][name]) for name in sold[0] if "+" in name) > 0
    assert all(sold[0][name] == sold[1][name] for name in sold[0])


def test_recruiting_elsewhere_changes_no_luck() -> None:
    """Recruiting of the dealers leaves each integer of other segments as it was: choices do not see each other here."""
    paths = []
    for rate in (0.0, 0.2):
        changes = {
            "segments.dealers.turnover.recruiting": rate,
            "segments.banks.choice.weights.popularity": 0.0,
            "policy.rules": {"base": EVERYTHING["policy"]["rules"]["base"]},
            "rivals.follower.strategy": {"kind": "static"},
            "rivals.dated.capital": None,
            "us.late_payment_penalty": 0.0,
            "credit.correlation": 0.0,
            **{f"segments.{name}.adverse": 0.0 for name in ("banks", "dealers")},
        }
        run = plan(changes, EVERYTHING)
        model = PartnerNetwork(run)
        while model.month < run.months:
            model.step()
        paths.append(
            {
                f"{name} {one}": model.table.array(name)[..., i].tolist()
                for name, column in model.table.columns.items()
                if column.keeps and column.dtype.startswith(("i", "u")) and name != "sponsor"
                for i, one in enumerate(run.population.ids)
                if one.startswith(("banks", "brokers"))
            }
        )
        assert (named(model)["recruited"].sum() > 0) == (rate > 0)
    assert paths[0] == paths[1]


# --- room ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("partners", "rate", "months"), [(1, 0.05, 60), (10, 0.03, 48), (300, 0.02, 24)])
def test_room_is_enough(partners: int, rate: float, months: int) -> None:
    """20 000 populations that grow by recruiting: none needs as much room as is kept; the mean is met."""
    generator = np.random.default_rng(5)
    held = np.full(20_000, partners)
    for _ in range(months):
        held = held + generator.poisson(rate * held)
    kept = room(partners, [rate] * months, [0.0] * months, 1.0, SAFETY_DEVIATIONS)
    assert (held - partners).max() < kept
    assert z_mean(held, partners * (1 + rate) ** months) < 4.42
    assert kept < (held - partners).mean() + 12 * held.std() + SAFETY_DEVIATIONS**2 * held.var() / held.mean()


def test_absurd_growth_is_refused() -> None:
    for rate in (2.0, 1e9):
        with pytest.raises(
            ScenarioError, match=r"turnover.recruiting: recruiting may bring .* over the limit of 5,000,000"
        ):
            plan({"months": "48mo", RECRUITING: rate})
    assert plan({"months": "48mo", RECRUITING: {"since": {"2024-01": 0.0, "2040-01": 50.0}}}).population.recruits == (
        0,
    )


def test_newcomers_are_the_same_whatever_the_room() -> None:
    segments = plan({f"{S}.flow": {"dist": "gamma", "mean": 3, "cv": 1}}).scenario.segments
    few, many_ = (build(segments, (), {"agents": 3}, {"agents": number}) for number in (2, 5))
    assert few.ids[:-1] == many_.ids[: len(few.ids) - 1]
    assert (few.flow[:-1] == many_.flow[: len(few.ids) - 1]).all()
    assert few.recruits == (2,)


# --- the bounty ------------------------------------------------------------------------------------------------------


class Desk:
    """A sponsor, its recruits r1 to r3 and one without a sponsor."""

    def __init__(self, **terms: Any) -> None:
        policy = (
            scenario_model()
            .model_fields["policy"]
            .annotation.model_validate(  # type: ignore[union-attr]
                {
                    "rules": {
                        "base": {"kind": "base", "new": 0.0},
                        "bounty": {"kind": "recruiting_bounty", "amount": 50.0, **terms},
                    }
                }
            )
        )
        people = [Person("top"), *(Person(f"r{i}", sponsor="top") for i in (1, 2, 3)), Person("lone")]
        self.trial = Trial(policy, {"line": 12}, people)

    def month(self, t: int, entered: dict[str, int], sold: str = "", gone: str = "") -> int:
        """What the sponsor is paid in a month; nobody else is."""
        facts = self.trial.facts(JANUARY + t, t)
        facts.present[:-1] = [name in entered or name == "top" for name in ("top", "r1", "r2", "r3", "lone")]
        for name, when in entered.items():
            facts.entered[self.trial.row[name]] = when
        for name in sold.split():
            facts.count_new[0, self.trial.row[name]] = 1
        for name in gone.split():
            facts.present[self.trial.row[name]] = False
        statement = self.trial.month(facts)
        assert not statement.expensed[1:].any()
        assert not statement.reversed.any()
        assert statement.total == statement.expensed[0] == statement.owed(0)
        return int(statement.expensed[0])


OLD = -(2**14)


def test_bounty_at_entry() -> None:
    desk, came = Desk(when="entry"), {"r1": OLD, "r2": 0, "lone": 0}
    assert desk.month(0, came) == 50_00
    assert desk.month(1, {**came, "r3": 1}, sold="r2 r3") == 50_00
    assert desk.month(2, {**came, "r3": 1}) == 0


def test_bounty_at_the_first_sale() -> None:
    """Once for each recruit, whenever it first sells; not for those of the opening."""
    desk, came = Desk(), {"r1": OLD, "r2": 0, "lone": 0}
    assert desk.month(0, came, sold="r1 lone") == 0
    assert desk.month(1, came) == 0
    assert desk.month(2, {**came, "r3": 2}, sold="r1 r2 r3 lone") == 100_00
    assert desk.month(3, {**came, "r3": 2}, sold="r1 r2 r3") == 0


def test_bounty_has_a_most_and_needs_a_sponsor_who_is_there() -> None:
    assert Desk(when="entry", most=2).month(0, {"r1": 0, "r2": 0, "r3": 0}) == 100_00
    desk = Desk(when="entry")
    assert desk.month(0, {"r1": 0}, gone="top") == 0
    assert Desk(when="entry", amount={"since": {"2025-01": 50.0, "2025-02": 70.0}}).month(1, {"r1": 1}) == 70_00


# --- through the simulator -------------------------------------------------------------------------------------------

RULES = {
    "base": {"kind": "base", "new": 0.15, "renewal": 0.1},
    "levels": {
        "kind": "levels",
        "rates": [0.05, 0.03],
        "deeper": 0.01,
        "compression": "dynamic",
        "active": "selling",
        "products": ["motor"],
    },
    "on_top": {"kind": "levels", "of": "commission", "rates": [0.2], "clawback": False},
    "ranks": {
        "kind": "stair_step",
        "segments": ["dealers"],
        "products": ["service"],
        "measure": "group",
        "brackets": [{"above": 0, "rate": 0.1}, {"above": 2_000, "rate": 0.2}],
    },
    "bounty": {"kind": "recruiting_bounty", "amount": 20.0, "most": 2},
}
GROWING = {
    "months": "24mo",
    "policy.rules": RULES,
    "segments.dealers.turnover.recruiting": 0.08,
    "segments.banks.turnover.recruiting": 0.03,
    "segments.dealers.sponsors": {"share": 0.8, "fan_out": 2},
    "products.motor.cancellation": 0.1,
}
ROSTER = tuple(
    Listed(
        f"p{i:02d}", ("banks", "dealers", "brokers")[i % 3], 4.0 + i % 5, sponsor=f"p{(i - 1) // 2:02d}" if i else None
    )
    for i in range(40)
)


@pytest.mark.parametrize("roster", [(), ROSTER], ids=["segments", "roster"])
def test_books_with_levels_and_recruiting(roster: tuple[Listed, ...]) -> None:
    """Two years: the ledger proves itself every month, sponsors receive what sellers pass on.

    They give back no more than is freed.
    """
    run = plan(GROWING, EVERYTHING, roster)
    model = PartnerNetwork(run, 1)
    table, back, passed = model.table, 0, 0
    while model.month < run.months:
        model.step()
        assert table.received.sum() == table.passed.sum()
        passed += int(table.passed.sum())
        own = table.released - table.released_passed.sum(axis=0)
        assert 0 <= (table.taken_back - own).sum() <= table.released_passed.sum()
        back += int((table.taken_back - own).sum())
        assert (table.ring_passed <= table.ring_commission).all()
    found = named(model)
    check_books(found, opened=False)
    assert 0 < back < passed
    assert found["recruited"].sum() > 0
    assert (found["recruited"] <= found["entered"]).all()
    for name in RULES:
        assert found[f"commission_of_rule.{name}"].sum() > 0, name
    booked = sum(found[f"commission_of_rule.{name}"] for name in RULES)
    assert (booked == found["commission_accrued"] + found["commission_expensed"] - found["commission_reversed"]).all()


def test_every_stage_writes_its_own_columns() -> None:
    alone = PartnerNetwork(plan(GROWING, EVERYTHING), 0)
    alone.run()
    guarded = protected(plan(GROWING, EVERYTHING), 0)
    assert (guarded.nouns.commission.sponsor == alone.nouns.commission.sponsor).all()
    assert (guarded.table.account == alone.table.account).all()


def test_levels_pay_through_the_simulator() -> None:
    """Ten partners sell one contract of 100.00 a month, half of them with a sponsor: 5 % of their premium goes up."""
    rules = {"base": {"kind": "base", "new": 0.1}, "levels": {"kind": "levels", "rates": [0.05]}}
    found = monthly(plan({"policy.rules": rules, SPONSORS: {"share": 0.5, "fan_out": 5}, f"{P}.term": "0mo"}))
    assert (found["commission_accrued"] == 10 * 10_00 + 5 * 5_00).all()
    assert (found["commission_paid"][1:] == found["commission_accrued"][:-1]).all()
