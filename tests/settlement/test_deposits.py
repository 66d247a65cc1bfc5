"""The deposit rule on random histories: its kernels against `sim.theory.deposits`, and seeded mutants of it are caught.

Notation: D deposit, b blanks out, E net premium sold and not remitted, v value of a blank, k multiple.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from sim.contracts import cuts
from sim.settlement import deposits
from sim.theory.deposits import Holding, Terms, attempt, largest_loss, trace
from tests.whole.hypotheses import case

ROWS = 3
EDGES = np.array([0, ROWS, ROWS + 1], dtype=np.uint64)  # one segment and our own row
PRICES = (700, 1_000)  # two products; the dearer one is what a blank holds
V = max(PRICES)
MULTIPLES = ("0.5", "1", "1.1", "2", "3.3")
NOBODY = np.zeros(ROWS + 1, dtype=np.bool_)
amounts = st.lists(st.integers(0, 12_000), min_size=ROWS, max_size=ROWS)
numbers = st.lists(st.integers(0, 15), min_size=ROWS, max_size=ROWS)


def column(values: list[int] | int = 0) -> np.ndarray:
    """Values of the partners, and 0 for our own row."""
    return np.append(np.broadcast_to(values, ROWS), 0).astype(np.int64)


class Desk(RuleBasedStateMachine):
    """Three partners of a scheme; every operation is judged by the theory's rule for single events."""

    @initialize(multiple=st.sampled_from(MULTIPLES), wanted=numbers)
    def open(self, multiple: str, wanted: list[int]) -> None:
        self.multiple, self.terms = float(multiple), Terms(V, Fraction(multiple))
        self.deposit, self.blanks, self.owed, self.idle = column(), column(), column(), column()
        self.moved = {name: column() for name in ("in", "out", "taken", "kept")}
        self.issued = self.sold = self.returned = 0
        self.there = np.append(np.ones(ROWS, dtype=np.bool_), False)
        self.pay_in([one + 3 for one in wanted], [-1] * ROWS)
        self.issue()

    def held(self, i: int) -> Holding:
        return Holding(int(self.deposit[i]), int(self.blanks[i]), int(self.owed[i]))

    def accepted(self, before: list[Holding], op: str, amount: np.ndarray) -> None:
        for i in range(ROWS):
            after, fine = attempt(before[i], op, int(amount[i]), self.terms)
            assert fine and after == self.held(i), f"{op} of {amount[i]} by {before[i]}"

    def all_held(self) -> list[Holding]:
        return [self.held(i) for i in range(ROWS)]

    @rule(wanted=numbers, funds=st.lists(st.integers(-1, 9_000), min_size=ROWS, max_size=ROWS))
    def pay_in(self, wanted: list[int], funds: list[int]) -> None:
        before = self.all_held()
        paid = column()
        deposits.pay_in(
            self.there, self.there, column(wanted), V, self.multiple, column(funds), self.owed, self.deposit, paid
        )
        self.moved["in"] += paid
        self.accepted(before, "topup", paid)
        for i in range(ROWS):
            enough = self.terms.limit(self.held(i)) >= self.owed[i] + wanted[i] * V
            assert enough or (funds[i] >= 0 and self.deposit[i] >= funds[i])
            least = Holding(int(self.deposit[i]) - 1, wanted[i], int(self.owed[i]))
            assert paid[i] == 0 or not self.terms.holds(least), "paid in more than is needed"
            assert funds[i] < 0 or self.deposit[i] <= max(before[i].deposit, funds[i])

    @rule()
    def issue(self) -> None:
        before = self.all_held()
        deposits.issue(self.there, self.there, V, self.multiple, self.owed, self.deposit, self.blanks)
        more = self.blanks[:ROWS] - [one.blanks for one in before]
        self.issued += int(np.maximum(more, 0).sum())
        self.returned += int(np.maximum(-more, 0).sum())
        for i in range(ROWS):
            after, fine = attempt(before[i], "issue" if more[i] >= 0 else "return", abs(int(more[i])), self.terms)
            assert fine and after == self.held(i)
            assert not attempt(self.held(i), "issue", 1, self.terms)[1], "the limit is not used"

    @rule(first=numbers, second=numbers)
    def sell(self, first: list[int], second: list[int]) -> None:
        asked = np.array([column(first), column(second)])
        count, room, prices = asked.copy(), self.blanks.copy(), np.ones((2, 1), dtype=np.int64)
        refused, nowhere = np.zeros((2, 1), dtype=np.int64), np.full(2, -1)
        lapsed = np.zeros((0, ROWS + 1), dtype=np.int32)
        cuts.cut(EDGES, prices, nowhere, False, room, np.full_like(room, -1), count, lapsed, refused)
        before, blanks = self.all_held(), self.blanks.copy()
        assert deposits.use(self.there, count.sum(axis=0), self.blanks, self.idle) < 0
        self.owed += np.array(PRICES) @ count
        self.sold += int(count.sum())
        assert (refused[:, 0] == (asked - count).sum(axis=1)).all()
        for i in range(ROWS):
            events = trace(
                before[i], self.terms, [("sell", price) for p, price in enumerate(PRICES) for _ in range(count[p, i])]
            )
            assert all(event.accepted for event in events)
            assert (events[-1].state if events else before[i]) == self.held(i)
            assert count[:, i].sum() == min(asked[:, i].sum(), blanks[i]), "sales stop at the last blank, not before"
            self.shared_fairly(asked[:, i], count[:, i])

    def shared_fairly(self, asked: np.ndarray, sold: np.ndarray) -> None:
        """By largest remainder: nobody is a whole contract away from its exact part."""
        if 0 < sold.sum() < asked.sum():
            exact = [Fraction(int(one) * int(sold.sum()), int(asked.sum())) for one in asked]
            assert all(abs(part - int(one)) < 1 for part, one in zip(exact, sold, strict=True))

    @rule(share=st.sampled_from([0.0, 0.3, 1.0]))
    def remit(self, share: float) -> None:
        before, paid = self.all_held(), (self.owed * share).astype(np.int64)
        self.owed -= paid
        self.accepted(before, "remit", paid)

    @rule(wanted=st.lists(st.integers(0, 3), min_size=ROWS, max_size=ROWS), quiet=st.integers(0, 1))
    def pay_back(self, wanted: list[int], quiet: int) -> None:
        before, back, blanks = self.all_held(), column(), self.blanks.copy()
        deposits.pay_back(
            self.there, self.there, self.idle, quiet, column(wanted), V, self.multiple, self.owed, self.owed, column(),
            self.blanks, self.deposit, back,
        )  # fmt: skip
        self.moved["out"] += back
        self.returned += int((blanks - self.blanks).sum())
        for i in range(ROWS):
            less, fine = attempt(before[i], "return", int(blanks[i] - self.blanks[i]), self.terms)
            after, also = attempt(less, "withdraw", int(back[i]), self.terms)
            assert fine and also and after == self.held(i)
            assert back[i] == 0 or self.idle[i] >= quiet
            needs = Holding(int(self.deposit[i]), wanted[i], int(self.owed[i]))
            assert back[i] == 0 or self.terms.holds(needs), "the blanks wanted are no longer covered"

    @rule(who=st.integers(0, ROWS - 1), forfeited=st.booleans())
    def default(self, who: int, forfeited: bool) -> None:
        before, failed, lost = self.held(who), NOBODY.copy(), column()
        failed[who] = True
        lost[who], self.owed[who] = self.owed[who], 0
        self.returned += before.blanks
        moved = [self.moved[name] for name in ("taken", "out", "kept")]
        deposits.set_off(failed, 0.0, forfeited, self.deposit, self.blanks, column(), lost, *moved)
        assert lost[who] == largest_loss(before.unremitted, V, 0, before.deposit)
        assert lost[who] <= max(0, (self.terms.multiple - 1) * before.deposit)
        assert self.held(who) == Holding(0)

    @invariant()
    def within_the_limit(self) -> None:
        for i in range(ROWS):
            assert self.terms.holds(self.held(i)), f"{self.held(i)} is over its limit {self.terms.limit(self.held(i))}"

    @invariant()
    def nothing_is_lost_on_the_way(self) -> None:
        moved = self.moved
        assert (self.deposit == moved["in"] - moved["out"] - moved["taken"] - moved["kept"]).all()
        assert self.issued == self.sold + self.returned + self.blanks.sum()


QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
OPTIONS: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "suppress_health_check": QUIET,
    "stateful_step_count": 25,
}


def test_rule_agrees_with_theory() -> None:
    run_state_machine_as_test(Desk, settings=settings(max_examples=150, **OPTIONS))


# --- seeded mutants --------------------------------------------------------------------------------------------------

Patch = Callable[..., Any]


def issue_without_exposure(real: Patch) -> Patch:
    return lambda s, p, v, k, owed, deposit, blanks: real(s, p, v, k, np.zeros_like(owed), deposit, blanks)


def issue_without_blanks(real: Patch) -> Patch:
    def mutant(s: Any, p: Any, v: int, k: float, owed: Any, deposit: Any, blanks: Any) -> None:
        out = blanks.copy()
        real(s, p, v, k, owed, deposit, blanks)
        blanks += out

    return mutant


def multiple_twice(real: Patch) -> Patch:
    return lambda s, p, v, k, owed, deposit, blanks: real(s, p, v, k * k if k > 1 else 2 * k, owed, deposit, blanks)


def one_blank_too_many(real: Patch) -> Patch:
    def mutant(s: Any, p: Any, v: int, k: float, owed: Any, deposit: Any, blanks: Any) -> None:
        real(s, p, v, k, owed, deposit, blanks)
        blanks[deposit > 0] += 1

    return mutant


