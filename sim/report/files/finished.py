"""A finished run, read from its output folder; nothing is played."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.base.errors import Problem, ScenarioError
from sim.base.in_python.arguments import Arguments
from sim.base.in_python.words_of_python import words_of_python
from sim.base.notes import Note
from sim.base.text import safe_lines, safe_text
from sim.report.files import manifest, scenario_as_run
from sim.report.files.manifest import Rerun
from sim.report.files.manifest_fields import SCHEMA
from sim.results.columns import EVENTS
from sim.results.loading import load
from sim.scenario.files.bounds import Wider
from sim.scenario.files.plain_file import content
from sim.scenario.load import Loaded

if TYPE_CHECKING:
    import pandas

GIVE_EXTRA = "give them to sim.open(folder, extra=[...])"
TEXTS = ("replication", "month", "statement", "section", "line")


@words_of_python()
def open_run(folder: str | PathLike[str], root: Wider = None, extra: Sequence[type] = ()) -> Finished:
    """A finished run, from its output folder; links in it may lead into `root` as well.

    `extra` are the classes of your own with which it was played: its scenario needs them.

    Raises
    ------
    ScenarioError
        Where the folder is not there, was not written by a run, was written by a version that this one cannot read, or
        was changed since; and for an argument that cannot be given.

    Examples
    --------
    >>> import sim
    >>> sim.open("scenarios")
    Traceback (most recent call last):
    ...
    sim.base.errors.ScenarioError: scenarios: no run: it holds no manifest.json; give the output folder of a run
    """
    given = Arguments()
    given.of("folder", folder, (str, PathLike), "a path")
    given.path("root", root)
    given.classes("extra", extra)
    given.check()
    place = Path(folder)
    shown = safe_text(str(folder))
    if not place.is_dir():
        raise ScenarioError(f"{shown}: no such folder; give the output folder of a run")
    if not (place / manifest.NAME).is_file():
        raise ScenarioError(f"{shown}: no run: it holds no {manifest.NAME}; give the output folder of a run")
    said = manifest.loaded(place / manifest.NAME, root)
    if kind := said.get("kind"):
        raise ScenarioError(f"{shown}: a study ({safe_text(str(kind))}), no run; its tables are CSV files in tables")
    if (schema := said.get("schema")) != SCHEMA:
        by = f"partner-sim {safe_text(str(dict(said.get('versions') or {}).get('sim', 'unknown')))}"
        raise ScenarioError(
            f"{shown}: written by {by}, with a manifest of schema {safe_text(repr(schema))}; this version reads schema "
            f"{SCHEMA}: open it with the version that wrote it, or play the scenario again"
        )
    return Finished(place, said, manifest.read(place, root), root, tuple(extra))


@dataclass(frozen=True, repr=False)
class Finished:
    """What the output folder of a run holds; each part is read when first asked for, and refused where it was changed.

    `manifest` is manifest.json as plain data: hashes, seed, versions.
    """

    folder: Path
    manifest: Mapping[str, Any]
    rerun: Rerun
    """what `run` needs to repeat it"""
    root: Wider = None
    """a folder into which its links may lead"""
    extra: tuple[type, ...] = ()
    """classes from outside with which its scenario is loaded"""

    @property
    def notes(self) -> tuple[Note, ...]:
        """Versions that differ from those of the run."""
        return self.rerun.notes

    @cached_property
    def summary(self) -> dict[str, Any]:
        """summary.json: verdict, criteria, key figures, theory, notes."""
        found: dict[str, Any] = json.loads(content(self._path("summary.json"), manifest.LARGEST))
        return found

    @property
    def verdict(self) -> str:
        """PASS, FAIL or UNDECIDED."""
        return str(self.summary["verdict"])

    @cached_property
    def kpis(self) -> pandas.DataFrame:
        """Key figures, with the columns of `Result.kpis`; what does not exist, and an end without a bound, is NaN."""
        import pandas

        rows = {name: _row(said) for name, said in self.summary["kpis"].items()}
        frame = pandas.DataFrame.from_dict(rows, orient="index").rename_axis("kpi")
        frame["unit"] = frame["unit"].where(frame["unit"] != self.summary["currency"], "money")
        numbers = [name for name in frame.columns if name not in ("unit", "known", "text")]
        return frame.astype(dict.fromkeys(numbers, float))

    @cached_property
    def monthly(self) -> pandas.DataFrame:
        """monthly.parquet: replication, month, metric, value; metrics that are zero throughout are left out."""
        return self._parquet("monthly.parquet")

    @cached_property
    def partners(self) -> pandas.DataFrame:
        """partners.parquet: the panel by segment and year, and by partner for the replications asked for."""
        return self._parquet("partners.parquet")

    @cached_property
    def events(self) -> pandas.DataFrame:
        """events.csv with the columns of `Result.events`: what happened when."""
        found = self._csv("events.csv").assign(month=lambda one: one["months_from_start"])
        return found.rename(columns={"event": "name"})[list(EVENTS)].astype(EVENTS)

    @cached_property
    def statement(self) -> pandas.DataFrame:
        """income_balance_cash.csv: replication (or `mean`), month, statement, section, line, amount (major units)."""
        return self._csv("income_balance_cash.csv", dict.fromkeys(TEXTS, str))

    @cached_property
    def scenario(self) -> Loaded:
        """The scenario as it was played, to be changed (`with_`) or played again.

        Raises
        ------
        ScenarioError
            Where it was played with classes of your own, and they were not given to `sim.open`.
        """
        given = {one.__name__ for one in self.extra}
        played = [safe_text(str(one)) for one in self.manifest.get("extra", ())]
        if lacking := [one for one in played if one.rpartition(".")[2] not in given]:
            what = f"the run was played with classes of your own: {', '.join(lacking)}"
            raise ScenarioError(Problem("extra", what, GIVE_EXTRA))
        return load(self._path(scenario_as_run.RESOLVED), extra=self.extra, root=self.root)

    def __repr__(self) -> str:
        said = self.summary
        lines = [f"  {one['verdict']}  {one['name']}" for one in said["criteria"]]
        name = safe_text(said["scenario"]["name"])
        head = f"{self.verdict}  {name}: {said['replications']} replications, seed {said['seed']}"
        return safe_lines(
            "\n".join([head, *lines, "  .summary .kpis .monthly .partners .statement .events .manifest .scenario"])
        )

    def _repr_html_(self) -> str:
        return f"<pre>{escape(repr(self))}</pre>"

    def _parquet(self, name: str) -> pandas.DataFrame:
        import pandas

        return pandas.read_parquet(self._path(name))

    def _csv(self, name: str, kinds: Mapping[str, type] | None = None) -> pandas.DataFrame:
        import pandas

        return pandas.read_csv(self._path(name), dtype=kinds, keep_default_na=False)

    def _path(self, name: str) -> Path:
        """A file of the folder, as the run left it."""
        files = self.manifest["files"]
        if name not in files:
            raise ScenarioError(f"{safe_text(str(self.folder))}: the run wrote no {name}")
        return manifest.Place(self.folder, self.root).check(name, files[name])


def _row(said: Mapping[str, Any]) -> dict[str, Any]:
    low, high = said["interval"]
    return {
        "unit": said["unit"], "mean": said["mean"], "low": low, "high": high,
        **{name: said[name] for name in ("p5", "p50", "p95", "theory", "known", "text")},
    }  # fmt: skip
