"""Runs of the store side by side."""

from __future__ import annotations

import streamlit as st

from sim.explore import runs_compared
from sim.explore.page.on_screen import OnScreen

MOST = 4  # side by side


def show(screen: OnScreen) -> None:
    """Choose runs, see what differs and what comes of it."""
    words, explorer = screen.words, screen.explorer
    stored = {one.key: one for one in runs_compared.comparable(explorer.archive.list())}
    if not stored:
        st.caption(words("compare.none"))
        return
    names = {key: runs_compared.named(one, words) for key, one in stored.items()}
    chosen = st.multiselect(
        words("compare.which"), list(names), format_func=names.__getitem__, max_selections=MOST, key="compare"
    )
    if chosen:
        results = {names[key]: explorer.stored(key) for key in chosen}
        st.table(runs_compared.side_by_side(results, words), border="horizontal")
        if rows := runs_compared.differences(results, words) if len(results) > 1 else []:
            st.subheader(words("compare.differs"), anchor=False)
            st.table(rows, border="horizontal")
