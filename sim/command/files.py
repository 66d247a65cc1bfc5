"""Single files that a command writes, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from sim.base.errors import OutputError


def write(path: Path, text: str) -> None:
    """Replace `path` by `text` in one step (line ends as they are).

    Raises
    ------
    OutputError
    """
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", text=False)
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
        os.chmod(temporary, 0o666 & ~_umask())  # noqa: PTH101
        os.replace(temporary, path)  # noqa: PTH105
        temporary = ""
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}; choose another file") from error
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
