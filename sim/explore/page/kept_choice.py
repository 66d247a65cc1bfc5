"""Choices that outlive a change of language: a browser knows an option by its words, which differ by language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from sim.explore.explorer_words import ExplorerWords
from sim.report.language.labels import LANGUAGES

T = TypeVar("T")


def kept(words: ExplorerWords, name: str, start: T, widget: Callable[[str], T]) -> T:
    """What a widget is worth: drawn under a key of its language, beginning with what was chosen in the other one."""
    st.session_state.setdefault(name, start)
    own = key_of(name, words.labels.lang)
    st.session_state.setdefault(own, st.session_state[name])
    st.session_state[name] = found = widget(own)
    return found


def put(name: str, value: Any) -> None:
    """Choose a value, whatever was chosen."""
    st.session_state[name] = value
    for lang in LANGUAGES:
        st.session_state.pop(key_of(name, lang), None)


def key_of(name: str, lang: str) -> str:
    """Of the widget of a language."""
    return f"{name} ({lang})"
