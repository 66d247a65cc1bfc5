"""Errors in the words of Python: what a command calls by its options, a caller in Python calls by its arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sim.base.errors import SimError

_ARGUMENTS = {
    "--out": "out", "--overwrite": "overwrite=True", "--replications": "replications", "--workers 1": "workers=1",
    "--store": "store", "--root DIR": "root=DIR", "--set": "sets",
}  # fmt: skip
_OPTION = re.compile("|".join(rf"{re.escape(one)}\b" for one in _ARGUMENTS))


def in_python(text: str) -> str:
    """A message with arguments in place of options.

    >>> in_python("out/a exists and is not empty: give another --out, or --overwrite to replace it")
    'out/a exists and is not empty: give another out, or overwrite=True to replace it'
    """
    return _OPTION.sub(lambda found: _ARGUMENTS[found[0]], text)


@contextmanager
def words_of_python() -> Iterator[None]:
    """Errors leave with arguments in place of options; also a decorator."""
    try:
        yield
    except SimError as error:
        error.reword(in_python)
        raise
