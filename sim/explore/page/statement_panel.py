"""One partner's statement, line by line."""

from __future__ import annotations

import streamlit as st

from sim.explore.page.kept_choice import kept
from sim.explore.page.on_screen import OnScreen
from sim.explore.partner_statement import PartnerStatement


def show(screen: OnScreen) -> None:
    """Choose a partner, a month and a replication."""
    words = screen.words
    found = PartnerStatement(screen.result, words.labels.lang)
    partner, month, number = st.columns(3)
    who = partner.selectbox(words("partner.which"), found.partners, format_func=found.named, key="partner")
    with month:
        when = kept(words, "month", found.months[-1], lambda key: _month(screen, found, key))
    which = number.number_input(
        words("partner.replication"), 0, len(screen.result.replications) - 1, key="partner replication"
    )
    st.caption(words("partner.about", money=words.numbers.currency))
    if screen.played is None and screen.point:
        st.caption(words("partner.of_stated"))
    if st.button(words("partner.show"), key="statement"):
        st.dataframe(found.rows(str(who), int(which), when or None), hide_index=True)


def _month(screen: OnScreen, found: PartnerStatement, key: str) -> str:
    """A month, or all of them as an empty text."""
    words = screen.words
    return str(
        st.selectbox(
            words("partner.month"), ["", *found.months], format_func=lambda one: one or words("partner.all"), key=key
        )
    )
