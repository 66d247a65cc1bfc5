"""A study from outside says what it has to say in both languages, everywhere, and is found by its entry point."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import ClassVar, Literal

import openpyxl
import pytest
from rich.console import Console

import sim
from sim.command.guard import guarded
from sim.experiments.answer import Answer, Texts
from sim.experiments.study import Study, read_study
from sim.report.language.labels import LANGUAGES, table
from sim.report.study import answer_folder, answer_plots, answer_terminal
from tests.experiments.tiny import policies
from tests.report.outside import Downturn, installed


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_folder_workbook_terminal_and_pictures(downturn: Answer, lang: str, tmp_path: Path) -> None:
    heads = [Downturn.words[key][lang] for key in ("table.downturn", "column.demand_level")]
    shown = [
        *heads,
        *(
            Downturn.words[key][lang]
            for key in ("chart.downturn", "chart.downturn_luck", "about.downturn_luck", "column.luck")
        ),
    ]
    out = answer_folder.write(downturn, tmp_path / "out", lang)
    page, book = (out / "report.html").read_text("utf-8"), openpyxl.load_workbook(out / "workbook.xlsx")
    screen = io.StringIO()
    answer_terminal.show(downturn, Console(file=screen, width=200), lang)
    cells = " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    for text in ("At 50", "Tried: 1.0, 0.5.") if lang == "en" else ("При 50", "Испробованы уровни: 1.0, 0.5."):
        assert text in page and text in screen.getvalue() and text in cells
    assert not [text for text in shown if text.replace("'", "&#39;") not in page and text not in page]
    assert not [text for text in heads if text not in screen.getvalue() or text not in cells]
    assert Downturn.words["about_column.demand_level"][lang] in cells
    assert (out / "tables" / "downturn.csv").is_file() and "kind: downturn" in (out / "study.resolved.yaml").read_text(
        "utf-8"
    )
    assert json.loads((out / "answer.json").read_text("utf-8"))["sentences"][1]["text"] == "Tried: 1.0, 0.5."
    for chart in downturn.charts:
        drawn = answer_plots.draw(chart, lang, words=downturn.words)
        assert Downturn.words[f"chart.{chart.name}"][lang] in str(
            [text.get_text() for text in drawn.findobj(lambda one: hasattr(one, "get_text"))]
        )
    assert not set(Downturn.words) & set(table()), "words of one answer stay with it"


def test_the_command_knows_an_installed_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policies(tmp_path)
    file = tmp_path / "downturn.yaml"
    file.write_text("schema: 1\nkind: downturn\npolicy: present.yaml\nreplications: 2\n", encoding="utf-8")
    with installed(Downturn):
        assert guarded(["check", str(file)]) == 0
        assert guarded(["study", str(file), "--lang", "ru", "--workers", "1", "--out", str(tmp_path / "out")]) == 0
        assert isinstance(read_study(tmp_path / "out" / "study.resolved.yaml"), Downturn)
    assert "Испробованы уровни" in capsys.readouterr().out
    assert guarded(["check", str(file)]) == 2
    assert 'unknown kind of study "downturn"' in capsys.readouterr().err


def worded(stated: Texts) -> type[Study]:
    """The study with other words."""

    class Worded(Downturn):
        words: ClassVar[Texts] = stated

    return Worded


BAD_WORDS = {
    "a language": (
        {"says.mine": {"en": "Mine."}},
        '"says.mine" has no text in ru; state in its words "says.mine": {"en": ..., "ru": ...}',
    ),
    "both": ({"says.mine": "Mine."}, "no text in en and ru"),
    "a clash": ({"says.cost_world": {"en": "Mine.", "ru": "Моё."}}, '"says.cost_world" is a label already'),
    "values": ({"says.mine": {"en": "{a}", "ru": "{b}"}}, "have different values in braces"),
}


@pytest.mark.parametrize("case", BAD_WORDS)
def test_words_are_refused_before_anything_is_played(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stated, told = BAD_WORDS[case]
    policies(tmp_path)
    file = tmp_path / "bad.yaml"
    file.write_text("schema: 1\nkind: downturn\npolicy: present.yaml\n", encoding="utf-8")
    with installed(worded(stated)):  # type: ignore[arg-type]
        for command in (["check", str(file)], ["study", str(file), "--out", str(tmp_path / "out")]):
            assert guarded(command) == 2
            said = capsys.readouterr()
            assert "Worded" in said.err and told in " ".join(said.err.split()) and "at most" not in said.err


def test_a_kind_that_is_unknown_nameless_or_there_already_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Mine(Downturn):
        kind: Literal["compare"] = "compare"  # type: ignore[assignment]

    class Nameless(Downturn):
        kind: str = "any"  # type: ignore[assignment]

    file = tmp_path / "study.yaml"
    file.write_text("schema: 1\nkind: compare\n", encoding="utf-8")
    for fields, told in (
        ({"kind": "downturm"}, 'unknown kind of study "downturm"'),
        ({}, "required key kind is missing"),
    ):
        with installed(Downturn), pytest.raises(sim.ScenarioError, match=told):
            sim.study(fields)
    for one, told in (
        (Mine, "studies.compare.Compare are both of the kind"),
        (Nameless, 'declare it as kind: Literal["..."]'),
    ):
        with installed(one):
            assert guarded(["check", str(file)]) == 2
        said = " ".join(capsys.readouterr().err.split())
        assert told in said and one.__qualname__ in said
