"""What a worker process does: it builds a scenario's plan once and plays the replications it is sent."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal

from sim.base.errors import OutputError
from sim.engine.plan import Plan
from sim.experiments.fingerprint import fingerprint
from sim.experiments.replicate import Replication, Specification, replicate
from sim.experiments.sheet import Sheet

Detail = Literal["months", "figures"]
MOST_PLANS = 4  # a worker gets the chunks of a scenario one after the other


@dataclass(frozen=True)
class Job:
    """Some replications of one scenario: as months, or summed up to key figures."""

    specification: Specification
    numbers: tuple[int, ...]
    panels: frozenset[int] = frozenset()
    detail: Detail = "months"
    version: str = ""
    """fingerprint of the simulator that sends it"""


Played = list[Replication] | Sheet


def perform(job: Job) -> Played:
    """Play a job.

    Raises
    ------
    OutputError
        Where this worker runs another simulator than the one that sent the job.
    """
    if job.version != fingerprint():
        raise OutputError(
            f"a worker runs partner-sim {fingerprint()}, this is {job.version}: install the same version on all workers"
        )
    return played(_plan(job.specification), job)


def played(plan: Plan, job: Job) -> Played:
    """Play a job whose plan is at hand."""
    done = [replicate(plan, number, number in job.panels) for number in job.numbers]
    return done if job.detail == "months" else Sheet.of(plan, done)


class _Plans:
    """The plans that this process has built last, by their scenario's key."""

    built: OrderedDict[str, Plan] = OrderedDict()


def _plan(specification: Specification) -> Plan:
    plans, key = _Plans.built, specification.key
    if key not in plans:
        plans[key] = specification.plan()
    plans.move_to_end(key)
    while len(plans) > MOST_PLANS:
        plans.popitem(last=False)
    return plans[key]
