"""The presets of segments: each loads, says that it is assumed, and leaves numbers and mix to the scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import plain
from sim.scenario.language.presets import FILE, NAME
from sim.scenario.language.reading import Reader
from sim.scenario.load import load
from sim.scenario.show import figures
from tests.scenario.minimal import write

PRESETS = plain(Reader(Findings()).read(FILE, NAME, "preset"))
EXPECTED = {"bank", "car_dealer", "leasing_company", "broker", "network_broker", "agent_company", "affiliate",
            "influencer", "retail_dealer", "estate_agent", "integrator"}  # fmt: skip


def test_names() -> None:
    assert set(PRESETS) == EXPECTED


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_preset_loads_and_every_figure_is_assumed(tmp_path: Path, name: str) -> None:
    assert not {"partners", "mix", "cost", "preset"} & set(PRESETS[name])
    assert "entry" not in PRESETS[name]["turnover"]
    loaded = load(write(tmp_path, {"segments.x": f"{{preset: {name}, partners: 1, mix: {{hull: 1%}}}}"}))
    assert loaded.notes == ()
    stated = [figure for figure in figures(loaded) if figure.path.startswith("segments.x.")]
    unsaid = {figure.path for figure in stated if figure.status != "assumed"}
    assert unsaid == {"segments.x.partners", "segments.x.mix.hull"}
    assert len(stated) > 12
