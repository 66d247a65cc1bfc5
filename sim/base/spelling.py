"""Names that differ in nothing a reader sees: blanks at the ends, hidden characters, composed letters, case."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from unicodedata import is_normalized, normalize
from unicodedata import name as name_of

_ZERO_WIDTH = re.compile("[\u00ad\u180e\u200b\u2060\ufeff]")
_BETWEEN = re.compile(r"\s+")
_NOT_IN_A_WORD = re.compile("[\\s\u200c\u200d]")
_CYRILLIC = ("АВЕЅІЈКМНОРСТУХԌԚԜаеѕіјкорсухԁһӏԛԝ", "ABESIJKMHOPCTYXGQWaesijkopcyxdhlqw")
_GREEK = ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαοινκρυϲϳ", "ABEZHIKMNOPTYXaoivkpucj")
_OF_LATIN = ("ıɡɑ", "iga")
_LATIN = str.maketrans(dict(pair for one in (_CYRILLIC, _GREEK, _OF_LATIN) for pair in zip(*one, strict=True)))
MOST_LETTERS = 3  # that are named of two names that look alike
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


def tidied(texts: Sequence[str]) -> list[str]:
    """`tidy` of many: a look at all of them at once mostly shows that only blanks at the ends are to go."""
    whole = "".join(texts)
    if whole.isascii() or (whole.isprintable() and is_normalized("NFC", whole)):
        return [text.strip() for text in texts]
    return [tidy(text) for text in texts]


def reading_alike(names: Sequence[str]) -> list[str]:
    """`read_alike` of many tidy names, likewise: most are single words."""
    whole = "".join(names)
    if _NOT_IN_A_WORD.search(whole) is None:
        folded = [name.casefold() for name in names]
        if whole.isascii() or is_normalized("NFC", "".join(folded)):
            return folded
    return [read_alike(name) for name in names]


def difference(one: str, other: str) -> str:
    """In what two names that read alike differ, in words."""
    if tidy(one).casefold() != tidy(other).casefold():
        return "blanks or hidden characters inside"
    if tidy(one) != tidy(other):
        return "upper and lower case"
    visible = [_ZERO_WIDTH.sub("", name).strip() for name in (one, other)]
    return "how letters are composed" if visible[0] != visible[1] else "blanks at the ends or hidden characters"


def looks_like(text: str, names: Iterable[str]) -> str | None:
    """The name that a text looks like whose letters are of another alphabet; None where there is none."""
    look = _look(text)
    return next((one for one in names if one != text and _look(one) == look), None)


def letters_apart(one: str, other: str) -> str:
    """Which letters of a name that looks like another are not the other's, in words."""
    pairs = dict.fromkeys(zip(tidy(one), tidy(other), strict=False))
    told = [f'"{a}" is {_letter(a)}, not {_letter(b)}' for a, b in pairs if a.casefold() != b.casefold()]
    return "; ".join(told[:MOST_LETTERS])


def _look(text: str) -> str:
    plain = text if text.isascii() else normalize("NFKC", tidy(text)).translate(_LATIN)
    return plain.casefold()


def _letter(character: str) -> str:
    return f"{name_of(character, 'a letter without a name').title()} (U+{ord(character):04X})"


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
