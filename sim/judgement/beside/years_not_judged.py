"""Commission of years that nobody has judged by the end of the horizon: it is in no account, so it is told."""

from __future__ import annotations

from sim.base.notes import Note
from sim.results.cube import Cube

NOT_JUDGED = "not_judged"


def years_not_judged(cube: Cube) -> tuple[Note, ...]:
    """What judging the last years would pay or take back, the mean over replications; nothing where it is no unit."""
    owed = float(cube.series("commission_to_judge")[:, -1].mean())
    if not round(owed):
        return ()
    amount = f"{abs(owed):,.0f} {cube.currency}"
    missing = "neither the result nor equity nor a criterion on them has it"
    if owed > 0.0:
        return (Note(NOT_JUDGED, f"judging the years not judged by the end would pay partners {amount}: {missing}"),)
    return (Note(NOT_JUDGED, f"judging the years not judged by the end would take {amount} off partners: {missing}"),)
