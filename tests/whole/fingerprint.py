"""Play the small case in one table and print hashes of what it recorded: a script, for other settings of numba."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Sequence

import numpy as np

from sim.base.arrays import Reals
from sim.engine.layout.plan import Plan
from sim.engine.model import PartnerNetwork
from sim.engine.month import MONTH, Stage
from sim.results.metrics import rows
from tests.whole.scenarios import EVERY_RULE, EVERYTHING, plan

NUMBERS = (0, 1, 2)


def protected(run: Plan, numbers: int | Sequence[int], month: Sequence[Stage] = MONTH) -> PartnerNetwork:
    """Play replications with every column write-protected but those that the stage of the time declares."""
    model = PartnerNetwork(run, numbers)
    model.stages = {stage.name: _guarded(stage, model) for stage in month}
    model.run()
    return model


def _guarded(stage: Stage, model: PartnerNetwork) -> Callable[[], None]:
    rivals = [model.replication(place).rivals for place in range(len(model.numbers))]
    play = stage.bound({**vars(model.nouns), "rivals": rivals})

    def guarded() -> None:
        with model.table.writable(stage.written(model.table)):
            play()

    return guarded


def fingerprint(model: PartnerNetwork) -> list[dict[str, object]]:
    """Of each replication: hash of all its integers (money, most counts), the other figures, hashes of its columns."""
    figures = rows(model.datacollector.model_vars)[0]
    return [_of_figures(model.plan, one) | {"states": _states(model, place)} for place, one in enumerate(figures)]


def _of_figures(run: Plan, values: Reals) -> dict[str, object]:
    named = run.metrics
    money = [m for m, metric in enumerate(named) if metric.unit == "money" and metric.figure.axis != "draw"]
    counts = [m for m, metric in enumerate(named) if metric.unit == "count" and not (values[:, m] % 1.0).any()]
    whole = [*money, *counts]  # partners of several principals are counted by shares
    others = [m for m in range(len(named)) if m not in whole]
    integers = np.rint(values[:, whole]).astype(np.int64)
    assert (integers == values[:, whole]).all()
    return {
        "integers": hashlib.sha256(integers.tobytes()).hexdigest(),
        "others": np.nan_to_num(values[:, others], nan=-1.0).ravel().tolist(),
    }


def _states(model: PartnerNetwork, place: int) -> dict[str, str]:
    """Hashes of a replication's rows in the columns of whole numbers that keep their values, its first row being 0."""
    table, batch = model.table, model.nouns.now.batch
    found = {
        name: table.array(name)[..., batch.rows_of(place)]
        for name, column in table.columns.items() if column.keeps and column.dtype.startswith(("i", "u"))
    }  # fmt: skip
    found["sponsor"] = np.where(found["sponsor"] < 0, -1, found["sponsor"] - batch.first(place))
    return {name: hashlib.sha256(np.ascontiguousarray(column).tobytes()).hexdigest() for name, column in found.items()}


def both() -> list[Plan]:
    """The two scenarios in which everything happens."""
    return [plan({}, EVERYTHING), plan({}, EVERY_RULE)]


def main(guard: bool) -> None:
    found = []
    for run in both():
        if guard:
            model = protected(run, NUMBERS)
        else:
            model = PartnerNetwork(run, NUMBERS)
            model.run()
        found += fingerprint(model)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(guard="guard" in sys.argv)
