"""Partners that count renewals compare what a sale brings with them: a bounty and a share for good on one scale."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.model import PartnerNetwork
from tests.whole.scenarios import P, S, plan

STAYS, COUNTED, SHARE = [0.8, 0.9], 6, 0.2
LATER = sum(0.8 * 0.9**k for k in range(COUNTED))  # premium of the counted renewals over that of the sale


def offers(renewals: int, **rules: Any) -> Any:
    """Yields of our offer by row at the opening, for partners of a subscription."""
    model = PartnerNetwork(plan({
        f"{P}.term": "1mo", f"{P}.renewal": STAYS, f"{S}.choice.renewals": renewals, "policy.rules": rules,
    }))  # fmt: skip
    model.step()
    return model.table.offer.copy(), model.market.our_segment_rates.copy()


def base(new: float, renewal: float) -> dict[str, Any]:
    return {"kind": "base", "new": new, "renewal": renewal}


def test_a_share_for_good_is_worth_what_the_same_is_before_the_renewals() -> None:
    share, rate = offers(COUNTED, base=base(SHARE, SHARE))
    ahead, whole = offers(COUNTED, base=base(SHARE * (1.0 + LATER), 0.0))
    assert rate[0] == pytest.approx(SHARE) and whole[0] == pytest.approx(SHARE)
    assert np.allclose(share, ahead) and share.max() > 0


def test_a_bounty_is_for_the_sale_alone() -> None:
    _, bounty = offers(COUNTED, bounty={"kind": "fixed_fee", "per": "sale", "amount": 100.0})
    _, alone = offers(0, bounty={"kind": "fixed_fee", "per": "sale", "amount": 100.0})
    assert bounty[0] == pytest.approx(alone[0] / (1.0 + LATER)) and bounty[0] > 0


def test_who_counts_none_is_moved_by_the_sale_alone() -> None:
    few, many = (offers(0, base=base(SHARE, renewal))[0] for renewal in (0.0, 0.6))
    assert few.tobytes() == many.tobytes()
    assert offers(COUNTED, base=base(SHARE, 0.6))[0].max() > many.max()
