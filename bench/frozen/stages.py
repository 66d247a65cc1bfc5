"""Compiled stages of the core: each a short loop over columns, without a branch where every row takes part.

Figures come as arguments, because numba's cache does not see a change of an imported one.

Notation: i partner, p product, k principal (0 is us).
"""

from bench.frozen.functions import exp, round_half_even
from bench.frozen.kernels import inlined, kernel
from bench.frozen.luck import subdraw


@kernel
def choose(u, weight, rate_seen, r1, r2, r3, s1, s2, s3, inertia, principal):  # type: ignore[no-untyped-def]
    """Draw each partner's principal from the logit; r are the rivals' rates in points, s their service less ours."""
    for i in range(u.size):
        ours = 100.0 * rate_seen[i]
        now = principal[i]
        w = weight[i]
        stay = inertia if now == 0 else 0.0
        e1 = exp(w * (r1 - ours) + s1 + (inertia if now == 1 else 0.0) - stay)
        e2 = exp(w * (r2 - ours) + s2 + (inertia if now == 2 else 0.0) - stay)
        e3 = exp(w * (r3 - ours) + s3 + (inertia if now == 3 else 0.0) - stay)
        x = u[i] * (1.0 + e1 + e2 + e3)
        principal[i] = (x >= 1.0) + (x >= 1.0 + e1) + (x >= 1.0 + e1 + e2)


@kernel
def bring_due(rows, due, principal, keys, rate, rate_left, due_there, chance, keys_there):  # type: ignore[no-untyped-def]
    """Bring together the due contracts of the listed rows, the chance that each renews, and the keys."""
    for j in range(rows.size):
        i = rows[j]
        due_there[j] = due[i]
        chance[j] = rate if principal[i] == 0 else rate_left
        keys_there[j] = keys[i]


@kernel
def find_ours(principal, rows):  # type: ignore[no-untyped-def]
    """List the rows that sell for us; return how many there are."""
    found = 0
    for i in range(principal.size):
        rows[found] = i
        found += principal[i] == 0
    return found


@kernel
def bring(rows, flow, keys, flow_there, keys_there):  # type: ignore[no-untyped-def]
    """Bring flow and keys of the listed rows together."""
    for j in range(rows.size):
        flow_there[j] = flow[rows[j]]
        keys_there[j] = keys[rows[j]]


@kernel
def sales_mean(flow, per_buyer, out):  # type: ignore[no-untyped-def]
    """Mean of new contracts."""
    for i in range(out.size):
        out[i] = flow[i] * per_buyer


@kernel
def spread(rows, drawn, out):  # type: ignore[no-untyped-def]
    """Put what was drawn for the listed rows in its places; 0 elsewhere."""
    for i in range(out.size):
        out[i] = 0
    for j in range(rows.size):
        out[rows[j]] = drawn[j]


@kernel
def write(new, renewed, price, due, in_force, parts, premium_new, premium_renewal):  # type: ignore[no-untyped-def]
    """Put the month's contracts in the place of those due; note the parts of a contract that the month earns."""
    for i in range(new.size):
        begun = new[i] + renewed[i]
        parts[i] = 2 * in_force[i] - due[i] + begun
        in_force[i] += begun - due[i]
        due[i] = begun
        premium_new[i] += price * new[i]
        premium_renewal[i] += price * renewed[i]


@kernel
def earn(parts, price_of_part, claims_of_part, earned, mu):  # type: ignore[no-untyped-def]
    """Premium earned, and the mean number of claims on the same exposure."""
    for i in range(parts.size):
        earned[i] += price_of_part * parts[i]
        mu[i] = claims_of_part * parts[i]


@kernel
def find(count, rows):  # type: ignore[no-untyped-def]
    """List the rows whose count is not 0; return how many there are."""
    found = 0
    for i in range(count.size):
        rows[found] = i
        found += count[i] > 0
    return found


@kernel
def gather(rows, count, shape, keys, shapes, keys_there):  # type: ignore[no-untyped-def]
    """Bring the gamma shapes and keys of the listed rows together, so that they are drawn as columns."""
    for j in range(rows.size):
        shapes[j] = shape * count[rows[j]]
        keys_there[j] = keys[rows[j]]


@kernel
def book_claims(rows, severity, scale, claims):  # type: ignore[no-untyped-def]
    """Add what the claims of the listed rows cost."""
    for j in range(rows.size):
        claims[rows[j]] += round_half_even(scale * severity[j])


