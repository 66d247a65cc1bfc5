"""Leads handed over: what each manual step loses, and two firms that return each other's leads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.theory.arrays import Floats
from sim.theory.channels.bounds import above, at_least, quotient, shares


@dataclass(frozen=True)
class HandedOver:
    """Means by step, float64[steps + 1], then of what fits, is sold and is paid; variance of the sales."""

    leads_by_step: Floats
    fits: float
    sales: float
    paid: float
    sales_variance_poisson: float
    sales_variance_fixed_customers: float


def handover(
    customers: float, intent: float, step_rate: float, steps: int, fit: float, conversion: float, paid: float
) -> HandedOver:
    """Customers who want the other product too, and what is left of them after each manual action and at the end.

    Variances are for a Poisson number of customers, and for a fixed one (binomial).

    Raises
    ------
    ValueError
        For a rate outside 0 to 1, or negative customers or steps.
    """
    at_least(0, customers=customers, steps=steps)
    shares(intent=intent, step_rate=step_rate, fit=fit, conversion=conversion, paid=paid)
    leads = customers * intent * step_rate ** np.arange(steps + 1, dtype=np.float64)
    fits = float(leads[-1]) * fit
    sales, each = fits * conversion, intent * step_rate**steps * fit * conversion
    return HandedOver(leads, fits, sales, sales * paid, sales, customers * each * (1.0 - each))


def fewer_steps_factor(step_rate: float, steps_manual: int, steps_automatic: int) -> float:
    """Sales with the fewer steps over those with the more: q^(-fewer); infinite where no lead passes a step."""
    shares(step_rate=step_rate)
    at_least(0, steps_manual=steps_manual, steps_automatic=steps_automatic)
    fewer = steps_manual - steps_automatic
    return quotient(1.0, step_rate**fewer) if fewer >= 0 else step_rate**-fewer


@dataclass(frozen=True)
class Returned:
    """Leads a month in the long run, their path, float64[months, 2], and both together over their bases."""

    steady: dict[str, float]
    path: Floats
    gain_over_base: float


def returned_leads(base_a: float, base_b: float, return_a: float, return_b: float, months: int = 12) -> Returned:
    """Two firms of which each gives back a share of the leads it got last month; the first month has the bases.

    a = (base_a + return_a base_b) / (1 - return_a return_b), and b likewise.

    Raises
    ------
    ValueError
        For negative figures, or if leads grow without end (return_a return_b at least 1).
    """
    at_least(0.0, base_a=base_a, base_b=base_b, return_a=return_a, return_b=return_b, months=months)
    above(0.0, **{"1 - return_a return_b": 1.0 - return_a * return_b})
    base, back = np.array([base_a, base_b]), np.array([[0.0, return_a], [return_b, 0.0]])
    steady = np.linalg.solve(np.eye(2) - back, base)
    path = np.empty((months, 2))
    for month in range(months):
        path[month] = base + back @ path[month - 1] if month else base
    both = quotient(float(steady.sum()), float(base.sum()))
    return Returned({"a": float(steady[0]), "b": float(steady[1])}, path, both)
