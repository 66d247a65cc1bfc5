"""How the generic cases of tests/reference/hostile.json are said in our scenario language.

A case is either taken word for word (`VERBATIM`: what it is about comes before any key), or its keys are mapped to
ours and put into the minimal scenario (`MAPPED`), or it does not apply here (`NOT_HERE`, with the reason).
`OUTPUT_CASES` load and must be neutralised in every output: other tests import them.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.scenario.minimal import changed, text_of, write

FILE = Path(__file__).parents[1] / "reference" / "hostile.json"
CASES: dict[str, dict[str, Any]] = {case["name"]: case for case in json.loads(FILE.read_text("utf-8"))["cases"]}

VERBATIM: dict[str, tuple[str, ...]] = {
    "empty_file": ("empty scenario",),
    "top_level_list": ("mapping expected at top level",),
    "tab_indent": ("tab", "line 2"),
    "unclosed_quote": ("quote", "line 1"),
    "duplicate_keys_nested": ("duplicate key commission", "lines 5 and 7"),
    "unhashable_key": ("key",),
    "python_tag_apply": ("tag not allowed", "os.system"),
    "python_tag_tuple": ("tag not allowed",),
    "omap_tag": ("list expected",),
    "cp1251_file": ("not UTF-8", "byte offset 6", "cp1251"),
    "file_50mb": ("file too large",),
    "merge_key_bomb": ("merge keys", "aliases"),
    "deep_nesting_c_loader": ("nesting",),
    "undefined_alias": ("undefined alias nope",),
    "hundred_thousand_keys": ("unknown key", "more unknown keys"),
    "extends_missing": ("file not found: nowhere.yaml, included from",),
    "extends_cycle_via_dotdot": ("cycle", "main.yaml -> main.yaml"),
    "extends_traversal": ("outside the scenario folder",),
    "extends_file_url": ("local file expected",),
    "extends_symlink_out": ("outside the scenario folder",),
    "extends_fifo": ("not a regular file",),
    "extends_too_long_name": ("file name",),
    "output_path_traversal": ('report: unknown key "report"',),  # a scenario names no output path at all
}
"""Case -> words that its message must hold."""


@dataclass(frozen=True)
class Mapped:
    """Changes of the minimal scenario, what messages must say, the value or the note that must come of it."""

    changes: dict[str, Any]
    says: tuple[str, ...] = ()
    note: str = ""
    files: dict[str, str] = field(default_factory=dict)
    value: tuple[str, object] | None = None


ROSTER = {"roster": "{csv: p.csv}"}
FREQUENCY = "products.hull.claims.frequency"
SEVERITY = "products.hull.claims.severity"
NEW = "policy.rules.base.new"
TIERS = {"policy.rules.volume.kind": "tiers", "policy.rules.volume.scale.kind": "marginal"}

MAPPED: dict[str, Mapped] = {
    "duplicate_partner_ids": Mapped(
        ROSTER, ("p.csv:3", "roster.id", "duplicate id P1"), files={"p.csv": "id,segment,flow\nP1,bank,1\nP1,bank,2\n"}
    ),
    "crlf_line_ends": Mapped({}, value=("name", "t")),  # `build` writes it with \r\n
    "rate_nan": Mapped({NEW: ".nan"}, ("policy.rules.base.new", "NaN")),
    "seed_pos_inf": Mapped({"seed": ".inf"}, ("seed", "integer")),
    "string_nan": Mapped({NEW: "nan"}, ('number expected, got text "nan"',)),
    "rate_above_one": Mapped({NEW: "15"}, ('0..1, got 15; did you mean 0.15 or "15%"?',)),
    "decimal_comma": Mapped({NEW: "0,15"}, ("decimal point: 0.15",)),
    "thousands_space": Mapped({"products.hull.price": "1 000"}, ("number expected", "without separators: 1000")),
    "exponent_with_dot": Mapped({"opening.capital": "1.0e+6"}, value=("opening.capital", 1_000_000.0)),
    "hex": Mapped({"segments.bank.partners": "0x10"}, ("decimal integer",)),
    "sexagesimal_float": Mapped({"segments.bank.flow": "1:30.5"}, ("number expected", "1:30.5")),
    "bool_as_int": Mapped({"months": "true"}, ("months", "integer")),
    "int_above_64bit": Mapped({"seed": "18446744073709551616"}, ("seed", "64 bit")),
    "denormal": Mapped({NEW: "5.0e-324"}, value=("policy.rules.base.new", 5.0e-324)),
    "rate_exactly_one": Mapped({NEW: "1.0"}, note="commission_100"),
    "partners_1e9": Mapped({"segments.bank.partners": "1000000000"}, ("limit of 5,000,000", "954 GiB of memory")),
    "horizon_zero": Mapped({"months": "0mo"}, ("months", ">= 1")),
    "claims_rate_1e12": Mapped({FREQUENCY: "1.0e+12"}, ("expected number of claims", FREQUENCY)),
    "norway_no": Mapped({"segments.bank.region": "no"}, ("text expected", "boolean", 'quote it: "no"')),
    "bool_word_enabled": Mapped({"segments.bank.remittance.net": '"yes"'}, ("boolean", 'got text "yes"')),
    "string_number_id_leading_zero": Mapped({"segments.bank.region": "007"}, ('quote the id: "007"',)),
    "inn_leading_zero_octal_digits": Mapped({"segments.bank.region": "012345670123"}, ("quote the id",)),
    "date_year_0": Mapped({"start": "0000-01-01"}, ("start", "date")),
    "timestamp_bad_offset": Mapped({"start": "2024-01-01 00:00:00 +99:99"}, ("start", "date")),
    "month_31_start": Mapped({"start": "2024-01-31"}, ("start", "inside a month")),
    "map_instead_of_list": Mapped(
        {**TIERS, "policy.rules.volume.scale.brackets": "{above: 0, rate: 0.1}"}, ("list expected", "brackets")
    ),
    "unknown_key_typo": Mapped(
        {"rivals.other.comission": "0.2"}, ("rivals.other.comission", "did you mean commission?")
    ),
    "trailing_space_key": Mapped({'rivals.other."commission "': "0.2"}, ("did you mean commission",)),
    "fullwidth_digits": Mapped({"products.hull.price": '"１２３"'}, ("number expected",)),
    "tiers_gap_at_zero": Mapped(
        {**TIERS, "policy.rules.volume.scale.brackets": "[{above: 100, rate: 0.10}]"}, ("first tier must start from 0",)
    ),
    "shares_sum_float_dust": Mapped(
        {"products.hull.claims.payment_pattern": "[0.1, 0.2, 0.7]"},
        value=("products.hull.claims.payment_pattern", [share / (0.1 + 0.2 + 0.7) for share in (0.1, 0.2, 0.7)]),
    ),
    "circular_sponsor_2": Mapped(
        ROSTER, ("cycle A -> B -> A",), files={"p.csv": "id,segment,flow,sponsor\nA,bank,1,B\nB,bank,1,A\n"}
    ),
    "sponsor_unknown": Mapped(
        ROSTER, ("unknown sponsor GHOST",), files={"p.csv": "id,segment,flow,sponsor\nA,bank,1,GHOST\n"}
    ),
    # cv 0 means a constant
    "zero_variance_severity": Mapped(
        {SEVERITY: "{dist: lognormal, mean: 100, cv: 0}", "products.hull.claims.loss_ratio": None},
        value=(SEVERITY + ".dist", "constant"),
    ),
    "pareto_infinite_variance": Mapped({SEVERITY: "{dist: pareto, alpha: 1.5}"}, note="infinite_variance"),
    "logit_overflow": Mapped(
        {"segments.bank.choice.weights.commission": "100000"},
        value=("segments.bank.choice.weights.commission", 100_000.0),
    ),
    "csv_embedded_nul": Mapped(ROSTER, ("p.csv:2", "line 2"), files={"p.csv": "id,segment,flow\nA\0,bank,1\n"}),
    "csv_huge_field": Mapped(ROSTER, ("field larger than the limit",), files={"p.csv": "200 MB"}),
}

NOT_HERE = {
    "sweep_cartesian_1e12": "sweeps are files of experiments/, not keys of a scenario; there the size is counted first",
}

OUTPUT_CASES = [
    name for name, case in CASES.items()
    if case["expectation"] == "accept_neutralise" or name == "emoji_and_astral"
]  # fmt: skip
"""Cases whose name loads as it is and must be shown neutralised in every output (use `output_scenario`)."""


def output_name(case: str) -> str:
    """The raw YAML of the name that the case carries."""
    return str(CASES[case]["text"].split("name: ", 1)[1].split('"\n')[0]) + '"'


def output_scenario(case: str, folder: Path) -> Path:
    """Write a runnable scenario with the case's name as scenario, and where allowed as region."""
    return write(folder, {"name": output_name(case), "segments.bank.region": output_name(case)})


