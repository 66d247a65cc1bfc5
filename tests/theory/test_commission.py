"""Sliding scales, profit commission, tiers, levels and attribution under any parameters."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from sim.theory import attribution, overrides, tiers
from sim.theory import variable_commission as variable
from sim.theory.aggregate import GammaTotal
from sim.theory.frequency import Poisson
from sim.theory.severity import Gamma, Lognormal

RATIO = Lognormal.from_mean_cv(0.65, 0.3)
JUMPY = variable.Slide((0.4, 0.5, 0.5, 0.8), (0.35, 0.3, 0.25, 0.1))


def by_quadrature(slide: variable.Slide, power: int) -> float:
    def integrand(p: float) -> float:
        return float(slide.rate(RATIO.quantile(p))[0]) ** power

    breaks = [0.0, *(1.0 - RATIO.upper_moment(0, slide.loss_ratios)), 1.0]
    pairs = itertools.pairwise(breaks)
    return sum(integrate.quad(integrand, low, high, epsabs=1e-12)[0] for low, high in pairs)


def test_a_slide_with_a_jump_is_its_integral() -> None:
    found = variable.expected_slide(JUMPY, RATIO)
    mean = by_quadrature(JUMPY, 1)
    assert found.expected_commission == pytest.approx(mean, abs=1e-9)
    assert found.sd_commission == pytest.approx((by_quadrature(JUMPY, 2) - mean**2) ** 0.5, abs=1e-8)


def test_at_a_jump_the_later_rate_counts() -> None:
    assert JUMPY.rate([0.0, 0.45, 0.5, 0.65, 2.0]) == pytest.approx([0.35, 0.325, 0.25, 0.175, 0.1])


def test_a_slide_on_claims_counts_the_chance_of_none() -> None:
    book = variable.Scaled(GammaTotal(Poisson(0.5), Gamma(2.0, 10.0)), 20.0)
    flat = variable.Slide((0.3, 0.6), (0.2, 0.2))
    assert variable.expected_slide(flat, book).expected_commission == pytest.approx(0.2, abs=1e-12)


@settings(max_examples=8, deadline=None)
@given(st.floats(0.4, 0.9), st.floats(0.1, 0.6))
def test_two_ways_to_the_second_year_agree(mean: float, cv: float) -> None:
    law = Lognormal.from_mean_cv(mean, cv)
    lattice = 0.7 - mean + variable._sum_stop_loss(law, 2, 1.4) / 2.0
    assert variable.expected_profit_commission(1.0, 0.7, law, 2) == pytest.approx(lattice, abs=1e-9)


def test_carried_deficits_only_take_away() -> None:
    years = [variable.expected_profit_commission(0.2, 0.7, RATIO, year) for year in (1, 2, 3, 5)]
    assert years == sorted(years, reverse=True)
    paid, deficit = variable.profit_commission_path(0.2, 0.7, [0.9, 0.6, 0.5, 0.8], [100.0] * 4)
    assert paid == pytest.approx([0.0, 0.0, 2.0, 0.0])
    assert deficit == pytest.approx(10.0)


VOLUMES = st.floats(0.0, 1e7)
SCALE = tiers.Tiers((0.0, 1e6, 3e6, 5e6), (0.1, 0.12, 0.15, 0.18))


@given(VOLUMES)
def test_retroactive_pays_at_least_marginal(volume: float) -> None:
    assert tiers.retroactive(SCALE, volume)[0] >= tiers.marginal(SCALE, volume)[0] - 1e-6


@given(VOLUMES, st.floats(0.0, 1e4))
def test_marginal_has_no_cliff(volume: float, more: float) -> None:
    step = tiers.marginal(SCALE, volume + more)[0] - tiers.marginal(SCALE, volume)[0]
    assert -1e-6 <= step <= 0.18 * more + 1e-6


def test_the_edge_decides_whose_the_bound_is() -> None:
    assert tiers.retroactive(SCALE, 1e6, "left")[0] == pytest.approx(120_000.0)
    assert tiers.retroactive(SCALE, 1e6, "right")[0] == pytest.approx(100_000.0)
    assert tiers.cliffs(SCALE)[3e6] == pytest.approx(90_000.0)
    with pytest.raises(ValueError, match="rise"):
        tiers.Tiers((0.0, 5.0, 2.0), (0.1, 0.2, 0.3))


SPONSORS = {"A": None, "B": "A", "C": "B", "D": "C", "E": "B"}
SALES = st.fixed_dictionaries({name: st.integers(0, 10**6).map(float) for name in SPONSORS})
SOME = st.sets(st.sampled_from("ABCDE"))
RATES = (0.05, 0.03, 0.01)


@given(SALES, SOME)
def test_levels_are_paid_or_kept_and_never_made(sales: dict[str, float], inactive: set[str]) -> None:
    everyone = overrides.unilevel(SPONSORS, sales, RATES)
    for rule in ("forfeit", "pass_up"):
        found = overrides.unilevel(SPONSORS, sales, RATES, inactive, rule)
        assert found.total + found.breakage == pytest.approx(everyone.total)
    dynamic = overrides.unilevel(SPONSORS, sales, RATES, inactive, "dynamic")
    assert dynamic.total <= everyone.total + 1e-6
    assert all(dynamic.override[name] == 0.0 for name in inactive)


@given(SALES, st.lists(st.floats(0.0, 0.4), min_size=5, max_size=5))
def test_a_chain_gets_the_highest_rank_once(sales: dict[str, float], ranks: list[float]) -> None:
    rank = dict(zip(SPONSORS, ranks, strict=True))
    chains = {name: max(rank[p] for p in (name, *overrides.upline(SPONSORS, name))) for name in SPONSORS}
    found = overrides.stair_step(SPONSORS, sales, rank)
    assert found.total == pytest.approx(sum(chains[name] * sales[name] for name in SPONSORS))


def test_rules_for_an_inactive_sponsor() -> None:
    sales = {"D": 10_000.0}
    paid = {rule: overrides.unilevel(SPONSORS, sales, RATES, {"C"}, rule) for rule in ("forfeit", "dynamic", "pass_up")}
    assert paid["forfeit"].override == {"A": 100.0, "B": 300.0, "C": 0.0, "D": 0.0, "E": 0.0}
    assert paid["forfeit"].breakage == 500.0
    assert paid["dynamic"].override["B"] == 500.0
    assert paid["pass_up"].override["B"] == 800.0
    with pytest.raises(ValueError, match="own sponsor"):
        overrides.unilevel({"A": "B", "B": "A"}, {"A": 1.0}, RATES)


PATH = st.builds(
    attribution.Path,
    st.lists(st.sampled_from(["web", "bank", "dealer", "agent"]), min_size=1, max_size=6).map(tuple),
    st.integers(1, 30),
    st.integers(0, 30),
)


@given(st.lists(PATH, min_size=1, max_size=6))
def test_every_rule_credits_all_conversions(paths: list[attribution.Path]) -> None:
    whole = sum(path.conversions for path in paths)
    rules = (
        attribution.first_touch,
        attribution.last_touch,
        attribution.linear,
        attribution.position_based,
        attribution.time_decay,
        attribution.shapley,
    )
    for rule in rules:
        assert sum(rule(paths).values()) == whole
    chain = attribution.markov(paths)
    assert sum(chain.attributed.values()) == whole
    assert all(0 <= effect <= 1 for effect in chain.removal_effect.values())
    assert 0 < chain.conversion_probability <= 1


def test_a_window_forgets_the_early_touches() -> None:
    paths = [attribution.Path(("web", "agent", "bank"), 4)]
    cut = attribution.window_limited(paths, 2)
    assert attribution.first_touch(cut) == {"agent": Fraction(4)}
    assert attribution.time_decay(cut) == {"agent": Fraction(4, 3), "bank": Fraction(8, 3)}


def test_a_corridor_moves_loss_and_makes_none() -> None:
    found = variable.loss_corridor(RATIO, 0.6, 0.8, 0.5)
    assert found.net_expected_lr + found.expected_corridor == pytest.approx(RATIO.mean)
    whole = np.diff(0.65 - RATIO.stop_loss([0.6, 0.8]))[0]
    assert found.expected_corridor == pytest.approx(0.5 * whole)
