"""The golden ledger worked out by hand: 20 partners, six months, one product, no chance at all.

A straightforward calculation in whole kopecks and exact fractions that imports nothing of the simulator. Run it as a
script to print the sheet; `golden_ledger.csv` is the committed sheet that the simulator must reproduce.

The business: a contract costs 1 237.00 (1 290.01 from the fourth month), runs three months and does not renew. Goods
cost 55.1 % of the first price for each contract, as it earns, whatever it was sold at. Other acquisition takes 3.1 % of
written premium and is deferred with it; administration 2.1 % of earned premium and 50.00 a month. Ten partners remit
gross after one month and are paid their commission of 17.7 % a month after the statement; ten keep their 20.3 % from
the remittance. A partner sells whole contracts whose mean is flow x demand; a fraction is carried to the next month.
Interest is 6 % a year on opening cash.
"""

from __future__ import annotations

import csv
import sys
from fractions import Fraction
from pathlib import Path

SHEET = Path(__file__).with_suffix(".csv")
MONTHS, TERM = 6, 3
PRICE = [123_700, 123_700, 123_700, 129_001, 129_001, 129_001]  # kopecks
DEMAND = [Fraction(1), Fraction(5, 4), Fraction(1, 2), Fraction(1), Fraction(3, 2), Fraction(1)]
CAPITAL = 5_000_000
GROSS = [Fraction(n, 4) for n in range(2, 12)]  # contracts a month of the ten partners that remit gross
NET = [Fraction(n, 8) for n in range(3, 13)]  # of the ten that keep their commission
COMMISSION = {"gross": Fraction(177, 1000), "net": Fraction(203, 1000)}
GOODS, ACQUISITION, ADMINISTRATION, FIXED = Fraction(551, 1000), Fraction(31, 1000), Fraction(21, 1000), 5_000
MONTHLY_INTEREST = Fraction(1.06 ** (1 / 12) - 1)

FLOWS = (
    "premium_written", "premium_earned", "commission_accrued", "commission_amortised", "commission_netted",
    "commission_paid", "premium_remitted", "cost_of_goods", "claims_paid", "acquisition_paid", "acquisition_amortised",
    "administration_paid", "interest_earned",
)  # fmt: skip
BALANCES = ("cash", "receivable", "dac", "upr", "commission_payable", "loss_reserve")


def half_even(amount: Fraction) -> int:
    """Nearest whole kopeck. No amount of the sheet lies on a half, so that it holds for exact and for binary rates."""
    assert abs(amount % 1 - Fraction(1, 2)) > Fraction(1, 10**6), f"{amount} lies on a half: change the sheet's rates"
    return round(amount)


def portions(amount: int) -> list[int]:
    """What an amount earns in the month of sale and the three after it: sixths 1, 2, 2, 1, the odd kopecks first."""
    step = amount // (2 * TERM)
    return [amount - 5 * step, 2 * step, 2 * step, step]


def sheet() -> list[dict[str, int]]:
    """The rows of the ledger, one a month."""
    partners = [("gross", flow) for flow in GROSS] + [("net", flow) for flow in NET]
    carry = [Fraction(0)] * len(partners)
    earning = [[0] * (MONTHS + TERM + 1) for _ in partners]
    amortising = [[0] * (MONTHS + TERM + 1) for _ in partners]
    sixths = [[0] * (MONTHS + TERM + 1) for _ in partners]  # of a contract's term that passes in a month
    acquisition_due = [0] * (MONTHS + TERM + 1)
    remitted_next, netted_next, paid_next = 0, 0, 0
    cash, receivable, payable, upr, dac = CAPITAL, 0, 0, 0, 0
    rows = []
    for t in range(MONTHS):
        flow = dict.fromkeys(FLOWS, 0)
        flow["interest_earned"] = half_even(cash * MONTHLY_INTEREST)
        flow["premium_remitted"], flow["commission_netted"], flow["commission_paid"] = (
            remitted_next,
            netted_next,
            paid_next,
        )
        remitted_next = netted_next = paid_next = 0
        for i, (kind, mean) in enumerate(partners):
            contracts = carry[i] + mean * DEMAND[t]
            sold = int(contracts)
            carry[i] = contracts - sold
            premium = sold * PRICE[t]
            commission = half_even(COMMISSION[kind] * premium)
            flow["premium_written"] += premium
            flow["commission_accrued"] += commission
            for age, (one, other) in enumerate(zip(portions(premium), portions(commission), strict=True)):
                earning[i][t + age] += one
                amortising[i][t + age] += other
            for age, passes in enumerate((1, 2, 2, 1)):
                sixths[i][t + age] += passes * sold
            flow["premium_earned"] += earning[i][t]
            flow["commission_amortised"] += amortising[i][t]
            flow["cost_of_goods"] += half_even(GOODS * PRICE[0] * sixths[i][t] / (2 * TERM))
            if kind == "net":
                remitted_next += premium - commission
                netted_next += commission
            else:
                remitted_next += premium
                paid_next += commission
        flow["claims_paid"] = flow["cost_of_goods"]
        flow["acquisition_paid"] = half_even(ACQUISITION * flow["premium_written"])
        for age, one in enumerate(portions(flow["acquisition_paid"])):
            acquisition_due[t + age] += one
        flow["acquisition_amortised"] = acquisition_due[t]
        flow["administration_paid"] = half_even(ADMINISTRATION * flow["premium_earned"]) + FIXED
        cash += flow["premium_remitted"] + flow["interest_earned"]
        cash -= flow["commission_paid"] + flow["claims_paid"] + flow["acquisition_paid"] + flow["administration_paid"]
        receivable += flow["premium_written"] - flow["premium_remitted"] - flow["commission_netted"]
        payable += flow["commission_accrued"] - flow["commission_netted"] - flow["commission_paid"]
        upr += flow["premium_written"] - flow["premium_earned"]
        dac += (
            flow["commission_accrued"]
            + flow["acquisition_paid"]
            - flow["commission_amortised"]
            - flow["acquisition_amortised"]
        )
        balance = dict(zip(BALANCES, (cash, receivable, dac, upr, payable, 0), strict=True))
        equity = cash + receivable + dac - upr - payable
        rows.append(
            {"month": t} | flow | {f"balance.{name}": amount for name, amount in balance.items()} | {"equity": equity}
        )
    return rows


def write(file: object) -> None:
    rows = sheet()
    writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")  # type: ignore[type-var]
    writer.writeheader()
    writer.writerows(rows)


if __name__ == "__main__":
    write(sys.stdout)
