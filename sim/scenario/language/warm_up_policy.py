"""The policy of the warm-up: what a lever changes under `policy` holds from `start`, and what it changed holds before.

The tree keeps the policy that was changed at `opening.policy`, so that it says by itself what is played. Figures with
dates of their own are part of both: the lever's from its first date on, before it what it was laid over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sim.base.units import ALWAYS
from sim.scenario.language.merging import merge, opened, replaces
from sim.scenario.language.nodes import Node, child, plain, pruned

FROM_THE_WARM_UP = "deposits"  # under `policy`: they act in the warm-up, too
SINCE = "since"
_DATES = {"effective_from", "effective_until"}
_TABLES = ("products", "segments")
_SAYS = {"reason", "source", "assumed"}


def laid_over(base: Node, over: Node) -> Node:
    """`over` laid on `base`, files or parts of them; the policy below remains that of the warm-up."""
    change, before, opening = over.value.get("policy"), policy_before(base), over.value.get("opening")
    stated = None if opening is None else child(opening, "policy")
    if before is None or (change is None and stated is None):
        return merge(base, over)
    if change is None or not isinstance(change.value, dict):
        return _keep(merge(base, over), before, stated)
    policy = base.value["policy"]
    change = with_past(policy, change)
    whole = merge(base, replace(over, value={**over.value, "policy": change}))
    return _keep(whole, merge(before, lasting(policy, change, start_of(whole))), stated)


def policy_before(tree: Node) -> Node | None:
    """The policy of the warm-up as a tree states it so far; None where it has no rules, and so no policy yet."""
    policy = opening_policy(tree) or tree.value.get("policy")
    rules = None if policy is None else child(policy, "rules")
    return policy if rules is not None and rules.value else None


def opening_policy(tree: Node) -> Node | None:
    """The policy that stands at `opening.policy`, or None."""
    opening = tree.value.get("opening")
    found = None if opening is None else child(opening, "policy")
    return found if found is not None and isinstance(found.value, dict) else None


def start_of(tree: Node) -> str:
    """The first month of the horizon as written; empty where it is not stated."""
    found = tree.value.get("start")
    return found.value if found is not None and isinstance(found.value, str) else ""


def remembered(before: Node, whole: Node, seen: Callable[[Node], Node]) -> Node:
    """`whole`, in which a lever has changed the policy of `before`; `seen` is the warm-up's policy after it."""
    policy = policy_before(before)
    return whole if policy is None else _keep(whole, seen(policy), None)


def settled(tree: Node) -> Node:
    """The tree without a policy of the warm-up where there is no warm-up, or where it is the policy of the horizon."""
    opening, before = tree.value.get("opening"), opening_policy(tree)
    if opening is None or before is None:
        return tree
    there, kind = tree.value.get("policy"), child(opening, "kind")
    items = {key: node for key, node in opening.value.items() if key != "policy"}
    own = replace(before, value={key: node for key, node in before.value.items() if key != FROM_THE_WARM_UP})
    if kind is not None and kind.value == "warm_up" and (there is None or _terms(own) != _terms(there)):
        items["policy"] = own
    return replace(tree, value={**tree.value, "opening": replace(opening, value=items)})


def with_past(base: Node | None, change: Node) -> Node:
    """`change` with the figures of `base` before the first date of each of its dated figures."""
    if not isinstance(change.value, dict) or base is None:
        return change
    if SINCE in change.value:
        return _dated(base, change)
    base = opened(base, set(change.value))
    if not isinstance(base.value, dict) or replaces(base.value, change.value):
        return change
    return replace(change, value={key: with_past(base.value.get(key), node) for key, node in change.value.items()})


def lasting(base: Node, change: Node, start: str) -> Node:
    """Of a change to a policy what the warm-up sees: what states a date before `start` since which it holds."""
    kept: dict[str, Node] = {}
    base = opened(base, set(change.value) if isinstance(change.value, dict) else set())
    comparable = isinstance(base.value, dict) and isinstance(change.value, dict)
    if comparable and not replaces(base.value, change.value):
        for key, node in change.value.items():
            below = base.value.get(key)
            if _began_before(start, key, node):
                kept[key] = node
            elif below is not None and (part := lasting(below, node, start)).value:
                kept[key] = part
    return replace(change, value=kept)


def _began_before(start: str, key: str, node: Node) -> bool:
    """Whether what stands at a key says itself that it holds from a month before `start`: a date, or what has one."""
    if key in _DATES:
        return isinstance(node.value, str) and node.value < start
    if not isinstance(node.value, dict):
        return False
    since = node.value[SINCE].value if SINCE in node.value else None
    dates = [*since] if isinstance(since, dict) else []
    first = child(node, "effective_from")
    return (bool(dates) and min(dates) < start) or (first is not None and _began_before(start, "effective_from", first))


def _dated(base: Node, change: Node) -> Node:
    """Dates of a change over a figure, dates, or a table of rates, which stand until the first of them."""
    since = change.value[SINCE]
    if not isinstance(since.value, dict) or not since.value or base.value is None:
        return change
    if not isinstance(base.value, dict):
        return _with_earlier(change, {ALWAYS: base})
    if SINCE in base.value:
        earlier = base.value[SINCE].value
        return _with_earlier(change, earlier) if isinstance(earlier, dict) else change
    if "rate" not in base.value:
        return change
    items = {"rate": _dated(base.value["rate"], change)}
    for table in _TABLES:
        if table in base.value and isinstance(base.value[table].value, dict):
            rows = {key: _dated(node, change) for key, node in base.value[table].value.items()}
            items[table] = replace(base.value[table], value=rows)
    return replace(change, value=items)


def _with_earlier(change: Node, earlier: dict[str, Node]) -> Node:
    since = change.value[SINCE]
    first = min(since.value)
    below = {date: node for date, node in sorted(earlier.items()) if date < first}
    if below and plain(below[max(below)]) == plain(since.value[first]) and len(since.value) > 1:
        since = replace(since, value={date: node for date, node in since.value.items() if date != first})
    return replace(change, value={**change.value, SINCE: replace(since, value={**below, **since.value})})


def _keep(whole: Node, before: Node, stated: Node | None) -> Node:
    """`whole` with the policy of the warm-up, changed by what the same layer states of it; null: it has none."""
    opening = whole.value.get("opening")
    if opening is not None and not isinstance(opening.value, dict):
        return whole
    if stated is not None:
        before = merge(before, stated)
    at = whole if opening is None else opening
    items = {**({} if opening is None else opening.value), "policy": before}
    return replace(whole, value={**whole.value, "opening": replace(at, value=items)})


def _terms(policy: Node) -> object:
    """What a policy says, without deposits and what is for people only."""
    if not isinstance(policy.value, dict):
        return plain(policy)
    found = {key: item for key, item in policy.value.items() if key != FROM_THE_WARM_UP}
    return _without_words(plain(pruned(replace(policy, value=found))))


def _without_words(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {key: _without_words(item) for key, item in value.items() if key not in _SAYS}
