"""A headless Chromium, driven by its own protocol: what it asks for, what it shows, keys pressed in it."""

from __future__ import annotations

import base64
import json
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from shutil import which
from types import TracebackType
from typing import Any
from urllib.request import urlopen

SECONDS = 60.0
KEYS = {"Tab": 9, "Enter": 13, "ArrowRight": 39, "ArrowLeft": 37, "Home": 36, "End": 35}
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-dev-shm-usage", "--remote-debugging-port=0", "--window-size=1500,2400",
)  # fmt: skip


def chromium() -> str | None:
    """Where it is, if it is."""
    return which("chromium") or which("chromium-browser") or which("google-chrome")


class Browser:
    """One tab."""

    def __init__(self, folder: Path) -> None:
        program = chromium()
        assert program is not None
        self._process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={folder}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.requests: list[str] = []
        self._open = ExitStack()
        self._number = 0
        self._socket = self._connected(folder)
        for domain in ("Network", "Page", "Runtime"):
            self.ask(f"{domain}.enable")

    def _connected(self, folder: Path) -> Any:
        from websockets.sync.client import connect

        told = folder / "DevToolsActivePort"
        wait(lambda: told.is_file() and told.read_text().strip())
        port = told.read_text().splitlines()[0]
        targets = json.loads(urlopen(f"http://127.0.0.1:{port}/json").read())
        address = next(one["webSocketDebuggerUrl"] for one in targets if one["type"] == "page")
        return self._open.enter_context(connect(address, max_size=None, proxy=None))

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
        self._process.terminate()
        self._process.wait()

    def ask(self, method: str, **said: Any) -> dict[str, Any]:
        """Ask the browser; what it asks the network for meanwhile is noted."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": said}))
        while True:
            heard = json.loads(self._socket.recv(timeout=SECONDS))
            self._note(heard)
            if heard.get("id") == self._number:
                assert "error" not in heard, heard
                return dict(heard["result"])

    def _note(self, heard: dict[str, Any]) -> None:
        if heard.get("method") == "Network.requestWillBeSent":
            self.requests.append(heard["params"]["request"]["url"])
        elif heard.get("method") == "Network.webSocketCreated":
            self.requests.append(heard["params"]["url"])

    def open(self, address: str) -> None:
        """Go to a page."""
        self.ask("Page.navigate", url=address)

    def js(self, expression: str) -> Any:
        """What an expression is worth on the page."""
        found = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        return found["result"].get("value")

    def until(self, expression: str, seconds: float = SECONDS) -> Any:
        """The same, once it is worth something."""
        return wait(lambda: self.js(expression), seconds)

    @property
    def text(self) -> str:
        """What the page shows."""
        return str(self.js("document.body.innerText"))

    def press(self, key: str) -> None:
        """A key."""
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=KEYS[key], **text)

    def picture(self, path: Path) -> None:
        """The page as a PNG."""
        path.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot")["data"]))


def wait(look: Any, seconds: float = SECONDS) -> Any:
    """What `look` returns, once it is something."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)
    return found
