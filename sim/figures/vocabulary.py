"""The words of a trade over those that all share, and a user's own words over both.

A table of texts has a column a language, such as `ru`, and one a trade and language, such as `sales.ru`. What a trade
leaves out it says as `FALLS_BACK` says: a subscription as sales do, sales as insurance does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import get_args

from sim.figures.figure import LANGUAGES, Trade, Words

Texts = Mapping[str, Mapping[str, str]]
"""Key of a label, such as `says.delays_best` -> language -> text: {"en": ..., "ru": ...}"""
TRADES: tuple[Trade, ...] = get_args(Trade)
FALLS_BACK: Mapping[Trade, tuple[Trade, ...]] = {"sales": ("sales",), "subscription": ("subscription", "sales")}
NOUNS: Mapping[str, Words] = {
    "partner": Words("partner", "партнёр"),
    "customer": Words("customer", "клиент"),
    "contract": Words("contract", "договор"),
}
"""Nouns that a user may replace everywhere. Endings stay: English takes -s and a or an, Russian those of its noun"""
GROUPS = (
    "kpi", "kpi_of", "metric", "step", "line", "chart", "panel", "column", "closing", "input", "theory", "measure",
    "driver",
)  # fmt: skip
"""Groups of labels of which a figure's, account's or line's name may be one"""


@dataclass(frozen=True)
class Vocabulary:
    """Which trade's words are spoken, and what a scenario puts in their place, by name of a noun or figure."""

    trade: Trade = "insurance"
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """name -> language -> text; a language left out stays as it is"""

    def over(self, table: Texts) -> dict[str, Mapping[str, str]]:
        """The table with the user's words in place: nouns within every text, then whole texts by name."""
        nouns = {name: texts for name, texts in self.words.items() if name in NOUNS}
        found = dict(table)
        if nouns:
            found = {key: _with_nouns(texts, nouns) for key, texts in table.items()}
        called = {name: _called(name, found) for name in self.words if name not in nouns}
        whole = {key: {**found[key], **self.words[name]} for name, keys in called.items() for key in keys}
        for lang in LANGUAGES:
            found = _with_phrases(found, {found[key][lang]: whole[key][lang] for key in whole}, lang)
        return found | whole


def of_trade(row: Mapping[str, str], trade: Trade, column: str) -> str:
    """A row's text in a column, in the words of a trade."""
    stated = (row.get(f"{one}.{column}") for one in FALLS_BACK.get(trade, ()))
    return next((text for text in stated if text), row[column])


def _called(name: str, table: Texts) -> list[str]:
    """Keys of all texts of a name; a monthly figure that a key figure shares its name with is another figure."""
    keys = [key for group in GROUPS if (key := f"{group}.{name}") in table]
    return [key for key in keys if key in keys[:1] or not key.startswith("metric.")]


def _with_nouns(texts: Mapping[str, str], nouns: Texts) -> dict[str, str]:
    found = dict(texts)
    for name, stated in nouns.items():
        for lang in LANGUAGES:
            if stated.get(lang) and found.get(lang):
                found[lang] = _replaced(found[lang], NOUNS[name][lang], _always(stated[lang]))
    return found


def _always(text: str) -> Callable[[str], str]:
    return lambda _: text


def _with_phrases(table: Texts, stated: Mapping[str, str], lang: str) -> dict[str, Mapping[str, str]]:
    """Names of two words or more, such as cost of goods, replaced within the other texts; the longest goes first."""
    by = {was.lower(): _in_a_sentence(text) for was, text in stated.items() if " " in was and was != text}
    if not by:
        return dict(table)
    names = "|".join(map(re.escape, sorted(by, key=len, reverse=True)))
    noun = rf"(?:{names})(?!\w)"
    return {
        key: {**texts, lang: _replaced(texts[lang], noun, lambda there: by[there.lower()])} if lang in texts else texts
        for key, texts in table.items()
    }


def _in_a_sentence(text: str) -> str:
    """A text without the capital that it begins with; abbreviations keep theirs."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _replaced(text: str, noun: str, by: Callable[[str], str]) -> str:
    """Wherever a word begins with the noun, its beginning is replaced; names in braces stay, a capital stays one."""

    def put(found: re.Match[str]) -> str:
        article, there = found.groups()
        said = by(there)
        said = said[:1].upper() + said[1:] if there[0].isupper() else said
        return f"{article[0]}{'n' * _takes_an(said)} {said}" if article else said

    return re.sub(rf"(?<![\w{{.])(?:(an?) )?({noun})", put, text, flags=re.IGNORECASE)


def _takes_an(word: str) -> bool:
    """Whether an English word has `an` before it: by its first letter, but for those that sound otherwise."""
    return bool(re.match(r"(?!uni|use|us[au]|eu|one)[aeiou]|hour|heir|honou?r|honest", word, re.IGNORECASE))
