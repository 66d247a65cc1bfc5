"""docs/figures.md and docs/figures.ru.md: every monthly and key figure, made from the declarations.

    python -m tests.docs.figures            says whether the documents are as the declarations are
    python -m tests.docs.figures --write    writes them
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from sim.figures.figure import Axis, Figure
from sim.figures.key import KEY, Key
from sim.figures.monthly import MONTHLY
from sim.figures.vocabulary import TRADES
from tests.docs.keys import LANGUAGES, ROOT, WIDTH

SAID: dict[str, dict[str, str]] = {
    "en": {
        "title": "Figures",
        "about": "What a run says: key figures, one value a replication (`summary.json`, `result.kpis`, `criteria`), "
        "and monthly figures (`monthly.parquet`, `result.monthly`). Names are the same in every trade and language; "
        "words are those of the trade, where none stands those of the column before. A figure of each part is named `name.part`, such as `loss_ratio.motor`. Made "
        "from the declarations by `python -m tests.docs.figures --write`.",
        "key": "Key figures",
        "monthly": "Monthly figures",
        "sums": "Over months a flow is summed, of a stock the last counts.",
        "heads": "name | unit | of each | insurance | goods sold | subscription",
        "adds": "over months",
        "text": "what it is",
    },
    "ru": {
        "title": "Показатели",
        "about": "Что говорит прогон: ключевые показатели, по одному значению на повторение (`summary.json`, "
        "`result.kpis`, `criteria`), и помесячные показатели (`monthly.parquet`, `result.monthly`). Имена одни во всех "
        "отраслях и языках; слова – своей отрасли, а где их нет – соседней слева. Показатель части называется `name.part`, например "
        "`loss_ratio.motor`. Создано из объявлений командой `python -m tests.docs.figures --write`.",
        "key": "Ключевые показатели",
        "monthly": "Помесячные показатели",
        "sums": "Поток по месяцам складывается, от запаса считается последний месяц.",
        "heads": "имя | единица | по каждому | страхование | товары | подписка",
        "adds": "по месяцам",
        "text": "",
    },
}
RUSSIAN = {
    "money": "деньги", "count": "число", "share": "доля", "ratio": "отношение", "probability": "вероятность",
    "month": "месяц", "number": "величина", "flow": "поток", "stock": "запас",
    "account": "счёт", "draw": "вид случая", "product": "продукт", "segment": "тип партнёров", "own": "свой канал",
    "creditor": "кому засчитана продажа", "rule": "правило", "rated_rule": "правило", "principal": "компания",
    "journey": "путь", "striving": "тип партнёров", "served": "тип партнёров", "stocked": "продукт",
    "doubted": "тип партнёров", "incident": "вид происшествия",
}  # fmt: skip
ENGLISH: dict[Axis, str] = {
    "draw": "kind of draw", "own": "channel of ours", "creditor": "whom a sale is credited to", "rated_rule": "rule",
    "striving": "segment", "served": "segment", "stocked": "product", "doubted": "segment",
    "incident": "kind of incident",
}  # fmt: skip


def document(language: str) -> str:
    """The whole document."""
    said = SAID[language]
    lines = [f"# {said['title']}", "", *textwrap.wrap(said["about"], WIDTH), "", f"## {said['key']}", ""]
    lines += [*table(KEY, language), "", f"## {said['monthly']}", "", said["sums"], "", *table(MONTHLY, language)]
    return "\n".join(lines) + "\n"


def table(figures: Iterable[Figure], language: str) -> Iterator[str]:
    """The lines of a table of figures."""
    more = "text" if figures is KEY else "adds"
    heads = [*SAID[language]["heads"].split(" | "), *filter(None, [SAID[language][more]])]
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    for one in figures:
        cells = [f"`{one.name}`", one.unit, "" if one.is_one else _of_each(one.axis, language), *_words(one, language)]
        last = one.text if isinstance(one, Key) else one.adds.replace("none", "")
        yield f"| {' | '.join(_told(cell, language) for cell in [*cells, last][: len(heads)])} |"


def _of_each(axis: Axis, language: str) -> str:
    return ENGLISH.get(axis, axis) if language == "en" else axis


def _told(cell: str, language: str) -> str:
    return (RUSSIAN.get(cell, cell) if language == "ru" else cell).replace("|", "\\|")


def _words(one: Figure, language: str) -> list[str]:
    """In the words of each trade, empty where they are those before; a dash where it means nothing there."""
    known = one.trades if isinstance(one, Key) else TRADES
    said = [one.text_in(language, trade) if trade in known else "–" for trade in TRADES]
    return [text if text != before else "" for before, text in zip(["", *said], said, strict=False)]


def path_of(language: str) -> Path:
    """Where the document stands."""
    return ROOT / "docs" / ("figures.md" if language == "en" else f"figures.{language}.md")


def main() -> int:
    """Write the documents, or say which is not as the declarations are."""
    code = 0
    for language in LANGUAGES:
        if "--write" in sys.argv:
            path_of(language).write_text(document(language), encoding="utf-8")
        elif path_of(language).read_text("utf-8") != document(language):
            print(f"{path_of(language).name} is not as the declarations are: write it with --write")
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
