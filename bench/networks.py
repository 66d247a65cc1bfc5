"""The month with network brokers, deposits, controls, answering rivals and random crises, against the same one without.

python -m bench.networks [--partners N] [--rounds N] [--write]
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

if __package__ in (None, ""):  # run as `python bench/networks.py`
    sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import tables
from bench.product import Product
from bench.timing import Timed, interleave, ratio

GOAL = 1.5
MONTHS = 12  # of a batch
NETWORK = (
    "{promised: 24%, market_rate: 20%, agents: {dist: lognormal, mean: 51, cv: 2.0}, growth: 0.5, ceiling: 3, "
    "leave: 2%, leave_unpaid: 20%, pay_lag: 1mo, grace: 1mo, opening_cash: 500e3, overhead: 20e3, scatter: 50%}"
)
DEPOSITS = "{segments: [broker, agent_company], value_of_blank: 52e3, multiple: 3, interest: 2%, spare_blanks: 20%}"
CREDIT = "{exposure_months: 4mo, stop_sale_after: 2mo, allowance: {over_30: 10%, over_60: 30%, over_90: 60%}}"
CONTROL = (
    "{review_every: 6mo, end_when_margin_below: -50%, end_when_rating_below: 5%, rating: {half_premium: 1e6}, "
    "recapture: {share: 20%, ramp: 3mo}}"
)
PARTS = {
    "network brokers": (
        f"segments.broker.network={NETWORK}",
        "segments.broker.turnover.phoenix={chance: 5%, after: 3mo}",
    ),
    "deposits, credit control": (f"policy.deposits={DEPOSITS}", f"policy.credit_control={CREDIT}"),
    "control of partners": (f"policy.control={CONTROL}",),
    "rivals that answer": tuple(
        f"rivals.{name}.strategy={{kind: best_response}}" for name in ("leader", "challenger", "regional")
    ),
    "random crises": (
        "market.events.waves={kind: markov_crisis, begins: 2%, ends: 15%, demand: 0.8, discipline: 0.8, default: 3}",
    ),
}
AUDIT = (
    "market.events.looks={kind: audit, start: 2025-01, every: 6mo, sample: 10%, detection: 50%, finds: [insolvency]}"
)
ON = (*(one for sets in PARTS.values() for one in sets), AUDIT)


def against_first(all_sets: Mapping[str, Sequence[str]], partners: int, rounds: int, called: str) -> str:
    """Table of the month with each of some sets of changes to the main scenario, in turn, against the first of them."""
    sides = {}
    for name, sets in all_sets.items():
        side = Product(partners, sets=sets)
        sides[name] = Timed(side, side.partners, MONTHS, side.prepare)
    interleave(sides, rounds)
    plain, rows = next(iter(sides.values())), []
    for name, timed in sides.items():
        low, middle = ratio(timed, plain)
        rows.append([name, f"{timed.least:.0f}", f"{timed.middle:.0f}", f"{low:.2f}", f"{middle:.2f}"])
    return tables.table(["month with", "least ns", "median ns", f"least, to {called}", f"median, to {called}"], rows)


def report(partners: int, rounds: int) -> str:
    """The main scenario, each part of it alone on top, and all together, in one interleaved run."""
    found = against_first({"main scenario": (), **PARTS, "all of them": ON}, partners, rounds, "main")
    return f"{tables.grouped(partners)} partners; goal for all of them: at most {GOAL}.\n\n{found}"


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and with --write refresh RESULTS.md."""
    tables.measured("networks", __doc__ or "", report, arguments)


if __name__ == "__main__":
    main()
