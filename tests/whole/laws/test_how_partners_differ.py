"""What tells some partners apart: entrants who never sell, word of mouth, branches, a ban, poaching.

Each has its hand case, worked out on paper. Statistical tests use the limit of `tests.whole.hypotheses`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.base.units import MINOR_PER_MAJOR
from sim.engine.layout.plan import Plan
from sim.engine.model import PartnerNetwork
from sim.partners.poaching import left_to_take
from sim.results.kpis import key_figures
from sim.runs.case import Case
from sim.runs.play import play
from sim.runs.replicate import Specification, replicate
from tests.whole.hypotheses import likely, z_mean, z_share
from tests.whole.running import followed, many, monthly
from tests.whole.scenarios import CHOICE, EVERYTHING, SMALLEST, P, S, plan, tree


def figures_of(changes: dict[str, Any]) -> dict[str, float]:
    """Key figures of one replication."""
    scenario = tree(changes)
    run = Case("case", Specification(scenario, scenario["seed"]))
    cube, _ = play(run, range(1), 1)
    return {name: float(one.values[0]) for name, one in key_figures(cube, run.plan.scenario).items()}


def same(a: Plan, b: Plan) -> None:
    """Two plans play the same to the bit; the first may have figures that the other has not."""
    names = [one.name for one in a.metrics]
    shared = [names.index(one.name) for one in b.metrics]
    for one, other in zip(replicate(a, range(2)), replicate(b, range(2)), strict=True):
        np.testing.assert_array_equal(one.monthly[:, shared], other.monthly)


def in_any_batch(run: Plan) -> None:
    """Three replications together are what each is alone."""
    for number, one in enumerate(replicate(run, range(3))):
        np.testing.assert_array_equal(one.monthly, replicate(run, [number])[0].monthly)


def large(ours: float) -> dict[str, Any]:
    """A segment of one partner beside which no other counts."""
    choice = {"review": 0.0, "us_at_start": ours, "weights": {"commission": 0.0}}
    return {**SMALLEST["segments"]["agents"], "partners": 1, "flow": LARGE, "choice": choice}


# --- activation: of 40 entrants with 25 % ten are expected to sell ---------------------------------------------------

LIKED = {"us.brand": 50.0, f"{CHOICE}.weights.brand": 1.0}
COMING = {**LIKED, f"{S}.activation": 0.25, f"{S}.turnover.entry": 5.0, "months": "8mo"}


def test_a_quarter_of_the_entrants_ever_sells() -> None:
    """By their ids alone: the share of many of them, and none of those at the opening."""
    population = plan({**COMING, f"{S}.turnover.entry": 500.0}).population
    newcomers = population.starts[population.spare]
    likely(float(z_share(newcomers.sum(), newcomers.size, 0.25)), "ever sell")
    assert population.starts[~population.spare].all()
    mean = np.mean([plan(COMING | {"seed": seed}).population.starts.sum() for seed in (1, 2)])
    assert mean == plan(COMING).population.starts.sum()


def test_registered_against_active() -> None:
    """Whoever has come is registered and was taken on; who starts sells a contract a month, the others none."""
    cost = {f"{S}.cost.onboarding": 7.0}
    run = plan(COMING)
    *_, (there, sold) = followed(run, 0, lambda model: (model.table.present.copy(), model.table.new.sum(axis=0)))
    start = run.population.starts
    assert 0 < (there & ~start).sum() < there.sum()
    assert (sold[:-1] == (there & start)[:-1]).all()
    found = monthly(plan(COMING | cost))
    assert found["our_partners"][-1] == there[:-1].sum()
    assert found["active_partners"][-1] == (there & start)[:-1].sum()
    assert found["programme_paid"].tolist() == (7 * MINOR_PER_MAJOR * found["entered"]).tolist()
    told = figures_of(COMING)
    ratio = found["active_registered"][-1] / found["our_partners"][-1]
    assert found["active_registered"][-1] == found["active_partners"][-1]
    assert (told["active_share_end"], told["registered_end"]) == (ratio, found["our_partners"][-1])


def test_all_start_where_the_chance_is_one() -> None:
    same(plan({"segments.banks.activation": 1.0}, EVERYTHING), plan(None, EVERYTHING))


def test_who_never_sells_posts_nothing_and_brings_nobody() -> None:
    post = {"kind": "post", "segment": "agents", "start": "2025-01", "every": "1mo", "half_life": "1d",
            "followers": 1e3, "reach": 1.0, "click": 1.0, "conversion": 0.01}  # fmt: skip
    changes = {"market.events.burst": post, f"{S}.turnover.recruiting": 0.3, f"{S}.sales.law": "poisson"}
    run = plan(COMING | changes)
    start = run.population.starts
    seen = followed(run, 0, lambda model: (model.table.posts[0], model.table.sponsor[0], model.table.new.sum(axis=0)))
    for posts, sponsor, sold in seen:
        assert not posts[~start].any() and not sold[~start].any()
        assert start[sponsor[sponsor >= 0]].all()


# --- word of mouth: 4 points over the market for a year at full share, -0.5: exp(-0.24) of the buyers come ----------

LARGE, SMALL = 1e8, 2e4
HAND_LEFT = 0.786627861067
TALKING = {f"{S}.word_of_mouth": -0.5, f"{S}.flow": SMALL, "months": "14mo"}


def test_four_points_over_the_market() -> None:
    """We sell half of the market, so that 8 % of our claims are 4 points over its mean; partners hold to us."""
    halves = {f"{S}.partners": 1, "segments.ours": large(1.0), "segments.theirs": large(0.0), "us.late_or_denied": 0.08}
    sold = monthly(plan(TALKING | halves))["new_contracts.agents"]
    np.testing.assert_allclose(sold[:13] / SMALL, np.exp(-0.5 * 0.04 * np.arange(13)), rtol=2e-4)
    assert sold[12] / SMALL == pytest.approx(HAND_LEFT, rel=2e-4)
    assert sold[13] == pytest.approx(sold[12], abs=5)


def test_what_we_lose_others_win() -> None:
    """Who sells for us loses buyers by our late claims, who sells for others gains; where all are late nobody moves."""
    sides = {"segments.ours": large(1.0), "segments.theirs": large(0.0)}
    told = {f"segments.{one}.word_of_mouth": -0.5 for one in ("ours", "theirs")}

    def flows(**others: Any) -> Any:
        *_, last = followed(plan({**sides, **told, **others}), 0, lambda model: model.nouns.channels.flow[-3:-1].copy())
        return last / LARGE

    ours, theirs = flows(**{"us.late_or_denied": 0.2})
    assert ours < 0.9 < 1.1 < theirs
    alike = flows(**{"us.late_or_denied": 0.2, "rivals.other.late_or_denied": 0.2})
    np.testing.assert_allclose(alike, 1.0, rtol=1e-12)


def test_nothing_to_tell_is_no_word_of_mouth() -> None:
    same(plan({"segments.banks.word_of_mouth": -0.5}, EVERYTHING), plan(None, EVERYTHING))


def test_batches_of_partners_talked_about() -> None:
    told = {"segments.banks.word_of_mouth": -0.5, "segments.dealers.word_of_mouth": -1.0, "us.late_or_denied": 0.2}
    in_any_batch(plan(told, EVERYTHING))


# --- branches: 19 of them, a ramp of 2 months, 5 % more of it for each but the first ---------------------------------

MANY: dict[str, Any] = {"number": 19.0, "per_branch": 0.05}
HAND_RAMP = 3.8
CHAIN = {f"{S}.branches": MANY, f"{S}.turnover.ramp": "2mo", f"{S}.cost": {"base": 10.0, "onboarding": 300.0}}


def entered_at_once(model: PartnerNetwork) -> None:
    model.table.entered[: model.plan.population.partners] = 0


def test_a_partner_with_branches_begins_slowly() -> None:
    """Ten partners of a fixed flow of 380 begin with 100 of them, to a contract each."""
    run = plan({**CHAIN, f"{S}.flow": 100 * HAND_RAMP, "months": "6mo"})
    sold = list(followed(run, 0, lambda model: int(model.table.new.sum()), entered_at_once))
    months = np.arange(1, 7)
    exact = np.cumsum(100 * np.minimum(HAND_RAMP, months))
    np.testing.assert_allclose(np.cumsum(sold), 10 * exact, atol=10)


def test_branches_multiply_what_a_partner_costs() -> None:
    """Ten partners that are there cost 19 x 10 a month each, one that comes 19 x 300 besides."""
    run = plan({**CHAIN, f"{S}.turnover.entry": 0.5})
    found = monthly(run)
    there, came = found["our_partners"], found["entered"]
    assert came.sum() > 0
    assert found["programme_paid"].tolist() == (19 * MINOR_PER_MAJOR * (10 * there + 300 * came)).tolist()


def test_one_branch_is_a_partner_without_branches() -> None:
    one = {"segments.banks.branches": {"number": 1.0, "per_branch": 0.5}}
    same(plan(one, EVERYTHING), plan(None, EVERYTHING))


def test_batches_of_partners_with_branches() -> None:
    changes = {"segments.banks.branches": {"number": {"dist": "lognormal", "mean": 4.0, "cv": 1.0}, "per_branch": 0.1}}
    run = plan(changes, EVERYTHING)
    in_any_batch(run)
    banks = run.population.slice_of(0)
    assert len(set(run.population.ramp[banks].tolist())) > 1
    assert run.population.onboarding_minor[banks].min() == pytest.approx(100.0 * MINOR_PER_MAJOR)


# --- a ban: 100 partners of 10 buyers, half of them back 3 months later; the others' 500 go to 1 000 of other types --

BANNED_FROM, BACK_AFTER = 2, 3
HAND_BEFORE, HAND_QUIET, HAND_BACK = 2000.0, 1500.0, 2000.0
NO_AGENTS = {"kind": "ban", "segment": "agents", "start": "2025-03", "returns": 0.5, "after": "3mo", "as": "shops"}
SHOPS = {**SMALLEST["segments"]["agents"], "partners": 10, "flow": 100.0}
BANNED = {**LIKED, f"{S}.partners": 100, f"{S}.flow": 10.0, "segments.shops": SHOPS, "market.events.gone": NO_AGENTS,
          "segments.shops.choice.weights.brand": 1.0}  # fmt: skip


def there(model: PartnerNetwork) -> tuple[float, float]:
    """Buyers of agents and of shops that are in the trade this month."""
    flow = model.nouns.channels.flow * model.table.present
    agents = model.plan.population.slice_of(0)
    return float(flow[agents].sum()), float(flow.sum() - flow[agents].sum())


def test_banned_partners_go_and_half_of_them_is_back() -> None:
    by_replication = np.array([list(followed(plan(BANNED), r, there)) for r in range(40)])
    agents, shops = by_replication[..., 0], by_replication[..., 1]
    assert (agents[:, :BANNED_FROM] == 1000.0).all() and not agents[:, BANNED_FROM:].any()
    quiet, back = shops[:, BANNED_FROM : BANNED_FROM + BACK_AFTER], shops[:, BANNED_FROM + BACK_AFTER :]
    assert (shops[:, :BANNED_FROM].sum(axis=1) == 2 * (HAND_BEFORE - 1000.0)).all()
    likely(z_mean(quiet[:, 0], HAND_QUIET), "in the quiet months")
    assert np.ptp(quiet, axis=1).max() < 1e-9
    np.testing.assert_allclose(back, HAND_BACK, rtol=1e-12)


def test_those_back_sell_as_another_type() -> None:
    """Same customers, their own contracts left behind, the sales of the whole market kept in expectation."""
    run = plan({**BANNED, f"{P}.renewal": [1.0]})
    found = monthly(run)
    assert found["returned"][BANNED_FROM + BACK_AFTER] == found["returned"].sum() > 30
    assert found["left"][BANNED_FROM] == found["left"].sum() == 100
    assert not found["new_contracts.agents"][BANNED_FROM:].any()
    assert found["new_contracts"][-1] == pytest.approx(HAND_BACK, abs=len(run.population.ids))


def test_nobody_comes_to_a_banned_type() -> None:
    """Neither entrants nor recruits nor those who defaulted, in any batch; what they owed is remitted as ever."""
    ban = {"kind": "ban", "segment": "dealers", "start": "2025-02", "returns": 0.5, "after": "1mo", "as": "banks"}
    coming = {"segments.dealers.turnover": {"entry": 2.0, "recruiting": 0.2, "phoenix": {"chance": 0.5}},
              "segments.banks.turnover.phoenix": {"chance": 0.5}, "market.events.gone": ban}  # fmt: skip
    run = plan(coming, EVERYTHING)
    dealers, banks = run.population.slice_of(1), run.population.slice_of(0)
    seen = list(followed(run, 0, lambda model: model.table.present.copy()))
    first = run.warm_up + 1  # month of the ban
    assert seen[first - 1][dealers].any() and not any(one[dealers].any() for one in seen[first:])
    back = [i for i in range(banks.start, banks.stop) if run.population.ids[i].startswith("dealers")]
    assert not seen[first][back].any() and seen[first + 1][back].any()
    in_any_batch(run)


def test_a_ban_after_the_horizon_changes_no_bit() -> None:
    ban = {"kind": "ban", "segment": "dealers", "start": "2026-02"}
    same(plan({"market.events.gone": ban}, EVERYTHING), plan(None, EVERYTHING))


# --- poaching: of 1 000 due 80 % renew, 10 % of these through partners, who earn 20 % of 10 each ----------------------

DUE, HAND_MOVED, HAND_COMMISSION = 1000.0, 80.0, 160.0
TERM = 3
OURS = {"kind": "organic", "default": True, "demand": {"line": {"since": {"2025-01": DUE, "2025-02": 0.0}}}}
POACHED = {
    "months": "5mo", P: {"price": 10.0, "term": "3mo", "renewal": [0.8], "cost_ratio": 0.0}, "own.site": OURS,
    f"{S}.mix": {"line": 0.0}, f"{S}.poaches": {"share": 0.1, "as_new": True},
    "policy.rules.base": {"kind": "base", "new": 0.2, "renewal": 0.05},
}  # fmt: skip


def test_renewals_that_came_free_are_paid() -> None:
    names = ("poached_contracts", "poached_premium", "poached_commission", "commission_accrued", "renewed_contracts")
    found = many(plan(POACHED), 400, *names)
    moved, money, paid, accrued, renewed = (one[:, TERM] for one in found.values())
    likely(z_mean(moved, HAND_MOVED), "renewals that move")
    likely(z_mean(paid / MINOR_PER_MAJOR, HAND_COMMISSION), "commission")
    likely(z_mean(renewed, 0.8 * DUE), "renewals, whoever has them")
    assert (money == 10 * MINOR_PER_MAJOR * moved).all()
    assert (paid == accrued).all() and (paid == 0.2 * money).all()
    assert not np.delete(found["poached_contracts"], TERM, axis=1).any()


def test_they_may_be_paid_as_renewals() -> None:
    """The same contracts move on common luck; only what they are paid as differs."""
    names = ("poached_contracts", "poached_premium", "poached_commission", "commission_accrued")
    as_new, as_renewals = (many(plan({**POACHED, f"{S}.poaches.as_new": one}), 3, *names) for one in (True, False))
    assert (as_new["poached_contracts"] == as_renewals["poached_contracts"]).all()
    assert (as_renewals["poached_commission"] == 0.05 * as_renewals["poached_premium"]).all()
    assert (as_renewals["poached_commission"] == as_renewals["commission_accrued"]).all()


def test_who_is_not_there_takes_nothing() -> None:
    """Partners that sell for others take over nothing; renewals stay ours."""
    elsewhere = {**POACHED, f"{CHOICE}.us_at_start": 0.0}
    found = many(plan(elsewhere), 2, "renewed_contracts", "poached_contracts")
    without = many(plan({**elsewhere, f"{S}.poaches": None}), 2, "renewed_contracts")
    assert not found["poached_contracts"].any()
    assert (found["renewed_contracts"] == without["renewed_contracts"]).all()


def test_contracts_are_theirs_from_then_on() -> None:
    """They renew again through their partner, each partner's part by flow to us; own rows and partners' sum up."""
    run = plan({**POACHED, "months": "8mo", f"{P}.renewal": [1.0], f"{S}.poaches.share": 1.0})
    for month, (renewed, poached, own) in enumerate(
        followed(run, 0, lambda m: (m.table.renewed[0].copy(), m.table.poached.sum(axis=0), m.table.new[0, -2]))
    ):
        if month == 0:
            sold = own
        if month == TERM:
            assert poached.sum() == renewed.sum() == sold and np.ptp(poached[:-2]) <= 1
        assert not renewed[-2:].any() and (month % TERM != 0 or month == 0 or renewed.sum() == sold)
        assert month == TERM or not poached.any()


@pytest.mark.parametrize("shares", [(0.3, 0.7), (0.2, 0.3, 0.4), (1.0, 0.0), (0.0,)])
def test_segments_take_their_shares_of_the_whole(shares: tuple[float, ...]) -> None:
    left = 1.0
    for share, chance in zip(shares, left_to_take(shares), strict=True):
        assert left * chance == pytest.approx(share, abs=1e-12)
        left -= left * chance


def test_who_has_gone_is_not_registered() -> None:
    """Of a banned type nobody is left, though they have sold of late."""
    gone = {"market.events.gone": {"kind": "ban", "segment": "agents", "start": "2025-07"}}
    found = monthly(plan({**COMING, **gone}))
    assert found["active_partners"][-1] > 0
    assert found["our_partners"][-1] == found["active_registered"][-1] == 0
    assert (found["active_registered"] <= found["our_partners"]).all()


def test_all_of_it_at_once_in_any_batch() -> None:
    """Books are proven each month, whatever the rules are paid on; twice as many poachers take their shares."""
    poached = {"segments.banks.poaches": {"share": 0.3, "as_new": True}, "segments.dealers.poaches": {"share": 0.7}}
    in_any_batch(plan(poached, EVERYTHING))


def test_nothing_to_take_is_no_poaching() -> None:
    """To the bit, but that commission on new business is kept apart and no more estimated."""
    nothing = plan({"segments.banks.poaches": {"share": 0.0, "as_new": True}}, EVERYTHING)
    figures, others = monthly(nothing), monthly(plan(None, EVERYTHING))
    for name, values in others.items():
        if not name.startswith("commission_renewal."):
            np.testing.assert_array_equal(figures[name], values, err_msg=name)
