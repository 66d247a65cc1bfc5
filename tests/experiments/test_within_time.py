"""Studies announce their work, count towards it, and answer within a time with the largest part that was done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.experiments.lab import Lab
from sim.experiments.record import STUDY, carried_out
from sim.experiments.study import declared, read_study
from sim.runs.ahead import Account
from sim.runs.crew import Crew
from tests.experiments import tiny
from tests.judgement.test_within import NETWORK, SMALL
from tests.runs.test_ahead import Clock, Heard

LEVER = {"path": "policy.rules.base.new", "low": "10%", "high": "30%"}
LOSSES = {"path": "products.motor.claims.loss_ratio", "low": "55%", "high": "80%", "present": "65%"}
KINDS: dict[str, dict[str, Any]] = {
    "cost": {"worlds": {"poor": {"set": {"market.demand": 0.7}}}, "replications": 3},
    "sweep": {"across": {"path": "policy.rules.base.new", "values": ["10%", "40%"]}, "replications": 4},
    "sensitivity": {"uncertainties": {"losses": LOSSES}, "method": "morris", "points": 2, "replications": 4},
    "frontier": {
        "lever": {"path": "policy.rules.base.new", "safe": "10%", "harsh": "60%"}, "replications": 4, "budget": 24,
        "tolerance": "5%", "criteria": ["profitable"],
    },
    "reverse_stress": {"uncertainties": {"losses": LOSSES}, "replications": 2, "sampled": 16, "rounds": 2},
    "optimise": {"levers": {"new": LEVER}, "replications": 2, "points": 8, "fresh": 8},
    "calibrate": {
        "targets": {"premium_partners": {"value": 5e6}}, "replications": 2,
        "open": {"demand": {"path": "market.demand", "low": 0.6, "high": 1.8}},
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_counts_of_a_study_add_up_to_what_was_announced(kind: str) -> None:
    heard = Heard()
    sets = {**dict(one.split("=") for one in SMALL), "months": "3mo"}
    policy = {"scenario": str(NETWORK), "set": sets}
    study = declared(kind, {"policy": policy, **KINDS[kind]})
    with Crew(1) as crew:
        lab = Lab(crew=crew, account=Account(heard))
        announced = sum(one.replications for one in study.ahead(lab))
        answer = carried_out(study, lab)
    done, totals = zip(*heard.counts, strict=True)
    assert list(done) == sorted(done) and done[-1] == totals[-1]
    assert list(totals) == sorted(totals, reverse=True) and totals[0] == announced, "what is played was announced"
    assert answer.record is not None and 0 < done[-1] <= announced


def test_a_study_within_a_time_answers_and_its_record_repeats_it(tmp_path: Path) -> None:
    path = tiny.study(tmp_path, {"replications": "64"})
    told: list[object] = []
    with Crew(1) as crew:
        account = Account(within=20.0, clock=Clock(step=1.0), told=told.append)
        answer = carried_out(read_study(path), Lab(path.parent, crew, None, account))
    assert answer.record is not None and told and answer.says[-1].key == "within_part"
    each = answer.record.replications // 2
    assert each < 64 and f"replications: {each}".encode() in answer.record.files[STUDY]
    for name, data in answer.record.files.items():
        (tmp_path / "again" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "again" / name).write_bytes(data)
    again = tiny.answered(tmp_path / "again" / STUDY)
    assert all(one.frame.equals(other.frame) for one, other in zip(answer.tables, again.tables, strict=True)), (
        "no figure hangs on the clock"
    )


def test_enough_time_is_no_other_answer(tmp_path: Path) -> None:
    path = tiny.study(tmp_path)
    with Crew(1) as crew:
        answer = carried_out(read_study(path), Lab(path.parent, crew, None, Account(within=1e9)))
    whole = tiny.answered(path)
    assert [one.key for one in answer.says] == [one.key for one in whole.says]
    assert answer.record is not None and whole.record is not None
    assert answer.record.files == whole.record.files and answer.record.replications == whole.record.replications
