"""Key figures of the parts of a business: by product, by segment, by rule; one value a replication.

Ratios are shares of earned premium unless the text says otherwise; money is in major units.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.base.arrays import Reals
from sim.base.units import MONTHS_PER_YEAR
from sim.policy.rule import Rule
from sim.results.cube import Cube
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Kpi:
    """A key figure: unit (`money`, `ratio`, `share`, `probability`, `count`, `month`), text and values[replication]."""

    name: str
    unit: str
    text: str
    values: Reals


def units(scenario: Scenario) -> dict[str, str]:
    """Units of these key figures by their names."""
    products = {f"{name}.{p}": "ratio" for p in scenario.products for name in ("loss_ratio", "commission_ratio")}
    of_segment = {"premium_year_1": "money", "premium": "money", "loss_ratio_of": "ratio"}
    segments = {f"{name}.{s}": unit for s in (*scenario.segments, "direct") for name, unit in of_segment.items()}
    rules = {f"commission_of.{name}": "money" for name in scenario.policy.rules}
    rates = {f"rate_of.{name}": "ratio" for name, rule in scenario.policy.rules.items() if rule.rated}
    networks = any(one.network for one in scenario.segments.values())
    return products | segments | rules | rates | ({name: unit for name, unit, *_ in _OF_BROKERS} if networks else {})


def divide(top: Reals, bottom: Reals) -> Reals:
    """Top over bottom, NaN where the bottom is 0."""
    return np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=np.asarray(bottom) != 0)


def year(series: Reals, number: int) -> Reals:
    """Sum of a year (from 1) of series[replication, month]."""
    return series[:, (number - 1) * MONTHS_PER_YEAR : number * MONTHS_PER_YEAR].sum(axis=1)


def by_product(cube: Cube) -> list[Kpi]:
    """Loss and commission ratio of each product."""
    found = []
    for product in cube.named("premium_new"):
        earned = cube.series(f"premium_earned.{product}").sum(axis=1)
        claims = cube.series(f"claims_incurred.{product}").sum(axis=1)
        written = sum(cube.series(f"{name}.{product}").sum(axis=1) for name in ("premium_new", "premium_renewal"))
        commission = cube.series(f"commission_accrued.{product}").sum(axis=1)
        found.append(
            Kpi(f"loss_ratio.{product}", "ratio", f"claims over earned premium of {product}", divide(claims, earned))
        )
        found.append(
            Kpi(f"commission_ratio.{product}", "ratio", f"commission accrued over written premium of {product}",
                divide(commission, np.asarray(written)))
        )  # fmt: skip
    return found


def by_segment(cube: Cube) -> list[Kpi]:
    """Premium and loss ratio of each segment, the direct channel last."""
    found = []
    for segment in cube.named("premium_written"):
        premium = cube.series(f"premium_written.{segment}")
        claims = cube.series(f"claims_incurred.{segment}").sum(axis=1)
        earned = cube.series(f"premium_earned.{segment}").sum(axis=1)
        found.append(
            Kpi(f"premium_year_1.{segment}", "money", f"premium of the first year: {segment}", year(premium, 1))
        )
        found.append(Kpi(f"premium.{segment}", "money", f"premium of the horizon: {segment}", premium.sum(axis=1)))
        found.append(
            Kpi(f"loss_ratio_of.{segment}", "ratio", f"claims over earned premium: {segment}", divide(claims, earned))
        )
    return found


def by_rule(cube: Cube, rules: Mapping[str, Rule]) -> list[Kpi]:
    """Commission that each rule booked; of rules that know a rate for good, what they paid on premium rated so."""

    def total(name: str, rule: str) -> Reals:
        return np.asarray(cube.series(f"{name}.{rule}").sum(axis=1))

    found = []
    for name, rule in rules.items():
        text = f"commission booked by the rule {name}"
        found.append(Kpi(f"commission_of.{name}", "money", text, total("commission_of_rule", name)))
        if rule.rated:
            rate = divide(total("rated_commission", name), total("rated_premium", name))
            found.append(
                Kpi(f"rate_of.{name}", "ratio", f"commission over premium that the rule {name} has rated finally", rate)
            )
    return found


def of_brokers(cube: Cube) -> list[Kpi]:
    """Network brokers: their ruin, what their cash hides, what their agents lose; nothing where there are none."""
    return (
        [Kpi(name, unit, text, of(cube)) for name, unit, text, of in _OF_BROKERS] if "brokers" in cube.position else []
    )


def _first_default(cube: Cube) -> Reals:
    happens = cube.series("broker_defaults") > 0
    return np.where(happens.any(axis=1), happens.argmax(axis=1) + 1.0, np.nan)


_OF_BROKERS: tuple[tuple[str, str, str, Callable[[Cube], Any]], ...] = (
    (
        "broker_defaults",
        "count",
        "network brokers that defaulted",
        lambda cube: cube.series("broker_defaults").sum(axis=1),
    ),
    (
        "broker_default_month",
        "month",
        "month of the first default of a network broker, where there is one",
        _first_default,
    ),
    ("brokers_end", "count", "network brokers at the end", lambda cube: cube.series("brokers")[:, -1]),
    (
        "broker_cash_end",
        "money",
        "cash of the network brokers at the end",
        lambda cube: cube.series("broker_cash")[:, -1],
    ),
    (
        "broker_equity_end",
        "money",
        "that cash and their deposits less premium and agents' commission not yet passed on",
        lambda cube: (cube.series("broker_cash") + cube.series("broker_deposits") - cube.series("broker_unremitted"))[
            :, -1
        ],
    ),
    (
        "broker_pyramid_months",
        "count",
        "brokers x months in which new revenue paid old promises",
        lambda cube: cube.series("brokers_hollow").sum(axis=1),
    ),
    (
        "agents_lost",
        "money",
        "what agents have lost by their brokers' defaults",
        lambda cube: cube.series("agents_lost").sum(axis=1),
    ),
)
