"""A stage from outside: its place in the month, what it is given, what it may write, and how a wrong one is refused."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from sim.base.columns import Column, Table
from sim.base.errors import ScenarioError, SimError
from sim.engine.layout.plan import Plan, make
from sim.engine.model import PartnerNetwork
from sim.engine.state.books import Books
from sim.engine.state.notebook import Notebook
from sim.engine.state.now import Now
from sim.figures.figure import Figure, Words
from sim.money.flows import Account, Flow
from sim.runs.batches import batch_size, claims_are_acted_on
from sim.runs.case import Case
from sim.runs.orders import Order
from sim.runs.replicate import Specification, replicate
from sim.scenario.own_stage import OwnStage
from sim.scenario.schema import scenario_model
from tests.whole.running import monthly
from tests.whole.scenarios import S, plan, tree

PRIZES = Figure("prizes", "money", Words("prizes paid", "выплаченные призы"), adds="flow")
SOLD = Column("sold_ever", "i8", "contracts", "contracts ever sold")
SELLING = {f"{S}.flow": 3.0, f"{S}.sales": {"law": "poisson"}, "months": "4mo"}


class Prizes(OwnStage):
    """A prize of 10 for every contract sold, out of our cash."""

    name, after = "prizes_are_paid", "sales_are_made"
    reads, writes = ("now", "table.new"), ("books",)
    columns, figures = (SOLD,), (PRIZES,)

    def play(self, now: Now, books: Books, table: Table, note: Notebook) -> None:
        table.sold_ever += table.new.sum(axis=0)
        prizes = 10_00 * int(table.new[:, :-1].sum())
        books.ledger.post(Flow.PROGRAMME_PAID, prizes)
        note["prizes"] = prizes


def with_stages(*stages: type[OwnStage], **changes: Any) -> Plan:
    return make(scenario_model(stages).model_validate(tree({**SELLING, **changes})))


def test_a_stage_of_ones_own_is_played_each_month() -> None:
    """It stands where it says; its figure and its flow are in the month's figures, its column keeps its state."""
    model, bare = PartnerNetwork(with_stages(Prizes)), monthly(plan(SELLING))
    names = list(model.stages)
    assert names[names.index("sales_are_made") + 1] == "prizes_are_paid"
    model.run()
    rows = np.array(model.datacollector.model_vars["figures"])[:, 0, 0]
    assert rows[:, -1].tolist() == (10_00 * bare["new_contracts"]).tolist() and rows[:, -1].sum() > 0
    assert model.table.sold_ever.sum() == bare["new_contracts"].sum()
    assert model.ledger.equity.item() == bare["equity"][-1] - rows[:, -1].sum()


def test_stages_that_follow_one_stage_stand_as_they_are_given() -> None:
    def following(name: str, after: str) -> type[OwnStage]:
        return type(name, (OwnStage,), {"name": name, "after": after, "__doc__": "-", "play": lambda self: None})

    stages = [following("a", "claims_occur"), following("b", "claims_occur"), following("c", "a")]
    names = list(PartnerNetwork(with_stages(*stages)).stages)
    at = names.index("claims_occur")
    assert names[at : at + 4] == ["claims_occur", "a", "c", "b"]


def test_each_replication_has_its_own() -> None:
    class Counting(Prizes):
        """Counts its months."""

        def play(self, now: Now, books: Books, table: Table, note: Notebook) -> None:
            self.months = getattr(self, "months", 0) + 1
            note["prizes"] = self.months

    for replication in (0, 1):
        model = PartnerNetwork(with_stages(Counting), replication)
        model.run()
        assert [rows[0, 0, -1] for rows in model.datacollector.model_vars["figures"]] == [1, 2, 3, 4]


def test_it_sees_one_replication_unless_it_says_batched() -> None:
    class Batched(Prizes):
        """The same of all replications at once."""

        batched = True

        def play(self, now: Now, books: Books, table: Table, note: Notebook) -> None:
            prizes = 10_00 * table.new.reshape(now.size, -1)[:, :-1].sum(axis=1)
            table.sold_ever += table.new.sum(axis=0)
            books.post(Flow.PROGRAMME_PAID, prizes)
            note["prizes"] = prizes

    class Heir(Batched):
        """Inherits everything but that."""

    alone, together = with_stages(Prizes), with_stages(Batched)
    assert batch_size(alone) == batch_size(with_stages(Heir)) == 1 and batch_size(together) > 3
    for one, other in zip(replicate(alone, range(3), most=3), replicate(together, range(3)), strict=True):
        assert one.monthly.tobytes() == other.monthly.tobytes()
    with pytest.raises(SimError, match="one replication at a time"):
        PartnerNetwork(alone, (0, 1))


