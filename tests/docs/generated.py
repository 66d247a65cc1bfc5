"""Documents that are made from declarations: written, or compared with what stands in `docs`; and their Russian."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from tests.docs import russian


def main(documents: Mapping[Path, str], source: str) -> int:
    """Write the documents with `--write`, or say which is not as the `source` (code, declarations) has it."""
    code = 0
    for path, text in (dict(documents) | in_russian(documents)).items():
        if "--write" in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text("utf-8") != text:
            print(f"{path.name} is not as the {source}: write it with --write")
            code = 1
    return code


def in_russian(documents: Mapping[Path, str]) -> dict[Path, str]:
    """The Russian of those that have one."""
    with_russian = {path: path.stem for path in documents if path.stem in russian.documents()}
    return {russian.russian_of(name): russian.translated(documents[path]) for path, name in with_russian.items()}
