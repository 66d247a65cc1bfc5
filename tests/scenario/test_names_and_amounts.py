"""Names that read alike, amounts to the minor unit, what every segment has, and figures that come to nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.base.errors import ScenarioError
from sim.base.units import EXACT
from sim.scenario.load import load
from tests.scenario.minimal import MINIMAL, write


def refusal(folder: Path, changes: dict[str, object], *sets: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        load(write(folder, changes), sets)
    return str(caught.value)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("segments.Bank", "are one name but for upper and lower case"),
        ("rivals.Other", "are one name but for upper and lower case"),
        ("products.HULL", "are one name but for upper and lower case"),
        ("segments.Hull", 'a product and a segment are both named "Hull" but for upper and lower case'),
        ("rivals.US", "the name us is reserved for ourselves"),
        ("segments.Direct", "the name direct is reserved for ourselves"),
    ],
)
def test_names_that_read_alike_are_refused(tmp_path: Path, path: str, words: str) -> None:
    group = path.partition(".")[0]
    (block,) = MINIMAL[group].values()
    assert words in refusal(tmp_path, {path: block})


def test_letters_that_are_composed_otherwise_are_said(tmp_path: Path) -> None:
    message = refusal(tmp_path, {"segments.bank.mix": {"hu\u200cll": "30%"}})
    assert 'unknown product "hu' in message
    assert "did you mean hull? they differ in blanks or hidden characters inside" in message


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("1000.005", "an amount of money has whole minor units, got 1000.005; write at most two decimals"),
        ("0.001", "got 0.001"), ("{since: {2024-01: 5, 2024-06: 7.123}}", "got 7.123"),
        ("90071992547409.93", f"an amount of money of at most {EXACT} expected, got 90071992547409"),
    ],
)  # fmt: skip
def test_amounts_that_have_no_minor_units_are_refused(tmp_path: Path, value: str, words: str) -> None:
    assert words in refusal(tmp_path, {"products.hull.price": value})


@pytest.mark.parametrize("value", ["0.29", "1.1", "99999999999.37", "70368744177664.01", "1e9", "4503599627370.49"])
def test_amounts_in_minor_units_are_taken(tmp_path: Path, value: str) -> None:
    assert load(write(tmp_path, {"opening.capital": value})).scenario.opening.capital == float(value)


def test_levers_set_amounts_in_minor_units_and_say_so(tmp_path: Path) -> None:
    found = load(write(tmp_path), ("products.hull.price*=1.00012345", "opening.capital=10000000.126"))
    assert found.scenario.products["hull"].price.at(0) == 60_007.41
    assert found.tree["products"]["hull"]["price"] == 60_007.41
    assert {note.path: note.text for note in found.notes if note.code == "money_rounded"} == {
        "opening.capital": "10000000.126 is set in whole minor units, 10000000.13",
        "products.hull.price": "60007.407 is set in whole minor units, 60007.41",
    }


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"segments.bank.mix.hull": "0"}, "sells_nothing"),
        ({"segments.bank.flow": "0"}, "sells_nothing"),
        (
            {"products.hull.claims": "{frequency: 1, severity: {dist: gamma, cv: 1, mean: 0}}"},
            "claims_cost_nothing",
        ),
    ],
)
def test_what_comes_to_nothing_says_so(tmp_path: Path, changes: dict[str, object], code: str) -> None:
    assert code in [note.code for note in load(write(tmp_path, changes)).notes]


# --- every segment ---------------------------------------------------------------------------------------------------

SHOP = "{partners: 3, flow: 1, mix: {hull: 50%}, choice: {review: 9%, weights: {commission: 1}}}"


def composed(folder: Path, *layers: str) -> dict[str, float]:
    """Review and inertia of each segment, of a base with bank and shop under layers."""
    write(folder, {"segments.shop": SHOP}, "base.yaml")
    names = ["base.yaml"]
    for n, text in enumerate(layers):
        names.append(f"layer{n}.yaml")
        (folder / names[-1]).write_text(text, encoding="utf-8")
    (folder / "main.yaml").write_text(f"extends: [{', '.join(names)}]\n", encoding="utf-8")
    segments = load(folder / "main.yaml").scenario.segments
    return {name: one.choice.review.at(0) for name, one in segments.items()}


def every(review: str, more: str = "") -> str:
    return f'segments: {{"*": {{choice: {{review: {review}}}}}{more}}}\n'


def test_what_is_said_of_every_segment_lies_over_the_files_below_it(tmp_path: Path) -> None:
    assert composed(tmp_path) == {"bank": 0.05, "shop": 0.09}
    assert composed(tmp_path, every("20%")) == {"bank": 0.2, "shop": 0.2}


def test_what_is_said_of_one_segment_stands_over_it(tmp_path: Path) -> None:
    assert composed(tmp_path, every("20%", ", shop: {choice: {review: 1%}}")) == {"bank": 0.2, "shop": 0.01}
    assert composed(tmp_path, every("20%"), "segments: {shop: {choice: {review: 1%}}}\n") == {"bank": 0.2, "shop": 0.01}
    assert composed(tmp_path, "segments: {shop: {choice: {review: 1%}}}\n", every("20%")) == {"bank": 0.2, "shop": 0.2}


def test_it_is_also_of_segments_that_come_later(tmp_path: Path) -> None:
    late = SHOP.replace("review: 9%, ", "")
    assert composed(tmp_path, every("20%"), f"segments: {{late: {late}}}\n")["late"] == 0.2
    write(tmp_path, {'segments."*"': "{choice: {inertia: 2}}"}, "alone.yaml")
    text = (tmp_path / "alone.yaml").read_text(encoding="utf-8").replace("'\"*\"'", '"*"')
    (tmp_path / "alone.yaml").write_text(text, encoding="utf-8")
    found = load(tmp_path / "alone.yaml")
    assert list(found.scenario.segments) == ["bank"] and found.scenario.segments["bank"].choice.inertia == 2.0
