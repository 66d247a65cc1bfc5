"""A map of two levers, with the point on it."""

from __future__ import annotations

import streamlit as st

from sim.explore.explorer import Explorer
from sim.explore.explorer_process import Job
from sim.explore.explorer_words import ExplorerWords
from sim.explore.grid_picture import GridPicture
from sim.explore.page import play_panel
from sim.explore.page.kept_choice import kept
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
    first, second = st.columns(2)
    with first:
        left_to_right = _lever(screen, "first", names[0])
    with second:
        return left_to_right, _lever(screen, "second", names[min(1, len(names) - 1)])


def _lever(screen: OnScreen, axis: str, start: str) -> str:
    """The lever of an axis."""
    words, known = screen.words, screen.explorer.levers
    return kept(
        words, f"map {axis}", start,
        lambda key: str(st.selectbox(
            words(f"map.{axis}"), list(known), format_func=lambda name: words.lever(known[name]), key=key
        )),
    )  # fmt: skip


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
    name = kept(
        screen.words, "map shown", picture.shown[0],
        lambda key: str(st.selectbox(screen.words("map.shown"), picture.shown, format_func=picture.title, key=key)),
    )  # fmt: skip
    draw(picture.picture(name, screen.point), screen.words.numbers)
    st.caption(picture.about(name))
    if set(screen.point) - {found.plan.x.name, found.plan.y.name}:
        st.caption(screen.words("map.outside"))
