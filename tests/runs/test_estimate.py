"""What a run is expected to need, against what it has: rows, bytes, and the time that grows with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.engine.layout.outline import Outline
from sim.engine.layout.plan import Plan, make
from sim.engine.model import PartnerNetwork
from sim.runs.resources import estimate
from tests.whole.network_brokers import MANY
from tests.whole.scenarios import S, plan

MAIN = Path(__file__).parents[2] / "scenarios" / "insurer_partner_channel.yaml"
RETURNING = {f"{S}.turnover.phoenix": {"chance": 0.1}}


def held(run: Plan) -> float:
    """Bytes of all arrays of a replication and of the population that it shares."""
    model = PartnerNetwork(run)
    nouns = [noun for noun in vars(model.nouns).values() if hasattr(noun, "__dict__") and noun is not model.table]
    owners: list[Any] = [run.population, *nouns, *(one.agents for one in model.nouns.channels.networks)]
    loose = [array for owner in owners for array in vars(owner).values() if isinstance(array, np.ndarray)]
    rows = run.population.rows
    table = rows * (model.table.bytes_per_row(True) + model.table.bytes_per_row(False))
    return float(table + sum(array.nbytes for array in loose) + sum(array.nbytes for array in model.nouns.work.buffers))


def needed(run: Plan, replications: int = 1) -> tuple[float, float]:
    return estimate(Outline(run.scenario), replications, 0)


@pytest.mark.parametrize(
    "changes",
    [{"months": "120mo"}, {f"{S}.network": None, f"{S}.flow": 400.0}, RETURNING, {f"{S}.turnover.recruiting": 0.03}],
)
def test_memory_within_a_factor_of_two(changes: dict[str, Any]) -> None:
    """Network brokers with their agents by month, entrants, recruits, and partners under other names."""
    run = plan({**MANY, f"{S}.partners": 2000, **changes})
    assert 0.5 < held(run) / needed(run)[0] < 2.0


def test_memory_of_the_main_scenario() -> None:
    run = make(sim.load(MAIN).scenario)
    assert 0.5 < held(run) / needed(run)[0] < 2.0


def test_time_grows_with_rows_products_and_agents() -> None:
    """No clock here: what has more to do is said to take longer; replications in one table share calls from Python."""
    base = {**MANY, f"{S}.partners": 20_000}
    few, many = needed(plan({**base, f"{S}.turnover.entry": 0.0})), needed(plan({**base, f"{S}.turnover.entry": 300.0}))
    assert 1.3 < many[1] / few[1] < 1.7  # 9 000 entrants beside 20 000
    again = needed(plan({**base, f"{S}.turnover.entry": 0.0, **RETURNING}))
    assert 1.7 < again[1] / few[1] < 2.0  # twice the rows
    plain = needed(plan({**base, f"{S}.turnover.entry": 0.0, f"{S}.network": None, f"{S}.flow": 400.0}))
    assert plain[1] < 0.5 * few[1]
    assert needed(plan(base), 300)[1] == pytest.approx(10 * needed(plan(base), 30)[1])
    small = plan({**MANY, f"{S}.partners": 20})
    assert needed(small, 100)[1] < 10 * needed(small)[1]
