"""Fail on a GPL or AGPL licence among what the core installs."""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, distribution

REFUSED = re.compile(r"\b(A?GPL|GNU (Affero )?General Public)", re.IGNORECASE)
LESSER = re.compile(r"\b(LGPL|Lesser General Public)", re.IGNORECASE)


def core(name: str, seen: set[str]) -> set[str]:
    """Names of everything that a distribution installs, extras apart."""
    key = re.split(r"[ ;<>=!~\[(]", name, maxsplit=1)[0].lower().replace("_", "-")
    if key in seen or "extra ==" in name:
        return seen
    try:
        needs = distribution(key).requires or []
    except PackageNotFoundError:
        return seen
    seen.add(key)
    for need in needs:
        core(need, seen)
    return seen


def licence(name: str) -> str:
    """What a distribution says of its licence, in one line."""
    meta = distribution(name).metadata
    stated = [meta.get("License-Expression") or "", (meta.get("License") or "").split("\n")[0]]
    return " | ".join(stated + [one for one in meta.get_all("Classifier") or [] if one.startswith("License")])


refused = {
    name: text
    for name in sorted(core("partner-sim", set()))
    if REFUSED.search(text := licence(name)) and not LESSER.search(text)
}
for name, text in refused.items():
    print(f"{name}: {text}")
sys.exit(bool(refused))
