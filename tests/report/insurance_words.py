"""What only an insurer says, in both languages: nobody else may read it."""

from __future__ import annotations

import re

_ENGLISH = (
    r"premium|\bclaims?\b|loss ratio|insur|underwrit|policyholder|actuar|solvency|combined ratio|prudent|persistency|"
    "run-off|deficien|blanks|unearned"
)
_RUSSIAN = (
    r"преми|(?<!без)убыточност|убытки\b|убыткам\b|страх|полис|андеррайт|платёжеспос|комбинир|осмотрит|сохранност|"
    r"завершения портф|дефицит|бланк|заработанн|урегулир|аквизиц|техническ"
)
_FOUND = re.compile(rf".{{0,40}}(?:{_ENGLISH}|{_RUSSIAN}).{{0,30}}", re.IGNORECASE)
_PROFIT_AND_LOSS = re.compile("прибыл[а-я]* и убытк[а-я]*", re.IGNORECASE)


def insurance_words(text: str) -> list[str]:
    """Where a text speaks of insurance, each place with what stands around it."""
    return list(dict.fromkeys(_FOUND.findall(_PROFIT_AND_LOSS.sub("", text))))
