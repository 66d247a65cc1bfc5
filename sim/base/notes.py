"""Warnings as data: shown in the summary, the report and the terminal, never printed where they arise."""

from __future__ import annotations

from dataclasses import dataclass

from sim.base.text import safe_text


@dataclass(frozen=True)
class Note:
    """One warning: `code` is stable and for programs, `text` for people, `path` says which key it is about."""

    code: str
    text: str
    path: str = ""

    def __str__(self) -> str:
        return safe_text(f"{self.path}: {self.text}" if self.path else self.text)
