"""What was played in this process, beside the store: a study that grows within its time takes up what it has."""

from __future__ import annotations

from sim.runs.case import Case
from sim.runs.replicate import Specification
from sim.runs.sheet import Sheet
from sim.runs.store import Store
from sim.runs.work import Detail, Played


class Remembered:
    """Replications kept in memory, by case and detail; what is not there is looked for in the store, if there is one.

    Panels of partners are not remembered: a replication of which one is wanted is played again.
    """

    def __init__(self, store: Store | None = None) -> None:
        self.store = store
        self._held: dict[tuple[str, Detail], dict[int, Played]] = {}

    def find(
        self, specification: Specification, detail: Detail, panels: frozenset[int] = frozenset()
    ) -> dict[int, Played]:
        """Replications by number, each as a list or sheet of one."""
        there = {} if self.store is None else self.store.find(specification, detail, panels)
        held = self._held.get((specification.key, detail), {})
        return there | {number: one for number, one in held.items() if number not in panels}

    def holds(self, specification: Specification) -> bool:
        """Whether anything of a scenario may be there."""
        there = self.store is not None and self.store.holds(specification)
        return there or any(key == specification.key for key, _ in self._held)

    def keep(self, case: Case, played: Played) -> None:
        """Add a chunk."""
        if self.store is not None:
            self.store.keep(case, played)
        detail: Detail = "figures" if isinstance(played, Sheet) else "months"
        self._held.setdefault((case.specification.key, detail), {}).update(_by_number(played))


def _by_number(played: Played) -> dict[int, Played]:
    if isinstance(played, Sheet):
        return {number: played.taken([number]) for number in played.numbers}
    return {one.number: [one] for one in played if not one.panel}
