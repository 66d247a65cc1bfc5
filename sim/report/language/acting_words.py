"""The rules in the order in which they act, and the terms of payment by segment, as lines of one language."""

from __future__ import annotations

from collections.abc import Iterator

from sim.base.days import InMonth
from sim.base.text import safe_text
from sim.base.units import MINOR_PER_MAJOR, month_name
from sim.partners.segments import RESERVED
from sim.policy.rule import Rule, turn
from sim.policy.terms.payment import PaymentTerms
from sim.report.language.labels import Labels
from sim.report.language.messages import said
from sim.report.language.numbers import Numbers
from sim.scenario.schema import Scenario

CENTS = 2


def in_order(scenario: Scenario) -> list[tuple[str, Rule]]:
    """Names and rules in the order in which they act."""
    return sorted(scenario.policy.rules.items(), key=turn)


class ActingWords:
    """What a policy does, in words of one language and of the scenario's trade."""

    def __init__(self, scenario: Scenario, lang: str) -> None:
        self.scenario, self.labels = scenario, Labels(lang, spoken=scenario.spoken)
        self.numbers = Numbers(self.labels, scenario.currency)

    def _said(self, key: str, **values: object) -> str:
        return self.labels(f"acting.{key}", **values)

    def lines(self) -> list[str]:
        """Every rule with its phase, kind, where and when it holds and why; then when commission is paid."""
        lines = [self._said("rules"), *self._rules(), "", self._said("payment"), *self._payment()]
        return [safe_text(line) for line in lines]

    def _rules(self) -> Iterator[str]:
        for number, (name, rule) in enumerate(in_order(self.scenario), start=1):
            what = f"{self._said(f'phase.{rule.phase.name.lower()}')}: {name} ({getattr(rule, 'kind', '')})"
            yield f"  {number}. {what}, {self._where(rule)}, {self._when(rule)}"
            yield from (f"     {self._said('only_if', one=said(str(one), self.labels.lang))}" for one in rule.only_if)
            if rule.reason:
                yield f"     {self._said('reason', text=' '.join(rule.reason.split()))}"

    def _where(self, rule: Rule) -> str:
        """The segments and products that a rule covers, and the partners that it chooses among them."""
        stated = {"segments": rule.segments, "products": rule.products}
        parts = [self._of(word, names) if names is not None else self._said(f"all_{word}")
                 for word, names in stated.items()]  # fmt: skip
        chosen = {"regions": rule.regions, "groups": rule.groups, "partners": rule.partners}
        parts += [self._of(word, names) for word, names in chosen.items() if names is not None]
        pilot = [] if rule.pilot is None else [self._said("pilot", share=self._share(rule.pilot))]
        return ", ".join([*parts, *pilot])

    def _of(self, word: str, names: list[str]) -> str:
        return self._said(word, names=", ".join(names))

    def _share(self, value: float) -> str:
        return self.numbers.figure(float(value), "share")

    def _when(self, rule: Rule) -> str:
        """The months in which a rule holds."""
        begins, ends = rule.effective_from, rule.effective_until
        first = [] if begins is None else [self._said("from", date=f"{month_name(begins)}{_day(begins)}")]
        last = [] if ends is None else [self._said("until", date=f"{month_name(ends - 1)}{_day(ends, 1)}")]
        return " ".join(first + last) or self._said("always")

    def _payment(self) -> Iterator[str]:
        import numpy as np

        from sim.policy.book import Book  # compiled: only what shows a scenario may pay for it
        from sim.policy.given.layout import Layout

        scenario = self.scenario
        names = (*scenario.segments, RESERVED)
        terms = tuple(product.term for product in scenario.products.values())
        book = Book(scenario.policy, Layout(tuple(scenario.products), names, np.arange(len(names) + 1), terms), {})
        end = scenario.start + scenario.months
        before: dict[str, str] = {}
        for ordinal in [scenario.start, *(date for date in book.dates if scenario.start < date < end)]:
            payment = book.payment(ordinal)
            told = {
                name: self._terms(payment, s, one.remittance.net)
                for s, (name, one) in enumerate(scenario.segments.items())
            }
            since = "" if not before else f" {self._said('from', date=month_name(ordinal))}"
            changed: dict[str, list[str]] = {}
            for name, text in told.items():
                if before.get(name) != text:
                    changed.setdefault(text, []).append(name)
            yield from (f"  {', '.join(segments)}{since}: {text}" for text, segments in changed.items())
            before = told

    def _terms(self, terms: PaymentTerms, s: int, net: bool) -> str:
        first = "net" if net else "collected" if terms.collected[s] else "due"
        parts = [self._said(first, n=int(terms.delay[s]))]
        if terms.every[s] > 1:
            parts.append(self._said("every", n=int(terms.every[s])))
        if terms.minimum[s] > 0:
            amount = self.numbers.plain(int(terms.minimum[s]) / MINOR_PER_MAJOR, CENTS)
            parts.append(self._said("minimum", amount=amount))
        if terms.held[s] > 0:
            parts.append(self._said("held", share=self._share(terms.held[s]), n=int(terms.quiet[s])))
        return ", ".join([*parts, *([self._said("forfeits")] if terms.forfeits[s] else [])])


def _day(date: int, less: int = 0) -> str:
    """The day, or so many before it, where a date lies inside a month."""
    return f"-{date.day - less:02d}" if isinstance(date, InMonth) else ""
