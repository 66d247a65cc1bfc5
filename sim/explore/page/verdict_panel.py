"""The verdict of the point, its criteria, key figures and breaking points."""

from __future__ import annotations

from html import escape

import streamlit as st

from sim.base.text import safe_text
from sim.explore.page.on_screen import OnScreen

WORDS = {"PASS": "green", "FAIL": "red", "UNDECIDED": "orange"}


def banner(screen: OnScreen) -> None:
    """The verdict, what is moved, and how it is known."""
    words, word = screen.words, screen.verdict
    said = words.labels(f"verdict.{word}") if word else words.labels("says.none")
    lines = (words.point(screen.point), words.about(screen.estimate, screen.played))
    told = "".join(f"<p>{escape(safe_text(one))}</p>" for one in lines)
    st.html(f'<div class="verdict {word}" role="status"><p class="word">{escape(said)}</p>{told}</div>')


def show(screen: OnScreen) -> None:
    """Criteria, key figures and breaking points."""
    words = screen.words
    st.subheader(words("criteria"), anchor=False)
    estimated = screen.played is None and screen.point
    for verdict, word, said in words.criteria(screen.estimate) if estimated else words.reasons(screen.result):
        st.markdown(f":{WORDS[verdict]}[**{word}**]  {_plain(said)}")
    st.subheader(words("key_figures"), anchor=False)
    st.table(words.figures(screen.estimate, screen.explorer.reckoned({})), border="horizontal")
    st.subheader(words("breaking"), anchor=False)
    rows = words.breaking(screen.result)
    if not rows:
        st.caption(words("no_breaking"))
        return
    st.caption(words("breaking_about") + (f" {words('breaking_of_stated')}" if screen.played is None else ""))
    st.table(rows, border="horizontal")


def _plain(said: str) -> str:
    return safe_text(said).replace("[", "\\[").replace("$", "\\$").replace("_", "\\_").replace("*", "\\*")
