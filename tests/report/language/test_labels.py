"""The table of labels is complete in both languages."""

from __future__ import annotations

import csv
import re
from importlib.resources import files

import pytest

from sim.base.errors import OutputError
from sim.judgement.result import Result
from sim.money.flows import FLOWS
from sim.report.language import labels
from sim.report.language.labels import LANGUAGES, Labels
from sim.report.language.numbers import Numbers


def test_every_key_once_in_every_language() -> None:
    lines = files("sim.report.language").joinpath("labels.csv").read_text("utf-8").splitlines()
    rows = list(csv.DictReader(lines, restval=""))
    keys = [row["key"] for row in rows]
    assert len(keys) == len(set(keys))
    of_trades = {f"{trade}.{lang}" for trade in ("sales", "subscription") for lang in LANGUAGES}
    for row in rows:
        assert set(row) == {"key", *LANGUAGES} | of_trades and row["key"] and row["en"] and row["ru"], row
        fields = {tuple(sorted(re.findall(r"\{(\w+)\}", text))) for name, text in row.items() if name != "key" and text}
        assert len(fields) == 1, row
        english = [text for name, text in row.items() if name.endswith("en")]
        assert not re.search("[а-яё]", " ".join(english)), row  # a comma that is not quoted moves the rest along


def test_everything_shown_has_a_label(result: Result) -> None:
    known = set(labels.table())
    assert {f"kpi.{name}" for name in result.figures if "." not in name} <= known
    assert {f"kpi_of.{name.partition('.')[0]}" for name in result.figures if "." in name} <= known
    assert {f"theory.{name.partition('.')[0]}" for name in result.theory} <= known
    assert {f"metric.{metric.name.partition('.')[0]}" for metric in result.cube.metrics} <= known
    assert {f"metric.{flow.label}" for flow in FLOWS} <= known
    assert {f"risk.{name}" for name in result.risk} <= known


def test_russian_is_russian() -> None:
    rows = {
        key: {lang: re.sub(r"\{\w+\}", "", text) for lang, text in row.items()} for key, row in labels.table().items()
    }
    russian = {key: row["ru"] for key, row in rows.items() if re.search("[A-Za-z]{4}", row["en"])}
    assert not [key for key, text in russian.items() if not re.search("[а-яё]", text.lower())]


def test_unknown_language_is_refused() -> None:
    with pytest.raises(OutputError, match="en or ru"):
        Labels("de")


@pytest.mark.parametrize(
    ("value", "unit", "en", "ru"),
    [
        (13_501_000_000.0, "money", "13.50 bn RUB", "13,50 млрд ₽"),
        (-2_400_000.0, "money", "\u22122.40 mn RUB", "\u22122,40 млн ₽"),
        (1234.4, "money", "1,234 RUB", "1 234 ₽"),
        (0.8445, "ratio", "84.5 %", "84,5 %"),
        (1.0, "share", "100 %", "100 %"),
        (0.00328, "share", "0.33 %", "0,33 %"),
        (1410.5, "count", "1,410", "1 410"),
        (2.5, "count", "2.5", "2,5"),
        (0.35, "number", "0.350", "0,350"),
        (14.0, "month", "14 (2026-02)", "14 (февраль 2026)"),
        (float("nan"), "money", "–", "–"),
    ],
)
def test_numbers_are_written_as_people_do(value: float, unit: str, en: str, ru: str) -> None:
    for lang, expected in (("en", en), ("ru", ru)):
        assert Numbers(Labels(lang), "RUB", "2025-01").figure(value, unit).replace("\u00a0", " ") == expected


def test_real_numbers_of_a_row_share_their_decimals() -> None:
    assert Numbers(Labels(), "RUB").bare([4.5, 12.25, None], "number") == (["4.5", "12.2", "–"], "")


@pytest.mark.parametrize(
    ("value", "en", "ru"),
    [
        (["80%", "95%"], "80 %, 95 %", "80 %; 95 %"),
        (300_000.0, "300,000", "300 000"),
        (-1234.5, "\u22121,234.5", "\u22121 234,5"),
        (True, "true", "true"),
        ("12mo", "12mo", "12mo"),
        ("2027-01", "2027-01", "2027-01"),
        (1e-07, "1e-07", "1e-07"),
    ],
)
def test_values_of_the_scenario_as_people_write_them(value: object, en: str, ru: str) -> None:
    for lang, wanted in (("en", en), ("ru", ru)):
        assert Numbers(Labels(lang), "RUB").written(value).replace("\u00a0", " ") == wanted


def test_months_in_the_case_of_the_sentence() -> None:
    said = Labels("ru").month
    assert [said("2027-12", case) for case in ("", ".of", ".in")] == ["декабрь 2027", "декабря 2027", "декабре 2027"]
    assert {Labels("en").month("2027-12", case) for case in ("", ".of", ".in")} == {"2027-12"}
    prepositions = re.compile(r"(?<!в месяце )\b(в|до|с|после) \{month\}")
    of_cases = {"pyramid.never", "pyramid.on_lost", "pyramid.on_won"}
    assert {key for key, row in labels.table().items() if prepositions.search(row["ru"])} == of_cases
