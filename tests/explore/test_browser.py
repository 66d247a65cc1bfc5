"""The explorer in a browser: played in a process of its own, moved by keys, and nothing asked of anybody else."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("streamlit", reason='no Streamlit here: pip install -e ".[dev]"')

from tests.command.running import PROGRAM, environment
from tests.explore.browser import Browser, chromium
from tests.explore.small import small

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(chromium() is None, reason="no Chromium here: apt-get install chromium"),
]
START, PLAY = 120.0, 300.0  # seconds, on a busy machine whose kernels are not compiled yet
WATCH = """
import sys
def heard(event, given, file={file!r}):
    if event in ("socket.connect", "socket.getaddrinfo"):
        with open(file, "a", encoding="utf-8") as told:
            told.write(f"{{event}} {{given[1] if event == 'socket.connect' else given[0]}}\\n")
sys.addaudithook(heard)
"""
HERE = ("127.0.0.1", "localhost", "::1")
STEPS = 3  # of a lever to the right


def click(page: Browser, text: str) -> None:
    """A button or a choice, by what it says."""
    found = f"[...document.querySelectorAll('button, label')].find(one => one.innerText.trim() === '{text}')"
    page.until(f"{found} && ({found}.click(), true)")


@pytest.fixture
def heard(tmp_path: Path) -> Path:
    """Where every process of the explorer writes to whom it speaks."""
    watcher = tmp_path / "watcher"
    watcher.mkdir()
    (watcher / "sitecustomize.py").write_text(WATCH.format(file=str(tmp_path / "heard.txt")), "utf-8")
    return tmp_path / "heard.txt"


@pytest.fixture
def address(tmp_path: Path, heard: Path) -> Iterator[str]:
    """The explorer of a small scenario, until the test is over."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = os.pathsep.join([str(heard.parent / "watcher"), os.environ.get("PYTHONPATH", "")])
    store = tmp_path / "store"
    asked = [*PROGRAM, "explore", str(small(tmp_path)), "--no-browser", "--port", str(port), "--store", str(store)]
    server = subprocess.Popen(asked, env=environment(PYTHONPATH=path), stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    assert f"http://127.0.0.1:{port}" in server.stdout.readline()
    yield f"http://127.0.0.1:{port}"
    server.send_signal(signal.SIGTERM)
    assert server.wait(START) == 143


def test_keys_move_the_verdict_and_nobody_outside_is_asked(address: str, heard: Path, tmp_path: Path) -> None:
    with Browser(tmp_path / "profile") as page:
        page.open(address)
        word = "document.querySelector('.verdict .word')?.innerText"
        assert page.until(word, PLAY) == "PASS"
        lever = "document.querySelector('input[type=range]')"
        page.until(f"{lever} && ({lever}.focus(), document.activeElement === {lever})")
        stated = int(page.js(f"{lever}.value"))
        for _ in range(STEPS):
            page.press("ArrowRight")
        assert int(page.js(f"{lever}.value")) == stated + STEPS
        page.press("End")
        assert page.until(f"{word} !== 'PASS' && {word}") == "FAIL" and "Reckoned, not played" in page.text
        play = "[...document.querySelectorAll('button')].find(one => one.innerText === 'Play this point')"
        page.until(f"{play} && !{play}.disabled && ({play}.focus(), true)")
        page.press("Enter")
        page.until("document.body.innerText.includes('replications of this very point')", PLAY)
        assert page.js(word) == "FAIL"
        for tab in range(1, 6):
            page.js(f"document.querySelectorAll('[role=tab]')[{tab}].click()")
            page.until(f"document.querySelectorAll('[role=tab]')[{tab}].getAttribute('aria-selected') === 'true'")
        page.until("[...document.querySelectorAll('.picture img')].filter(one => one.naturalWidth).length >= 3")
        click(page, "Русский")
        click(page, "Вернуть заявленные числа")  # the server is told by their words which levers are chosen
        page.until("document.querySelector('.verdict .word')?.innerText === 'ПРОЙДЕНО'")
        assert page.js("document.querySelectorAll('input[type=range]').length") == 3
        host = address.removeprefix("http://")
        known = (f"http://{host}", f"ws://{host}", "data:", "blob:")
        outside = [one for one in page.requests if not one.startswith(known)]
    assert len(page.requests) > 10 and outside == []
    lines = heard.read_text("utf-8").splitlines()
    spoken = [one for one in lines if not any(name in one for name in (*HERE, "None"))]
    assert lines and [one for one in spoken if "('" in one or "getaddrinfo" in one] == []
