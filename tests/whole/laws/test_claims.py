"""Claims turned down to compound laws: R013, R015, R017, R019; the spread of the loss ratio; loadings on the risk.

Notation: S aggregate claims, N their number, X severity, F the common factor, LR = S / premium earned.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.base.luck import Luck
from sim.contracts.common_factor import CommonFactor
from sim.engine.layout.plan import Plan
from sim.engine.model import PartnerNetwork
from tests.whole.hypotheses import case, likely, z, z_chi_square, z_mean, z_share, z_variance
from tests.whole.running import followed, many, monthly
from tests.whole.scenarios import CHOICE, P, S, plan

LAWS: dict[str, dict[str, Any]] = {
    "R013": {"frequency": 10.0, "severity": {"dist": "gamma", "mean": 1000.0, "cv": 0.5**0.5}},
    "R015": {
        "frequency": 10.0,
        "count": "negative_binomial",
        "count_cv": 5**-0.5,
        "severity": {"dist": "exponential", "mean": 100.0},
    },
    "R017": {"frequency": 20.0, "severity": {"dist": "lognormal", "mean": 1000.0, "cv": 2.0}},
    "R019": {"frequency": 6.0, "severity": {"dist": "pareto", "alpha": 2.5, "mean": 2000.0}},
}


def one_sale_a_month(claims: dict[str, Any], partners: int, months: int, **changes: Any) -> Plan:
    """Every partner sells one contract a month that is over at once: each line is an independent aggregate loss."""
    return plan(
        {"months": f"{months}mo", f"{S}.partners": partners, f"{P}.term": "0mo", f"{P}.cost_ratio": None,
         f"{P}.price": 16_000.0, f"{P}.claims": claims, **changes}
    )  # fmt: skip


def losses(run: Plan) -> np.ndarray:
    """Incurred of every line and month in major units."""
    return np.array(list(followed(run, 0, lambda model: model.table.incurred[0, :-1] / 100))).ravel()


@pytest.mark.parametrize("name", ["R013", "R015", "R017", "R019"])
@pytest.mark.parametrize("size", [(10_000, 6), pytest.param((40_000, 25), marks=pytest.mark.long)])
def test_aggregate_claims(name: str, size: tuple[int, int]) -> None:
    """Mean, variance and value at risk of the case; the quantile's error from its density."""
    expected = case(name)["expected"]
    sample = np.sort(losses(one_sale_a_month(LAWS[name], *size)))
    n = sample.size
    likely((sample.mean() - expected["mean"]) / (expected["sd"] / np.sqrt(n)), f"{name} mean of {n}")
    if name in ("R013", "R015"):  # the others have no finite or no usable fourth moment: their quantiles stand for it
        likely(z_variance(sample, expected["variance"]), f"{name} variance")
    for p, risk in expected["risk"].items():
        level = float(p)
        error = np.sqrt(level * (1 - level) / n) / risk["density_at_var"]
        quantile = sample[int(np.ceil(n * level)) - 1]
        likely(z(quantile, risk["var"], error), f"{name} VaR {p}")
        likely(z_share((sample <= risk["var"]).sum(), n, level), f"{name} share below VaR {p}")
        tail = sample[sample > risk["var"]]
        if "tail_variance" in risk:
            likely((tail.mean() - risk["tvar"]) / np.sqrt(risk["tail_variance"] / tail.size), f"{name} TVaR {p}")
    if "prob_zero" in expected:
        likely(z_share((sample == 0).sum(), n, expected["prob_zero"]), f"{name} no claim")


BOOK = {"loss_ratio": 0.7, "frequency": 0.3, "severity": {"dist": "gamma", "cv": 1.2}}


def book(replications: int, **claims: Any) -> np.ndarray:
    """Loss ratio of the year of a book of annual contracts with fixed sales: float64[replication]."""
    run = plan(
        {
            f"{S}.partners": 40,
            f"{S}.flow": 10.0,
            f"{P}.cost_ratio": None,
            f"{P}.price": 1000.0,
            f"{P}.claims": {**BOOK, **claims},
        }
    )
    found = many(run, replications, "claims_incurred", "premium_earned")
    assert (found["premium_earned"] == found["premium_earned"][0]).all()
    return np.asarray(found["claims_incurred"].sum(axis=1) / found["premium_earned"][0].sum())


def compound_variance() -> tuple[float, float]:
    """Earned contract-years of `book` and the compound-Poisson variance of its loss ratio."""
    exposure = sum(400 * (0.5 + 11 - s) / 12 for s in range(12))
    return exposure, 0.3 * exposure * (0.7 / 0.3) ** 2 * (1 + 1.2**2) / exposure**2


