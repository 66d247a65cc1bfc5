"""Running models month by month, and reading what they recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.layout.plan import Plan
from sim.engine.model import PartnerNetwork
from sim.results.metrics import rows
from sim.runs.replicate import replicate

Reals = NDArray[np.float64]


def monthly(plan: Plan, replication: int = 0) -> dict[str, Reals]:
    """Every recorded series of one replication by name; money in minor units."""
    model = PartnerNetwork(plan, replication)
    model.run()
    return named(model)


def named(model: PartnerNetwork) -> dict[str, Reals]:
    """What a model has recorded so far, by name; money in minor units."""
    values = rows(model.datacollector.model_vars)[0, 0]
    return {metric.name: values[:, m] for m, metric in enumerate(model.plan.metrics)}


def many(plan: Plan, replications: int, *names: str) -> dict[str, Reals]:
    """Some series of many replications: float64[replication, month] by name."""
    found = np.array([one.monthly for one in replicate(plan, range(replications))])
    at = {metric.name: m for m, metric in enumerate(plan.metrics)}
    return {name: found[:, :, at[name]] for name in names}


def followed(
    plan: Plan,
    replication: int,
    look: Callable[[PartnerNetwork], Any],
    start: Callable[[PartnerNetwork], None] | None = None,
) -> Iterator[Any]:
    """What `look` sees after each month of a replication; `start` may set its opening state."""
    model = PartnerNetwork(plan, replication)
    if start is not None:
        start(model)
    while model.month < plan.months:
        model.step()
        yield look(model)


def with_principals(counts: Iterable[int]) -> Callable[[PartnerNetwork], None]:
    """Set the opening principals of the first segment: so many partners with each."""

    def start(model: PartnerNetwork) -> None:
        chosen = np.repeat(np.arange(len(tuple(held))), held)
        table = model.table
        table.principal[: chosen.size] = chosen
        table.share[:, : chosen.size] = np.arange(table.share.shape[0])[:, None] == chosen
        table.share_then[:, : chosen.size] = table.share[0, : chosen.size]

    held = list(counts)
    return start
