"""Finite units: free, reserved and sold, by chance and to the last unit.

Figures of the cases K... are given from outside. Statistical tests use the limit of `tests.whole.hypotheses`.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from sim.base.errors import LedgerError
from sim.contracts.largest_remainder import cut
from sim.engine.model import PartnerNetwork
from sim.results.cube import Cube
from sim.results.kpis import key_figures
from sim.runs.replicate import replicate
from sim.theory.channels.stock import house
from tests.whole.fingerprint import protected
from tests.whole.hypotheses import channel_case, likely, z_mean, z_share
from tests.whole.running import many, monthly, named
from tests.whole.scenarios import EVERYTHING, P, S, plan

HOUSES = 1500  # of which each case is played
OWN: dict[str, Any] = {"office": {"kind": "organic", "default": True, "demand": {"line": 3.0}}}


def on_sale(units: Any, months: int, requests: float, **reserves: Any) -> dict[str, Any]:
    """Finite units of a one-off product, and so many requests a month of ten partners."""
    stated: dict[str, Any] = {
        "months": f"{months}mo", f"{P}.term": "0mo", f"{P}.stock": {"units": units}, f"{S}.sales.law": "poisson",
        f"{S}.flow": requests / 10,
    }  # fmt: skip
    if reserves:
        length = reserves.pop("length")
        stated |= {f"{S}.reserves": reserves, "policy.reservation": {"length": length}}
    return stated


def of_case(of: dict[str, Any], **other: Any) -> dict[str, Any]:
    months = {"own_flat": f"{of['own_flat_months']}mo", "length": f"{of['reserve_months']}mo"}
    return on_sale(of["units"], of["months"], of["requests"], **{"share": of["reserves"], **months, **other})


@pytest.mark.parametrize("name", ["K037", "K038"])
def test_a_house_is_sold(name: str) -> None:
    """Mean sold and chance of all sold by each month, law at the end, and what came back."""
    of, expected = channel_case(name)
    names = "units_sold.line", "units_back.line"
    sold, back = many(plan(of_case(of)), HOUSES, *names).values()
    so_far = sold.cumsum(axis=1)
    for month, mean in enumerate(expected["mean_sold"]):
        likely(z_mean(so_far[:, month], mean), f"{name}: sold by month {month + 1}")
    gone, chance = (so_far == of["units"]).sum(axis=0), np.array(expected["all_sold"])
    there = chance * HOUSES > 10
    likely(z_share(gone, HOUSES, chance)[there], f"{name}: all sold")
    likely(z_mean(back.sum(axis=1), expected["flats_that_came_back"]), f"{name}: came back")


def test_a_crisis_doubles_the_time_to_sell_an_own_flat() -> None:
    """K038 is K037 in a crisis: on common luck the same, bit by bit."""
    of, slow = channel_case("K037")[0], channel_case("K038")[0]
    crisis = {"market.events.crisis": {"kind": "crisis", "start": "2024-06", "length": "60mo", "own_flat": 2.0}}
    doubled, stated = (monthly(plan(one), 3) for one in (of_case(of) | crisis, of_case(slow)))
    assert all(np.array_equal(doubled[name], stated[name], equal_nan=True) for name in doubled)


@pytest.mark.parametrize(("own_flat", "length"), list(itertools.product((3, 6), (1, 2, 3, 6))))
def test_k036_a_reservation_ends_in_a_sale_or_takes_its_months(own_flat: int, length: int) -> None:
    """Units are plenty; those of the last months are not over yet."""
    of = channel_case("K036")[1][f"own flat {own_flat} reserve {length}"]
    terms = {"share": 1.0, "own_flat": f"{own_flat}mo", "length": f"{length}mo"}
    found = many(plan(on_sale(10**6, 24, 200.0, **terms)), 3, "units_made.line", "units_bought.line", "units_due.line",
                 "units_back.line")  # fmt: skip
    made, bought, due, back = (one.sum() for one in found.values())
    likely(z_share(bought, due, 1.0 / own_flat), "bought of those due")
    assert due / bought == pytest.approx(of["off_market_per_sale"], rel=0.1)
    over = bought + back
    if length == 1:  # all that are over were made a month before
        likely(z_share(bought, over, of["buys"]), "bought of those that are over")
    assert bought / over == pytest.approx(of["buys"], rel=0.1)
    assert made > over


@pytest.mark.parametrize(("requests", "best"), [(0.6, 4), (4.0, 2), (8.0, 1)])
def test_length_against_the_plan(requests: float, best: int) -> None:
    """Units behind a plan of eight by length of the reservation: the more ask, the shorter is best."""
    gaps = {}
    for length in (1, 2, 4):
        terms = {"share": 0.9, "own_flat": "4mo", "length": f"{length}mo"}
        gaps[length] = 8.0 - house(8, requests, length, 0.9, 4, 10).mean_sold[-1]
        sold = many(plan(on_sale(8, 10, requests, **terms)), 500, "units_sold.line")["units_sold.line"]
        likely(z_mean(8.0 - sold.sum(axis=1), gaps[length]), f"{requests} requests, {length} months")
    assert min(gaps, key=lambda length: gaps[length]) == best


def test_k080_a_cut_by_largest_remainder() -> None:
    of, expected = channel_case("K080")
    asked = np.array([of["requests"], of["requests"], [0] * 7])
    assert cut(asked, np.array([of["free"], 99, 0])).tolist() == [expected["granted"], of["requests"], [0] * 7]


TERMS: dict[str, Any] = {"share": 0.6, "own_flat": "4mo", "length": "3mo"}
RESERVED = on_sale({"2025-01": 60, "2025-05": 40}, 12, 9.0, **TERMS) | {
    "own": OWN, "policy.rules.base.new": 0.1, f"{P}.cost_ratio": 0.7, f"{P}.stock.plan": 8.0,
}  # fmt: skip
UNITS = ("released", "free", "reserved", "sold", "back", "made", "bought", "asked", "refused", "due")


def units(changes: dict[str, Any], replications: int = 20) -> dict[str, Any]:
    """Units of each month by what became of them: float64[replication, month]."""
    found = many(plan(changes), replications, *(f"units_{name}.line" for name in UNITS))
    return dict(zip(UNITS, found.values(), strict=True))


def test_every_unit_is_free_reserved_or_sold() -> None:
    """At every close, with partners that come and go, own channels and a limit on what is reserved."""
    wild = RESERVED | {
        f"{S}.flow": 3.0,
        f"{S}.turnover": {"leave": 0.1, "entry": 1.0}, f"{S}.remittance": {"lag": "1mo", "default": 0.05},
        "policy.reservation.most": 0.3, f"{P}.stock.partners_only": {"2025-01": 20},
    }  # fmt: skip
    of = units(wild)
    released = of["released"].cumsum(axis=1)
    assert (released == of["free"] + of["reserved"] + of["sold"].cumsum(axis=1)).all()
    opened = np.pad(of["reserved"], ((0, 0), (1, 0)))[:, :-1]
    assert (of["reserved"] == opened + of["made"] - of["bought"] - of["back"]).all()
    assert (of["asked"] - of["refused"] - of["made"] + of["bought"] == of["sold"]).all()
    assert of["back"].any() and of["refused"].any() and (of["free"][:, -1] == 0).any()


def test_a_unit_that_is_lost_stops_the_run() -> None:
    model = PartnerNetwork(plan(RESERVED))
    model.step()
    model.table.reserved[0, np.flatnonzero(model.table.reserved[0])[0]] -= 1
    with pytest.raises(LedgerError, match="of 60 units of line"):
        model.step()


def test_a_sale_is_one_when_it_is_bought() -> None:
    """Premium, commission and earnings are of the month in which reserved units are bought."""
    found = monthly(plan(RESERVED))
    sold = found["units_sold.line"]
    assert (found["new_contracts"] == sold).all()
    assert (found["premium_new.line"] == 100_00 * sold).all()
    by_partners = found["new_contracts.agents"]
    assert (found["commission_accrued"] == 10_00 * by_partners).all()
    assert found["units_made.line"].sum() > 10 and (sold >= found["units_bought.line"]).all()


def test_the_length_is_that_of_the_month_of_reservation() -> None:
    """Of 1 month before September, then of 2: 25 % of the first are bought, 1 - (3/4)^2 of the others."""
    dated = {"length": {"since": {"2025-01": "1mo", "2025-09": "2mo"}}}
    of = units(on_sale(10**6, 12, 300.0, share=1.0, own_flat="4mo", length="1mo") | {"policy.reservation": dated}, 5)
    made, bought, due = (of[name] for name in ("made", "bought", "due"))
    assert (due[:, 1:9] == made[:, :8]).all() and (due[:, 9] == made[:, 8]).all()
    likely(z_share(bought[:, 1:9].sum(), made[:, :8].sum(), 0.25), "reserved for a month")
    of_two = made[:, 8:10].sum()  # each is over in the horizon
    twice = bought[:, 9:12].sum() - 0.25 * made[:, 10].sum()  # less the first month of those made in November
    likely((twice - 0.4375 * of_two) / np.sqrt(of_two), "reserved for two")


def test_fees_are_paid_for_reservations() -> None:
    found = monthly(plan(RESERVED | {"policy.reservation.fee": 2.5}))
    assert (found["reservation_fee"] == 250 * found["units_made.line"]).all() and found["reservation_fee"].any()


def test_no_more_is_reserved_than_we_let() -> None:
    most = RESERVED | {"policy.reservation.most": 0.25}
    of = units(most)
    unsold, made = of["free"] + of["reserved"], of["made"] > 0
    assert (of["reserved"] <= 0.25 * unsold)[made].all() and made.any()
    none = units(RESERVED | {"policy.reservation.length": "0mo"})
    assert not none["made"].any() and none["refused"][:, 0].any()


@pytest.mark.parametrize("how", ["leave", "default"])
def test_partners_that_go_keep_no_units(how: str) -> None:
    going = {"leave": {f"{S}.turnover.leave": {"since": {"2025-01": 0.0, "2025-04": 1.0}}},
             "default": {f"{S}.remittance.default": {"since": {"2025-01": 0.0, "2025-04": 1.0}}}}  # fmt: skip
    of = units(RESERVED | going[how])
    assert of["reserved"][:, 2].any() and not of["reserved"][:, 3:].any()
    assert of["bought"][:, 3].any() == (how == "default")
    assert (of["back"][:, 3] >= of["reserved"][:, 2] - of["bought"][:, 3]).all()


def test_some_units_only_partners_may_sell() -> None:
    """Our own channel sells what is left beside them, whatever partners do."""
    kept = on_sale(50, 6, 2.0) | {"own": {"office": {**OWN["office"], "demand": {"line": 100.0}}}}
    found = many(plan(kept | {f"{P}.stock.partners_only": 30}), 20, "new_contracts.office", "units_free.line",
                 "new_contracts.agents")  # fmt: skip
    own, free, partners = (one.cumsum(axis=1) for one in found.values())
    free = found["units_free.line"]
    assert (own[:, 0] >= 20 - partners[:, 0]).all() and (own <= 20).all()
    assert (free == 50 - own - partners).all() and free[:, -1].min() > 0


def test_plenty_of_units_change_no_sale() -> None:
    """Beside what is told of units a run with more than anybody asks for is the run without."""
    stock = {f"{P}.stock": {"units": 10**9}}
    of = {"own": OWN, f"{P}.term": "0mo", f"{S}.sales.law": "poisson"}
    plain, plenty = (monthly(plan(of | one)) for one in ({}, stock))
    assert all(np.array_equal(plain[name], plenty[name], equal_nan=True) for name in plain)
    assert set(plenty) - set(plain) == {name for name in plenty if name.startswith("units_")}


AMID_ALL: dict[str, Any] = {
    "products.travel.stock": {
        "units": {"2024-10": 60, "2025-02": 50, "2025-04": 20}, "partners_only": {"2024-10": 15}, "price_held": True,
        "approval": {"wait": "1mo", "refuse": 0.1, "tolerated": 0.1, "penalty": 0.2},
    },
    "products.travel.price": {"since": {"2024-01": 50.0, "2025-03": 60.0}},
    "segments.banks.reserves": {"share": 0.5, "own_flat": "2mo"},
    "segments.dealers.reserves": {"share": 0.9, "own_flat": {"since": {"2024-01": "3mo", "2025-03": "1mo"}}},
    "policy.reservation": {"length": {"since": {"2024-01": "3mo", "2025-02": "1mo"}}, "fee": 1.5, "most": 0.6},
    "market.events.crisis.own_flat": 1.5,
    "own": {"office": {"kind": "organic", "default": True, "demand": {"travel": 5.0}}}, "policy.deposits": None,
}  # fmt: skip


def test_amid_everything_else_the_books_and_units_are_proven() -> None:
    """In batches as alone, each stage writing its own columns only."""
    laid = plan(AMID_ALL, EVERYTHING)
    alone, together = (replicate(laid, range(3), most=most) for most in (1, 3))
    assert [one.monthly.tobytes() for one in alone] == [one.monthly.tobytes() for one in together]
    guarded = named(protected(laid, (0, 1, 2)))
    for name in ("made", "bought", "back", "refused", "waiting", "saved", "sold"):
        series = guarded[f"units_{name}.travel"]
        assert series.any() and (series == many(laid, 1, f"units_{name}.travel")[f"units_{name}.travel"][0]).all()


def test_units_put_on_sale_in_the_warm_up_are_sold_in_it() -> None:
    """What has no date is put on sale at the start; what was reserved before is bought or comes back."""
    early = {"opening": {"kind": "warm_up", "months": "6mo", "capital": 0.0}}
    dated = units(RESERVED | early | {f"{P}.stock.units": {"2024-09": 80}})
    opened = (dated["free"] + dated["reserved"] + dated["sold"])[:, 0]
    assert (opened < 80).all() and dated["due"][:, 0].any() and not dated["released"].any()
    undated = units(RESERVED | early | {f"{P}.stock.units": 80})
    assert (undated["released"][:, 0] == 80).all() and not undated["due"][:, 0].any()


def test_whoever_has_stopped_sells_no_reserved_unit() -> None:
    model = PartnerNetwork(plan(RESERVED | {"accounts.on_ruin": "stop"}))
    model.step()
    model.stop_selling()
    of = model.nouns.units
    assert of is not None
    sold, reserved = int(of.sold[0, 0]), int(of.reserved[0, 0])
    for _ in range(3):
        model.step()
    assert reserved > 0 and of.sold.tolist() == [[sold]] and of.reserved.tolist() == [[0]]


def test_a_held_price_is_that_of_the_month_of_reservation() -> None:
    """Premium is less by what customers save; all of it is told. A price that falls costs them."""
    rising = {f"{P}.price": {"since": {"2025-01": 100.0, "2025-04": 110.0, "2025-07": 90.0}}}
    terms = RESERVED | rising | {"policy.reservation.length": "1mo"}
    plain, held = (monthly(plan(terms | {f"{P}.stock.price_held": on})) for on in (False, True))
    bought, saved = held["units_bought.line"], held["units_saved.line"]
    assert (plain["units_sold.line"] == held["units_sold.line"]).all() and not plain["units_saved.line"].any()
    assert saved.tolist() == [0, 0, 0, 10_00 * bought[3], 0, 0, -20_00 * bought[6], 0, 0, 0, 0, 0]
    assert (held["premium_new.line"] == plain["premium_new.line"] - saved).all() and saved[3] > 0 > saved[6]


ASKED = on_sale(10**6, 8, 40.0) | {f"{S}.sales.law": "fixed", "own": OWN, "us.reliability": 0.7}


def test_requests_wait_for_an_answer() -> None:
    """Partners' sales come so many months later; our own channel asks nobody."""
    found = monthly(plan(ASKED | {f"{P}.stock.approval": {"wait": "2mo"}}))
    assert found["new_contracts.agents"].tolist() == [0, 0, *[40] * 6] and found["new_contracts.office"][0]
    assert found["units_waiting.line"].tolist() == [40, *[80] * 7]


