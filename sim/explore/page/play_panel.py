"""Playing: a process of its own, how far it is, and its end."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from sim.explore.explorer import Explorer
from sim.explore.explorer_process import Job, Playing
from sim.explore.explorer_words import ExplorerWords
from sim.explore.page.on_screen import OnScreen

LOOK_SECONDS = 1.0
PLAYING = "playing"  # of the session: what is being played
TOLD = "told"  # of the session: how the last one ended
FOLDER = ".explore"  # of the store: what processes tell


def first(explorer: Explorer, words: ExplorerWords) -> None:
    """Play the scenario as stated, before anything else; once cancelled, only when asked."""
    st.info(words("first_play"))
    if PLAYING not in st.session_state and TOLD not in st.session_state:
        start(explorer, Job())
    if PLAYING not in st.session_state and st.button(words("play_again"), type="primary"):
        start(explorer, Job())
        st.rerun()
    running(explorer, words)


def show(screen: OnScreen) -> None:
    """The button of a point that was not played, or how far its process is."""
    busy = PLAYING in st.session_state
    if screen.played is None or busy:
        label = screen.words("play")
        if st.button(label, type="primary", disabled=busy, key="play"):
            start(screen.explorer, Job(screen.sets))
            st.rerun()
    running(screen.explorer, screen.words)


def start(explorer: Explorer, job: Job) -> None:
    """Begin a process; one at a time."""
    st.session_state.pop(TOLD, None)
    folder = Path(explorer.asked.store) / FOLDER / str(abs(hash(job)))
    st.session_state[PLAYING] = Playing(explorer.asked, job, folder)


def running(explorer: Explorer, words: ExplorerWords) -> None:
    """What is being played, looked at again and again until it is done."""
    if PLAYING in st.session_state:
        _watch(explorer, words)
    elif told := st.session_state.get(TOLD):
        st.warning(told)


@st.fragment(run_every=LOOK_SECONDS)
def _watch(explorer: Explorer, words: ExplorerWords) -> None:
    playing = st.session_state.get(PLAYING)
    if playing is None:
        return
    found = playing.progress
    st.progress(min(found.done / found.total, 1.0) if found.total else 0.0, words.progress(found))
    if st.button(words("cancel"), key="cancel"):
        _finish(playing, words("cancelled"))
    elif found.failed:
        _finish(playing, words("failed", why=found.failed))
    elif found.finished:
        playing.job.done_by(explorer)
        _finish(playing)


def _finish(playing: Playing, told: str = "") -> None:
    playing.end()
    del st.session_state[PLAYING]
    if told:
        st.session_state[TOLD] = told
    st.rerun()
