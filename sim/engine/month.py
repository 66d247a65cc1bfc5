"""The month, as one list that can be read aloud. Data only moves down the list; feedback is next month's.

A row names the room, the stage, the nouns that it reads, those that it writes, and the columns of the partners' table
that it writes, which are its room's. A stage is a function whose parameters are the nouns of its row, bound once: those
of `sim.engine.state.nouns`, and the rivals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import partial
from typing import Any

from sim.base.columns import Table
from sim.engine.stages.business.changing import contracts_are_enlarged
from sim.engine.stages.business.contracting import (
    claims_occur,
    contracts_are_cancelled,
    premium_is_earned,
    true_ups_are_deferred,
)
from sim.engine.stages.business.cooperating import staff_remember
from sim.engine.stages.business.crediting import sales_are_credited
from sim.engine.stages.business.limiting import limits_are_set
from sim.engine.stages.business.selling import renewals_fall_due, sales_are_made
from sim.engine.stages.business.units_on_sale import units_come_back
from sim.engine.stages.choice.choosing import (
    calendar_plays,
    offers_are_seen,
    partners_choose,
    partners_remember,
    rivals_answer,
)
from sim.engine.stages.choice.contacting import partners_are_contacted
from sim.engine.stages.close.closing import books_close
from sim.engine.stages.close.recording import month_is_recorded
from sim.engine.stages.payment.accruing import commission_accrues, statement_is_concluded
from sim.engine.stages.payment.controlling import partners_are_judged
from sim.engine.stages.payment.onloading import onload_follows
from sim.engine.stages.payment.paying_taxes import commission_is_taxed
from sim.engine.stages.payment.quality_shows import quality_shows
from sim.engine.stages.payment.settling import partners_settle


@dataclass(frozen=True)
class Stage:
    """A row of the month. `reads`, `writes` and `columns` are names with blanks between them.

    In `columns` a star stands for any letters: `*` is every column of the room. A stage from outside has a title, and
    the name of the stage that it follows; where it is not `batched` its nouns are those of one replication.
    """

    room: str
    play: Callable[..., None]
    reads: str = ""
    writes: str = ""
    columns: str = ""
    title: str = ""
    follows: str = ""
    batched: bool = True

    @property
    def name(self) -> str:
        """Its title, or the name of its function."""
        return self.title or self.play.__name__

    @property
    def nouns(self) -> tuple[str, ...]:
        """What the stage is given."""
        return tuple(f"{self.reads} {self.writes}".split())

    def written(self, table: Table) -> list[str]:
        """Columns of a table that the stage writes."""
        owned = [column for column, room in table.owners.items() if room == self.room]
        return [column for column in owned if any(fnmatch(column, pattern) for pattern in self.columns.split())]

    def bound(self, nouns: Mapping[str, Any]) -> Callable[[], None]:
        """The stage with its nouns in hand."""
        return partial(self.play, **{name: nouns[name] for name in self.nouns})


# columns of a statement, with what rules remember (their names have a dot), and of the contracts in force
STATEMENT = (
    "onload onload_advanced fund_* fees_on_new expensed received reversed loss_share taken_back advanced written_down "
    "advance_back drawn *.*"
)
COHORTS = "ring_* steps_* in_force"

MONTH: tuple[Stage, ...] = (
    Stage("market", calendar_plays, "brand books", "now market"),
    Stage("market", rivals_answer, "now", "rivals market"),
    Stage("policy", offers_are_seen, "now channels journeys", "market table", "offer"),
    Stage(
        "partners", partners_choose, "now", "market rivals channels table work note",
        "status entered principal share sponsor default_month comes_back present utility effort unsound",
    ),
    Stage(
        "partners", partners_are_contacted, "now market channels desk", "table books work note",
        "attention neglected unattended",
    ),
    Stage(
        "settlement", limits_are_set, "now market channels", "table limits work",
        "deposit* in_scheme blanks broker_cash",
    ),
    Stage(
        "contracts", renewals_fall_due, "now market channels", "table limits work note",
        "renewed renewing renewal_level poached ended lapsed moved",
    ),
    Stage(
        "contracts", sales_are_made, "now market channels books", "table journeys staff desk units limits work note",
        "new first premium_* renewal_plain carry waiting customers lapsed reserved requests posts views clicks leads "
        "bad_leads",
    ),
    Stage(
        "contracts", sales_are_credited, "now channels", "table journeys work",
        "new premium_new credited_new credit_* seen unseen *_so_far customers",
    ),
    Stage("contracts", contracts_are_enlarged, "now", "table work note", "added_* premium_new premium_renewal"),
    Stage("policy", commission_accrues, "now", "table commission work", f"accrued passed on_new {STATEMENT}"),
    Stage("contracts", premium_is_earned, "now commission", "table books work", f"earned exposure amortised {COHORTS}"),
    Stage("contracts", claims_occur, "now market", "table books work note", "incurred claims_within"),
    Stage(
        "contracts", contracts_are_cancelled, "now", "table books work note",
        f"refund released released_passed released_onload lapsed {COHORTS}",
    ),
    Stage("policy", statement_is_concluded, "now", "commission", f"on_new {STATEMENT}"),
    Stage(
        "contracts", true_ups_are_deferred, "now commission", "table books work",
        "ring_commission steps_commission amortised",
    ),
    Stage("settlement", partners_settle, "now market channels", "commission table limits books work note", "*"),
    Stage("settlement", onload_follows, "now commission", "table books work", "onload_owed onload_ahead"),
    Stage("settlement", commission_is_taxed, "now", "table books", "vat tax_withheld"),
    Stage(
        "partners", partners_remember, "now market units books", "channels table work note",
        "status share_then sold_months reliability complaints",
    ),
    Stage("contracts", staff_remember, "now market journeys", "staff note"),
    Stage(
        "partners", quality_shows, "now market", "brand table work note",
        "suspended incidents survey_* answers_by_month score_by_month",
    ),
    Stage(
        "partners", partners_are_judged, "now market", "channels table books work note",
        "status default_month with_us *_by_month *_in_window late_months rating unsound trained",
    ),
    Stage("contracts", units_come_back, "now note", "table units", "reserved requests"),
    Stage("money", books_close, "now table journeys limits brand commission", "units books work note"),
    Stage(
        "engine", month_is_recorded, "now market channels journeys staff units commission", "table books note moves",
        "premium_year",
    ),
)  # fmt: skip
