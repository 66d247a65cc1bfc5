"""A first scenario, written from a few answers: commented in the user's language, our figures marked as assumed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

import sim.report
from sim.figures.figure import Trade
from sim.figures.vocabulary import Vocabulary
from sim.report.language.labels import Labels
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import dotted, plain
from sim.scenario.language.reading import Reader
from sim.scenario.language.scalars import plain_value

FILE = Path(sim.report.__file__).with_name("templates") / "first_answers.yaml"
_PLAIN = re.compile(r"[^\W\d][\w./-]+")
CURRENCY = "RUB"
CAPITAL_MONTHS = 6  # of our first premium or revenue: what a user must replace first, and the scenario says so


@dataclass(frozen=True)
class Product:
    """What is sold; what claims tell of it, where they do."""

    name: str
    loss_ratio: float | None = None
    error: float | None = None
    """standard error of it"""
    common_cv: float | None = None
    """spread of a year's loss ratio that all contracts share"""


@dataclass(frozen=True)
class Choosing:
    """How partners of a segment choose, where a panel tells it: weights by attribute, inertia and review rate."""

    weights: Mapping[str, float] = field(default_factory=dict)
    others: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Segment:
    """Partners of a kind."""

    name: str
    partners: int
    choosing: Choosing | None = None


@dataclass(frozen=True)
class Answers:
    """What a user says of its trade; money in major units, shares of 1."""

    trade: Trade
    name: str
    currency: str
    start: str
    products: tuple[Product, ...]
    price: float
    margin: float
    """share of the price left after claims or cost of goods"""
    commission: float
    rivals: Mapping[str, float]
    """commission of each"""
    preset: str
    lever: str
    """range of the rate by which most commission is paid, as `frontier --lever` takes it"""
    partners: int
    renewal: float
    mix: float
    """chance that a buyer at a partner buys the product"""
    flow: float
    """buyers a month at one partner on average, as the preset says"""
    leave: float
    """chance a month that a partner leaves, as the preset says"""
    segments: tuple[Segment, ...]
    roster: str = ""
    source: str = ""
    """file that tells some of it"""
    paid_known: bool = False
    """the file tells the commissions, too"""

    @property
    def capital(self) -> float:
        """Some months of what all partners' buyers would pay us and the rival, half each."""
        monthly = self.partners * self.flow * self.mix * len(self.products) * self.price / 2
        return float(f"{CAPITAL_MONTHS * monthly:.1e}")

    def entry_of(self, segment: Segment) -> float:
        """Partners of a segment that come a month, as many as leave."""
        return float(f"{segment.partners * self.leave:.2g}")


def usual(trade: str, lang: str) -> dict[str, Any]:
    """Answers where a user gives none: fields of `Answers`, those of the preset and the start apart."""
    found = plain(Reader(Findings()).read(FILE, FILE.name, "preset"))[trade]
    return {**found, "trade": trade, "name": Labels(lang)(f"first.name.{trade}"), "currency": CURRENCY}


def first_scenario(answers: Answers, lang: str) -> str:
    """The text of the scenario."""
    labels = Labels(lang, spoken=Vocabulary(answers.trade))
    template = files("sim.report.templates").joinpath("first.yaml").read_text("utf-8")
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True)
    return environment.from_string(template).render(
        answers=replace(answers, name=_quoted(answers.name)), percent=_percent, number=_number, estimate=_estimate,
        quoted=_quoted, word=_word, path=lambda *parts: _word(dotted(parts)),
        say=lambda key: labels(f"first.{key}"), text=lambda key: _quoted(labels(f"first.{key}")),
    )  # fmt: skip


def _quoted(text: str) -> str:
    """As a YAML scalar, whatever it holds."""
    return json.dumps(text, ensure_ascii=False)


def _word(text: str) -> str:
    """The same, as it is where it is a plain word of more than one letter or a path of such."""
    return text if _PLAIN.fullmatch(text) and isinstance(plain_value(text), str) else _quoted(text)


def _percent(share: float) -> str:
    return f"{share * 100:.4g}%"


def _number(value: float) -> str:
    return f"{value:.12g}"


def _estimate(value: float) -> str:
    """As precise as no standard error is."""
    return f"{value:.4g}"
