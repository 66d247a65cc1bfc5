"""Extension points found by file: every class of a kind in the modules of a package, in entry points, and those given."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from importlib.metadata import entry_points
from typing import Annotated, Any, TypeVar, Union

from pydantic import BaseModel, Field

B = TypeVar("B", bound=BaseModel)
C = TypeVar("C")


def kinds(package: str, base: type[B], group: str, extra: tuple[type, ...] = ()) -> dict[str, type[B]]:
    """Classes derived from `base`, by their `kind`, in the package's modules, the entry points `group` and `extra`."""
    root = importlib.import_module(package)
    modules = [importlib.import_module(f"{package}.{module.name}") for module in pkgutil.iter_modules(root.__path__)]
    found = [item for module in modules for item in vars(module).values()]
    classes = [item for item in found if isinstance(item, type) and issubclass(item, base) and item is not base]
    named = {_kind(item): item for item in [*classes, *outside(base, group, extra)] if "kind" in item.model_fields}
    return dict(sorted(named.items()))


def outside(base: type[C], group: str, extra: Sequence[type] = ()) -> list[type[C]]:
    """Classes derived from `base` that come from outside of the package: by the entry points `group`, and in `extra`."""
    found = [*(point.load() for point in entry_points(group=group)), *extra]
    classes = [item for item in found if isinstance(item, type) and issubclass(item, base) and item is not base]
    return list(dict.fromkeys(classes))


def class_name(item: type) -> str:
    """A class by its module and name."""
    return f"{item.__module__}.{item.__qualname__}"


def one_of(classes: dict[str, type[B]]) -> Any:
    """A pydantic type: a mapping whose `kind` names one of `classes`."""
    union: Any = Union.__getitem__(tuple(classes.values()))  # built from what was found
    return Annotated[union, Field(discriminator="kind")] if len(classes) > 1 else union


def _kind(item: type[BaseModel]) -> str:
    return str(item.model_fields["kind"].annotation.__args__[0])  # type: ignore[union-attr]
