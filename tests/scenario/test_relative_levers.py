"""Relative levers: what moves, by how much, and what is refused with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.base.errors import ScenarioError
from sim.scenario.load import load
from tests.scenario.minimal import write

RULES = {
    "policy.rules.base.new": {
        "rate": "{since: {2024-01: 10%, 2025-01: 0.12}}",
        "products": "{hull: {rate: 15%, segments: {bank: 0.2}}}",
    },
    "policy.rules.volume": "{kind: tiers, role: bonus, scale: {kind: marginal, brackets: [{above: 0, rate: 1%}]}}",
    "products.hull.renewal": "[60%, 0.7]",
}


def moved(folder: Path, lever: str) -> Any:
    """What stands at the lever's path after it."""
    tree: Any = load(write(folder, RULES), [lever]).tree
    for part in lever.partition("=")[0].rstrip("+-*").replace("[0]", ".0").split("."):
        tree = tree[int(part) if part.isdigit() and isinstance(tree, list) else part]
    return tree


def refused(folder: Path, lever: str) -> str:
    """The message with which a lever is refused."""
    with pytest.raises(ScenarioError) as caught:
        load(write(folder, RULES), [lever])
    (problem,) = caught.value.problems
    assert problem.file == "sets" and problem.source == lever
    return f"{problem.path}: {problem.what}; {problem.remedy}"


def test_dates_and_exceptions_move_together(tmp_path: Path) -> None:
    assert moved(tmp_path, "policy.rules.base.new+=2pp") == {
        "rate": {"since": {"2024-01": "12%", "2025-01": 0.14}},
        "products": {"hull": {"rate": "17%", "segments": {"bank": 0.22}}},
    }


@pytest.mark.parametrize(
    ("lever", "expected"),
    [
        ("products.hull.renewal-=5pp", ["55%", 0.65]),
        ("products.hull.renewal*=90%", ["54%", 0.63]),
        ("products.hull.price*=1.1", 66_000.0),
        ("products.hull.price-=500", 59_500.0),
        ("products.hull.claims.loss_ratio+=0.02", "67%"),
        ("segments.bank.partners*=2", 20),
        ("segments.bank.mix*=1.5", {"hull": "45%"}),
        ("policy.rules.volume.scale.brackets[0].rate+=0.5pp", "1.5%"),
        ("months+=1y", "36mo"),
        ("months*=0.5", "12mo"),
    ],
)
def test_every_figure_in_its_own_unit(tmp_path: Path, lever: str, expected: object) -> None:
    assert moved(tmp_path, lever) == expected


@pytest.mark.parametrize("change", ["+2pp", "+=2pp", "*1.2", "*=1.2"])
def test_both_spellings_move_in_a_mapping_and_in_a_text(tmp_path: Path, change: str) -> None:
    scenario, path = load(write(tmp_path, RULES)), "products.hull.claims.loss_ratio"
    operator, amount = change[0], change[1:].removeprefix("=")
    expected = load(write(tmp_path, RULES), [f"{path}{operator}={amount}"]).tree
    assert scenario.with_({path: change}).tree == expected
    assert load(write(tmp_path, RULES), [f"{path}={operator}{amount}"]).tree == expected


def test_advice_fits_what_is_moved_and_names_what_was_called(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"^with_: segments.bank.partners: .* is a factor; write \*=1.1$"):
        load(write(tmp_path, RULES)).with_({"segments.bank.partners": "+10%"})


def test_levers_follow_each_other(tmp_path: Path) -> None:
    levers = ["policy.rules.base.renewal=10%", "policy.rules.base.renewal+=2pp", "policy.rules.base.renewal*=0.5"]
    assert load(write(tmp_path, RULES), levers).tree["policy"]["rules"]["base"]["renewal"] == "6%"


@pytest.mark.parametrize(
    ("lever", "says"),
    [
        ("policy.rules.base.kind+=1pp", 'policy.rules.base.kind: there is nothing to move in text "base"'),
        ("start+=1mo", 'start: there is nothing to move in text "2024-01"'),
        ("policy.rules.base.nev+=1pp", "policy.rules.base.nev: nothing is stated there that could move; did you mean"),
        ("policy.rules.base.renewal+=1pp", "policy.rules.base.renewal: nothing is stated there"),
        ("policy.rules.base+=1pp", "policy.rules.base: this is a block of kind, new; name the figures"),
        ("policy.rules.volume.scale.brackets+=1pp", "policy.rules.volume.scale.brackets: this is a list of blocks"),
        ("products.hull.claims.severity*=1.1", "products.hull.claims.severity: this is a block of cv, dist"),
        ("policy.rules.base.new+=2%", "policy.rules.base.new: a shift in per cent may be read in two ways; write"),
        ("products.hull.price+=2pp", "products.hull.price: points are of a share, and 60000 is none"),
        ("products.hull.price+=1mo", "products.hull.price: 60000 is no duration"),
        ("months+=1d", "months: 24mo moves by a duration in mo"),
        ("policy.rules.base.new*=0", 'policy.rules.base.new: a factor above 0 expected, got "0"'),
        ("policy.rules.base.new+=a bit", 'policy.rules.base.new: a number expected, got "a bit"'),
        ("policy.rules.base.new+=95pp", "policy.rules.base.new"),
        ("months*=0.55", "months: a whole number of months"),
    ],
)  # fmt: skip
def test_what_cannot_move_is_refused_with_its_place(tmp_path: Path, lever: str, says: str) -> None:
    if lever.endswith("95pp"):
        with pytest.raises(ScenarioError, match="a share"):
            load(write(tmp_path, RULES), [lever])
    else:
        assert refused(tmp_path, lever).startswith(says)
