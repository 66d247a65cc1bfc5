"""Older scenario files brought up to the present language: one function a step."""

from __future__ import annotations

from collections.abc import Callable

from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Node

PRESENT = 1
STEPS: dict[int, Callable[[Node], Node]] = {}
"""By the version they start from. A step returns the tree in the words of the next version."""
RETIRED: dict[str, str] = {"ninety_days": "prudent, true unless stated"}
"""Retired key -> its successor, for keys that no step can translate."""


def migrated(node: Node, findings: Findings) -> Node:
    """The tree of one file in the present language; a file that states no version is taken as present."""
    stated = node.value.get("schema")
    if stated is None:
        return node
    version = stated.value
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        findings.fail("the language version expected", f"write schema: {PRESENT}", ("schema",), stated.origin)
    if version > PRESENT:
        findings.fail(
            f"the file is written in version {version} of the scenario language, this program knows {PRESENT}",
            "install a newer partner-sim",
            ("schema",),
            stated.origin,
        )
    for step in range(version, PRESENT):
        node = STEPS[step](node)
    return node
