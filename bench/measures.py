"""What is measured in a checkout, one figure each: a scenario's month, statements, a whole command, the yardstick."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from ruamel.yaml import YAML

from bench.frozen.core import Core
from bench.timing import Timed, warm
from bench.trees import Tree


def frozen(name: str) -> str:
    """A scenario or study as it was before the work on speed."""
    return str(Path(__file__).with_name("frozen") / f"{name}.yaml")


MAIN, SMALL = frozen("insurer_partner_channel"), frozen("small_network")
LIMIT = 2_000_000  # partners
WARM_MONTHS = 12  # a term of every product
STATEMENT_MONTHS = 60
CORE_WARM_MONTHS, CORE_BATCH_ROWS = 120, 800_000


class Measure(Protocol):
    """Something that can be measured in a checkout."""

    def warm(self, tree: Tree) -> None:
        """Do once what is not to be timed: compilation above all."""

    def of(self, tree: Tree) -> float:
        """The figure, less is better."""


@dataclass(frozen=True)
class Month:
    """CPU ns of a month of one replication: of a batch, where the checkout plays many in one table, or of some in turn.

    The difference of two runs that differ in their months alone: start-up, warm-up and verdict cancel out, what a batch
    of replications shares in a month does not.
    """

    replications: int
    """how many, where each is played by itself"""
    scenario: str = MAIN
    sets: tuple[str, ...] = ()
    short: int = 3
    long: int = 36
    like: Month | None = None
    """another month, of which as many replications are in one table; left out: as many as the checkout puts there"""

    def together(self, tree: Tree) -> int:
        """Replications in one table."""
        return self.like.together(tree) if self.like else _batch(tree, self.scenario, self._sets(self.long))

    def warm(self, tree: Tree) -> None:
        """Play the long run: what happens once a year is then compiled too."""
        self._played(tree, self.long)

    def of(self, tree: Tree) -> float:
        """CPU ns."""
        return self._gap(tree, "scenario")

    def calls(self, tree: Tree) -> float:
        """Calls of Python functions and kernels."""
        return self._gap(tree, "calls")

    def _gap(self, tree: Tree, play: str) -> float:
        more = self._played(tree, self.long, play) - self._played(tree, self.short, play)
        return more / ((self.long - self.short) * self._all(tree))

    def _played(self, tree: Tree, months: int, play: str = "scenario") -> int:
        sets = list(self._sets(months))
        return tree.ask(play, file=self.scenario, sets=sets, replications=self._all(tree))

    def _all(self, tree: Tree) -> int:
        batch = self.together(tree)
        return batch if batch > 1 else self.replications

    def _sets(self, months: int) -> tuple[str, ...]:
        return (*self.sets, f"months={months}mo")


@dataclass(frozen=True)
class Statements:
    """CPU ns of a month's statements under five rules, of one replication of a batch."""

    partners: int

    def warm(self, tree: Tree) -> None:
        """Lay the rules out and compile them."""
        self.of(tree)

    def of(self, tree: Tree) -> float:
        """CPU ns."""
        return tree.ask("statements", partners=self.partners, months=STATEMENT_MONTHS) / STATEMENT_MONTHS


@dataclass(frozen=True)
class Command:
    """Seconds of a whole command."""

    arguments: tuple[str, ...]
    spent: str = "cpu"
    """field of `Spent`"""
    warming: tuple[str, ...] | None = None
    """a shorter command that compiles the same; left out: the command itself"""

    def warm(self, tree: Tree) -> None:
        """Carry it out, or what warms for it."""
        tree.command([*(self.warming or self.arguments), "--workers", "1"])

    def of(self, tree: Tree) -> float:
        """Seconds."""
        spent: float = getattr(tree.command([*self.arguments, "--workers", "1"]), self.spent)
        return spent


@dataclass(frozen=True)
class Cold:
    """Seconds by the clock of a command where nothing has been compiled yet, with all processors."""

    arguments: tuple[str, ...]

    def warm(self, tree: Tree) -> None:
        """Nothing: it is to be cold."""

    def of(self, tree: Tree) -> float:
        """Seconds."""
        with TemporaryDirectory() as cache_of_kernels:
            return tree.command(self.arguments, {"NUMBA_CACHE_DIR": cache_of_kernels}).wall


@dataclass(frozen=True)
class FrozenCore:
    """CPU ns of a month of the frozen core, in this process: the same whichever checkout is measured."""

    partners: int

    def warm(self, tree: Tree) -> None:
        """Fill the book of contracts."""
        self.of(tree)

    def of(self, tree: Tree) -> float:
        """CPU ns."""
        self._timed.play()
        return self._timed.rounds[-1] * self.partners

    @cached_property
    def _timed(self) -> Timed:
        core = Core(self.partners)
        warm(core, CORE_WARM_MONTHS)
        return Timed(core, self.partners, max(1, CORE_BATCH_ROWS // self.partners))


def scaled(partners: int) -> tuple[str, ...]:
    """What sets the frozen main scenario to so many partners in all.

    Fewer partners have fewer entrants; more have as many as before, as in `product.scaled_sets`.
    """
    segments = _segments()
    share = partners / sum(segment["partners"] for segment in segments.values())
    sets = [f"population_limit={LIMIT}", f"opening.months={WARM_MONTHS}mo"]
    for name, segment in segments.items():
        sets.append(f"segments.{name}.partners={round(segment['partners'] * share)}")
        sets.append(f"segments.{name}.turnover.entry={segment['turnover']['entry'] * min(share, 1.0):g}")
    return tuple(sets)


@cache
def _batch(tree: Tree, scenario: str, sets: tuple[str, ...]) -> int:
    return tree.ask("together", file=scenario, sets=list(sets))


@cache
def _segments() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load(Path(MAIN))["segments"]
    return found
