"""Loss ratios, their spread and the common factor of a year from a history of claims, by product and segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Reals
from sim.base.errors import Problem, ScenarioError
from sim.experiments.calibration.estimates import Calibration, Parameter
from sim.statistics.credibility import CONFIDENCE, buehlmann_straub, premium_errors
from sim.statistics.intervals import student
from sim.statistics.loss_experience import LossExperience, experience, netted, ratio

if TYPE_CHECKING:
    import pandas

RATIO = "share of earned premium"


def loss_ratios(claims: pandas.DataFrame, source: str) -> Calibration:
    """Estimates from the columns of `calibration_data.read_claims`.

    To paste are each product's loss ratio and the cv of its common factor, and each segment's relativity: its claims
    over those expected of its products, by credibility. The table has besides, by product and segment, the loss ratio
    as it was (`loss_ratio`) and by credibility (`credibility`), and the mean claim where claims were counted.

    Raises
    ------
    ScenarioError
        Where a segment or a product has no claims.
    """
    parameters: list[Parameter] = []
    notes: list[str] = list(claims.attrs.get("notes", ()))
    over: dict[str, list[tuple[Reals, Reals]]] = {}
    for name, rows in claims.groupby("product", sort=False):
        product, segments = str(name), list(dict.fromkeys(rows["segment"]))
        earned, incurred = netted(*(_cube(rows, segments, one) for one in ("earned_premium", "claims_incurred")))
        _check(product, segments, earned, incurred, source)
        found = experience(earned, incurred)
        parameters += [
            *_of_product(product, found),
            *_of_segments(product, segments, found),
            *_mean_claim(product, rows),
        ]
        notes += [f"{product}: {text}" for text in _of_rows(rows)]
        expected = earned * found.loss_ratio * found.common.years[None, :, None]
        for s, segment in enumerate(segments):
            over.setdefault(segment, []).append((incurred[s].ravel(), expected[s].ravel()))
    return Calibration((*parameters, *_relativities(over)), source, (*notes, *_notes(parameters)))


def _of_rows(rows: pandas.DataFrame) -> list[str]:
    """What was made of single rows."""
    notes, returned = [], int((rows["earned_premium"] < 0).sum())
    if returned:
        notes.append(f"{returned} rows of returned premium are taken with the months that follow")
    counted = rows["claim_count"].notna() if "claim_count" in rows else rows["month"].isna()
    if counted.any() and not counted.all():
        notes.append(f"the mean claim is of the {counted.sum()} of {len(rows)} rows with a claim count")
    return notes


def _cube(rows: pandas.DataFrame, segments: list[str], column: str) -> Reals:
    """float64[segment, year, month]; years without premium are left out."""
    table = rows.assign(year=rows["month"].str[:4], in_year=rows["month"].str[5:7].astype(int) - 1)
    years = sorted(table.loc[table["earned_premium"] != 0, "year"].unique())
    found = np.zeros((len(segments), len(years), 12))
    for segment, year, month, value in zip(
        table["segment"], table["year"], table["in_year"], table[column], strict=True
    ):
        if year in years:
            found[segments.index(segment), years.index(year), month] = value
    return found


def _check(product: str, segments: list[str], earned: Reals, incurred: Reals, source: str) -> None:
    problems = []
    for s, segment in enumerate(segments):
        if earned[s].sum() <= 0 or incurred[s].sum() <= 0:
            what = "no claims over earned premium in the whole history"
            problems.append(Problem(f"{product}, {segment}", what, "count it with another segment", source))
    for t in np.flatnonzero(incurred.sum(axis=(0, 2)) <= 0):
        what = f"no claims at all in year {t + 1} of its history"
        problems.append(Problem(product, what, "leave the year out, or check the amounts", source))
    if problems:
        raise ScenarioError(problems)


def _of_product(product: str, found: LossExperience) -> list[Parameter]:
    path, common = ("products", product, "claims"), found.common
    ratio = _of_error(
        (*path, "loss_ratio"), found.loss_ratio, found.loss_ratio_error, found.loss_ratio_degrees, RATIO, 3
    )
    return [ratio, Parameter((*path, "common", "cv"), common.cv, common.error, common.low, common.high, "cv", 3)]


def _of_segments(product: str, segments: list[str], found: LossExperience) -> list[Parameter]:
    """The loss ratio as it was and by credibility; neither is a field of a scenario."""
    columns = np.array(
        [found.by_segment, found.errors, found.degrees, found.credibility.premiums, *premium_errors(found.credibility)]
    )
    parameters = []
    for segment, row in zip(segments, columns.T.tolist(), strict=True):
        was = _of_error(("loss_ratio", product, segment), row[0], row[1], row[2], RATIO)
        by = _of_error(("credibility", product, segment), row[3], row[4], row[5], RATIO)
        parameters += [was, by]
    return parameters


def _mean_claim(product: str, rows: pandas.DataFrame) -> list[Parameter]:
    """Mean claim of a product over the rows in which claims were counted."""
    if "claim_count" not in rows or not rows["claim_count"].sum() > 0:
        return []
    by_month = (
        rows[rows["claim_count"].notna()]
        .groupby("month")[["claims_incurred", "claim_count"]]
        .sum()
        .to_numpy(dtype=float)
    )
    return [_of_error(("mean_claim", product), *ratio(by_month[:, 0], by_month[:, 1]), "money")]


def _relativities(over: dict[str, list[tuple[Reals, Reals]]]) -> list[Parameter]:
    """Actual over expected claims of each segment over its products, by credibility; none with one segment."""
    if len(over) < 2:
        return []
    columns = max(sum(part.size for part, _ in parts) for parts in over.values())
    claims, expected = np.zeros((2, len(over), columns))
    for s, parts in enumerate(over.values()):
        for row, n in ((claims, 0), (expected, 1)):
            flat = np.concatenate([part[n] for part in parts])
            row[s, : flat.size] = flat
    found = buehlmann_straub(np.divide(claims, expected, out=np.zeros(claims.shape), where=expected > 0), expected)
    estimates = np.array([found.premiums, *premium_errors(found)]).T.tolist()
    unit = "claims over those of the product"
    return [
        _of_error(("segments", segment, "relativity"), premium, error, degrees, unit, 2)
        for segment, (premium, error, degrees) in zip(over, estimates, strict=True)
    ]


def _of_error(
    path: tuple[str, ...], estimate: float, error: float, degrees: float, unit: str, block: int = 0
) -> Parameter:
    """With Student's interval, of the degrees of freedom that its error has."""
    half = student(CONFIDENCE, degrees) * error
    return Parameter(path, estimate, error, estimate - half, estimate + half, unit, block, block > 0)


def _notes(parameters: list[Parameter]) -> tuple[str, ...]:
    """What the common factor could not say."""
    common = [one for one in parameters if one.path[-1] == "cv"]
    short = [
        f"{one.path[1]}: a common factor needs two years at least: left out" for one in common if np.isnan(one.estimate)
    ]
    still = [
        f"{one.path[1]}: its years differ less than single claims explain: no common factor"
        for one in common
        if one.estimate == 0
    ]
    return (*short, *still)
