"""Play the small case and print hashes of what it recorded: run as a script with other settings of numba."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Sequence

import numpy as np

from sim.engine.layout.plan import Plan
from sim.engine.model import PartnerNetwork
from sim.engine.month import MONTH, Stage
from sim.results.metrics import rows
from tests.whole.scenarios import EVERY_RULE, EVERYTHING, plan


def protected(run: Plan, replication: int, month: Sequence[Stage] = MONTH) -> PartnerNetwork:
    """Play a replication with every column write-protected but those that the stage of the time declares."""
    model = PartnerNetwork(run, replication)
    model.stages = {stage.name: _guarded(stage, model) for stage in month}
    model.run()
    return model


def _guarded(stage: Stage, model: PartnerNetwork) -> Callable[[], None]:
    play = stage.bound({**vars(model.nouns), "rivals": model.rivals})

    def guarded() -> None:
        with model.table.writable(stage.written(model.table)):
            play()

    return guarded


def fingerprint(model: PartnerNetwork) -> dict[str, object]:
    """Hash of all integers of a run (money and counts), and the other figures themselves."""
    values = rows(model.datacollector.model_vars)[0, 0]
    named = model.plan.metrics
    whole = [m for m, metric in enumerate(named) if metric.unit in ("money", "count") and metric.figure.axis != "draw"]
    others = [m for m in range(len(named)) if m not in whole]
    integers = np.rint(values[:, whole]).astype(np.int64)
    assert (integers == values[:, whole]).all()
    return {
        "integers": hashlib.sha256(integers.tobytes()).hexdigest(),
        "others": np.nan_to_num(values[:, others], nan=-1.0).ravel().tolist(),
        "states": {
            name: hashlib.sha256(np.ascontiguousarray(model.table.array(name)).tobytes()).hexdigest()
            for name, column in model.table.columns.items() if column.keeps and column.dtype.startswith(("i", "u"))
        },
    }  # fmt: skip


def both() -> list[Plan]:
    """The two scenarios in which everything happens."""
    return [plan({}, EVERYTHING), plan({}, EVERY_RULE)]


def main(guard: bool) -> None:
    found = []
    for run in both():
        if guard:
            model = protected(run, 0)
        else:
            model = PartnerNetwork(run, 0)
            model.run()
        found.append(fingerprint(model))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(guard="guard" in sys.argv)
