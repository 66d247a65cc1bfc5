"""A network broker's own money: premium in, agents paid, premium remitted to all principals later (model, section 10).

Notation: i partner (a broker), P premium of all principals, a share of it promised to agents, O overhead, K cash,
R net premium due this month to all principals, B what is in hand before it is paid. Amounts are minor units, int64[n];
`rows` (int64[B]) are a segment's rows in all replications, one replication after another, and what is said to be of
the brokers, [B], goes with them; `there` (bool[B]) says who sells, or has left and still owes.
"""

from __future__ import annotations

from sim.base.arrays import Flags, Integers, Months, Reals
from sim.base.functions import round_half_even, round_line
from sim.base.kernels import kernel


@kernel
def sell_elsewhere(
    rows: Integers,
    present: Flags,
    entered: Months,
    month: int,
    ramp: float,
    flow: Reals,
    per_buyer: Reals,
    share: Reals,
    rates: Reals,
    premium: Integers,
    net: Integers,
) -> None:
    """Expected premium of other principals, and what they are owed of it.

    Parameters
    ----------
    entered : int16[n], ramp : months until an entrant's flow is full
    flow : float64[n]
    per_buyer : float64[R]
        Premium (minor units) of a buyer who does not ask for us by name.
    share : float64[K, n], rates : float64[R, K]
        Shares of the flow and commission rates of the other principals.
    premium : int64[n], net : int64[B]
        Written.
    """
    of_one = rows.size // per_buyer.size
    for b in range(rows.size):
        i, replication = rows[b], b // of_one
        premium[i] = 0
        net[b] = 0
        if not present[i]:
            continue
        sold, commission = 0.0, 0.0
        for k in range(rates.shape[1]):
            sold += share[k, i]
            commission += share[k, i] * rates[replication, k]
        grown = min(1.0, (month - entered[i] + 1.0) / ramp)
        premium[i] = round_half_even(grown * flow[i] * per_buyer[replication] * sold)
        kept = round_line(commission / sold, premium[i]) if sold > 0.0 else 0
        net[b] = premium[i] - kept


@kernel
def owe_elsewhere(rows: Integers, month: int, whole: int, fraction: float, net: Integers, due: Integers) -> None:
    """Enter what other principals are owed as due `whole` months later, a fraction of it one month after that.

    net : int64[B]
    due : int64[batches, n], by month due
    """
    slot = (month + whole) % due.shape[0]
    later = (slot + 1) % due.shape[0]
    for b in range(rows.size):
        i, part = rows[b], round_half_even(net[b] * fraction)
        due[slot, i] += net[b] - part
        due[later, i] += part


@kernel
def collect(
    rows: Integers,
    there: Flags,
    present: Flags,
    month: int,
    pay_lag: int,
    promised: float,
    overhead: int,
    premium: Integers,
    agents_due: Integers,
    cash: Integers,
    agents_paid: Integers,
) -> None:
    """Steps 1 to 3: take in the month's premium, pay agents what is due to them, oldest first, and the overhead.

    Agents get what the cash holds, the rest stays due. The overhead may take the cash below 0.

    Parameters
    ----------
    pay_lag : months between a sale and its agent's commission
    promised : share of premium
    premium : int64[n], of all principals
    agents_due : int64[months, n]
        By month of sale; enough months for all that is unpaid.
    cash : int64[n]
        Changed.
    agents_paid : int64[n]
        Written.
    """
    months = agents_due.shape[0]
    for b in range(rows.size):
        i = rows[b]
        agents_paid[i] = 0
        if not there[b]:
            continue
        cash[i] += premium[i]
        agents_due[month % months, i] += round_line(promised, premium[i])
        for age in range(months - 1, pay_lag - 1, -1):
            slot = (month - age) % months
            out = min(agents_due[slot, i], max(cash[i], 0))
            agents_due[slot, i] -= out
            agents_paid[i] += out
            cash[i] -= out
        cash[i] -= overhead if present[i] else 0