def test_some_requests_are_refused() -> None:
    of = units(ASKED | {f"{P}.stock.approval": {"refuse": 0.3}})
    own = many(plan(ASKED | {f"{P}.stock.approval": {"refuse": 0.3}}), 20, "new_contracts.office")
    assert (of["asked"] == 40 + own["new_contracts.office"]).all()
    likely(z_share(of["refused"].sum(), 40 * of["refused"].size, 0.3), "refused")


@pytest.mark.parametrize(("approval", "share"), [({"wait": "1mo"}, (1.0, 0.5)), ({"refuse": 1.0}, (1.0, 1.0))])
def test_waiting_and_refusals_cost_trust(approval: dict[str, Any], share: tuple[float, float]) -> None:
    """By the share of requests that wait or were refused, beyond what is tolerated; trust comes back as it does."""
    stated = {"us.reliability_half_life": 1.0, f"{P}.stock.approval": {**approval, "tolerated": 0.2, "penalty": 0.5}}
    model, trust = PartnerNetwork(plan(ASKED | stated)), 0.7
    for part in share:
        model.step()
        trust += (0.7 - trust) * 0.5 - 0.5 * (part - 0.2)
        np.testing.assert_allclose(model.table.reliability[:10], trust, rtol=1e-12)


def test_no_request_of_a_partner_that_left_is_granted() -> None:
    gone = {f"{S}.turnover.leave": {"since": {"2025-01": 0.0, "2025-04": 1.0}}, f"{P}.stock.approval": {"wait": "2mo"}}
    found = monthly(plan(ASKED | gone))
    assert (
        found["new_contracts.agents"].tolist() == [0, 0, 40, 0, 0, 0, 0, 0]
        and not found["units_waiting.line"][3:].any()
    )


