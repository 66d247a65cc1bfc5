"""The kinds of input that users write, good examples of each, and what reads them without playing anything."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from sim.command.order import repeated
from sim.experiments.calibration.choice_weights import choice_weights
from sim.experiments.calibration.data import read_claims, read_panel
from sim.experiments.calibration.loss_ratios import loss_ratios
from sim.report.files import manifest
from sim.runs import chunk
from sim.runs.replicate import Replication
from sim.runs.store import ABOUT, SUFFIX
from sim.worked.example_file import read_cases
from tests.docs.reading import blocks

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "scenarios"
SMALL = blocks("README.md", "yaml")[0]
LARGEST_SEED = 30_000  # bytes of a good example; larger ones take long and say no more
Reads = Callable[[Path], Any]


@dataclass(frozen=True)
class Kind:
    """A kind of input.

    `file` is where a mutant stands, `beside` what else is there, `command` the command that reads it (`{file}` is its
    path, `{text}` the mutant itself), or `reads` a function where the command would also play.
    """

    name: str
    seeds: Callable[[], Sequence[str]]
    file: str
    command: tuple[str, ...] = ()
    reads: Reads | None = None
    beside: Callable[[Path], None] = field(default=lambda folder: None)


def _texts(folder: Path, pattern: str) -> list[str]:
    found = [path.read_text("utf-8") for path in sorted(folder.glob(pattern))]
    return [text for text in found if len(text) < LARGEST_SEED]


def _all_scenarios(folder: Path) -> None:
    shutil.copytree(SCENARIOS, folder / "scenarios")


def _scenario_with(text: str) -> Callable[[Path], None]:
    return lambda folder: (folder / "main.yaml").write_text(text, encoding="utf-8") and None


ROSTER = (
    "id;segment;flow;name;region;group;us_share;sponsor;leg;quota;certified;relativity\n"
    "b-1;broker;42,5;Вектор;north;gold;100%;;;50000;2025-03;1,1\n"
    "b-2;broker;17;Гарант;south;;0;b-1;left;;2025-01..2025-06;\n"
    "007;broker;1 000;x;;silver;;b-1;right;12;;0,9\n",
    "id,segment,flow,group.2025-07\na,broker,3,\nb,broker,2.5,gold\n",
)
ACTUALS = (
    "month,product,premium,claims,commission\n2025-01,motor,3100000,1900000,520000\n2025-02,motor,3250000,2210000,1\n",
    "month;segment;premium;partners\n2025-01;broker;1 000;12\n2025-02;broker;2 000,50;13\n",
)
DIGITS = "3141592653589793238462643383279502884197"  # of pi: choices without a pattern
PANEL = (
    "month,partner,segment,alternative,chosen,commission,brand,reviewed\n"
    + "".join(
        f"2025-{m + 1:02d},p{i},s{i % 2},{who},{int(int(DIGITS[4 * i + m]) % 3 == k)},{10 + k + i % 3},"
        f"{0.1 * ((i + 2 * k) % 5)},1\n"
        for m in (0, 1, 2, 3) for i in range(10) for k, who in enumerate(("us", "a", "b"))
    ),
)  # fmt: skip
CLAIMS = (
    "month,segment,product,earned_premium,claims_incurred,claim_count\n"
    + "".join(f"20{y}-{m:02d},s{m % 2},p,{1000 + m}.50,{500 + 37 * m},{m}\n" for y in (23, 24) for m in range(1, 13)),
)
SETS = (
    "policy.rules.base.new=12%", "policy.rules.base.new+=2pp", "products.motor.price*=1.1", "months=3mo", "rivals=",
    "policy.rules.base.new={since: {2025-01: 17%, 2025-05: 15%}}", "always policy.rules.base.renewal=1%",
    "segments.broker.partners=3", 'criteria.survives.at_most=1%', "products.motor.claims.severity.cv-=0.5",
    "policy.rules.volume={kind: tiers, by: premium, scale: {kind: marginal, brackets: [{above: 0, rate: 1%}]}}",
)  # fmt: skip


def _run_folder(folder: Path) -> None:
    (folder / "scenario.resolved.yaml").write_text(SMALL, encoding="utf-8")


def _manifests() -> list[str]:
    said = {
        "schema": manifest.SCHEMA, "luck": manifest.LUCK, "seed": 1, "replications": 2, "panel_replications": [0],
        "scenario": {"file": "small.yaml"}, "versions": manifest.versions(), "claims": "drawn", "doubt": 0,
        "files": {"scenario.resolved.yaml": hashlib.sha256(SMALL.encode()).hexdigest()}, "breaks": True, "twin": False,
    }  # fmt: skip
    until = {"until": {"kpi": "result", "half": 0.05, "relative": True, "budget": 100}}
    return [json.dumps(said, indent=1), json.dumps(said | until)]


def _store(folder: Path) -> None:
    there = folder / "store" / "0123456789abcdef"
    there.mkdir(parents=True)
    one = Replication(0, np.zeros((2, 3)), [(0.0, "a", "b")], np.zeros((1, 2, 2)), np.zeros((4, 0)))
    (there / f"months-000000-0001-01234567{SUFFIX}").write_bytes(chunk.packed([one]))


KINDS = (
    Kind("scenario", lambda: [SMALL, *_texts(SCENARIOS / "gallery", "*.yaml")], "scenarios/gallery/mutant.yaml",
         ("check", "{file}"), beside=_all_scenarios),
    Kind("study", lambda: _texts(SCENARIOS / "experiments", "*.yaml"), "scenarios/experiments/mutant.yaml",
         ("check", "{file}"), beside=_all_scenarios),
    Kind("roster", lambda: ROSTER, "roster.csv", ("check", "main.yaml"),
         beside=_scenario_with(SMALL + "roster: {csv: roster.csv}\n")),
    Kind("actuals", lambda: ACTUALS, "actuals.csv", ("check", "main.yaml"),
         beside=_scenario_with(SMALL + "actuals: actuals.csv\n")),
    Kind("panel", lambda: PANEL, "panel.csv", reads=lambda path: choice_weights(read_panel(path), path.name)),
    Kind("claims", lambda: CLAIMS, "claims.csv", reads=lambda path: loss_ratios(read_claims(path), path.name)),
    Kind("policy_case", lambda: [one for one in blocks("docs/policy.md", "yaml") if "cases:" in one], "cases.yaml",
         reads=read_cases),
    Kind("manifest", _manifests, manifest.NAME, reads=repeated, beside=_run_folder),
    Kind("set", lambda: SETS, "set.txt", ("check", "main.yaml", "--set", "{text}"), beside=_scenario_with(SMALL)),
    Kind("store", lambda: ['{"name": "x", "seed": 1, "version": "1", "claims": "drawn"}'],
         f"store/0123456789abcdef/{ABOUT}", ("store", "--store", "store"), beside=_store),
)  # fmt: skip
