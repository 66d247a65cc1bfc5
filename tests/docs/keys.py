"""docs/keys.md: every key of the language, made from the declarations.

python -m tests.docs.keys            says whether the document, and its Russian, are as the declarations are
python -m tests.docs.keys --write    writes them
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
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
DOCUMENT = ROOT / "docs" / "keys.md"
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
ALL_KINDS = "keys of every kind"
HEADS = ("key", "unit", "default", "meaning", "example")


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


def document() -> str:
    """The whole document."""
    lines = [f"# {TITLE}", "", *textwrap.wrap(ABOUT, WIDTH), ""]
    for path, keys, about in parts():
        lines += [f"## `{path}`", ""]
        lines += [*textwrap.wrap(about, WIDTH), ""] if about else []
        lines += list(table(keys)) if keys else []
    return "\n".join(lines).rstrip("\n") + "\n"


def table(keys: list[Key]) -> Iterator[str]:
    """The lines of a table of keys, and an empty one."""
    yield "| " + " | ".join(HEADS) + " |"
    yield "|---" * len(HEADS) + "|"
    for one in keys:
        default = one.default if one.default == REQUIRED else _code(one.default)
        unit = " · ".join(f"`{part}`" for part in one.unit.split(" | ")) if " | " in one.unit else one.unit
        meaning = one.meaning.replace("|", "\\|")
        yield f"| `{one.path}` | {unit} | {default} | {meaning} | {_code(one.example)} |"
    yield ""


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


if __name__ == "__main__":
    sys.exit(generated.main({DOCUMENT: document()}, "declarations are"))
