"""The notebooks with what they show, as a code host shows them: played anew and stored without what differs by machine.

    python -m tests.docs.notebooks NAME ...    plays these (`all`: every one) and stores their outputs

Stored outputs have no times and no numbers of an object's place; pictures are PNG of at most 256 colours.
"""

from __future__ import annotations

import base64
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from PIL import Image

FOLDER = Path(__file__).parents[2] / "notebooks"
COLOURS = 256
LONGEST = 600
"""seconds that a cell may take"""


def notebooks() -> list[Path]:
    """All of them, in their order."""
    return sorted(FOLDER.glob("*.ipynb"))


def played(path: Path) -> Any:
    """A notebook with fresh outputs."""
    book = nbformat.read(path, as_version=4)
    NotebookClient(book, timeout=LONGEST, record_timing=False, resources={"metadata": {"path": str(FOLDER)}}).execute()
    for cell in code_of(book):
        cell.outputs = [kept(output) for output in cell.outputs]
    book.metadata["language_info"] = {"name": "python"}
    return book


def code_of(book: Any) -> list[Any]:
    """Its cells of code."""
    return [cell for cell in book.cells if cell.cell_type == "code"]


def kept(output: Any) -> Any:
    """An output with its picture made small."""
    data = output.get("data", {})
    if "image/png" in data:
        data["image/png"] = small(data["image/png"])
        data["text/plain"] = "<Figure>"
    return output


def small(png: str) -> str:
    """A picture in few colours, base64."""
    return base64.b64encode(few_colours(base64.b64decode(png))).decode()


def few_colours(png: bytes) -> bytes:
    """A picture in few colours."""
    room = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS).save(room, "PNG", optimize=True)
    return room.getvalue()


def texts(book: Any) -> Iterator[str]:
    """Every text that it shows, in order."""
    for cell in code_of(book):
        for output in cell.outputs:
            yield output.get("text") or output.get("data", {}).get("text/plain", "")


def main() -> int:
    """Play and store."""
    os.environ.pop("MPLBACKEND", None)  # pictures are shown by the kernel's own
    for path in notebooks():
        if path.stem in sys.argv[1:] or "all" in sys.argv[1:]:
            nbformat.write(played(path), path)
            print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
