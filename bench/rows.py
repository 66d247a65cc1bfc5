"""The figures that work on speed is judged by, each with its bound and its goal."""

from __future__ import annotations

from dataclasses import dataclass

from bench.measures import MAIN, SMALL, Cold, Command, FrozenCore, Measure, Month, Statements, frozen, scaled
from bench.networks import ON
from bench.trees import Tree

BATCH = 4  # replications of 10 000 partners, each by itself
BY_ITSELF = 10  # partners: so few that a month is nothing but calls from Python
WARMING = "--replications", "2"


@dataclass(frozen=True)
class Row:
    """A figure: `play` before over `play` after or, where there is a yardstick, `play` over that in each checkout."""

    name: str
    label: str
    bound: float | None
    goal: float | None
    play: Measure
    yardstick: Measure | None = None
    long: bool = False
    """hours: measured only when asked for"""

    def warm(self, tree: Tree) -> None:
        """Compile, and fill what is to be full."""
        for measure in self._measures:
            measure.warm(tree)

    def of(self, tree: Tree) -> float:
        """The figure of one checkout."""
        upper, *lower = (measure.of(tree) for measure in self._measures)
        return upper / lower[0] if lower else upper

    def together(self, tree: Tree) -> str:
        """Replications in one table, where months are played."""
        return str(self.play.together(tree)) if isinstance(self.play, Month) else ""

    @property
    def _measures(self) -> list[Measure]:
        return [measure for measure in (self.play, self.yardstick) if measure is not None]


def _study(name: str) -> Command:
    return Command(("study", frozen(name)), warming=("run", SMALL, *WARMING))


TEN_THOUSAND = Month(BATCH, sets=scaled(10_000))
HUNDRED_THOUSAND = Month(1, sets=scaled(100_000), long=15)
THOUSAND = Month(16, sets=scaled(1_000))
HUNDRED = Month(64, sets=scaled(100))
SMALL_NETWORK = Month(64, SMALL)
NETWORKS = Month(BATCH, sets=(*scaled(10_000), *ON))
CALLS_ALONE = Month(BATCH, sets=scaled(BY_ITSELF), like=TEN_THOUSAND)
SCREEN = Command(("run", MAIN, "--replications", "20"), spent="shown")
FILES = Command(("run", MAIN, "--replications", "1000"), warming=("run", MAIN, *WARMING))
MAP = Command(("study", frozen("stress_map_full")), warming=("run", frozen("commission_over_margin"), *WARMING))

ROWS = (
    Row("month_10000", "whole month / frozen core, 10 000 partners", 2.4, 2.0, TEN_THOUSAND, FrozenCore(10_000)),
    Row("month_100000", "whole month / frozen core, 100 000", 1.8, 1.5, HUNDRED_THOUSAND, FrozenCore(100_000)),
    Row("month_1000", "whole month, 1 000 partners", 2.5, 3.5, THOUSAND),
    Row("month_100", "whole month, 100 partners, static rivals", 8.0, 12.0, HUNDRED),
    Row("small_network", "whole month of the small network", 8.0, 12.0, SMALL_NETWORK),
    Row("networks", "month with brokers, deposits, control, answering rivals, crises", 2.0, 3.0, NETWORKS),
    Row("statements", "five commission rules, 10 000 partners, a month", 1.6, 2.5, Statements(10_000)),
    Row("screen", "20 replications of the main scenario to the screen, warm", 1.7, 3.0, SCREEN),
    Row(
        "python", f"month of {BY_ITSELF} partners / of 10 000: calls from Python", None, None, CALLS_ALONE, TEN_THOUSAND
    ),
    Row("files", "1 000 replications of the main scenario with files", 1.5, 2.0, FILES, long=True),
    Row("cold", "cold first run of the small network, wall clock", 1.7, 4.0, Cold(("run", SMALL)), long=True),
    Row("frontier", "study frontier_commission", 6.0, 10.0, _study("frontier_commission"), long=True),
    Row("reverse_stress", "study reverse_stress", 6.0, 10.0, _study("reverse_stress"), long=True),
    Row("optimise", "study optimise_commission", 6.0, 10.0, _study("optimise_commission"), long=True),
    Row("map", "20 x 20 map of the main scenario with files", 1.3, 1.8, MAP, long=True),
)
CALLS = {"10 000 partners": TEN_THOUSAND, "the small network": SMALL_NETWORK}
