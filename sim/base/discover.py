"""Extension points found by file: every class of a kind in a package's modules, in entry points, and those given."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from functools import cache
from importlib.metadata import EntryPoints, entry_points
from typing import Annotated, Any, TypeVar, Union, get_args

from pydantic import BaseModel, Field

from sim.base.errors import Problem, ScenarioError

B = TypeVar("B", bound=BaseModel)
C = TypeVar("C")


def kinds(package: str, base: type[B], group: str, extra: tuple[type, ...] = ()) -> dict[str, type[B]]:
    """Classes derived from `base`, by their `kind`, in the package's modules, the entry points `group` and `extra`.

    Raises
    ------
    ScenarioError
        Where two classes are of one kind, or a class does not say of which it is.
    """
    root = importlib.import_module(package)
    modules = [importlib.import_module(f"{package}.{module.name}") for module in pkgutil.iter_modules(root.__path__)]
    inside = _derived(base, [item for module in modules for item in vars(module).values()])
    named: dict[str, type[B]] = {}
    for item in dict.fromkeys(one for one in (*inside, *outside(base, group, extra)) if "kind" in one.model_fields):
        kind = _kind(item)
        if kind in named:
            told = f'{class_name(item)} and {class_name(named[kind])} are both of the kind "{kind}"'
            raise ScenarioError(Problem(group, told, "give the kind of yours another name"))
        named[kind] = item
    return dict(sorted(named.items()))


def outside(base: type[C], group: str, extra: Sequence[type] = ()) -> list[type[C]]:
    """Classes derived from `base` that come from outside the package: by the entry points `group`, and in `extra`."""
    return list(dict.fromkeys(_derived(base, [*(point.load() for point in points(group)), *extra])))


def points(group: str) -> EntryPoints:
    """What the packages that are installed declare in a group of entry points."""
    found: EntryPoints = _all_points().select(group=group)
    return found


@cache
def _all_points() -> Any:
    """Of all groups: declarations of all packages are read once, and not for each group anew."""
    return entry_points()


def _derived(base: type[C], found: Sequence[object]) -> list[type[C]]:
    return [item for item in found if isinstance(item, type) and issubclass(item, base) and item is not base]


def class_name(item: type) -> str:
    """A class by its module and name."""
    return f"{item.__module__}.{item.__qualname__}"


def one_of(classes: dict[str, type[B]]) -> Any:
    """A pydantic type: a mapping whose `kind` names one of `classes`."""
    union: Any = Union.__getitem__(tuple(classes.values()))  # built from what was found
    return Annotated[union, Field(discriminator="kind")] if len(classes) > 1 else union


def _kind(item: type[BaseModel]) -> str:
    names = get_args(item.model_fields["kind"].annotation)
    if len(names) != 1 or not isinstance(names[0], str):
        raise ScenarioError(Problem(class_name(item), "its kind is not one name", 'declare it as kind: Literal["..."]'))
    return names[0]
