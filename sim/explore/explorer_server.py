"""The explorer's server: Streamlit on this machine alone, which neither asks nor tells anybody anything outside."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.base.errors import OutputError
from sim.base.extras import needed
from sim.explore.explorer import Asked
from sim.explore.explorer_process import environment

HOME = "127.0.0.1"
PAGE = Path(__file__).parent / "page" / "explorer_page.py"
START_SECONDS, LOOK_SECONDS = 60.0, 0.2
ASKED = "PARTNER_SIM_EXPLORE"  # of the server's environment: what is explored
OPTIONS = {
    "server.address": HOME,
    "server.headless": "true",  # we open the browser ourselves; Streamlit would ask for an e-mail first
    "server.showEmailPrompt": "false",
    "server.fileWatcherType": "none",
    "server.runOnSave": "false",
    "server.enableCORS": "true",
    "server.enableXsrfProtection": "true",
    "server.enableStaticServing": "false",
    "server.enableAgentApi": "false",
    "browser.serverAddress": HOME,
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
    "client.showSidebarNavigation": "false",
    "runner.magicEnabled": "false",
    "global.developmentMode": "false",
    "logger.hideWelcomeMessage": "true",
    "theme.base": "light",
    "theme.primaryColor": "#2b5f8c",
}
HOSTS = (HOME, "localhost")  # by which a browser may ask: no page of another name is answered


def check(port: int) -> None:
    """Refuse where Streamlit is not installed, or somebody listens at the port already.

    Raises
    ------
    OutputError
    """
    needed("streamlit", "the explorer")
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that has just been left is free
        try:
            probe.bind((HOME, port))
        except OSError as error:
            raise OutputError(
                f"port {port} of {HOME} cannot be had ({error.strerror}): another explorer may run there; "
                f"end it, or give another one, such as --port {port + 1}"
            ) from None


def serve(asked: Asked, port: int, browser: bool, say: Callable[[str], None]) -> None:
    """Serve the page until interrupted.

    Raises
    ------
    OutputError
        Where the server does not begin, or ends by itself.
    """
    address = f"http://{HOME}:{port}"
    with _process(asked, port) as server:
        _wait(server, port)
        say(address)
        if browser:
            webbrowser.open(address)
        code = server.wait()
    raise OutputError(f"the explorer's server has ended with {code}")


@contextmanager
def kept(store: Path | None) -> Iterator[Path]:
    """The store's folder; where none is wanted, one that lasts as long as the explorer."""
    if store is not None:
        yield store
        return
    with TemporaryDirectory(prefix="partner-sim-explore-") as folder:
        yield Path(folder)


def command(port: int) -> list[str]:
    """The command line of the server."""
    options = [f"--{name}={value}" for name, value in {**OPTIONS, "server.port": str(port)}.items()]
    hosts = [f"--server.allowedHosts={host}" for host in HOSTS]
    return [sys.executable, "-m", "streamlit", "run", str(PAGE), *options, *hosts]


@contextmanager
def _process(asked: Asked, port: int) -> Iterator[subprocess.Popen[bytes]]:
    settings = {**environment(), ASKED: asked.text}
    server = subprocess.Popen(command(port), env=settings, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        yield server
    finally:
        server.terminate()
        server.wait()


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    """Until it listens."""
    end = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex((HOME, port)) == 0:
                return
        time.sleep(LOOK_SECONDS)
    raise OutputError(f"the explorer's server does not answer at {HOME}:{port}: what it said stands above")
