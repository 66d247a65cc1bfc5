"""Contribution margins: who earns, who costs, and that all of it is the underwriting result, to the last unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.base.arrays import Integers
from sim.engine.layout.plan import Plan
from sim.judgement import partner_panel
from sim.partners.listed import Listed
from sim.results.account_series import Books
from sim.results.contribution import COMPONENTS, Contributions, Grouping, shared
from sim.results.cube import Cube
from sim.runs.replicate import replicate, replicate_family
from tests.whole.laws.test_stock import AMID_ALL
from tests.whole.one_table.test_batches import AUDITS
from tests.whole.scenarios import EVERY_RULE, EVERYTHING, P, S, plan

NUMBERS = (0, 3, 5)


def cube_of(laid: Plan, numbers: tuple[int, ...] = NUMBERS) -> Cube:
    monthly = np.array([one.monthly for one in replicate(laid, numbers)])
    return Cube.of(laid, monthly[None, None], numbers, laid.metrics)


def underwriting(cube: Cube) -> Integers:
    """The underwriting result by month from the accounts, int64[replication, month]."""
    books = Books(cube)
    return np.rint((books.result - books.investment + books.movement["tax"]) * 100).astype(np.int64)


def groupings(found: Contributions) -> list[Grouping]:
    return [found.by_product, found.by_segment, found.by_business]


def of(grouping: Grouping, part: str) -> dict[str, int]:
    """Components of a part over the horizon of the only replication, minor units."""
    amounts = grouping.amounts[:, grouping.parts.index(part)].sum(axis=(1, 2))
    return dict(zip(COMPONENTS, amounts.tolist(), strict=True))


# --- it is the underwriting result -----------------------------------------------------------------------------------

LOSING = {"products.motor.claims.loss_ratio": 1.3, "products.service.cost_ratio": 1.2, "accounts.tax": 0.2}
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "everything": ({"market.events": AUDITS}, EVERYTHING),
    "every rule": ({"months": "14mo"}, EVERY_RULE),
    "deficiency": (LOSING, EVERYTHING),
    "units reserved": (AMID_ALL | {"own": None}, EVERYTHING),
    "nothing deferred": ({"accounts.acquisition": "expensed"}, EVERY_RULE),
}


@pytest.mark.parametrize("case", CASES)
def test_every_grouping_adds_up_in_every_replication_and_month(case: str) -> None:
    cube = cube_of(plan(*CASES[case]))
    found, right = Contributions(cube, period=1), underwriting(cube)
    assert right.any()
    for grouping in groupings(found):
        assert np.array_equal(grouping.margin.sum(axis=0) + sum(found.lines.values()), right)
    assert np.array_equal(found.underwriting_result, right)
    years = Contributions(cube)
    for months, year in zip(groupings(found), groupings(years), strict=True):
        assert np.array_equal(months.amounts.sum(axis=-1), year.amounts.sum(axis=-1))


RECORDED = {
    "handling": "claims_handling", "acquisition": "acquisition_cost", "administration": "administration_share",
    "deficiency": "deficiency_change", "commission": "commission_cost",
}  # fmt: skip


def test_little_is_left_to_be_shared_out() -> None:
    """What segments are known to have is the whole, but for rounding and for onload on what they give back."""
    found = Contributions(cube_of(plan(*CASES["deficiency"])), period=1)
    assert found.by_product.amounts[COMPONENTS.index("deficiency")].any()
    for name, figure in RECORDED.items():
        whole = found._totals[name]
        rest = np.abs(whole - found._in_segments(figure).sum(axis=0))
        assert rest.sum() <= 1e-3 * np.abs(whole).sum() if name == "commission" else rest.max() <= 3


# --- by hand ---------------------------------------------------------------------------------------------------------

TWO = {
    "months": "13mo",
    "products": {
        "cheap": {"price": 120.0, "term": "12mo", "renewal": 1.0, "cost_ratio": 0.5,
                  "expenses": {"acquisition": 0.1, "administration": 0.05, "administration_fixed": 7.0,
                               "handling": 0.1}},
        "dear": {"price": 1000.0, "term": "0mo", "cost_ratio": 0.8},
    },
    f"{S}.partners": 1, f"{S}.flow": 10.0, f"{S}.mix": {"cheap": 1.0, "dear": 0.2}, f"{S}.cost": {"base": 3.0},
    "segments.shops": {
        "partners": 1, "flow": 1.0, "mix": {"dear": 1.0},
        "choice": {"review": 0.0, "us_at_start": 1.0, "weights": {"commission": 0.0}},
        "sales": {"law": "fixed"}, "remittance": {"lag": "0mo"},
    },
    "market.demand": {"since": {"2025-01": 1.0, "2025-02": 0.0}},
    "policy.rules.base": {"kind": "base", "new": {"rate": 0.2, "products": {"dear": 0.1}},
                          "renewal": {"rate": 0.05}},
    "policy.payment.delay": "0mo",
}  # fmt: skip


@pytest.fixture(scope="module")
def by_hand() -> Contributions:
    """January: 10 contracts of 120 and 2 of 1 000 from agents, 1 of 1 000 from shops. All 10 renew a year later.

    Of the 1 200 of January 1 150 are earned in twelve months and 50 in the thirteenth, with 50 of the renewals'.
    """
    return Contributions(cube_of(plan(TWO), (0,)))


def test_products_by_hand(by_hand: Contributions) -> None:
    cheap, dear = (of(by_hand.by_product, name) for name in ("cheap", "dear"))
    earned = 120_000 + 5_000
    assert (cheap["premium_earned"], cheap["claims"], cheap["handling"]) == (earned, -earned / 2, -earned / 20)
    assert cheap["commission"] == -(120_000 * 0.2 + 5_000 * 0.05) and cheap["acquisition"] == -earned / 10
    assert cheap["administration"] == -earned / 20
    assert (dear["premium_earned"], dear["claims"], dear["commission"]) == (300_000, -240_000, -30_000)
    assert by_hand.lines["administration_fixed"].sum() == -13 * 700
    service = 13 * 300
    assert cheap["service"] + dear["service"] == -service


def test_segments_by_hand(by_hand: Contributions) -> None:
    agents, shops = (of(by_hand.by_segment, name) for name in ("agents", "shops"))
    assert (agents["premium_earned"], shops["premium_earned"]) == (325_000, 100_000)
    assert (agents["claims"], shops["claims"]) == (-62_500 - 160_000, -80_000)
    assert (agents["commission"], shops["commission"]) == (-24_250 - 20_000, -10_000)
    assert (agents["acquisition"], agents["administration"], agents["handling"]) == (-12_500, -6_250, -6_250)
    assert (agents["service"], shops["service"]) == (-13 * 300, 0)
    assert not any(of(by_hand.by_segment, "direct").values())


def test_new_against_renewal_by_hand(by_hand: Contributions) -> None:
    """In the thirteenth month contracts of January and their renewals are in force half a month each."""
    new, renewal = (of(by_hand.by_business, name) for name in ("new", "renewal"))
    assert (renewal["premium_earned"], renewal["claims"], renewal["handling"]) == (5_000, -2_500, -250)
    assert (renewal["commission"], renewal["acquisition"], renewal["administration"]) == (-250, -500, -250)
    assert new["premium_earned"] == 420_000 and new["commission"] == -54_000 and new["claims"] == -300_000


def test_what_is_on_no_product_goes_by_premium() -> None:
    """A bonus of 10 for who sells or renews: agents in the thirteenth month, half of whose premium is of renewals."""
    bonus = {"kind": "fixed_bonus", "amount": 10.0}
    found = Contributions(cube_of(plan({**TWO, "policy.rules.bonus": bonus}), (0,)))
    assert of(found.by_business, "renewal")["commission"] == -250 - 500


def test_deficiency_lies_with_the_premium_that_is_unearned() -> None:
    """At the end all that is unearned is of the renewals of one product, which only agents sell."""
    cube = cube_of(plan({**TWO, "products.cheap.cost_ratio": 1.5}), (0,))
    found, stands = Contributions(cube), int(cube.minor("deficiency.cheap")[0, -1])
    assert stands > 0
    parts = (("renewal", "new"), ("agents", "shops"), ("cheap", "dear"))
    for grouping, (part, other) in zip((found.by_business, found.by_segment, found.by_product), parts, strict=True):
        assert (of(grouping, part)["deficiency"], of(grouping, other)["deficiency"]) == (-stands, 0)


def test_onload_by_hand() -> None:
    """Half of the commission on one product: it stands with the product, its sellers, and the renewals that bear it."""
    found = Contributions(cube_of(plan({**TWO, "products.cheap.expenses.onload": 0.5}), (0,)))
    assert [of(found.by_product, name)["commission"] for name in ("cheap", "dear")] == [-24_250 * 1.5, -30_000]
    assert [of(found.by_segment, name)["commission"] for name in ("agents", "shops")] == [-24_250 * 1.5 - 2e4, -1e4]
    assert of(found.by_business, "renewal")["commission"] == -250 * 1.5


# --- worlds, batches, sharing out ------------------------------------------------------------------------------------


def test_worlds_have_contributions_of_their_own() -> None:
    """Played together or alone: the same bytes, claims and deficiency of renewals and segments included."""
    worlds = [plan({f"{P}.cost_ratio": None, f"{P}.renewal": 0.8, f"{P}.claims": {
        "loss_ratio": ratio, "frequency": 2.0, "severity": {"dist": "exponential"}}, "months": "14mo",
        "policy.rules.base.new": 0.3}) for ratio in (0.5, 0.9)]  # fmt: skip
    for one, laid in zip(replicate_family(worlds, [1])[0], worlds, strict=True):
        assert one.monthly.tobytes() == replicate(laid, [1])[0].monthly.tobytes()
        cube = Cube.of(laid, one.monthly[None, None, None], [1], laid.metrics)
        found = Contributions(cube, period=1)
        for grouping in groupings(found):
            assert np.array_equal(grouping.margin.sum(axis=0) + sum(found.lines.values()), underwriting(cube))
    assert found.by_business.amounts[COMPONENTS.index("deficiency"), 1].any()


def test_what_is_shared_out_adds_up() -> None:
    total = np.array([[100, -7, 5, 0]])
    by = np.array([[[1, 1, 0, 1]], [[1, -5, 0, 1]], [[1, 1, 0, 1]]])
    instead = np.array([[[0, 0, 0, 0]], [[0, 0, 3, 0]], [[0, 0, 0, 0]]])
    found = shared(total, by, instead)
    assert np.array_equal(found.sum(axis=0), total)
    assert found[:, 0].T.tolist() == [[33, 34, 33], [-4, 0, -3], [0, 5, 0], [0, 0, 0]]


# --- partners --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_partners_add_up_to_their_type(case: str) -> None:
    """Every component and year of the panel; what the partners' own columns leave is little but for what is shared."""
    laid = plan(*CASES[case])
    done = replicate(laid, NUMBERS, panels={3})
    cube = Cube.of(laid, np.array([one.monthly for one in done])[None, None], NUMBERS, laid.metrics)
    frame = partner_panel.frame(laid, cube, done)
    frame = frame[frame["replication"] == 3]
    names = ["contribution", *(f"contribution_{name}" for name in COMPONENTS)]
    types, partners = (
        (frame[frame["level"] == level].groupby(["year", "segment"])[names].sum() * 100).round().astype("int64")
        for level in ("segment", "partner")
    )
    assert types.equals(partners) and (types["contribution"] != 0).any()
    own, found = done[1].panel, Contributions(cube).by_segment
    named = dict(zip(COMPONENTS, found.amounts[:, :, 1].sum(axis=1), strict=True))
    assert np.array_equal(named["premium_earned"], own["earned"].sum(axis=1))
    rows = laid.rows * len(laid.lines) * 12
    for component, column in (("handling", "handling"), ("administration", "administration")):
        assert np.abs(named[component] + own[column].sum(axis=1)).max() <= rows


