"""Choice weights, inertia and review rate of each segment from a panel of partners.

Where the panel says who reviewed, the likelihood is the logit of the reviewers' choices, and the review rate is their
share. Where it does not, staying has two causes: no review, or a review that ends where it began. The likelihood of a
month is then (1 - nu) [stayed] + nu x logit, and nu is estimated with the weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.base.errors import Problem, ScenarioError
from sim.experiments.calibration.data import ATTRIBUTES
from sim.experiments.calibration.estimates import Calibration, Parameter
from sim.statistics.choice_likelihood import ChoiceSets
from sim.statistics.conditional_logit import REVIEW, Fit, fit
from sim.statistics.identified import NotIdentified
from sim.statistics.intervals import wilson

if TYPE_CHECKING:
    import pandas

INERTIA = "is_current"
UNITS = {"commission": "utility per point", REVIEW: "probability a month", INERTIA: "utility", "outside": "utility"}


def choice_weights(panel: pandas.DataFrame, source: str) -> Calibration:
    """Weights by segment from the columns of `calibration_data.read_panel` or of `choice_panel.panel_of`.

    Raises
    ------
    ScenarioError
        Where a segment's choices do not determine a weight.
    """
    parameters: list[Parameter] = []
    notes: list[str] = []
    figures: list[tuple[str, float]] = []
    for segment, rows in panel.groupby("segment", sort=False):
        known, dropped = _known(rows)
        found, review = _fitted(known, str(segment), source)
        parameters += [
            _parameter(found, n, str(segment), panel["segment"].nunique() == 1) for n in range(len(found.names))
        ]
        parameters += [] if review is None else [review]
        notes += _notes(found, str(segment), dropped)
        figures += [(f"{name}.{segment}", value) for name, value in _figures(found)]
    return Calibration(tuple(parameters), source, tuple(notes), tuple(figures))


def _known(rows: pandas.DataFrame) -> tuple[pandas.DataFrame, int]:
    """Choices of which it is known with whom the partner was, and the number of the others."""
    keys = [rows["month"], rows["partner"]]
    current = rows[INERTIA].groupby(keys).transform("sum") == 1
    return rows[current], int(rows[~current].groupby(["month", "partner"]).ngroups)


def _fitted(rows: pandas.DataFrame, segment: str, source: str) -> tuple[Fit, Parameter | None]:
    names = [name for name in ATTRIBUTES if name in rows] + [INERTIA]
    mixed = "reviewed" not in rows
    chosen = rows if mixed else rows[rows["reviewed"] == 1]
    if chosen.empty:
        raise _refused(
            segment, source, "nobody who reviews, or with whom nobody knows a partner was", "take a longer panel"
        )
    try:
        found = fit(sets_of(chosen, names), names, mixed)
    except NotIdentified as error:
        raise _refused(segment, source, f"{', '.join(error.names)}: {error.why}", error.remedy) from error
    return found, None if mixed else _review(rows, segment)


def _refused(segment: str, source: str, what: str, remedy: str) -> ScenarioError:
    return ScenarioError(Problem(f"segments.{segment}.choice", what, remedy, source))


def sets_of(rows: pandas.DataFrame, names: list[str]) -> ChoiceSets:
    """Choice sets of a panel's rows."""
    rows = rows.sort_values(["month", "partner"], kind="stable")
    number = rows.groupby(["month", "partner"]).ngroup().to_numpy()
    starts = np.flatnonzero(np.diff(number, prepend=-1))
    weights = rows["weight"].to_numpy(dtype=float)[starts] if "weight" in rows else np.ones(starts.size)
    chosen, present = (np.flatnonzero(rows[name].to_numpy() == 1) for name in ("chosen", INERTIA))
    return ChoiceSets(rows[names].to_numpy(dtype=float), starts, chosen, present, weights)


def _review(rows: pandas.DataFrame, segment: str) -> Parameter:
    """Share of the months in which a partner reviewed."""
    reviewed = rows.drop_duplicates(["month", "partner"])["reviewed"]
    n, share = len(reviewed), float(reviewed.mean())
    low, high = wilson(share * n, n)
    return Parameter(
        _path(REVIEW, segment), share, float(np.sqrt(share * (1 - share) / n)), low, high, UNITS[REVIEW], 3
    )


def _path(name: str, segment: str) -> tuple[str, ...]:
    if name == "outside":
        return ("market", "outside_option")
    above = ("segments", segment, "choice")
    return (*above, {INERTIA: "inertia"}.get(name, name)) if name in (INERTIA, REVIEW) else (*above, "weights", name)


def _parameter(found: Fit, n: int, segment: str, alone: bool) -> Parameter:
    """One estimate; a weight below 0 is no weight of a scenario, and an outside option is common to all segments."""
    name, estimate = found.names[n], float(found.estimates[n])
    outside = name == "outside"
    return Parameter(
        _path(name, segment), estimate, float(found.standard_errors[n]), float(found.low[n]), float(found.high[n]),
        UNITS.get(name, "utility per unit"), 1 if outside else 3, alone if outside else estimate >= 0,
    )  # fmt: skip


def _notes(found: Fit, segment: str, dropped: int) -> list[str]:
    negative = [name for name, one in zip(found.names, found.estimates, strict=True) if one < 0 and name != "outside"]
    notes = [f"{segment}: {name} is below 0, which no scenario takes: left out" for name in negative]
    if dropped:
        notes.append(f"{segment}: {dropped} choices left out, since nobody knows with whom the partner was")
    return notes


def _figures(found: Fit) -> list[tuple[str, float]]:
    return [
        ("log_likelihood", found.log_likelihood), ("log_likelihood_at_equal_shares", found.at_equal_shares),
        ("mcfadden_r2", found.mcfadden_r2), ("choices", float(found.sets)),
    ]  # fmt: skip
