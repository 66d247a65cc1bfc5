"""The explorer's page: what stands where. What it says and does is `sim.explore`'s."""

from __future__ import annotations

import os

import streamlit as st

from sim.explore.explorer import Asked, Explorer
from sim.explore.explorer_server import ASKED
from sim.explore.explorer_words import ExplorerWords
from sim.explore.page import (
    compare_panel,
    download_panel,
    lever_panel,
    map_panel,
    picture_panel,
    play_panel,
    statement_panel,
    verdict_panel,
)
from sim.explore.page.on_screen import OnScreen
from sim.report.language.labels import LANGUAGES

NAMES = {"en": "English", "ru": "Русский"}
STYLE = """<style>
.verdict { border-left: 0.5rem solid #6b7c93; padding: 0.6rem 1rem; background: #f4f6f8; margin-bottom: 0.6rem; }
.verdict.PASS { border-color: #3f8f6b; } .verdict.FAIL { border-color: #c0563e; }
.verdict.UNDECIDED { border-color: #d9943b; }
.verdict .word { font-size: 1.6rem; font-weight: 700; margin: 0; }
.verdict p { margin: 0.15rem 0; }
.block-container { padding-top: 2rem; }
.picture img { width: 100%; max-width: 56rem; height: auto; }
</style>"""


@st.cache_resource(show_spinner=False)
def explorer_of(asked: str) -> Explorer:
    """The explorer of what is asked, one for all visits."""
    return Explorer(Asked.read(asked))


def show(asked: str) -> None:
    """The whole page."""
    st.set_page_config(layout="wide", page_title="partner-sim", initial_sidebar_state="expanded")
    st.html(STYLE)
    explorer = explorer_of(asked)
    with st.sidebar:
        lang = st.radio(
            "Language / Язык", LANGUAGES, LANGUAGES.index(explorer.asked.lang), format_func=NAMES.__getitem__,
            horizontal=True, key="lang",
        )  # fmt: skip
    words = ExplorerWords(explorer, lang)
    st.title(explorer.loaded.scenario.name, anchor=False)
    if explorer.has(()) is None:
        play_panel.first(explorer, words)
        return
    with st.sidebar:
        point = lever_panel.show(explorer, words)
    screen = OnScreen.of(explorer, words, point)
    verdict_panel.banner(screen)
    with st.container():  # whatever it holds, the tabs below stay where they are, and open
        play_panel.show(screen)
    tabs = {
        "verdict": verdict_panel.show, "pictures": picture_panel.show, "map": map_panel.show,
        "compare": compare_panel.show, "partner": statement_panel.show, "files": download_panel.show,
    }  # fmt: skip
    for tab, panel in zip(st.tabs([words(f"tab.{name}") for name in tabs]), tabs.values(), strict=True):
        with tab:
            panel(screen)


if __name__ == "__main__":
    show(os.environ[ASKED])
