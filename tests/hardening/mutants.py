"""Mutants of texts that users write: tokens, lines and bytes of a good file put out of order, one to four at a time."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

NASTY = (
    "", "null", "~", "true", "no", "-1", "0", "-0", "1e308", "1e-308", "nan", ".inf", "-.inf", "9" * 30, "0x10",
    "1_000", "1 000", "1,5", "1,000", "12", "0.001", "50%", "5000%", "-3%", "12mo", "0mo", "99999mo", "1.5mo", "30d",
    "2025-01", "2025-13", "2025-02-30", "1899-12", "[]", "{}", "[1, 2", "{a: 1}", "[[1]]", "{since: {}}",
    "{since: {2025-01: 1}}", "&a x", "*a", "!!python/name:os.system", "<<: {a: 1}", "'", '"', "\u0000", "\u202e", "é",
    "Ａ", "а", "=1+1", "../../etc/passwd", "/dev/zero", "a" * 300, "- - -", "? a", "%YAML 1.1", "---", "\ufeff",
    "\x1b[31m", "kind", "base", "us", "direct", "partner", "schema", "extends: main.yaml", ";", ",", "\t", "#", ": :",
    "NaN", "Infinity", "1e400", "-1e400", "9007199254740993", "0.1234567", "\ud800".encode("utf-8", "replace").decode(),
)  # fmt: skip
TOKEN = re.compile(r"[^\s,;:{}\[\]\"]+")
MOST = 4  # mutations of one mutant
Mutation = Callable[[random.Random, str, Sequence[str]], str]


def mutant(rng: random.Random, seeds: Sequence[str]) -> bytes:
    """One of the good texts, or two of them crossed, mutated."""
    text = rng.choice(seeds)
    for _ in range(rng.randint(1, MOST)):
        text = rng.choice(MUTATIONS)(rng, text, seeds)
    data = text.encode("utf-8", "surrogatepass")
    return _noise(rng, data) if rng.random() < 0.1 else data


def _token(rng: random.Random, text: str, seeds: Sequence[str]) -> str:
    """Another word in the place of a word: nasty, or one that stands elsewhere."""
    words = [*TOKEN.finditer(text)]
    if not words:
        return rng.choice(NASTY)
    at, other = rng.choice(words), rng.choice(words)[0]
    return text[: at.start()] + (rng.choice(NASTY) if rng.random() < 0.7 else other) + text[at.end() :]


def _figure(rng: random.Random, text: str, seeds: Sequence[str]) -> str:
    """A figure moved: its sign, a power of ten, a digit, its unit."""
    figures = [*re.finditer(r"\d[\d.e]*", text)]
    if not figures:
        return text
    at = rng.choice(figures)
    changed = rng.choice(
        ["-" + at[0], at[0] + "e9", at[0] + "0", "0", at[0][:-1], at[0] + "%", "1" + at[0], at[0] + ".5"]
    )
    return text[: at.start()] + changed + text[at.end() :]


def _line(rng: random.Random, text: str, seeds: Sequence[str]) -> str:
    """A line lost, said twice, moved, or indented otherwise."""
    lines = text.splitlines(keepends=True) or [""]
    at, to = rng.randrange(len(lines)), rng.randrange(len(lines))
    line = lines.pop(at)
    return "".join(
        rng.choice([
            lines,
            [*lines[:at], line, line, *lines[at:]],
            [*lines[:to], line, *lines[to:]],
            [*lines[:at], " " * rng.randint(1, 4) + line, *lines[at:]],
            [*lines[:at], line.lstrip(" "), *lines[at:]],
            [*lines[:at], line.rstrip("\n"), *lines[at:]],
        ])
    )  # fmt: skip


def _crossed(rng: random.Random, text: str, seeds: Sequence[str]) -> str:
    """Some lines of another good text put in."""
    other, lines = rng.choice(seeds).splitlines(keepends=True) or [""], text.splitlines(keepends=True)
    begin, at = rng.randrange(len(other)), rng.randint(0, len(lines))
    return "".join([*lines[:at], *other[begin : begin + rng.randint(1, 12)], *lines[at:]])


def _span(rng: random.Random, text: str, seeds: Sequence[str]) -> str:
    """A span lost, or the end."""
    begin = rng.randint(0, len(text))
    return text[:begin] + (text[begin + rng.randint(1, 40) :] if rng.random() < 0.8 else "")


def _put_in(rng: random.Random, text: str, seeds: Sequence[str]) -> str:
    """Something nasty in between."""
    at = rng.randint(0, len(text))
    return text[:at] + rng.choice(NASTY) + text[at:]


def _swapped(rng: random.Random, text: str, seeds: Sequence[str]) -> str:
    """One sign for another, everywhere: separators, decimal marks, ends of lines."""
    old, new = rng.choice([(",", ";"), (";", ","), (".", ","), ("\n", "\r\n"), ("\n", "\r"), (" ", "\t"), (":", " :")])
    return text.replace(old, new)


MUTATIONS: tuple[Mutation, ...] = (_token, _token, _token, _figure, _figure, _line, _crossed, _span, _put_in, _swapped)


def _noise(rng: random.Random, data: bytes) -> bytes:
    """Bytes that are no text: one changed, or all of them in another encoding."""
    if not data or rng.random() < 0.5:
        return data.decode("utf-8", "replace").encode(rng.choice(["utf-16", "cp1251", "latin-1"]), "replace")
    at = rng.randrange(len(data))
    return data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]
