"""Files of figures from the field: what people have sent in, with the right values."""

from __future__ import annotations

from pathlib import Path
from shutil import copy

import numpy as np
import pytest

from sim.base.errors import ScenarioError
from sim.experiments.answer import Table
from sim.experiments.calibration.choice_weights import choice_weights
from sim.experiments.calibration.data import read_claims, read_panel
from sim.experiments.calibration.estimates import Calibration
from sim.experiments.calibration.loss_ratios import loss_ratios
from sim.report.study.cells import grid
from sim.report.study.words import Words
from sim.scenario.load import load
from tests.experiments.written import answered

FIELD = Path("tests/reference/field")
CLAIMS = "month,segment,product,earned_premium,claims_incurred,claim_count\n"
PANEL = "month,partner,alternative,chosen,commission"


def losses(folder: Path, rows: str) -> Calibration:
    (folder / "c.csv").write_text(CLAIMS + rows, encoding="utf-8")
    return loss_ratios(read_claims(folder / "c.csv"), "c.csv")


def weights(folder: Path, rows: str, columns: str = "") -> Calibration:
    (folder / "p.csv").write_text(PANEL + columns + "\n" + rows, encoding="utf-8")
    return choice_weights(read_panel(folder / "p.csv"), "p.csv")


def of_field(name: str) -> Calibration:
    return choice_weights(read_panel(FIELD / name), name)


