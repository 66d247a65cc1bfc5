"""Measure what expected claims, controls and both take off the variance of means, on the main scenario scaled down.

python -m bench.variance [--replications N] [--partners N]

Each line divides the variance of the plain mean with drawn claims by that of another estimate: 2 says that half the
replications would do. The gap is one point of commission on new contracts more, on the luck of the present policy.
"""

import argparse
from collections.abc import Sequence

from bench.product import SCENARIO, scaled_sets
from sim.experiments.lab import Lab
from sim.judgement import control_variates
from sim.runs.crew import Crew
from sim.runs.sheet import Sheet

FIGURES = ("result", "claims", "loss_ratio", "combined_ratio", "npv", "premium", "commission", "bad_debt")
NEW = "policy.rules.base.new.products"
MORE = (
    f"{NEW}.motor_hull.rate=19%", f"{NEW}.motor_hull.segments.bank=23%", f"{NEW}.motor_hull.segments.car_dealer=21%",
    f"{NEW}.compulsory_motor=11%", f"{NEW}.life_property.rate=29%", f"{NEW}.life_property.segments.bank=46%",
)  # fmt: skip
"""a point above each rate on new business"""
COLUMNS = ("expected", "controls", "both", "gap: expected", "gap: controls", "gap: both")
Sheets = dict[str, tuple[Sheet, Sheet]]


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="bench.variance", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--replications", type=int, default=40)
    parser.add_argument("--partners", type=int, default=1_500)
    return parser.parse_args(arguments)


def played(partners: int, replications: int) -> Sheets:
    """(present policy, one point more) with claims drawn and expected, all on common luck."""
    sets = scaled_sets(partners)
    with Crew() as crew:
        lab = Lab(crew=crew)
        found = {}
        for claims in ("drawn", "expected"):
            cases = [lab.case(SCENARIO, (*sets, *more), claims=claims) for more in ((), MORE)]  # type: ignore[arg-type]
            present, changed = lab.sheets(cases, range(replications))
            found[claims] = (present, changed)
    return found


def ratios(sheets: Sheets, kpi: str) -> Sequence[float]:
    """The line of a key figure, in the order of the columns."""
    (a, b), (c, d) = sheets["drawn"], sheets["expected"]
    found = []
    for drawn, expected, of_drawn, of_expected in (
        (
            a.figure(kpi).values,
            c.figure(kpi).values,
            control_variates.of_sheet(a, kpi),
            control_variates.of_sheet(c, kpi),
        ),
        (
            b.figure(kpi).values - a.figure(kpi).values,
            d.figure(kpi).values - c.figure(kpi).values,
            control_variates.of_difference(a, b, kpi),
            control_variates.of_difference(c, d, kpi),
        ),
    ):
        alone = float(drawn.var() / expected.var())
        found += [alone, of_drawn.ratio, alone * of_expected.ratio]
    return found


def main(arguments: list[str] | None = None) -> None:
    """Play and print."""
    chosen = options(arguments)
    sheets = played(chosen.partners, chosen.replications)
    print(f"{chosen.partners} partners, {chosen.replications} replications; variance divided by")
    print(f"{'figure':16}" + "".join(f"{name:>15}" for name in COLUMNS))
    for kpi in FIGURES:
        print(f"{kpi:16}" + "".join(f"{value:15.1f}" for value in ratios(sheets, kpi)))


if __name__ == "__main__":
    main()
