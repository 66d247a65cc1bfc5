"""The validator's errors in the user's words: where, what, which value, what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sim.base.units import WRITTEN, TooFine, shown
from sim.scenario.language.findings import Findings
from sim.scenario.language.migrations import RETIRED
from sim.scenario.language.nodes import Node, nearest, plain, put
from sim.scenario.language.shape import Place, arms_of, keys_of, kind_of, place_of
from sim.scenario.language.suggestions import MOST_SHOWN, closest, did_you_mean, meant

MOST_UNKNOWN = 10
BESIDE = ("source", "assumed")  # keys of every block
NULL_REMEDY = "give a value or remove the key: null only deletes what a file or preset below states"
Error = Mapping[str, Any]
_EXPECTED = {
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "integer expected, got {}"),
    **dict.fromkeys(("float_type", "float_parsing"), "number expected, got {}"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "boolean (true or false) expected, got {}"),
    **dict.fromkeys(("list_type", "tuple_type"), "list expected, got {}"),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type", "mapping_type"), "mapping expected, got {}"),
    "finite_number": "finite number expected, got {}",
    "string_type": "text expected, got {}",
    "none_required": "nothing expected, got {}",
}
_OF_NUMBERS = ("int_", "float_")
_BOUNDS = {"greater_than_equal": ("ge", ">="), "greater_than": ("gt", ">"), "less_than_equal": ("le", "<="),
           "less_than": ("lt", "<")}  # fmt: skip
_EXPONENT = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{0,15})?[eE][+-]?[0-9]{1,2}")

M = TypeVar("M", bound=BaseModel)


def validated(tree: Node, model: type[M], findings: Findings) -> M | None:
    """The tree as a block of the model, or None after its faults were added to the findings."""
    return fitted(tree, model, findings)[1]


def fitted(tree: Node, model: type[M], findings: Findings) -> tuple[Node, M | None]:
    """The same, and the tree with amounts that levers have set in whole minor units, and numbers for their texts."""
    try:
        return tree, model.model_validate(plain(tree), context=WRITTEN)
    except ValidationError as error:
        errors = error.errors(include_url=False)
    mended = _with_numbers(errors, model, _rounded(errors, model, tree))
    if mended is not tree:
        return fitted(mended, model, findings)
    _report(errors, model, tree, findings)
    return tree, None


def _rounded(errors: Sequence[Error], model: type[BaseModel], tree: Node) -> Node:
    """The tree with amounts rounded that have too many decimals because a lever has set or moved them."""
    for error in errors:
        fault = error.get("ctx", {}).get("error")
        if isinstance(fault, TooFine):
            path = place_of(error["loc"], model, tree, False).path
            if nearest(tree, path).origin.kind == "set" and not isinstance(nearest(tree, path).value, dict | list):
                tree = put(tree, path, fault.nearest)
    return tree


def _with_numbers(errors: Sequence[Error], model: type[BaseModel], tree: Node) -> Node:
    """The tree with numbers for texts such as `60e6` of a mapping: readers of YAML 1.1 give them as texts."""
    for error in errors:
        value = error["input"]
        if isinstance(value, str) and _EXPONENT.fullmatch(value):
            path = place_of(error["loc"], model, tree, False).path
            there = nearest(tree, path)
            if there.value == value and there.origin.kind == "file" and not there.origin.line:
                number = float(value)
                tree = put(tree, path, int(number) if number.is_integer() else number)
    return tree


def _report(errors: Sequence[Error], model: type[BaseModel], tree: Node, findings: Findings) -> None:
    unknown = [error for error in errors if error["type"] == "extra_forbidden"]
    kept = [error for error in errors if error["type"] != "extra_forbidden"] + unknown[:MOST_UNKNOWN]
    placed = [(error, place_of(error["loc"], model, tree, error["type"] == "missing")) for error in kept]
    for error, place in _useful(placed):
        path = (*place.path, "kind") if str(error["type"]).startswith("union_tag") else place.path
        at = nearest(tree, path[:-1] if error["type"] == "missing" else path)
        if error["type"] == "extra_forbidden":
            _unknown_key(place, at, place_of(error["loc"][:-1], model, tree, False).keys, findings)
        elif error["type"] == "missing" or not findings.has_fault_at(at.place, path):
            what, remedy = described(error, place)
            nothing = NULL_REMEDY if error["input"] is None else ""
            findings.fault(what, remedy or nothing, path, at.place)
    if len(unknown) > MOST_UNKNOWN:
        findings.fault(f"and {len(unknown) - MOST_UNKNOWN} more unknown keys", "remove or rename them")


def _useful(placed: list[tuple[Error, Place]]) -> list[tuple[Error, Place]]:
    """Of a union's arms that all failed, only the errors of the arm that the user came closest to.

    That is the one whose errors lie deepest; then one of the kind of value that was written; then of fewest errors.
    """
    depth: dict[tuple[Any, str], tuple[int, bool, int]] = {}
    for error, place in placed:
        for path, arm in place.arms:
            reached, alike, count = depth.get((path, arm), (0, True, 0))
            deepest = max(reached, len(place.path) - (error["type"] == "extra_forbidden"))
            alike &= error["type"] not in _EXPECTED or place.path != path
            depth[path, arm] = (deepest, alike, count - 1)
    best = {path: max((score, arm) for (at, arm), score in depth.items() if at == path)[1] for path, _ in depth}
    return [(error, place) for error, place in placed if all(best[path] == arm for path, arm in place.arms)]


def _unknown_key(place: Place, at: Node, known: Sequence[str], findings: Findings) -> None:
    key = str(place.path[-1]) if place.path else ""
    remedy = f"it is now {RETIRED[key]}" if key in RETIRED else did_you_mean(key.strip(), known)
    if key.isdecimal() and at.place.line:
        remedy = "a comma ends a value here: write numbers without separators, 1000 and not 1,000"
    findings.fault(f'unknown key "{key}"', remedy, place.path, at.key or at.place)


def described(error: Error, place: Place) -> tuple[str, str]:
    """What is wrong and how to mend it."""
    kind, value, context = str(error["type"]), error["input"], error.get("ctx", {})
    if kind == "value_error":
        what, _, remedy = str(context["error"]).partition("; ")
        return what, remedy
    if kind == "missing":
        return "required key is missing", f"add {place.path[-1]}: ..." if place.path else ""
    if kind in _EXPECTED:
        remedy = "remove the quotes" if _is_quoted_number(value) and kind.startswith(_OF_NUMBERS) else ""
        if kind == "string_type" and isinstance(value, int | float) and not isinstance(value, bool):
            remedy = "put quotes around it as it is written"
        remedy = _as_mapping(value, place) if _EXPECTED[kind].startswith("mapping") else remedy
        return _EXPECTED[kind].format(shown(value)), remedy
    if kind in _BOUNDS:
        name, sign = _BOUNDS[kind]
        return f"must be {sign} {context[name]}, got {shown(value)}", ""
    return _described_choice(kind, value, context) or (_sentence(str(error["msg"])) + f", got {shown(value)}", "")


def _described_choice(kind: str, value: Any, context: Mapping[str, Any]) -> tuple[str, str] | None:
    if kind == "literal_error":
        names = ", ".join(_named(context["expected"]))
        return f"one of {names} expected, got {shown(value)}", _near(value, context["expected"])
    if kind == "union_tag_invalid":
        expected = str(context["expected_tags"])
        known = f"known kinds: {', '.join(_named(expected))}"
        return f'unknown kind "{context["tag"]}"', _near(context["tag"], expected) or known
    if kind == "union_tag_not_found":
        return "required key kind is missing", "add kind: and its name"
    if kind in ("too_short", "too_long"):
        bound = context.get("min_length", context.get("max_length"))
        few = "at least" if kind == "too_short" else "at most"
        return f"{few} {bound} entries expected, got {context['actual_length']}", ""
    if kind == "string_too_short":
        return "a text must not be empty", ""
    return None


def _as_mapping(value: Any, place: Place) -> str:
    """How to write a block in place of a single value: with its kind, which the value may name, or its keys."""
    blocks = [one for one in arms_of(place.declared) if isinstance(one, type) and issubclass(one, BaseModel)]
    kinds = [kind for one in blocks if len(blocks) > 1 and (kind := kind_of(one)) is not None]
    if kinds:
        named = str(value) if value in kinds else meant(str(value), kinds) or closest(str(value), kinds)
        return f"write {{kind: {named or kinds[0]}}}"
    keys = [key for one in blocks for key in keys_of(one) if key not in BESIDE]
    return f"its keys: {', '.join(keys[:MOST_SHOWN])}" if keys else ""


def _near(value: Any, expected: object) -> str:
    remedy = did_you_mean(str(value), _named(expected))
    return remedy if remedy.startswith("did") else ""


def _named(expected: object) -> list[str]:
    """The names in what the validator says that it expects: `'month', 'quarter' or 'year'`."""
    return re.findall(r"'([^']*)'", str(expected))


def _sentence(message: str) -> str:
    return message.replace("Input should", "should").replace("Value error, ", "").replace("String should", "should")


def _is_quoted_number(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", value) is not None
