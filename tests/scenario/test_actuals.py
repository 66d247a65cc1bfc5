"""What happened, beside a scenario: named from its file, read with it, refused with the place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.base.errors import ScenarioError
from sim.scenario.language.actuals import Part
from sim.scenario.load import load
from tests.scenario.minimal import write

HAPPENED = "month,segment,premium\n2024-01,bank,1250.5\n"


def test_it_is_named_from_the_file_that_states_it(tmp_path: Path) -> None:
    path = write(tmp_path / "years", {"actuals": "over.csv"}, "base.yaml")
    (tmp_path / "years" / "over.csv").write_text(HAPPENED, "utf-8")
    (tmp_path / "main.yaml").write_text("schema: 1\nextends: years/base.yaml\n", "utf-8")
    for loaded in (load(path), load(tmp_path / "main.yaml")):
        assert loaded.actuals is not None and loaded.beside["actuals"] == tmp_path / "years" / "over.csv"
        found = loaded.actuals[Part("segment", "bank")]["premium"]
        assert found[0] == 1250.5 and np.isnan(found[1:]).all()
        assert loaded.files[-1] in loaded.digests
    assert loaded.tree["actuals"] == "years/over.csv"
    assert load(tmp_path / "main.yaml", ["actuals="]).actuals is None


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("month,segment,premium\n2024-01,banc,1\n", 2, 'actuals.segment: the scenario has no segment "banc"; .* bank'),
        (
            "month,premium\n2024-01,1\n2031-01,1\n",
            3,
            "actuals.month: 2031-01 is not in the scenario, .*; leave the row",
        ),
        ("month,premium\n2024-01,a lot\n", 2, 'actuals.premium: number expected, got "a lot"; such as 12.5'),
        ("month\n2024-01\n", 1, "actuals: the file tells nothing; fill in one of premium"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(tmp_path: Path, text: str, line: int, says: str) -> None:
    path = write(tmp_path, {"actuals": "over.csv"})
    (tmp_path / "over.csv").write_text(text, "utf-8")
    with pytest.raises(ScenarioError, match=rf"over\.csv:{line}: {says}") as caught:
        load(path)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize("name", ["none.csv", "../over.csv", ".", '""'])
def test_a_file_that_is_not_there_is_refused_with_the_line_that_names_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(write(tmp_path / "in", {"actuals": name}))
    (problem,) = caught.value.problems
    assert problem.line > 0 and problem.path == "actuals" and problem.remedy


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, {"actuals": "over.csv"})
    (tmp_path / "over.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError, match=r"over\.csv"):
        load(path)
