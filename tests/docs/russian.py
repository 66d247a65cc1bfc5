"""Documents in Russian, made from the English ones and from tables of their texts.

    python -m tests.docs.russian            says what has no Russian, and which document is not as its texts are
    python -m tests.docs.russian --write    writes the documents

`docs/x.md` has a Russian `docs/x.ru.md` where there is a table `docs/russian/x.csv`. Texts are headings, paragraphs,
entries of lists, cells of tables, comments of code, and what a worked case says of itself; everything else is the same
in both, but that a document named in code is named in Russian where there is one. A text that stands in several
documents stands in one table. `tests.docs.figures` makes a document in both languages and takes texts from here.
"""

from __future__ import annotations

import csv
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
TABLES = ROOT / "docs" / "russian"
WIDTH, WIDTH_OF_CODE = 120, 110
"""of a line; a line of code fits the site's column"""
MADE_IN_BOTH = {"figures"}
Say = Callable[[str], str]
BLOCK = re.compile(r"^```[\s\S]*?^```$|^<.*\n?|(?:^(?!<).+\n?)+", re.MULTILINE)
CODE = re.compile(r"`[^`]*`")
WORDLESS = re.compile(r"`[^`]*`|\]\([^)]*\)|</?\w[^>]*>")
"""code, places of links and marks: nothing to translate"""
LEAD = re.compile(r"(\*\*[^*]+\.\*\*|`[^`]+`(?:, `[^`]+`)*:) (.+)")
"""what a paragraph or entry is about, before what it says"""
NAMED = re.compile(r"`((?:docs/)?([\w/]+))\.md`")
ENTRY = re.compile(r"^(?:- |\d+\. )", re.MULTILINE)
BAR = re.compile(r"(?<!\\)\|")
OF_CASE = re.compile(r"^ {4}(source|text): .*\n(?: {6}.*\n)*", re.MULTILINE)
COMMENT = re.compile(r"(^|(?<= ))# (.+)$", re.MULTILINE)
COMMENTED = ("```yaml", "```sh", "```python")
JOINED = re.compile(r"(?<=\d) (?=\d{3}\b|%)| (?=[–−+=×] )")
"""spaces at which no line is broken: in figures and before what would begin a list"""
HARD = "\N{NO-BREAK SPACE}"


def tables() -> list[str]:
    """Names of the tables of texts."""
    return sorted(path.stem for path in TABLES.glob("*.csv"))


def documents() -> list[str]:
    """Names of the documents that are translated."""
    return [name for name in tables() if name not in MADE_IN_BOTH]


def english_of(name: str) -> str:
    """The English document."""
    return page_of_readme() if name == "commands" else (ROOT / "docs" / f"{name}.md").read_text("utf-8")


@cache
def page_of_readme() -> str:
    """The page that the site makes of sections of README."""
    place = spec_from_file_location("building", ROOT / "docs" / "site" / "building.py")
    assert place and place.loader
    building = module_from_spec(place)
    place.loader.exec_module(building)
    return str(building.page_of_readme())


def russian_of(name: str) -> Path:
    """Where the Russian stands."""
    return ROOT / "docs" / f"{name}.ru.md"


def has_russian(name: str) -> bool:
    """Whether a document has a Russian: from its table, or written by hand or from declarations."""
    return name in documents() or russian_of(name).exists()


def rows(name: str) -> list[tuple[str, str]]:
    """English and Russian of a table."""
    return [(row["en"], row["ru"]) for row in csv.DictReader((TABLES / f"{name}.csv").read_text("utf-8").splitlines())]


@cache
def russian() -> dict[str, str]:
    """Russian by English text, of all tables."""
    return {english: said for name in tables() for english, said in rows(name)}


def said(text: str) -> str:
    """A text in Russian; where there is none yet, in English."""
    return russian().get(text, text)


def texts(document: str) -> list[str]:
    """The texts of an English document, in their order."""
    found: dict[str, None] = {}
    translated(document, lambda text: found.setdefault(text) or text)
    return list(found)


