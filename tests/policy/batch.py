"""Replications by themselves, and the same as one table.

Notation: p product, i partner row, r replication; n rows of one replication.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.base.columns import Table
from sim.policy import columns as policy_columns
from sim.policy.given.facts import MonthFacts
from sim.policy.given.refunds import Refunds
from sim.policy.given.stopped_claims import StoppedClaims
from sim.policy.kernels.single_sales import SingleSales
from sim.policy.statement import Statement
from sim.policy.terms.standing import Change
from sim.policy.trial import Person, Trial
from tests.policy.test_properties import JANUARY, PRODUCTS, policy

TOLD = ("arrears", "outstanding", "rating", "answers", "score", "incidents")
NOBODY = np.zeros(0, dtype=np.int64)  # rows that the trial fills in
PROMOTED = (
    Change(JANUARY + 5, NOBODY, group="top", certified={"motor": True}),
    Change(JANUARY + 12, NOBODY, rank=2, certified={"motor": False, "home": True}),
)
PEOPLE = (
    *(
        Person(
            f"a{i}",
            "agents",
            region="north" if i % 2 else "south",
            group="top" if i < 2 else "",
            changes=PROMOTED if i % 2 else (),
        )
        for i in range(5)
    ),
    *(Person(f"b{i}", "banks", region="north") for i in range(3)),
)
COLUMNS = tuple(column.name for column in policy_columns.COLUMNS if column.name != "offer")


def uneventful(trial: Trial, t: int) -> MonthFacts:
    """A month in which nothing happens, with the facts that not every scenario has."""
    facts = trial.facts(JANUARY + t, t)
    quota = np.where(np.arange(trial.layout.rows) % 3 == 0, np.nan, 40_000.0 * np.arange(trial.layout.rows) / 100)
    none = {name: np.zeros_like(facts.earned) for name in ("cost_new", "cost_renewal", "due")}
    return replace(facts, quota=quota, **none)


def random_facts(trial: Trial, random: np.random.Generator, t: int, sponsor: NDArray[np.int32]) -> MonthFacts:
    """A month of one replication: our own row, the last, sells nothing on commission."""
    facts, n, p = uneventful(trial, t), len(PEOPLE), len(PRODUCTS)
    price = random.integers(1, 50_000, (p, n))
    for count, premium in ((facts.count_new, facts.premium_new), (facts.count_renewal, facts.premium_renewal)):
        count[:, :n] = random.poisson(1.5, (p, n))
        premium[:, :n] = count[:, :n] * price
    facts.earned[:, :n] = random.integers(0, 90_000, (p, n))
    facts.incurred[:, :n] = facts.earned[:, :n] * random.integers(0, 3, (p, n)) // 2
    if facts.stopped is not None:
        for k, within in enumerate(facts.stopped.amounts):
            within[:] = facts.incurred * (k + 1) // (k + 2)
    if facts.service is not None:
        facts.service[:n] = random.integers(0, 9_000, n)
    facts.in_force[:, :n] = random.poisson(8.0, (p, n))
    for parts in (*facts.renewed, *facts.lost, *facts.moved):
        parts[:, :n] = random.poisson(0.4, (len(parts), n))
    assert facts.cost_new is not None and facts.cost_renewal is not None and facts.due is not None
    for cost, premium in ((facts.cost_new, facts.premium_new), (facts.cost_renewal, facts.premium_renewal)):
        cost[:, :n] = premium[:, :n] * random.integers(0, 5, (p, n)) // 4
    facts.due[:, :n] = facts.count_renewal[:, :n] + random.poisson(0.4, (p, n))
    facts.released[:n] = random.integers(0, 900, n)
    facts.released_passed[:, :n] = random.integers(0, 300, (p, n))
    for funnel in (facts.views, facts.clicks, facts.leads, facts.bad_leads):
        funnel[:n] = random.poisson(9.0, n)
    facts.present[:n] = random.random(n) < 0.9
    facts.defaulted[:n] = ~facts.present[:n] & (random.random(n) < 0.5)
    facts.share[:n] = random.integers(0, 3, n) / 2.0
    facts.sold_months[:n] = random.integers(0, 16, n)
    for product in range(p):
        rows = random.permutation(n)[: n // 2]
        ages, lost = random.integers(0, 26, rows.size), random.integers(1, 3, rows.size)
        facts.refunds.add(product, np.array([rows, ages, lost * random.integers(1, 9_000, rows.size), lost, 0 * lost]))
        _some_sales(facts, random, product)
    facts.marketing_claims[:n] = random.integers(0, 900, n)
    for product in range(p):
        rows = random.permutation(n)[: n // 2]
        ages, came = random.integers(0, 4, rows.size), random.integers(1, 50_000, rows.size)
        facts.collections.add(product, np.array([rows, ages, came, 0 * rows, 0 * rows]))
    facts.sponsor[:] = sponsor
    facts.entered[1:n:2] = np.arange(1, n, 2)  # every other partner came in one of the months that are played
    arrears, incidents, answers = random.integers(0, 2, (3, n + 1))
    told = {"arrears": arrears, "incidents": incidents, "answers": answers, "score": answers * incidents}
    return replace(facts, outstanding=2 * arrears, rating=random.random(n + 1), **told)


def nothing(happened: MonthFacts, blank: MonthFacts) -> MonthFacts:
    """A month in which nothing has happened, with zeros where facts are told that not every policy reads."""
    told = {name: 0 * getattr(happened, name) for name in TOLD}
    return replace(blank, **told)


def _some_sales(facts: MonthFacts, random: np.random.Generator, product: int) -> None:
    """Sales told of one by one, parts of sales that were refunded, premium changed inside a term."""
    assert facts.sales is not None and facts.partly is not None and facts.changes is not None
    rows = random.integers(0, len(PEOPLE), 5)
    facts.sales.add(product, np.sort(rows), random.integers(1, 90_000, rows.size))
    refunded, ages, none = random.integers(1, 900, rows.size), random.integers(0, 9, rows.size), 0 * rows
    facts.partly.add(product, np.array([rows, ages, refunded, refunded + 2_000, none]))
    facts.changes.add(product, np.array([rows, ages, random.integers(-900, 900, rows.size), none, none]))


def forest(random: np.random.Generator) -> NDArray[np.int32]:
    """Sponsors, in any order of rows; our own row has none."""
    order, n = random.permutation(len(PEOPLE)), len(PEOPLE)
    sponsor = np.full(n + 1, -1, dtype=np.int32)
    for place in range(1, n):
        if random.random() < 0.8:
            sponsor[order[place]] = order[random.integers(place)]
    return sponsor


class Batch:
    """A policy over several replications at once."""

    def __init__(self, trial: Trial, replications: int) -> None:
        self.book = trial.book.repeated(replications)
        columns = {"policy": (*policy_columns.COLUMNS, *self.book.needs.columns())}
        lengths = {"product": len(PRODUCTS), "passing": len(PRODUCTS), "taking_back": len(PRODUCTS)}
        lengths |= {"onloaded": 0, "onloaded_ahead": 0, "drawing": int(self.book.needs.draws)}
        lengths["funding"] = int(bool(trial.book.needs.funds))
        table = Table(columns, lengths | self.book.needs.axis_lengths(), self.book.layout.rows)
        self.statement = Statement.of(table, replications=replications)
        self.memory: dict[str, dict[str, NDArray[Any]]] = {name: {} for name, _ in self.book.rules}
        for column in self.book.needs.columns():
            rule, _, name = column.name.rpartition(".")
            self.memory[rule][name] = table.array(column.name)

    def month(self, facts: Sequence[MonthFacts]) -> None:
        """The statement of a month, from the facts of each replication."""
        together = self._together(facts)
        self.statement.clear()
        self.book.accrue(together, self.memory, self.statement)
        self.book.conclude(together, self.memory, self.statement)

    def _together(self, facts: Sequence[MonthFacts]) -> MonthFacts:
        found: dict[str, Any] = {"layout": self.book.layout}
        for one in fields(MonthFacts):
            values = [getattr(each, one.name) for each in facts]
            if isinstance(values[0], tuple):
                found[one.name] = tuple(np.concatenate(parts, axis=-1) for parts in zip(*values, strict=True))
            elif isinstance(values[0], np.ndarray):
                found[one.name] = np.concatenate(values, axis=-1)
            elif isinstance(values[0], StoppedClaims):
                amounts = np.concatenate([each.amounts for each in values], axis=-1)
                found[one.name] = StoppedClaims(values[0].stops, amounts)
            elif isinstance(values[0], Refunds | SingleSales):
                found[one.name] = _entries(values, facts[0].layout.rows)
            else:
                found.setdefault(one.name, values[0])
        first = np.repeat(np.arange(len(facts), dtype=np.int32) * facts[0].layout.rows, facts[0].layout.rows)
        found["sponsor"] = np.where(found["sponsor"] >= 0, found["sponsor"] + first, np.int32(-1))
        return MonthFacts(**found)


def _entries(values: Sequence[Refunds | SingleSales], rows: int) -> Refunds | SingleSales:
    """Those of replications of so many rows each, one after another."""
    first = (np.arange(len(values[0].entries)) == 0)[:, None]
    moved = [one.entries + r * rows * first for r, one in enumerate(values)]
    found = type(values[0])(np.concatenate(moved, axis=1))
    if isinstance(found, Refunds):
        found.month = values[0].month
    return found


def differences(rules: dict[str, Any], seed: int, replications: int, months: int) -> tuple[set[str], set[str]]:
    """Arrays of statement and memory that differ between a batch and replications by themselves; those with amounts."""
    random, different, filled = np.random.default_rng(seed), set(), set()
    alone = [Trial(policy(rules), PRODUCTS, PEOPLE) for _ in range(replications)]
    sponsors, batch = [forest(random) for _ in alone], Batch(alone[0], replications)
    for t in range(months):
        facts = [random_facts(trial, random, t, above) for trial, above in zip(alone, sponsors, strict=True)]
        if t >= months // 2:
            facts[0] = nothing(facts[0], uneventful(alone[0], t))  # in one replication nothing happens any more
        batch.month(facts)
        found = _arrays(batch.statement, batch.memory)
        apart = [_arrays(trial.month(one), trial.memory) for trial, one in zip(alone, facts, strict=True)]
        for name in found.keys() | apart[0].keys():
            expected = np.concatenate([one[name] for one in apart], axis=-1)
            same = found[name].dtype == expected.dtype and found[name].tobytes() == expected.tobytes()
            different |= set() if same else {name}
            filled |= {name} if expected.any() else set()
    return different, filled


def _arrays(statement: Statement, memory: dict[str, dict[str, Any]]) -> dict[str, NDArray[Any]]:
    """All that a statement says and rules remember: the last axis is that of rows or of replications."""
    found = {name: getattr(statement, name) for name in (*COLUMNS, "total", "fees", "fees_now", "programme")}
    found |= {f"booked by {rule}": booked for rule, booked in statement.booked.items()}
    found |= {f"rated by {rule}": np.stack(pair) for rule, pair in statement.rated.items()}
    return found | {f"{rule}.{name}": array for rule, mine in memory.items() for name, array in mine.items()}
