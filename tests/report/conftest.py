"""One tiny run for all tests of the report."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.experiments.answer import Answer
from sim.judgement.result import Result
from sim.report.run import folder
from tests.experiments.tiny import policies
from tests.report import tiny
from tests.report.outside import Downturn


@pytest.fixture(scope="session")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """Three replications of 20 banks over eight months, with the panel of the first."""
    return tiny.played(tmp_path_factory.mktemp("scenario"), panels=[0])


@pytest.fixture(scope="session")
def written(result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of the tiny run."""
    return folder.write(result, tmp_path_factory.mktemp("out") / "run", {"panel_replications": [0]})


@pytest.fixture(scope="session")
def downturn(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    """The answer of a study from outside."""
    present, _ = policies(tmp_path_factory.mktemp("downturn"))
    return sim.study(Downturn(policy=str(present), replications=2), workers=1)
