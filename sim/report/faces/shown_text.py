"""Words of a face: lines cut to a width, and the same as HTML for a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any

from sim.base.text import safe_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_LINES = 12
WIDTH = 160


def lines_of(head: str, lines: Sequence[str], tail: str = "") -> str:
    """A head, at most `MOST_LINES` lines below it, and what else can be asked for."""
    said = [f"  {cut(one)}" for one in lines[:MOST_LINES]]
    said += [f"  … and {len(lines) - MOST_LINES} more"] * (len(lines) > MOST_LINES)
    return "\n".join([cut(head), *said, *([tail] if tail else [])])


def cut(text: str) -> str:
    """A text on one line of at most `WIDTH` characters."""
    text = " ".join(safe_text(text).split())
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"


def page(head: str, lines: Sequence[str], heads: Sequence[str] = (), rows: Sequence[Sequence[str]] = ()) -> str:
    """The same for a notebook: a head, lines, and a table with its first column to the left."""
    parts = [f"<p><b>{_html(head)}</b></p>", *(f"<div>{_html(one)}</div>" for one in lines[:MOST_LINES])]
    if rows:
        parts += ["<table>", _row("th", heads), *(_row("td", row) for row in rows), "</table>"]
    return f"<div>{''.join(parts)}</div>"


def _row(cell: str, texts: Sequence[str]) -> str:
    sides = ("left", *("right",) * (len(texts) - 1))
    cells = (f'<{cell} style="text-align:{side}">{_html(one)}</{cell}>' for side, one in zip(sides, texts, strict=True))
    return f"<tr>{''.join(cells)}</tr>"


def _html(text: str) -> str:
    return escape(safe_text(text))


def axes_of(figure: Figure) -> Any:
    """The axes of a figure; a notebook that is given them shows the picture, which pyplot does not know."""
    axes: Any = figure.axes[0]
    axes._repr_png_ = lambda: _png(figure)
    return axes


def _png(figure: Figure) -> bytes:
    data = BytesIO()
    figure.savefig(data, format="png")
    return data.getvalue()
