"""Pictures of a run: the fan, from sales to the result, who contributes."""

from __future__ import annotations

import base64
from html import escape

import streamlit as st

from sim.base.text import safe_text
from sim.explore.explorer_pictures import ExplorerPictures
from sim.explore.page.kept_choice import kept
from sim.explore.page.on_screen import OnScreen
from sim.report.language.numbers import Numbers
from sim.report.pages.picture import Picture
from sim.report.pages.svg import drawn

FONT = "font: 12px system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif"
SWATCH = '<span style="color:{colour};opacity:{opacity};font-size:1.3em">■</span> {name}&emsp;'


def show(screen: OnScreen) -> None:
    """The pictures of the point, or those of the scenario as stated."""
    words = screen.words
    if screen.played is None:
        st.caption(words("pictures_of_stated"))
    pictures = ExplorerPictures(screen.result, words.labels)
    if pictures.fans:
        name = kept(
            words, "fan", next(iter(pictures.fans)),
            lambda key: str(st.radio(
                words("fan"), list(pictures.fans), format_func=lambda one: words.labels(f"chart.{one}"),
                horizontal=True, key=key,
            )),
        )  # fmt: skip
        draw(pictures.fans[name], pictures.numbers)
    for one in pictures.others:
        draw(one, pictures.numbers)


def draw(picture: Picture, numbers: Numbers) -> None:
    """A picture with its finding, its legend and its caption."""
    said = picture.subtitle if picture.title != picture.shows else picture.unit
    legend = [
        SWATCH.format(colour=colour, opacity=opacity, name=escape(safe_text(name)))
        for name, colour, _, opacity in picture.legend
    ]
    parts = [
        f"<h4>{escape(safe_text(picture.title))}</h4><p>{escape(safe_text(said))}</p>", _image(picture, numbers),
        f"<p>{''.join(legend)}</p>" if len(legend) > 1 else "",
    ]  # fmt: skip
    st.html(f'<div class="picture">{"".join(parts)}</div>')
    if picture.about:
        st.caption(picture.about)


def _image(picture: Picture, numbers: Numbers) -> str:
    """The drawing as an image within the page, which takes no drawings of its own."""
    drawing = drawn(picture, numbers).replace("<svg ", f'<svg xmlns="http://www.w3.org/2000/svg" style="{FONT}" ', 1)
    data = base64.b64encode(drawing.encode()).decode()
    return f'<img alt="{escape(picture.told)}" src="data:image/svg+xml;base64,{data}">'
