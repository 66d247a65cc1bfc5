"""How many replications are played in one table, and which worlds may share it."""

from __future__ import annotations

from sim.engine.layout.outline import Outline
from sim.engine.layout.plan import Plan
from sim.runs.resources import BYTES, OTHER_BYTES, available_memory, replications_together
from sim.scenario.reads_claims import readers_of_losses

FIGURES = 2e8  # bytes, at most, of a batch's monthly figures
MEMORY_SHARE = 0.25  # of what is free, at most, for a batch


def batch_size(plan: Plan | Outline) -> int:
    """Replications that are best played together: 1 where a class from outside knows one at a time only."""
    if not plan.batched:
        return 1
    size = replications_together(plan.rows, plan.bytes_per_row)
    free = available_memory()
    if free is not None:
        size = min(size, int(MEMORY_SHARE * free / (plan.rows * (plan.bytes_per_row + OTHER_BYTES))))
    return max(1, size)


def family_size(plan: Plan, worlds: int) -> int:
    """The same of a plan that is played in so many worlds: the months of all of them must not fill the memory."""
    month = len(plan.metrics) * BYTES
    return max(1, min(batch_size(plan), int(FIGURES / (worlds * plan.months * month))))


def claims_are_acted_on(plan: Plan) -> bool:
    """Whether anything but our own want of cash or capital depends on claims; a rule or stage from outside may.

    Rules on margin and the profits of programmes with journeys take what claims are expected to cost.
    """
    from_outside = not plan.book.needs.built_in or bool(plan.scenario.own_stages)
    expected = plan.book.needs.reads_cost or plan.paths is not None
    return from_outside or expected or any(readers_of_losses(plan.scenario))
