"""docs/gallery.md and docs/gallery.ru.md, made from the scenarios and `docs/gallery/systems.yaml`.

    python -m tests.docs.gallery            says whether the documents are as the scenarios are
    python -m tests.docs.gallery --write    writes them; with --pictures NAME ... plays scenarios and draws them too

English is what the head of a scenario says. Russian stands in `systems.yaml`, with the figures of that head.
"""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
SCENARIOS, FOLDER = ROOT / "scenarios", ROOT / "docs" / "gallery"
WIDTH = 120
HEADED = re.compile(r"(Published|Solved|Assumed|Held|From|Closed forms?|Shows|What|Not here)\b")
WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "The gallery: real systems, ready to run",
        "about": "Each system is a scenario: the question that it answers, which of its figures are published, which "
        "are solved from them and which are assumed, what it shows, and the commands that show it. This page is made "
        "from the scenarios by `python -m tests.docs.gallery --write`. По-русски: [gallery.ru.md](gallery.ru.md).",
        "beside": "Beside it",
    },
    "ru": {
        "title": "Галерея: настоящие системы, готовые к запуску",
        "about": "Каждая система – сценарий: на какой вопрос он отвечает, какие его показатели опубликованы, что он "
        "показывает и какими командами. Что решено из опубликованного и что предположено, сказано в начале сценария и "
        "на английской странице [gallery.md](gallery.md).",
        "beside": "Рядом",
    },
}


@dataclass(frozen=True)
class System:
    """A system of the gallery."""

    name: str
    stated: dict[str, Any]
    """its entry in `systems.yaml`"""

    @property
    def path(self) -> Path:
        """Its scenario."""
        found = [SCENARIOS / f"{self.name}.yaml", SCENARIOS / "gallery" / f"{self.name}.yaml"]
        return next(one for one in found if one.exists())

    @property
    def text(self) -> str:
        """The scenario as it is written."""
        return self.path.read_text("utf-8")

    @property
    def head(self) -> list[str]:
        """Lines of the comment at its beginning, without the mark."""
        lines = self.text.splitlines()[1:]
        end = next(at for at, line in enumerate(lines) if not line.startswith("#"))
        return [line[2:] for line in lines[:end]]

    def says(self, key: str) -> str:
        """Its name or description."""
        return str(yaml.safe_load(self.text)[key]).strip()

    @property
    def siblings(self) -> list[Path]:
        """Scenarios that change this one."""
        others = sorted((SCENARIOS / "gallery").glob(f"{self.name}_*.yaml"))
        return [one for one in others if re.search(rf"^extends: {self.path.name}$", one.read_text("utf-8"), re.M)]

    @property
    def studies(self) -> list[Path]:
        """Studies that play it."""
        known = re.compile(rf"\b{self.name}(_\w+)?\.yaml\b")
        return [
            one for one in sorted((SCENARIOS / "experiments").glob("*.yaml")) if known.search(one.read_text("utf-8"))
        ]

    def picture(self, language: str) -> Path:
        """Where its picture stands."""
        return FOLDER / f"{self.name}{'' if language == 'en' else '.' + language}.png"


def systems() -> list[System]:
    """All of them, in their order."""
    stated = yaml.safe_load((FOLDER / "systems.yaml").read_text("utf-8"))
    return [System(name, entry) for name, entry in stated.items()]


def document(language: str) -> str:
    """The whole page."""
    words, all_ = WORDS[language], systems()
    named = [one.says("name") if language == "en" else one.stated["ru"]["name"] for one in all_]
    listed = [f"{at}. [{name}](#{one.name})" for at, (one, name) in enumerate(zip(all_, named, strict=True), 1)]
    parts = [f"# {words['title']}", _filled(words["about"]), "\n".join(listed)]
    for one, name in zip(all_, named, strict=True):
        parts += [f'<a id="{one.name}"></a>\n\n## {name}', *_section(one, language)]
    return "\n\n".join(parts) + "\n"


def _section(one: System, language: str) -> Iterator[str]:
    title = one.says("name") if language == "en" else one.stated["ru"]["name"]
    if language == "en":
        yield _filled(f"**{one.says('description')}**")
        yield from _head(one)
    else:
        yield _filled(f"**{one.stated['ru']['question']}**")
        yield _filled(f"Опубликовано: {one.stated['ru']['published']}")
        yield _filled(f"Видно: {one.stated['ru']['shows']}")
    yield f"![{title}]({one.picture(language).relative_to(FOLDER.parent).as_posix()})"
    runs = [f"python run_scenario.py run {_place(one.path)}"]
    runs += [f"python run_scenario.py study {_place(study)}" for study in one.studies]
    yield "```bash\n" + "\n".join(runs) + "\n```"
    if one.siblings:
        yield _filled(
            f"{WORDS[language]['beside']}: " + ", ".join(f"`{_place(other)}`" for other in one.siblings) + "."
        )


def _place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _head(one: System) -> Iterator[str]:
    """Paragraphs of the head; what is indented stands as it is written."""
    prose: list[str] = []
    laid: list[str] = []
    for line in [*one.head, ""]:
        if laid and (line.startswith("  ") or not line.strip()) and not (prose or line.startswith("- ")):
            laid.append(line)
            continue
        if laid:
            yield "```text\n" + textwrap.dedent("\n".join(laid)).strip("\n") + "\n```"
            laid = []
        deep, in_bullet = line.startswith("  "), bool(prose) and prose[0].startswith("- ")
        bullet = line.startswith("- ") and (in_bullet or not prose or prose[-1].rstrip().endswith((".", ":")))
        if prose and (not line.strip() or bullet or HEADED.match(line) or in_bullet != deep):
            yield _filled(" ".join(part.strip() for part in prose))
            prose = []
        if deep and not prose and not in_bullet:
            laid.append(line)
        elif line.strip():
            prose.append(line)
    if laid:
        yield "```text\n" + textwrap.dedent("\n".join(laid)).strip("\n") + "\n```"


def _filled(text: str) -> str:
    indent = "  " if text.startswith("- ") else ""
    return textwrap.fill(text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def draw(one: System) -> None:
    """Play a system and draw its picture in both languages."""
    import sim
    from sim.report.run import plots
    from sim.report.run.channels import channel_plots

    stated = one.stated["picture"]
    kind, more = stated["plot"], stated.get("of", {})
    result = sim.run(one.path, stated.get("replications"), breaks=False, doubt=0)
    for language in WORDS:
        made = getattr(plots, kind, None) or getattr(channel_plots, kind)
        made(result, lang=language, **more).savefig(one.picture(language), dpi=stated.get("dpi", 90))


def main() -> int:
    """Write or compare."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--write", action="store_true")
    options.add_argument("--pictures", nargs="*", default=[])
    chosen = options.parse_args()
    for one in systems():
        if one.name in chosen.pictures or chosen.pictures == ["all"]:
            draw(one)
    changed = False
    for language in WORDS:
        path = FOLDER.parent / f"gallery{'' if language == 'en' else '.' + language}.md"
        changed |= not path.exists() or path.read_text("utf-8") != document(language)
        if chosen.write:
            path.write_text(document(language), "utf-8")
    print("the documents differ from the scenarios" if changed else "the documents are as the scenarios are")
    return int(changed and not chosen.write)


if __name__ == "__main__":
    sys.exit(main())
