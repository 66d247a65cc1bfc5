"""docs/architecture.md shows the house as it stands."""

from __future__ import annotations

import re

from tests.docs.reading import ROOT, text

ARCHITECTURE = "docs/architecture.md"
SIM = ROOT / "sim"


def test_the_tree_names_every_room() -> None:
    tree = re.search(r"```\nsim/\n(.*?)```", text(ARCHITECTURE), re.DOTALL)
    assert tree
    named: set[str] = set()
    above: list[str] = []
    for line in tree[1].splitlines():
        found = re.match(r"((?:  )+)(\w+)/ +\S", line)
        if found:
            above = [*above[: len(found[1]) // 2 - 1], found[2]]
            named.add("/".join(above))
    rooms = {
        path.relative_to(SIM).as_posix() for path in SIM.rglob("*") if path.is_dir() and path.name != "__pycache__"
    }
    assert named == rooms


def test_the_layers_are_the_contract() -> None:
    stated = re.search(r"## Layers\n\n((?:    .*\n)+)", text(ARCHITECTURE))
    contract = re.search(
        r'name = "data and imports flow one way".*?layers = \[(.*?)\n\]', text("pyproject.toml"), re.DOTALL
    )
    assert stated and contract
    rows = [set(re.findall(r"sim\.(\w+)", row)) for row in reversed(contract[1].strip().splitlines())]
    assert [set(re.findall(r"\w+", row)) for row in stated[1].split("<")] == rows
