"""The adversarial set: each policy by name, its kind and its lever. Most stand within 1 % of what breaks even."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from tests.whole.adversarial import commission, growth, partners_money, thin_margins
from tests.whole.adversarial.policies import Policy


class Case(NamedTuple):
    """A kind of policy and its lever."""

    kind: Callable[[float], Policy]
    lever: float

    @property
    def policy(self) -> Policy:
        return self.kind(self.lever)

    @property
    def near(self) -> bool:
        """Whether a change of the lever by 1 % turns the sign of npv."""
        return self.kind(0.99 * self.lever).npv * self.kind(1.01 * self.lever).npv < 0.0


_LEVERS: list[tuple[Callable[..., Policy], list[float]]] = [
    (thin_margins.one_off, [0.358, 0.361]),
    (thin_margins.annual, [0.3685, 0.372]),
    (thin_margins.half_year, [0.368]),
    (thin_margins.loaded, [0.179, 0.1808]),
    (thin_margins.fixed_cost, [1450.0]),
    (thin_margins.idle, [0.119, 0.121]),
    (thin_margins.too_much_capital, [275e3, 400e3]),
    (thin_margins.two_products, [0.242, 0.2445]),
    (thin_margins.overdrawn, [0.387]),
    (thin_margins.taxed, [0.337, 0.34]),
    (thin_margins.dividends, [0.358, 0.361]),
    (growth.doubling, [0.148, 0.15, 0.35]),
    (growth.last_month, [0.745, 0.755]),
    (growth.dearer, [0.918, 0.927]),
    (growth.cost_after_the_end, [0.944, 0.954]),
    (growth.cut, [92.0, 93.0]),
    (growth.cut_at_midyear, [78.0, 79.0]),
    (growth.lifetime, [0.935, 0.945]),
    (growth.life_cut_short, [0.368, 0.935]),
    (growth.paid_late, [0.327, 0.331]),
    (commission.as_earned, [0.3755, 0.379]),
    (commission.earned_after_the_end, [0.655, 0.662]),
    (commission.yearly_tier, [0.376, 0.379]),
    (commission.late_bonus, [25e3, 25.4e3]),
    (commission.bonus_on_the_last, [0.49]),
    (commission.profit_share, [0.435, 0.439]),
    (commission.sliding_scale, [0.379]),
    (commission.profit_share_unjudged, [0.44, 0.444]),
    (partial(commission.sliding_scale_written, months=12), [0.376, 0.379]),
    (partial(commission.sliding_scale_written, months=18), [0.376, 0.379]),
    (partial(commission.bonus_of_the_year, months=12), [0.1742, 0.1757]),
    (partial(commission.bonus_of_the_year, months=18), [0.1744, 0.1758]),
    (commission.advance, [0.269, 0.2715]),
    (commission.advance_earned, [0.61]),
    (commission.advance_lapsed, [0.1125, 0.1135]),
    (partial(commission.advance_stopped, months=15), [0.147]),
    (partial(commission.advance_stopped, months=16), [0.077, 0.147]),
    (commission.clawback, [0.718]),
    (partial(commission.clawback_too_late, months=15), [0.9]),
    (partial(commission.clawback_too_late, months=16), [0.352, 0.355, 0.9]),
    (commission.clawback_from_nobody, [0.36]),
    (partial(commission.cancelled_at_once, kept=True), [0.0125, 0.0127]),
    (partial(commission.cancelled_at_once, kept=False), [0.301]),
    (partners_money.deferred, [0.397, 0.402]),
    (partners_money.holdback, [0.376]),
    (partners_money.paid_once_a_year, [0.379]),
    (partners_money.deposits, [0.146, 0.1475]),
    (partners_money.lag, [0.361]),
    (partners_money.late, [0.35, 0.354]),
    (partial(partners_money.never, months=4), [0.505, 0.51]),
    (partial(partners_money.never, months=12), [0.2]),
    (partners_money.never_but_secured, [0.2075]),
    (partners_money.fails_at_the_end, [0.249, 0.252]),
    (partners_money.warm_up, [0.3775]),
    (partners_money.warm_up_of_two, [0.248, 0.2505]),
    (partners_money.warm_up_with_advances, [0.595, 0.601]),
    (partners_money.warm_up_with_debts, [0.3]),
]


def _name(kind: Callable[..., Policy], lever: float) -> str:
    """Such as `advance_stopped_16_0.077`."""
    if isinstance(kind, partial):
        return "_".join([kind.func.__name__, *map(str, kind.keywords.values()), f"{lever:g}"])
    return f"{kind.__name__}_{lever:g}"


CASES = {_name(kind, lever): Case(kind, lever) for kind, levers in _LEVERS for lever in levers}
