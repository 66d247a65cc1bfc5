"""The whole month of the product as a side of the bench: the frozen main scenario scaled to a number of partners."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

SCENARIO = Path(__file__).with_name("frozen") / "insurer_partner_channel.yaml"
WARM_MONTHS = 24
LIMIT = 2_000_000
SMALL = 500


class Product:
    """One batch of replications after another, each warmed up; `step` plays a month, nothing is written.

    A batch is as large as a run's; `partners` are those of all its replications.
    """

    def __init__(self, partners: int, warm_months: int = WARM_MONTHS, sets: Sequence[str] = ()) -> None:
        from sim.engine.layout.plan import make
        from sim.runs.batches import batch_size

        self.plan = make(_scaled(partners, sets))
        self.replications = batch_size(self.plan)
        self.partners = self.replications * int(sum(one.partners for one in self.plan.scenario.segments.values()))
        self.warm_months = min(warm_months, self.plan.warm_up + self.plan.months - 1)
        self.first = 0
        self.model = self._fresh()

    def step(self) -> None:
        """Play one month."""
        self.model.step()

    def prepare(self, months: int) -> None:
        """Begin another batch where this one has not so many months left."""
        if self.model.month + months > self.plan.months:
            self.first += self.replications
            self.model = self._fresh()

    def bytes_per_row(self) -> tuple[float, float, float]:
        """Bytes a row: kept from month to month; fixed and shared by all replications; work space of a month."""
        table, attributes = self.model.table, (self.model.population, self.model.nouns.now.batch.fixed)
        shared = [array for one in attributes for array in vars(one).values()]
        fixed = sum(array.nbytes for array in shared if isinstance(array, np.ndarray))
        nouns = vars(self.model.nouns).values()
        own = [
            *self.model.nouns.work.buffers,
            *(array for noun in nouns for array in getattr(noun, "__dict__", {}).values()),
        ]
        loose = sum(array.nbytes for array in own if isinstance(array, np.ndarray))
        return table.bytes_per_row(True), fixed / table.rows, table.bytes_per_row(False) + loose / table.rows

    def _fresh(self) -> Any:
        from sim.engine.model import PartnerNetwork

        model = PartnerNetwork(self.plan, range(self.first, self.first + self.replications))
        for _ in range(self.warm_months):
            model.step()
        return model


def unavailable() -> str | None:
    """Why the product cannot be measured here, or None: a small one is tried."""
    if not SCENARIO.exists():
        return f"{SCENARIO.name} is not there"
    try:
        Product(SMALL, 1).step()
    except Exception as error:  # whatever is wrong with the product, the rest of the bench goes on
        return f"{type(error).__name__}: {error}".splitlines()[0]
    return None


def scaled_sets(partners: int) -> tuple[str, ...]:
    """What sets the main scenario's numbers of partners to so many in all."""
    from sim.scenario.load import load

    segments = load(SCENARIO).scenario.segments
    whole = sum(segment.partners for segment in segments.values())
    sizes = {name: round(segment.partners * partners / whole) for name, segment in segments.items()}
    return (*(f"segments.{name}.partners={size}" for name, size in sizes.items()), f"population_limit={LIMIT}")


def _scaled(partners: int, changes: Sequence[str] = ()) -> Any:
    from sim.scenario.load import load

    return load(SCENARIO, [*scaled_sets(partners), *changes]).scenario
