"""JSON Schema of the scenario language, for editors: names, texts, units and shorthands as one types.

Files that extend others and segments with a preset state only a part, so no key below the top is required here:
what is missing is reported by `check`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

from sim.base.units import Block
from sim.scenario.schema import scenario_model

DIALECT = "https://json-schema.org/draft/2020-12/schema"
EXTENDS = {
    "description": "a file or a list of files to start from, relative to this one; the later wins",
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
}
Schema = dict[str, Any]


def json_schema() -> Schema:
    """The schema (draft 2020-12) of one scenario file."""
    model = scenario_model()
    _build(model, set())
    raw = model.model_json_schema(by_alias=True, mode="validation")
    names = _short_names(raw["$defs"])
    schema: Schema = json.loads(_renamed(json.dumps(raw), names))
    for definition in schema["$defs"].values():
        definition.pop("required", None)
    required = schema.pop("required")
    for definition in (*schema["$defs"].values(), schema):
        properties = definition.get("properties", {})
        definition["properties"] = {key: _with_written_default(item) for key, item in properties.items()}
    schema["$defs"] = {name: _with_shorthand(name, item) for name, item in sorted(schema["$defs"].items())}
    _open_unions(schema)
    schema["properties"] = {**schema["properties"], "extends": EXTENDS}
    schema["anyOf"] = [{"required": required}, {"required": ["extends"]}]
    return {"$schema": DIALECT, **schema, "title": "Scenario of partner-sim"}


def schema_text() -> str:
    """The file `scenarios/scenario.schema.json`."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False, sort_keys=False) + "\n"


def _build(block: type[Block], built: set[type[Block]]) -> None:
    """Build a block's validator after those of the blocks in it, whichever were used before: names depend on it."""
    built.add(block)
    for field in block.model_fields.values():
        for one in _blocks(field.annotation):
            if one not in built:
                _build(one, built)
    block.model_rebuild(force=True)


def _blocks(annotation: Any) -> Iterator[type[Block]]:
    if isinstance(annotation, type) and issubclass(annotation, Block):
        yield annotation
    for part in get_args(annotation):
        yield from _blocks(part)


def _short_names(definitions: Schema) -> dict[str, str]:
    """Names of dated values made readable: `Dated1`, `Dated2`, ..."""
    return {name: f"Dated{ordinal}" for ordinal, name in enumerate((n for n in definitions if "Dated_" in n), start=1)}


def _renamed(text: str, names: dict[str, str]) -> str:
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(json.dumps(name), json.dumps(names[name])).replace(f'/{name}"', f'/{names[name]}"')
    return text


def _with_shorthand(name: str, block: Schema) -> Schema:
    """A block that may be written short, with its short forms."""
    properties = block.get("properties", {})
    if set(properties) == {"since"}:
        value = next(iter(_dated_values(properties["since"])))
        return {"title": "Dated value", "anyOf": [value, {**block, "title": "by date"}]}
    if name in ("Rates", "ProductRate"):
        return {"title": name, "anyOf": [properties["rate"], block]}
    if name == "YearStop":  # a number of money, or a percentage
        return {"title": name, "anyOf": [properties["of_premium"]["anyOf"][0], block]}
    if name == "Law":
        return {"title": name, "anyOf": [{"type": "number", "minimum": 0}, block]}
    if name == "Product":
        renewal = properties["renewal"]
        short = {"title": "Renewal", "anyOf": [renewal["items"], {key: renewal[key] for key in ("type", "items")}]}
        return {**block, "properties": {**properties, "renewal": {**short, "description": renewal["description"]}}}
    return block


def _with_written_default(schema: Schema) -> Schema:
    """Defaults as a user would write them: `0.0` and not its dates, `12mo` and not 12."""
    default = schema.get("default")
    if isinstance(default, dict) and set(default) == {"since"}:
        return {**schema, "default": next(iter(default["since"].values()))}
    months = any("mo" in str(form.get("pattern")) for form in schema.get("anyOf", ()) if isinstance(form, dict))
    if months and isinstance(default, int | float):
        return {**schema, "default": f"{default:g}mo"}
    return schema


def _dated_values(since: Schema) -> Iterator[Schema]:
    yield from since.get("patternProperties", {}).values()
    yield since.get("additionalProperties", {})


def _open_unions(schema: Any) -> None:
    """Alternatives by `kind` accept a block that leaves its kind to the file it extends."""
    if isinstance(schema, dict):
        schema.pop("discriminator", None)
        if "oneOf" in schema:
            schema["anyOf"] = schema.pop("oneOf")
        for item in schema.values():
            _open_unions(item)
    elif isinstance(schema, list):
        for item in schema:
            _open_unions(item)
