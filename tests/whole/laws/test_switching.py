"""Switching turned down to a Markov chain: reference cases R033, R035, R037 through the whole simulator.

Notation: j, k principals, P transition matrix, n counts by principal, G groups of a case's size in one run.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.engine.layout.plan import Plan
from sim.engine.model import PartnerNetwork
from tests.whole.hypotheses import case, likely, z, z_chi_square
from tests.whole.running import followed, with_principals
from tests.whole.scenarios import CHOICE, S, plan

Reals = NDArray[np.float64]
GROUPS = 60


def chain(beta: float, commission: list[float], xi: list[float], kappa: float) -> Reals:
    """Transition matrix of the logit with inertia, from its definition."""
    value = beta * np.array(commission) + np.array(xi)
    odds = np.exp(value[None, :] + kappa * np.eye(value.size))
    return odds / odds.sum(axis=1, keepdims=True)


def market(parameters: dict, months: int, partners: int, outside: bool = False, review: float = 1.0) -> Plan:
    """The scenario of a switching case; with `outside` its last principal is the outside option."""
    commission, xi = parameters["commission"], parameters["xi"]
    rivals = {
        f"rival{k}": {"commission": commission[k], "brand": float(xi[k]), "strategy": {"kind": "static"}}
        for k in range(1, len(xi) - outside)
    }
    changes = {
        "months": f"{months}mo", "seed": 101 + outside, f"{S}.partners": partners, f"{CHOICE}.review": review,
        f"{CHOICE}.inertia": parameters["kappa"],
        f"{CHOICE}.weights": {"commission": parameters["beta"] / 100, "brand": 1.0},
        "us": {"brand": float(xi[0])}, "rivals": rivals, "policy.rules.base.new": commission[0],
    }  # fmt: skip
    if outside:
        changes["market.outside_option"] = float(xi[-1]) + parameters["beta"] * commission[-1]
    return plan(changes)


def walk(run: Plan, opening: list[int], replication: int = 0) -> NDArray[np.int8]:
    """Principal of every partner at the opening and after each month: int8[month + 1, partner]."""
    n = int(run.population.bounds[1])
    first = np.repeat(np.arange(len(opening)), opening).astype(np.int8)
    seen = [first]
    seen += list(followed(run, replication, lambda model: model.table.principal[:n].copy(), with_principals(opening)))
    return np.array(seen)


def grouped(path: NDArray[np.int8], opening: list[int], principals: int) -> Reals:
    """Counts by month, group and principal, every group opened as the case says: float64[month, G, K]."""
    group = np.concatenate([np.tile(np.arange(GROUPS), one // GROUPS) for one in opening])
    return np.array(
        [[np.bincount(month[group == g], minlength=principals) for g in range(GROUPS)] for month in path], dtype=float
    )


def check_transitions(path: NDArray[np.int8], expected: Reals, name: str) -> None:
    """All moves of all months, by origin, against the rows of the matrix: chi-square."""
    size = len(expected)
    moves = np.zeros((size, size))
    np.add.at(moves, (path[:-1].ravel(), path[1:].ravel()), 1)
    for j in range(size):
        mean = moves[j].sum() * expected[j]
        used = mean > 5
        if used.sum() > 1:
            rest = max(mean[~used].sum(), 1e-9)
            statistic = ((moves[j] - mean)[used] ** 2 / mean[used]).sum()
            statistic += (moves[j] - mean)[~used].sum() ** 2 / rest if (~used).any() and rest > 5 else 0.0
            likely(z_chi_square(statistic, used.sum() - 1), f"{name} moves from {j}")


@pytest.mark.parametrize(("name", "outside"), [("R033", False), ("R035", False), ("R035", True)])
def test_counts_of_the_case(name: str, outside: bool) -> None:
    one = case(name)
    parameters, expected = one["parameters"], one["expected"]
    size = len(parameters["xi"])
    opening = [n * GROUPS for n in parameters["n0"]]
    months = 24
    path = walk(market(parameters, months, sum(opening), outside), opening)
    matrix = chain(parameters["beta"], parameters["commission"], parameters["xi"], parameters["kappa"])
    np.testing.assert_allclose(matrix, expected["transition"], atol=1e-12)
    check_transitions(path, matrix, name)
    counts = grouped(path, opening, size)
    start = np.array(parameters["n0"], dtype=float)
    powers = [np.linalg.matrix_power(matrix, t) for t in range(months + 1)]
    covariance = [np.diag(start @ p) - sum(start[j] * np.outer(p[j], p[j]) for j in range(size)) for p in powers]
    np.testing.assert_allclose(covariance[12], expected["cov_counts_month12"], atol=1e-9)

    free = [k for k in range(size) if covariance[12][k, k] > 0]
    for t in range(1, months + 1):
        likely(z(counts[t].mean(axis=0), start @ powers[t], np.sqrt(np.diag(covariance[t]) / GROUPS)), f"{name} t={t}")
    for month, key in ((1, "shares_month_1"), (3, "shares_month_3"), (12, "shares_month_12")):
        error = np.sqrt(np.diag(covariance[month]) / GROUPS) / start.sum()
        likely(z(counts[month].mean(axis=0) / start.sum(), expected[key], error), f"{name} {key}")

    # month 12: means and spread together, groups are independent; one principal follows from the others
    some = free[:-1] if name == "R033" else [0, 1]
    inverse = np.linalg.inv(np.array(expected["cov_counts_month12"])[np.ix_(some, some)])
    apart = (counts[12] - np.array(expected["mean_counts_month12"]))[:, some]
    statistic = float(np.einsum("gi,ij,gj->", apart, inverse, apart))
    likely(z_chi_square(statistic, GROUPS * len(some)), f"{name} month 12 with the case's covariance")
    check_covariances(counts, powers, covariance, some, name)


def check_covariances(counts: Reals, powers: list[Reals], covariance: list[Reals], some: list[int], name: str) -> None:
    """Products of deviations, within month 12 and along the path (months 6 and 12), against their means."""
    apart = counts - counts.mean(axis=1, keepdims=True)
    shrink = GROUPS / (GROUPS - 1)
    for i in some:
        for j in some:
            for early, late in ((12, 12), (6, 12), (11, 12)):
                mean = (covariance[early] @ powers[late - early])[i, j]
                products = apart[early][:, i] * apart[late][:, j] * shrink
                # a product of two normal deviations
                error = np.sqrt((covariance[early][i, i] * covariance[late][j, j] + mean**2) / (GROUPS - 1))
                likely(z(products.mean(), mean, error), f"{name} covariance of months {early}, {late} at {i}{j}")


@pytest.mark.parametrize(("name", "outside"), [("R033", False), ("R035", False), ("R035", True)])
def test_stationary_law(name: str, outside: bool) -> None:
    """Opened in long-run shares, counts keep their means; in the long run their covariance is n (diag(pi) - pi pi')."""
    one = case(name)
    parameters, size, far = one["parameters"], 60, {"R033": 40, "R035": 150}[name]
    matrix = chain(parameters["beta"], parameters["commission"], parameters["xi"], parameters["kappa"])
    pi = np.array(one["expected"]["stationary"])
    np.testing.assert_allclose(pi @ matrix, pi, atol=1e-12)
    groups = 400
    opening = np.floor(pi * groups * size).astype(int)
    opening[np.argmax(pi)] += groups * size - opening.sum()
    path = walk(market(parameters, far, groups * size, outside), list(opening))
    n, group = groups * size, np.random.default_rng(1).permutation(np.arange(groups * size) % groups)
    for month in (1, 5, far):
        counts = np.bincount(path[month], minlength=pi.size)
        moved = np.linalg.matrix_power(matrix, month)
        spread = np.sqrt((opening[:, None] * moved * (1 - moved)).sum(axis=0))
        likely(z(counts, opening @ moved, spread), f"{name} counts in month {month}")
        np.testing.assert_allclose(opening @ moved / n, pi, atol=1.0 / n * pi.size)
    counts = np.array([np.bincount(path[far][group == g], minlength=pi.size) for g in range(groups)], dtype=float)
    covariance = size * (np.diag(pi) - np.outer(pi, pi))
    apart = counts - size * pi
    for i in range(pi.size):
        for j in range(i + 1):
            products = apart[:, i] * apart[:, j]
            likely(
                (products.mean() - covariance[i, j]) / (products.std(ddof=1) / np.sqrt(groups)),
                f"{name} covariance {i}{j}",
            )


def test_reviews_are_drawn() -> None:
    """Review rate nu: the matrix is (1 - nu) I + nu softmax."""
    parameters = case("R035")["parameters"]
    opening = [10_000, 10_000, 10_000, 10_000]
    path = walk(market(parameters, 8, sum(opening), review=0.15), opening)
    full = chain(parameters["beta"], parameters["commission"], parameters["xi"], parameters["kappa"])
    check_transitions(path, 0.85 * np.eye(4) + 0.15 * full, "review 15 %")


def test_temporary_promotion() -> None:
    """R037: a campaign of twelve months, and the way back."""
    one = case("R037")
    shares = one["expected"]["share0_by_month"]
    months, n = len(shares) - 1, 40_000
    parameters = {"beta": 20, "kappa": 2.5, "commission": [0.15, 0.15], "xi": [0, 0]}
    campaign = {"kind": "campaign", "rival": "rival1", "start": "2025-07", "length": "12mo", "addition": 0.1}
    run = _promoted(parameters, months, n, campaign)
    path = walk(run, [n // 2, n // 2])
    base, promoted = chain(20, [0.15, 0.15], [0, 0], 2.5), chain(20, [0.15, 0.25], [0, 0], 2.5)
    state = np.eye(2)
    for t in range(1, months + 1):
        state = state @ (promoted if 7 <= t <= 18 else base)
        error = np.sqrt((state[:, 0] * (1 - state[:, 0])).sum() * n / 2) / n
        assert state[:, 0].mean() == pytest.approx(shares[t], abs=1e-12)
        likely(z((path[t] == 0).mean(), shares[t], error), f"R037 month {t}")


def _promoted(parameters: dict, months: int, n: int, campaign: dict) -> Plan:
    return plan(
        {
            "months": f"{months}mo", f"{S}.partners": n, f"{CHOICE}.review": 1.0, f"{CHOICE}.inertia": 2.5,
            f"{CHOICE}.weights": {"commission": 0.2}, "policy.rules.base.new": 0.15,
            "rivals.other.commission": 0.15, "market.events": {"promotion": {**campaign, "rival": "other"}},
        }
    )  # fmt: skip


def test_multi_homing_follows_its_recursion() -> None:
    """x <- (1 - nu) x + nu softmax(V + lambda x), popularity and the cost of money included, by other code."""
    nu, inertia, months, j, lag, side, delay = 0.3, 1.5, 18, 0.24, 1.5, 0.04, 2
    rates = np.array([0.2, 0.15, 0.18])
    run = plan(
        {
            "months": f"{months}mo",
            f"{S}.partners": 3,
            f"{CHOICE}.homing": "multi",
            f"{CHOICE}.review": nu,
            f"{CHOICE}.inertia": inertia,
            f"{CHOICE}.us_at_start": 0.25,
            f"{S}.cost_of_money": j,
            f"{S}.side_income": side,
            f"{CHOICE}.weights": {
                "commission": 0.25,
                "service": 2.0,
                "brand": 1.0,
                "reliability": 0.5,
                "popularity": 3.0,
            },
            f"{S}.remittance": {"lag": "1.5mo", "net": False},
            "policy.rules.base.new": rates[0],
            "policy.payment": {"delay": f"{delay}mo"},
            "us": {"brand": 0.1, "service": 0.3, "reliability": 1.0},
            "rivals": {
                f"r{k}": {"commission": rates[k], "brand": 0.2 * k, "strategy": {"kind": "static"}} for k in (1, 2)
            },
            "market.outside_option": -0.5,
        }
    )
    points = 100 * (rates + side - j / 12 * (rates * delay - lag))
    value = np.append(0.25 * points, -0.5)
    value[0] += 2.0 * 0.3 + 0.1 + 0.5
    value[1:3] += [0.2, 0.4]
    popular = np.array([3.0, 3.0, 3.0, 0.0])
    odds = np.exp(value + popular / 4)
    odds /= odds.sum()
    share = np.concatenate(([0.25], 0.75 * odds[1:] / odds[1:].sum()))
    market_share = np.full(4, 0.25)
    for seen in followed(run, 0, lambda model: model.table.share[:, 0].copy()):
        odds = np.exp(value + popular * market_share + inertia * share)
        share = (1 - nu) * share + nu * odds / odds.sum()
        market_share = share
        np.testing.assert_allclose(seen, share, rtol=0, atol=1e-12)


@pytest.mark.parametrize("net", [False, True])
def test_effective_yield_of_the_float(net: bool) -> None:
    """c + y - (j/12)(c u - (1 - theta c) L) in points; a net partner waits for nothing and holds less."""
    run = plan({f"{S}.cost_of_money": 0.12, f"{S}.remittance": {"lag": "2mo", "net": net}, "policy.rules.base.new": 0.2,
                "policy.payment": {"delay": "3mo"}})  # fmt: skip
    offer = PartnerNetwork(run).table.offer[0]
    assert offer == pytest.approx(20 + 1 * (1 - 0.2) * 2 if net else 20 - 1 * (0.2 * 3 - 2), abs=1e-12)


def test_pull_needs_no_commission() -> None:
    """share = pull + (1 - pull) x: a partner that is not ours still brings those who ask for us."""
    run = plan({f"{CHOICE}.pull": 0.2, f"{CHOICE}.us_at_start": 0.0, f"{S}.flow": 10.0, "months": "3mo"})
    sold = list(followed(run, 0, lambda model: model.table.new[0, :-1].copy()))
    assert (np.array(sold) == 2).all()
