"""Load a scenario: files, presets and overrides composed, validated and checked, every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from os import PathLike
from pathlib import Path as FilePath
from typing import Any, NamedTuple, cast

from sim.base.errors import ScenarioError
from sim.base.in_python.arguments import Arguments
from sim.base.notes import Note
from sim.scenario import said
from sim.scenario.checks.together import KpiNames, check, check_references
from sim.scenario.checks.uncertain_figures import Again, check_uncertain, moved_away
from sim.scenario.checks.what_prices_move import note_moved_prices
from sim.scenario.files.bounds import Bounds, Wider
from sim.scenario.files.given_file import bounded
from sim.scenario.from_python import NAME, levers_of, node_of, shown
from sim.scenario.language.actuals import Actuals
from sim.scenario.language.dump import yaml_of
from sim.scenario.language.extending import Extender
from sim.scenario.language.faulty.completed import Completed, completed
from sim.scenario.language.faulty.mended import Mended, mended
from sim.scenario.language.faulty.new_entries import without_mistyped
from sim.scenario.language.findings import SETS, Findings
from sim.scenario.language.merging import named_only
from sim.scenario.language.nodes import Node, Origin, dotted, nearest, plain, pruned, walk
from sim.scenario.language.overrides import lever_paths, with_sets
from sim.scenario.language.presets import with_presets
from sim.scenario.language.reading import Reader, Shelf
from sim.scenario.language.reference_prices import moved_prices, with_reference_prices
from sim.scenario.language.rewritten import with_rewritten
from sim.scenario.language.roster import RosterTable
from sim.scenario.language.validation import fitted, validated
from sim.scenario.language.warm_up_policy import settled
from sim.scenario.left_out import declaring, without
from sim.scenario.named_tables import NamedTables
from sim.scenario.schema import Scenario, scenario_model

Source = str | PathLike[str] | Mapping[str, Any]
"""a scenario's file, or the scenario as a mapping"""
CHANGES = "with_"
"""what messages call the figures that `with_` is given"""


