"""The CSV files that a scenario names: partners one by one, and what happened."""

from __future__ import annotations

import hashlib
from pathlib import Path as FilePath

from sim.scenario.files.bounds import shown
from sim.scenario.files.plain_file import opened
from sim.scenario.language.actuals import Actuals, actuals_in
from sim.scenario.language.csv_bytes import LARGEST_FILE
from sim.scenario.language.extending import Extender
from sim.scenario.language.findings import Findings
from sim.scenario.language.nodes import Path, nearest
from sim.scenario.language.roster import RosterTable, read_roster
from sim.scenario.schema import Scenario

MOST_ROWS = 10_000_000


class NamedTables:
    """The CSV files that a scenario names, relative to the main file's folder."""

    def __init__(self, main: FilePath, extender: Extender) -> None:
        self.main, self.extender = main, extender
        self.found: dict[str, FilePath] = {}

    def roster(self, scenario: Scenario) -> RosterTable | None:
        """The partners one by one."""
        if scenario.roster is None:
            return None
        path = self._path(("roster", "csv"), scenario.roster.csv)
        limit = int(min(scenario.population_limit, MOST_ROWS))
        table = read_roster(path, shown(path), scenario.segments, self._findings, limit)
        self._keep("roster", path)
        return table

    def actuals(self, scenario: Scenario) -> Actuals | None:
        """What happened."""
        if scenario.actuals is None:
            return None
        path = self._path(("actuals",), scenario.actuals)
        found = actuals_in(path, shown(path), scenario, self._findings)
        self._keep("actuals", path)
        return found

    @property
    def _findings(self) -> Findings:
        return self.extender.reader.findings

    def _path(self, key: Path, name: str) -> FilePath:
        """The file that a key names."""
        assert self._findings.tree is not None
        at = nearest(self._findings.tree, key).place
        path = self.extender.inside(name, self.main, at.file, at, str(key[0]))
        self.extender.reader.files.append(path)
        return path

    def _keep(self, key: str, path: FilePath) -> None:
        """What was read, with its digest."""
        with opened(path, LARGEST_FILE) as file:
            self.extender.reader.digests[path] = hashlib.file_digest(file, "sha256").hexdigest()
        self.found[key] = path
