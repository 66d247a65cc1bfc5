"""Single files that a command writes, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from sim.base.errors import OutputError


def write(path: Path, content: str | bytes) -> None:
    """Replace `path` by `content` in one step (line ends as they are, text in UTF-8).

    Raises
    ------
    OutputError
    """
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", text=False)
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
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
