"""A deals site leaves its network: profit of a month with it and without, who is active then, when a platform pays.

Expected figures are those of cases K046 and K047, given from outside, and their closed forms.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.engine.layout.plan import Plan, make
from sim.judgement.beside.closed_forms import theory
from sim.theory.channels import active_partners, leaving_a_network
from tests.whole.hypotheses import channel_case, likely, z_mean
from tests.whole.running import Reals, many

SCENARIOS = Path(__file__).parents[3] / "scenarios" / "gallery"
REPLICATIONS, MINOR = 60, 100.0
CUT, HAND = 6, slice(6, 11)  # months from January: July, and July to November by hand
SALES = ("premium_written.publisher", "premium_written.tail")
NAMES = (*SALES, "attributed_profit", "our_partners", "programme_paid")
NO_GROWTH = ("segments.publisher.turnover.entry=20",)


def laid_out(name: str = "", sets: Sequence[str] = ()) -> Plan:
    return make(sim.load(SCENARIOS / f"cut_the_network{name}.yaml", sets).scenario, ())


def play(name: str = "", sets: Sequence[str] = ()) -> dict[str, Reals]:
    return many(laid_out(name, sets), REPLICATIONS, *NAMES)


@pytest.fixture(scope="module")
def cut() -> dict[str, Reals]:
    return play()


@pytest.fixture(scope="module")
def stays() -> dict[str, Reals]:
    return play("_stays")


def test_what_stands_beside_is_the_case() -> None:
    _, expected = channel_case("K046")
    beside = theory(laid_out())
    found = [beside[name].value for name in ("network_cost", "no_network_above", "no_network_lost")]
    wanted = [expected[name] for name in ("network_cost", "break_even_sales", "break_even_partners_lost")]
    assert found == pytest.approx(wanted, rel=1e-9)


def test_profit_of_the_case(stays: dict[str, Reals]) -> None:
    """K046: 430 thousand a month with the network; in July without it and without growth 490."""
    _, expected = channel_case("K046")
    alone = play(sets=NO_GROWTH)
    likely(z_mean(stays["attributed_profit"][:, :CUT].mean(axis=1) / MINOR, expected["with_network"]), "with")
    likely(z_mean(alone["attributed_profit"][:, CUT] / MINOR, expected["direct"]), "without")
    assert (alone[SALES[0]] == stays[SALES[0]]).all(), "publishers do not notice, on common luck"
    gain = alone["attributed_profit"][:, CUT:] - stays["attributed_profit"][:, CUT:]
    np.testing.assert_allclose(gain / MINOR, _gain(*(stays[name][:, CUT:] / MINOR for name in SALES)), atol=20.0)


def _gain(publishers: Reals, tail: Reals) -> Reals:
    """The form of K046 at the sales of each month, 10 % of which or so are the tail's."""
    found = np.empty_like(tail)
    for place in np.ndindex(found.shape):
        all_, lost = publishers[place] + tail[place], tail[place] / (publishers[place] + tail[place])
        one = leaving_a_network(float(all_), 0.25, 0.25, 30e3, 20e3, float(lost), 0.5)
        found[place] = one.direct - one.with_network
    return found


def test_tail_goes_with_the_network_and_publishers_follow(cut: dict[str, Reals], stays: dict[str, Reals]) -> None:
    assert cut[SALES[1]][:, :CUT].all() and not cut[SALES[1]][:, CUT:].any()
    both = [stays[name][:, :CUT].sum(axis=1) for name in SALES]
    likely(z_mean(both[1] - 0.1 * (both[0] + both[1]), 0.0), "tail")


def test_active_partners_of_the_case(cut: dict[str, Reals]) -> None:
    """K047 from July on: 800 publishers, 60 new ones a month; those who leave bring nobody, so 1.5 % is 1.5625 %."""
    given, expected = channel_case("K047")
    found = cut["our_partners"][:, CUT:]
    path = active_partners(given["active"], given["entry"], given["leave"], given["recruiting"], found.shape[1]).path
    assert path[: given["months"]] == pytest.approx(expected["path"], rel=1e-12)
    likely([z_mean(found[:, month], mean) for month, mean in enumerate(path)], "active partners by month")


def test_by_hand_is_cheaper_until_a_thousand_are_active(cut: dict[str, Reals]) -> None:
    """5 000 and 25 a partner against 30 000: the date of the platform is the first month that expects over 1 000."""
    assert theory(laid_out("_by_hand"))["platform_above"].value == pytest.approx(1_000.0, rel=1e-12)
    path = active_partners(800.0, 60.0, 0.04, 0.015, 6).path
    assert path[4] < 1_000.0 < path[5]
    by_hand = play("_by_hand")
    saved = (cut["programme_paid"] - by_hand["programme_paid"]) / MINOR
    likely(z_mean(saved[:, HAND].sum(axis=1), 25.0 * (1_000.0 - path[:5]).sum()), "saved")
    assert not saved[:, HAND.stop :].any() and not saved[:, : HAND.start].any()
