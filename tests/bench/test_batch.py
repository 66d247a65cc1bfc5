"""Two checkouts compared: which way a ratio goes, what cancels out, and that the frozen files are still read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import sim
from bench.batch import Found, chosen_rows, play
from bench.measures import Month, frozen, scaled
from bench.rows import Row

START_UP, MONTH = 500, 70


@dataclass(eq=False)
class Checkout:
    """Stands for a checkout where every play takes start-up and months, which a whole batch shares."""

    figure: float = 1.0
    batch: int = 1

    def ask(self, play: str, sets: list[str], replications: int = 0, **_: Any) -> int:
        if play == "together":
            return self.batch
        months = int(sets[-1].removeprefix("months=").removesuffix("mo"))
        return START_UP + replications // self.batch * months * MONTH


@dataclass
class Fixed:
    """A measure that a checkout, or the yardstick, states itself."""

    figure: float | None = None

    def of(self, tree: Any) -> float:
        return tree.figure if self.figure is None else self.figure


def test_a_gain_is_before_over_after() -> None:
    found = Found()
    play(Row("gain", "", 2.0, 3.0, Fixed()), found, Checkout(12.0), Checkout(4.0))
    assert (found.before, found.after) == ([1.0], [3.0])


def test_a_figure_with_a_yardstick_is_over_it_in_each_checkout() -> None:
    found = Found()
    play(Row("month", "", 2.0, 3.0, Fixed(), Fixed(2.0)), found, Checkout(12.0), Checkout(4.0))
    assert (found.before, found.after) == ([6.0], [2.0])


def test_start_up_cancels_out_of_a_month() -> None:
    assert Month(replications=4).of(Checkout()) == MONTH


def test_a_month_is_that_of_one_replication_of_a_batch() -> None:
    """Each checkout plays what it would for a user; the figure says how many replications that was."""
    row, many = Row("month", "", None, None, Month(replications=4)), Checkout(batch=20)
    assert row.of(many) == MONTH / 20
    assert [row.together(tree) for tree in (Checkout(), many)] == ["1", "20"]
    assert Month(1, like=Month(1)).together(many) == 20
    assert Row("command", "", None, None, Fixed()).together(many) == ""


def test_without_a_checkout_before_only_what_has_a_yardstick_is_measured() -> None:
    assert {row.name for row in chosen_rows("", long=True, compared=False)} == {"month_10000", "month_100000", "python"}
    assert "map" not in {row.name for row in chosen_rows("", long=False, compared=True)}
    with pytest.raises(SystemExit, match="no row months"):
        chosen_rows("months", long=False, compared=True)


@pytest.mark.parametrize("partners", [10, 100, 10_000])
def test_the_frozen_scenario_scales(partners: int) -> None:
    segments = sim.load(frozen("insurer_partner_channel"), scaled(partners)).scenario.segments
    assert sum(segment.partners for segment in segments.values()) == pytest.approx(partners, abs=1)


def test_the_frozen_scenarios_are_read() -> None:
    for file in ("small_network", "commission_over_margin"):
        assert Path(frozen(file)).exists() and sim.load(frozen(file))
