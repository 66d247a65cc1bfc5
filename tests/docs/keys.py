"""docs/keys.md and docs/keys.ru.md: every key of the language, made from the declarations.

    python -m tests.docs.keys            says whether the documents are as the declarations are
    python -m tests.docs.keys --write    writes them

Meanings are those of the declarations. Their Russian stands in `docs/keys/ru.csv`, by the English sentence.
"""

from __future__ import annotations

import csv
import sys
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from sim.base.discover import kinds
from sim.market.story import Story
from sim.market.strategy import Strategy
from sim.policy.attribution_rule import AttributionRule
from sim.policy.rule import Rule
from sim.scenario.keys import BESIDE, REQUIRED, Key, blocks_below, keys_of
from sim.scenario.schema import Scenario
from tests.docs import generated

ROOT = Path(__file__).parents[2]
RUSSIAN = ROOT / "docs" / "keys" / "ru.csv"
LANGUAGES = ("en", "ru")
FAMILIES: tuple[tuple[str, type[BaseModel], str], ...] = (
    ("policy.rules.<name>", Rule, "sim.policy.rules"),
    ("policy.attribution.<name>", AttributionRule, "sim.policy.attribution"),
    ("rivals.<name>.strategy", Strategy, "sim.market.rivals"),
    ("market.events.<name>", Story, "sim.market.shocks"),
)
"""blocks that are of a kind: where they stand, what all kinds have, and where the kinds are"""
TITLE = "Every key of a scenario"
ABOUT = (
    "Made from the declarations by `python -m tests.docs.keys --write`. A default that is empty means off where the "
    "key is left out. `dated`: a value, or `{since: {2025-01: ..., 2026-01: ...}}`. `<name>`: a name of your own. "
    "Every block may have `source` or `assumed`, where its figures come from. `scenarios.md` explains them with "
    "examples."
)
WIDTH = 120
HEADS = ("key", "unit", "default", "meaning", "example")


@cache
def russian() -> dict[str, str]:
    """Russian by English sentence."""
    return {row["en"]: row["ru"] for row in csv.DictReader(RUSSIAN.read_text("utf-8").splitlines())}


def said(text: str, language: str) -> str:
    """A text of the document in a language."""
    return russian().get(text, text) if language == "ru" and text else text


def texts() -> set[str]:
    """Every sentence and unit that the document shows, in English."""
    found = {TITLE, ABOUT, REQUIRED, *HEADS, ALL_KINDS}
    for _, keys, about in parts():
        found |= {text for one in keys for text in (one.meaning, *unit_words(one.unit)) if text} | {about} - {""}
    return found


def unit_words(unit: str) -> list[str]:
    """The parts of a unit that are words: choices stay as they are written."""
    if " | " in unit:
        return []
    return [unit]


ALL_KINDS = "keys of every kind"


def parts() -> Iterator[tuple[str, list[Key], str]]:
    """Path of a block, its keys, and what it is."""
    seen: set[type[BaseModel]] = set()
    for path, block in blocks_below(Scenario, seen=seen):
        yield path or "(top)", keys_of(block, (*BESIDE, "kind") if "kind:" in path else BESIDE), ""
    for path, base, package in FAMILIES:
        for below, block in blocks_below(base, path, seen):
            yield below, keys_of(block), ALL_KINDS if block is base else ""
        common = (*base.model_fields, "kind", *BESIDE)
        for kind, found in kinds(package, base, "none").items():
            for below, block in blocks_below(found, f"{path}: {{kind: {kind}}}", seen):
                own = block is found
                yield below, keys_of(block, common if own else BESIDE), _about(found) if own else ""


def _about(block: type[BaseModel]) -> str:
    return " ".join((block.__doc__ or "").split("\n\n")[0].split())


def document(language: str) -> str:
    """The whole document."""
    lines = [f"# {said(TITLE, language)}", "", *textwrap.wrap(said(ABOUT, language), WIDTH), ""]
    for path, keys, about in parts():
        lines += [f"## `{path}`", ""]
        lines += [*textwrap.wrap(said(about, language), WIDTH), ""] if about else []
        lines += list(table(keys, language)) if keys else []
    return "\n".join(lines).rstrip("\n") + "\n"


def table(keys: list[Key], language: str) -> Iterator[str]:
    """The lines of a table of keys, and an empty one."""
    yield "| " + " | ".join(said(head, language) for head in HEADS) + " |"
    yield "|---" * len(HEADS) + "|"
    for one in keys:
        default = said(one.default, language) if one.default == REQUIRED else _code(one.default)
        unit = (
            " · ".join(f"`{part}`" for part in one.unit.split(" | ")) if " | " in one.unit else said(one.unit, language)
        )
        meaning = said(one.meaning, language).replace("|", "\\|")
        yield f"| `{one.path}` | {unit} | {default} | {meaning} | {_code(one.example)} |"
    yield ""


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def path_of(language: str) -> Path:
    """Where the document stands."""
    return ROOT / "docs" / ("keys.md" if language == "en" else f"keys.{language}.md")


if __name__ == "__main__":
    sys.exit(generated.main({path_of(language): document(language) for language in LANGUAGES}, "declarations are"))
