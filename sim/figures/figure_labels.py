"""Labels of figures by key: `metric.<name>` monthly, `kpi.<name>` a key figure, `kpi_of.<name>` one of parts."""

from __future__ import annotations

from collections.abc import Iterable

from sim.figures.figure import LANGUAGES, Figure, Trade
from sim.figures.key import Key


def labels(monthly: Iterable[Figure], key: Iterable[Key], trade: Trade = "insurance") -> dict[str, dict[str, str]]:
    """Key -> language -> text, in the words of a trade."""
    named = {f"metric.{one.name}": one for one in monthly}
    named |= {f"{'kpi' if one.is_one else 'kpi_of'}.{one.name}": one for one in key}
    return {name: {lang: one.text_in(lang, trade) for lang in LANGUAGES} for name, one in named.items()}