def build(name: str, folder: Path) -> Path:
    """Write the files of a case and return its main file."""
    case = CASES[name]
    if name in VERBATIM:
        return _verbatim(case, folder)
    mapped = MAPPED[name]
    for file, content in mapped.files.items():
        _write_csv(folder / file, content)
    path = folder / "main.yaml"
    path.write_text(text_of(changed(mapped.changes)), encoding="utf-8", newline="\r\n" if "crlf" in name else None)
    return path


def generated(name: str) -> str | bytes:
    """What the case's `text_generator` says, written out."""
    match name:
        case "cp1251_file":
            return "name: Агент\n".encode("cp1251")
        case "file_50mb":
            return "a: 1\n" + "# pad\n" * 8_000_000
        case "merge_key_bomb":
            bomb = "a%d: &a%d {<<: [%s], k%d: 1}\n"
            aliases = [",".join(["*a" if i == 1 else f"*a{i - 1}"] * 8) for i in range(1, 9)]
            return "a: &a {k0: 1}\n" + "".join(bomb % (i, i, aliases[i - 1], i) for i in range(1, 9))
        case "deep_nesting_c_loader":
            return "[" * 100_000 + "]" * 100_000
        case "hundred_thousand_keys":
            return "".join(f"k{i}: 1\n" for i in range(100_000))
        case "extends_too_long_name":
            return "extends: " + "a" * 5000 + ".yaml\n"
    raise KeyError(name)


def _verbatim(case: dict[str, Any], folder: Path) -> Path:
    if case["files"] is None:
        content = case["text"] if case["text"] is not None else generated(case["name"])
        path = folder / "main.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path
    for name, content in case["files"].items():
        file, _, target = name.partition(" -> ")
        path = folder / file.removesuffix(" (mkfifo)")
        path.parent.mkdir(parents=True, exist_ok=True)
        if target:
            path.symlink_to(target)
        elif name.endswith("(mkfifo)"):
            os.mkfifo(path)
        else:
            path.write_text(content, encoding="utf-8")
    return folder / next(iter(case["files"]))


def _write_csv(path: Path, content: str) -> None:
    if content != "200 MB":
        path.write_text(content, encoding="utf-8")
        return
    with path.open("wb") as file:
        file.write(b"id,segment,flow\n")
        for _ in range(200):
            file.write(b"x" * 2**20)