@kernel
def meet(
    rows: Integers,
    there: Flags,
    month: int,
    pay_lag: int,
    grace: int,
    agents_due: Integers,  # [months, n]
    ours: Integers,
    others: Integers,
    cash: Integers,
    late: Months,
    to_us: Integers,
    to_others: Integers,
    short: Flags,
    failed: Flags,
) -> None:
    """Step 4: pay what is due to all principals, or default.

    With B < R a broker pays max(B, 0), to its principals in proportion to what is due to each, and fails once that has
    happened for more than `grace` months on end. B = R is no failure. What it owes its agents by now is not in B.

    Parameters
    ----------
    ours, others : int64[B]
        Net premium due to us, and to other principals, arrears included.
    late : int16[n]
        Months on end in which it did not pay in full. Changed, as is cash.
    to_us, to_others : int64[n], short, failed : bool[n]
        Written: what it pays, and whether that is less than is due.
    """
    for b in range(rows.size):
        i = rows[b]
        to_us[i] = 0
        to_others[i] = 0
        short[i] = False
        failed[i] = False
        if not there[b]:
            continue
        due = ours[b] + others[b]
        short[i] = cash[i] - _unpaid(agents_due, month, pay_lag, i) < due
        part = min(max(cash[i], 0), due)
        if part > 0:
            to_us[i] = min(max(round_half_even(part * (ours[b] / due)), part - others[b]), ours[b], part)
        to_others[i] = part - to_us[i]
        cash[i] -= part
        late[i] = late[i] + 1 if short[i] else 0
        failed[i] = late[i] > grace


@kernel
def _unpaid(
    agents_due: Integers,  # [months, n]
    month: int,
    pay_lag: int,
    i: int,
) -> int:
    """Commission of agents that is overdue."""
    months = agents_due.shape[0]
    total = 0
    for age in range(pay_lag, months):
        total += agents_due[(month - age) % months, i]
    return total


@kernel
def pay_elsewhere(
    rows: Integers,
    slot: int,
    to_others: Integers,
    failed: Flags,
    due: Integers,
    arrears: Integers,
) -> None:
    """Take what is paid off the batch due (due[slot]) and the arrears; the rest is in arrears, or lost at a default."""
    for i in rows:
        arrears[i] += due[slot, i] - to_others[i]
        due[slot, i] = 0
        if failed[i]:
            arrears[i] = 0
            for b in range(due.shape[0]):
                due[b, i] = 0


@kernel
def pay_part(
    rows: Integers,
    net: bool,
    short: Flags,
    to_us: Integers,
    due_premium: Integers,
    due_commission: Integers,
    arrears_premium: Integers,
    arrears_commission: Integers,
    account: Integers,
    receivable: Integers,
    payable: Integers,
    remitted: Integers,
    netted: Integers,
) -> None:
    """Let brokers that are short remit a part of the batch due (int64[n]) and the arrears; the rest is in arrears.

    A `net` partner keeps the same part of its commission; that of another becomes due with what it remits.
    """
    for i in rows:
        if not short[i]:
            continue
        premium = due_premium[i] + arrears_premium[i]
        commission = due_commission[i] + arrears_commission[i]
        due_premium[i] = 0
        due_commission[i] = 0
        owed = premium - commission if net else premium
        freed = round_half_even(commission * (to_us[i] / owed)) if owed > 0 else 0
        kept = freed if net else 0
        remitted[i] += to_us[i]
        netted[i] += kept
        account[i] += freed - kept
        receivable[i] -= to_us[i] + kept
        payable[i] -= kept
        arrears_premium[i] = premium - to_us[i] - kept
        arrears_commission[i] = commission - freed


@kernel
def unremitted(
    rows: Integers,
    asked: Flags,
    receivable: Integers,
    payable: Integers,
    due: Integers,  # [batches, n]
    arrears: Integers,
    agents_due: Integers,  # [months, n]
    out: Integers,
) -> None:
    """Net premium not yet remitted to any principal, and commission not yet paid to agents, of those asked: out[B]."""
    for b in range(rows.size):
        i = rows[b]
        out[b] = 0
        if not asked[i]:
            continue
        out[b] = receivable[i] - payable[i] + arrears[i]
        for month in range(due.shape[0]):
            out[b] += due[month, i]
        for month in range(agents_due.shape[0]):
            out[b] += agents_due[month, i]


@kernel
def stand(
    rows: Integers,
    going_on: Flags,
    failed: Flags,
    cash: Integers,
    deposit: Integers,  # [1 or 0, n]
    owed: Integers,
    out: Integers,  # [R, 6]
) -> None:
    """How the brokers of each replication stand at a close: out[R, 6].

    How many go on, how many have failed, how many that go on are hollow: they owe more than their cash and their
    deposit, with us and their own though not in hand, while their cash is not below 0; then the sums of cash, deposits
    and debts of those that go on.
    """
    out[:] = 0
    of_one = rows.size // len(out)
    for b in range(rows.size):
        i, found = rows[b], out[b // of_one]
        found[1] += failed[i]
        if not going_on[i]:
            continue
        pledged = 0
        for one in range(deposit.shape[0]):
            pledged += deposit[one, i]
        found[0] += 1
        found[2] += cash[i] >= 0 and cash[i] + pledged < owed[b]
        found[3] += cash[i]
        found[4] += pledged
        found[5] += owed[b]
