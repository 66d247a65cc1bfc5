"""The month, as one list that can be read aloud. Data only moves down the list; feedback is next month's.

Every stage takes the model and belongs to one room, whose columns alone it writes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.engine.stages.choosing import (
    calendar_plays,
    offers_are_seen,
    partners_choose,
    partners_remember,
    rivals_answer,
)
from sim.engine.stages.closing import books_close
from sim.engine.stages.contracting import claims_occur, contracts_are_cancelled, premium_is_earned
from sim.engine.stages.controlling import partners_are_judged
from sim.engine.stages.limiting import limits_are_set
from sim.engine.stages.recording import month_is_recorded
from sim.engine.stages.selling import renewals_fall_due, sales_are_made
from sim.engine.stages.settling import commission_accrues, partners_settle, statement_is_concluded

if TYPE_CHECKING:
    from sim.engine.model import PartnerNetwork

MONTH: tuple[tuple[str, Callable[[PartnerNetwork], None]], ...] = (
    ("market", calendar_plays),
    ("market", rivals_answer),
    ("policy", offers_are_seen),
    ("partners", partners_choose),
    ("settlement", limits_are_set),
    ("contracts", renewals_fall_due),
    ("contracts", sales_are_made),
    ("policy", commission_accrues),
    ("contracts", premium_is_earned),
    ("contracts", claims_occur),
    ("contracts", contracts_are_cancelled),
    ("policy", statement_is_concluded),
    ("settlement", partners_settle),
    ("partners", partners_remember),
    ("partners", partners_are_judged),
    ("money", books_close),
    ("engine", month_is_recorded),
)
