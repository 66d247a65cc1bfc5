"""Tax on commission in the books: what the state owes us and we owe it, settled in the month after.

Notation: R replications.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from sim.base.arrays import Integers
from sim.money.flows import Flow

MOVES = (
    Flow.VAT_PAID, Flow.VAT_BORNE, Flow.VAT_REVERSE_CHARGED, Flow.VAT_REVERSE_BORNE, Flow.VAT_RECOVERED,
    Flow.COMMISSION_TAX_WITHHELD, Flow.TAX_OWED_PAID,
)  # fmt: skip


class TaxBook:
    """Value-added tax that the state will give back, and tax that we hold for it.

    Attributes
    ----------
    moves : of the month, int64[R] by flow
    recoverable, owed : at the close, int64[R]
    """

    by_replication: ClassVar[Mapping[str, tuple[Any, ...]]] = dict.fromkeys(("recoverable", "owed"), ())

    def __init__(self, replications: int) -> None:
        self.moves: dict[Flow, Integers] = {flow: np.zeros(replications, dtype=np.int64) for flow in MOVES}
        self.recoverable, self.owed = np.zeros((2, replications), dtype=np.int64)

    def month(
        self, paid: Integers, borne: Integers, charged: Integers, charged_borne: Integers, withheld: Integers
    ) -> None:
        """Settle last month's tax with the state and take in this month's, int64[R] each.

        Parameters
        ----------
        paid, borne : value-added tax paid to partners that comes back, and that does not
        charged, charged_borne : the same where we owe it to the state in their place
        withheld : tax kept from what they are paid
        """
        amounts = paid, borne, charged, charged_borne, self.recoverable, withheld, self.owed
        self.moves = dict(zip(MOVES, amounts, strict=True))
        self.recoverable, self.owed = paid + charged, charged + charged_borne + withheld
