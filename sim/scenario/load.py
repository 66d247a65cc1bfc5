"""Load a scenario: files, presets and overrides composed, validated and checked, every fault at once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path as FilePath
from typing import Any, cast

from sim.base.errors import ScenarioError
from sim.base.notes import Note
from sim.scenario.checks.together import KpiNames, check
from sim.scenario.checks.uncertain_figures import Again, check_uncertain, moved_away
from sim.scenario.checks.what_prices_move import note_moved_prices
from sim.scenario.language.actuals import Actuals, actuals_in
from sim.scenario.language.extending import Extender, root_of, shown
from sim.scenario.language.findings import Findings
from sim.scenario.language.mended import mended
from sim.scenario.language.merging import named_only
from sim.scenario.language.nodes import Node, Origin, Path, children, dotted, nearest, plain, pruned, walk
from sim.scenario.language.overrides import lever_paths, with_sets
from sim.scenario.language.presets import with_presets
from sim.scenario.language.reading import Reader, Shelf
from sim.scenario.language.reference_prices import moved_prices, with_reference_prices
from sim.scenario.language.rewritten import with_rewritten
from sim.scenario.language.roster import RosterTable, read_roster
from sim.scenario.language.validation import fitted, validated
from sim.scenario.language.warm_up_policy import settled
from sim.scenario.schema import Scenario, scenario_model

MOST_ROWS = 10_000_000
DECLARED = ("uncertainties", "breaks")


@dataclass(frozen=True)
class Loaded:
    """A scenario ready to run, and where each of its figures came from.

    `tree` is the resolved scenario in the user's own terms (extends, presets and overrides applied), `origins` maps
    the dotted path of everything in it to where it was written. `files` are all input files, the main one first,
    `digests` SHA-256 of what was read in them; `beside` those of them that the key `roster` or `actuals` names.
    """

    scenario: Scenario
    tree: Mapping[str, Any]
    origins: Mapping[str, Origin]
    notes: tuple[Note, ...]
    files: tuple[FilePath, ...]
    roster: RosterTable | None
    nodes: Node = field(repr=False, compare=False)
    digests: Mapping[FilePath, str] = field(repr=False, compare=False)
    extra: tuple[type, ...] = ()
    """classes from outside that it was loaded with"""
    beside: Mapping[str, FilePath] = field(default_factory=dict)
    actuals: Actuals | None = None
    """what happened, where the scenario states it"""

    def takes(self, sets: Sequence[str]) -> bool:
        """Whether the scenario, with each `path=value` put in, is still one that can be played."""
        try:
            _again(self.nodes, self.scenario, self.roster)(sets)
        except ScenarioError:
            return False
        return True


def load(
    path: str | PathLike[str],
    sets: Sequence[str] = (),
    extra: Sequence[type] = (),
    kpis: KpiNames | None = None,
    shelf: Shelf | None = None,
) -> Loaded:
    """Read, compose and check the scenario in `path`.

    Parameters
    ----------
    path : the scenario's YAML file.
    sets : overrides `path=value`, as `--set` gives them; an empty value deletes the key.
    extra : rules, strategies, stories, stages and key figures from outside the package.
    kpis : gives the names that criteria may use; None: they are not checked.
    shelf : keeps files once read for loads that follow, of a run over which no file changes.

    Raises
    ------
    ScenarioError
        With every problem that was found, each with its place and remedy.
    """
    findings = Findings()
    reader = Reader(findings, shelf={} if shelf is None else shelf)
    main = _resolved(FilePath(path), findings)
    extender = Extender(reader, root_of(main))
    composed = pruned(with_presets(_with_levers(named_only(extender.load(main, str(path))), sets, extender), reader))
    tree = with_reference_prices(composed, extender.layers)
    findings.tree = tree
    model, tables = scenario_model(tuple(extra)), _Tables(main, extender)
    tree, scenario = fitted(tree, model, findings)
    _tell_rounded(findings.tree, tree, findings)
    findings.tree = tree
    if scenario is None:
        _check_the_rest(tree, model, tables, kpis, findings)
    findings.raise_if_any()
    assert scenario is not None
    roster = tables.roster(scenario)
    check(scenario, roster, kpis, findings)
    note_moved_prices(scenario, moved_prices(tree, extender.layers), findings)
    findings.raise_if_any()
    actuals = tables.actuals(scenario)
    findings.raise_if_any()
    if left_out := moved_away(scenario, tree, lever_paths(sets), findings):
        tree, scenario = _without(tree, left_out), _declaring(scenario, left_out)
        findings.tree = tree
    if shelf is None:  # a study draws nothing, and loads often
        check_uncertain(scenario, _again(tree, scenario, roster), findings)
        findings.raise_if_any()
    origins = {dotted(at): node.origin for at, node in walk(tree) if at}
    notes, files = tuple(findings.notes), tuple(reader.files)
    return Loaded(
        scenario, plain(tree), origins, notes, files, roster, tree, reader.digests, tuple(extra), tables.found, actuals
    )  # fmt: skip


def _tell_rounded(before: Node, after: Node, findings: Findings) -> None:
    """Note the amounts that levers have set between two minor units."""
    for path, node in walk(after) if after is not before else ():
        if (was := nearest(before, path).value) != node.value and not isinstance(was, dict | list):
            text = f"{was:.15g} is set in whole minor units, {node.value:.15g}"
            findings.note("money_rounded", text, path)


def _check_the_rest(
    tree: Node, model: type[Scenario], tables: _Tables, kpis: KpiNames | None, findings: Findings
) -> None:
    """Add the faults of what is right in itself, so that a wrong value hides no unknown name elsewhere."""
    rest = mended(tree, model)
    if rest is None:
        return
    scenario, number = cast(Scenario, rest.block), len(findings.problems)
    findings.tree = rest.tree
    with suppress(ScenarioError):  # what stops at its first fault has added it
        check(scenario, tables.roster(scenario), kpis, findings)
    findings.problems[number:] = [one for one in findings.problems[number:] if rest.may_tell(one)]
    findings.tree = tree


def _without(tree: Node, places: Collection[Path]) -> Node:
    """The tree without some declarations under `uncertainties` and `breaks`."""
    items = dict(tree.value)
    for key in {str(place[0]) for place in places}:
        block = items[key]
        kept = [(part, node) for part, node in children(block) if (key, part) not in places]
        value: Any = dict(kept) if isinstance(block.value, dict) else [node for _, node in kept]
        items[key] = replace(block, value=value)
    return replace(tree, value={key: node for key, node in items.items() if key not in DECLARED or node.value})


def _declaring(scenario: Scenario, places: Collection[Path]) -> Scenario:
    """The scenario without some declarations."""
    laws = {name: one for name, one in scenario.uncertainties.items() if ("uncertainties", name) not in places}
    listed = [text for at, text in enumerate(scenario.breaks) if ("breaks", at) not in places]
    return scenario.model_copy(update={"uncertainties": laws, "breaks": listed})


def _again(tree: Node, scenario: Scenario, roster: RosterTable | None) -> Again:
    """Checks the scenario once more with other figures in it."""

    def again(sets: Sequence[str]) -> Sequence[Note]:
        findings = Findings()
        findings.tree = pruned(settled(with_sets(tree, sets, Reader(findings))))
        found = validated(findings.tree, type(scenario), findings)
        findings.raise_if_any()
        assert found is not None
        check(found, roster, None, findings)
        findings.raise_if_any()
        return findings.notes

    return again


def _with_levers(files: Node, sets: Sequence[str], extender: Extender) -> Node:
    """The files with every `--set`, the policy of the warm-up where it is another, and what rewrote the warm-up."""
    tree = settled(with_sets(files, sets, extender.reader))
    base = files if extender.base is None else named_only(extender.base)
    return tree if base is files and not sets else with_rewritten(base, tree)


def _resolved(path: FilePath, findings: Findings) -> FilePath:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        findings.fail("the file name cannot be resolved", "check it", at=Origin(str(path), 0, 0))


class _Tables:
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
        with path.open("rb") as file:
            self.extender.reader.digests[path] = hashlib.file_digest(file, "sha256").hexdigest()
        self.found[key] = path
