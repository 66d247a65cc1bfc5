"""docs/rules.md is as the declarations are; every kind of rule has a formula, keys with meanings, and one case.

The cases are played by tests/worked, from the file that they stand in.
"""

from __future__ import annotations

import pytest
import yaml

from sim.policy.rule import Rule
from sim.scenario.keys import keys_of
from tests.docs.reading import blocks, text
from tests.docs.rules import CASES, OF_ALL, PHASES, cases, document, formulas, rules


def test_the_document_is_made_from_the_declarations() -> None:
    assert text("docs/rules.md") == document()


def test_every_kind_has_one_formula() -> None:
    assert {kind: len(found) for kind, rule in rules().items() if len(found := formulas(rule)) != 1} == {}


@pytest.mark.parametrize(("kind", "rule"), rules().items())
def test_every_kind_has_keys(kind: str, rule: type[Rule]) -> None:
    keys = keys_of(rule, OF_ALL)
    assert keys
    assert [key.path for key in keys if not (key.unit and key.meaning)] == []
    assert rule.phase in PHASES


def test_every_kind_has_a_case_that_can_be_copied() -> None:
    """Each block of the document is a file of its own with the case as it stands in the file that is played."""
    played = yaml.safe_load(CASES.read_text("utf-8"))["cases"]
    shown = [yaml.safe_load(block) for block in blocks("docs/rules.md", "yaml")]
    assert shown == [{"schema": 1, "cases": {kind: played[kind]}} for kind in rules()]
    assert set(played) == set(cases()) == set(rules())
    without = [kind for kind, case in played.items() if kind not in {one["kind"] for one in case["rules"].values()}]
    assert without == []
