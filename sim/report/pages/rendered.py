"""A page of ours: one file that opens with the network off; only its own script may run (a policy by hash)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from sim.report.language.labels import Labels


def rendered(template: str, context: Mapping[str, Any], labels: Labels) -> str:
    """A template filled in, with our style and our script in it."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("sim.report", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    script = _source(environment, "page.js")
    return environment.get_template(template).render(
        context, t=labels, css=_source(environment, "page.css"), script=script, policy=_policy(script)
    )


def _source(environment: Any, name: str) -> str:
    return str(environment.loader.get_source(environment, name)[0])


def _policy(script: str) -> str:
    """The Content-Security-Policy: nothing from anywhere, the script of this file by its hash."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )
