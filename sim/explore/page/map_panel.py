"""A map of two levers, with the point on it."""

from __future__ import annotations

import streamlit as st

from sim.explore.explorer import Explorer
from sim.explore.explorer_process import Job
from sim.explore.explorer_words import ExplorerWords
from sim.explore.grid_picture import GridPicture
from sim.explore.page import play_panel
from sim.explore.page.on_screen import GRID, OnScreen
from sim.explore.page.picture_panel import draw
from sim.explore.played_grid import PlayedGrid


def show(screen: OnScreen) -> None:
    """Choose two levers, play their grid, look at it."""
    first, second = _chosen(screen)
    if first == second:
        st.caption(screen.words("map.same"))
        return
    found = screen.explorer.has_grid(first, second)
    if found is None:
        _offered(screen.explorer, screen.words, first, second)
        return
    if st.session_state.get(GRID) != (first, second):
        st.session_state[GRID] = (first, second)
        st.rerun()
    _drawn(screen, found)


def _chosen(screen: OnScreen) -> tuple[str, str]:
    known = screen.explorer.levers
    names = [*dict.fromkeys((*screen.point, *known))]
    columns = st.columns(2)
    chosen = [
        column.selectbox(
            screen.words(f"map.{key}"), list(known), list(known).index(names[min(at, len(names) - 1)]),
            format_func=lambda name: screen.words.lever(known[name]), key=f"map {key}",
        )
        for at, (key, column) in enumerate(zip(("first", "second"), columns, strict=True))
    ]  # fmt: skip
    return str(chosen[0]), str(chosen[1])


def _offered(explorer: Explorer, words: ExplorerWords, first: str, second: str) -> None:
    """The button that plays a grid, with what it takes."""
    plan = explorer.grid_plan(first, second)
    counts = {"cells": words.numbers.count(len(plan.nodes)), "n": words.numbers.count(plan.replications)}
    label = words("map.play", **counts, time=words("seconds", n=max(1, round(explorer.seconds_of(plan)))))
    if st.button(label, type="primary", disabled=play_panel.PLAYING in st.session_state, key="play grid"):
        play_panel.start(explorer, Job(grid=(first, second)))
        st.rerun()


def _drawn(screen: OnScreen, found: PlayedGrid) -> None:
    picture = GridPicture(found, screen.words)
    name = str(st.selectbox(screen.words("map.shown"), picture.shown, format_func=picture.title, key="map shown"))
    draw(picture.picture(name, screen.point), screen.words.numbers)
    st.caption(picture.about(name))
    if set(screen.point) - {found.plan.x.name, found.plan.y.name}:
        st.caption(screen.words("map.outside"))
