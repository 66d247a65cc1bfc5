"""Do all sides compute the same thing? z-scores of the means of every ledger total, by year, between sides.

Each side plays R replications of one population. For each year and ledger column (flows summed over the year,
balances at its last close) the means of two sides are compared:

    z = (mean_a - mean_b) / sqrt(var_a / R + var_b / R)

With `BOUND` = 4.42 one such check raises a false alarm with probability 1e-5 if means are normal (3e-5 with 40
replications a side, by Student's law), all 126 checks together with probability below 0.4 %. Seeds are fixed, so on
one machine the answer is always the same.

Run as `python -m bench.agree`.
"""

import argparse
from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import parameters as P
from bench.core import Core
from bench.numpy_columns import NumpyColumns
from bench.plain_mesa import PlainMesa

Reals = NDArray[np.float64]
Maker = Callable[[int, int, int], Any]

SIDES: dict[str, Maker] = {"core": Core, "numpy": NumpyColumns, "mesa": PlainMesa}
BOUND = 4.42
YEARS = 3
SEED = 20_240
PARTNERS, REPLICATIONS = 200, 40
FLOWS = [c for c, name in enumerate(P.LEDGER) if name not in P.BALANCES]
STOCKS = [c for c, name in enumerate(P.LEDGER) if name in P.BALANCES]


def months(side: Any, count: int) -> NDArray[np.int64]:
    """Play `count` months; return int64[count, columns], the ledger totals of each."""
    totals = np.empty((count, len(P.LEDGER)), dtype=np.int64)
    for t in range(count):
        side.step()
        totals[t] = side.totals
    return totals


def by_year(totals: NDArray[np.int64]) -> Reals:
    """Flows summed over each year, balances at its last close: float64[years, columns]."""
    years = totals.reshape(-1, P.TERM, totals.shape[1])
    out = years.sum(axis=1).astype(np.float64)
    out[:, STOCKS] = years[:, -1, STOCKS]
    return out


def sample(make: Maker, partners: int = PARTNERS, replications: int = REPLICATIONS, years: int = YEARS) -> Reals:
    """Play all replications of a side: float64[replications, years, columns]."""
    return np.array([by_year(months(make(partners, SEED, r), years * P.TERM)) for r in range(replications)])


def z_scores(a: Reals, b: Reals) -> Reals:
    """Difference of the means of two samples in its standard errors: float64[years, columns].

    0 where both are the same constant (nothing renews in the first year), infinite where they are different ones.
    """
    difference = a.mean(axis=0) - b.mean(axis=0)
    error = np.sqrt(a.var(axis=0, ddof=1) / len(a) + b.var(axis=0, ddof=1) / len(b))
    certain = np.where(difference == 0.0, 0.0, np.inf)
    return np.divide(difference, error, out=certain, where=error > 0.0)


def compare(samples: Mapping[str, Reals]) -> dict[tuple[str, str], Reals]:
    """z-scores of every pair of sides."""
    return {(a, b): z_scores(samples[a], samples[b]) for a, b in combinations(samples, 2)}


def main() -> None:
    """Print the z-scores of every pair, and whether all are within the bound."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--partners", type=int, default=PARTNERS)
    parser.add_argument("--replications", type=int, default=REPLICATIONS)
    chosen = parser.parse_args()
    samples = {name: sample(make, chosen.partners, chosen.replications) for name, make in SIDES.items()}
    scores = compare(samples)
    for (a, b), table in scores.items():
        print(f"\nz of {a} - {b}, years 1 to {YEARS}")
        for c, name in enumerate(P.LEDGER):
            print(f"  {name:16}", *(f"{z:7.2f}" for z in table[:, c]))
    worst = max(float(np.abs(table).max()) for table in scores.values())
    checks = sum(table.size for table in scores.values())
    print(f"\nlargest |z| of {checks} checks: {worst:.2f}, bound {BOUND}: {'agree' if worst < BOUND else 'DISAGREE'}")


if __name__ == "__main__":
    main()
