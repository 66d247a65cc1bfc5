"""The language of what a command says: of the option, else of the environment, else of the locale, else English."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.command.application import call
from sim.command.frame.interrupts import Interrupts
from sim.command.frame.options import LOCALES, Language, language
from tests.command.running import tiny


@pytest.mark.parametrize(
    ("locales", "expected"),
    [
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "ru"}, "ru"),
        ({"LC_ALL": "C", "LANG": "ru_RU.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "ru_RU", "LANG": "en_US"}, "ru"),
        ({"LANG": "rum_RO"}, "en"),
        ({"LANG": "de_DE"}, "en"),
        ({}, "en"),
    ],
)
def test_the_locale_decides_where_nothing_is_stated(
    locales: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in LOCALES:
        monkeypatch.delenv(name, raising=False)
    for name, value in locales.items():
        monkeypatch.setenv(name, value)
    assert language(None) == expected
    assert language(Language.ru) == "ru"


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert call(["examples", *arguments], Interrupts()) == 0
    return capsys.readouterr().out


def test_the_option_goes_before_the_environment_and_that_before_the_locale(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")
    english = said(capsys)
    monkeypatch.delenv("PARTNER_SIM_LANG")
    russian = said(capsys)
    monkeypatch.setenv("PARTNER_SIM_LANG", "ru")
    assert english != russian == said(capsys)
    assert said(capsys, "--lang", "en") == english


def test_check_says_in_russian_that_all_is_well(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tiny(tmp_path)
    assert call(["check", str(file), "--lang", "ru"], Interrupts()) == 0
    assert f"{file}: ошибок нет" in capsys.readouterr().out


def test_a_language_without_labels_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PARTNER_SIM_LANG", "de")
    assert call(["examples"], Interrupts()) == 2
    assert "PARTNER_SIM_LANG" in capsys.readouterr().err
