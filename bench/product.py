"""The whole month of the product as a side of the bench: the main scenario, its segments scaled to a number of partners."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

SCENARIO = Path(__file__).parents[1] / "scenarios" / "insurer_partner_channel.yaml"
WARM_MONTHS = 24
LIMIT = 2_000_000


class Product:
    """One replication after another of the scenario, each warmed up; `step` plays a month, nothing is written."""

    def __init__(self, partners: int, warm_months: int = WARM_MONTHS) -> None:
        from sim.engine.plan import make

        self.plan = make(_scaled(partners))
        self.partners = int(sum(segment.partners for segment in self.plan.scenario.segments.values()))
        self.warm_months = min(warm_months, self.plan.warm_up + self.plan.months - 1)
        self.replication = 0
        self.model = self._fresh()

    def step(self) -> None:
        """Play one month."""
        self.model.step()

    def prepare(self, months: int) -> None:
        """Begin another replication where this one has not so many months left."""
        if self.model.month + months > self.plan.months:
            self.replication += 1
            self.model = self._fresh()

    @property
    def state_bytes(self) -> int:
        """Bytes of all arrays that the model holds, its table and the fixed columns of the population included."""
        held = [self.model, self.model.table, self.model.population, self.model.luck]
        return sum(array.nbytes for array in _arrays(held))

    def _fresh(self) -> Any:
        from sim.engine.model import PartnerNetwork

        model = PartnerNetwork(self.plan, self.replication)
        for _ in range(self.warm_months):
            model.step()
        return model


def unavailable() -> str | None:
    """Why the product cannot be measured here, or None."""
    if not SCENARIO.exists():
        return f"{SCENARIO.name} is not there"
    try:
        import sim.engine.model
        import sim.scenario.load  # noqa: F401
    except ImportError as error:
        return str(error)
    return None


def _scaled(partners: int) -> Any:
    from sim.scenario.load import load

    segments = load(SCENARIO).scenario.segments
    whole = sum(segment.partners for segment in segments.values())
    sizes = {name: round(segment.partners * partners / whole) for name, segment in segments.items()}
    sets = [f"segments.{name}.partners={size}" for name, size in sizes.items()]
    return load(SCENARIO, [*sets, f"population_limit={LIMIT}"]).scenario


def _arrays(holders: list[Any]) -> list[np.ndarray]:
    """Every array that owns its memory and hangs on one of the holders, once."""
    found: dict[int, np.ndarray] = {}
    for holder in holders:
        for array in _within(vars(holder) if hasattr(holder, "__dict__") else {}):
            owner = array if not isinstance(array.base, np.ndarray) else array.base
            found[id(owner)] = owner
    return list(found.values())


def _within(value: Any) -> list[np.ndarray]:
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [array for item in value for array in _within(item)]
    return []