def test_the_nouns_of_one_replication_have_no_axis_of_replications() -> None:
    """Whatever noun it asks for: plain numbers, its own calendar, log and luck, the ledger of one."""
    seen: dict[str, Any] = {}

    class Onlooker(OwnStage):
        """Looks around, and writes into the log."""

        name, after = "all_is_seen", "month_is_recorded"
        reads = ("now", "market", "commission", "books", "work")
        writes = ("note",)

        def play(self, now: Any, market: Any, commission: Any, books: Any, work: Any, note: Any) -> None:
            ledger, totals = books.ledger, books.totals
            commission.statement.programme += 5
            now.log("onlooker", f"{note['new_contracts']:.0f} sold")
            seen.update(
                replication=now.replication, drawn=now.world("onlooker"), luck=now.luck.world(now.month, "onlooker"),
                demand=market.demand, rate=market.rate(), history=market.our_history[-1].shape, odds=market.all_odds(),
                cash=ledger.on(Account.CASH), equity=ledger.equity, sold=totals.of("new"),
                by_segment=totals.by_segment("new"), count=work.count(work.tallies[0]), products=note.by_product,
                said=now.calendar.events[-1], failing=books.ruined, programme=commission.statement.programme,
            )  # fmt: skip

    model = PartnerNetwork(with_stages(Onlooker), 3)
    model.step()
    types = {name: type(value) for name, value in seen.items()}
    assert {name for name, kind in types.items() if kind is float} >= {"drawn", "luck", "demand", "rate"}
    assert {name for name, kind in types.items() if kind is int} >= {"replication", "cash", "equity", "sold", "count"}
    assert (
        seen["programme"] == 5
        and seen["replication"] == 3
        and seen["drawn"] == seen["luck"]
        and seen["failing"] is False
    )
    assert seen["history"] == (1, 1) and seen["odds"].shape == (1, 2) and seen["by_segment"].shape == (2,)
    assert seen["said"][1:] == ("onlooker", f"{seen['sold']} sold") and seen["products"]["premium_new"].shape == (1,)


def test_it_cannot_write_the_columns_of_others() -> None:
    class Foreign(Prizes):
        """Sells what nobody asked for."""

        def play(self, now: Now, books: Books, table: Table, note: Notebook) -> None:
            table.new[:] = 1

    with pytest.raises(ValueError, match="read-only"):
        PartnerNetwork(with_stages(Foreign)).step()


def test_worlds_are_played_alone_and_workers_know_it() -> None:
    laid = with_stages(Prizes)
    assert claims_are_acted_on(laid) and not claims_are_acted_on(plan(SELLING))
    told = Specification(tree(SELLING), 1, extra=(Prizes,))
    assert Order(Case("mine", told), range(2)).family == ""
    again = pickle.loads(pickle.dumps(told)).plan()
    assert again.scenario.own_stages == (Prizes,) and again.own_figures == (PRIZES,)


def test_expected_claims_are_refused_where_it_looks_at_our_books() -> None:
    drawn = {"products.line.cost_ratio": None, "products.line.claims": {
        "frequency": 0.1, "loss_ratio": 0.5, "severity": {"dist": "gamma", "cv": 1.0}}}  # fmt: skip
    scenario = scenario_model((Prizes,)).model_validate(tree({**SELLING, **drawn}))
    with pytest.raises(SimError, match="prizes_are_paid looks at claims"):
        make(scenario, (), "expected")


# --- refused, with the names of both ---------------------------------------------------------------------------------

WRONG = [
    ({"name": "claims_occur"}, "claims_occur has the name of one of the month"),
    ({"after": "sales_made"}, "prizes_are_paid follows 'sales_made'.*did you mean sales_are_made"),
    ({"reads": ("now", "table.incurred")}, "prizes_are_paid reads table.incurred before claims_occur"),
    ({"reads": ("now", "table.premum_new")}, "prizes_are_paid reads table.premum_new.*did you mean premium_new"),
    ({"reads": ("now", "table")}, "prizes_are_paid reads 'table'.*name columns"),
    ({"reads": ("market",)}, "play of the stage prizes_are_paid takes now.*its nouns are market"),
    ({"writes": ("book",)}, "prizes_are_paid writes 'book'.*did you mean books"),
    ({"writes": ("now",)}, "prizes_are_paid writes 'now'"),
    ({"__doc__": ""}, "prizes_are_paid has no text"),
    ({"name": "Prizes!"}, "other signs"),
    ({"play": OwnStage.play}, "prizes_are_paid does nothing"),
    (
        {"columns": (Column("new", "i8", "contracts", "taken"),)},
        "column 'new' of stage prizes_are_paid: contracts has a column of this name",
    ),
    (
        {"columns": (Column("rows", "i8", "contracts", "taken"),)},
        "column 'rows' of stage prizes_are_paid: a table has a member of this name",
    ),
    ({"columns": (Column("mine", "i8", "contracts", ""),)}, "column mine of the stage prizes_are_paid has no text"),
    (
        {"columns": (Column("mine", "i8", "contracts", "of", ("products",)),)},
        "column 'mine' of stage prizes_are_paid: unknown axis products",
    ),
    (
        {"figures": (Figure("claims", "count", Words("my claims", "мои убытки")),)},
        r'claims \("my claims"\) has the name of another',
    ),
]


@pytest.mark.parametrize(("changes", "message"), WRONG)
def test_a_wrong_stage_is_refused(changes: dict[str, Any], message: str) -> None:
    wrong = type("Wrong", (Prizes,), {"__doc__": "-", **changes})
    with pytest.raises(SimError, match=f"(?s){message}"):
        PartnerNetwork(with_stages(wrong))


def test_two_of_one_name_are_refused() -> None:
    class Other(Prizes):
        """Prizes again."""

    with pytest.raises(ScenarioError, match=r"prizes_are_paid has the name of .*Prizes"):
        with_stages(Prizes, Other)


def test_a_stage_may_read_what_is_kept_from_last_month() -> None:
    """Receivables are settled later in the month; what is read before is last month's, the feedback of the month."""

    class Debtors(OwnStage):
        """Looks at receivables."""

        name, after, reads = "debtors_are_seen", "calendar_plays", ("table.receivable",)

        def play(self, table: Table) -> None:
            table.receivable.sum()

    PartnerNetwork(with_stages(Debtors)).step()
