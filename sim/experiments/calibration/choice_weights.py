"""Choice weights, inertia and review rate of each segment from a panel of partners.

Where the panel says who reviewed, the likelihood is the logit of the reviewers' choices, and the review rate is their
share. Where it does not, staying has two causes: no review, or a review that ends where it began. The likelihood of a
month is then (1 - nu) [stayed] + nu x logit, and nu is estimated with the weights.

Where of nobody it is known with whom a partner was (one survey, a panel of quarters), the weights are those of the
choices as they stand, and neither inertia nor a review rate is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.base.errors import Problem, ScenarioError
from sim.base.units import month_ordinal
from sim.experiments.calibration.data import ATTRIBUTES
from sim.experiments.calibration.estimates import Calibration, Parameter
from sim.scenario.language.merging import EVERY
from sim.scenario.language.nodes import dotted
from sim.statistics.choice_likelihood import ChoiceSets
from sim.statistics.conditional_logit import REVIEW, Fit, fit
from sim.statistics.identified import NotIdentified
from sim.statistics.intervals import wilson

if TYPE_CHECKING:
    import pandas

INERTIA = "is_current"
EVERYBODY = "all partners"  # those of a panel that tells no segments
UNITS = {"commission": "utility per point", REVIEW: "probability a month", INERTIA: "utility", "outside": "utility"}


def choice_weights(panel: pandas.DataFrame, source: str) -> Calibration:
    """Weights by segment from the columns of `calibration_data.read_panel` or of `choice_panel.panel_of`.

    Raises
    ------
    ScenarioError
        Where a segment's choices do not determine a weight.
    """
    parameters: list[Parameter] = []
    notes: list[str] = list(panel.attrs.get("notes", ()))
    figures: list[tuple[str, float]] = []
    for name, rows in panel.groupby("segment", sort=False):
        segment = str(name)
        known, unknown = _known(rows)
        found, review = _fitted(known, segment, source)
        parameters += [_parameter(found, n, segment, panel["segment"].nunique() == 1) for n in range(len(found.names))]
        parameters += [] if review is None else [review]
        notes += [f"{segment or EVERYBODY}: {text}" for text in (*unknown, *_notes(found))]
        figures += [(f"{name}.{segment}", value) for name, value in _figures(found)]
    return Calibration(tuple(parameters), source, tuple(notes), tuple(figures))


def _known(rows: pandas.DataFrame) -> tuple[pandas.DataFrame, list[str]]:
    """Choices of which is known what the likelihood needs, and what is to be said of the others.

    Where with whom partners were is known of none, the column is left out.
    """
    notes: list[str] = []
    if "reviewed" in rows:
        told = rows["reviewed"].notna()
        notes += _left_out(rows[~told], "it is blank whether the partner reviewed")
        rows = rows[told]
    current = _current(rows)
    if not current.any():
        return rows.drop(columns=INERTIA, errors="ignore"), [*notes, f"{_why_unknown(rows)}; give it as {INERTIA}"]
    notes += _left_out(rows[~current], "nobody knows with whom the partner was")
    return rows[current], notes


def _current(rows: pandas.DataFrame) -> pandas.Series[bool]:
    """Rows of choices of which one alternative is the present one."""
    if INERTIA not in rows:
        return rows["chosen"] < 0
    return rows[INERTIA].groupby([rows["month"], rows["partner"]]).transform("sum") == 1


def _left_out(rows: pandas.DataFrame, why: str) -> list[str]:
    number = rows.groupby(["month", "partner"]).ngroups
    return [f"{number} choices left out, since {why}"] if number else []


def _why_unknown(rows: pandas.DataFrame) -> str:
    """Why inertia is not estimated, and what the weights are instead."""
    apart = np.diff(sorted({month_ordinal(month) for month in rows["month"]}))
    lies = f", since its months lie {apart.min()} apart" if apart.size and apart.min() > 1 else ""
    return (
        f"with whom partners were in the month before is not known{lies}: weights are those of the choices as they "
        f"stand, without inertia{'' if 'reviewed' in rows else ' and review rate'}"
    )


def _fitted(rows: pandas.DataFrame, segment: str, source: str) -> tuple[Fit, Parameter | None]:
    names = [name for name in (*ATTRIBUTES, INERTIA) if name in rows]
    looked = "reviewed" in rows
    chosen = rows[rows["reviewed"] == 1] if looked else rows
    if chosen.empty:
        raise _refused(segment, source, "nobody who reviews", "take a longer panel")
    try:
        found = fit(sets_of(chosen, names), names, mixed=not looked and INERTIA in rows)
    except NotIdentified as error:
        raise _refused(segment, source, f"{', '.join(error.names)}: {error.why}", error.remedy) from error
    return found, _review(rows, segment) if looked else None


def _refused(segment: str, source: str, what: str, remedy: str) -> ScenarioError:
    return ScenarioError(Problem(dotted(("segments", segment or EVERY, "choice")), what, remedy, source))


def sets_of(rows: pandas.DataFrame, names: list[str]) -> ChoiceSets:
    """Choice sets of a panel's rows."""
    rows = rows.sort_values(["month", "partner"], kind="stable")
    number = rows.groupby(["month", "partner"]).ngroup().to_numpy()
    starts = np.flatnonzero(np.diff(number, prepend=-1))
    weights = rows["weight"].to_numpy(dtype=float)[starts] if "weight" in rows else np.ones(starts.size)
    chosen = np.flatnonzero(rows["chosen"].to_numpy() == 1)
    known = INERTIA in rows
    present = np.flatnonzero(rows[INERTIA].to_numpy() == 1) if known else np.full(starts.size, -1)
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
    above = ("segments", segment or EVERY, "choice")
    return (*above, {INERTIA: "inertia"}.get(name, name)) if name in (INERTIA, REVIEW) else (*above, "weights", name)


def _parameter(found: Fit, n: int, segment: str, alone: bool) -> Parameter:
    """One estimate; a weight below 0 is no weight of a scenario, and an outside option is common to all segments."""
    name, estimate = found.names[n], float(found.estimates[n])
    outside = name == "outside"
    return Parameter(
        _path(name, segment), estimate, float(found.standard_errors[n]), float(found.low[n]), float(found.high[n]),
        UNITS.get(name, "utility per unit"), 1 if outside else 3, alone if outside else estimate >= 0,
    )  # fmt: skip


def _notes(found: Fit) -> list[str]:
    negative = [name for name, one in zip(found.names, found.estimates, strict=True) if one < 0 and name != "outside"]
    notes = [f"{name} is below 0, which no scenario takes: left out" for name in negative]
    if found.names[-1] == REVIEW and found.estimates[-1] == 1.0:
        notes.append(f"{REVIEW} ends at its bound of 1: inertia alone tells who stays")
    return notes


def _figures(found: Fit) -> list[tuple[str, float]]:
    return [
        ("log_likelihood", found.log_likelihood), ("log_likelihood_at_equal_shares", found.at_equal_shares),
        ("mcfadden_r2", found.mcfadden_r2), ("choices", float(found.sets)),
    ]  # fmt: skip