def test_loss_ratio_without_common_factor() -> None:
    """Its mean is the scenario's, its spread the compound-Poisson one and no other."""
    _, variance = compound_variance()
    ratio = book(150)
    likely((ratio.mean() - 0.7) / np.sqrt(variance / ratio.size), "mean loss ratio")
    likely(z_chi_square(((ratio - 0.7) ** 2).sum() / variance, ratio.size), "compound-Poisson spread, chi-square")


def test_loss_ratio_with_common_factor() -> None:
    """The factor's variance comes on top: (1 + 0) compound + (LR cv)^2."""
    _, variance = compound_variance()
    cv = 0.15
    combined = variance + (0.7 * cv) ** 2
    ratio = book(150, common={"cv": cv})
    likely((ratio.mean() - 0.7) / np.sqrt(combined / ratio.size), "mean loss ratio with the factor")
    likely(z_variance(ratio, combined), "combined spread")
    assert abs(z_chi_square(((ratio - 0.7) ** 2).sum() / variance, ratio.size)) > 6, (
        "the test above would miss the factor"
    )


def test_common_factor_is_a_stationary_chain() -> None:
    """Levels of mean 1 and stated cv, lognormal, correlation of the logarithms by years apart; keyed by month alone."""
    cv, persistence, years, n = 0.3, 0.6, 4, 3000
    normals = [
        [Luck(5, number).normal(12 * year, "claims.common.line") for year in range(years)] for number in range(n)
    ]
    levels = CommonFactor(cv, persistence, 0, np.array(normals)).levels
    sigma2 = np.log(1 + cv * cv)
    for year in range(years):
        likely((levels[:, year].mean() - 1) / (cv / np.sqrt(n)), f"factor of year {year}")
    standard = (np.log(levels) + sigma2 / 2) / np.sqrt(sigma2)
    for apart in range(1, years):
        products = standard[:, :-apart] * standard[:, apart:]
        rho = persistence**apart
        likely((products[:, 0].mean() - rho) / np.sqrt((1 + rho**2) / n), f"correlation {apart} years apart")
    for year in range(years):
        likely(z_chi_square((standard[:, year] ** 2).sum(), n), f"spread of year {year}")
    run = plan(
        {
            "seed": 5,
            "months": "48mo",
            f"{P}.cost_ratio": None,
            f"{P}.claims": {**BOOK, "common": {"cv": cv, "persistence": persistence}},
        }
    )
    held = PartnerNetwork(run, 17).nouns.now.common["line"]
    assert held is not None
    assert [held.at(12 * year + 5).item() for year in range(years)] == levels[17].tolist()


