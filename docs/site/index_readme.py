"""README as a package index shows it, where a relative link leads nowhere.

Links and pictures become full ones once `[project.urls]` of pyproject.toml names a `Source` (the address below which
README's paths stand). Until then a link is its words and its path, and a picture its words: nothing is broken.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

PICTURE = re.compile(r"!\[([^\]]*)\]\((?!https?:|#)([^)]+)\)")
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?:|#)([^)]+)\)")


class ReadmeHook(MetadataHookInterface):
    """Gives the built package its readme."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Put the readme into what is told of the package."""
        text = (Path(self.root) / "README.md").read_text("utf-8")
        source = metadata.get("urls", {}).get("Source", "")
        metadata["readme"] = {"content-type": "text/markdown", "text": for_index(text, source)}


def for_index(text: str, source: str = "") -> str:
    """README without relative links; `source` is the address below which its paths stand."""
    if source:
        return re.sub(r"\]\((?!https?:|#)", f"]({source.rstrip('/')}/", text)
    return LINK.sub(r"\1 (`\2`)", PICTURE.sub(r"*\1*", text))
