"""Page, workbook and scenario of the point, to take away."""

from __future__ import annotations

import streamlit as st

from sim.explore import point_files
from sim.explore.page.on_screen import OnScreen

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show(screen: OnScreen) -> None:
    """The scenario at once; page and workbook once they are asked for, of a point that was played."""
    words, sets, lang = screen.words, screen.sets, screen.words.labels.lang
    yaml = point_files.scenario_yaml(screen.explorer, sets)
    st.caption(words("files.yaml_about"))
    st.download_button(
        words("files.yaml"), yaml, point_files.SCENARIO, "application/yaml", key="yaml", on_click="ignore"
    )
    if beside := point_files.beside(screen.explorer):
        st.caption(words("files.beside", names=", ".join(beside)))
    played = screen.result if not screen.point else screen.played
    if played is None:
        st.caption(words("files.not_played"))
        return
    st.caption(words("files.run_about"))
    if st.button(words("files.prepare"), key="prepare"):
        page, book = point_files.page(played, lang, sets), point_files.workbook(played, lang, sets)
        st.download_button(words("files.page"), page, point_files.PAGE, "text/html", key="page", on_click="ignore")
        st.download_button(
            words("files.workbook"), book, point_files.WORKBOOK, EXCEL, key="workbook", on_click="ignore"
        )