@pytest.mark.parametrize("cv", [0.05, 0.3, 1.0])
def test_common_factor_has_its_mean_and_cv(cv: float) -> None:
    """By quadrature over its normal draw: mean 1 and the stated coefficient of variation, whatever the persistence."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()
    level = CommonFactor(cv, 0.0, 0, nodes[:, None]).levels[:, 0]
    assert weights @ level == pytest.approx(1.0, abs=1e-9)
    assert weights @ level**2 - 1 == pytest.approx(cv**2, rel=1e-6)
    pairs = np.stack(np.meshgrid(nodes, nodes), axis=-1).reshape(-1, 2)
    second = CommonFactor(cv, 0.7, 0, pairs).levels[:, 1].reshape(nodes.size, -1)
    assert weights @ second @ weights == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize(
    ("changes", "factor"),
    [
        ({f"{S}.relativity": 1.3}, 1.3),
        ({f"{S}.fraud": 0.1}, 1.1),
        ({"market.claims_frequency": 1.25}, 1.25),
        ({"market.claims_severity": 1.2}, 1.2),
        ({"market.events": {"storm": {"kind": "crisis", "start": "2025-01", "length": "9mo", "claims": 1.5}}}, 1.5),
        ({f"{P}.price_cv": 0.5}, 1.0),
        ({"policy.rules.base.new": 0.2, "rivals.other.commission": 0.1, f"{S}.adverse": 0.04,
          f"{CHOICE}.homing": "multi", f"{CHOICE}.us_at_start": 0.5}, np.exp(0.04 * 5)),
    ],
)  # fmt: skip
def test_loadings_on_the_risk(changes: dict[str, Any], factor: float) -> None:
    """E[claims] = LR x earned premium x what the scenario puts on top, and nothing else."""
    run = plan(
        {
            "months": "4mo",
            f"{S}.partners": 5000,
            f"{S}.flow": 4.0,
            f"{P}.cost_ratio": None,
            f"{P}.price": 1000.0,
            f"{P}.claims": BOOK,
            **changes,
        }
    )
    found = list(
        followed(run, 0, lambda model: (model.table.incurred[0, :-1].copy(), model.table.earned[0, :-1].copy()))
    )
    incurred, earned = (np.array([month[k] for month in found], dtype=float) for k in (0, 1))
    likely(z_mean((incurred - 0.7 * factor * earned).sum(axis=0), 0.0), f"claims at factor {factor:.3f}")


@pytest.mark.parametrize("term", [1, 6, 12, 18])
def test_stated_severity_whatever_the_term(term: int) -> None:
    """A stated mean severity is the mean claim: frequency x exposure x severity."""
    claims = {"frequency": 0.6, "severity": {"dist": "discrete", "values": [100.0, 400.0], "weights": [2.0, 1.0]}}
    run = plan(
        {
            "months": "20mo",
            f"{S}.partners": 300,
            f"{S}.flow": 5.0,
            f"{P}.cost_ratio": None,
            f"{P}.price": 700.0,
            f"{P}.term": f"{term}mo",
            f"{P}.claims": claims,
        }
    )
    recorded = monthly(run)
    exposure = sum(1500 * min(term, 20 - s - 0.5) / 12 for s in range(20))
    mean, second = 0.6 * exposure * 200.0, 0.6 * exposure * (2 * 100.0**2 + 400.0**2) / 3
    likely((recorded["claims_incurred"].sum() / 100 - mean) / np.sqrt(second), f"claims of term {term}")
    number = recorded["claims"].sum()
    likely((number - 0.6 * exposure) / np.sqrt(0.6 * exposure), f"number of claims of term {term}")


@pytest.mark.parametrize("term", [0, 1, 6, 12, 18])
def test_exposure_is_earned_on_the_same_shares_as_premium(term: int) -> None:
    """Contract-years of a month = premium earned / price x term in years; a one-off sale counts as one."""
    run = plan(
        {"months": "20mo", f"{P}.term": f"{term}mo", f"{P}.price": 3600.0, f"{P}.cancellation": 0.1 if term else 0.0}
    )
    years = term / 12 if term else 1.0
    for exposure, earned in followed(
        run, 0, lambda model: (model.table.exposure[0].copy(), model.table.earned[0].copy())
    ):
        np.testing.assert_allclose(exposure, earned / 360_000 * years, rtol=1e-12, atol=0)


def test_claims_are_paid_by_their_pattern() -> None:
    """Portions of a month's claims add up to them; what is not paid is the reserve."""
    pattern = [0.25, 0.0, 0.45, 0.3]
    run = one_sale_a_month(
        {"loss_ratio": 0.7, "frequency": 2.0, "severity": {"dist": "lognormal", "cv": 1.0}, "payment_pattern": pattern},
        50,
        10,
    )
    recorded = monthly(run)
    incurred = recorded["claims_incurred"]
    reached = np.rint(np.cumsum(pattern)[None, :] * incurred[:, None])
    reached[:, -1] = incurred
    portions = np.diff(reached, axis=1, prepend=0.0)
    for t in range(10):
        assert recorded["claims_paid"][t] == sum(portions[t - age, age] for age in range(min(t, 3) + 1))
    assert (recorded["balance.loss_reserve"] == np.cumsum(incurred - recorded["claims_paid"])).all()


def test_reserve_error_comes_right() -> None:
    """Claims booked 20 % too high are released when the last of them is paid; the sum over time does not change."""
    pattern = [0.5, 0.3, 0.2]
    claims = {"loss_ratio": 0.7, "frequency": 2.0, "severity": {"dist": "exponential"}, "payment_pattern": pattern}
    changes = {"market.demand": {"since": {"2025-01": 1.0, "2025-03": 0.0}}}
    plain, high = (monthly(one_sale_a_month({**claims, "reserve_error": e}, 50, 6, **changes)) for e in (0.0, 0.2))
    assert (plain["claims_paid"] == high["claims_paid"]).all()
    assert high["reserve_strengthened"].sum() == high["reserve_released"].sum() > 0
    assert plain["equity"][-1] == high["equity"][-1]
    assert high["equity"][0] == plain["equity"][0] - np.rint(0.2 * plain["claims_incurred"][0])
    assert high["balance.loss_reserve"][-1] == 0