def faults(folder: Path, rows: str, header: str = CLAIMS) -> list[tuple[int, str, str]]:
    (folder / "f.csv").write_text(header + rows, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        (read_claims if header == CLAIMS else read_panel)(folder / "f.csv")
    return [(one.line, one.path, f"{one.what}; {one.remedy}") for one in caught.value.problems]


# --- panels ----------------------------------------------------------------------------------------------------------


def test_one_survey_gives_the_weights_of_the_choices_as_they_stand() -> None:
    """Chosen less the other: -1, 3, 2 points. d/db of sum log s(b d) = 0 at the estimate."""
    found = of_field("f43d-min.csv")
    assert list(found.table.index) == ["segments.*.choice.weights.commission"]
    b, apart = found.table["estimate"].iloc[0], np.array([-1.0, 3.0, 2.0])
    assert sum(apart / (1 + np.exp(b * apart))) == pytest.approx(0, abs=1e-6)
    assert "weights are those of the choices as they stand, without inertia and review rate" in found.notes[0]


def test_a_panel_of_quarters_is_one_of_choices_as_they_stand(tmp_path: Path) -> None:
    offers = [(15, 16), (17, 14), (15, 13), (12, 16), (18, 17), (13, 14)]
    rows = "".join(
        f"2025-{1 + 3 * (n // 2):02d},{'ab'[n % 2]},us,{int(n != 2 and us > them)},{us}\n"
        f"2025-{1 + 3 * (n // 2):02d},{'ab'[n % 2]},them,{int(n == 2 or us <= them)},{them}\n"
        for n, (us, them) in enumerate(offers)
    )
    found = weights(tmp_path, rows)
    assert "since its months lie 3 apart" in found.notes[0]
    assert found.table["estimate"].iloc[0] > 0
    looked = weights(tmp_path, rows.replace("\n", ",1\n"), ",reviewed")
    assert looked.table["estimate"]["segments.*.choice.review"] == 1.0
    assert looked.table["estimate"].iloc[0] == pytest.approx(found.table["estimate"].iloc[0])


def test_a_panel_without_segments_is_of_every_segment_and_its_block_loads(tmp_path: Path) -> None:
    """The review rate ends at 1, where the likelihood is that of everybody's choices."""
    found = of_field("f43m-monthly.csv")
    for name in ("f79a.yaml", "f79b.yaml"):
        copy(FIELD / name, tmp_path)
    (tmp_path / "res" / "f43m-monthly").mkdir(parents=True)
    (tmp_path / "res" / "f43m-monthly" / "calibrated_choice.yaml").write_text(found.yaml, encoding="utf-8")
    choice = load(tmp_path / "f79b.yaml").scenario.segments["clinic"].choice
    assert choice.weights.commission.at(24_300) == pytest.approx(0.160838)
    assert choice.inertia == pytest.approx(1.46525)
    assert choice.review.at(24_300) == 1.0
    assert found.notes[-1] == "all partners: review ends at its bound of 1: inertia alone tells who stays"
    assert found.table["standard_error"].isna().tolist() == [False, False, True]


def test_names_of_principals_that_differ_in_case_are_one_with_a_note(tmp_path: Path) -> None:
    found = of_field("f43v-case.csv")
    assert found.notes[0].endswith('alternative "Us" (line 2) as "us"')
    text = (FIELD / "f43v-case.csv").read_text(encoding="utf-8")
    for written in ("us\u200b", "us\u00a0", "US"):
        (tmp_path / "p.csv").write_text(text.replace(",Us,", f",{written},"), encoding="utf-8")
        again = choice_weights(read_panel(tmp_path / "p.csv"), "p.csv")
        assert again.table.equals(found.table)


def test_yes_and_no_are_read() -> None:
    assert read_panel(FIELD / "f43y-yesno.csv")["chosen"].tolist() == [1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0]


def test_blank_flags_and_weights(tmp_path: Path) -> None:
    """A blank weight is 1; of an alternative that is current, blanks of the others say no; blank reviews are out."""
    rows = "".join(
        f"2025-01,p{n},{name},{int(us == (name == 'us'))},{14 + n % 4 + (name == 'us')},"
        f"{'yes' if (n % 2 == 1) == (name == 'us') else ''},{'' if n else 1},{'' if n == 5 else 1}\n"
        for n, us in enumerate([True, True, False, True, False, True, False, True, True, False, True, False])
        for name in ("us", "them")
    )
    found = weights(tmp_path, rows, ",is_current,weight,reviewed")
    assert dict(found.figures)["choices."] == 11
    assert found.notes == ("all partners: 1 choices left out, since it is blank whether the partner reviewed",)
    assert found.table["estimate"].notna().all()


def test_flags_that_are_none(tmp_path: Path) -> None:
    found = faults(tmp_path, "2025-01,a,us,maybe,1\n2025-01,a,b,2,1\n", PANEL + "\n")
    assert found == [
        (2, "panel.chosen", 'must be 0 or 1, got "maybe"; write 1 or yes, 0 or no'),
        (3, "panel.chosen", 'must be 0 or 1, got "2"; write 1 or yes, 0 or no'),
    ]


# --- claims ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_table_of_ratios_and_money_has_decimals_by_row(lang: str, tmp_path: Path) -> None:
    copy(FIELD / "f46-doc-claims.csv", tmp_path)
    answer = answered(tmp_path, "calibrate", claims="f46-doc-claims.csv")
    (table,) = (one for one in answer.tables if one.name == "losses")
    shown = {row[0]: [cell.replace(",", ".") for cell in row[1:3]] for row in grid(table, Words(answer, lang)).rows}
    assert shown["products.motor.claims.loss_ratio"] == ["0.688", "0.031"]
    assert shown["loss_ratio.motor.broker"] == ["0.688", "0.031"]
    assert float(shown["mean_claim.motor"][0].replace(".", "").replace("\u202f", "").replace("\u00a0", "")) == 26_676


@pytest.mark.parametrize(("money", "ratio"), [(2_667.6, "1.05"), (31.5, "1.05"), (4e8, "1.05")])
def test_no_digits_of_a_ratio_are_hidden_by_what_stands_below_it(money: float, ratio: str, tmp_path: Path) -> None:
    import pandas

    copy(FIELD / "f46-doc-claims.csv", tmp_path)
    words = Words(answered(tmp_path, "calibrate", claims="f46-doc-claims.csv"), "en")
    frame = pandas.DataFrame({"parameter": ["a", "b"], "estimate": [1.05, money], "low": [0.9, money / 2]})
    rows = grid(Table("t", frame, {"estimate": "number", "low": "number"}), words).rows
    assert rows[0][1:] == [ratio, "0.90"]


def test_a_blank_count_leaves_its_claims_out_of_the_mean_claim() -> None:
    found = loss_ratios(read_claims(FIELD / "f77e-empty-count.csv"), "f")
    assert found.table["estimate"]["mean_claim.m"] == 500.0
    assert "m: the mean claim is of the 1 of 2 rows with a claim count" in found.notes


def test_a_number_with_blanks_is_read_with_a_note() -> None:
    claims = read_claims(FIELD / "f77d-percent-spaces.csv")
    assert claims["earned_premium"].tolist() == [1000.0, 900.0]
    assert claims.attrs["notes"] == ['numbers with separators were read: "1 000" (line 2) as 1000']


def test_an_unreadable_premium_is_one_error(tmp_path: Path) -> None:
    assert faults(tmp_path, "2024-01,a,m,1x,700,3\n2024-02,a,m,0,z,3\n") == [
        (2, "claims.earned_premium", 'number expected, got "1x"; such as 12.5 or 12,5, without a unit'),
        (3, "claims.claims_incurred", 'number expected, got "z"; such as 12.5 or 12,5, without a unit'),
    ]


def test_returned_premium_is_data(tmp_path: Path) -> None:
    """It is taken with the months that follow, so that a credit note is what its month would be with the next."""
    rows = ["2024-01,a,m,100,60,1", "2024-02,a,m,-40,0,0", "2024-03,a,m,140,80,2", "2025-01,a,m,120,70,1"]
    rows += ["2025-02,a,m,110,90,1", "2025-12,a,m,-10,5,1"]
    netted = ["2024-01,a,m,100,60,1", "2024-03,a,m,100,80,2", "2025-01,a,m,120,70,1", "2025-02,a,m,100,95,2"]
    found, same = losses(tmp_path, "\n".join(rows) + "\n"), losses(tmp_path, "\n".join(netted) + "\n")
    assert found.table["estimate"]["products.m.claims.loss_ratio"] == pytest.approx(305 / 420)
    ours, theirs = (one.table.drop("mean_claim.m").drop(columns="unit") for one in (found, same))
    assert ours.to_numpy(dtype=float) == pytest.approx(theirs.to_numpy(dtype=float), nan_ok=True)
    assert found.notes[0] == "m: 2 rows of returned premium are taken with the months that follow"
    with pytest.raises(ScenarioError, match="no claims over earned premium"):
        losses(tmp_path, "2024-01,a,m,100,60,1\n2024-02,a,m,-140,0,0\n")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1 000", 1e3), ("1\u00a0234,5", 1234.5), ("1\u202f000\u202f000", 1e6), ("1'000.25", 1000.25),
        ("1.000.000,5", 1e6 + 0.5), ("1,000,000", 1e6), ("1,000.5", 1000.5), ("\u2212 5", None), ("\u22125", -5.0),
        ("+5", 5.0), ("5 %", 0.05), ("1 00", None), ("1,000", None), ("0,125", 0.125), ("10,00", 10.0), ("(500)", None),
        ("5 EUR", None), ("1e999", None), ("", None),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(tmp_path: Path, written: str, value: float | None) -> None:
    row = f'2024-01,a,m,100,"{written}",1\n'
    if value is None:
        assert [one[:2] for one in faults(tmp_path, row)] == [(2, "claims.claims_incurred")]
    else:
        (tmp_path / "c.csv").write_text(CLAIMS + row, encoding="utf-8")
        assert read_claims(tmp_path / "c.csv")["claims_incurred"].tolist() == [value]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2025-02-28T23:59:59.5+03:00", "2025-02"), ("2025-02-01 00:00", "2025-02"), ("2025-02", "2025-02"),
        ("2025-02-30", "there is no such date in the calendar: 2025-02-30"),
        ("2025-13", "there is no such month in the calendar: 2025-13"),
        ("2025-02-01T25:00", "there is no such time in the calendar"),
        ("2025-Q2", "such as 2025-04"), ("Q4 2025", "such as 2025-10"), ("01.03.2025", "write it as 2025-03"),
        ("2025-3", "write it as 2025-03"), ("March", "write it as 2025-01"),
    ],
)  # fmt: skip
def test_months_as_people_write_them(tmp_path: Path, written: str, said: str) -> None:
    row = f"{written},a,m,100,50,1\n"
    if len(said) == len("2025-01"):
        (tmp_path / "c.csv").write_text(CLAIMS + row, encoding="utf-8")
        assert read_claims(tmp_path / "c.csv")["month"].tolist() == [said]
    else:
        ((line, path, text),) = faults(tmp_path, row)
        assert (line, path) == (2, "claims.month")
        assert said in text
        assert "text" not in text


def test_amounts_beyond_exact_minor_units_are_refused(tmp_path: Path) -> None:
    ((_, path, text),) = faults(tmp_path, "2024-01,a,m,90071992547410,1,1\n")
    assert path == "claims.earned_premium" and text.startswith("must be from")


def test_notes_of_the_files_reach_the_answer(tmp_path: Path) -> None:
    copy(FIELD / "f77d-percent-spaces.csv", tmp_path)
    answer = answered(tmp_path, "calibrate", claims="f77d-percent-spaces.csv")
    assert any("as 1000" in note.text for note in answer.notes)
