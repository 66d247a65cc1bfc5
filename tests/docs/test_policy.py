"""docs/policy.md: every question has a wording, and every wording pays what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sim
from tests.docs.reading import blocks, text

POLICY = "docs/policy.md"
QUESTION = re.compile(r"^### … (.+)\?$", re.MULTILINE)


@pytest.mark.parametrize("wording", blocks(POLICY, "yaml"))
def test_wording_pays_what_it_says(tmp_path: Path, wording: str) -> None:
    path = tmp_path / "wording.yaml"
    path.write_text(wording, encoding="utf-8")
    results = sim.policy_check(path)
    assert results
    assert {one.name: one.differences for one in results if not one.passed} == {}


def test_every_question_is_answered_once() -> None:
    parts = QUESTION.split(text(POLICY))[1:]
    questions, answers = parts[::2], parts[1::2]
    assert len(set(questions)) == len(questions)
    assert [question for question, answer in zip(questions, answers, strict=True) if answer.count("```yaml") != 1] == []
