"""The whole suite, hashes of data among it, on other interpreters; where one is not there, a skip is printed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VERSIONS = ("3.12", "3.13")
TOLD = 4000  # last characters of what a failing suite prints


def interpreter(version: str) -> str | None:
    """An interpreter of a version that starts: by its name, or among those of pyenv."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    named = [shutil.which(f"python{version}"), *map(str, sorted(kept.glob(f"{version}*/bin/python")))]
    return next((one for one in named if one and _starts(one, version)), None)


def _starts(python: str, version: str) -> bool:
    done = subprocess.run([python, "-V"], capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout.startswith(f"Python {version}.")


@pytest.mark.long
@pytest.mark.parametrize("version", VERSIONS)
def test_the_suite_passes(version: str, tmp_path: Path) -> None:
    if (python := interpreter(version)) is None:
        pytest.skip(f"Python {version} is not there: the suite was not run on it")
    own = tmp_path / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "venv", str(tmp_path / "venv")], check=True)
    subprocess.run([own, "-m", "pip", "install", "-q", "-c", "constraints.txt", "-e", ".[dev]"], cwd=ROOT, check=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON"))}
    done = subprocess.run(
        [own, "-m", "pytest", "-n", "auto", "--dist", "worksteal"], cwd=ROOT, capture_output=True, text=True,
        check=False, env=kept | {"NUMBA_CACHE_DIR": str(tmp_path / "numba")},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-TOLD:]
