"""report.html: one file that opens with the network off; only its own scripts may run (a policy by hash)."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.report.language.labels import Labels
from sim.report.pages.rendered import rendered as page_of
from sim.report.run.beside import NOTHING, Beside
from sim.report.run.board.board import Board

if TYPE_CHECKING:
    from sim.judgement.result import Result

_SCRIPT_ENDS = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def write(result: Result, options: Mapping[str, Any], beside: Beside, path: Path) -> None:
    """Write the report; `options["lang"]` is `en` or `ru`."""
    path.write_text(report(result, options, beside), encoding="utf-8", newline="\n", errors="backslashreplace")


def report(result: Result, options: Mapping[str, Any] | None = None, beside: Beside = NOTHING) -> str:
    """The report's HTML."""
    chosen = options or {}
    labels = Labels.of(result, str(chosen.get("lang", "en")))
    return page_of("report.html", Board(result, chosen, labels, beside).context(), labels)


def rendered(template: str, context: Mapping[str, Any], labels: Labels, charts: Mapping[str, Any]) -> str:
    """A page of ours: one file with its style, its scripts and its charts."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("sim.report", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    scripts = [_plotly(), _source(environment, "report.js")]
    return environment.get_template(template).render(
        context, t=labels, css=_source(environment, "page.css"), scripts=scripts, charts=script_json(charts),
        policy=_policy(scripts),
    )  # fmt: skip


def script_json(value: Any) -> str:
    """JSON that cannot end the script element that holds it."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return "".join(_SCRIPT_ENDS.get(character, character) for character in text)


def _plotly() -> str:
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs()).replace("\r\n", "\n").replace("</script", "<\\/script")


def _source(environment: Any, name: str) -> str:
    return str(environment.loader.get_source(environment, name)[0])


def _policy(scripts: list[str]) -> str:
    """The Content-Security-Policy: nothing from anywhere, scripts of this file by their hash."""
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )
