"""What a calibration says: estimates with their errors as a table, and as a block to paste into a scenario."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.scenario.language.dump import yaml_of
from sim.scenario.language.nodes import dotted

if TYPE_CHECKING:
    import pandas

_DIGITS = 6  # significant, of a figure to paste: far below any standard error


@dataclass(frozen=True)
class Parameter:
    """An estimate.

    `path` is where it belongs in a scenario, `block` how much of the path takes a `source`; 0: none does.
    """

    path: tuple[str, ...]
    estimate: float
    standard_error: float
    low: float
    high: float
    unit: str
    block: int = 0
    pasted: bool = True


@dataclass(frozen=True)
class Calibration:
    """Estimates from a file.

    Attributes
    ----------
    parameters : in the order of the table
    source : name of the file
    notes : what a reader should know before pasting
    figures : figures of the whole fit by name
    """

    parameters: tuple[Parameter, ...]
    source: str
    notes: tuple[str, ...] = ()
    figures: tuple[tuple[str, float], ...] = ()

    @cached_property
    def table(self) -> pandas.DataFrame:
        """Rows: parameter. Columns: estimate, standard_error, low, high (95 % interval), unit."""
        import pandas

        rows = [(dotted(p.path), p.estimate, p.standard_error, p.low, p.high, p.unit) for p in self.parameters]
        columns = ["parameter", "estimate", "standard_error", "low", "high", "unit"]
        return pandas.DataFrame(rows, columns=columns).set_index("parameter")

    @cached_property
    def yaml(self) -> str:
        """The block to paste, with `source` where its figures stand; notes as comments."""
        tree: dict[str, Any] = {}
        for parameter in self.parameters:
            if parameter.pasted and parameter.estimate == parameter.estimate:
                self._put(tree, parameter)
        head = [f"source: {self.source}", *self.notes]
        return "".join(f"# {' '.join(line.split())}\n" for line in head) + yaml_of(tree)

    def _put(self, tree: dict[str, Any], parameter: Parameter) -> None:
        place = tree
        for depth, part in enumerate(parameter.path[:-1], start=1):
            place = place.setdefault(part, {})
            if depth == parameter.block:
                place["source"] = self.source
        place[parameter.path[-1]] = float(f"{parameter.estimate:.{_DIGITS}g}")
