"""The figures of a run as Markdown tables, and RESULTS.md refreshed between its markers."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench.timing import Timed, ratio

RESULTS = Path(__file__).with_name("RESULTS.md")
GOALS = {"mesa": "150, at least 120", "numpy": "at least 4.5", "floor": "none", "product": "at most 2.5"}
ROUND_ABOVE = 20  # ratios above it are shown without decimals
LABELS = {
    "core": "core: small compiled stages, keyed draws",
    "numpy": "NumPy columns",
    "mesa": "plain Mesa, an object a partner",
    "floor": "floor: state streamed, key, 13 uniforms, 15 exponentials",
    "product": "whole month of the product",
}


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, the first column of text and the others of figures."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, rule, *rows])


def grouped(number: float, digits: int = 0) -> str:
    """A figure with a space between thousands."""
    return f"{number:,.{digits}f}".replace(",", " ")


def speeds(sides: Mapping[str, Timed]) -> str:
    """CPU ns a partner-month of each side."""
    rows = [
        [LABELS[name], grouped(timed.partners), grouped(timed.least, 1), grouped(timed.middle, 1)]
        for name, timed in sides.items()
    ]
    return table(["side", "partners", "least ns", "median ns"], rows)


def ratios(sides: Mapping[str, Timed]) -> str:
    """Ratios to the core in the same run."""
    core = sides["core"]
    rows = [
        _ratio_row(f"{LABELS[name].partition(',')[0]} / core", ratio(sides[name], core), GOALS[name])
        for name in ("mesa", "numpy", "product")
        if name in sides
    ]
    low, middle = ratio(sides["floor"], core)
    rows.append(["floor / core", f"{low:.0%}", f"{middle:.0%}", GOALS["floor"]])
    return table(["ratio", "of the minima", "median of rounds", "goal"], rows)


def sizes(sides: Mapping[str, Timed], stem: str) -> str:
    """Speed of one thing by number of partners, against its first row."""
    chosen = [timed for name, timed in sides.items() if name.startswith(f"{stem} ")]
    rows = []
    for timed in chosen:
        low, middle = ratio(timed, chosen[0])
        figures = [f"{timed.least:.1f}", f"{timed.middle:.1f}", f"{low:.2f}", f"{middle:.2f}"]
        rows.append([grouped(timed.partners), *figures])
    first = grouped(chosen[0].partners)
    head = ["partners", "least ns", "median ns", f"least, to {first}", f"median, to {first}"]
    return table(head, rows)


def memory(state: Mapping[str, float]) -> str:
    """Bytes a partner."""
    return table(["memory", "bytes a partner"], [[name, grouped(figure)] for name, figure in state.items()])


def refresh(parts: Mapping[str, str]) -> None:
    """Put each part between its markers in RESULTS.md."""
    text = RESULTS.read_text(encoding="utf-8")
    for name, part in parts.items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}\n{part}\n{end}{after}"
    RESULTS.write_text(text, encoding="utf-8")


def _ratio_row(label: str, values: tuple[float, float], goal: str) -> list[str]:
    low, middle = (f"{value:.0f}" if value >= ROUND_ABOVE else f"{value:.2f}" for value in values)
    return [label, low, middle, goal]


def measured(
    name: str, about: str, report: Callable[[int, int], str], arguments: list[str] | None, rounds: int = 7
) -> None:
    """Print the report of a bench by partners and rounds, and with --write refresh its table of RESULTS.md."""
    parser = argparse.ArgumentParser(prog=f"bench.{name}", description=about.partition("\n")[0])
    parser.add_argument("--partners", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--write", action="store_true", help="refresh the table of RESULTS.md")
    chosen = parser.parse_args(arguments)
    found = report(chosen.partners, chosen.rounds)
    print(found)
    if chosen.write:
        refresh({name: found})