def one_blank_too_few(real: Patch) -> Patch:
    def mutant(s: Any, p: Any, v: int, k: float, owed: Any, deposit: Any, blanks: Any) -> None:
        real(s, p, v, k, owed, deposit, blanks)
        blanks[:] = np.maximum(blanks - 1, 0)

    return mutant


def sale_without_a_blank(real: Patch) -> Patch:
    return lambda s, sold, blanks, idle: -1


def sale_beyond_the_last_blank(real: Patch) -> Patch:
    return lambda *_: None


def limit_by_product(real: Patch) -> Patch:
    def mutant(edges: Any, price: Any, noted: Any, *limits: Any) -> None:
        taking, room, premium, count, lapsed, refused = limits
        for p in range(len(count)):
            one = slice(p, p + 1)
            real(edges, price[one], noted[one], taking, room, premium, count[one], lapsed, refused[one])

    return mutant


def cut_falls_on_the_last_product(real: Patch) -> Patch:
    def mutant(edges: Any, price: Any, noted: Any, *limits: Any) -> None:
        _, room, _, count, _, refused = limits
        asked = count.copy()
        count[0] = np.minimum(asked[0], room)
        count[1] = np.minimum(asked[1], room - count[0])
        refused[:, 0] += (asked - count).sum(axis=1)

    return mutant


def paid_back_without_exposure(real: Patch) -> Patch:
    def mutant(*given: Any) -> None:
        real(*given[:7], np.zeros_like(given[7]), *given[8:])

    return mutant


def paid_back_with_blanks_out(real: Patch) -> Patch:
    def mutant(*given: Any) -> None:
        real(*given[:10], given[10].copy(), *given[11:])

    return mutant


def paid_back_at_once(real: Patch) -> Patch:
    return lambda *given: real(*given[:3], 0, *given[4:])


def paid_in_without_multiple(real: Patch) -> Patch:
    return lambda s, p, wanted, v, k, *rest: real(s, p, wanted, v, 1.0, *rest)


def paid_in_beyond_the_funds(real: Patch) -> Patch:
    return lambda *given: real(*given[:5], np.full_like(given[5], -1), *given[6:])


def deposit_not_taken(real: Patch) -> Patch:
    return lambda *given: real(*given[:6], np.zeros_like(given[6]), *given[7:])


def blanks_stay_at_default(real: Patch) -> Patch:
    return lambda *given: real(*given[:4], given[4].copy(), *given[5:])


