"""What a worker process does: it builds the plans of scenarios once and plays the replications it is sent."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sim.base.errors import OutputError
from sim.engine.layout.plan import Plan
from sim.runs.doubt import played_with_doubt
from sim.runs.fingerprint import fingerprint
from sim.runs.replicate import (
    Replication,
    Specification,
    laid_out_together,
    replicate,
    replicate_cases,
    replicate_family,
)
from sim.runs.sheet import Sheet

Detail = Literal["months", "figures"]
MOST_FAMILIES = 4  # whose plans are kept: a worker gets the chunks of a family one after the other


@dataclass(frozen=True)
class Job:
    """Some replications as months of one scenario, or summed up to key figures of scenarios of one group."""

    scenarios: tuple[Specification, ...]
    """of one family, or of one table"""
    numbers: tuple[int, ...]
    panels: frozenset[int] = frozenset()
    detail: Detail = "months"
    version: str = ""
    """fingerprint of the simulator that sends it"""

    @property
    def of_cases(self) -> bool:
        """Whether its scenarios are cases of one table, not worlds of one family."""
        return len({one.family for one in self.scenarios}) > 1


Played = list[Replication] | Sheet


def perform(job: Job) -> list[Played]:
    """Play a job: what was played of each scenario.

    Raises
    ------
    OutputError
        Where this worker runs another simulator than the one that sent the job.
    """
    if job.version != fingerprint():
        raise OutputError(
            f"a worker runs partner-sim {fingerprint()}, this is {job.version}: install the same version on all workers"
        )
    first = job.scenarios[0]
    if first.doubt:
        return [played_with_doubt(first, job.numbers)]
    if job.of_cases:
        return played(laid_out_together([one.outline() for one in job.scenarios]), job)
    return played(_plans(job.scenarios), job)


def played(plans: Sequence[Plan], job: Job) -> list[Played]:
    """Play a job whose plans are at hand."""
    if job.detail == "months":
        return [replicate(plan, job.numbers, job.panels) for plan in plans]
    if job.of_cases:
        return [*Sheet.of_cases(plans, _of_cases(plans, job.numbers))]
    done = replicate_family(plans, job.numbers)
    return [Sheet.of(plan, part) for plan, part in zip(plans, zip(*done, strict=True), strict=True)]


def _of_cases(plans: Sequence[Plan], numbers: Sequence[int]) -> list[list[Replication]]:
    """Replications of each case, all played side by side."""
    each = len(numbers)
    done = replicate_cases([plan for plan in plans for _ in numbers], [*numbers] * len(plans))
    return [done[at : at + each] for at in range(0, len(done), each)]


class _Plans:
    """The plans that this process has built last, by family and key."""

    built: OrderedDict[str, dict[str, Plan]] = OrderedDict()


def _plans(family: Sequence[Specification]) -> list[Plan]:
    held = _Plans.built.pop(family[0].family, {})
    plans = {one.key: held[one.key] if one.key in held else one.plan() for one in family}
    _Plans.built[family[0].family] = plans
    while len(_Plans.built) > MOST_FAMILIES:
        _Plans.built.popitem(last=False)
    return [plans[one.key] for one in family]
