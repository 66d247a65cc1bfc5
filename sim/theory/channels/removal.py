"""Removal effects: what is lost of the sales when a channel leads nowhere, in exact fractions.

The first-order Markov chain of touches, with journeys that ended without a sale; the linear equations are solved in
rationals, so credits add up exactly.
Source: Anderl, Becker, von Wangenheim and Schumann (2016), International Journal of Research in Marketing 33, 457-474.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from sim.theory import attribution
from sim.theory.channels.bounds import at_least


@dataclass(frozen=True)
class Removal:
    """Chance of a sale from the start, removal effect of each channel, and sales split in proportion to them."""

    conversion_probability: Fraction
    removal_effect: dict[str, Fraction]
    attributed: dict[str, Fraction]

    @property
    def sum_of_effects(self) -> Fraction:
        """Of all channels; above 1 where journeys have several touches."""
        return sum(self.removal_effect.values(), Fraction(0))


def removal_effects(paths: Iterable[attribution.Path]) -> Removal:
    """Removal effects of all channels, and what each is credited with of all sales together.

    Parameters
    ----------
    paths : iterable of Path
        Touches, oldest first, with counts of journeys that ended in a sale and of those that did not.

    Raises
    ------
    ValueError
        For a path without touches or a negative count. Without any sale all effects and credits are 0.
    """
    given = list(paths)
    for path in given:
        at_least(0, conversions=path.conversions, nulls=path.nulls)
        if not path.touches:
            raise ValueError("a path needs at least one touch")
    found = attribution.markov(given)
    credited = found.attributed or dict.fromkeys(found.removal_effect, Fraction(0))
    return Removal(found.conversion_probability, found.removal_effect, credited)


def expected_paths(
    shares: Iterable[tuple[tuple[str, ...], Fraction]], sales: int, lost: Fraction, scale: int = 10**6
) -> list[attribution.Path]:
    """Counts of expected journeys for `removal_effects`, from shares of the sales and journeys lost for each sale.

    Counts are `scale` times the expected ones and rounded to integers, as only their proportions matter.
    """
    at_least(0, sales=sales, lost=float(lost))
    made = [(path, round(scale * sales * share)) for path, share in shares]
    return [attribution.Path(path, count, round(count * lost)) for path, count in made]
