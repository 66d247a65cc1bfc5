"""What a file of the output folder is: its name, what it holds, and how it is written; yours beside ours."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from sim.base.discover import outside
from sim.base.errors import OutputError
from sim.base.text import safe_text

if TYPE_CHECKING:
    from sim.judgement.result import Result

GROUP = "partner_sim.files"
_NAME = re.compile(r"[A-Za-z0-9][\w-]*(\.[\w-]+)+")


class OutputFile:
    """A file of your own in the output folder of a run, given in `extra` or by an entry point `partner_sim.files`.

    Attributes
    ----------
    name : file name with its ending
    holds : what is in it, in a few words
    """

    name: ClassVar[str] = ""
    holds: ClassVar[str] = ""

    def write(self, result: Result, options: Mapping[str, Any], path: Path) -> None:
        """Write the file; `options` are those of the run, such as `lang`.

        Raises
        ------
        OSError
            As the system says it; the folder is then not written at all.
        """
        raise NotImplementedError


def own_files(extra: Sequence[type], taken: Collection[str]) -> list[OutputFile]:
    """Files from outside, in the order in which they are given.

    Raises
    ------
    OutputError
        For a name that is no file name or is taken, and for a file that does not say what it holds; with the names of
        both.
    """
    found: dict[str, OutputFile] = {}
    for one in outside(OutputFile, GROUP, extra):
        shown = f"the output file of {one.__module__}.{one.__qualname__}"
        if not _NAME.fullmatch(one.name):
            raise OutputError(f"{shown} has the name {safe_text(repr(one.name))}: give it a file name with an ending")
        if not one.holds.strip():
            raise OutputError(f"{shown}, {one.name}, does not say what it holds: give it `holds`, in a few words")
        if one.name in taken or one.name in found:
            other = "a file of every run" if one.name in taken else f"that of {type(found[one.name]).__qualname__}"
            raise OutputError(f"{shown} has the name {one.name}, which is {other}: give it another name")
        found[one.name] = one()
    return list(found.values())
