"""Pictures of failing worlds: which inputs decide, and the two that decide most with the box in which worlds fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.base.arrays import Reals
from sim.experiments.answer import OWN, Amount, Box, Chart, Cloud, Lines, Mark, Sentence, Series
from sim.scenario.unknown import Unknown
from sim.statistics.patient_rules import Rule

MOST_BOXES = 2  # more lie over each other
SEEN = 0.01  # least influence that is worth a picture of its own


def pictures(
    unknowns: Mapping[str, Unknown], order: Sequence[int], sample: Reals, shares: Reals, weights: Reals,
    rules: Sequence[Rule], worlds: Mapping[str, Reals],
) -> list[Chart]:  # fmt: skip
    """The cloud of worlds, the influence of each input, then the worlds by each input, the most influential first.

    Parameters
    ----------
    sample, shares : worlds[n, d] and the share of replications that fail there
    order, weights : places of the inputs, the most influential first; influence of each
    worlds : marks by name, today among them
    """
    names = list(unknowns)
    by = [_by(names[i], unknowns[names[i]], sample[:, i], shares) for i in order if weights[i] >= SEEN]
    if len(names) < 2:
        return [*by]
    first, second = order[:2]
    boxes = [_box(n, one, names[first], names[second]) for n, one in enumerate(rules[:MOST_BOXES], 1)]
    cloud = Cloud(
        "failing_worlds", sample[:, first], sample[:, second], shares, OWN + names[first], OWN + names[second],
        unknowns[names[first]].shown_as, unknowns[names[second]].shown_as, "failing",
        [one for one in boxes if one is not None],
        [Mark(name, float(at[first]), float(at[second])) for name, at in worlds.items()],
        _finding(names[first], names[second], weights[[first, second]]),
    )  # fmt: skip
    ranked = [OWN + names[i] for i in order]
    ranks = Lines("influence", ranked, [Series("column.influence", weights[list(order)])], "input", "share", "lying")
    return [cloud, ranks, *by]


def _box(n: int, rule: Rule, x: str, y: str) -> Box | None:
    """What a rule says of both inputs; nothing where it speaks of others alone."""
    sides = {x: [-np.inf, np.inf], y: [-np.inf, np.inf]}
    for one in rule.restrictions:
        if one.name in sides:
            sides[one.name][0 if one.above else 1] = one.bound
    if not np.isfinite([*sides[x], *sides[y]]).any():
        return None
    return Box(f"rule_{n}", (sides[x][0], sides[x][1]), (sides[y][0], sides[y][1]))


def _finding(first: str, second: str, weights: Reals) -> Sentence:
    if weights[1] < SEEN:
        return Sentence(
            "shows_failing_one", {"first": OWN + first, "one": Amount(float(weights[0]), "share", brief=True)}
        )
    shares = {
        "one": Amount(float(weights[0]), "share", brief=True),
        "two": Amount(float(weights[1]), "share", brief=True),
    }
    return Sentence("shows_failing", {"first": OWN + first, "second": OWN + second, **shares})


def _by(name: str, unknown: Unknown, x: Reals, shares: Reals) -> Lines:
    order = np.argsort(x, kind="stable")
    series = Series("column.failing", shares[order])
    return Lines(
        f"failing_by.{name}", x[order].tolist(), [series], OWN + name, "share", "points", x_unit=unknown.shown_as
    )
