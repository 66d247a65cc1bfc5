"""What work on speed has gained: each figure as a ratio, the checkouts before and after in turn, round by round.

python -m bench.batch [--before DIR] [--rounds N] [--rows NAME,...] [--long]
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench import tables
from bench.rows import CALLS, ROWS, Row
from bench.trees import HERE, Tree

ROUNDS = 7
HEAD = ("row", "figure", "in one table", "bound", "goal", "before", "found", "least", "most")
NOTE = (
    "CPU time: the median of {rounds} rounds, the least and the most. Over a yardstick less is better, "
    "before / after more. Months are those of one replication of so many that stand in one table, before and now."
)


@dataclass
class Found:
    """The ratios of the rounds."""

    before: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)
    together: str = ""
    """replications in one table"""


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="bench.batch", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--before", type=Path, metavar="DIR", help="checkout of the product before the work")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"interleaved rounds (default {ROUNDS})")
    parser.add_argument("--rows", default="", metavar="NAME,...", help=", ".join(row.name for row in ROWS))
    parser.add_argument("--long", action="store_true", help="also the rows that take hours")
    return parser.parse_args(arguments)


def chosen_rows(names: str, long: bool, compared: bool) -> list[Row]:
    """The rows that are asked for and can be measured: without a checkout before, those with a yardstick."""
    known = {row.name: row for row in ROWS}
    if unknown := [name for name in names.split(",") if name and name not in known]:
        raise SystemExit(f"no row {', '.join(unknown)}; there are {', '.join(known)}")
    asked = [known[name] for name in names.split(",")] if names else [row for row in ROWS if long or not row.long]
    return [row for row in asked if compared or row.yardstick is not None]


def measure(rows: Sequence[Row], rounds: int, before: Tree | None, after: Tree) -> dict[str, Found]:
    """Play every row in every round, before and after in turn."""
    trees = [tree for tree in (before, after) if tree is not None]
    for row in rows:
        say(f"warm-up: {row.name}")
        for tree in trees:
            row.warm(tree)
    found = {row.name: Found(together=", ".join(filter(None, map(row.together, trees)))) for row in rows}
    for number in range(rounds):
        for row in rows:
            play(row, found[row.name], before, after)
            say(f"round {number + 1} of {rounds}: {row.name} {found[row.name].after[-1]:.3f}")
    return found


def play(row: Row, found: Found, before: Tree | None, after: Tree) -> None:
    """One round of a row."""
    then = None if before is None else row.of(before)
    now = row.of(after)
    if row.yardstick is None:
        assert then is not None
        then, now = 1.0, then / now
    if then is not None:
        found.before.append(then)
    found.after.append(now)


def table(rows: Sequence[Row], found: Mapping[str, Found]) -> str:
    """Bound, goal and what was found, a line a row."""
    return tables.table(HEAD, [_line(row, found[row.name]) for row in rows])


def calls(before: Tree | None, after: Tree) -> str:
    """How many functions and kernels Python calls in a month of one replication."""
    lines = []
    for name, month in CALLS.items():
        then = "" if before is None else f"{tables.grouped(month.calls(before))} before, "
        lines.append(f"- {name}: {then}{tables.grouped(month.calls(after))} now")
    return "\n".join(["Calls from Python, a month of one replication:", "", *lines])


def say(text: str) -> None:
    """Say on the error stream what takes time."""
    print(text, file=sys.stderr, flush=True)


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    chosen = options(arguments)
    rows = chosen_rows(chosen.rows, chosen.long, chosen.before is not None)
    with ExitStack() as open_trees:
        after = open_trees.enter_context(closing(Tree(HERE)))
        before = None if chosen.before is None else open_trees.enter_context(closing(Tree(chosen.before)))
        found = measure(rows, chosen.rounds, before, after)
        print(NOTE.format(rounds=chosen.rounds), table(rows, found), sep="\n\n")
        if any(row.name == "python" for row in rows):
            print("", calls(before, after), sep="\n")


def _line(row: Row, found: Found) -> list[str]:
    way = "at least" if row.yardstick is None else "at most"
    bound, goal = ("" if figure is None else f"{way} {figure:g}" for figure in (row.bound, row.goal))
    before = f"{median(found.before):.2f}" if found.before else ""
    spread = (median(found.after), min(found.after), max(found.after))
    return [row.name, row.label, found.together, bound, goal, before, *(f"{figure:.2f}" for figure in spread)]


if __name__ == "__main__":
    main()
