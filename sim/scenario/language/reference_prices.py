"""The reference price of each product, at which its loss ratio holds: that of the warm-up in the file at the root.

Levers and files laid over that file move the price and not the reference, which is written into the scenario where it
is not the scenario's own first price.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from sim.base.units import Dated, Money, Month, WholeMonths
from sim.scenario.language.nodes import Node, Path, child, plain

_MONTH, _MONTHS, _PRICE = TypeAdapter(Month), TypeAdapter(WholeMonths), Dated[Money]
KEY = "reference_price"


def with_reference_prices(tree: Node, layers: Sequence[Node]) -> Node:
    """The composed scenario with the reference prices that its own prices do not tell; `layers` from the root up."""
    products = child(tree, "products")
    if products is None or not isinstance(products.value, dict):
        return tree
    found = {name: _with_reference(tree, layers, name) for name in products.value}
    return replace(tree, value={**tree.value, "products": replace(products, value=found)})


def moved_prices(tree: Node, layers: Sequence[Node]) -> Iterator[str]:
    """Products whose price is not as the file at the root states it."""
    products = child(tree, "products")
    for name in () if products is None or not isinstance(products.value, dict) else products.value:
        path: Path = ("products", name, "price")
        price, root = _at(tree, path), _first(layers, path)
        if price is not None and root is not None and plain(price) != plain(root):
            yield name


def _with_reference(tree: Node, layers: Sequence[Node], name: str) -> Node:
    product = _at(tree, ("products", name))
    assert product is not None
    root, price = _first(layers, ("products", name, "price")), child(product, "price")
    if root is None or price is None or child(product, KEY) is not None:
        return product
    try:
        reference = _opening_price(root, layers)
        if reference == _opening_price(price, (tree,)):
            return product
    except (ValidationError, ValueError):  # the checks of the whole scenario say what is wrong, and where
        return product
    return replace(product, value={**product.value, KEY: Node(reference, root.place, root.key)})


def _opening_price(price: Node, layers: Sequence[Node]) -> float:
    """The price in the first month of the warm-up, as the lowest layer that says when has it."""
    start, before = _first(layers, ("start",)), _first(layers, ("opening", "months"))
    dated = _PRICE.model_validate(plain(price))
    if start is None:
        return dated.at(min(dated.since))
    warm_up = 0 if before is None else _MONTHS.validate_python(plain(before))
    return dated.at(_MONTH.validate_python(plain(start)) - warm_up)


def _first(layers: Sequence[Node], path: Path) -> Node | None:
    """What the lowest layer that says anything at `path` says there."""
    found = (_at(layer, path) for layer in layers)
    return next((node for node in found if node is not None and node.value is not None), None)


def _at(tree: Node, path: Path) -> Node | None:
    node: Node | None = tree
    for part in path:
        node = None if node is None else child(node, part)
    return node
