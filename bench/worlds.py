"""Worlds that differ in loss ratios alone: played with one another against each by itself.

python -m bench.worlds [--partners N] [--rounds N] [--write]
"""

import time
from statistics import median

from bench import tables
from bench.product import SCENARIO, scaled_sets
from sim.engine.layout.plan import Plan
from sim.results.loading import load
from sim.runs.batches import batch_size
from sim.runs.case import Case
from sim.runs.replicate import replicate_family

COUNTS = (1, 5, 20)
PRODUCTS = ("motor_hull", "compulsory_motor", "life_property")


def worlds(partners: int, count: int) -> list[Plan]:
    """Plans of the main scenario, scaled, at loss ratios from 50 % on."""
    found: list[Plan] = []
    for at in range(count):
        sets = [f"products.{name}.claims.loss_ratio={50 + 2 * at}%" for name in PRODUCTS]
        case = Case.of(load(SCENARIO, (*scaled_sets(partners), *sets)))
        found.append(case.specification.plan())
    return found


def report(partners: int, rounds: int) -> str:
    """CPU time of a batch of replications of several worlds, every number of worlds in turn."""
    plans = worlds(partners, max(COUNTS))
    spent: dict[int, list[float]] = {count: [] for count in COUNTS}
    size = batch_size(plans[0])
    replicate_family(plans, range(size))  # compiled before the clock runs
    for number in range(rounds):
        for count in COUNTS:
            began = time.process_time()
            replicate_family(plans[:count], range(number * size, (number + 1) * size))
            spent[count].append((time.process_time() - began) / size)
    rows = []
    for count in COUNTS:
        ratios = [many / (count * one) for many, one in zip(spent[count], spent[1], strict=True)]
        rows.append(
            [
                str(count),
                f"{1e3 * min(spent[count]):.0f}",
                f"{1e3 * median(spent[count]):.0f}",
                f"{1 / median(ratios):.1f}",
            ]
        )
    head = ["worlds together", "least ms", "median ms", "times faster than each by itself"]
    played = f"{tables.grouped(partners)} partners, a replication of 84 months, {size} in one table"
    return f"{played}.\n\n{tables.table(head, rows)}"


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and with --write refresh RESULTS.md."""
    tables.measured("worlds", __doc__ or "", report, arguments)


if __name__ == "__main__":
    main()
