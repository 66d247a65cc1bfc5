"""A checkout of the product: months played there by a process that stays, and whole commands, with what they took.

CPU time of a command is that of one process (`--workers 1`): worker processes are not its children but those of a
server, whose time nobody is told.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

HERE = Path(__file__).parents[1]
PLAYER = Path(__file__).with_name("player.py")
MAIN = "run_scenario.py"
VERDICTS = (0, 1, 3)  # exit codes: pass, fail, undecided
USER_TICKS = slice(11, 13)  # of /proc/PID/stat after the name: time of the program and of the system for it


@dataclass(frozen=True)
class Spent:
    """Seconds that a command took."""

    cpu: float
    wall: float
    shown: float
    """CPU time when its first line stood on the screen"""


class Tree:
    """A checkout and the process that plays in it, both with the interpreter of this process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        if not (self.folder / MAIN).exists():
            raise SystemExit(f"{self.folder} is no checkout of the product: {MAIN} is not there")
        self._player = subprocess.Popen(
            [sys.executable, "-P", str(PLAYER)], cwd=self.folder, env=self._environment({}), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def ask(self, play: str, **arguments: Any) -> int:
        """What the player answers to a request."""
        requests, answers = self._player.stdin, self._player.stdout
        assert requests is not None and answers is not None
        print(json.dumps({"play": play, **arguments}), file=requests, flush=True)
        answer = answers.readline()
        if not answer:
            raise SystemExit(f"the player in {self.folder} ended; its words are above")
        return int(answer)

    def command(self, arguments: Sequence[str], variables: Mapping[str, str] | None = None) -> Spent:
        """Carry out a command, with its files in a folder that is then removed."""
        with TemporaryDirectory() as place, Path(place, "words").open("w+", encoding="utf-8") as words:
            asked = [sys.executable, MAIN, *arguments, "--quiet", "--no-store", "--out", f"{place}/out"]
            earlier, began = _children(), time.perf_counter()
            with (
                words,
                subprocess.Popen(
                    asked, cwd=self.folder, env=self._environment(variables or {}), stdout=subprocess.PIPE, stderr=words
                ) as process,
            ):
                assert process.stdout is not None
                process.stdout.readline()
                shown = _cpu_of(process.pid)
                process.communicate()
                if process.returncode not in VERDICTS:
                    words.seek(0)
                    raise SystemExit(f"{' '.join(asked)} in {self.folder}:\n{words.read()}")
            return Spent(_children() - earlier, time.perf_counter() - began, shown)

    def close(self) -> None:
        """End the player."""
        self._player.communicate()

    def _environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        fixed = {
            "PYTHONPATH": str(self.folder), "PARTNER_SIM_STORE": "none", "MPLBACKEND": "Agg",
            "PYTHONDONTWRITEBYTECODE": "",  # nobody who uses it reads its sources anew each time
        }  # fmt: skip
        return {**os.environ, **fixed, **variables}


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _cpu_of(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[USER_TICKS])) / os.sysconf("SC_CLK_TCK")
