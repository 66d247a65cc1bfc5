"""Tracking as a scenario states it: what is refused, where, and with which remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.base.errors import ScenarioError
from sim.base.units import month_ordinal
from sim.scenario.load import Loaded, load
from tests.scenario.minimal import write

T = "segments.bank.tracking"
HYBRID, ONLINE = {"segments.bank.channel": "hybrid"}, {"segments.bank.channel": "online"}
WINDOW = "{kind: referral_window, days: 365d}"


def loaded(folder: Path, changes: dict[str, Any], **how: Any) -> Loaded:
    return load(write(folder, changes), **how)


REFUSED: list[tuple[dict[str, Any], str, str, str]] = [
    ({T: "{codes: 50%, online_share: 40%}"}, f"{T}.online_share", "the segment is offline", "channel: hybrid"),
    ({T: "{online: 50%}"}, f"{T}.online", "the segment is offline", "channel: online or hybrid"),
    ({**ONLINE, T: "{manual: 50%}"}, f"{T}.manual", "manual catches offline sales", "take manual out"),
    ({**HYBRID, T: "{app: 50%}"}, f"{T}.app", "how many of its sales are online", "online_share"),
    ({**HYBRID, T: "{online: 97%}"}, f"{T}.online", "how many of its sales are online", "online_share"),
    ({T: "{app: 50%, discount: 5%}"}, f"{T}.discount", "no sale has one", "state codes"),
    ({T: "{codes: 0%, discount: 5%}"}, f"{T}.discount", "no sale has one", "state codes"),
    ({T: "{codes: 50%, tolerated: 5%}"}, f"{T}.tolerated", "nothing is lost", "penalty"),
    ({T: "{capped: {share: 20%, days: 7d}}"}, f"{T}.capped", "no rule gives bank one", "referral_window"),
    ({T: "{capped: {share: 20%, days: 7}}"}, f"{T}.capped.days", "with its unit", "45d"),
    ({T: "{codes: 150%}"}, f"{T}.codes", "from 0% to 100%", ""),
    ({T: "{code: 50%}"}, f"{T}.code", "unknown key", "codes"),
]


@pytest.mark.parametrize(("changes", "where", "what", "remedy"), REFUSED)
def test_what_is_refused(tmp_path: Path, changes: dict[str, Any], where: str, what: str, remedy: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        loaded(tmp_path, changes)
    found = [one for one in caught.value.problems if one.path.startswith(where) and what in str(one)]
    assert found, [str(one) for one in caught.value.problems]
    assert remedy in found[0].remedy + found[0].what and found[0].line > 0


def test_what_is_stated_stands_and_moves(tmp_path: Path) -> None:
    stated = "{codes: {since: {2024-01: 20%, 2024-06: 60%}}, app: 50%, capped: {share: 20%, days: 7d}, half_life: 6mo}"
    changes = {T: stated, "policy.rules.window": WINDOW}
    bank = loaded(tmp_path, changes, sets=[f"{T}.app=75%"]).scenario.segments["bank"]
    assert bank.tracking is not None and bank.tracking.half_life == 6.0
    months = [month_ordinal(one) for one in ("2024-01", "2024-06")]
    assert [bank.tracking.seen(bank.channel, one) for one in months] == pytest.approx([0.8, 0.9])


def test_what_is_not_stated_is_seen(tmp_path: Path) -> None:
    for channel in ("online", "offline", "hybrid"):
        bank = loaded(tmp_path, {T: "{cost: 5e3}", "segments.bank.channel": channel}).scenario.segments["bank"]
        assert bank.tracking is not None and bank.tracking.credits_all(channel)
        assert bank.tracking.seen(channel, 0) == 1.0