def test_key_figures_are_those_of_the_units() -> None:
    """Sold out at the first close with nothing left or to come; months off the market over reservations bought."""
    price = {f"{P}.price": {"since": {"2025-01": 100.0, "2025-06": 120.0}}, f"{P}.stock.price_held": True}
    laid, numbers = plan(RESERVED | price | {f"{P}.stock.units": {"2025-01": 40, "2025-05": 5}}), range(6)
    months = np.array([one.monthly for one in replicate(laid, numbers)])
    cube = Cube.of(laid, months[None, None], tuple(numbers), laid.metrics)
    found = {name: one.values for name, one in key_figures(cube, laid.scenario).items()}
    of = {name: cube.series(f"units_{name}.line") for name in (*UNITS, "saved")}
    gone = of["sold"].cumsum(axis=1) == 45
    assert gone.any() and np.array_equal(
        found["sold_out_month"], np.where(gone.any(axis=1), gone.argmax(axis=1) + 1.0, np.nan), equal_nan=True
    )
    assert (found["came_back"] == of["back"].sum(axis=1)).all()
    assert found["off_market_per_sale"] == pytest.approx(of["due"].sum(axis=1) / of["bought"].sum(axis=1))
    assert (found["plan_gap"] == 8.0 * 12 - of["sold"].sum(axis=1)).all()
    assert (found["price_option_cost"] == of["saved"].sum(axis=1)).all() and found["price_option_cost"].any()


def test_draws_bring_no_more_than_their_mean() -> None:
    changes = {f"{P}.stock.approval": {"wait": "1mo", "refuse": 0.3}, f"{P}.stock.units": {"2025-01": 10**6}}
    found = many(plan(RESERVED | changes), 300, "surprise.sales")["surprise.sales"]
    likely([z_mean(month, 0.0) for month in found.T], "surprise of sales")
