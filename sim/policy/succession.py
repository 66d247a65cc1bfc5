"""One policy after another: the warm-up is played under the first, and from a month on the second holds.

A rule of both that differs in dated figures alone becomes one rule, amended in that month. Where it differs otherwise
it has two bodies, each for its own months: the later goes on with what the earlier remembers, if it can. If it cannot,
if the rule is new or gone, each begins and ends there, and what was sold under the earlier stays under it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sim.base.units import Block, Dated
from sim.policy.rule import Rule
from sim.policy.terms.rates import ProductRate, Rates
from sim.policy.terms.schedule import Policy

_SAYS = ("reason", "source", "assumed")
_LONG_AGO = 0  # an ordinal before any month


class Earlier(NamedTuple):
    """The policy in force before another, and the first month of the other."""

    policy: Policy
    until: int


def rules_of(policy: Policy, earlier: Earlier | None) -> list[tuple[str, Rule]]:
    """Every rule with its name and its months, by the names of the policy and then those that are gone."""
    if earlier is None:
        return list(policy.rules.items())
    before, turn = earlier
    found: list[tuple[str, Rule]] = []
    for name, rule in policy.rules.items():
        found += _bodies(name, before.rules.get(name), rule, turn)
    gone = ((name, _ended(rule, turn)) for name, rule in before.rules.items() if name not in policy.rules)
    return found + [(name, rule) for name, rule in gone if rule is not None]


def same(before: Any, now: Any) -> bool:
    """Whether two blocks say the same, what is for people only apart."""
    return _terms(before) == _terms(now)


def _terms(value: Any) -> Any:
    if not isinstance(value, Block):
        return value
    return type(value), {name: _terms(getattr(value, name)) for name in type(value).model_fields if name not in _SAYS}


def _bodies(name: str, before: Rule | None, now: Rule, turn: int) -> Iterator[tuple[str, Rule]]:
    """The bodies of a rule, the earlier first."""
    amended = None if before is None else _amended(before, now, turn)
    if amended is not None:
        yield name, amended
        return
    ended = None if before is None else _ended(before, turn)
    begun = _begun(now, turn)
    alike = before is not None and before.only_if == now.only_if
    joined = ended is not None and begun is not None and alike and begun.goes_on_with(ended)
    if ended is not None:
        alone = begun is None or joined
        yield name if alone else f"{name} (warm-up)", ended.called(name, "first" if joined else "whole")
    if begun is not None:
        yield name, begun.called(name, "second" if joined else "whole")


def _ended(rule: Rule, turn: int) -> Rule | None:
    """A rule that holds no more from a month on; None where it would not have begun."""
    if rule.effective_from is not None and rule.effective_from >= turn:
        return None
    end = turn if rule.effective_until is None else min(rule.effective_until, turn)
    return rule.model_copy(update={"effective_until": end})


def _begun(rule: Rule, turn: int) -> Rule | None:
    """A rule that holds from a month on at the earliest; None where it would have ended."""
    if rule.effective_until is not None and rule.effective_until <= turn:
        return None
    first = turn if rule.effective_from is None else max(rule.effective_from, turn)
    return rule.model_copy(update={"effective_from": first})


def _amended(before: Any, now: Any, turn: int) -> Any:
    """A block whose dated figures are those of `before` until a month; None where others differ as well."""
    if before == now:
        return now
    if isinstance(before, Dated) and isinstance(now, Dated):
        return _joined(before, now, turn)
    if isinstance(before, Rates) and isinstance(now, Rates):
        return _table(before, now, turn)
    if type(before) is not type(now) or not isinstance(now, Block):
        return None
    changed: dict[str, Any] = {}
    for name in type(now).model_fields:
        old, new = getattr(before, name), getattr(now, name)
        if old != new and name not in _SAYS:
            changed[name] = _amended(old, new, turn)
            if changed[name] is None:
                return None
    return now.model_copy(update=changed)


def _joined(before: Dated[Any], now: Dated[Any], turn: int) -> Dated[Any]:
    """Dated values: those of `before` until a month, then those of `now`."""
    dates = sorted(before.since)
    since = {date: before.since[date] for date in dates if date < turn} or {_LONG_AGO: before.since[dates[0]]}
    if since[max(since)] != now.at(turn):
        since[turn] = now.at(turn)
    since |= {date: now.since[date] for date in now.changes if date > turn}
    return now.model_copy(update={"since": since})


def _table(before: Rates, now: Rates, turn: int) -> Rates:
    """A table of rates with the exceptions of both."""
    names = {**now.products, **before.products}
    products = {name: _row(before, now, name, turn) for name in names}
    return now.model_copy(update={"rate": _joined(before.rate, now.rate, turn), "products": products})


def _row(before: Rates, now: Rates, product: str, turn: int) -> ProductRate:
    old, new = (one.products.get(product) or ProductRate(rate=one.rate) for one in (before, now))
    segments = {
        name: _joined(old.segments.get(name, old.rate), new.segments.get(name, new.rate), turn)
        for name in {**new.segments, **old.segments}
    }
    return ProductRate(rate=_joined(old.rate, new.rate, turn), segments=segments)
