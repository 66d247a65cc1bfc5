"""Stage of the month in which limits on what partners may sell are set, and how sales are cut to them.

A scenario without deposits and credit control has no `Limits`, and nothing here runs.

Notation: p product, s segment, i row, k kind of sale (a product, or a product and contract year).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.base.arrays import Integers, Reals
from sim.base.units import to_minor
from sim.contracts import cuts
from sim.engine.layout.lines import Line
from sim.engine.layout.plan import Plan
from sim.engine.stages import pledging
from sim.policy.kept import least_kept
from sim.settlement import ageing, limits

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork

FREE = -1  # no limit
NOWHERE = -1  # a refused sale is not noted by age


class Limits:
    """What each partner may still sell this month, and what it was refused; arrays over rows."""

    def __init__(self, plan: Plan) -> None:
        rows = plan.population.rows
        self.contracts = np.full(rows, FREE, dtype=np.int64)
        self.premium = np.full(rows, FREE, dtype=np.int64)
        """net of the commission that a partner surely keeps, minor units"""
        self.exposure = np.zeros(rows, dtype=np.int64)
        """net premium sold and not remitted, as of the last close"""
        self.late = np.zeros(rows, dtype=np.int64)
        self.abusing = np.zeros(rows, dtype=np.bool_)
        """defaulted partners that have sold void blanks this month"""
        self.outstanding = 0
        """exposure and blanks out of the partners of the deposit scheme, at the close"""
        self.refused_premium = 0
        self._kept: dict[int, Reals] = {}
        self.renewing_line = np.concatenate([np.full(line.years, line.position) for line in plan.lines])
        self.renewing_noted = np.concatenate([_ages(line) for line in plan.lines])

    def kept(self, model: PartnerNetwork) -> Reals:
        """Share of premium that net partners surely keep: float64[product, segment]."""
        version = model.conditions.policy_version
        if version not in self._kept:
            self._kept[version] = _kept(model)
        return self._kept[version]


def of(plan: Plan) -> Limits | None:
    """Limits where the policy sets any."""
    policy = plan.scenario.policy
    return Limits(plan) if policy.deposits is not None or policy.credit_control is not None else None


def _ages(line: Line) -> Integers:
    """Row of the contracts lost by age in which a renewal into each contract year counts when it is refused."""
    age = np.arange(line.years) * line.term
    return np.where((age > 0) & (age < line.ages), line.first_age + age, NOWHERE).astype(np.int64)


def _kept(model: PartnerNetwork) -> Reals:
    plan, rules = model.plan, model.plan.scenario.policy.rules
    table = [
        [least_kept(rules, line.name, kind.name, model.ordinal, line.product.commission_cap) for kind in plan.kinds]
        for line in plan.lines
    ]
    return np.array(table) * plan.by_segment.net


def limits_are_set(model: PartnerNetwork) -> None:
    """Deposits are paid in and back, blanks issued; who owes too much, or pays too late, is stopped."""
    limiting, policy = model.limits, model.plan.scenario.policy
    if limiting is None:
        return
    limiting.contracts[:] = limiting.premium[:] = FREE
    limiting.refused_premium = 0
    if policy.deposits is not None:
        pledging.deposits_move(model, limiting, policy.deposits)
    if policy.credit_control is not None:
        _control(model, limiting)


def _control(model: PartnerNetwork, limiting: Limits) -> None:
    control, edges = model.plan.scenario.policy.credit_control, model.plan.layout.edges
    assert control is not None
    covered = np.array([control.covers(kind.name) for kind in model.plan.kinds])
    most = np.inf if control.exposure_limit is None else float(to_minor(control.exposure_limit))
    months = np.inf if control.exposure_months is None else control.exposure_months
    limits.allow(edges, covered, most, months, pledging.monthly_premium(model), limiting.exposure, limiting.premium)
    if control.stop_sale_after is not None:
        ageing.older(model.month, control.stop_sale_after, model.table.arrears_before, limiting.late)
        limits.stop(edges, covered, limiting.late, limiting.contracts)


def cut_renewals(model: PartnerNetwork) -> None:
    """Refuse the renewals that limits do not allow: these contracts lapse. What is left is for new ones."""
    limiting, edges = model.limits, model.plan.layout.edges
    if limiting is None:
        return
    lines, renewing = limiting.renewing_line, model.table.renewing
    _cut(model, limiting, lines, limiting.renewing_noted, renewing)
    cuts.take(edges, _one_each(model, lines), renewing, limiting.contracts)
    cuts.take(edges, _net_prices(model, limiting)[lines], renewing, limiting.premium)


def cut_sales(model: PartnerNetwork) -> None:
    """Refuse the new contracts that limits do not allow."""
    if model.limits is not None:
        lines = np.arange(len(model.plan.lines))
        _cut(model, model.limits, lines, np.full(lines.size, NOWHERE, dtype=np.int64), model.table.new)


def _cut(model: PartnerNetwork, limiting: Limits, lines: Integers, noted: Integers, count: Integers) -> None:
    edges, refused = model.plan.layout.edges, np.zeros(len(lines), dtype=np.int64)
    cuts.cut(edges, _one_each(model, lines), noted, limiting.contracts, count, model.table.lapsed, refused)
    cuts.cut(edges, _net_prices(model, limiting)[lines], noted, limiting.premium, count, model.table.lapsed, refused)
    prices = np.array([line.price_minor[model.t] for line in model.plan.lines])
    model.notebook["refused_contracts"] += int(refused.sum())
    limiting.refused_premium += int((refused * prices[lines]).sum())


def _one_each(model: PartnerNetwork, lines: Integers) -> Integers:
    """A contract takes one of the contracts allowed: int64[K, segment]."""
    return np.ones((len(lines), len(model.plan.kinds)), dtype=np.int64)


def _net_prices(model: PartnerNetwork, limiting: Limits) -> Integers:
    """Mean price less what a partner surely keeps of it, rounded up: int64[product, segment]."""
    prices = np.array([line.price_minor[model.t] for line in model.plan.lines])
    return np.ceil(prices[:, None] * (1.0 - limiting.kept(model)) - _DUST).astype(np.int64)


_DUST = 1e-6  # minor units: 0.8 x 10 000 is not quite 8 000


def hold_premium(model: PartnerNetwork, p: int, count: Integers, premium: Integers) -> None:
    """Hold the premium of contracts written on blanks at what their blanks can bring."""
    terms, limiting = model.plan.scenario.policy.deposits, model.limits
    if limiting is None or terms is None:
        return
    value = to_minor(terms.value_of_blank.at(model.ordinal))
    cuts.hold_premium(model.plan.layout.edges, model.table.in_scheme[0], value, limiting.kept(model)[p], count, premium)
