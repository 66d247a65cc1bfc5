"""Names that differ in nothing a reader sees: blanks at the ends, hidden characters, composed letters, case."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from unicodedata import is_normalized, normalize

_ZERO_WIDTH = re.compile("[\u00ad\u180e\u200b\u2060\ufeff]")
_BETWEEN = re.compile(r"\s+")
_JOINERS = re.compile("[\u200c\u200d]")  # they shape some scripts, so they stay in a name, but tell none apart


def tidy(text: str) -> str:
    """A name without blanks at its ends and zero-width characters, its letters composed (NFC)."""
    if not text.isascii() and not (text.isprintable() and is_normalized("NFC", text)):
        text = normalize("NFC", _ZERO_WIDTH.sub("", text))
    return text.strip()


def read_alike(text: str) -> str:
    """What two names have in common that differ in nothing else than how they are written."""
    if text.isascii():
        return " ".join(text.split()).lower()
    plain = tidy(text)
    if not plain.isalnum():
        plain = _BETWEEN.sub(" ", _JOINERS.sub("", plain))
    folded = plain.casefold()
    return folded if is_normalized("NFC", folded) else normalize("NFC", folded)


def difference(one: str, other: str) -> str:
    """In what two names that read alike differ, in words."""
    if tidy(one).casefold() != tidy(other).casefold():
        return "blanks or hidden characters inside"
    if tidy(one) != tidy(other):
        return "upper and lower case"
    visible = [_ZERO_WIDTH.sub("", name).strip() for name in (one, other)]
    return "how letters are composed" if visible[0] != visible[1] else "blanks at the ends or hidden characters"


class Known:
    """Names that are declared, found by how they read."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(names)
        self._alike = {read_alike(name): name for name in self.names}

    def find(self, name: str) -> str | None:
        """The declared name that is meant; None where none reads so."""
        return name if name in self.names else self._alike.get(read_alike(name))


def twins(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Names that read as one before them, each with that one."""
    first: dict[str, str] = {}
    for name in names:
        other = first.setdefault(read_alike(name), name)
        if other != name:
            yield name, other


def commonest(names: Iterable[str]) -> Mapping[str, str]:
    """For each spelling that is not the commonest of names that read alike, that one; of equals the first."""
    counted = Counter(names)
    best: dict[str, str] = {}
    for name in sorted(counted, key=counted.__getitem__, reverse=True):
        best.setdefault(read_alike(name), name)
    return {name: best[read_alike(name)] for name in counted if best[read_alike(name)] != name}
