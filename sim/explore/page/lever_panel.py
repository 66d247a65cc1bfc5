"""The levers at the side of the page."""

from __future__ import annotations

import streamlit as st

from sim.explore.explored_levers import Lever, Point
from sim.explore.explorer import Explorer
from sim.explore.explorer_words import ExplorerWords, plain_path
from sim.explore.page.kept_choice import kept, put

SHOWN = 6  # levers that stand there unless others are chosen
CHOSEN = "levers"


def show(explorer: Explorer, words: ExplorerWords) -> Point:
    """Choose levers and move them; returns the point."""
    known = explorer.levers
    st.header(words("levers"), anchor=False)
    names = kept(
        words, CHOSEN, first(known),
        lambda key: st.multiselect(
            words("which"), list(known), format_func=lambda name: words.lever(known[name]), key=key,
            placeholder=words("choose"),
        ),
    )  # fmt: skip
    chosen = [known[name] for name in names]
    st.button(words("reset"), key="reset", on_click=_reset, args=(known,))
    point: dict[str, float] = {}
    for of_policy in (False, True):
        there = [one for one in chosen if one.of_policy is of_policy]
        if there:
            st.subheader(words("policy" if of_policy else "world"), anchor=False)
        point |= {one.name: value for one in there if (value := _moved(one, words)) != one.stated}
    return {name: point[name] for name in known if name in point}


def first(known: dict[str, Lever]) -> list[str]:
    """Some levers of the world and some of the policy, in their order."""
    policy = [name for name, one in known.items() if one.of_policy][: SHOWN // 2]
    world = [name for name, one in known.items() if not one.of_policy][: SHOWN - len(policy)]
    return [*world, *policy]


def slider_of(name: str) -> str:
    """A lever's slider."""
    return f"lever {name}"


def _moved(one: Lever, words: ExplorerWords) -> float:
    """A slider, where it stood before."""
    about = words("help", path=plain_path(", ".join(one.knob.paths)), value=words.value(one, one.stated))
    return kept(
        words, slider_of(one.name), one.stated,
        lambda key: float(st.select_slider(
            words.lever(one), list(one.values), key=key, format_func=lambda at: words.value(one, at), help=about
        )),
    )  # fmt: skip


def _reset(known: dict[str, Lever]) -> None:
    for name, one in known.items():
        put(slider_of(name), one.stated)
