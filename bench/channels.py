"""The month with what tells of channels and of partners at work, against the same month without.

python -m bench.channels [--partners N] [--rounds N] [--write]
"""

from collections.abc import Sequence

from bench import tables
from bench.networks import against_first

GOAL = 1.3
SEGMENTS = ("bank", "car_dealer", "leasing_company", "broker", "agent_company")
OF_ALL = f"[{', '.join(SEGMENTS)}]"
BASE = (
    "own.staff={kind: staff, default: true, bonus: 3%, demand: {motor_hull: 4000, compulsory_motor: 4000}}",
    "products.kit={price: 20e3, term: 0mo, cost_ratio: 60%}",
    *(f"segments.{one}.mix.kit=5%" for one in SEGMENTS),
)


def every(path: str, value: str) -> Sequence[str]:
    """The same put into every segment."""
    return [f"segments.{one}.{path}={value}" for one in SEGMENTS]


PARTS: dict[str, Sequence[str]] = {
    "two journeys a segment, credited": (
        f"journeys.a={{of: {OF_ALL}, share: 25%, anyway: 40%, "
        "path: [{who: staff, days: 9}, {who: partner, days: 5}]}",
        f"journeys.b={{of: {OF_ALL}, share: 20%, anyway: 10%, "
        "path: [{who: partner, days: 9}, {who: staff, days: 5}]}",
        "policy.attribution.rule={kind: first_touch}",
    ),
    "attention, calls, effort": (
        *every("attention", "{half_life: 6mo, floor: 30%}"),
        *every("effort", "{reference: 20%, elasticity: 0.3}"),
        "policy.contacts={managers: 20, each: 40, cost: 100e3, rule: longest, gain: 80%}",
    ),
    "quality, incidents, training, audits, survey": (
        *every(
            "quality", "{unsound: 15%, promoters: {sound: 50%, unsound: 30%}, detractors: {sound: 10%, unsound: 30%}}"
        ),
        "quality={incidents: {price_break: {sound: 0.2%, unsound: 4%, discount: 10%, brand: 0.0001}}, "
        "brand: {half_life: 9mo, elasticity: 0.6}}",
        "policy.training={every: 6mo, cost: 1e3, cures: 30%}",
        "policy.survey={answers: 10%}",
        "market.events.looks={kind: audit, start: 2025-03, every: 3mo, sample: 25%, detection: 60%, finds: [unsound], "
        "then: train, cost: 1e3}",
    ),
    "finite stock, reservations": (
        "products.kit.stock={units: 100000000}",
        *every("reserves", "{share: 50%, own_flat: 4mo}"),
        "policy.reservation={length: 2mo}",
    ),
}


def report(partners: int, rounds: int) -> str:
    """The base, each part of it alone on top, and all together, in one interleaved run."""
    together = [one for sets in PARTS.values() for one in sets]
    all_sets = {"none of it": (), **PARTS, "all of it": together}
    found = against_first({name: (*BASE, *sets) for name, sets in all_sets.items()}, partners, rounds, "none")
    return f"{tables.grouped(partners)} partners; goal for each: at most {GOAL}.\n\n{found}"


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and with --write refresh RESULTS.md."""
    tables.measured("channels", __doc__ or "", report, arguments)


if __name__ == "__main__":
    main()