def missing() -> list[str]:
    """Texts that have no Russian, in the order of the documents."""
    found = dict.fromkeys(text for name in documents() for text in texts(english_of(name)))
    return [text for text in found if not russian().get(text)]


def translated(document: str, say: Say = said) -> str:
    """The document with each of its texts as `say` has it."""

    def known(text: str) -> str:
        return _named(say(text) if re.search("[A-Za-z]", WORDLESS.sub("", text)) else text)

    return BLOCK.sub(lambda found: _block(found[0], known), document)


def _named(text: str) -> str:
    """Documents that it names, in Russian where there is one."""
    return NAMED.sub(lambda found: f"`{found[1]}.ru.md`" if has_russian(found[2]) else found[0], text)


def _block(block: str, say: Say) -> str:
    """A run of lines: code, a heading, a table, a list or a paragraph."""
    if block.startswith("```"):
        if "\ncases:\n" in block:
            block = OF_CASE.sub(lambda found: _of_case(found, say), block)
        commented = block.startswith(COMMENTED)
        return COMMENT.sub(lambda found: f"# {say(found[2])}", block) if commented else block
    if block.startswith(("    ", "<")):
        return block
    end = "\n" * block.endswith("\n")
    if block.startswith("#"):
        marks, _, title = block.strip().partition(" ")
        return f"{marks} {say(title)}{end}"
    if block.startswith("|"):
        return "\n".join(_row(line, say) for line in block.splitlines()) + end
    if ENTRY.match(block):
        return "\n".join(_entries(block, say)) + end
    return _filled(block, "", say) + end


def _entries(block: str, say: Say) -> Iterator[str]:
    """The entries of a list."""
    starts = [found.start() for found in ENTRY.finditer(block)]
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        entry = block[start:end]
        mark = ENTRY.match(entry)
        yield _filled(entry[len(mark[0]) :], mark[0], say) if mark else entry


def _filled(text: str, mark: str, say: Say) -> str:
    """A paragraph or an entry in lines."""
    one = " ".join(text.split())
    if lead := LEAD.fullmatch(one):
        bold = lead[1].startswith("*")
        one = f"{f'**{say(lead[1][2:-2])}**' if bold else lead[1]} {say(lead[2])}"
    else:
        one = say(one)
    return _wrapped(mark + one, " " * len(mark))


def _row(line: str, say: Say) -> str:
    """A line of a table."""
    if line.startswith("|--"):
        return line
    cells = (say(cell.strip().replace("\\|", "|")).replace("|", "\\|") for cell in BAR.split(line.strip())[1:-1])
    return "|" + "|".join(f" {cell} " if cell else "  " for cell in cells) + "|"


def _of_case(found: re.Match[str], say: Say) -> str:
    """Source or text of a worked case: in one line where it fits and needs no quotes, else folded."""
    key = found[1]
    text = say(yaml.safe_load(textwrap.dedent(found[0]))[key])
    line = f"    {key}: {text}"
    if len(line) <= WIDTH_OF_CODE and _plain(text):
        return f"{line}\n"
    return f"    {key}: >-\n{_wrapped(f'      {text}', ' ' * 6, WIDTH_OF_CODE)}\n"


def _wrapped(text: str, indent: str, width: int = WIDTH) -> str:
    """Lines of which the first may be indented by itself, the others by `indent`."""
    joined = JOINED.sub(HARD, text)
    lines = textwrap.fill(joined, width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)
    return lines.replace(HARD, " ")


def _plain(text: str) -> bool:
    try:
        return bool(yaml.safe_load(f"text: {text}") == {"text": text})
    except yaml.YAMLError:
        return False


if __name__ == "__main__":
    from tests.docs import generated

    print("\n".join(f"no Russian: {text}" for text in missing()))
    made = {russian_of(name): translated(english_of(name)) for name in documents()}
    sys.exit(generated.main(made, "texts are"))
