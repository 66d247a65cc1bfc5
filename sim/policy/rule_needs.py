"""What the rules of a book need, all together: of the month's facts, of the table, of who plays them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from sim.base.columns import Column
from sim.policy.measuring import condition
from sim.policy.rule import Rule

RULES = "sim.policy.rules."  # where ours are


@dataclass(frozen=True)
class RuleNeeds:
    """Asked once of all rules; `rules` are name and rule in the order in which they act."""

    rules: list[tuple[str, Rule]]

    @property
    def batched(self) -> bool:
        """Whether every rule plays many replications at once."""
        return all(rule.batched for _, rule in self.rules)

    @property
    def built_in(self) -> bool:
        """Whether no rule comes from outside of the package."""
        return all(type(rule).__module__.startswith(RULES) for _, rule in self.rules)

    @cached_property
    def wants(self) -> frozenset[str]:
        """Names of the optional facts of a month that some rule reads."""
        return frozenset().union(*(rule.wants for _, rule in self.rules))

    @cached_property
    def reads_cost(self) -> bool:
        """Whether some rule reads what premium is expected to cost."""
        return any(rule.reads_cost for _, rule in self.rules)

    @property
    def reads_lives(self) -> bool:
        """Whether what a partner expects of some rule follows from how long contracts live."""
        return any(rule.reads_lives for _, rule in self.rules)

    @cached_property
    def reads_service(self) -> bool:
        """Whether some rule reads what partners cost beyond commission."""
        return any(rule.reads_service for _, rule in self.rules)

    @cached_property
    def reads_due(self) -> bool:
        """Whether some rule reads how many contracts were due for renewal."""
        return any(one.needs_due for _, rule in self.rules for one in rule.measures)

    @property
    def reads_collected(self) -> bool:
        """Whether some rule reads the premium that has come in."""
        return any(rule.reads_collected for _, rule in self.rules)

    @cached_property
    def stops_of_claims(self) -> tuple[int, ...]:
        """Every sum, minor units, within which some rule counts single claims, the lowest first."""
        return tuple(sorted(set().union(*(rule.stops_of_claims for _, rule in self.rules))))

    @property
    def takes_back(self) -> bool:
        """Whether some rule takes back commission on new business."""
        return any(rule.takes_back for _, rule in self.rules)

    @property
    def pays_new_apart(self) -> bool:
        """Whether some rule pays otherwise on new business than on renewals; one from outside may."""
        return not self.built_in or any(rule.pays_new_apart for _, rule in self.rules)

    @property
    def tells_new_apart(self) -> bool:
        """Whether rates alone do not say how much of the commission is on new business, partner by partner."""
        apart = [rule for _, rule in self.rules if rule.pays_new_apart]
        chosen = any(rule.chooses for _, rule in self.rules)
        return not self.built_in or (bool(apart) and (chosen or not all(rule.flat for rule in apart)))

    @property
    def advances(self) -> bool:
        """Whether some rule pays commission before it is earned."""
        return any(rule.advances for _, rule in self.rules)

    @property
    def draws(self) -> bool:
        """Whether some rule owes partners money ahead of what they earn."""
        return any(rule.draws for _, rule in self.rules)

    @cached_property
    def funds(self) -> tuple[str, ...]:
        """Names of the rules that keep marketing money for partners."""
        return tuple(dict.fromkeys(name for name, rule in self.rules if rule.funds))

    @cached_property
    def accrues_later(self) -> bool:
        """Whether some rule accrues commission on premium after it is written."""
        return any(rule.accrues_later for _, rule in self.rules)

    @cached_property
    def idle(self) -> frozenset[str]:
        """Columns of the statement that no rule writes; a rule from outside may write any."""
        if not self.built_in:
            return frozenset()
        rules = [rule for _, rule in self.rules]
        written = {
            "received": any(rule.needs_sponsors for rule in rules),
            "loss_share": any(rule.charges_losses for rule in rules),
            **dict.fromkeys(("advanced", "written_down"), self.advances),
            "advance_back": self.advances or self.draws,
        }
        return frozenset(name for name, there in written.items() if not there)

    def columns(self) -> list[Column]:
        """What the rules remember of every partner, each column and each of its own axes named `rule.name`."""
        found = {
            f"{name}.{one.name}": replace(
                one, name=f"{name}.{one.name}", axes=tuple(_axis(name, axis) for axis in one.axes)
            )
            for name, rule in self.rules
            for one in (*rule.columns, *condition.columns(rule.only_if))
        }
        return list(found.values())

    def axis_lengths(self) -> dict[str, int]:
        """Lengths of the axes of `columns`."""
        found: dict[str, int] = {}
        for name, rule in self.rules:
            for axis, length in (rule.axis_lengths() | condition.axis_lengths(rule.only_if)).items():
                found[_axis(name, axis)] = max(length, found.get(_axis(name, axis), 0))  # two bodies may share one
        return found


def _axis(rule: str, axis: str) -> str:
    return axis if axis == "product" else f"{rule}.{axis}"
