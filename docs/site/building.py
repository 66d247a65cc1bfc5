"""What the documentation site adds to the documents; `mkdocs build --strict` calls it.

Pages made of README and notebooks, links where a document names another, and a search index that is a script, since a
page that is opened from disk may read no file.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from posixpath import dirname, relpath
from typing import Any

from markdown.extensions.toc import slugify_unicode
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"(?<![\[`])`(?:docs/)?([\w/]+(?:\.ru)?\.md)`|(?<![\[`])`notebooks/(\w+)\.ipynb`")
CODE_IN_ROW = re.compile(r"`[^`\n]*\\\|[^`\n]*`")  # a bar in the code of a table: this Markdown wants it bare
OF_README = ("Two commands", "Reading the verdict", "Commands", "Outputs", "Limits")
COMMANDS = "# Install, verdict, commands, outputs\n\n"
AROUND = (
    ('<html lang="en"', '<html lang="ru"'),
    ('<i class="fa fa-search"></i> Search', '<i class="fa fa-search"></i> Поиск'),
    ('<i class="fa fa-arrow-left"></i> Previous', '<i class="fa fa-arrow-left"></i> Назад'),
    ('Next <i class="fa fa-arrow-right">', 'Дальше <i class="fa fa-arrow-right">'),
    ('id="searchModalLabel">Search', 'id="searchModalLabel">Поиск'),
    ("From here you can search these documents. Enter your search terms below.", "По всем страницам:"),
    ('placeholder="Search..."', 'placeholder="Слова через пробел"'),
    ('title="Type search term here"', 'title="Что искать"'),
    ("No results found", "Ничего не найдено"),
    ("Documentation built with", "Страницы сделаны с помощью"),
)
"""words of the theme, which speaks one language on all pages"""
RUSSIAN = ".ru.md"
ELSEWHERE = {"README.md": "commands.md"}
NOTEBOOKS = "# Notebooks\n\nEach teaches one decision, shows what it found and asserts what it claims.\n\n"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """No pages that only a server shows; anchors of every language."""
    config.theme.static_templates.clear()
    config.mdx_configs["toc"]["slugify"] = anchor
    return config


def anchor(title: str, separator: str) -> str:
    """A heading's place in its page; scripts of the theme want it to begin with a letter."""
    slug = slugify_unicode(title, separator)
    return slug if slug[:1].isalpha() else f"at{separator}{slug}"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Pages that are made of README and of notebooks."""
    books = sorted((ROOT / "notebooks").glob("*.ipynb"))
    made = {"commands.md": page_of_readme(), "notebooks.md": NOTEBOOKS + contents(books)}
    for book in books:
        made |= page_of(book)
    for place, content in made.items():
        files.append(File.generated(config, place, content=content))
    return files


def page_of_readme() -> str:
    """How to install and call the program, as README says it."""
    return COMMANDS + "\n".join(map(section, OF_README))


def section(title: str) -> str:
    """A section of README."""
    found = re.search(rf"^## {title}\n.*?(?=^## |\Z)", (ROOT / "README.md").read_text("utf-8"), re.M | re.S)
    assert found, f"README has no section {title}"
    return found[0].replace("](docs/", "](")


def contents(books: list[Path]) -> str:
    """A line a notebook: its title and what its first words say."""
    lines = []
    for book in books:
        title, _, about = "".join(cells(book)[0]["source"]).partition("\n")
        lines.append(f"- [{title.lstrip('# ')}](notebooks/{book.stem}.md): {about.strip().splitlines()[0]}")
    return "\n".join(lines)


def cells(book: Path) -> list[Any]:
    """Cells of a notebook."""
    found: list[Any] = json.loads(book.read_text("utf-8"))["cells"]
    return found


def page_of(book: Path) -> dict[str, str | bytes]:
    """The page of a notebook and its pictures, by place."""
    made: dict[str, str | bytes] = {}
    parts: list[str] = []
    for cell in cells(book):
        source = "".join(cell["source"])
        parts.append(source if cell["cell_type"] == "markdown" else f"```python\n{source}\n```")
        for output in cell.get("outputs", []):
            if png := output.get("data", {}).get("image/png"):
                name = f"{book.stem}_{len(made) + 1}.png"
                made[f"notebooks/{name}"] = base64.b64decode("".join(png))
                parts.append(f"![]({name})")
            else:
                parts.append(shown(output))
    return {f"notebooks/{book.stem}.md": "\n\n".join(parts), **made}


def shown(output: dict[str, Any]) -> str:
    """What a cell shows, as a table or as text."""
    data = output.get("data", {})
    if table := re.search(r"<table.*</table>", "".join(data.get("text/html", "")), re.S):
        return table[0].replace('border="1" ', "")
    return "```text\n" + "".join(output.get("text") or data.get("text/plain", "")).rstrip() + "\n```"


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Documents that a text names in code become links that say their title."""

    def linked(found: re.Match[str]) -> str:
        place = ELSEWHERE.get(found[1], found[1]) or f"notebooks/{found[2]}.md"
        if place in ELSEWHERE.values() and page.file.src_uri.endswith(RUSSIAN):
            place = place.replace(".md", RUSSIAN)
        there = files.get_file_from_path(place)
        if there is None or there is page.file:
            return found[0]
        return f"[{title_of(there)}]({relpath(place, dirname(page.file.src_uri) or '.')})"

    return NAMED.sub(linked, CODE_IN_ROW.sub(lambda found: found[0].replace("\\|", "|"), markdown))


def title_of(file: File) -> str:
    """The first heading of a document."""
    return next(line[2:] for line in file.content_string.splitlines() if line.startswith("# "))


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Russian pages say that they are Russian, and so do the words around them."""
    if not page.file.src_uri.endswith(RUSSIAN):
        return output
    for english, russian in AROUND:
        output = output.replace(english, russian, 1)
    return output


def on_post_build(config: MkDocsConfig) -> None:
    """The search index as a script."""
    folder = Path(config.site_dir) / "search"
    index = json.loads((folder / "search_index.json").read_text("utf-8"))
    entries = list(entries_of(index["docs"]))
    (folder / "search_index.json").unlink()
    (folder / "index.js").write_text(f"var searchIndex = {json.dumps(entries, ensure_ascii=False)};\n", "utf-8")


def entries_of(docs: list[dict[str, str]]) -> Iterator[list[str]]:
    """Place, page, section and text of each section; what mkdocs tells of a whole page is told by its sections."""
    pages = {doc["location"]: doc["title"] for doc in docs if "#" not in doc["location"]}
    for doc in docs:
        place, _, anchor = doc["location"].partition("#")
        if anchor:
            yield [doc["location"], pages[place], unescape(doc["title"]), doc["text"]]
