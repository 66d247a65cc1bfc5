"""Dates inside a month: parted by days with a note, or refused with what to write; rules of teams that cannot pay."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.results.loading import load
from tests.scenario.minimal import write
from tests.scenario.test_messages import problems

NEW = "policy.rules.base.new"
DAYS = "{since: {2024-01: 10%, 2025-01-15: 20%}}"
RULE = "policy.rules.more"
TABLE = "{rate: " + DAYS + ", products: {hull: " + DAYS + "}}"


def _notes(folder: Path, changes: dict[str, str], sets: tuple[str, ...] = ()) -> list[str]:
    return [str(one) for one in load(write(folder, changes), sets).notes if one.code == "month_by_days"]


@pytest.mark.parametrize(
    ("changes", "sets", "note"),
    [
        ({NEW: DAYS}, (), f"{NEW}.since: 2025-01 has the mean of its 31 days: the value changes on 2025-01-15"),
        ({NEW: TABLE}, (), f"{NEW}.rate.since: 2025-01 has the mean of its 31 days: the value changes on 2025-01-15"),
        ({}, (f"{NEW}={DAYS}",), "the value changes on 2025-01-15"),
        ({NEW: "{since: {2024-03-20: 10%}}"}, (), "the first value holds before its date"),
        (
            {RULE: "{kind: share_bonus, new: 1%, effective_from: 2024-02-29, effective_until: 2024-04}"}, (),
            f"{RULE}: it holds on 1 of the 29 days of 2024-02, and has 1/29 of that month",
        ),
    ],
)  # fmt: skip
def test_a_month_in_parts_is_noted_once(
    tmp_path: Path, changes: dict[str, str], sets: tuple[str, ...], note: str
) -> None:
    found = _notes(tmp_path, changes, sets)
    assert len(found) == 1 and note in found[0]


def test_whole_months_are_not_noted(tmp_path: Path) -> None:
    assert not _notes(tmp_path, {NEW: "{since: {2024-01: 10%, 2025-01-01: 20%}}"})


@pytest.mark.parametrize(
    ("path", "raw", "words"),
    [
        ("start", "2024-01-31", "inside a month, and here months count whole; write 2024-01 or 2024-02"),
        ("market.events.x", "{kind: departure, segment: bank, share: 5%, start: 2024-05-02}", "inside a month"),
        (NEW, "{since: {2024-01: 10%, 2024-01-01: 20%}}", "stated twice"),
        (RULE, "{kind: fixed_bonus, amount: 5, effective_from: 2024-05-02}", "write 2024-05 or 2024-06"),
        (RULE, "{kind: fixed_fee, role: main, per: sale, amount: 5, effective_until: 2024-05-02}", "whole months"),
        (RULE, "{kind: promotion, share: 1%, effective_from: 2024-05-09, effective_until: 2024-05-09}", "later than"),
        ("policy.programme", "{since: {2024-01: true, 2024-05-02: false}}", "only a share or a sum"),
        (RULE, "{kind: pool, share: 1%, product_points: {hul: 2}}", "did you mean hull?"),
    ],
)
def test_what_days_cannot_part_is_refused(tmp_path: Path, path: str, raw: str, words: str) -> None:
    found = problems(tmp_path, {path: raw})
    assert len(found) == 1 and words in f"{found[0].what}; {found[0].remedy}", found


def test_two_sides_need_two_recruits(tmp_path: Path) -> None:
    sides = {RULE: "{kind: legs, rate: 1%}", "segments.bank.sponsors": "{share: 50%, fan_out: 1}"}
    assert "no sponsor has two recruits" in problems(tmp_path, sides)[0].what
    sides = {RULE: "{kind: legs, rate: 1%, legs: stated}", "segments.bank.sponsors": "{share: 50%, fan_out: 2}"}
    assert "column leg" in problems(tmp_path, sides)[0].remedy
