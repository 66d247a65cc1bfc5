"""Prices and what they do not move: costs, unless stated otherwise, and sales, unless their response is stated."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from sim.base.units import Dated
from sim.contracts.products import Product
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Path
from sim.scenario.language.suggestions import did_you_mean
from sim.scenario.schema import Scenario

MOVED = "price_without_response"


def check_prices(scenario: Scenario, findings: Findings) -> None:
    """Refuse what cannot be said of prices; note a price that rises while nothing makes cost dearer."""
    for name, product in scenario.products.items():
        _follows(name, product, findings)
        _responds(scenario, name, product, findings)
        if _rises(scenario, product.price) and not product.follows_price and not _has_trend(scenario, product):
            text = "the price rises and what it costs us does not: state follows_price: true"
            if product.claims is not None:
                text = (
                    "the price rises and what a contract costs does not: state inflation of claims, "
                    "market.claims_severity, or follows_price: true"
                )
            findings.note("price_without_trend", text, ("products", name, "price"))
    for rival, one in scenario.rivals.items():
        for name in sorted(set(one.price) - set(scenario.products)):
            path: Path = ("rivals", rival, "price", name)
            findings.fault(f'unknown product "{name}"', did_you_mean(name, scenario.products), path)


def note_moved_prices(scenario: Scenario, moved: Iterable[str], findings: Findings) -> None:
    """Note products whose price a policy or a study moves while sales do not respond to it."""
    for name in moved:
        if scenario.products[name].price_response == 0:
            findings.note(
                MOVED, "the price is moved and sales do not respond: state price_response, the "
                "elasticity against the rivals' price", ("products", name, "price"),
            )  # fmt: skip


def _follows(name: str, product: Product, findings: Findings) -> None:
    if product.follows_price and product.claims is not None and product.claims.loss_ratio is None:
        findings.fault(
            "follows_price stands beside a severity in money, which never moves with the price",
            "take it out, or state loss_ratio in place of the mean of severity", ("products", name, "follows_price"),
        )  # fmt: skip


def _responds(scenario: Scenario, name: str, product: Product, findings: Findings) -> None:
    """An elasticity needs prices above 0 on both sides."""
    if product.price_response == 0:
        return
    prices: dict[Path, Iterable[float]] = {
        ("products", name, "price"): product.price.since.values(),
        ("products", name, "reference_price"): () if product.reference_price is None else [product.reference_price],
    }
    prices |= {
        ("rivals", rival, "price", name): one.price[name].since.values()
        for rival, one in scenario.rivals.items()
        if name in one.price
    }
    for path, values in prices.items():
        if any(value <= 0 for value in values):
            findings.fault("price_response needs prices above 0", "state a price, or take price_response out", path)


def _rises(scenario: Scenario, price: Dated[float]) -> bool:
    """Whether a price is higher in some month than in the one before."""
    first, months = scenario.start - scenario.opening.months, scenario.opening.months + scenario.months
    series = price.series(first, months)
    return any(later > before for before, later in pairwise(series))


def _has_trend(scenario: Scenario, product: Product) -> bool:
    """Whether something makes a contract cost more, or less, as time goes by."""
    if product.claims is None:
        return product.cost_ratio is not None and bool(product.cost_ratio.changes)
    ratio, inflation = product.claims.loss_ratio, product.claims.inflation
    dated = scenario.market.claims_severity.changes or (ratio is not None and ratio.changes)
    return bool(dated) or any(inflation.since.values())
