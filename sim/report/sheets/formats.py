"""Number formats: cells hold figures to the last minor unit, formats show them in units, thousands or millions.

A format is written as files have it, `#,##0.0,,`; a spreadsheet shows it in its reader's own marks, `# ##0,0`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from sim.report.language.labels import Labels

FORMATS = {"share": "0.00%", "ratio": "0.00%", "probability": "0.00%", "points": "0.00%",
           "count": "#,##0.##", "month": "0.0", "gap": "#,##0.00"}  # fmt: skip
OTHER = "0.####"
TO_THE_KOPECK = "#,##0.00"
MONTHS = {"en": "yyyy-mm", "ru": "mm.yyyy"}
_LEAST = {6: 1e8, 3: 1e5}
"""power of ten -> largest amount from which money is shown so"""


def scale_of_sheet(amounts: Sequence[float]) -> int:
    """The power of ten in which a sheet shows its money: 6, 3 or 0, by its largest amount."""
    largest = max((abs(amount) for amount in amounts if isfinite(amount)), default=0.0)
    return next((scale for scale, least in _LEAST.items() if largest >= least), 0)


def number_format(unit: str, scale: int = 0) -> str:
    """Format of a unit; money divided by 10**scale in what is shown, and a dash for 0."""
    if unit != "money":
        return FORMATS.get(unit, OTHER)
    digits = f"#,##0.0{',' * (scale // 3)}" if scale else TO_THE_KOPECK
    return f'{digits};-{digits};"–"'


def unit_name(unit: str, scale: int, currency: str, labels: Labels) -> str:
    """What stands beside figures of a unit: `mn RUB`; empty for what its format shows."""
    if unit == "money":
        sign = labels.currency(currency)
        return f"{labels(f'scale.{scale}')} {sign}" if scale else sign
    return labels("word.unit_month") if unit == "month" else ""
