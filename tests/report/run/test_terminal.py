"""The terminal shows a result in any encoding, and nothing in a name steers it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

import sim
from sim.judgement.result import Result
from sim.report.run import terminal
from tests.scenario.hostile import OUTPUT_CASES, output_scenario


def shown(result: Result, encoding: str = "utf-8", lang: str = "en", width: int = 140) -> str:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    terminal.show(result, Console(file=file, width=width), lang)
    file.flush()
    return file.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined]


def test_verdict_comes_first(result: Result) -> None:
    lines = shown(result, width=240).replace("\u00a0", " ").splitlines()
    assert lines[0].startswith("FAIL")
    assert "big" in lines[3] and "wanted at least 1,000.00" in lines[3]
    text = "\n".join(lines)
    assert "Result over the horizon" in text and "95 % interval" in text and "theory at opening 65 %" in text


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "cp866", "ascii", "latin-1", "utf-16"])
@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("width", [40, 80, 200])
def test_any_encoding_and_width(result: Result, encoding: str, lang: str, width: int) -> None:
    text = shown(result, encoding, lang, width)
    if lang == "ru" and encoding in ("cp1251", "cp866"):
        assert text.startswith("НЕ ПРОЙДЕНО") and "?" not in text
    if lang == "en":
        assert text.startswith("FAIL")


@pytest.mark.parametrize("case", OUTPUT_CASES)
def test_names_do_not_steer_it(tmp_path: Path, case: str) -> None:
    path = output_scenario(case, tmp_path)
    extra = "criteria:\n  '[red]x[/red]': {kpi: result, at_least: 0}\n"
    path.write_text(path.read_text("utf-8") + extra, "utf-8")
    text = shown(sim.run(sim.load(path, ["months=2mo"]), replications=1, workers=1))
    assert "[red]x[/red]" in text
    assert not set(text) & set("\x1b\x07\r\u202e\u2028")
