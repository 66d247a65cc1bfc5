"""Conditional logit against published estimates, by recovery, and where there is no estimate."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from sim.statistics.choice_likelihood import ChoiceSets, gradient, hessian, value
from sim.statistics.conditional_logit import fit
from sim.statistics.identified import NotIdentified
from tests.whole.hypotheses import likely, z

TRAVEL = Path(__file__).parents[1] / "reference" / "travel_mode.csv"
"""Travel mode choice, Greene and Hensher: public domain, from Greene, Econometric Analysis (2003, table F21.2)"""
NAMES = ("gc", "ttme", "air", "train", "bus", "hinc_air")
GREENE = {  # Greene 2003, table 21.11; more digits from R's mlogit of the same model
    "gc": (-0.0155015067, 0.0044079931),
    "ttme": (-0.0961246218, 0.0104398465),
    "air": (5.2074329276, 0.7790551425),
    "hinc_air": (0.0132870138, 0.0102624070),
    "train": (3.8690357040, 0.4431268520),
    "bus": (3.1631903300, 0.4502659305),
}


def travel(copies: int = 1) -> ChoiceSets:
    rows = [{name: float(cell) for name, cell in row.items()} for row in csv.DictReader(TRAVEL.open())]
    x = [
        [r["gc"], r["ttme"], r["mode"] == 1, r["mode"] == 2, r["mode"] == 3, r["hinc"] * (r["mode"] == 1)] for r in rows
    ]
    chosen = np.flatnonzero([row["choice"] for row in rows])
    return ChoiceSets(
        np.array(x, dtype=float), np.arange(0, len(rows), 4), chosen, chosen, np.full(len(chosen), float(copies))
    )


def test_greenes_travel_mode_choice() -> None:
    found = fit(travel(), NAMES)
    for name, estimate, error in zip(found.names, found.estimates, found.standard_errors, strict=True):
        assert (estimate, error) == pytest.approx(GREENE[name], rel=2e-6)
    assert found.log_likelihood == pytest.approx(-199.1284, abs=5e-5)
    assert found.mcfadden_r2 == pytest.approx(1 - 199.1284 / (210 * np.log(4)), abs=1e-6)


def test_weights_count_as_repeats() -> None:
    once, four = fit(travel(), NAMES), fit(travel(4), NAMES)
    assert four.estimates == pytest.approx(once.estimates, rel=1e-7)
    assert four.standard_errors == pytest.approx(once.standard_errors / 2, rel=1e-6)


def test_one_attribute_by_hand() -> None:
    """Of alternatives with x = 1 and 0 the first is chosen 3 of 4 times: b = log 3, error = 1 / sqrt(4 x 3/4 x 1/4)."""
    x, starts = np.tile([1.0, 0.0], 4)[:, None], np.arange(0, 8, 2)
    chosen = np.array([0, 2, 4, 7])
    found = fit(ChoiceSets(x, starts, chosen, chosen, np.ones(4)), ["x"])
    assert found.estimates[0] == pytest.approx(np.log(3.0))
    assert found.standard_errors[0] == pytest.approx((4 * 3 / 16) ** -0.5)
    half = 1.959963985 * found.standard_errors[0]
    assert (found.low[0], found.high[0]) == pytest.approx((np.log(3.0) - half, np.log(3.0) + half))


TRUE, INERTIA, NU = np.array([0.15, 0.8]), 1.2, 0.3


def simulated(seed: int, sets: int = 4_000, nu: float = 1.0) -> ChoiceSets:
    """Sets of two to four alternatives; each chooser is with one of them and reviews with probability nu."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 5, sets)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    x = np.column_stack([rng.uniform(10, 25, sizes.sum()), rng.normal(0, 1, sizes.sum()), np.zeros(sizes.sum())])
    present = starts + rng.integers(0, sizes)
    x[present, 2] = 1.0
    best = x @ [*TRUE, INERTIA] + rng.gumbel(size=len(x))
    chosen = np.array([a + np.argmax(best[a : a + n]) for a, n in zip(starts, sizes, strict=True)])
    chosen = np.where(rng.uniform(size=sets) < nu, chosen, present)
    return ChoiceSets(x, starts, chosen, present, np.ones(sets))


@pytest.mark.parametrize(("nu", "mixed"), [(1.0, False), (NU, True)])
def test_recovers_known_weights(nu: float, mixed: bool) -> None:
    truth = [*TRUE, INERTIA, NU][: 4 if mixed else 3]
    fits = [fit(simulated(seed, nu=nu), ["commission", "brand", "is_current"], mixed) for seed in range(6)]
    likely([z(one.estimates, truth, one.standard_errors) for one in fits], "weights")
    spread = np.sum([z(one.estimates, truth, one.standard_errors) ** 2 for one in fits])
    degrees = 6 * len(truth)
    assert abs(spread - degrees) < 4.42 * np.sqrt(2 * degrees)  # errors of the right size, not only large enough


@pytest.mark.parametrize("mixed", [False, True])
def test_slopes_are_those_of_the_likelihood(mixed: bool) -> None:
    sets, theta = simulated(1, 200, NU), np.array([0.1, -0.4, 0.9, -0.7])[: 4 if mixed else 3]
    steps = 1e-5 * np.eye(theta.size)
    slope = [(value(sets, theta + h, mixed) - value(sets, theta - h, mixed)) / 2e-5 for h in steps]
    bend = [(gradient(sets, theta + h, mixed) - gradient(sets, theta - h, mixed)) / 2e-5 for h in steps]
    assert gradient(sets, theta, mixed) == pytest.approx(np.array(slope), rel=1e-5, abs=1e-4)
    assert hessian(sets, theta, mixed) == pytest.approx(np.array(bend), rel=1e-5, abs=1e-4)


def spoiled(what: str) -> tuple[ChoiceSets, list[str], bool]:
    sets, names = simulated(3, 300, NU), ["commission", "brand", "is_current"]
    x, chosen, mixed = sets.x.copy(), sets.chosen, False
    if what == "still":
        x[:, 1] = np.repeat(np.arange(300.0), sets.sizes)
    elif what == "collinear":
        x[:, 2] = 3.0 * x[:, 0] - 2.0 * x[:, 1] + 7.0
    elif what == "separated":
        x[:, 2] = 0.0
        x[chosen, 2] = np.where(np.arange(300) % 3 == 0, 1.0, 0.0)
    elif what == "nobody moves":
        chosen, mixed = sets.present, True
    return ChoiceSets(x, sets.starts, chosen, sets.present, sets.weights), names, mixed


@pytest.mark.parametrize(
    ("what", "names", "why"),
    [
        ("still", ("brand",), "the same for all"),
        ("collinear", ("commission", "brand", "is_current"), "combination"),
        ("separated", ("is_current",), "separate the choices"),
        ("nobody moves", ("review",), "nobody moves"),
    ],
)
def test_no_estimate_is_said_with_the_attribute(what: str, names: tuple[str, ...], why: str) -> None:
    with pytest.raises(NotIdentified, match=why) as caught:
        fit(*spoiled(what))
    assert caught.value.names == names
