"""Every study file of scenarios/experiments loads with its scenarios; those of a small network are played in small."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.base.errors import ScenarioError
from sim.experiments.answer import Answer
from sim.experiments.lab import Lab
from sim.experiments.study import check_scenarios, read_study
from sim.report.language.labels import LANGUAGES, table
from sim.report.study.words import Words
from sim.results.loading import load
from sim.runs.crew import Crew
from sim.statistics import optimising
from sim.statistics import pareto as front

HOME = Path(__file__).parents[2] / "scenarios" / "experiments"
FILES = sorted(HOME.glob("*.yaml"))
SMALL: dict[str, dict[str, Any]] = {
    "frontier": {"replications": 2, "budget": 2},
    "sensitivity": {"replications": 4, "points": 4},
    "reverse_stress": {"replications": 2, "sampled": 16, "rounds": 1},
    "optimise": {"replications": 2, "points": 8, "fresh": 4},
}
SHORT = {"months": "3mo"}
FEW = {"segments.broker.partners": 10}  # of the main scenario


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_loads_with_its_scenarios(path: Path) -> None:
    check_scenarios(read_study(path), path.parent)
    head = path.read_text("utf-8").partition("kind:")[0]
    assert head.startswith("#"), "a study says what it asks"


def played_in_small(path: Path) -> bool:
    return any(re.search(rf"^kind: {kind}\b", path.read_text("utf-8"), re.M) for kind in SMALL)


@pytest.mark.parametrize("path", [path for path in FILES if played_in_small(path)], ids=lambda path: path.stem)
def test_small_versions_are_played_and_put_into_words(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, small in ((optimising, "ROUNDS", 1), (front, "GENERATIONS", 2), (front, "CHILDREN", 4)):
        monkeypatch.setattr(module, name, small)
    study: Any = read_study(path)
    few = FEW if "broker" in load(path.parent / study.policy.scenario).scenario.segments else {}
    policy = study.policy.model_copy(update={"set": {**study.policy.set, **SHORT, **few}})
    with Crew(1) as crew:
        answer = study.model_copy(update={"policy": policy, **SMALL[study.kind]}).answer(Lab(path.parent, crew))
    said(answer)


def said(answer: Answer) -> None:
    """Every sentence, heading and title has words in each language."""
    for lang in LANGUAGES:
        sentences = Words(answer, lang).sentences()
        assert sentences and not [text for text in sentences if "{" in text]
    inputs = {
        name for one in answer.tables if one.name in ("worlds", "pareto") for name in one.frame
    }  # named by the user
    for one in answer.tables:
        heads = [str(name) for name in one.frame if name not in inputs or one.name == "scan"]
        known = [
            {f"{group}.{one}" for group in ("column", "kpi") for one in (head, re.sub(r"_(low|high)$", "", head))}
            for head in heads
        ]
        assert not [head for head, keys in zip(heads, known, strict=True) if not keys & set(table())]
        assert f"table.{one.name}" in table()
    names = [chart.name for chart in answer.charts]
    assert len(names) == len(set(names)) and all(f"chart.{name.partition('.')[0]}" in table() for name in names)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"kind": "compare", "policies": [1]}, "policies: mapping expected"),
        ({"kind": "compre"}, "did you mean compare"),
        ({"kind": "sweep", "axes": {}}, "axes"),
    ],
)
def test_a_study_from_python_names_the_key_at_fault(fields: dict[str, object], told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        sim.study(fields)
