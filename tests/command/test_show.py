"""`show` and `explain`: the resolved scenario, where values came from, what a run needs, one partner's months."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from sim.command.frame.compiling import COMPILING
from sim.command.guard import guarded
from sim.judgement.session import lay_out
from sim.report.language.acting_words import in_order
from sim.results.loading import load
from sim.scenario.load import Loaded
from tests.command.running import tiny


def shown(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert guarded(list(map(str, arguments))) == 0
    printed = capsys.readouterr()
    assert set(printed.err.splitlines()) <= {COMPILING}
    return printed.out


def test_what_is_shown_loads_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tiny(tmp_path)
    text = shown(capsys, "show", path, "--set", "segments.bank.flow=33")
    (tmp_path / "again.yaml").write_text(text, encoding="utf-8")
    again = load(tmp_path / "again.yaml")
    assert again.tree == load(path, ["segments.bank.flow=33"]).tree
    assert "# state of a partner: " in text and "# memory: about" in text


def test_notes_are_told_as_comments(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tiny(tmp_path, {"policy.rules.base.new": "{since: {2023-01: 10%, 2024-02-15: 20%}}"})
    text = shown(capsys, "show", path)
    assert "# note: policy.rules.base.new.since: 2024-02 has the mean of its 29 days" in text
    assert load(path).tree == loaded_again(tmp_path, text).tree


def test_order_of_rules_and_terms_of_payment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By phase, then by name, as the book has them; the terms of payment with the month from which they are others."""
    changes = {
        "policy.rules.zeal": "{kind: tiers, role: bonus, reason: 'to sell\n  more', segments: [bank], pilot: 10%, "
        "effective_from: 2024-02, effective_until: 2024-05, scale: {kind: marginal, brackets: [{above: 0, rate: 1%}]}}",
        "policy.rules.keep": "{kind: holdback, months: 3mo, segments: [bank], "
        "share: {since: {2024-01: 10%, 2024-04: 20%}}}",
        "policy.payment.delay": "2mo",
        "segments.shop": "{preset: broker, partners: 1, mix: {hull: 10%}}",
    }
    path = tiny(tmp_path, changes)
    text = shown(capsys, "show", path)
    assert load(path).tree == loaded_again(tmp_path, text).tree
    lines = [line.removeprefix("# ") for line in text.splitlines() if line.startswith("#")]
    first = lines.index("rules in the order in which they act:")
    assert lines[first + 1 : first + 5] == [
        "  1. rate: base (base), all segments, all products, always",
        "  2. rate: zeal (tiers), segments bank, all products, a pilot of 10\u00a0% of the partners, "
        "from 2024-02 until 2024-04",
        "     reason: to sell more",
        "  3. return: keep (holdback), segments bank, all products, always",
    ]
    terms = lines.index("terms of payment:")
    assert lines[terms + 1 : terms + 4] == [
        "  bank: due 2mo after the statement, 10\u00a0% of it held back for 3mo more",
        "  shop: kept by the partner from what it remits, the rest 2mo after the statement",
        "  bank from 2024-04: due 2mo after the statement, 20\u00a0% of it held back for 3mo more",
    ]


