"""Finite stock and reservations as a scenario states them: what is refused, and what is noted to change nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.base.errors import ScenarioError
from sim.scenario.load import load
from tests.scenario.minimal import write

FLAT = "{price: 60e3, term: 0mo, cost_ratio: 80%, stock: {units: {2024-01: 20, 2024-07: 10}}}"
STATED: dict[str, Any] = {
    "products": {"hull": FLAT},
    "segments.bank.reserves": "{share: 70%, own_flat: 4mo}",
    "policy.reservation": "{length: {since: {2024-01: 1mo, 2024-09: 2mo}}, fee: 100, most: 40%}",
}


BLANKS = "{segments: [bank], value_of_blank: 1e3, multiple: 2}"


def flat(stock: str, more: str = "") -> dict[str, Any]:
    return {"products": {"hull": f"{{price: 60e3, term: 0mo, cost_ratio: 80%, stock: {stock}{more}}}"}}


def notes(folder: Path, changes: dict[str, Any]) -> set[str]:
    return {one.code for one in load(write(folder, {**STATED, **changes})).notes}


def test_stock_and_reservations_are_read(tmp_path: Path) -> None:
    scenario = load(write(tmp_path, STATED)).scenario
    stock = scenario.products["hull"].stock
    assert stock is not None and list(stock.released(scenario.start).values()) == [20, 10]
    plain = load(write(tmp_path, {**STATED, **flat("{units: 30}")})).scenario
    stock = plain.products["hull"].stock
    assert stock is not None and stock.released(plain.start) == {plain.start: 30}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"products.hull": "{price: 60e3, cost_ratio: 80%, stock: {units: 20}}"},
         r"hull\.stock: .*sold once.*run for 12mo; write term: 0mo"),
        (flat("{units: 20}", ", repeat: 0.1"), r"hull\.repeat: .*come back.*sold once"),
        (flat("{units: {since: {2024-01: 20, 2024-07: 10}}}"), r"stock\.units.*put on sale by date, not levels"),
        (flat("{units: -5}"), r"stock\.units.*5"),
        (flat("{units: 20.5}"), r"stock\.units.*20\.5"),
        (flat('{units: "20"}'), r"stock\.units.*20"),
        (flat("{units: {2024-13: 20}}"), r"stock\.units.*2024-13"),
        (flat("{unit: 20}"), r"unit.*units"),
        (flat("{units: 20, partners_only: 25}"), r"partners_only comes to 25 units where only 20"),
        (flat("{units: {2024-01: 5, 2024-07: 20}, partners_only: {2024-03: 6}}"), r"comes to 6 .* only 5"),
        ({"products": {"hull": "{price: 60e3, term: 0mo, cost_ratio: 80%}"}},
         r"bank\.reserves: bank sells no product with stock.*stock\.units"),
        ({"products": {"hull": "{price: 60e3, term: 0mo, cost_ratio: 80%}"}, "segments.bank.reserves": None},
         r"policy\.reservation: no product has a stock"),
        ({"policy.reservation": None}, r"bank\.reserves: .*says nothing of reservations; .*length: 0mo where none"),
        ({"segments.bank.reserves": "{share: 70%, own_flat: 4}"}, r"own_flat: .*a duration with its unit.*got 4"),
        ({"segments.bank.reserves": "{share: 70%, own_flat: 15d}"}, r"own_flat: .*at least 1mo"),
        ({"segments.bank.reserves": "{share: 70, own_flat: 4mo}"}, r"share.*70"),
        ({"segments.bank.reserves": "70%"}, r"bank\.reserves: .*got text \"70%\""),
        ({"policy.reservation": "{length: 15d}"}, r"length: .*whole number of months"),
        ({"policy.reservation": "{length: 100mo}"}, r"length: .*at most 60mo, got 100mo"),
        ({"policy.reservation": "{fee: 100}"}, r"length.*required|reservation.*length"),
        (flat("{units: 20, price_held: true}", ", price_cv: 0.2"), r"price_held: prices of hull vary"),
        (flat("{units: 20, approval: {wait: 10d}}"), r"approval\.wait: .*whole number of months"),
        (flat("{units: 20, approval: {refuse: 20}}"), r"refuse.*20%"),
        ({"policy.deposits": BLANKS},
         r"bank\.reserves: .*sell on blanks"),
        (flat("{units: 20, approval: {wait: 1mo}}") | {"policy.deposits": BLANKS},
         r"approval\.wait: partners of bank sell hull on blanks"),
        ({"criteria.soon": "{kpi: plan_gap, at_most: 0}"}, r"criteria\.soon\.kpi: no product has a plan.*stock\.plan"),
        ({"market.events.bad": "{kind: crisis, start: 2024-03, length: 6mo, own_flat: 0}"}, r"own_flat.*0"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(changes: dict[str, Any], told: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=told) as found:
        load(write(tmp_path, {**STATED, **changes}))
    assert "main.yaml" in str(found.value)


def test_what_changes_nothing_is_noted(tmp_path: Path) -> None:
    assert not {"nobody_reserves", "nothing_on_sale"} & notes(tmp_path, {})
    assert "nothing_on_sale" in notes(tmp_path, flat("{units: {2031-01: 20}}"))
    assert "nobody_reserves" in notes(tmp_path, {"segments.bank.reserves": None})
    crisis = "{kind: crisis, start: 2024-03, length: 6mo, own_flat: 2}"
    nobody = {"segments.bank.reserves": None, "policy.reservation": None, "market.events.bad": crisis}
    assert "nobody_reserves" in notes(tmp_path, nobody)
