"""A criterion's judgement as a sentence, in the reader's language and units."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from sim.base.units import MONTHS_PER_YEAR
from sim.judgement.verdict import UNDECIDED, Judgement, StoodIn
from sim.report.language.labels import Labels
from sim.report.language.numbers import Numbers
from sim.results.besides import of_sales_alone, share_besides_commission
from sim.scenario.schema import Criterion
from sim.statistics.evaluation import Estimate

if TYPE_CHECKING:
    from sim.judgement.result import Result

COMMISSION, BREAK_EVEN = "commission_ratio", "break_even_commission"
NEAR = {"loss_ratio": ("loss_ratio",), COMMISSION: (BREAK_EVEN, "offered_commission")}
"""Key figure -> closed forms that it is read against"""
SEEN = 0.0005  # share of premium from which on what partners cost besides is taken off the break-even


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
    if one.unknown:
        return labels("reason.no_value", kpi=kpi)
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
    if one.stood_in is not None:
        said = f"{said}; {_stood_in(one.stood_in, labels, numbers)}"
    if one.verdict != UNDECIDED:
        return f"{said}."
    left = labels("reason.more", more=numbers.count(one.more)) if one.more else labels("reason.few")
    return f"{said}; {left}."


def _stood_in(one: StoodIn, labels: Labels, numbers: Numbers) -> str:
    of = {"of": numbers.count(one.replications), "after": numbers.count(one.after)}
    parts = [
        labels(f"reason.{key}", n=numbers.count(n), **of)
        for key, n in (("never_comes", one.never), ("no_wait", one.nothing))
        if n
    ]
    return labels("reason.counting", parts=", ".join(parts))


def says(result: Result, labels: Labels, numbers: Numbers) -> str:
    """The verdict in a sentence, with the date of the ruin where there is one."""
    said = labels(f"says.{result.verdict if result.criteria else 'none'}")
    if not result.drawn:
        return f"{said} {labels('says.claims_expected')}"
    said += _by_interest(result, labels, numbers)
    share, month = (result.figures[name].values for name in ("ruined", "ruin_month"))
    known = month[~np.isnan(month)]
    if not known.size:
        return said
    ruin = labels(
        "says.ruin", share=numbers.figure(float(share.mean()), "share"), month=numbers.month(float(known.mean()))
    )
    return f"{said} {ruin}"


def _by_interest(result: Result, labels: Labels, numbers: Numbers) -> str:
    """That sales alone lose, where interest on our money hides it; else nothing."""
    alone = float(of_sales_alone(result.cube, result.figures["underwriting_result"].values).mean())
    if alone >= 0.0 or float(result.figures["result"].values.mean()) <= 0.0:
        return ""
    return f" {labels('says.by_interest', lost=numbers.figure(-alone, 'money'))}"


def theory_beside(result: Result, name: str, labels: Labels, numbers: Numbers) -> str:
    """The closed forms that stand beside a key figure, in words; empty where there is none."""
    head, _, rest = name.partition(".")
    found = []
    for form in NEAR.get(head, ()) if head != COMMISSION or _by_year(result) else ():
        figure = result.theory.get(f"{form}.{rest}" if rest else form)
        if figure is None or not isfinite(figure.value):
            continue
        other = share_besides_commission(result.cube) if form == BREAK_EVEN else 0.0
        name, value = (
            (f"near.{form}", figure.value) if other < SEEN else ("near.break_even_after", figure.value - other)
        )
        found.append(labels(name, value=numbers.figure(value, figure.unit)))
    return ", ".join(found)


def _by_year(result: Result) -> bool:
    """Whether rates of a sale can be read against those of all: where terms are short, most of it renewals pay for."""
    return not any(line.renews and 0 < line.term < MONTHS_PER_YEAR for line in result.plan.lines)


def between(one: Estimate, unit: str, labels: Labels, numbers: Numbers) -> str:
    """A figure, and its interval in brackets where it is known."""
    said = numbers.figure(one.figure, unit)
    if not (isfinite(one.low) and isfinite(one.high)):
        return said
    (_, low, high), _ = numbers.bare([one.figure, one.low, one.high], unit)
    return f"{said} ({labels('word.from_to_end', low=low, high=high)})"


def _sense(criterion: Criterion) -> str:
    return "at_least" if criterion.at_least is not None else "at_most"
