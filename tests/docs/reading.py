"""Blocks and tables of the documents, as tests read them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def text(name: str) -> str:
    """A document by its path from the project's folder."""
    return (ROOT / name).read_text("utf-8")


def blocks(name: str, language: str) -> list[str]:
    """Fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text(name), re.DOTALL | re.MULTILINE)


def table(name: str, mark: str) -> list[list[str]]:
    """Cells of the table between `<!-- mark: begin -->` and its end, without the header and backquotes."""
    found = re.search(rf"<!-- {mark}: begin -->\n(.*?)<!-- {mark}: end -->", text(name), re.DOTALL)
    assert found, f"{name} has no table marked {mark}"
    rows = [line.strip().strip("|").split("|") for line in found[1].strip().splitlines()]
    return [[cell.strip().replace("`", "") for cell in row] for row in rows[2:]]


def column(name: str, mark: str, position: int = 0) -> list[str]:
    """One column of such a table."""
    return [row[position] for row in table(name, mark)]