def surplus_disappears(real: Patch) -> Patch:
    return lambda *given: real(*given[:8], np.zeros_like(given[8]), np.zeros_like(given[9]))


MUTANTS: list[tuple[Any, str, Callable[[Patch], Patch]]] = [
    (deposits, "issue", issue_without_exposure),
    (deposits, "issue", issue_without_blanks),
    (deposits, "issue", multiple_twice),
    (deposits, "issue", one_blank_too_many),
    (deposits, "issue", one_blank_too_few),
    (deposits, "use", sale_without_a_blank),
    (cuts, "cut", sale_beyond_the_last_blank),
    (cuts, "cut", limit_by_product),
    (cuts, "cut", cut_falls_on_the_last_product),
    (deposits, "pay_back", paid_back_without_exposure),
    (deposits, "pay_back", paid_back_with_blanks_out),
    (deposits, "pay_back", paid_back_at_once),
    (deposits, "pay_in", paid_in_without_multiple),
    (deposits, "pay_in", paid_in_beyond_the_funds),
    (deposits, "set_off", deposit_not_taken),
    (deposits, "set_off", blanks_stay_at_default),
    (deposits, "set_off", surplus_disappears),
]


@pytest.mark.parametrize(("room", "name", "mutant"), MUTANTS, ids=[one[2].__name__ for one in MUTANTS])
def test_mutants_are_caught(
    monkeypatch: pytest.MonkeyPatch, room: Any, name: str, mutant: Callable[[Patch], Patch]
) -> None:
    monkeypatch.setattr(room, name, mutant(getattr(room, name)))
    options = settings(
        max_examples=300, derandomize=True, phases=[Phase.generate], report_multiple_bugs=False, **OPTIONS
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Desk, settings=options)


# --- single figures --------------------------------------------------------------------------------------------------


def test_the_reference_trace() -> None:
    """R081: what the kernel issues is what the trace accepts, and not one blank more."""
    given_case = case("R081")
    terms = given_case["parameters"]
    for event in given_case["expected"]["trace"]:
        blanks = column()
        deposits.issue(~NOBODY, ~NOBODY, terms["v"], float(terms["k"]), column(event["E"]), column(event["D"]), blanks)
        room = blanks[0] - event["b"]
        assert room >= 0 and event["limit"] - event["exposure"] - room * terms["v"] in range(terms["v"])
    issued = [one for one in given_case["expected"]["trace"] if one["op"] == "issue"]
    assert any(one["accepted"] for one in issued) and not all(one["accepted"] for one in issued)


@given(st.integers(0, 10**10), st.sampled_from(["0.01", "0.1", "0.3", "0.7", "1", "1.1", "2.9", "7", "1000"]))
def test_smallest_deposit_that_covers(amount: int, multiple: str) -> None:
    found = int(deposits.covering(amount, float(multiple)))
    assert Fraction(multiple) * found >= amount
    assert found == 0 or Fraction(multiple) * (found - 1) < amount


@given(st.integers(0, 10**10), st.sampled_from(["0.01", "0.1", "0.3", "0.7", "1", "1.1", "2.9", "7", "1000"]))
def test_limit_is_never_over_the_multiple(deposit: int, multiple: str) -> None:
    assert (
        Fraction(multiple) * deposit - 1
        <= int(deposits.limit(deposit, float(multiple)))
        <= Fraction(multiple) * deposit
    )


def test_void_blanks_hold_the_surplus_back() -> None:
    """A share of 10 blanks is sold after the default: the rest of the deposit waits for what that costs."""
    failed, deposit, blanks, abused = ~NOBODY, column(9_000), column(10), column()
    lost, taken, back, kept = column(4_000), column(), column(), column()
    deposits.set_off(failed, 0.35, False, deposit, blanks, abused, lost, taken, back, kept)
    assert (lost[0], taken[0], deposit[0], abused[0], blanks[0], back[0]) == (0, 4_000, 5_000, 4, 0, 0)
    lost[:] = 6_000
    deposits.set_off(failed, 0.35, False, deposit, blanks, abused, lost, taken, back, kept)
    assert (lost[0], taken[0], deposit[0], abused[0]) == (1_000, 9_000, 0, 0)
