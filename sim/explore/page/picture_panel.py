"""Pictures of a run: the fan, from sales to the result, who contributes."""

from __future__ import annotations

import streamlit as st

from sim.explore.explorer_pictures import FANS, ExplorerPictures
from sim.explore.page.on_screen import OnScreen

CONFIG = {"displayModeBar": False, "scrollZoom": False}


def show(screen: OnScreen) -> None:
    """The pictures of the point, or those of the scenario as stated."""
    words = screen.words
    if screen.played is None:
        st.caption(words("pictures_of_stated"))
    pictures = ExplorerPictures(screen.result, words.labels)
    fans = [name for name in FANS if name in pictures.names]
    if fans:
        name = st.radio(words("fan"), fans, format_func=pictures.title, horizontal=True, key="fan")
        _drawn(pictures, str(name))
    for name in ("waterfall", "contribution"):
        st.subheader(pictures.title(name), anchor=False)
        _drawn(pictures, name)


def _drawn(pictures: ExplorerPictures, name: str) -> None:
    st.plotly_chart(pictures.chart(name), theme=None, config=CONFIG, key=f"picture {name}")
    st.caption(pictures.about(name))
