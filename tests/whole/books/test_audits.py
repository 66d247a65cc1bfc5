"""Undeclared damage is a share on top of claims; an audit finds detection x sample of what piled up since the last."""

import pytest

from tests.whole.running import monthly
from tests.whole.scenarios import P, S, plan

FRAUD, DETECTION, SAMPLE = 0.25, 0.4, 0.5


def test_audits_find_a_share_of_what_is_hidden() -> None:
    """Two audits: the second sees the half that the first did not look at, and what came since."""
    audits = {"yearly": {"kind": "audit", "start": "2025-03", "every": "3mo", "detection": DETECTION, "sample": SAMPLE}}
    found = monthly(plan({"months": "7mo", f"{S}.fraud": FRAUD, "market.events": audits, **CLAIMS}))
    hidden = found["claims_incurred"] * FRAUD / (1.0 + FRAUD)
    first = SAMPLE * DETECTION * hidden[:3].sum()
    second = SAMPLE * DETECTION * ((1.0 - SAMPLE) * hidden[:3].sum() + hidden[3:6].sum())
    assert found["claims_recovered"].nonzero()[0].tolist() == [2, 5]
    assert found["claims_recovered"][2] == pytest.approx(first, abs=1)
    assert found["claims_recovered"][5] == pytest.approx(second, abs=1)


def test_a_segment_that_is_not_audited_keeps_its_secret() -> None:
    audits = {"once": {"kind": "audit", "start": "2025-03", "detection": 1.0, "segments": []}}
    found = monthly(plan({"months": "4mo", f"{S}.fraud": FRAUD, "market.events": audits, **CLAIMS}))
    assert not found["claims_recovered"].any()


CLAIMS = {
    f"{P}.cost_ratio": None,
    f"{P}.claims": {"loss_ratio": 0.6, "frequency": 0.5, "severity": {"dist": "gamma", "cv": 1.0}},
    f"{S}.partners": 40,
}
