"""Rules that follow the loss ratio, played by the whole simulator, against exact laws; and the theory printed beside.

One contract a January and partner that is over at once, with Poisson(10) claims of gamma(2, 500) on 16 000 (R031): the
loss ratio of each partner's year is an independent draw of a compound Poisson law, whose moments come from its exact
series.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.engine.layout.plan import Plan
from sim.judgement.beside.closed_forms import theory
from sim.theory.aggregate import GammaTotal
from sim.theory.contract_year import YearOfLine, loss_ratio_law
from sim.theory.frequency import Poisson
from sim.theory.severity import Gamma, Lognormal, variance
from sim.theory.variable_commission import (
    Layer,
    Scaled,
    Slide,
    expected_profit_commission,
    expected_slide,
    loss_corridor,
)
from tests.whole.hypotheses import case, likely, z_mean, z_variance
from tests.whole.running import followed
from tests.whole.scenarios import P, S, plan

R031 = case("R031")
PREMIUM, CLAIMS, SHAPE, SCALE = 16_000.0, 10.0, 2.0, 500.0
LAW = Scaled(GammaTotal(Poisson(CLAIMS), Gamma(SHAPE, SCALE)), PREMIUM)
SLIDE = Slide.from_layers(R031["parameters"]["max_commission"], [Layer(**one) for one in R031["parameters"]["layers"]])
POINTS = [{"loss_ratio": x, "rate": round(r, 10)} for x, r in zip(SLIDE.loss_ratios, SLIDE.rates, strict=True)]
SLIDING = {"kind": "sliding_scale", "provisional": 0.2, "points": POINTS}
PROFIT = {"kind": "profit_commission", "share": 0.2, "expense_allowance": 0.25, "commission_allowance": 0.05}
CORRIDOR = {"kind": "loss_corridor", "lower": 0.7, "upper": 0.9}
PARTNERS = 20_000


def scenario(rule: dict[str, Any], years: int = 1, partners: int = PARTNERS, **changes: Any) -> Plan:
    """Every partner sells one contract in January."""
    claims = {"frequency": CLAIMS, "severity": {"dist": "gamma", "mean": SHAPE * SCALE, "cv": SHAPE**-0.5}}
    return plan({
        "months": f"{12 * years}mo", f"{S}.partners": partners, f"{S}.flow": 1 / 12, f"{P}.season": [12.0] + [0.0] * 11,
        f"{P}.term": "0mo", f"{P}.price": PREMIUM, f"{P}.cost_ratio": None, f"{P}.claims": claims,
        "policy.rules": {"rule": rule}, **changes,
    })  # fmt: skip


def rates(run: Plan) -> NDArray[np.float64]:
    """Commission, and losses borne, of each partner over its premium: float64[year, partner]."""
    columns = ("premium_new", "accrued", "expensed", "reversed", "loss_share")
    months = np.array(
        list(
            followed(run, 0, lambda model: [np.atleast_2d(model.table.array(one)).sum(axis=0)[:-1] for one in columns])
        )
    )
    premium, accrued, expensed, reversed_, borne = (
        months.reshape(-1, 12, len(columns), PARTNERS).sum(axis=1).swapaxes(0, 1)
    )
    assert (premium == PREMIUM * 100).all()
    return np.asarray((accrued + expensed - reversed_ + borne) / premium)


def test_sliding_scale() -> None:
    """R031: the mean commission is that of the law, and not the commission at the mean loss ratio."""
    paid = rates(scenario(SLIDING))[0]
    expected, at_mean = R031["expected"]["expected_commission"], R031["expected"]["commission_at_mean_lr"]
    exact = expected_slide(SLIDE, LAW)
    assert exact.expected_commission == pytest.approx(expected, abs=1e-9)
    likely(z_mean(paid, expected), "sliding commission")
    likely(z_variance(paid, exact.sd_commission**2), "its variance")
    assert abs(z_mean(paid, at_mean)) > 10
    assert paid.max() == 0.3 and paid.min() == pytest.approx(SLIDE.rates[-1])


def test_profit_commission_with_deficits_carried() -> None:
    """The form of R027 under the law of R031: year 1, and year 2 after the deficit of year 1, which expires or not."""
    for carry, second in (("forever", 2), ("1y", 2), ("0y", 1)):
        paid = rates(scenario({**PROFIT, "carry": carry}, years=2))
        likely(z_mean(paid[0], expected_profit_commission(0.2, 0.7, LAW)), "year 1")
        likely(z_mean(paid[1], expected_profit_commission(0.2, 0.7, LAW, second)), f"year 2, carry {carry}")
    once, averaged = (expected_profit_commission(0.2, 0.7, LAW, year) for year in (1, 2))
    assert abs(z_mean(paid[1], averaged)) > 10 and averaged < once


def test_loss_corridor() -> None:
    """The band of R029 under the law of R031."""
    borne = rates(scenario(CORRIDOR))[0]
    likely(z_mean(borne, loss_corridor(LAW, 0.7, 0.9).expected_corridor), "corridor")
    assert borne.max() == pytest.approx(0.2)


def test_loss_ratio_of_paid_losses() -> None:
    """A contract a month, all losses paid evenly over six months: mean and deviation of what is known in December."""
    shares = {f"{P}.season": [1.0] * 12, f"{S}.flow": 1.0, f"{P}.claims.payment_pattern": [0.2] * 5}
    run = scenario({**SLIDING, "losses": "paid"}, **shares)
    *_, last = followed(run, 0, lambda model: model.nouns.commission.memory["rule"]["ratio"][:-1].copy())
    known = [1.0] * 8 + [0.8, 0.6, 0.4, 0.2]
    year = [YearOfLine(12 * PREMIUM, 0.625, 12 * CLAIMS, severity_cv2=1 / SHAPE, known=known)]
    law = loss_ratio_law(year)
    likely(z_mean(last, law.mean), "mean of the loss ratio on paid losses")
    likely(z_variance(last, variance(law)), "its variance")
    assert law.mean == pytest.approx(0.625 * 10 / 12)


def test_whole_known_year_has_the_compound_moments() -> None:
    law = loss_ratio_law([YearOfLine(PREMIUM, 0.625, CLAIMS, severity_cv2=1 / SHAPE)])
    assert isinstance(law, Lognormal)
    assert (law.mean, variance(law)) == (pytest.approx(LAW.mean), pytest.approx(variance(LAW)))


@pytest.mark.parametrize(
    "rule",
    [
        {**SLIDING, "stop_per_year": "65%"},
        {**CORRIDOR, "stop_per_year": "80%"},
        {**PROFIT, "stop_per_year": "60%"},
        {**PROFIT, "most": 0.03},
        {**SLIDING, "stop_per_claim": 1_500.0},
    ],
    ids=["slide", "corridor", "profit", "most", "claims"],
)
def test_stops_beside_a_run(rule: dict[str, Any]) -> None:
    """What partners' years bring with a stop or a most, against the figure that stands beside the run.

    Exact for stops of a year; a stopped claim is a gamma of the right mean and deviation.
    """
    found, expected = rates(scenario(rule))[0], beside(rule)["rate_of"]
    without = {name: value for name, value in rule.items() if name not in ("stop_per_year", "stop_per_claim", "most")}
    assert abs(expected - beside(without)["rate_of"]) > 1e-3
    if "stop_per_claim" in rule:
        assert found.mean() == pytest.approx(expected, abs=1.5e-3)
    else:
        likely(z_mean(found, expected), f"{rule}")


# --- the theory beside the simulation --------------------------------------------------------------------------------


def beside(rule: dict[str, Any], **changes: Any) -> dict[str, float]:
    """Value by name of the figures of the rule."""
    found = theory(scenario(rule, partners=10, **changes))
    assert all("mean loss ratio" in figure.text for name, figure in found.items() if name.endswith(".rule"))
    return {name.removesuffix(".rule"): figure.value for name, figure in found.items() if name.endswith(".rule")}


def test_figures_beside() -> None:
    """Exact for gamma claims; the rate at the mean loss ratio is another."""
    exact = R031["expected"]
    assert beside(SLIDING) == {
        "rate_of": pytest.approx(exact["expected_commission"], abs=1e-9),
        "rate_at_mean": pytest.approx(exact["commission_at_mean_lr"]),
    }
    for carry, years in (("forever", (1, 2)), ("1y", (1, 2)), ("0y", (1, 1))):
        mean = np.mean([expected_profit_commission(0.2, 0.7, LAW, year) for year in years])
        found = beside({**PROFIT, "carry": carry}, years=2)
        assert found == {"rate_of": pytest.approx(mean), "rate_at_mean": pytest.approx(0.2 * 0.075)}
    corridor = beside(CORRIDOR)
    assert corridor == {"rate_of": pytest.approx(loss_corridor(LAW, 0.7, 0.9).expected_corridor), "rate_at_mean": 0.0}


def test_figures_of_another_severity_are_lognormal() -> None:
    """R021 to the last digit: claims so many that only the common factor moves the loss ratio, lognormal, mean 50 %."""
    parameters, expected = case("R021")["parameters"], case("R021")["expected"]
    slide = Slide.from_layers(parameters["max_commission"], [Layer(**one) for one in parameters["layers"]])
    points = [{"loss_ratio": x, "rate": round(r, 10)} for x, r in zip(slide.loss_ratios, slide.rates, strict=True)]
    claims = {
        "loss_ratio": parameters["mean"], "frequency": 1e12, "severity": {"dist": "lognormal", "cv": 1.0},
        "common": {"cv": parameters["cv"]},
    }  # fmt: skip
    found = beside({**SLIDING, "points": points}, **{f"{P}.claims": claims})
    assert found == {
        "rate_of": pytest.approx(expected["expected_commission"], abs=1e-9),
        "rate_at_mean": pytest.approx(expected["commission_at_mean_lr"], abs=1e-9),
    }  # fmt: skip


def test_figures_where_the_law_is_certain() -> None:
    """Cost of goods is certain: what is expected is the rate at the mean; without premium or losses no figure."""
    certain = {f"{P}.claims": None, f"{P}.cost_ratio": 0.55}
    assert beside(SLIDING, **certain) == {"rate_of": pytest.approx(0.25), "rate_at_mean": pytest.approx(0.25)}
    assert beside(SLIDING, **{f"{P}.claims": None, f"{P}.cost_ratio": 0.0}) == {}
