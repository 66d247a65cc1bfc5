"""The mean result of the full map's cells at 24 replications is at least as sure as at 200 plain, independent ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.experiments.lab import Lab
from sim.experiments.study import read_study
from sim.judgement import control_variates
from sim.runs.crew import Crew

PLAIN, SMALL, BATCHES = 200, 24, 3
CELLS = ((10, 6), (6, 13), (8, 9))  # loss ratio, commission


@pytest.mark.long
def test_three_cells_of_the_full_map() -> None:
    path = Path("scenarios/experiments/stress_map_full.yaml")
    study: Any = read_study(path)
    with Crew() as crew:
        lab = Lab(home=path.parent, crew=crew)
        sets = [(*study.policy.sets, *study.across.sets(c), *study.up.sets(r)) for r, c in CELLS]
        sheets = lab.sheets([lab.case(study.policy.scenario, one) for one in sets], range(SMALL * BATCHES))
    for sheet in sheets:
        plain = sheet.figure("result").values.var(ddof=1) / PLAIN
        parts = [
            control_variates.of_sheet(sheet.taken(range(at * SMALL, (at + 1) * SMALL)), "result")
            for at in range(BATCHES)
        ]
        spreads = [
            sheet.taken(range(at * SMALL, (at + 1) * SMALL)).figure("result").values.var(ddof=1)
            for at in range(BATCHES)
        ]
        ours = np.mean([spread / SMALL / one.ratio for spread, one in zip(spreads, parts, strict=True)])
        assert ours <= plain
