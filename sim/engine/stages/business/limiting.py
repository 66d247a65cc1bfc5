"""Stage of the month in which limits on what partners may sell are set, and how sales are cut to them.

A scenario without deposits and credit control has no `Limits`, and nothing here runs.

Notation: p product, s segment, i row, k kind of sale (a product, or a product and contract year).
"""

from __future__ import annotations

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.columns import Table
from sim.base.units import to_minor
from sim.contracts import cuts
from sim.engine.stages.payment import pledging
from sim.engine.state.channels import Channels
from sim.engine.state.market import Market
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.engine.state.sales_limits import FREE, NOWHERE, Limits
from sim.engine.state.work_space import WorkSpace
from sim.policy.terms.credit_control import CreditControl
from sim.settlement import ageing
from sim.settlement.limits import allow, stop

_DUST = 1e-6  # minor units: 0.8 x 10 000 is not quite 8 000


def limits_are_set(
    now: Now, market: Market, channels: Channels, table: Table, limits: Limits | None, work: WorkSpace
) -> None:
    """Deposits are paid in and back, blanks issued; who owes too much, or pays too late, is stopped."""
    if limits is None:
        return
    deposits, credit = now.plan.scenario.policy.deposits, now.policy.credit_control
    limits.contracts[:] = limits.premium[:] = FREE
    limits.refused_premium[:] = 0
    monthly = pledging.monthly_premium(now, market, channels, table)
    if deposits is not None:
        pledging.deposits_move(now, market, channels, table, work, limits, deposits, monthly)
    if credit is not None:
        _control(now, table, limits, credit, monthly)


def _control(now: Now, table: Table, limits: Limits, control: CreditControl, monthly: Reals) -> None:
    edges = now.edges
    covered = np.array([*(control.covers(kind.name) for kind in now.plan.kinds), *[False] * now.batch.ours])
    most = np.inf if control.exposure_limit is None else float(to_minor(control.exposure_limit))
    months = np.inf if control.exposure_months is None else control.exposure_months
    allow(edges, covered, most, months, monthly, limits.exposure, limits.premium)
    if control.stop_sale_after is not None:
        ageing.older(now.month, control.stop_sale_after, table.arrears_before, limits.late)
        stop(edges, covered, limits.late, limits.contracts)


def cut_renewals(now: Now, table: Table, limits: Limits | None, note: Notebook) -> None:
    """Refuse the renewals that limits do not allow: these contracts lapse. What is left is for new ones."""
    if limits is None:
        return
    _cut(now, table, note, limits, limits.renewing_line, limits.renewing_noted, table.renewing, True)


def cut_sales(now: Now, table: Table, limits: Limits | None, note: Notebook) -> None:
    """Refuse the new contracts that limits do not allow."""
    if limits is not None:
        lines = np.arange(len(now.plan.lines))
        _cut(now, table, note, limits, lines, np.full(lines.size, NOWHERE, dtype=np.int64), table.new, False)


def _cut(
    now: Now, table: Table, note: Notebook, limits: Limits, lines: Integers, noted: Integers, count: Integers,
    taking: bool,
) -> None:  # fmt: skip
    """Cut sales of these lines to the limits; `taking`: what is made is taken off them."""
    refused = np.zeros((len(lines), now.batch.slices), dtype=np.int64)
    cuts.cut(
        now.edges, _net_prices(now, limits)[lines], noted, taking, limits.contracts, limits.premium, count,
        table.lapsed, refused,
    )  # fmt: skip
    prices = np.array([line.price_minor[now.t] for line in now.plan.lines])
    by_kind = now.batch.by_replication(refused).sum(axis=2)
    note["refused_contracts"] += by_kind.sum(axis=0)
    limits.refused_premium += prices[lines] @ by_kind


def _net_prices(now: Now, limits: Limits) -> Integers:
    """Mean price less what a partner surely keeps of it, rounded up, our own channel last: int64[product, segment]."""
    prices = np.array([line.price_minor[now.t] for line in now.plan.lines])
    return np.ceil(prices[:, None] * (1.0 - limits.kept(now)) - _DUST).astype(np.int64)


def hold_premium(now: Now, table: Table, limits: Limits | None, p: int, count: Integers, premium: Integers) -> None:
    """Hold the premium of contracts written on blanks at what their blanks can bring."""
    terms = now.plan.scenario.policy.deposits
    if limits is None or terms is None:
        return
    value = to_minor(terms.value_of_blank.at(now.ordinal))
    cuts.hold_premium(now.edges, table.in_scheme[0], value, limits.kept(now)[p], count, premium)
