"""The curve of a frontier: what a criterion bounds along the lever, its bound, and where the lever must stop."""

from __future__ import annotations

import numpy as np

from sim.experiments.answer import OWN, Lines, Sentence, Series, Span
from sim.experiments.saying import Amount
from sim.scenario.schema import Criterion
from sim.statistics.root import FOUND, Root


def curve(
    said: Sentence, name: str, criterion: Criterion, unit: str, root: Root, lever: tuple[str, str], today: float | None
) -> Lines:
    """What the criterion bounds at the levels of the scan.

    Parameters
    ----------
    said : what the criterion bounds, in words
    unit : of the key figure; a criterion of a share of replications is shown by that share
    lever : its name and unit
    """
    order = np.argsort(root.levels)
    bound, figures = _figures(criterion, root)
    series = Series("column.holding" if criterion.in_share is not None else f"kpi.{criterion.kpi}", *figures[:, order])
    stops = [Span("frontier", root.level, root.low, root.high)] if root.status == FOUND else []
    stands = [] if today is None else [Span("present", today)]
    level = Amount(root.level, lever[1], root.low, root.high, brief=True)
    finding = Sentence("shows_frontier", {"criterion": said, "level": level}) if stops else None
    shared = criterion.in_share is not None
    return Lines(
        f"frontier_curve.{name}", root.levels[order].tolist(), [series], OWN + lever[0], "share" if shared else unit,
        x_unit=lever[1], y_label="holding" if shared else criterion.kpi, levels={"bound": bound},
        spans=[*stops, *stands], finding=finding,
    )  # fmt: skip


def _figures(criterion: Criterion, root: Root) -> tuple[float, np.ndarray]:
    """The bound, and figure, low and high by level: the margins of the scan put back on the bound."""
    margins = np.array([(one.figure, one.low, one.high) for one in root.margins]).T
    if criterion.in_share is not None:
        return criterion.in_share, np.clip(criterion.in_share + margins, 0.0, 1.0)
    if criterion.at_least is not None:
        return criterion.at_least, criterion.at_least + margins
    assert criterion.at_most is not None
    return criterion.at_most, criterion.at_most - margins[[0, 2, 1]]
