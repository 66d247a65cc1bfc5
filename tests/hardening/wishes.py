"""What belongs together: a feature that needs keys in several places is wished for as a whole, or it never comes to be.

A pattern is a path of keys, `*` for any name or item; with a value it is that figure, without it is drawn.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sim.base.units import month_name, month_ordinal
from tests.hardening.figures_drawn import START

Path = tuple[str | int, ...]
DRAWN = object()
CHANCE = 0.3  # of each feature in a scenario

WISHES: dict[str, dict[tuple[str, ...], Any]] = {
    "claims": {("products", "*", "claims"): DRAWN},
    "stock": {
        ("products", "p0", "term"): "0mo", ("products", "p0", "stock"): DRAWN, ("products", "p0", "cost_ratio"): 0.6,
        ("segments", "s0", "reserves"): DRAWN, ("segments", "s0", "reserves", "own_flat"): "2mo",
        ("segments", "s0", "mix", "p0"): 0.3, ("policy", "reservation"): DRAWN,
        ("policy", "reservation", "length"): "2mo",
    },
    "desk": {
        ("segments", "s0", "handover"): "desk", ("segments", "s0", "funnel"): DRAWN, ("policy", "desk"): DRAWN,
        ("policy", "desk", "desks"): 1, ("policy", "desk", "per_hour"): 2, ("policy", "desk", "hours"): "160h",
        ("policy", "desk", "half_life"): "2h",
    },
    "funnel": {("segments", "*", "funnel"): DRAWN},
    "survey": {
        ("policy", "survey"): DRAWN, ("segments", "*", "quality"): DRAWN,
        ("segments", "*", "quality", "promoters"): {"sound": 0.5, "unsound": 0.3},
        ("segments", "*", "quality", "detractors"): {"sound": 0.1, "unsound": 0.4},
    },
    "incidents": {
        ("quality",): DRAWN, ("quality", "incidents"): DRAWN, ("quality", "incidents", "*", "sound"): DRAWN,
        ("quality", "brand"): DRAWN, ("quality", "brand", "half_life"): "6mo", ("segments", "*", "quality"): DRAWN,
        ("policy", "training"): DRAWN,
    },
    "sponsors": {("segments", "*", "sponsors"): DRAWN, ("segments", "*", "turnover"): DRAWN,
                 ("segments", "*", "turnover", "recruiting"): 0.05},
    "lags": {("segments", "*", "remittance"): DRAWN, ("segments", "*", "remittance", "lag"): "1.5mo",
             ("products", "*", "instalments"): DRAWN},
    "certificates": {("segments", "*", "certified"): {"hull": 0.5, "life": 0.2}},
    "networks": {("segments", "s0", "network"): DRAWN},
    "deposits": {("policy", "deposits"): DRAWN, ("policy", "deposits", "cover"): 0.5,
                 ("segments", "*", "remittance"): DRAWN},
    "staff": {("own",): {"o0": {"kind": "staff", "demand": {"p0": 3}, "default": True}},
              ("segments", "*", "needs_staff"): 0.3, ("segments", "*", "anyway"): DRAWN},
    "warm_up": {("opening", "kind"): "warm_up", ("opening", "months"): "4mo"},
    "roster": {("roster",): {"csv": "roster.csv"}},
    "attribution": {("journeys",): DRAWN, ("policy", "attribution"): DRAWN},
    "window": {("journeys",): DRAWN, ("policy", "attribution", "a0", "kind"): "window",
               ("policy", "attribution", "a0", "then"): DRAWN},
    "strategies": {("rivals", "*", "strategy"): DRAWN},
    "actuals": {("actuals",): "actuals.csv"},
    "experiment": {("experiment",): DRAWN, ("experiment", "regions"): 6},
    "doubt": {("uncertainties",): DRAWN, ("breaks",): DRAWN},
    "solved rates": {("products", "*", "claims"): DRAWN, ("policy", "rules", "r0", "kind"): "credibility_rate"},
}  # fmt: skip


def wished(rng: random.Random) -> dict[tuple[str, ...], Any]:
    """The patterns of some features."""
    chosen = [patterns for patterns in WISHES.values() if rng.random() < CHANCE]
    return {pattern: value for patterns in chosen for pattern, value in patterns.items()}


def of_path(wishes: dict[tuple[str, ...], Any], at: Path) -> Any:
    """What is wished at a path: a value, `DRAWN`, or None where nothing is."""
    for pattern, value in wishes.items():
        if len(pattern) == len(at) and all(one in ("*", part) for one, part in zip(pattern, at, strict=True)):
            return value
    return None


def _roster(rng: random.Random, names: Mapping[str, Sequence[str]], months: int) -> str:
    """A roster of the segments in which every column that rules read has something."""
    lines = ["id;segment;flow;region;group;us_share;sponsor;leg;quota;certified.hull;certified.life;group.2025-03"]
    for segment in names["segments"]:
        for number in range(1, rng.randint(2, 6)):
            above = f"{segment}-{rng.randint(1, number - 1)}" if number > 1 and rng.random() < 0.6 else ""
            leg = rng.choice(["left", "right"]) if above else ""
            lines.append(
                f"{segment}-{number};{segment};{rng.randint(0, 20)};{rng.choice(['north', 'south'])};"
                f"{rng.choice(['gold', 'silver', ''])};{rng.choice(['', '0', '60%', '100%'])};{above};{leg};"
                f"{rng.choice(['', '500', '20'])};{rng.choice(['', '2025-02'])};{rng.choice(['', '2024-10..2025-03'])};"
                f"{rng.choice(['', 'gold'])}"
            )
    return "\n".join([*lines, ""])


def _actuals(rng: random.Random, names: Mapping[str, Sequence[str]], months: int) -> str:
    """What happened in some months: of the whole, of a segment, of a product."""
    of_part = {"": ("", ""), "segment": (names["segments"][0], ""), "product": ("", names["products"][0])}
    lines = ["month;segment;product;premium;claims;commission;partners"]
    for month in range(rng.randint(1, months)):
        for part, (segment, product) in of_part.items():
            partners = rng.choice(["", "0", "12"]) if part != "product" else ""
            figures = ";".join(rng.choice(["", "0", "1000", "-20,5", "1e6"]) for _ in range(3))
            lines.append(f"{month_name(month_ordinal(START) + month)};{segment};{product};{figures};{partners}")
    return "\n".join([*lines, ""])


TABLES: dict[str, tuple[str, Callable[[random.Random, Mapping[str, Sequence[str]], int], str]]] = {
    "roster": ("roster.csv", _roster),
    "actuals": ("actuals.csv", _actuals),
}
"""what stands in the file that a key names"""
