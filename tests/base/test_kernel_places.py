"""Where compiled kernels are kept: nowhere in a read-only package without a home, and then they are compiled anew."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim.base.memory import free
from tests.command.running import ROOT

UNKNOWN = ("setpriv", "--reuid", "61234", "--regid", "61234", "--clear-groups",
           "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")  # fmt: skip
"""A user whom nobody knows. The capability lets it pass a closed folder in which an interpreter may lie, no more."""
SCRIPT = """
import os
from sim.base.kernels import Kernel
from half import half
print(half(3.0), Kernel.kept, os.path.exists("~"))
"""


def test_no_place_for_kernels(tmp_path: Path) -> None:
    if os.geteuid() != 0 or shutil.which(UNKNOWN[0]) is None:
        pytest.skip("only root may become an unknown user, by setpriv")
    package, here = tmp_path / "package", tmp_path / "here"
    package.mkdir()
    here.mkdir(mode=0o777)
    here.chmod(0o777)
    (package / "half.py").write_text(
        "from sim.base.kernels import kernel\n\n\n@kernel\ndef half(x):\n    return x / 2.0\n", "utf-8"
    )
    room = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{package}:{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([*UNKNOWN, sys.executable, "-c", SCRIPT], cwd=here, env=room, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1.5 False False\n", "")
    assert not list(here.iterdir()) and [one.name for one in package.iterdir()] == ["half.py"]


def test_memory_of_a_container_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its limit less what is used, but for files held that are given back when memory is wanted."""
    group = tmp_path / "max", tmp_path / "current", tmp_path / "stat"
    for file, text in zip(group, ("1000000\n", "700000\n", "anon 5\ninactive_file 100000\n"), strict=True):
        file.write_text(text, "ascii")
    monkeypatch.setattr(free, "GROUPS", ((*map(str, group), "inactive_file"),))
    assert free.available_memory() == 400_000
    group[0].write_text("max\n", "ascii")
    assert free.available_memory() != 400_000