@kernel
def all_in_force(in_force, out):  # type: ignore[no-untyped-def]
    """Contracts in force over the three products."""
    for i in range(out.size):
        out[i] = in_force[0, i] + in_force[1, i] + in_force[2, i]


@kernel
def cancel(rows, count, held, keys, purpose, price_left, ring, in_force, refund):  # type: ignore[no-untyped-def]
    """Take count[i] of the held[i] contracts of the listed rows, each with the same chance, out of ring[P, term, n].

    price_left[P, term] is the unearned premium of a contract by product and slot.
    """
    for i in rows:
        for j in range(count[i]):
            nth = int(subdraw(keys[i], purpose, j) * (held[i] - j))
            p, nth = find_product(nth, in_force, i)
            slot = find_slot(nth, ring, p, i)
            ring[p, slot, i] -= 1
            in_force[p, i] -= 1
            refund[i] += price_left[p, slot]


@inlined
def find_product(nth, in_force, i):  # type: ignore[no-untyped-def]
    """Product of the nth contract of row i, and its place among the contracts of that product."""
    first = in_force[0, i]
    second = first + in_force[1, i]
    p = (nth >= first) + (nth >= second)
    return p, nth - (first if p == 1 else (second if p == 2 else 0))


@inlined
def find_slot(nth, ring, p, i):  # type: ignore[no-untyped-def]
    """Slot of the nth contract: every slot is looked at, which is faster than a jump that cannot be foreseen."""
    slot = 0
    running = 0
    for a in range(ring.shape[1] - 1):
        running += ring[p, a, i]
        slot += nth >= running
    return slot


@kernel
def tiers(premium_new, premium_renewal, b1, b2, r0, r1, r2, commission, rate_seen):  # type: ignore[no-untyped-def]
    """Marginal tiers on the premium written in the month, and the average rate that the partner sees."""
    for i in range(commission.size):
        written = 1.0 * (premium_new[i] + premium_renewal[i])
        exact = r0 * written + (r1 - r0) * max(0.0, written - b1) + (r2 - r1) * max(0.0, written - b2)
        commission[i] = round_half_even(exact)
        rate_seen[i] = exact / written if written > 0.0 else r0


@kernel
def take_back(refund, rate_seen, clawback):  # type: ignore[no-untyped-def]
    """Commission on what was refunded."""
    for i in range(refund.size):
        clawback[i] = round_half_even(refund[i] * rate_seen[i])


@kernel
def override(premium_new, premium_renewal, sponsored, rate, out):  # type: ignore[no-untyped-def]
    """What the sponsor gets on each partner's premium."""
    for i in range(out.size):
        out[i] = round_half_even((premium_new[i] + premium_renewal[i]) * (rate if sponsored[i] else 0.0))


@kernel
def pass_up(amount, sponsor, received):  # type: ignore[no-untyped-def]
    """Give the overrides to their sponsors; a partner without one has a row of `received` that nobody reads."""
    for i in range(received.size):
        received[i] = 0
    for i in range(amount.size):
        received[sponsor[i]] += amount[i]


@kernel
def pay(commission, received, clawback, payable, paid):  # type: ignore[no-untyped-def]
    """Pay what was payable at the opening; what accrues waits a month."""
    for i in range(paid.size):
        out = max(payable[i], 0)
        paid[i] = out
        payable[i] += commission[i] + received[i] - clawback[i] - out


@kernel
def settle(  # type: ignore[no-untyped-def]
    u_default,
    u_remit,
    hazard,
    discipline,
    premium_new,
    premium_renewal,
    receivable,
    payable,
    remitted,
    set_off,
    bad_debt,
):
    """Default, or remit what was receivable at the opening, or let it roll on."""
    for i in range(remitted.size):
        owed = receivable[i]
        total = owed + premium_new[i] + premium_renewal[i]
        lost = total if u_default[i] < hazard else 0
        kept = min(max(payable[i], 0), lost)
        sent = owed if (u_default[i] >= hazard and u_remit[i] < discipline) else 0
        set_off[i] = kept
        bad_debt[i] = lost - kept
        remitted[i] = sent
        receivable[i] = total - lost - sent
        payable[i] -= kept


@kernel
def total(columns, out):  # type: ignore[no-untyped-def]
    """Sum each column of columns[c, n] into out[c]."""
    for c in range(columns.shape[0]):
        running = 0
        for i in range(columns.shape[1]):
            running += columns[c, i]
        out[c] = running