def test_overrides_stand_with_the_seller_whose_sale_it_was() -> None:
    """A sponsor of another type is paid by level and gives back; its own type bears nothing of it, the seller's all."""
    people = (Listed("boss", "agents", 0.0), Listed("seller", "shops", 50.0, sponsor="boss"))
    rules = {"up": {"kind": "levels", "rates": [0.1]}, "base": {"kind": "base", "new": 0.0}}
    changes = {f"{S}.partners": 0, f"{P}.cancellation": 0.1, "policy.rules": rules,
               "segments.shops": {**TWO["segments.shops"], "partners": 0, "mix": {"line": 1.0}}}  # fmt: skip
    laid = plan(changes, roster=people)
    done = replicate(laid, [0], panels={0})
    cube = Cube.of(laid, done[0].monthly[None, None, None], (0,), laid.metrics)
    found = Contributions(cube).by_segment
    assert of(found, "agents")["commission"] == 0 and of(found, "shops")["commission"] < 0
    assert cube.minor("commission_clawed_back").sum() > 0
    frame = partner_panel.frame(laid, cube, done).set_index("partner")
    assert frame.loc["boss", "contribution_commission"] == 0.0 > frame.loc["seller", "contribution_commission"]


@pytest.mark.parametrize("channels", [(), ("site", "shops", "ads")])
def test_joining_years(channels: tuple[str, ...]) -> None:
    """Who is there from the first month, and who enters later, add up to what all partners contribute."""
    own = {one: {"kind": "organic", "default": one == "site", "demand": {"line": 2.0}} for one in channels}
    changes = {"own": own, f"{S}.turnover": {"entry": 0.5}, f"{S}.cost": {"base": 1.0, "onboarding": 50.0}}
    laid = plan({"months": "24mo"} | changes)
    done = replicate(laid, [0, 1], panels={0})[:1]
    frame = partner_panel.frame(laid, Cube.of(laid, done[0].monthly[None, None, None], (0,), laid.metrics), done)
    found = partner_panel.by_joining_year(frame, laid)
    assert set(found["joined"]) == {0, 1, 2} and (found["year"] >= found["joined"]).all()
    first = found[(found["joined"] == 0) & (found["year"] == 1)]
    assert first["partners"].item() >= 10
    never = frame.loc[frame["joined"] == -1, "contribution"].sum()  # taken on, and never with us
    types = frame[(frame["level"] == "segment") & (frame["segment"] == "agents")]
    assert found["contribution"].sum() + never == pytest.approx(types["contribution"].sum(), abs=0.01)
