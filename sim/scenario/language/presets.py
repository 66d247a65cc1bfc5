"""`segments.<name>.preset`: the figures of a kind of partner laid below the user's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path as FilePath

import sim.partners.segments
from sim.scenario.language.merging import merge
from sim.scenario.language.nodes import Node, Path
from sim.scenario.language.reading import Reader
from sim.scenario.language.suggestions import closest, did_you_mean

FILE = FilePath(sim.partners.segments.__file__).with_name("segments.yaml")
NAME = "sim/partners/segments.yaml"


def with_presets(tree: Node, reader: Reader) -> Node:
    """The tree with each segment's preset merged below its values; the key `preset` itself is then gone."""
    segments = tree.value.get("segments")
    if segments is None or not isinstance(segments.value, dict) or not any(map(_wants, segments.value.values())):
        return tree
    files = list(reader.files)
    presets: dict[str, Node] = reader.read(FILE, NAME, "preset", 0).value
    reader.files = files  # part of the program, not an input
    merged = {name: _filled(name, node, presets, reader) for name, node in segments.value.items()}
    return replace(tree, value={**tree.value, "segments": replace(segments, value=merged)})


def _wants(segment: Node) -> bool:
    return isinstance(segment.value, dict) and segment.value.get("preset") is not None


def _filled(name: str, segment: Node, presets: dict[str, Node], reader: Reader) -> Node:
    if not _wants(segment):
        return segment
    wish: Node = segment.value["preset"]
    own = replace(segment, value={key: node for key, node in segment.value.items() if key != "preset"})
    if wish.value is None:
        return own
    if not isinstance(wish.value, str) or wish.value not in presets:
        path: Path = ("segments", name, "preset")
        remedy = did_you_mean(str(wish.value), presets)
        reader.findings.fault(f'unknown preset "{wish.value}"', remedy, path, wish.origin)
        return merge(
            presets[closest(str(wish.value), presets) or min(presets)], own
        )  # else all that it brings is missed
    return merge(presets[wish.value], own)
