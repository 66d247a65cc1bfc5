"""What stands in a month's facts for claims that were not drawn."""

from __future__ import annotations

from typing import Any, NoReturn

from sim.base.errors import SimError


class Withheld:
    """A rule that reads claims without saying `needs_losses` is stopped, where they are expected values."""

    def __getattr__(self, name: str) -> NoReturn:
        raise SimError(
            "a rule reads the month's claims without saying so by needs_losses; they are expected values in this run, "
            "at which it would give a wrong mean: play it with claims drawn"
        )

    def __getitem__(self, key: Any) -> NoReturn:
        self.__getattr__("item")
