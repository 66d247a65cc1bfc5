"""Figures drawn at random in the units of the language, of a size that keeps a network small.

The unit of a key is the text that `sim.scenario.keys` and docs/keys.md say: `share`, `money, dated`, `list of share`.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from sim.base.units import month_name, month_ordinal

START = "2025-01"
LONGEST = 15  # months of a horizon
EDGE = 0.15  # chance of a figure at the end of its range
DATED = 0.25  # chance that a figure changes at dates

Rng = random.Random

SIZES: dict[str, Callable[[Rng], Any]] = {
    "partners": lambda rng: rng.randint(0, 8),
    "price": lambda rng: round(10 ** rng.uniform(0, 5), 2),
    "capital": lambda rng: round(10 ** rng.uniform(2, 7), 2),
    "contracts_per_agent": lambda rng: round(rng.uniform(0, 3), 2),
    "ceiling": lambda rng: round(rng.uniform(1, 3), 2),
    "growth": lambda rng: round(rng.uniform(0, 1), 2),
    "entry": lambda rng: rng.choice([0, 0.3, 1, 2]),
    "recruiting": lambda rng: rng.choice([0, 0.02, 0.1]),
    "year_starts": lambda rng: rng.randint(1, 12),
    "fan_out": lambda rng: rng.randint(1, 4),
    "count": lambda rng: rng.choice([1, 2, 30, 1000]),
    "followers": lambda rng: rng.randint(0, 5000),
    "inertia": lambda rng: round(rng.uniform(0, 3), 2),
    "commission": lambda rng: round(rng.uniform(0, 0.5), 3),
    "elasticity": lambda rng: round(rng.uniform(0, 1.5), 2),
    "word_of_mouth": lambda rng: round(-rng.random(), 2),
    "adverse": lambda rng: rng.choice([0, 0.01, 0.1]),
    "alpha": lambda rng: round(rng.uniform(1.1, 4), 2),
    "demand": lambda rng: _mixed(rng, 0, rng.choice([1, 2, 3]), (0, 1), 2),
    "sells": lambda rng: round(rng.uniform(0.8, 1.5), 2),
    "frequency": lambda rng: rng.choice([0, 0.05, 0.3, 1.5]),
    "default": lambda rng: rng.choice([0, 0.01, 0.1, 0.5]),
    "discipline": lambda rng: rng.choice([1, 0.95, 0.7, 0.3]),
    "capacity": lambda rng: round(rng.uniform(0.2, 3), 2),
    "above": lambda rng: round(10 ** rng.uniform(0, 5)),
    "population_limit": lambda rng: rng.choice([1e4, 5e6]),
    "held_out": lambda rng: rng.randint(1, 6),
    "level": lambda rng: rng.choice([0.01, 0.1]),
    "power": lambda rng: rng.choice([0.5, 0.9]),
    "seed": lambda rng: rng.randrange(10**9),
}
"""figures of some keys, by name, whatever their unit"""


def _mixed(rng: Rng, low: float, high: float, edges: tuple[float, ...], digits: int = 3) -> float:
    return rng.choice(edges) if rng.random() < EDGE else round(rng.uniform(low, high), digits)


def _money(rng: Rng) -> float:
    return 0 if rng.random() < EDGE else round(10 ** rng.uniform(-1, 5), 2)


def _month(rng: Rng) -> str:
    return month_name(month_ordinal(START) + rng.randint(-4, LONGEST + 2))


UNITS: dict[str, Callable[[Rng], Any]] = {
    "share": lambda rng: _mixed(rng, 0, rng.choice([0.1, 0.4, 1.0]), (0, 1)),
    "ratio": lambda rng: _mixed(rng, 0, 1.5, (0, 1, 3)),
    "money": _money,
    "number": lambda rng: _mixed(rng, 0, rng.choice([1, 5, 40]), (0, 1), 2),
    "number or share": lambda rng: _mixed(rng, 0, 1.5, (0, 1)),
    "number, share or points": lambda rng: _mixed(rng, 0, 1, (0, 1)),
    "number, share or months": lambda rng: _mixed(rng, 0, rng.choice([1, 10, 1000]), (0, 1)),
    "whole number": lambda rng: rng.randint(0, 5),
    "duration": lambda rng: f"{rng.randint(0, 70)}d" if rng.random() < 0.5 else f"{rng.randint(0, 4)}mo",
    "months": lambda rng: f"{rng.choice([0, 1, 1, 2, 3, 6, 12])}mo",
    "month": _month,
    "yes or no": lambda rng: rng.random() < 0.5,
    "text": lambda rng: rng.choice(["a word", "слово", "x"]),
}


WORDS = ("yes or no", "text", "month", "months", "duration")


def shares_of_one(rng: Rng, number: int) -> list[float]:
    """Shares of four decimals that add up to 1."""
    cuts = sorted(rng.randint(0, 20) for _ in range(number - 1))
    return [round((b - a) / 20, 4) for a, b in zip([0, *cuts], [*cuts, 20], strict=True)]


def season(rng: Rng) -> list[float]:
    """Twelve factors of mean 1."""
    pairs = [rng.choice([0, 0.25, 0.5]) for _ in range(6)]
    return [factor for one in pairs for factor in (1 - one, 1 + one)]


def law(rng: Rng, mean: float, open_mean: bool = False) -> dict[str, Any] | float:
    """A law of about this mean; where it is left open, without one."""
    fixed = {} if open_mean else {"mean": round(mean, 2)}
    choices: list[dict[str, Any]] = [
        {"dist": "constant", **fixed},
        {"dist": "lognormal", "cv": rng.choice([0, 0.5, 2]), **fixed},
        {"dist": "gamma", "cv": rng.choice([0.3, 1.5]), **fixed},
        {"dist": "exponential", **fixed},
        {"dist": "pareto", "alpha": rng.choice([1.5, 2, 3.5]), **fixed},
    ]
    if not open_mean:
        low = round(mean * rng.random(), 2)
        choices.append({"dist": "uniform", "low": low, "high": round(2 * mean - low, 2)})
        choices.append({"dist": "discrete", "values": [round(mean / 2, 2), round(2 * mean, 2)], "weights": [2, 1]})
        parts = [{"dist": "gamma", "cv": 1, "mean": round(mean / 2, 2)}, {"dist": "exponential", "mean": mean * 2}]
        choices.append({"dist": "mixture", "parts": parts, "weights": [2, 1]})
        choices += [round(mean, 2)] * 3  # type: ignore[list-item]  # a bare number is a constant
    return rng.choice(choices)


def figure(rng: Rng, name: str, unit: str) -> Any:
    """One figure of a key, by its name or else its unit; a word of several where the unit lists them."""
    if unit not in UNITS:
        return rng.choice(unit.split(" | "))  # one word, or one of several
    if unit in WORDS or name not in SIZES:
        return UNITS[unit](rng)
    return SIZES[name](rng)


def maybe_dated(rng: Rng, draw: Callable[[], Any]) -> Any:
    """A figure, or figures by date."""
    if rng.random() >= DATED:
        return draw()
    return {"since": {_month(rng): draw() for _ in range(rng.randint(1, 3))}}
