"""A small container: a read-only package, an unknown user without a home, few descriptors, little memory."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.command.frame.compiling import NOT_KEPT
from tests.command.running import ROOT

pytestmark = pytest.mark.long
TOOLS = ("unshare", "setpriv", "prlimit", "mount")
UNKNOWN = "61234"
GIB = 2**30
GROUPS = Path("/sys/fs/cgroup/memory")
# The package read-only in a mount namespace of its own; the capability lets an unknown user pass a closed folder in
# which an interpreter may lie, and gives no right to write.
WITHIN = f"""
set -e
mount --bind {ROOT} {ROOT}
mount -o remount,bind,ro {ROOT}
exec env -i PATH="$PATH" PYTHONPATH={ROOT} setpriv --reuid {UNKNOWN} --regid {UNKNOWN} --clear-groups \\
  --inh-caps=+dac_read_search --ambient-caps=+dac_read_search prlimit --nofile=64 "$@"
"""


def usable() -> str:
    """Why there can be no such container here; empty where there can."""
    lacking = [one for one in TOOLS if shutil.which(one) is None]
    if lacking or os.geteuid() != 0:
        return f"a container needs root and {', '.join(TOOLS)}"
    return "" if subprocess.run(["unshare", "--mount", "true"], check=False).returncode == 0 else "no namespaces here"


@pytest.fixture
def here() -> Iterator[Path]:
    """A folder that anybody may write; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


@pytest.fixture
def group() -> Iterator[Path | None]:
    """A control group of one gibibyte, or None where none can be made."""
    place = GROUPS / f"partner-sim-{os.getpid()}"
    try:
        place.mkdir()
        (place / "memory.limit_in_bytes").write_text(str(GIB), "ascii")
    except OSError:
        yield None
        return
    yield place
    place.rmdir()


def test_a_thousand_partners_in_a_small_container(here: Path, group: Path | None) -> None:
    if why := usable():
        pytest.skip(why)
    small = (ROOT / "scenarios" / "gallery" / "small_network.yaml").read_text("utf-8")
    file, out = here / "s.yaml", here / "out"
    file.write_text(small.replace("partners: 100,", "partners: 1000,"), "utf-8")
    asked = ["run", file, "--replications", "20", "--workers", "2", "--out", out, "--no-store", "--no-breaks"]
    command = ["unshare", "--mount", "sh", "-c", WITHIN, "sh", sys.executable, ROOT / "run_scenario.py", *asked]

    def enter() -> None:
        if group is not None:
            (group / "cgroup.procs").write_text(str(os.getpid()), "ascii")

    done = subprocess.run(
        list(map(str, command)), cwd=here, capture_output=True, text=True, preexec_fn=enter, check=False
    )
    assert done.returncode in (0, 1, 3), done.stderr
    assert NOT_KEPT in done.stderr and "Traceback" not in done.stderr and "Error" not in done.stderr
    assert (out / "summary.json").is_file()
    assert {one.name for one in here.iterdir()} == {"s.yaml", "out"}
    if group is None:
        print("no control group could be made: the memory was not bounded")
    else:
        most = int((group / "memory.max_usage_in_bytes").read_text("ascii"))
        print(f"most memory: {most / 2**20:.0f} MiB")
        assert most < GIB
