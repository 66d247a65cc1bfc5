"""Putting a calibration's block on top of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML

from sim.scenario.schema import Scenario, scenario_model


def pasted(text: str, base: Mapping[str, Any]) -> Scenario:
    """A scenario with a block of YAML on top of it."""
    return scenario_model().model_validate(_merged(base, YAML(typ="safe").load(text)))


def _merged(base: Any, top: Mapping[str, Any]) -> dict[str, Any]:
    under = base if isinstance(base, Mapping) else {}
    return {
        **under,
        **{key: _merged(under.get(key), one) if isinstance(one, dict) else one for key, one in top.items()},
    }
