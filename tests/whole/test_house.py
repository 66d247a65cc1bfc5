"""The house as a reader meets it: folders seen at a glance, names that mean one thing, short bodies and lines."""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from statistics import median

import pytest

import sim

ROOT = Path(__file__).parents[2]
SIM = ROOT / "sim"
FILES = sorted(SIM.rglob("*.py"))
FOUND_BY_FILE = {"sim/policy/rules", "sim/market/rivals", "sim/market/shocks", "sim/experiments/studies"}
SIDE_BY_SIDE = 25
LARGEST_SHARE = 0.2  # of the lines, in one room
NAMED_BY_OTHERS = (
    "theory",
    "command",
    "rules",
    "attribution",
    "rivals",
    "shocks",
    "studies",
)  # after a subject, a command, a kind
IN_EVERY_ROOM = {"columns": "what the room keeps of a partner", "terms": "what a scenario says of the room's subject"}
WITHOUT_A_ROOM = {
    "hardening",
    "whole",
    "docs",
    "bench",
    "reference",
}  # tests of all rooms together, of documents, of the bench; data
MOST_IGNORES = 40
LONGEST_BODY, MEDIAN_BODY = 60, 5
WIDTH = 120


def parsed() -> Iterator[tuple[Path, ast.Module]]:
    """Every file of the package with its syntax tree."""
    for path in FILES:
        yield path, ast.parse(path.read_text("utf-8"))


@pytest.mark.parametrize("top", ["sim", "tests"])
def test_folders_are_seen_at_a_glance(top: str) -> None:
    folders = [ROOT / top, *(path for path in (ROOT / top).rglob("*") if path.is_dir() and path.name != "__pycache__")]
    crowded = {}
    for folder in folders:
        name = folder.relative_to(ROOT).as_posix()
        beside = [path for path in folder.iterdir() if path.name != "__pycache__"]
        if name not in FOUND_BY_FILE and len(beside) > SIDE_BY_SIDE:
            crowded[name] = len(beside)
    assert not crowded


def test_no_room_is_a_fifth_of_the_house() -> None:
    lines: Counter[str] = Counter()
    for path in FILES:
        lines[path.relative_to(SIM).parts[0]] += path.read_text("utf-8").count("\n")
    assert max(lines.values()) <= LARGEST_SHARE * sum(lines.values()), lines.most_common(3)


def test_a_file_name_means_one_thing() -> None:
    homes = defaultdict(list)
    for path in FILES:
        parts = path.relative_to(SIM).parts
        if path.stem not in {"__init__", *IN_EVERY_ROOM} and not {parts[0], *parts[:-1]} & set(NAMED_BY_OTHERS):
            homes[path.stem].append(path.relative_to(ROOT).as_posix())
    assert not {name: found for name, found in homes.items() if len(found) > 1}


def test_tests_stand_where_their_room_stands() -> None:
    rooms = {path.name for path in SIM.iterdir() if path.is_dir()}
    tested = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()} - {"__pycache__"}
    assert tested - WITHOUT_A_ROOM <= rooms


def test_types_of_arrays_are_named_once() -> None:
    named = [
        path.relative_to(SIM).as_posix()
        for path in FILES
        if re.search(r"^\w+(: TypeAlias)? = NDArray\[", path.read_text("utf-8"), re.M)
    ]
    assert named == ["base/arrays.py", "theory/arrays.py"]  # the closed forms share nothing with the simulation


def test_types_are_ignored_seldom_and_for_a_reason() -> None:
    ignores = [
        (path.relative_to(ROOT).as_posix(), line.strip())
        for path in FILES for line in path.read_text("utf-8").splitlines() if "type: ignore" in line
    ]  # fmt: skip
    assert len(ignores) <= MOST_IGNORES
    assert not [one for one in ignores if not re.search(r"# type: ignore\[[\w, -]+\]  # \w", one[1])]


def test_what_is_public_says_what_it_is() -> None:
    """Modules, classes, functions and their members, by their own words or those of what they override."""
    silent = []
    for found in walk_packages(sim.__path__, "sim."):
        module = import_module(found.name)
        if not found.ispkg and not module.__doc__:
            silent.append(found.name)
        for name, item in vars(module).items():
            if not name.startswith("_") and getattr(item, "__module__", None) == found.name and callable(item):
                members = [f"{name}.{member}" for member in undocumented(item)]
                silent += [f"{found.name}.{one}" for one in (*([] if inspect.getdoc(item) else [name]), *members)]
    assert not silent


def undocumented(item: object) -> Iterator[str]:
    """Public functions and properties of a class without a word."""
    for name, member in vars(item).items() if inspect.isclass(item) else ():
        if (
            not name.startswith("_")
            and (inspect.isfunction(member) or isinstance(member, property))
            and not inspect.getdoc(getattr(item, name))
        ):
            yield name


def test_bodies_are_short() -> None:
    sizes = {}
    for path, tree in parsed():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                first = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
                place = f"{path.relative_to(ROOT).as_posix()}:{node.name}:{node.lineno}"
                sizes[place] = (node.body[-1].end_lineno or 0) - first[0].lineno + 1
    assert median(sizes.values()) <= MEDIAN_BODY
    assert not {place: size for place, size in sizes.items() if size > LONGEST_BODY}


@pytest.mark.parametrize(
    "path",
    [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "CHANGELOG.md"],
    ids=lambda path: path.name,
)
def test_prose_keeps_the_width(path: Path) -> None:
    """Tables, code and lines without a place to break apart."""
    code, wide = False, []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        code = code != line.startswith("```")
        if len(line) > WIDTH and not code and not line.startswith(("|", "    ")) and " " in line[:WIDTH].strip("- >"):
            wide.append(number)
    assert not wide
