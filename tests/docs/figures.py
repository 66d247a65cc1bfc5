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
from tests.docs import generated, russian
from tests.docs.keys import ROOT, WIDTH

LANGUAGES = ("en", "ru")
SAID: dict[str, dict[str, str]] = {
    "en": {
        "title": "Figures",
        "about": "What a run says: key figures, one value a replication (`summary.json`, `result.kpis`, `criteria`), "
        "and monthly figures (`monthly.parquet`, `result.monthly`). Names are the same in every trade and language, "
        "words are those of insurance, then of other trades where they differ. A figure of each "
        "part is `name.part`, such as `loss_ratio.motor`. Made from the declarations by `python -m tests.docs.figures "
        "--write`.",
        "key": "Key figures",
        "monthly": "Monthly figures",
        "sums": "Over months a flow is summed, of a stock the last counts.",
        "heads": "name | unit | in words",
        "of_each": "of each",
        "insurance": "insurance alone",
        "sales": "goods sold",
        "subscription": "subscription",
        "others": "other trades",
        "adds": "over months",
        "text": "what it is",
    },
    "ru": {
        "title": "Показатели",
        "about": "Что говорит запуск: ключевые показатели, по одному значению на прогон (`summary.json`, "
        "`result.kpis`, `criteria`), и помесячные показатели (`monthly.parquet`, `result.monthly`). Имена одни во всех "
        "отраслях и языках; слова – страховые, а затем других отраслей, где они иные. Показатель части называется "
        "`name.part`, например `loss_ratio.motor`. Создано из объявлений командой `python -m tests.docs.figures "
        "--write`.",
        "key": "Ключевые показатели",
        "monthly": "Помесячные показатели",
        "sums": "Поток по месяцам складывается, от запаса считается последний месяц.",
        "heads": "имя | единица | словами",
        "of_each": "на каждый",
        "insurance": "только страхование",
        "sales": "товары",
        "subscription": "подписка",
        "others": "другие отрасли",
        "adds": "по месяцам",
        "text": "что это",
    },
}
RUSSIAN = {
    "money": "деньги", "count": "число", "share": "доля", "ratio": "отношение", "probability": "вероятность",
    "month": "месяц", "number": "величина", "flow": "поток", "stock": "запас",
    "account": "счёт", "draw": "вид случая", "product": "продукт", "segment": "тип партнёров", "own": "свой канал",
    "creditor": "канал продажи", "rule": "вид комиссии", "rated_rule": "вид комиссии", "principal": "участник рынка",
    "journey": "путь клиента", "striving": "тип партнёров", "served": "тип партнёров", "stocked": "продукт",
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
    said = SAID[language]
    heads = [*said["heads"].split(" | "), said["text" if figures is KEY else "adds"]]
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    for one in figures:
        adds = _told(one.adds.replace("none", ""), language)
        cells = [f"`{one.name}`", _unit(one, language), _words(one, language), _text(one, language) or adds]
        yield f"| {' | '.join(cells)} |"


def _told(word: str, language: str) -> str:
    return RUSSIAN.get(word, word) if language == "ru" else word


def _text(one: Figure, language: str) -> str:
    """What a key figure is; nothing of a monthly one."""
    text = one.text if isinstance(one, Key) else ""
    return russian.said(text) if language == "ru" else text


def _unit(one: Figure, language: str) -> str:
    """Its unit, and the parts of which it has a value each."""
    unit = _told(one.unit, language)
    if one.is_one:
        return unit
    part = ENGLISH.get(one.axis, one.axis) if language == "en" else _told(one.axis, language)
    return f"{unit}, {SAID[language]['of_each']} {part}"


def _words(one: Figure, language: str) -> str:
    """In the words of insurance, then of other trades where they differ; who else knows it."""
    said, known = SAID[language], one.trades if isinstance(one, Key) else TRADES
    first, *others = (one.text_in(language, trade) for trade in known)
    told = [f"{said[trade]}: {text}" for trade, text in zip(known[1:], others, strict=True) if text != first]
    if len(set(others)) == 1 and len(told) > 1:
        told = [f"{said['others']}: {others[0]}"]
    return "; ".join([first, *told]) + f" ({said['insurance']})" * (known == ("insurance",))


def path_of(language: str) -> Path:
    """Where the document stands."""
    return ROOT / "docs" / ("figures.md" if language == "en" else f"figures.{language}.md")


if __name__ == "__main__":
    sys.exit(generated.main({path_of(language): document(language) for language in LANGUAGES}, "declarations are"))
