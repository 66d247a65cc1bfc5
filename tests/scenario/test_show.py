"""The resolved scenario, the origin of every value, and what vouches for each figure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.base.errors import ScenarioError
from sim.scenario.editor import DIALECT, json_schema, schema_text
from sim.scenario.language.dump import yaml_of
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Origin, plain
from sim.scenario.language.reading import Reader
from sim.scenario.load import load
from sim.scenario.show import figures, origin_lines, resolved_yaml
from tests.scenario.minimal import changed, text_of, write

SCHEMA = Path(__file__).parents[2] / "scenarios" / "scenario.schema.json"
COMMITTED = sorted(path for path in SCHEMA.parent.rglob("*.yaml") if "experiments" not in path.parts)
RENEW = (
    "the scenario language has changed; run python -c 'from sim.scenario.editor import schema_text; "
    'open("scenarios/scenario.schema.json", "w", encoding="utf-8").write(schema_text())\''
)
ODD_NAME = '"a: b\\n \\u202e=1 №7 😀 \\x85"'


def test_resolved_loads_to_the_same_scenario(tmp_path: Path) -> None:
    write(tmp_path, {"name": ODD_NAME, "segments.shop": "{preset: broker, partners: 2, mix: {hull: 9%}}",
                     "policy.rules.base.new": "{since: {2024-01: 15%, 2025-01: 1.0e-7}}"}, "base.yaml")  # fmt: skip
    path = tmp_path / "main.yaml"
    path.write_text("schema: 1\nextends: base.yaml\nsegments: {shop: {choice: {inertia: null}}}\n", encoding="utf-8")
    first = load(path, ["seed=9", 'products."Каско, 2"={price: 5, cost_ratio: 50%}'])
    text = resolved_yaml(first)
    again_path = tmp_path / "resolved.yaml"
    again_path.write_text(text, encoding="utf-8")
    again = load(again_path)
    assert again.scenario == first.scenario
    assert resolved_yaml(again) == text
    assert text.splitlines()[1] == "schema: 1"
    assert "preset:" not in text


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCALARS = st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | TEXT
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
TREES = st.recursive(
    SCALARS | NUMBERS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXT, below, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(TEXT, TREES, min_size=1, max_size=4))
def test_what_is_dumped_is_read_back(tree: dict[str, Any]) -> None:
    reader = Reader(Findings())
    node = reader.parse(yaml_of(tree), Origin("", 0, 0))
    assert reader.findings.problems == []
    assert plain(node) == tree


@given(st.text(max_size=60) | st.text("[]{}:,-?&*!|>'\"%@` \n\tab01#<", max_size=60))
def test_no_text_escapes_as_another_error(text: str) -> None:
    from sim.base.errors import ScenarioError

    try:
        Reader(Findings()).parse(text, Origin("", 0, 0))
    except ScenarioError as error:
        assert error.problems


def test_origins_of_every_value(tmp_path: Path) -> None:
    loaded = load(write(tmp_path, {"segments.shop": "{preset: broker, partners: 2, mix: {hull: 9%}}"}), ["seed=9"])
    lines = {line.path: line for line in origin_lines(loaded)}
    assert lines["seed"].origin.kind == "set"
    assert lines["seed"].value == 9
    assert lines["segments.shop.fraud"].origin.kind == "default"
    assert lines["segments.shop.adverse"].origin.kind == "preset"
    assert lines["opening.capital"].origin.kind == "file"
    assert lines["currency"].value == "RUB"
    assert str(lines["products.hull.price"]).endswith("main.yaml:10:12)")
    assert "policy.rules.base.new.rate" not in lines
    assert len(lines) == len(origin_lines(loaded))


def test_figures_inherit_from_the_nearest_block(tmp_path: Path) -> None:
    changes = {
        "products.hull.source": "tariff 2024", "products.hull.claims.assumed": "guess",
        "segments.bank.assumed": "a, b", "segments.bank.choice.source": "survey",
    }  # fmt: skip
    write(tmp_path, changes, "base.yaml")
    path = tmp_path / "main.yaml"
    path.write_text("schema: 1\nextends: base.yaml\nsegments: {bank: {partners: 12}}\n"
                    "rivals: {other: {source: report}}\n", encoding="utf-8")  # fmt: skip
    found = {item.path: (item.status, item.text) for item in figures(load(path, ["products.hull.price=5"]))}
    assert found["products.hull.renewal"] == ("sourced", "tariff 2024")
    assert found["products.hull.claims.severity.cv"] == ("assumed", "guess")
    assert found["segments.bank.choice.review"] == ("sourced", "survey")
    assert found["segments.bank.mix.hull"] == ("assumed", "a, b")
    assert found["segments.bank.partners"] == ("unstated", "")  # put over the block by another file
    assert found["products.hull.price"] == ("unstated", "set on the command line")
    assert found["rivals.other.commission"] == ("sourced", "report")  # said of figures that lie below
    assert found["opening.capital"] == ("unstated", "")
    assert not {"seed", "months", "start", "name"} & set(found)


def test_a_source_by_key_vouches_for_that_key_alone(tmp_path: Path) -> None:
    blocks = {"segments.bank.source": "{partners: register, mix: survey}", "segments.bank.assumed": "the rest"}
    found = {item.path: (item.status, item.text) for item in figures(load(write(tmp_path, blocks)))}
    assert found["segments.bank.partners"] == ("sourced", "register")
    assert found["segments.bank.mix.hull"] == ("sourced", "survey")
    assert found["segments.bank.flow"] == found["segments.bank.choice.review"] == ("assumed", "the rest")
    with pytest.raises(ScenarioError) as refused:
        load(write(tmp_path, {"segments.bank.source": "{partnres: register}"}))
    assert 'source names "partnres", which is no key of its block' in str(refused.value)


def test_committed_schema_is_current() -> None:
    assert SCHEMA.read_text("utf-8") == schema_text(), RENEW


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_committed_scenarios_name_their_schema_and_load(path: Path) -> None:
    first = path.read_text("utf-8").splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (path.parent / first.partition("$schema=")[2]).resolve() == SCHEMA.resolve()
    load(path)


def test_schema_takes_what_the_loader_takes(tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    checker = jsonschema.Draft202012Validator(json_schema())
    assert json_schema()["$schema"] == DIALECT
    loaded = load(write(tmp_path, {"segments.bank.flow": "{dist: gamma, mean: 3, cv: 1}",
                                   "products.hull.price": "{since: {2024-01: 5}}"}))  # fmt: skip
    assert list(checker.iter_errors(json.loads(json.dumps(loaded.tree)))) == []
    assert list(checker.iter_errors({"schema": 1, "extends": "base.yaml", "products": {"hull": {"price": 5}}})) == []
    for wrong in ({"comission": 1}, {"seed": "x"}, {"products": {"hull": {"prise": 1}}}, {"months": 12}):
        assert list(checker.iter_errors({"extends": "base.yaml", **wrong})), wrong


def test_minimal_text_is_what_it_seems() -> None:
    assert "  hull:\n    price: 60e3\n" in text_of(changed({}))
