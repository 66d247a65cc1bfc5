"""Flats that agencies' buyers reserve: how many reservations end in a sale before, in and after the crisis, and why.

Expected figures are closed forms of the scenario's own figures: 1 - (1 - 1/T)^m, and T months off the market a sale.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.engine.layout.plan import make
from sim.scenario.schema import Scenario
from sim.theory.channels.stock import reservation
from tests.whole.hypotheses import likely, z, z_mean, z_share
from tests.whole.running import Reals, many

SCENARIOS = Path(__file__).parents[3] / "scenarios" / "gallery"
REPLICATIONS = 200
QUIET, CRISIS = 4, 8  # months to sell an own flat
FEBRUARY, MARCH, LONGER, OVER, END = 1, 2, 8, 14, 24  # months from January 2009: crisis from March, 2mo from September
UNITS = ("asked", "made", "due", "bought", "back", "sold")


def scenario(name: str = "", sets: Sequence[str] = ()) -> Scenario:
    return sim.load(SCENARIOS / f"new_build_realtors{name}.yaml", sets).scenario


def play(name: str = "", sets: Sequence[str] = ()) -> dict[str, Reals]:
    found = many(make(scenario(name, sets), ()), REPLICATIONS, *(f"units_{one}.flat" for one in UNITS))
    return dict(zip(UNITS, found.values(), strict=True))


@pytest.fixture(scope="module")
def stated() -> dict[str, Reals]:
    return play()


def end_in_a_sale(found: dict[str, Reals], first: int, last: int, length: int, expected: float) -> None:
    """Of the reservations made in these months those that did not come back after `length` months: by z."""
    made = found["made"][:, first:last].sum()
    back = found["back"][:, first + length : last + length].sum()
    likely(z_share(made - back, made, expected), f"{length} months, made in {first} .. {last - 1}")


def test_reservations_that_end_in_a_sale(stated: dict[str, Reals]) -> None:
    """A month: 25 %, in the crisis 12.5 %. Two months: in the crisis 23.4 %, after it 43.75 %."""
    expected = [reservation(*of).buys for of in ((QUIET, 1), (CRISIS, 1), (CRISIS, 2), (QUIET, 2))]
    assert expected == pytest.approx([0.25, 0.125, 0.234375, 0.4375], rel=1e-12)
    end_in_a_sale(stated, 0, FEBRUARY, 1, expected[0])
    end_in_a_sale(stated, FEBRUARY, LONGER, 1, expected[1])
    end_in_a_sale(stated, LONGER, OVER - 2, 2, expected[2])
    end_in_a_sale(stated, OVER - 1, END - 2, 2, expected[3])


def test_two_months_before_the_crisis_would_have_sold_more(stated: dict[str, Reals]) -> None:
    early = play(sets=["policy.reservation.length=2mo", "market.events.crisis.start=2010-01"])
    end_in_a_sale(early, 0, 10, 2, 0.4375)
    end_in_a_sale(early, 11, 22, 2, 0.234375)


@pytest.mark.parametrize("name", ["", "_one_month", "_three_months"])
def test_each_sale_takes_as_many_months_off_the_market(name: str) -> None:
    """4 in quiet times, 8 in the crisis, whatever the length."""
    found = play(name)
    for what, months, expected in (("crisis", slice(MARCH, OVER), CRISIS), ("quiet", slice(OVER, END), QUIET)):
        due, bought = (found[one][:, months].sum() for one in ("due", "bought"))
        likely(z_share(bought, due, 1.0 / expected), f"{what}{name}")


def test_requests_are_those_of_agencies_and_what_they_leave_the_office(stated: dict[str, Reals]) -> None:
    """The office loses half of the quarter of the sales that it touched first."""
    laid = make(scenario(), ())
    agencies = float(laid.population.flow[: laid.population.partners].sum())
    mean = (agencies + 4.0 - 0.25 * 0.5 * agencies) * np.where(
        (np.arange(END) < MARCH) | (np.arange(END) >= OVER), 1, 0.7
    )
    likely(z(stated["asked"].mean(axis=0), mean, np.sqrt(mean / REPLICATIONS)), "requests")


def test_longer_reservations_close_the_gap_where_flats_are_plenty(stated: dict[str, Reals]) -> None:
    """On common luck; where flats are few six months sell fewer than one."""
    sold = [one["sold"].sum(axis=1) for one in (play("_one_month"), stated, play("_three_months"))]
    assert z_mean(sold[1] - sold[0], 0.0) > 5.0 and z_mean(sold[2] - sold[1], 0.0) > 5.0
    short, long = (play("_scarce", [f"policy.reservation.length={m}"])["sold"].sum(axis=1) for m in ("1mo", "6mo"))
    assert z_mean(short - long, 0.0) > 3.0


def test_the_scale_changes_what_agencies_get_and_nothing_else(stated: dict[str, Reals]) -> None:
    scale, percent = (
        many(make(scenario(name), ()), 20, "units_sold.flat", "commission.agency", "credit.agency")
        for name in ("", "_percent")
    )
    assert (scale["units_sold.flat"] == percent["units_sold.flat"]).all()
    assert percent["commission.agency"] == pytest.approx(0.025 * percent["credit.agency"], rel=1e-9)
    rate = scale["commission.agency"][:, 6:].sum() / scale["credit.agency"][:, 6:].sum()
    assert 0.02 < rate < 0.03
