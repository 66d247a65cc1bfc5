"""The premium of the month's sales and renewals: at one price, of varying sum, or contract by contract.

Notation: p product, n rows.
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers
from sim.base.columns import Table
from sim.base.errors import Problem, ScenarioError
from sim.base.luck import purpose
from sim.contracts import sales
from sim.engine.layout.lines import Line
from sim.engine.stages.business import changing, limiting
from sim.engine.state.now import Now
from sim.engine.state.sales_limits import Limits
from sim.engine.state.work_space import WorkSpace

NEW = "premium_new"
MOST_DRAWN = 50_000_000  # contracts of a month, each with a premium of its own: some 800 MB


def premium_is_written(now: Now, table: Table, limits: Limits | None, work: WorkSpace) -> None:
    """Write the premium of new contracts and of renewals."""
    work.sales.clear()
    for line in now.plan.lines:
        _write(now, table, limits, work, line)


def _write(now: Now, table: Table, limits: Limits | None, work: WorkSpace, line: Line) -> None:
    p, price = line.position, line.price_minor[now.t]
    for count, name in ((table.new[p], NEW), (table.renewed[p], "premium_renewal")):
        out = table.array(name)[p]
        if line.sizes is not None:
            _draw_sizes(now, work, line, count, name, out)
        elif line.product.price_cv > 0:
            word = purpose(f"{name}.{line.name}")
            sales.random_premium(count, price, line.product.price_cv, work.keys, word, out)
        else:
            sales.premium(count, price, out)
        if name != NEW:
            changing.renewals_take_their_level(table, line, out)
        limiting.hold_premium(now, table, limits, p, count, out)


def _draw_sizes(now: Now, work: WorkSpace, line: Line, count: Integers, name: str, out: Integers) -> None:
    """Premium of contracts that differ in size; new ones are told of one by one where a rule reads them."""
    assert line.sizes is not None
    kind, params = line.sizes
    _refuse_too_many(line, int(count.sum(dtype=np.float64)))
    rows, drawn = np.empty((2, int(count.sum())), dtype=np.int64)
    word = purpose(f"{name}.{line.name}")
    sales.sized_premium(count, int(line.price_minor[now.t]), kind, params, work.keys, word, rows, drawn, out)
    if line.sales_read and name == NEW:
        work.sales.add(line.position, rows, drawn)


def _refuse_too_many(line: Line, number: int) -> None:
    if number > MOST_DRAWN:
        what = f"{number:,} contracts of a month would each have a premium drawn, at most {MOST_DRAWN:,} can"
        raise ScenarioError(Problem(f"products.{line.name}.sizes", what, "leave sizes out, or let fewer be sold"))
