"""Lines and tables on a console whatever it can show."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from sim.base.text import safe_text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

COLOURS = {"PASS": "bold green", "FAIL": "bold red", "UNDECIDED": "bold yellow"}
THEORY = 18
HANG = 2  # columns by which a line that goes on stands further in
_PLAIN = str.maketrans({"\u2212": "-", "\u00a0": " ", "…": "..", "–": "-", "—": "-", "’": "'", "₽": "RUB"})


class Screens:
    """Puts text on a console safely: nothing that steers it, no character that it lacks."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def table(
        self, heads: Sequence[str], left: Collection[str], keys: Sequence[str], widths: Mapping[str, int] | None = None
    ) -> Table:
        """An empty table; the columns of the keys in `left` are set to the left."""
        from rich import box
        from rich.table import Table

        found = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
        for key, head in zip(keys, heads, strict=True):
            found.add_column(
                self.cell(head),
                justify="left" if key in left else "right",
                overflow="fold",
                max_width=(widths or {}).get(key),
            )
        return found

    def cell(self, text: str) -> Text:
        """A cell."""
        from rich.text import Text

        return Text(self._fit(text))

    def line(self, *parts: tuple[str, str]) -> None:
        """Print parts of text, each with its style; what is longer than the console goes on below, further in."""
        from rich.text import Text

        whole = Text.assemble(*((self._fit(text), style) for text, style in parts))
        if self.console.soft_wrap:
            self.console.print(whole, soft_wrap=True)
            return
        indent = len(whole.plain) - len(whole.plain.lstrip(" "))
        hang = min(indent + HANG, self.console.width // 2)
        for number, row in enumerate(whole[indent:].wrap(self.console, self.console.width - hang)):
            self.console.print(Text(" " * (hang if number else indent)) + row)

    def show(self, table: Table) -> None:
        """Print a table, folded to the console's width."""
        self.console.print(table, soft_wrap=False)

    def _fit(self, text: str) -> str:
        """`text` with nothing that could steer the terminal, in characters that its encoding has."""
        shown = safe_text(text)
        encoding = self.console.encoding or "utf-8"
        try:
            shown.encode(encoding)
        except UnicodeError:
            shown = shown.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
        except LookupError:
            shown = shown.translate(_PLAIN).encode("ascii", "replace").decode("ascii")
        return shown
