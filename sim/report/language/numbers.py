"""Numbers as people read them: money in billions or millions, shares in per cent, by language."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from math import floor, isfinite, log10

from sim.base.units import month_name, month_ordinal
from sim.report.language.labels import Labels

SCALES = (9, 6)
LARGE_COUNT = 100.0
DIGITS = 4  # of plain numbers
HEADLINE = 3  # digits of a figure of a headline
PERCENT = ("ratio", "share", "probability")
NO_BREAK = "\u00a0"
MINUS = "\u2212"
_SHARE = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)%")


class Numbers:
    """Formats of one language and currency; `start` (the first month) dates figures that are months."""

    def __init__(self, labels: Labels, currency: str, start: str = "") -> None:
        self.labels, self.currency, self.start = labels, labels.currency(currency), start

    def figure(self, value: float | None, unit: str) -> str:
        """One figure with its unit."""
        if value is None or not isfinite(value):
            return self.labels("word.unknown")
        if unit == "money":
            scale = scale_of([value])
            return f"{self.scaled(value, scale)}{NO_BREAK}{self.money_unit(scale)}"
        if unit in PERCENT:
            return f"{self.percent(value)}{NO_BREAK}%"
        if unit == "month":
            return self.month(value)
        return self.plain(value, decimals(abs(value))) if unit == "number" else self.count(value)

    def bare(self, values: Sequence[float | None], unit: str) -> tuple[list[str], str]:
        """Figures that share one unit, and the unit; for the cells of one row."""
        known = [value for value in values if value is not None and isfinite(value)]
        if unit == "money":
            scale = scale_of(known[:1])
            return [self._or_unknown(value, lambda x: self.scaled(x, scale)) for value in values], self.money_unit(
                scale
            )
        if unit in PERCENT:
            digits = percent_digits(max(map(abs, known), default=0.0))
            return [self._or_unknown(value, lambda x: self.plain(x * 100, digits)) for value in values], "%"
        if unit == "number":
            digits = decimals(max(map(abs, known), default=0.0))
            return [self._or_unknown(value, lambda x: self.plain(x, digits)) for value in values], ""
        name = self.labels("word.unit_month") if unit == "month" else ""
        return [self._or_unknown(value, self.count) for value in values], name

    def scaled(self, value: float, scale: int) -> str:
        """Money divided by 10**scale, to two decimals; whole where nothing is divided."""
        return self.plain(value / 10**scale, 2 if scale else 0)

    def percent(self, share: float) -> str:
        """A share in per cent, without decimals that say nothing (100, not 100.0)."""
        whole = abs(share * 100 - round(share * 100)) < 1e-9
        return self.plain(share * 100, 0 if whole else percent_digits(share))

    def money_unit(self, scale: int) -> str:
        """`bn RUB`, `mn RUB` or the currency alone."""
        return f"{self.labels(f'scale.{scale}')}{NO_BREAK}{self.currency}" if scale else self.currency

    def count(self, value: float) -> str:
        """A count; a mean of small counts keeps a decimal."""
        return self.plain(value, 0 if abs(value) >= LARGE_COUNT or value == round(value) else 1)

    def month(self, value: float) -> str:
        """A month counted from 1, with its date where the start is known."""
        if not self.start:
            return self.count(value)
        name = month_name(month_ordinal(self.start) + max(round(value), 1) - 1)
        return f"{self.count(value)} ({self.labels.month(name)})"

    def plain(self, value: float, decimals: int) -> str:
        """Digits grouped by three, with the language's own marks."""
        text = f"{abs(value):,.{decimals}f}"
        minus = MINUS if value < 0 and any(digit in "123456789" for digit in text) else ""
        return f"{minus}{self.marked(text)}"

    def marked(self, text: str) -> str:
        """A number as Python writes it, with the language's own marks."""
        marks = {",": self.labels("lang.thousands"), ".": self.labels("lang.decimal")}
        return "".join(marks.get(character, character) for character in text)

    def written(self, value: object) -> str:
        """A value of the scenario as people write it: `80 %, 95 %`, `300 000`; names and durations stay."""
        if isinstance(value, list | tuple):
            return self.labels("lang.list").join(map(self.written, value))
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, int | float):
            return self.marked(_grouped(f"{value:.15g}" if isinstance(value, float) else str(value)))
        share = _SHARE.fullmatch(str(value))
        return f"{self.marked(_grouped(share[1]))}{NO_BREAK}%" if share else str(value)

    def _or_unknown(self, value: float | None, form: Callable[[float], str]) -> str:
        return self.labels("word.unknown") if value is None or not isfinite(value) else str(form(value))


def _grouped(text: str) -> str:
    """A number as Python writes it, its whole part in groups of three."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, point, rest = digits.partition(".")
    return f"{sign.replace('-', MINUS)}{int(whole):,}{point}{rest}" if whole.isdecimal() else text


def scale_of(values: Sequence[float]) -> int:
    """The power of ten that money is divided by: 9, 6 or 0."""
    largest = max((abs(value) for value in values if isfinite(value)), default=0.0)
    return next((scale for scale in SCALES if largest >= 10**scale), 0)


def percent_digits(share: float) -> int:
    """Decimals of a percentage: one, more where it is small."""
    percent = abs(share) * 100
    return 1 if percent >= 1 or percent == 0 else min(4, 1 - floor(log10(percent)))


def decimals(largest: float) -> int:
    """Decimals that leave a few digits of a plain number."""
    if largest == 0 or not isfinite(largest):
        return 0
    return max(0, min(6, DIGITS - 2 - floor(log10(largest))))


def few_digits(value: float) -> int:
    """Decimals that leave three digits before and behind the mark."""
    return 0 if value == 0 else min(max(0, HEADLINE - 1 - floor(log10(abs(value)))), HEADLINE)


def rounded(value: float) -> float:
    """A value of a headline: three digits, the others 0."""
    return float(f"{value:.{HEADLINE}g}") if isfinite(value) else value
