"""Sizes of single sales: their law, what a rule that reads them pays, and what a partner may expect of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.base.laws import Law, points
from sim.runs.replicate import replicate
from tests.whole.hypotheses import likely, z_mean, z_variance
from tests.whole.running import followed, monthly
from tests.whole.scenarios import EVERYTHING, P, S, plan

LOGNORMAL = {"dist": "lognormal", "cv": 0.8}
SCALE = {"kind": "marginal", "brackets": [{"above": 0, "rate": 0.2}, {"above": 150, "rate": 0.05}]}
BY_SALE = {"kind": "by_sale", "scale": SCALE, "least": 10, "most": 30}
PRICE, MINOR = 100.0, 100


def due(size: np.ndarray) -> np.ndarray:
    """What BY_SALE pays for sales of these sizes, major units, by hand."""
    return np.clip(0.2 * np.minimum(size, 150.0) + 0.05 * np.maximum(size - 150.0, 0.0), 10.0, 30.0)


def sized(**changes: Any) -> Any:
    return plan({f"{P}.sizes": LOGNORMAL, f"{S}.flow": 6.0, "months": "3mo", **changes})


@pytest.mark.parametrize("law", [LOGNORMAL, {"dist": "gamma", "cv": 0.8}, {"dist": "exponential"}])
def test_sizes_have_the_price_and_their_spread(law: dict[str, Any]) -> None:
    cv = law.get("cv", 1.0)
    run = sized(**{f"{P}.sizes": law, f"{S}.partners": 4_000, "policy.rules": {"deals": BY_SALE}})
    sizes = np.concatenate(list(followed(run, 0, lambda model: model.nouns.work.sales.entries[2] / MINOR)))
    likely(z_mean(sizes, PRICE), f"{law} mean")
    logs = np.log(np.maximum(sizes, 0.01))
    if law["dist"] == "lognormal":
        likely(z_variance(logs, np.log(1.0 + cv * cv)), f"{law} spread")
    else:
        shape = cv**-2
        tests = stats.kstest(sizes, stats.gamma(shape, scale=PRICE / shape).cdf)
        assert tests.pvalue > 1e-4


def test_commission_is_that_of_each_sale() -> None:
    """The month's commission is what the single sales of the month earn, to half a minor unit each."""
    run = sized(**{f"{S}.partners": 50, "policy.rules": {"deals": BY_SALE}})

    def both(model: Any) -> tuple[float, float, int, int]:
        table, (_, _, size) = model.table, model.nouns.work.sales.entries
        return table.accrued.sum() / MINOR, due(size / MINOR).sum(), size.size, table.premium_new.sum() - size.sum()

    for accrued, expected, number, rest in followed(run, 0, both):
        assert number > 100 and rest == 0
        assert abs(accrued - expected) <= number / MINOR / 2


def test_without_sizes_all_have_the_price() -> None:
    run = sized(**{f"{P}.sizes": None, f"{S}.partners": 5, "policy.rules": {"deals": BY_SALE}})
    found = monthly(run)
    assert found["commission_accrued"] == pytest.approx(found["new_contracts"] * 20.0 * MINOR)


def test_partners_expect_the_mean_of_what_a_sale_earns() -> None:
    """64 equally likely sizes stand for the law: within 1 % of a million draws."""
    draws = np.random.default_rng(1).lognormal(-np.log(1.64) / 2, np.sqrt(np.log(1.64)), 1_000_000) * PRICE
    assert due(points(Law.model_validate(LOGNORMAL)) * PRICE).mean() == pytest.approx(due(draws).mean(), rel=0.01)
    run = sized(**{f"{S}.partners": 5, "policy.rules": {"deals": BY_SALE}})
    (offer, *_) = followed(run, 0, lambda model: float(np.median(model.table.offer[:-1])))
    plain = sized(**{f"{S}.partners": 5, "policy.rules": {"base": {"kind": "base", "new": due(draws).mean() / PRICE}}})
    (same, *_) = followed(plain, 0, lambda model: float(np.median(model.table.offer[:-1])))
    assert offer == pytest.approx(same, rel=0.01)


def test_a_batch_draws_the_same_sizes() -> None:
    """Sizes under every other rule: one replication alone gives the bytes that it gives among three."""
    changes = {"products.motor.price_cv": 0.0, "products.motor.sizes": LOGNORMAL,
               "policy.rules.deals": {**BY_SALE, "role": "bonus"},
               "policy.rules.each": {"kind": "share_bonus", "new": 0.01, "rounding": "sale"}}  # fmt: skip
    laid = plan(changes, EVERYTHING)
    alone = [replicate(laid, [number], most=1)[0].monthly.tobytes() for number in range(3)]
    assert [one.monthly.tobytes() for one in replicate(laid, range(3), most=3)] == alone


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"dist": "lognormal", "cv": 1.0, "mean": 80.0}, "sizes have the price for their mean"),
        ({"dist": "uniform", "low": 1.0, "high": 2.0}, "sizes have the price for their mean"),
    ],
)
def test_sizes_that_say_too_much_are_refused(sizes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sized(**{f"{P}.sizes": sizes})
    with pytest.raises(ValueError, match="both say how prices vary"):
        sized(**{f"{P}.price_cv": 0.2})
