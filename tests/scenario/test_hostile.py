"""Every case of the hostile file behaves as it states."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from sim.base.errors import ScenarioError
from sim.base.text import csv_safe, safe_text
from sim.base.units import Dated
from sim.policy.terms.rates import Rates
from sim.scenario.load import Loaded, load
from tests.scenario.hostile import CASES, MAPPED, NOT_HERE, OUTPUT_CASES, VERBATIM, build, output_scenario

PWNED = Path("/tmp/pwned")
HERE = Path(__file__).parents[2]
HEAVY = [name for name, case in CASES.items() if case["cls"] == "resource" and name not in NOT_HERE]
REFUSED = [name for name in (*VERBATIM, *MAPPED) if name not in HEAVY and (name in VERBATIM or MAPPED[name].says)]
ACCEPTED = [name for name, mapped in MAPPED.items() if not mapped.says]
PASSWORDS = "root:x:0"
HANGS = 120  # seconds; the limits of cases are of the processor's time, whatever else the machine does


def test_every_case_is_dealt_with() -> None:
    dealt = [*VERBATIM, *MAPPED, *NOT_HERE, *OUTPUT_CASES]
    assert sorted(dealt) == sorted(CASES)
    reject = {name for name, case in CASES.items() if case["expectation"] == "reject"} - set(NOT_HERE)
    assert reject <= {*REFUSED, *HEAVY}
    assert {name for name, case in CASES.items() if case["expectation"].startswith("accept_w")} <= set(ACCEPTED)


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_one_clear_message(name: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = build(name, tmp_path)
    before = sorted(tmp_path.rglob("*"))
    began = time.process_time()
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert time.process_time() - began < CASES[name]["limit_seconds"]
    message = str(caught.value)
    for words in VERBATIM[name] if name in VERBATIM else MAPPED[name].says:
        assert words in message, message
    assert all(problem.file and problem.what for problem in caught.value.problems), message
    assert PASSWORDS not in message
    assert capsys.readouterr().out == ""
    assert sorted(tmp_path.rglob("*")) == before
    assert not PWNED.exists()


@pytest.mark.parametrize("name", HEAVY)
def test_refused_within_time_and_memory(name: str, tmp_path: Path) -> None:
    path = build(name, tmp_path)
    seen = _measured(path)
    for words in VERBATIM[name] if name in VERBATIM else MAPPED[name].says:
        assert words in seen["message"], seen["message"]
    assert seen["seconds"] < CASES[name]["limit_seconds"]
    assert seen["mb"] < CASES[name]["limit_mb"]
    assert seen["message"].count("\n") < 60


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted_with_its_value_or_warning(name: str, tmp_path: Path) -> None:
    loaded = load(build(name, tmp_path))
    mapped = MAPPED[name]
    codes = [note.code for note in loaded.notes]
    assert codes == ([mapped.note] if mapped.note else [])
    if mapped.value is not None:
        path, expected = mapped.value
        assert _value(loaded, path) == expected


@pytest.mark.parametrize("name", OUTPUT_CASES)
def test_names_load_as_they_are_and_can_be_shown(name: str, tmp_path: Path) -> None:
    loaded = load(output_scenario(name, tmp_path))
    shown = safe_text(loaded.scenario.name)
    assert shown.isprintable()
    assert not csv_safe(shown).lstrip().startswith(tuple("=+-@＝"))


def _value(loaded: Loaded, path: str) -> object:
    value: Any = loaded.scenario
    for part in path.split("."):
        value = value[part] if isinstance(value, dict) else getattr(value, part)
    value = value.rate if isinstance(value, Rates) else value
    return next(iter(value.since.values())) if isinstance(value, Dated) else value


SCRIPT = """
import json, sys, time
from sim.scenario.load import load
from sim.scenario.schema import scenario_model
from sim.base.errors import ScenarioError
scenario_model()
began, message = time.process_time(), ""
try:
    load(sys.argv[1])
except ScenarioError as error:
    message = str(error)
seconds = time.process_time() - began
# not getrusage: its peak also counts the parent at the moment of the fork
mb = next(int(line.split()[1]) / 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps({"message": message, "seconds": seconds, "mb": mb}))
"""


def _measured(path: Path) -> dict[str, Any]:
    command = [sys.executable, "-c", SCRIPT, str(path)]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True, timeout=HANGS)
    return json.loads(done.stdout)
