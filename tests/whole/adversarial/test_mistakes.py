"""The set does its work: each mistake turns the verdict on some of its policies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.whole.adversarial.cases import CASES
from tests.whole.adversarial.mistakes import MISTAKES
from tests.whole.adversarial.playing import play, verdict


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.__name__)
def test_a_mistake_turns_a_verdict(
    mistake: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mistake(monkeypatch)
    for name in MISTAKES[mistake]:
        policy = CASES[name].policy
        assert play(policy, tmp_path).verdict != verdict(policy), name