@dataclass(frozen=True, repr=False)
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
    source: Source = field(default="", repr=False, compare=False)
    """what it was loaded from"""
    sets: tuple[str, ...] = ()
    """the overrides that it was loaded with"""
    known: KpiNames | None = field(default=None, repr=False, compare=False)
    shelf: Shelf = field(default_factory=dict, repr=False, compare=False)
    """the files as they were read"""
    home: FilePath = FilePath()
    root: Wider = field(default=None, repr=False, compare=False)
    """a folder that it may read beside its own"""

    def __repr__(self) -> str:
        return "\n".join(said.lines(self.scenario))

    def _repr_html_(self) -> str:
        return said.page(self.scenario)

    def with_(self, changes: Mapping[str, Any]) -> Loaded:
        """The scenario with other figures, loaded and checked anew; this one stays as it is.

        Parameters
        ----------
        changes : value by dotted path, as `--set` takes them. A text that begins with `+`, `-` or `*` moves what is
            there (`+2pp` or `+=2pp`, `*1.1`); any other value stands in its place; None deletes.

        Raises
        ------
        ScenarioError
            With every problem at once.

        Examples
        --------
        >>> import sim
        >>> scenario = sim.load("scenarios/gallery/small_network.yaml")
        >>> dearer = scenario.with_({"policy.rules.base.new": "+2pp", "replications": 4})
        >>> scenario.tree["policy"]["rules"]["base"]["new"], dearer.tree["policy"]["rules"]["base"]["new"]
        ('17%', '19%')
        """
        given = Arguments()
        given.mapping("changes", changes)
        given.check()
        asked = _Asked(self.source, (*self.sets, *levers_of(changes)), self.extra, self.known, self.home, self.root)
        try:
            return _loaded(asked, dict(self.shelf), draws=True)
        except ScenarioError as error:
            named = [replace(one, file=CHANGES) if one.file == SETS else one for one in error.problems]
            raise ScenarioError(named) from None

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled without the scenario, whose type is made as it is loaded."""
        return _unpickled, ({one.name: getattr(self, one.name) for one in fields(self) if one.name != "scenario"},)

    def takes(self, sets: Sequence[str]) -> bool:
        """Whether the scenario, with each `path=value` put in, is still one that can be played."""
        try:
            _again(self.nodes, self.scenario, self.roster)(sets)
        except ScenarioError:
            return False
        return True


def _unpickled(kept: Mapping[str, Any]) -> Loaded:
    scenario = validated(kept["nodes"], scenario_model(kept["extra"]), Findings())
    assert scenario is not None
    return Loaded(scenario=scenario, **kept)


def load(
    path: Source,
    sets: Sequence[str] = (),
    extra: Sequence[type] = (),
    kpis: KpiNames | None = None,
    shelf: Shelf | None = None,
    home: str | PathLike[str] = "",
    root: Wider = None,
) -> Loaded:
    """Read, compose and check the scenario in `path`.

    Parameters
    ----------
    path : the scenario's YAML file, or the scenario as a mapping.
    sets : overrides `path=value`, as `--set` gives them; an empty value deletes the key.
    extra : rules, strategies, stories, stages and key figures from outside the package.
    kpis : gives the names that criteria may use; None: they are not checked.
    shelf : keeps files once read for loads that follow, of a run over which no file changes.
    home : folder from which a mapping names files; left out: this one.
    root : a folder that may be read beside that of the scenario.

    Raises
    ------
    ScenarioError
        With every problem that was found, each with its place and remedy.
    """
    asked = _Asked(path, tuple(sets), tuple(extra), kpis, FilePath(home), root)
    return _loaded(asked, {} if shelf is None else shelf, draws=shelf is None)  # a study draws nothing, and loads often


class _Asked(NamedTuple):
    """What is to be loaded."""

    source: Source
    sets: tuple[str, ...]
    extra: tuple[type, ...]
    kpis: KpiNames | None
    home: FilePath
    root: Wider = None


def _main(asked: _Asked, reader: Reader) -> tuple[FilePath, str, Bounds]:
    """The main file, what messages call it and what bounds it.

    A mapping stands for a file of the folder from which it names others.
    """
    if not isinstance(asked.source, Mapping | str | PathLike):
        what = f"{shown(asked.source)} is no scenario"
        reader.findings.fail(what, "give a file's path, a mapping or what sim.load returned")
    path = asked.home / NAME if isinstance(asked.source, Mapping) else FilePath(asked.source)
    main, bounds = bounded(path, asked.root, reader.findings)
    if not isinstance(asked.source, Mapping):
        return main, str(asked.source), bounds
    node = node_of(asked.source, reader.findings)
    reader.hold(main, node, yaml_of(plain(node)))
    return main, NAME, bounds


def _loaded(asked: _Asked, shelf: Shelf, draws: bool) -> Loaded:
    sets, extra, kpis = asked.sets, asked.extra, asked.kpis
    findings = Findings()
    reader = Reader(findings, shelf=shelf)
    main, name, bounds = _main(asked, reader)
    extender = Extender(reader, bounds)
    written = named_only(extender.load(main, name))
    composed = pruned(with_presets(_with_levers(written, sets, extender), reader))
    tree = with_reference_prices(composed, extender.layers)
    model, tables = scenario_model(extra), NamedTables(main, extender)
    tree = without_mistyped(tree, written, lever_paths(sets), model, findings)
    findings.tree = tree
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
        tree, scenario = without(tree, left_out), declaring(scenario, left_out)
        findings.tree = tree
    if draws:
        check_uncertain(scenario, _again(tree, scenario, roster), findings)
        findings.raise_if_any()
    origins = {dotted(at): node.origin for at, node in walk(tree) if at}
    notes, files = tuple(findings.notes), tuple(reader.files)
    return Loaded(
        scenario, plain(tree), origins, notes, files, roster, tree, reader.digests, extra, tables.found, actuals,
        asked.source, sets, kpis, shelf, asked.home, asked.root,
    )  # fmt: skip


def _tell_rounded(before: Node, after: Node, findings: Findings) -> None:
    """Note the amounts that levers have set between two minor units."""
    for path, node in walk(after) if after is not before else ():
        if (was := nearest(before, path).value) != node.value and isinstance(was, int | float):
            text = f"{was:.15g} is set in whole minor units, {node.value:.15g}"
            findings.note("money_rounded", text, path)


def _check_the_rest(
    tree: Node, model: type[Scenario], tables: NamedTables, kpis: KpiNames | None, findings: Findings
) -> None:
    """Add the faults of what is right in itself, so that a wrong value hides no unknown name elsewhere."""
    rest, whole = mended(tree, model), completed(tree, model)
    if rest is not None:
        _told(check, rest, tables, kpis, findings)
    if whole is not None:
        _told(check_references, whole, tables, kpis, findings)
    findings.tree = tree


def _told(
    checks: Callable[[Scenario, RosterTable | None, KpiNames | None, Findings], None],
    found: Mended | Completed,
    tables: NamedTables,
    kpis: KpiNames | None,
    findings: Findings,
) -> None:
    """Add the faults that checks find in a part of a scenario and that can be trusted, each once."""
    scenario, before = cast(Scenario, found.block), list(findings.problems)
    findings.tree = found.tree
    with suppress(ScenarioError):  # what stops at its first fault has added it
        checks(scenario, tables.roster(scenario), kpis, findings)
    new = findings.problems[len(before) :]
    findings.problems[len(before) :] = [one for one in new if found.may_tell(one) and one not in before]


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
