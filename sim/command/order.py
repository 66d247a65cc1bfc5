"""What is to be played: from a file and options, or again from a manifest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sim.base.notes import Note
from sim.scenario.lever_signs import as_options
from sim.scenario.load import Loaded
from sim.scenario.reads_claims import DRAWN, Claims, check_expected

if TYPE_CHECKING:
    from sim.judgement.precision import Until
    from sim.judgement.session import Run


@dataclass(frozen=True)
class Order:
    """One run, complete: two equal orders give the same bytes of data."""

    file: str
    """name of the scenario's file, for the summary and the output folder"""
    loaded: Loaded
    replications: int
    """all that are played, or the most that may be where the run waits for something"""
    seed: int
    sets: tuple[str, ...] = ()
    panels: tuple[int, ...] = ()
    notes: tuple[Note, ...] = ()
    """what the user should know before the run"""
    until: Until | None = None
    """what is waited for"""
    claims: Claims = DRAWN
    doubt: int | None = None
    """replications that are played with doubt too; None: as many as without"""
    breaks: bool = True
    """whether breaking points are looked for"""
    twin: bool = False
    """whether the same is played without the partner programme too"""
    words: tuple[str, ...] = field(default=(), compare=False)
    """file and options that ask the same of as many replications as wanted, from where the user stands"""

    @cached_property
    def run(self) -> Run:
        """The run itself; the engine is loaded here, after all that can be refused without it."""
        from sim.judgement.session import Run
        from sim.runs.case import Case

        case = Case.of(self.loaded, self.seed, claims=self.claims)
        return Run(case, self.replications, self.panels, self.until, self.doubt, self.breaks, self.twin)

    @property
    def partners(self) -> int:
        """Partners at the start."""
        there = self.loaded.roster
        return len(there) if there else sum(one.partners for one in self.loaded.scenario.segments.values())


def from_file(
    path: Path, replications: int | None, seed: int | None, sets: Sequence[str], panels: str,
    waits: tuple[str | None, str | None, bool] = (None, None, False), claims: Claims = DRAWN,
    doubt: int | None = None, breaks: bool = True, twin: bool = False, root: Path | None = None,
) -> Order:  # fmt: skip
    """The order that a command line states; what it leaves out is the scenario's.

    `waits` : `--precision`, `--of` and `--until-decided`; `root` : a folder that may be read as well.

    Raises
    ------
    ScenarioError, typer.BadParameter
    """
    from sim.command.frame.options import numbers
    from sim.command.frame.until import check_panels, until
    from sim.results.loading import load

    loaded = load(path, sets, root=root)
    count = loaded.scenario.replications if replications is None else replications
    chosen = loaded.scenario.seed if seed is None else seed
    if claims == "expected":
        check_expected(loaded.scenario, loaded.nodes)
    awaited = until(*waits, loaded.scenario)
    kept = numbers(panels, count)
    if awaited is not None:
        check_panels(kept, awaited.rounds(loaded.scenario, count, claims).totals[0])
    words = _words(path, sets, seed, claims, root)
    return Order(path.name, loaded, count, chosen, tuple(sets), kept, (), awaited, claims, doubt, breaks, twin, words)


def _words(path: Path, sets: Sequence[str], seed: int | None, claims: Claims, root: Path | None) -> tuple[str, ...]:
    """A scenario as it was asked for; what was left out stays out."""
    stated = {"--seed": seed, "--claims": None if claims == DRAWN else claims, "--root": root}
    options = [word for name, value in stated.items() if value is not None for word in (name, str(value))]
    return (str(path), *as_options(sets), *options)


def repeated(path: Path, root: Path | None = None) -> Order:
    """The order of a manifest (or of the folder that holds it), its inputs being what they were.

    Raises
    ------
    ScenarioError
    """
    from sim.report.files import manifest
    from sim.results.loading import load

    again = manifest.read(path, root)
    loaded = load(again.scenario, root=root)
    return Order(
        again.scenario_file,
        loaded,
        again.replications,
        again.seed,
        (),
        again.panel_replications,
        again.notes,
        again.until,
        again.claims,
        again.doubt,
        again.breaks,
        again.twin,
        _words(again.scenario, (), again.seed, again.claims, root),
    )
