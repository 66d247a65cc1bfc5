"""Deposits against blanks: the invariant, the largest loss and the best amount.

Notation: D deposit, b blanks on hand, w spoilt blanks not yet inspected, E net premium sold
and not remitted, v the largest net premium of a blank, k the exposure multiple. At every
event E + v (b + w) <= k D, so that the loss at default never exceeds
max(0, E + v (b + w) - D) <= (k - 1) D.
Sources: model text, section 9; Arrow, Harris and Marschak (1951), Econometrica 19, 250-272
(the newsvendor's critical ratio).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import exp, pi, sqrt

import scipy

from sim.theory.severity import Law, limited_mean, survival


@dataclass(frozen=True)
class Holding:
    """A partner's deposit, blanks and unremitted premium, in minor units and pieces."""

    deposit: float
    blanks: int = 0
    unremitted: float = 0
    spoilt: int = 0


@dataclass(frozen=True)
class Terms:
    """Largest net premium of a blank and the exposure multiple."""

    per_blank: float
    multiple: float

    def exposure(self, state: Holding) -> float:
        """E + v (b + w)."""
        return state.unremitted + self.per_blank * (state.blanks + state.spoilt)

    def limit(self, state: Holding) -> float:
        """k D."""
        return self.multiple * state.deposit

    def holds(self, state: Holding) -> bool:
        """Whether nothing is negative and the exposure is within the limit."""
        amounts = (state.deposit, state.blanks, state.unremitted, state.spoilt)
        return min(amounts) >= 0 and self.exposure(state) <= self.limit(state)


@dataclass(frozen=True)
class Event:
    """One operation, whether it was accepted, and the state after it."""

    op: str
    arg: float
    accepted: bool
    state: Holding
    exposure: float
    limit: float


def _issue(s: Holding, n: float, _: Terms) -> Holding:
    return replace(s, blanks=s.blanks + int(n))


def _sell(s: Holding, net: float, terms: Terms) -> Holding | None:
    if net > terms.per_blank:
        return None
    return replace(s, blanks=s.blanks - 1, unremitted=s.unremitted + net)


def _remit(s: Holding, amount: float, _: Terms) -> Holding:
    return replace(s, unremitted=s.unremitted - amount)


def _return(s: Holding, n: float, _: Terms) -> Holding:
    return replace(s, blanks=s.blanks - int(n))


def _pay_in(s: Holding, amount: float, _: Terms) -> Holding:
    return replace(s, deposit=s.deposit + amount)


def _withdraw(s: Holding, amount: float, _: Terms) -> Holding:
    return replace(s, deposit=s.deposit - amount)


def _spoil(s: Holding, n: float, _: Terms) -> Holding:
    return replace(s, blanks=s.blanks - int(n), spoilt=s.spoilt + int(n))


def _inspect(s: Holding, n: float, _: Terms) -> Holding:
    return replace(s, spoilt=s.spoilt - int(n))


OPERATIONS: dict[str, Callable[[Holding, float, Terms], Holding | None]] = {
    "issue": _issue,
    "sell": _sell,
    "remit": _remit,
    "return": _return,
    "pay_in": _pay_in,
    "deposit": _pay_in,
    "topup": _pay_in,
    "withdraw": _withdraw,
    "spoil": _spoil,
    "inspect": _inspect,
}


def attempt(state: Holding, op: str, arg: float, terms: Terms) -> tuple[Holding, bool]:
    """State after an operation and whether it was accepted; a refusal changes nothing.

    Raises
    ------
    ValueError
        For an operation that does not exist.
    """
    if op not in OPERATIONS:
        raise ValueError(f"unknown operation {op!r}; known are {', '.join(OPERATIONS)}")
    after = OPERATIONS[op](state, arg, terms) if arg >= 0 else None
    accepted = after is not None and terms.holds(after)
    return (after, True) if after is not None and accepted else (state, False)


def trace(state: Holding, terms: Terms, ops: Iterable[tuple[str, float]]) -> list[Event]:
    """Play operations in turn; each is judged on the state that the accepted ones left."""
    events = []
    for op, arg in ops:
        state, accepted = attempt(state, op, arg, terms)
        events.append(Event(op, arg, accepted, state, terms.exposure(state), terms.limit(state)))
    return events


def largest_loss(unremitted: float, per_blank: float, blanks: float, deposit: float) -> float:
    """Largest loss at default, max(0, E + v b - D)."""
    return max(0, unremitted + per_blank * blanks - deposit)


@dataclass(frozen=True)
class Newsvendor:
    """Deposit that balances the cost of asking too little against asking too much."""

    critical_ratio: float
    deposit: float
    cost: float


def newsvendor_normal(mean: float, sd: float, underage: float, overage: float) -> Newsvendor:
    """Best deposit for a normal exposure: mean + sd z, at cost (cu + co) sd phi(z).

    Parameters
    ----------
    mean, sd : float
        Exposure, money.
    underage, overage : float
        Cost of a unit of money of exposure not covered, and of deposit not needed.
    """
    ratio = underage / (underage + overage)
    z = float(scipy.special.ndtri(ratio))
    density = exp(-z * z / 2.0) / sqrt(2.0 * pi)
    return Newsvendor(ratio, mean + sd * z, (underage + overage) * sd * density)


def newsvendor(law: Law, underage: float, overage: float) -> Newsvendor:
    """Best deposit for an exposure of any continuous positive law."""
    ratio = underage / (underage + overage)

    def excess(x: float) -> float:
        return float(survival(law, x)[0]) - (1.0 - ratio)

    top = 2.0 * law.mean
    while excess(top) > 0.0:
        top *= 2.0
    d = float(scipy.optimize.brentq(excess, 0.0, top, xtol=1e-14 * top, rtol=1e-15))
    cost = underage * float(law.stop_loss(d)[0])
    return Newsvendor(ratio, d, cost + overage * (d - float(limited_mean(law, d)[0])))
