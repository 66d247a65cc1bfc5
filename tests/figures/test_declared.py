"""Declarations of figures: complete, without clashes, and each key figure with one formula."""

from __future__ import annotations

import re

import pytest

from sim.base.errors import SimError
from sim.figures.figure import Figure, Words
from sim.figures.key import KEY, sums_of
from sim.figures.monthly import MONTHLY, laid_out, spans
from sim.results import by_part, features, sums, whole

RATES = ("irr", "return_on_capital", "solvency_ratio_lowest", "switching_rate")
WORDS = Words("rainy days", "дождливые дни")


def test_every_key_figure_has_one_formula() -> None:
    plain = [one for one in KEY if not one.ratio_of]
    declared = [(one.axis, one.name) for one in plain if not one.is_one]
    assert sorted(declared) == sorted((axis, name) for axis, of in by_part.FORMULAS.items() for name in of)
    assert sorted(one.name for one in plain if one.is_one) == sorted(whole.FORMULAS)


def test_a_ratio_says_of_which_sums_it_is() -> None:
    """All that is a ratio by its unit is one of sums, but for rates a year and the lowest of many."""
    ratios = {(one.axis, one.name): one.ratio_of for one in KEY if one.ratio_of}
    by_unit = {(one.axis, one.name) for one in KEY if one.unit in ("ratio", "share")}
    assert by_unit - set(ratios) == {("whole", name) for name in RATES} | {("credited", "pay_ratio_lowest")}
    assert all(sums.known(name) for (axis, _), of in ratios.items() if axis == "whole" for pair in of for name in pair)
    assert sums_of("a / b + c / d") == (("a", "b"), ("c", "d"))
    for wrong in ("a", "a / b / c", "a / b + c"):
        with pytest.raises(SimError, match=f'got "{re.escape(wrong)}"'):
            sums_of(wrong)


def test_every_feature_of_a_figure_is_known() -> None:
    assert {one.feature for one in KEY} - {""} == set(features.FEATURES)


def test_names_of_columns_are_distinct() -> None:
    axes = {one.axis: ("",) if one.is_one else (f"{one.axis} a", f"{one.axis} b") for one in MONTHLY}
    metrics = laid_out(axes)
    assert len({one.name for one in metrics}) == len(metrics)
    assert len({(one.axis, one.name) for one in KEY}) == len(KEY)
    assert [slice_.stop - slice_.start for _, slice_ in spans(metrics)] == [1 if one.is_one else 2 for one in MONTHLY]


def test_a_figure_of_one_name_has_one_label() -> None:
    for one in MONTHLY:
        assert {other.words for other in MONTHLY if other.name == one.name} == {one.words}


def test_a_trade_has_its_own_words() -> None:
    (ratio,) = (one for one in KEY if one.name == "loss_ratio" and one.is_one)
    assert ratio.text_in("ru").startswith("Убыточность") and ratio.text_in("en", "sales").startswith("Cost of goods")
    assert Figure("rain", "number", WORDS).text_in("en", "sales") == "rainy days"


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"name": "Rainy days"}, "'Rainy days'"),
        ({"unit": "litre"}, 'rain: unit "litre" is none of money, count'),
        ({"axis": "town"}, 'rain: axis "town" is none of whole'),
        ({"adds": "mean"}, 'rain: adds "mean" is none of flow, stock, none'),
        ({"words": Words("rainy days", " ")}, "rain has no text in ru"),
        ({"words": "rainy days"}, "rain has no text in en and ru"),
        ({"trade": {"sales": Words("", "дождь")}}, "rain has no text in en"),
    ],
)
def test_a_wrong_declaration_is_refused(stated: dict[str, object], message: str) -> None:
    with pytest.raises(SimError, match=message):
        Figure(**({"name": "rain", "unit": "count", "words": WORDS} | stated))  # type: ignore[arg-type]


def test_a_monthly_figure_whose_name_is_taken_is_refused() -> None:
    for own in ([Figure("claims", "count", WORDS)], [Figure("rain", "count", WORDS)] * 2):
        with pytest.raises(SimError, match=rf'{own[0].name} \("rainy days"\) has the name of another \(".+"\)'):
            laid_out({}, own)
