"""`explore` before there is a page: what it refuses, and how."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from sim.command.guard import guarded
from sim.explore import explorer_server
from tests.command.running import tiny


def test_a_port_that_is_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("streamlit", reason='no Streamlit here: pip install -e ".[dev]"')
    with socket.socket() as other:
        other.bind((explorer_server.HOME, 0))
        other.listen()
        port = other.getsockname()[1]
        assert guarded(["explore", str(tiny(tmp_path)), "--port", str(port), "--no-browser"]) == 4
    said = capsys.readouterr().err
    assert f"port {port} of 127.0.0.1 cannot be had" in said and f"--port {port + 1}" in said


def test_without_streamlit(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "streamlit", None)
    assert guarded(["explore", str(tiny(tmp_path)), "--no-browser"]) == 4
    assert 'pip install "partner-sim[explore]"' in capsys.readouterr().err
