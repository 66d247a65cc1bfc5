"""Runs of the store side by side."""

from __future__ import annotations

import streamlit as st

from sim.explore import runs_compared
from sim.explore.page.kept_choice import kept
from sim.explore.page.on_screen import OnScreen

MOST = 4  # side by side


def show(screen: OnScreen) -> None:
    """Choose runs, see what differs and what comes of it."""
    words, explorer = screen.words, screen.explorer
    stored = runs_compared.comparable(explorer.archive.list())
    if not stored:
        st.caption(words("compare.none"))
        return
    names = runs_compared.named(stored, words)
    chosen: list[str] = kept(
        words, "compare", [],
        lambda key: st.multiselect(
            words("compare.which"), list(names), format_func=names.__getitem__, max_selections=MOST, key=key,
            placeholder=words("choose"),
        ),
    )  # fmt: skip
    if chosen:
        results = {names[key]: explorer.stored(key) for key in chosen}
        if rows := runs_compared.differences(results, words) if len(results) > 1 else []:
            st.subheader(words("compare.differs"), anchor=False)
            st.table(rows, border="horizontal")
        st.subheader(words("compare.comes"), anchor=False)
        st.caption(words("compare.about"))
        st.table(runs_compared.side_by_side(results, words), border="horizontal")
