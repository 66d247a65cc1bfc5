"""Figures in doubt, drawn from what a scenario states: laws around single figures, paths whose edges are wanted."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from sim.scenario.checks.uncertain_figures import NOT_OF_THE_WORLD
from sim.scenario.keys import keys_of
from sim.scenario.language.nodes import dotted
from sim.scenario.lever_signs import UNMOVED, How
from sim.scenario.unknown import CUT, TAKES, Unknown

SET = 0.7  # chance of a law of the figure itself, not of what moves it
SPREADS = (0.02, 0.1, 0.5)  # of a law, relative to its middle
LEAST_SPREAD = 0.01
DIGITS = 6
SIGMAS = 3.0
WAYS = get_args(How)
OF_THE_LAW = {"path", "law", "low", "high", "likely", "mean", "deviation", "change", "whole", "present"}

Found = list[tuple[str, float]]


def figures_stated(tree: Mapping[str, Any]) -> Found:
    """The single numbers that a tree states, by their paths."""
    return [*_below({key: one for key, one in tree.items() if key not in NOT_OF_THE_WORLD}, ())]


def _below(block: Any, at: tuple[str | int, ...]) -> Iterator[tuple[str, float]]:
    if isinstance(block, Mapping):
        for key, one in block.items():
            yield from _below(one, (*at, key))
    elif isinstance(block, int | float) and not isinstance(block, bool):
        yield dotted(at), block


def unknown(rng: random.Random, stated: Found) -> dict[str, Any]:
    """A law for a figure, or for what it is moved by."""
    path, value = rng.choice(stated)
    change = "set" if rng.random() < SET else rng.choice(WAYS)
    middle = UNMOVED.get(change, value)
    spread = max(abs(middle) * rng.choice(SPREADS), LEAST_SPREAD)
    law = rng.choice([*TAKES])
    of_law = {"low": middle - spread, "high": middle + spread, "likely": middle, "mean": middle, "present": middle,
              "deviation": spread / SIGMAS}  # fmt: skip
    keys = [*TAKES[law], *(key for key in (*CUT.get(law, ()), *CUT.get(law, ()), "present") if rng.random() < SET)]
    found = {"path": path, "law": law} | {key: round(of_law[key], DIGITS) for key in dict.fromkeys(keys)}
    found |= {"change": change} if change != "set" else {}
    found |= {"whole": True} if isinstance(value, int) and change == "set" and rng.random() < SET else {}
    flags = [key.path for key in keys_of(Unknown) if key.unit == "yes or no" and key.path not in OF_THE_LAW]
    return found | {flag: True for flag in flags if rng.random() > SET}


def breaking(rng: random.Random, stated: Found) -> str:
    """The path of a figure."""
    return rng.choice(stated)[0]
