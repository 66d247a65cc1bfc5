"""A case: one scenario under a name, ready to be played; the cell of every study."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sim.base.notes import Note
from sim.engine.layout.outline import Outline
from sim.engine.layout.plan import Plan, laid_out
from sim.partners.listed import Listed
from sim.runs.replicate import Specification
from sim.scenario.copied_tables import copies, copy_of, naming_copies
from sim.scenario.load import Loaded
from sim.scenario.reads_claims import DRAWN, NOTE, Claims, check_expected
from sim.scenario.show import resolved_yaml

RESOLVED = "scenario.resolved.yaml"


@dataclass(frozen=True)
class Case:
    """A scenario to play: as plain data for workers, and as it was loaded."""

    name: str
    specification: Specification
    loaded: Loaded | None = None

    @classmethod
    def of(
        cls, loaded: Loaded, seed: int | None = None, extra: Sequence[type] = (), name: str = "", claims: Claims = DRAWN
    ) -> Case:
        """The case of a loaded scenario; `seed` in place of the scenario's own, `extra` beside what it was loaded with.

        Raises
        ------
        ScenarioError
            Where claims are to be expected values and something in the scenario needs them drawn.
        """
        if claims == "expected":
            check_expected(loaded.scenario, loaded.nodes)
        chosen = loaded.scenario.seed if seed is None else seed
        specification = Specification(
            dict(loaded.tree), chosen, _listed(loaded), tuple(dict.fromkeys((*loaded.extra, *extra))), claims
        )
        return cls(name or loaded.scenario.name, specification, loaded)

    @property
    def notes(self) -> tuple[Note, ...]:
        """Warnings of the scenario, and that claims are not drawn where they are not."""
        loaded = () if self.loaded is None else self.loaded.notes
        return loaded if self.specification.claims == DRAWN else (NOTE, *loaded)

    @cached_property
    def outline(self) -> Outline:
        """The scenario laid out but for its partners: enough to know what a run needs."""
        return self.specification.outline()

    @cached_property
    def plan(self) -> Plan:
        """The scenario laid out."""
        return laid_out(self.outline)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """The scenario as files that load again: name, content."""
        if self.loaded is None:
            return
        for name, path in copies(self.loaded).items():
            yield name, copy_of(path)
        yield RESOLVED, resolved_yaml(naming_copies(self.loaded)).encode("utf-8", "backslashreplace")


def _listed(loaded: Loaded) -> tuple[Listed, ...]:
    table = loaded.roster
    if table is None:
        return ()
    columns = zip(
        table.ids, table.segments, table.flows, table.names, table.regions, table.relativities, table.us_shares,
        (sponsor or None for sponsor in table.sponsors), table.groups, table.legs, table.quotas, strict=True,
    )  # fmt: skip
    listed = (Listed(*row) for row in columns)
    if not table.certified and not table.appointed:
        return tuple(listed)
    nothing = [()] * len(table)
    dated = zip(listed, table.certified or nothing, table.appointed or nothing, strict=True)
    return tuple(replace(one, certified=certified, appointed=appointed) for one, certified, appointed in dated)
