"""Text that came from outside, made safe to show in a terminal, a log, a table or a page."""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb"
    r"\xad\u180e\U000e0000-\U000e007f]"
)
BLANKS = " \u00a0\u1680\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200C)))
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def safe_text(text: str) -> str:
    """`text` with control characters, line ends and direction overrides shown escaped, such as `\\x1b`."""
    return _HIDDEN.sub(lambda match: _escaped(match[0]), text)


def safe_lines(text: str) -> str:
    """The same of several lines, whose ends stay."""
    return "\n".join(map(safe_text, text.split("\n")))


def csv_safe(cell: str) -> str:
    """`cell` with a leading apostrophe where a spreadsheet would take the text for a formula.

    Only for text that came from outside: numbers that the product writes are left alone by not passing them here.
    """
    return "'" + cell if cell.lstrip(BLANKS).startswith(FORMULA_STARTS) else cell


def _escaped(character: str) -> str:
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character)
    code = ord(character)
    return named or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