def test_it_is_shown_in_russian(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All but the scenario, which loads again, and what it names."""
    path = tiny(tmp_path, {"policy.rules.base.new": "{since: {2023-01: 10%, 2024-02-15: 20%}}"})
    text = shown(capsys, "show", path, "--lang", "ru")
    assert load(path).tree == loaded_again(tmp_path, text).tree
    told = [line for line in text.splitlines()[1:] if line.startswith("# ") and "." not in line.split()[-1]]
    assert told and all(re.search("[а-я]{3}", line) for line in told if not line.startswith("#   ")), told
    assert "#   1. ставка: base (base), все сегменты, все продукты, всегда" in told


def test_order_shown_is_that_of_the_book(tmp_path: Path) -> None:
    bonus = "{kind: tiers, role: bonus, scale: {kind: marginal, brackets: [{above: 0, rate: 1%}]}}"
    later = "{kind: holdback, share: 1%, months: 1mo}"
    loaded = load(tiny(tmp_path, {"policy.rules.b": bonus, "policy.rules.a": later, "policy.rules.c": bonus}))
    _, plan = lay_out(loaded)
    assert in_order(loaded.scenario) == plan.book.rules
    assert [name for name, _ in plan.book.rules] == ["b", "base", "c", "a"]


def loaded_again(folder: Path, text: str) -> Loaded:
    """What was shown, loaded as a scenario."""
    (folder / "again.yaml").write_text(text, encoding="utf-8")
    return load(folder / "again.yaml")


def test_origins(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tiny(tmp_path)
    lines = shown(capsys, "show", path, "--origins", "--set", "months=7mo").splitlines()
    assert "months = 7  (--set)" in lines or "months = '7mo'  (--set)" in lines
    assert any(line.startswith("opening.capital") and f"({path}:" in line for line in lines)
    assert any(line.endswith("(default)") for line in lines)


def test_state_is_broken_down(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, "show", tiny(tmp_path), "--state").splitlines()
    total = int(lines[0].removeprefix("state of a partner: ").removesuffix(" bytes"))
    end = next(number for number, line in enumerate(lines) if line.startswith("work space"))
    sizes = [int(line.split()[0]) for line in lines[1:end]]
    assert total == sum(sizes) and all(sizes)  # what the scenario has no use for is not listed
    assert lines[-4].startswith("20 partners, 6 months") and "GiB free" in lines[-3]
    assert "disk:" in lines[-2] and "time:" in lines[-1]


def test_one_partner(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tiny(tmp_path)
    text = shown(capsys, "explain", path, "bank-01", "--replication", 2)
    months = [line for line in text.splitlines() if "2024-" in line]
    assert len(months) == 6 and "commission.base.hull" in text
    assert len({len(line) for line in months}) == 1
    shown(capsys, "explain", path, "bank-01", "--replication", 2, "--csv", tmp_path / "one.csv")
    with (tmp_path / "one.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["month"] for row in rows] == [f"2024-{month:02}" for month in range(1, 7)]
    assert guarded(["explain", str(path), "bank-01", "--csv", str(tmp_path / "none" / "one.csv")]) == 4
    assert sorted(one.name for one in tmp_path.iterdir()) == ["one.csv", "tiny.yaml"]


def test_one_statement_line_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tiny(tmp_path, {"products.hull.cancellation": "5%"})
    text = shown(capsys, "explain", path, "bank-01", "--month", "2024-03")
    assert "bank-01, 2024-03, replication 0" in text and "15.000%" in text and "premium" in text
    for words in ("Running total", "payment.clawback", "Statement", "Brought forward", "Paid", "Owed to the partner"):
        assert words in text
    assert "Month" not in text and "2024-02" not in text
    russian = shown(capsys, "explain", path, "bank-01", "--month", "2024-03", "--lang", "ru")
    assert "Нарастающий итог" in russian and "К выплате партнёру" in russian and "премия" in russian
    assert guarded(["explain", str(path), "bank-01", "--month", "2025-03"]) == 2
    assert "give a month from 2024-01 to 2024-06" in capsys.readouterr().err


def test_all_statements_as_csv(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tiny(tmp_path)
    text = shown(capsys, "explain", path, "bank-01", "--lines")
    assert text.count("Owed to the partner") == 6 and text.count("2024-06") >= 3
    shown(capsys, "explain", path, "bank-01", "--lines", "--csv", tmp_path / "one.csv")
    with (tmp_path / "one.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    base = [row for row in rows if row["rule"] == "base"]
    assert len(base) == 6 and all(float(row["amount"]) == round(0.15 * float(row["value"]), 2) for row in base)
    assert {row["month"] for row in rows} == {f"2024-{month:02}" for month in range(1, 7)}
