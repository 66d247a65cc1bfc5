"""Words of tables and report from one English/Russian table by key; code, keys and data files stay English."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, get_args

from sim.base.errors import OutputError, Problem, ScenarioError
from sim.base.notes import Note
from sim.figures.figure import Trade
from sim.figures.figure_labels import labels as of_figures
from sim.figures.key import KEY
from sim.figures.monthly import MONTHLY
from sim.figures.vocabulary import Texts, Vocabulary, of_trade
from sim.report.language import messages

if TYPE_CHECKING:
    from sim.judgement.result import Result

Lang = Literal["en", "ru"]
LANGUAGES: tuple[str, ...] = get_args(Lang)
Case = Literal["", ".of", ".in"]
"""As it stands alone; after of, until, after (genitive); after in (prepositional)"""
_VALUE = re.compile(r"\{(\w+)\}")
INSURANCE = Vocabulary()
PARTS_OF = {"balance": "line", "surprise": "step"}
"""Monthly figures of accounts and draws -> group of labels that names these"""


@cache
def table(trade: Trade = "insurance") -> dict[str, dict[str, str]]:
    """All labels in a trade's words: key -> language -> text; those of figures come from their declarations."""
    text = files("sim.report.language").joinpath("labels.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    found = {row["key"]: {lang: of_trade(row, trade, lang) for lang in LANGUAGES} for row in rows}
    return found | of_figures(MONTHLY, KEY, trade)


def values_of(text: str) -> set[str]:
    """Names of the `{name}` that a text wants filled in."""
    return set(_VALUE.findall(text))


def example(key: str) -> str:
    """What to write for a key that lacks a text."""
    return f'state in its words "{key}": {{{", ".join(f"{lang!r}: ..." for lang in LANGUAGES)}}}'.replace("'", '"')


def faults(own: Texts, whose: str) -> Iterator[Problem]:
    """What is wrong with words from outside that are to be laid over the table."""
    for key, texts in own.items():
        if key in table():
            yield Problem(whose, f'"{key}" is a label already: {table()[key]["en"]!r}', "give yours another name")
        stated = {lang: texts[lang] for lang in LANGUAGES if texts.get(lang)} if isinstance(texts, Mapping) else {}
        if missing := [lang for lang in LANGUAGES if lang not in stated]:
            yield Problem(whose, f'"{key}" has no text in {" and ".join(missing)}', example(key))
        elif len({frozenset(values_of(text)) for text in stated.values()}) > 1:
            yield Problem(whose, f'the texts of "{key}" have different values in braces', "give each language the same")


def check_words(own: Texts, whose: str) -> None:
    """Refuse words that cannot be laid over the table; `whose` is the class that states them.

    Raises
    ------
    ScenarioError
    """
    if found := list(faults(own, whose)):
        raise ScenarioError(found)


class Labels:
    """The labels of one language in one vocabulary; `own` are laid over the table, for the answer that brings them."""

    def __init__(self, lang: str = "en", own: Texts | None = None, spoken: Vocabulary = INSURANCE) -> None:
        if lang not in LANGUAGES:
            raise OutputError(f"no labels in language {lang!r}: give --lang {' or '.join(LANGUAGES)}")
        self.lang, self.texts = lang, spoken.over({**table(spoken.trade), **(own or {})})

    @classmethod
    def of(cls, result: Result, lang: str = "en") -> Labels:
        """The labels of a result, those of its figures from outside among them."""
        plan, spoken = result.plan, result.plan.scenario.spoken
        return cls(lang, of_figures(plan.own_figures, plan.scenario.own_key_figures, spoken.trade), spoken)

    def __contains__(self, key: str) -> bool:
        return key in self.texts

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, with `{name}` filled in."""
        text = self.texts[key][self.lang]
        for name, value in values.items():
            text = text.replace("{" + name + "}", str(value))
        return text

    def kpi(self, name: str) -> str:
        """A key figure, of a product or segment where its name goes on after a dot."""
        return self._found("kpi_of" if "." in name else "kpi", name)

    def criterion(self, name: str, figures: Mapping[str, str]) -> str:
        """A criterion by the key figure that it bounds (`figures`), with its own name where others bound that too."""
        if name not in figures:
            return name
        said = self.kpi(figures[name]).partition(" (")[0]
        return f"{said} ({name})" if list(figures.values()).count(figures[name]) > 1 else said

    def note(self, note: Note) -> str:
        """A warning: one of no place in the scenario by its code where that has a text, else as it was written."""
        known = f"note.{note.code}"
        if known in self and not note.path:
            return self(known)
        return str(replace(note, text=messages.said(note.text, self.lang)))

    def currency(self, code: str) -> str:
        """A currency by its sign, where the language has one."""
        known = f"currency.{code}"
        return self(known) if known in self else code

    def month(self, name: str, case: Case = "") -> str:
        """A month such as 2027-03, in the case that the sentence asks for."""
        year, _, month = name.rpartition("-")
        return self(f"month.{month}{case}", year=year)

    def theory(self, name: str) -> str:
        """A closed form."""
        return self._found("theory", name)

    def metric(self, name: str) -> str:
        """A monthly metric; accounts and draws that it is of by their names in the statements."""
        head, _, part = name.partition(".")
        said = self.texts.get(f"{PARTS_OF.get(head)}.{part}")
        if said is None:
            return self._found("metric", name)
        return f"{self(f'metric.{head}')}: {said[self.lang][:1].lower()}{said[self.lang][1:]}"

    def line(self, name: str) -> str:
        """A line of the statements: an account, a total, or a flow of cash."""
        return self(f"line.{name}") if f"line.{name}" in self else self.metric(name)

    def input(self, name: str) -> str:
        """What a line of a statement was computed on."""
        return self._found("input", name) if name else ""

    def closing(self, account: str, kind: str) -> str:
        """A row that closes a statement: what moved an account, or its balance by the account's own name."""
        return self(f"closing.{account}" if kind == "balance" else f"closing.{account}.{kind}")

    def panel(self, name: str) -> str:
        """A column of the panel of partners."""
        return self(f"panel.{name}") if f"panel.{name}" in self else self.metric(name)

    def name(self, key: str) -> str:
        """A product, segment or principal: ours by our own word, others as the scenario names them."""
        known = f"name.{key}"
        return self(known) if known in self else key.replace("_", " ")

    def place(self, name: str) -> str:
        """Where a partner may be: with a principal, or outside of the market (its name in brackets)."""
        known = f"place.{name[1:-1]}"
        return self(known) if name.startswith("(") and known in self else self.name(name)

    def _found(self, group: str, name: str) -> str:
        head, _, rest = name.partition(".")
        if f"{group}.{name}" in self:
            return self(f"{group}.{name}")
        first = self(f"{group}.{head}") if f"{group}.{head}" in self else head.replace("_", " ")
        return f"{first}: {self.name(rest)}" if rest else first
