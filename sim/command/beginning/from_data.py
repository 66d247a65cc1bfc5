"""What a user's own file says of a first scenario: a list of partners, a panel of their choices, or claims."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.base.errors import Problem, ScenarioError
from sim.report.files.first_scenario import Answers, Choosing, Product, Segment
from sim.scenario.files.bounds import resolved
from sim.scenario.files.plain_file import UnfitFile, content
from sim.scenario.language.csv_bytes import LARGEST_FILE
from sim.scenario.language.merging import EVERY

if TYPE_CHECKING:
    import pandas

    from sim.experiments.calibration.estimates import Calibration

HEAD_BYTES = 4_096
COUNTED = {"panel": {"alternative", "chosen"}, "claims": {"earned_premium"}, "roster": {"id", "segment"}}
"""Columns that tell what a file is"""
US = "us"
INSURANCE = "insurance"
POINTS = 100.0  # a panel has commissions in points


def known_from(file: Path, scenario: Path, said: dict[str, Any], stated: Collection[str]) -> dict[str, Any]:
    """Fields of `Answers` that a file knows, in place of those said; commissions that a user stated stay.

    Raises
    ------
    ScenarioError
        With what is wrong with the file.
    """
    kind = _kind(file)
    if kind == "panel":
        return _of_panel(file, said, stated)
    if kind == "claims" and said["trade"] != INSURANCE:
        raise ScenarioError(Problem("--from", f"{file} tells of claims, which only insurance has", "--trade insurance"))
    return _of_claims(file, said) if kind == "claims" else _of_roster(file, scenario)


def _kind(file: Path) -> str:
    heads = {one.strip().lower() for one in _rows(file)[0]}
    found = [kind for kind, columns in COUNTED.items() if columns <= heads]
    if not found:
        remedy = (
            "a list of partners has the columns id, segment and flow; a panel month, partner, alternative, chosen and "
            "commission; claims month, segment, product, earned_premium and claims_incurred"
        )
        raise ScenarioError(Problem("--from", f"{file} is no list of partners, no panel and no claims", remedy))
    return found[0]


def _rows(file: Path) -> list[dict[str, str]]:
    try:
        text = content(file, LARGEST_FILE).decode("utf-8-sig")
        rows = list(csv.DictReader(text.splitlines(), dialect=csv.Sniffer().sniff(text[:HEAD_BYTES], ";,\t")))
    except UnfitFile as error:
        raise ScenarioError(Problem("--from", f"{file} cannot be read: {error.what}", error.remedy)) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise ScenarioError(Problem("--from", f"{file} cannot be read: {error}")) from None
    if not rows:
        raise ScenarioError(Problem("--from", f"{file} has no rows below its head"))
    return rows


def _of_roster(file: Path, scenario: Path) -> dict[str, Any]:
    """The segments of a list of partners, which must lie beside the scenario or below it."""
    rows = _rows(file)
    try:
        inside = resolved(file).relative_to(resolved(scenario).parent)
    except ValueError:
        remedy = "copy it into the folder of the scenario"
        raise ScenarioError(Problem("--from", f"{file} does not lie beside {scenario}", remedy)) from None
    segments = tuple(Segment(name, number) for name, number in Counter(row["segment"] for row in rows).items())
    return {"segments": segments, "roster": inside.as_posix(), "partners": len(rows)}


def _of_claims(file: Path, said: dict[str, Any]) -> dict[str, Any]:
    """Loss ratios and their common spread by product; the segments that sold."""
    from sim.experiments.calibration.data import read_claims
    from sim.experiments.calibration.loss_ratios import loss_ratios

    frame = read_claims(file)
    found = {one.path: one for one in loss_ratios(frame, file.name).parameters if isfinite(one.estimate)}
    products = []
    for name in dict.fromkeys(_texts(frame, "product", said["product"])):
        ratio, common = (found.get(("products", name, "claims", *rest)) for rest in (("loss_ratio",), ("common", "cv")))
        told = {} if ratio is None else {"loss_ratio": ratio.estimate, "error": ratio.standard_error}
        products.append(Product(name, **told, common_cv=None if common is None else common.estimate))
    segments = tuple(Segment(name, said["partners"]) for name in dict.fromkeys(_texts(frame, "segment", "partner")))
    return {"products": tuple(products), "segments": segments, "source": file.name}


def _of_panel(file: Path, said: dict[str, Any], stated: Collection[str]) -> dict[str, Any]:
    """How partners choose; how many there are; what we and each rival paid in the last month."""
    from sim.experiments.calibration.choice_weights import choice_weights
    from sim.experiments.calibration.data import read_panel

    frame = read_panel(file)
    fit = choice_weights(frame, file.name)
    frame = frame.assign(segment=_texts(frame, "segment", "partner"))
    last = frame[frame.month == frame.month.max()]
    names = dict.fromkeys(frame.segment)
    segments = tuple(
        Segment(str(name), int(frame[frame.segment == name].partner.nunique()), _choosing(fit, str(name)))
        for name in names
    )
    paid = {} if "commission" not in frame else last.groupby("alternative").commission.mean().div(POINTS).to_dict()
    ours = said["commission"] if "commission" in stated else paid.get(US, said["commission"])
    theirs = {} if "rival" in stated else paid
    rivals = {str(name): theirs.get(name, said["rival"]) for name in dict.fromkeys(last.alternative) if name != US}
    return {
        "segments": segments, "source": file.name, "commission": ours, "rivals": rivals,
        "partners": sum(one.partners for one in segments), "paid_known": bool(theirs),
    }  # fmt: skip


def _texts(frame: pandas.DataFrame, column: str, otherwise: str) -> list[str]:
    """The column's texts; `otherwise` where there is none."""
    if column not in frame:
        return [otherwise] * len(frame)
    return [str(one) or otherwise for one in frame[column].fillna("")]


def _choosing(fit: Calibration, segment: str) -> Choosing:
    """What the fit says of a segment, or of all."""
    found: dict[tuple[str, ...], float] = {}
    for one in fit.parameters:
        if one.pasted and isfinite(one.estimate) and one.path[0] == "segments" and one.path[1] in (EVERY, segment):
            found[one.path[3:]] = one.estimate
    weights = {path[1]: value for path, value in found.items() if path[0] == "weights"}
    return Choosing(weights, {path[0]: value for path, value in found.items() if len(path) == 1})


def answers_of(said: dict[str, Any], start: str) -> Answers:
    """The answers of what was said and what a file knows."""
    said = {"rivals": {"rival": said["rival"]}, "products": (Product(said["product"]),), **said}
    said.setdefault("segments", (Segment("partner", said["partners"]),))
    return Answers(**{name: value for name, value in said.items() if name not in ("rival", "product")}, start=start)
