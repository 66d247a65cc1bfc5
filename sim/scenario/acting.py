"""The rules in the order in which they act, and the terms of payment by segment, as lines for people."""

from __future__ import annotations

from collections.abc import Iterator

from sim.base.days import InMonth
from sim.base.text import safe_text
from sim.base.units import MINOR_PER_MAJOR, month_name
from sim.partners.segments import RESERVED
from sim.policy.rule import Rule, turn
from sim.policy.terms.payment import PaymentTerms
from sim.scenario.schema import Scenario


def acting(scenario: Scenario) -> list[str]:
    """Every rule with its phase, kind, where and when it holds and why; then when commission is paid."""
    lines = ["rules in the order in which they act:", *_rules(scenario), "", "terms of payment:", *_payment(scenario)]
    return [safe_text(line) for line in lines]


def in_order(scenario: Scenario) -> list[tuple[str, Rule]]:
    """Names and rules in the order in which they act."""
    return sorted(scenario.policy.rules.items(), key=turn)


def _rules(scenario: Scenario) -> Iterator[str]:
    for number, (name, rule) in enumerate(in_order(scenario), start=1):
        what = f"{rule.phase.name.lower()}: {name} ({getattr(rule, 'kind', '')})"
        yield f"  {number}. {what}, {where(rule)}, {when(rule)}"
        yield from (f"     only if {one}" for one in rule.only_if)
        if rule.reason:
            yield f"     reason: {' '.join(rule.reason.split())}"


def where(rule: Rule) -> str:
    """The segments and products that a rule covers, and the partners that it chooses among them."""
    stated = {"segments": rule.segments, "products": rule.products}
    parts = [f"{word} {', '.join(names)}" if names is not None else f"all {word}" for word, names in stated.items()]
    chosen = {"regions": rule.regions, "groups": rule.groups, "partners": rule.partners}
    parts += [f"{word} {', '.join(names)}" for word, names in chosen.items() if names is not None]
    return ", ".join(parts if rule.pilot is None else [*parts, f"a pilot of {rule.pilot:.4g} of the partners"])


def when(rule: Rule) -> str:
    """The months in which a rule holds."""
    begins, ends = rule.effective_from, rule.effective_until
    first = [] if begins is None else [f"from {month_name(begins)}{_day(begins)}"]
    last = [] if ends is None else [f"until {month_name(ends - 1)}{_day(ends, 1)}"]
    return " ".join(first + last) or "always"


def _day(date: int, less: int = 0) -> str:
    """The day, or so many before it, where a date lies inside a month."""
    return f"-{date.day - less:02d}" if isinstance(date, InMonth) else ""


def _payment(scenario: Scenario) -> Iterator[str]:
    import numpy as np

    from sim.policy.book import Book  # compiled: only what shows a scenario may pay for it
    from sim.policy.given.layout import Layout

    names = (*scenario.segments, RESERVED)
    terms = tuple(product.term for product in scenario.products.values())
    book = Book(scenario.policy, Layout(tuple(scenario.products), names, np.arange(len(names) + 1), terms), {})
    end = scenario.start + scenario.months
    before: dict[str, str] = {}
    for ordinal in [scenario.start, *(date for date in book.dates if scenario.start < date < end)]:
        said = {name: _said(book.payment(ordinal), s) for s, name in enumerate(scenario.segments)}
        since = "" if not before else f" from {month_name(ordinal)}"
        changed: dict[str, list[str]] = {}
        for name, text in said.items():
            if before.get(name) != text:
                changed.setdefault(text, []).append(name)
        yield from (f"  {', '.join(segments)}{since}: {text}" for text, segments in changed.items())
        before = said


def _said(terms: PaymentTerms, s: int) -> str:
    due = "as its premium is remitted, the rest" if terms.collected[s] else "due"
    parts = [f"{due} {int(terms.delay[s])}mo after the statement"]
    if terms.every[s] > 1:
        parts.append(f"paid every {int(terms.every[s])}mo")
    if terms.minimum[s] > 0:
        parts.append(f"from {int(terms.minimum[s]) / MINOR_PER_MAJOR:,.2f} on the account")
    if terms.held[s] > 0:
        parts.append(f"{float(terms.held[s]):.4g} of it held back for {int(terms.quiet[s])}mo more")
    return ", ".join([*parts, *(["lost by those who leave"] if terms.forfeits[s] else [])])
