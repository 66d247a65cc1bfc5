"""`extends`: a scenario laid over other files, which must stay within its bounds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath

from sim.scenario.files.bounds import Bounds, fault_of, relative, shown
from sim.scenario.files.plain_file import UnfitFile
from sim.scenario.language.merging import over_every
from sim.scenario.language.migrations import migrated
from sim.scenario.language.nodes import Node, Origin
from sim.scenario.language.reading import Reader
from sim.scenario.language.warm_up_policy import laid_over, policy_before

DEEPEST_CHAIN = 10
MOST_FILES = 100


@dataclass
class Extender:
    """Reads a scenario and what it extends; CSV files are named from the main file's folder."""

    reader: Reader
    bounds: Bounds
    base: Node | None = None
    """the lowest files that state a policy, once others were laid over them"""
    layers: list[Node] = field(default_factory=list)
    """what each file says itself, in the order in which they are laid over each other"""

    def load(self, path: FilePath, name: str, chain: tuple[FilePath, ...] = ()) -> Node:
        """The tree of `path` laid over the files that it extends, the later over the earlier."""
        findings = self.reader.findings
        node = migrated(self.reader.read(path, name, "file", 100 - len(chain)), findings)
        node = _named_from(node, path, (chain or (path,))[0])
        names = self._names(node)
        body = replace(node, value={key: item for key, item in node.value.items() if key != "extends"})
        chain = (*chain, path)
        below: Node | None = None
        for item in names:
            target = self.inside(str(item.value), path, name, item.origin, "extends")
            self._refuse_chain(target, chain, item.origin)
            layer = self.load(target, shown(target), chain)
            below = layer if below is None else self._laid(below, layer)
        self.layers.append(body)
        return body if below is None else self._laid(below, body)

    def _laid(self, below: Node, over: Node) -> Node:
        """A layer over those below it; the lowest with a policy is the base whose warm-up others may rewrite."""
        if self.base is None and policy_before(below) is not None:
            self.base = below
        return laid_over(*over_every(below, over))

    def inside(self, name: str, by: FilePath, by_name: str, at: Origin, key: str) -> FilePath:
        """Resolved path of the file `name` that the file `by` names; refused unless it is a file within the bounds."""
        try:
            return self.bounds.named(name, by.parent, by_name)
        except UnfitFile as error:
            self.reader.findings.fail(error.what, error.remedy, (key,), at)

    def _names(self, node: Node) -> list[Node]:
        extends: Node | None = node.value.get("extends")
        if extends is None or extends.value is None:
            return []
        names: list[Node] = extends.value if isinstance(extends.value, list) else [extends]
        for item in names:
            if not isinstance(item.value, str):
                self.reader.findings.fail(
                    "a file name or a list of them expected", "such as extends: base.yaml", ("extends",), item.place
                )
        return names

    def _refuse_chain(self, target: FilePath, chain: tuple[FilePath, ...], at: Origin) -> None:
        fail = self.reader.findings.fail
        if target in chain:
            loop = " -> ".join(path.name for path in (*chain[chain.index(target) :], target))
            fail(f"extends goes in a cycle: {loop}", "remove one of the links", ("extends",), at)
        if len(chain) > DEEPEST_CHAIN:
            fail(f"extends goes deeper than {DEEPEST_CHAIN} files", "make the chain shorter", ("extends",), at)
        if len(self.reader.files) >= MOST_FILES:
            fail(f"over {MOST_FILES} files by extends", "name each file once", ("extends",), at)


def _named_from(node: Node, path: FilePath, main: FilePath) -> Node:
    """The node with its roster and actuals named from the main file's folder, wherever they were written."""
    if path.parent == main.parent:
        return node
    items = dict(node.value)
    roster = items.get("roster")
    if roster is not None and isinstance(roster.value, dict) and "csv" in roster.value:
        csv = _moved(roster.value["csv"], path.parent, main.parent)
        items["roster"] = replace(roster, value={**roster.value, "csv": csv})
    if "actuals" in items:
        items["actuals"] = _moved(items["actuals"], path.parent, main.parent)
    return replace(node, value=items)


def _moved(name: Node, there: FilePath, home: FilePath) -> Node:
    """A file name that one folder's file states, as seen from another folder; what is none is refused later."""
    if not isinstance(name.value, str) or fault_of(name.value):
        return name
    return replace(name, value=relative(there / name.value, home))
