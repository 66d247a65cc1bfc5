"""A criterion's judgement as a sentence, in the reader's language and units."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from sim.judgement.verdict import UNDECIDED, Judgement
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers
from sim.scenario.schema import Criterion
from sim.statistics.evaluation import Estimate

if TYPE_CHECKING:
    from sim.judgement.result import Result

NEAR = {"loss_ratio": ("loss_ratio",), "commission_ratio": ("break_even_commission", "offered_commission")}
"""Key figure -> closed forms that it is read against"""


def reasons(
    result: Result, labels: Labels, numbers: Numbers, judged: Sequence[Judgement] | None = None
) -> dict[str, str]:
    """Each criterion's reason in words, by its name; `judged` in place of the run at the stated figures."""
    criteria = result.plan.scenario.criteria
    return {
        one.name: reason(one, result.figures[one.kpi].unit, _sense(criteria[one.name]), labels, numbers)
        for one in (result.criteria if judged is None else judged)
    }


def reason(one: Judgement, unit: str, sense: str, labels: Labels, numbers: Numbers) -> str:
    """Why a criterion passed, failed or is undecided; `sense` is the side of the bound that the figure must keep."""
    kpi = labels.kpi(one.kpi)
    if not one.drawn:
        return labels("reason.not_drawn", kpi=kpi)
    over = labels("word.interval_looks", n=numbers.count(one.looks)) if one.looks > 1 else labels("word.interval_short")
    if one.of == "mean":
        said = labels(
            "reason.mean" if isfinite(one.low) or isfinite(one.high) else "reason.mean_alone",
            kpi=kpi,
            figure=numbers.figure(one.figure, unit),
            low=numbers.figure(one.low, unit),
            high=numbers.figure(one.high, unit),
            interval=over,
            sense=labels(f"sense.{sense}"),
            bound=numbers.figure(one.bound, unit),
        )
    else:
        low, high, share, bound = (
            numbers.figure(value, "share") for value in (one.low, one.high, one.figure, one.bound)
        )
        said = labels(
            "reason.share",
            kpi=kpi,
            limit=numbers.figure(one.limit, unit),
            figure=share,
            low=low,
            high=high,
            interval=over,
            sense=labels(f"sense.{sense}"),
            bound=bound,
        )
    if one.verdict != UNDECIDED:
        return f"{said}."
    left = labels("reason.more", more=numbers.count(one.more)) if one.more else labels("reason.few")
    return f"{said}; {left}."


def says(result: Result, labels: Labels, numbers: Numbers) -> str:
    """The verdict in a sentence, with the date of the ruin where there is one."""
    said = labels(f"says.{result.verdict if result.criteria else 'none'}")
    if not result.drawn:
        return f"{said} {labels('says.claims_expected')}"
    share, month = (result.figures[name].values for name in ("ruined", "ruin_month"))
    known = month[~np.isnan(month)]
    if not known.size:
        return said
    ruin = labels(
        "says.ruin", share=numbers.figure(float(share.mean()), "share"), month=numbers.month(float(known.mean()))
    )
    return f"{said} {ruin}"


def theory_beside(result: Result, name: str, labels: Labels, numbers: Numbers) -> str:
    """The closed forms that stand beside a key figure, in words; empty where there is none."""
    head, _, rest = name.partition(".")
    found = []
    for form in NEAR.get(head, ()):
        figure = result.theory.get(f"{form}.{rest}" if rest else form)
        if figure is not None and isfinite(figure.value):
            found.append(labels(f"near.{form}", value=numbers.figure(figure.value, figure.unit)))
    return ", ".join(found)


def between(one: Estimate, unit: str, labels: Labels, numbers: Numbers) -> str:
    """A figure, and its interval in brackets where it is known."""
    said = numbers.figure(one.figure, unit)
    if not (isfinite(one.low) and isfinite(one.high)):
        return said
    (_, low, high), _ = numbers.bare([one.figure, one.low, one.high], unit)
    return f"{said} ({labels('word.from_to_end', low=low, high=high)})"


def _sense(criterion: Criterion) -> str:
    return "at_least" if criterion.at_least is not None else "at_most"
