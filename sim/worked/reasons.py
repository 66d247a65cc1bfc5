"""Which rule, line and rounding made the difference between what a worked example expects and what was found.

Amounts are in minor units. A line is `rate x input`, rounded half to even; what else would have given the expected
amount is tried in turn: another rounding, a rule less, another rate of one line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from math import floor

from sim.base.functions import round_line
from sim.base.units import MINOR_PER_MAJOR
from sim.policy.inputs import TRUE_UP, unit_of
from sim.policy.statement import StatementLine

FINEST = 4  # decimals of a share that a contract would state
DUST = 1e-6  # minor units: a product of doubles this near to a whole number was not rounded
BY_SALE = "rounded for each sale it is {}; write rounding: sale"
HALF_UP = "rounded half up it is {}, rules round half to even"
Lines = Sequence[StatementLine]


def reasons(what: str, gap: int, lines: Lines, contracts: Mapping[str, int], rules: Collection[str]) -> tuple[str, ...]:
    """What would have brought the expected amount, which is `gap` above that of the lines.

    `contracts` are those of the month by product, new and renewed; `rules` are all rules' names.
    """
    mine = [line for line in lines if line.amount and _concerns(line, what)]
    silent = ", ".join(rule for rule in rules if all(line.rule != rule for line in mine) and what == "commission")
    unheard = f"nothing came of {silent}" if silent else ""
    if not mine:
        return (unheard,) if unheard else ()
    found = _other_rounding(mine, gap, contracts) or _a_rule_less(mine, gap)
    if not found:
        found = _another_rate(mine, gap) or [_largest(mine, gap)]
        found += [unheard] * bool(unheard)
    return tuple(found)


def _largest(lines: Lines, gap: int) -> str:
    most = max(lines, key=lambda line: abs(line.amount))
    return f"no single line or rounding makes the difference of {money(gap)}; the largest is {_line(most)}"


def _concerns(line: StatementLine, what: str) -> bool:
    if what.startswith("rule "):
        return line.rule == what.removeprefix("rule ")
    return what == "commission" or (what == "accrued" and bool(line.product))


# --- roundings -------------------------------------------------------------------------------------------------------


def _other_rounding(lines: Lines, gap: int, contracts: Mapping[str, int]) -> list[str]:
    """Lines that another rounding would change, all of them or those of one rule, if that makes the difference."""
    rated = [line for line in lines if line.rate is not None]
    rules = dict.fromkeys(line.rule for line in rated)
    for some in (rated, *([line for line in rated if line.rule == rule] for rule in rules)):
        each = [(line, _by_sale(line, contracts.get(line.product, 0))) for line in some]
        up = [(line, floor(_exact(line) + 0.5)) for line in some]
        for says, other in ((BY_SALE, each), (HALF_UP, up)):
            changed = [(line, amount) for line, amount in other if amount != line.amount]
            if changed and sum(amount - line.amount for line, amount in changed) == gap:
                return [f"{_line(line)}; {says.format(money(amount))}" for line, amount in changed]
    once = round_line(1.0, sum(map(_exact, rated)))
    if rated and once - sum(line.amount for line in rated) == gap:
        return [f"each line is rounded by itself; rounded once they are {money(once)}", *map(_line, rated)]
    return []


def _exact(line: StatementLine) -> float:
    """A line before it is rounded."""
    return (line.rate or 0.0) * line.input


def _by_sale(line: StatementLine, contracts: int) -> int:
    """The line where each of so many equal sales is rounded by itself."""
    if contracts < 1 or unit_of(line.reads) != "money":
        return line.amount
    whole, dearer = divmod(round(line.input), contracts)
    rate = line.rate or 0.0
    return dearer * round_line(rate, whole + 1) + (contracts - dearer) * round_line(rate, whole)


# --- rules and rates -------------------------------------------------------------------------------------------------


def _a_rule_less(lines: Lines, gap: int) -> list[str]:
    rules = dict.fromkeys(line.rule for line in lines)
    if len(rules) == 1 and sum(line.amount for line in lines) == -gap:
        return [f"nothing was expected of {_line(line)}" for line in lines]
    for rule in rules:
        of_rule = [line for line in lines if line.rule == rule]
        if sum(line.amount for line in of_rule) == -gap:
            return [f"without {_line(line)}" for line in of_rule]
    return [f"without {_line(line)}" for line in lines if line.amount == -gap][:1]


def _another_rate(lines: Lines, gap: int) -> list[str]:
    """The first line that would make the difference alone, at a rate that a contract could state."""
    return next(_neat(lines, gap), [])


def _neat(lines: Lines, gap: int) -> Iterator[list[str]]:
    for line in lines:
        if line.rate is None or not line.input:
            continue
        due, of_money = line.amount + gap, unit_of(line.reads) == "money"
        rate = round(due / line.input, FINEST) if of_money else float(round(due / line.input))
        if round_line(rate, line.input) == due and (not of_money or 0.0 <= rate <= 1.0):
            stated = share(rate) if of_money else f"{money(round(rate))} each"
            yield [f"{_line(line)}; at {stated} it would be {money(due)}"]


# --- words -----------------------------------------------------------------------------------------------------------


def _line(line: StatementLine) -> str:
    name = f"rule {line.rule}" + (f", {line.product}" if line.product else "")
    if line.type == TRUE_UP:
        return f"{name}: a true-up of {money(line.amount)}"
    if line.rate is None or not line.input:
        return f"{name}: {money(line.amount)}"
    if unit_of(line.reads) != "money":
        return f"{name}: {money(round(line.rate))} x {line.input:,.6g} {line.reads} = {money(line.amount)}"
    exact = _exact(line)
    says = f"{name}: {share(line.rate)} of {money(round(line.input))}"
    if abs(exact - line.amount) < DUST:
        return f"{says} = {money(line.amount)}"
    return f"{says} = {exact / MINOR_PER_MAJOR:,.8g}, rounded to {money(line.amount)}"


def share(rate: float) -> str:
    """A rate as a percentage, with the decimals that it needs."""
    return f"{rate * 100:.6g}%"


def money(minor: int) -> str:
    """Major units with two decimals, exact."""
    sign, size = "-" if minor < 0 else "", abs(minor)
    return f"{sign}{size // MINOR_PER_MAJOR:,}.{size % MINOR_PER_MAJOR:02}"
