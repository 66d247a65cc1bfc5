"""A wrong value hides no other fault: what is right in itself is checked with the rest left out."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from tests.docs.reading import blocks

FAULTS = """
extends: base.yaml
months: 36
segments:
  broker: {sales: {law: poison}, mix: {motr: 3%}}
policy:
  rules:
    base: {kind: bse, new: 3%}
    other: {kind: share_bonus, new: 1%, products: [mtor], segments: [brker]}
    third: {kind: share_bonus}
criteria:
  wealth: {kpi: profit, at_least: 0}
"""
TOLD = {
    "months": "write 36mo",
    "segments.broker.sales.law": "did you mean poisson?",
    "segments.broker.mix.motr": 'unknown product "motr"',
    "policy.rules.base.kind": "did you mean base?",
    "policy.rules.other.products[0]": "did you mean motor?",
    "policy.rules.other.segments[0]": "did you mean broker?",
    "policy.rules.third": "a share of nothing",
    "criteria.wealth.kpi": "did you mean result?",
}


def problems(folder: Path, text: str) -> dict[str, str]:
    (folder / "base.yaml").write_text(blocks("README.md", "yaml")[0], encoding="utf-8")
    (folder / "bad.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(sim.ScenarioError) as caught:
        sim.load(folder / "bad.yaml")
    return {one.path: str(one) for one in caught.value.problems}


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, FAULTS)
    assert found.keys() == TOLD.keys()
    assert all(TOLD[path] in text for path, text in found.items())


@pytest.mark.parametrize(
    "text",
    [
        "extends: base.yaml\nproducts: {motor: {price: x}}\n",
        "extends: base.yaml\nproducts: {motor: {claims: {severity: {dist: gama}}}}\n"
        "policy: {rules: {slide: {kind: sliding_scale, role: bonus, provisional: 1%, "
        "points: [{loss_ratio: 1, rate: 1%}]}}}\n",
        "extends: base.yaml\nsegments: {broker: {partners: x}}\n"
        "policy: {rules: {more: {kind: share_bonus, new: 1%, segments: [broker]}}}\n",
        "extends: base.yaml\nrivals: {neighbour: {commission: x}}\n",
        "extends: base.yaml\nopening: 3\nstart: never\nmonths: 1\nname: 3\n",
    ],
)
def test_what_is_left_out_is_not_missed(tmp_path: Path, text: str) -> None:
    """Only what was written wrong is told: nothing else lacks what cannot be read."""
    wrong = {
        "products.motor.price",
        "products.motor.claims.severity.dist",
        "segments.broker.partners",
        "rivals.neighbour.commission",
    }
    found = problems(tmp_path, text)
    assert found.keys() <= wrong | {"opening", "start", "months", "name"}, found


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('"1,000"', "write 1000 or 1.000"),
        ('"1,5"', "write a decimal point: 1.5"),
        ('"1 000 000"', "write it without separators: 1000000"),
    ],
)
def test_a_comma_in_a_number_is_never_guessed(tmp_path: Path, written: str, told: str) -> None:
    (one,) = problems(tmp_path, f"extends: base.yaml\nproducts: {{motor: {{price: {written}}}}}\n").values()
    assert told in one


FORM = """
extends: base.yaml
products: {motor: {price: 30 USD, term: month, expenses: {admin: 5%}}}
segments: {shop: {preset: affiliates, partners: 9, mix: {motr: 5%}}}
rivals: {more: {commission: 20%, strategy: follow}}
policy:
  rules:
    back: {kind: rebate, rate: 2%}
    some: {kind: target_bonus, segments: [shp], window: quarterly, targets: [{at: 100, amount: -5}]}
criteria: {pays: {kpi: profit, at_least: 0}, stays: {kpi: churn, at_most: 5%}}
"""
REMEDIES = {
    "products.motor.price": "write the number alone, 30:",
    "products.motor.term": "write 1mo",
    "products.motor.expenses.admin": "did you mean administration?",
    "segments.shop.preset": "did you mean affiliate?",
    "segments.shop.mix.motr": "did you mean motor?",
    "rivals.more.strategy": "write {kind: follow}",
    "policy.rules.back.kind": "did you mean tiers?",
    "policy.rules.some.segments[0]": "did you mean shop?",
    "policy.rules.some.window": "did you mean quarter?",
    "policy.rules.some.targets[0].amount": "must not be negative",
    "criteria.pays.kpi": "did you mean result?",
    "criteria.stays.kpi": "such as churn.",
}


def test_names_are_looked_up_where_figures_cannot_be_read(tmp_path: Path) -> None:
    """Every name beside faults of form, each fault with its remedy, and nothing that follows from them."""
    found = problems(tmp_path, FORM)
    assert found.keys() == REMEDIES.keys()
    assert all(REMEDIES[path] in text for path, text in found.items())
