"""Documents that are made from declarations: written, or compared with what stands in `docs`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path


def main(documents: Mapping[Path, str], source: str) -> int:
    """Write the documents with `--write`, or say which is not as the `source` (code, declarations) has it."""
    code = 0
    for path, text in documents.items():
        if "--write" in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif path.read_text("utf-8") != text:
            print(f"{path.name} is not as the {source}: write it with --write")
            code = 1
    return code
