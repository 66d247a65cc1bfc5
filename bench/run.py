"""Measure the core of the month against the same rules written the usual ways, and the whole month of the product.

python -m bench.run [--quick] [--rounds N] [--partners N] [--no-product] [--write]
"""

import argparse
import platform
import sys
from collections.abc import Callable
from pathlib import Path

if __package__ in (None, ""):  # run as `python bench/run.py`
    sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import product, tables
from bench.core import Core
from bench.floor import Floor
from bench.numpy_columns import NumpyColumns
from bench.plain_mesa import PlainMesa
from bench.timing import Side, Timed, interleave, warm

WARM_MONTHS = 120  # contracts in force have then all but stopped growing, so that all sides are timed in one state
QUICK_WARM_MONTHS = 36
SIDES: dict[str, Callable[[int], Side]] = {"core": Core, "numpy": NumpyColumns, "mesa": PlainMesa, "floor": Floor}
SCALE = (1_000, 10_000, 100_000, 1_000_000)
SMALLEST_OF_PRODUCT = 10_000
BATCH_ROWS = {"core": 800_000, "numpy": 150_000, "mesa": 30_000, "floor": 1_000_000, "product": 100_000}
QUICK_ROUNDS, QUICK_LARGEST, QUICK_BATCH = 3, 100_000, 3


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="bench.run", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, help="interleaved rounds (default 7, with --quick 3)")
    parser.add_argument("--partners", type=int, default=10_000, help="partners of the comparison of sides")
    parser.add_argument("--quick", action="store_true", help="few rounds, short warm-up, at most 100 000 partners")
    parser.add_argument("--no-product", action="store_true", help="leave the product out")
    parser.add_argument("--write", action="store_true", help="refresh the tables of RESULTS.md")
    chosen = parser.parse_args(arguments)
    chosen.rounds = chosen.rounds or (QUICK_ROUNDS if chosen.quick else 7)
    chosen.warm = QUICK_WARM_MONTHS if chosen.quick else WARM_MONTHS
    return chosen


def timed(kind: str, partners: int, chosen: argparse.Namespace) -> Timed:
    """A side, warmed up, with its batch."""
    rows = BATCH_ROWS[kind] // (QUICK_BATCH if chosen.quick else 1)
    months = max(1, rows // partners)
    if kind == "product":
        whole = product.Product(partners, min(chosen.warm, product.WARM_MONTHS))
        return Timed(whole, whole.partners, months, whole.prepare)
    side = SIDES[kind](partners)
    warm(side, 1 if kind == "floor" else chosen.warm)
    return Timed(side, partners, months)


def say(text: str) -> None:
    """Say on the error stream what takes time."""
    print(f"{text} ...", file=sys.stderr, flush=True)


def measure_sides(chosen: argparse.Namespace, with_product: bool) -> dict[str, Timed]:
    """All sides at one size, interleaved."""
    kinds = ["core", "numpy", "mesa", "floor", *(["product"] if with_product else [])]
    say(f"sides at {chosen.partners} partners")
    sides = {kind: timed(kind, chosen.partners, chosen) for kind in kinds}
    interleave(sides, chosen.rounds)
    return sides


def measure_sizes(chosen: argparse.Namespace, kind: str, smallest: int) -> dict[str, Timed]:
    """One side at all sizes, interleaved."""
    largest = QUICK_LARGEST if chosen.quick else SCALE[-1]
    say(f"{kind} by number of partners")
    sides = {f"{kind} {n}": timed(kind, n, chosen) for n in SCALE if smallest <= n <= largest}
    interleave(sides, chosen.rounds)
    return sides


def machine() -> str:
    """Describe what was measured on, in general terms."""
    import mesa
    import numba
    import numpy as np

    versions = f"NumPy {np.__version__}, numba {numba.__version__}, Mesa {mesa.__version__}"
    return f"Python {platform.python_version()}, {versions}, {platform.machine()}, one core used, CPU time"


def report_core(chosen: argparse.Namespace, sides: dict[str, Timed]) -> str:
    """Everything but the product."""
    by_size = measure_sizes(chosen, "core", 0)
    core, numpy = (sides[kind].side.state_bytes / sides[kind].partners for kind in ("core", "numpy"))  # type: ignore[attr-defined]
    state = {"core, work space included": core, "NumPy columns, temporary arrays apart": numpy}
    own = {kind: side for kind, side in sides.items() if kind != "product"}
    parts = [
        f"{machine()}; {chosen.rounds} rounds.", tables.speeds(own), tables.ratios(own),
        "The core by number of partners:", tables.sizes(by_size, "core"), tables.memory(state),
    ]  # fmt: skip
    return "\n\n".join(parts)


def report_product(chosen: argparse.Namespace, sides: dict[str, Timed]) -> str:
    """The whole month of the product, against the core in the same run."""
    whole = sides["product"].side
    assert isinstance(whole, product.Product)
    kept, fixed, work = whole.bytes_per_row()
    state = {
        "state kept from month to month (goal: at most 1 024)": kept,
        "fixed attributes, shared by all replications of a process": fixed,
        "work space of a month": work,
    }
    chosen_sides = {kind: sides[kind] for kind in ("core", "floor", "product")}
    by_size = measure_sizes(chosen, "product", SMALLEST_OF_PRODUCT)
    parts = [
        f"{machine()}; {chosen.rounds} rounds; replications of the product in one table: {whole.replications}.",
        tables.speeds(chosen_sides), tables.ratios(chosen_sides),
        "The product by number of partners (goal: within 15 %):", tables.sizes(by_size, "product"),
        tables.memory(state),
    ]  # fmt: skip
    return "\n\n".join(parts)


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and with --write refresh RESULTS.md."""
    chosen = options(arguments)
    missing = "left out" if chosen.no_product else product.unavailable()
    sides = measure_sides(chosen, missing is None)
    parts = {"core": report_core(chosen, sides)}
    print(parts["core"])
    if missing is None:
        parts["product"] = report_product(chosen, sides)
        print(f"\n{parts['product']}")
    else:
        print(f"\nwhole month of the product: not available ({missing})")
    if chosen.write:
        tables.refresh(parts)


if __name__ == "__main__":
    main()
