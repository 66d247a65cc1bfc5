"""Scenarios drawn at random from the declarations of the language: any key that a user may write may be in one.

`Drawing` walks the keys of the scenario's type (`sim.scenario.keys`), so a key that is declared tomorrow is drawn
tomorrow. What a declaration alone cannot say (names that must exist, lists that must rise, patterns that add up to 1)
stands in the tables here. What is still refused is drawn anew or left out: see `accepted.py`.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, get_args

from pydantic import BaseModel

from sim.base.laws import Law
from sim.contracts.products import Product
from sim.figures.key import KEY
from sim.policy.measuring.condition import MEMBERSHIPS, Bounded
from sim.policy.measuring.states import STATES
from sim.policy.rule import Rule
from sim.scenario.keys import DATED, LISTED, NAMED, RATES, REQUIRED, Key, keys_of
from sim.scenario.schema import scenario_model
from sim.scenario.unknown import Unknown
from tests.hardening import figures_drawn as figures
from tests.hardening.unknown_drawn import breaking, figures_stated, unknown
from tests.hardening.wishes import DRAWN as DRAWN_BY_WISH
from tests.hardening.wishes import TABLES, of_path, wished

Path = tuple[str | int, ...]
Tree = dict[str, Any]

RICHNESS = (0.03, 0.08, 0.15, 0.25, 0.4)  # chance of a key that may be left out; one for each scenario
PLAIN = 0.7  # chance of a condition whose keys fit its measure; others are drawn as declared
OF_RULES = 0.4  # chance of a key that only rules of a kind have
SOON_ENOUGH = 6  # blocks below each other from which only what is required is drawn
FIXED: dict[Path, Any] = {("schema",): 1, ("start",): figures.START, ("currency",): "EUR", ("replications",): 3}
NEVER = {
    "roster": "only as a wish, with its file",
    "actuals": "only as a wish, with its file",
    "rewritten_by": "a run writes it, nobody else",
    "preset": "what stands behind it are these keys",
}
"""keys that are not drawn, and why"""
LAST = ("uncertainties", "breaks")  # they say of what figures stand in the scenario
ALWAYS = ("partners",)
OFTEN = ("rivals", "market", "events", "rules", "mix", "new")
NAMES_OF = {
    "products": "products", "count_products": "products", "product": "products", "mix": "products",
    "demand": "products", "buyers": "products", "product_points": "products", "price": "products",
    "segments": "segments", "of": "segments", "segment": "segments", "as": "segments", "rivals": "rivals",
    "rival": "rivals", "owner": "owners", "own": "own", "channels": "own", "who": "who", "rules": "rules",
    "journeys": "journeys", "lost": "lost", "regions": "regions", "region": "regions", "groups": "groups",
    "group": "groups", "certified": "certificates", "withdrawn": "certificates", "which": "which", "kpi": "kpis",
    "partners": "ids", "incidents": "incidents", "words": "words",
}  # fmt: skip
"""of what a text, or a name of a mapping, under a key is the name"""
LAWS = {"flow": 6.0, "agents": 4.0, "number": 3.0, "relativity": 1.0, "severity": 1.0, "length": 3.0,
        "length_factor": 1.0}  # fmt: skip
LISTS: dict[str, Callable[[random.Random], Any]] = {
    "season": figures.season,
    "instalments": lambda rng: figures.shares_of_one(rng, rng.randint(1, 4)),
    "payment_pattern": lambda rng: figures.shares_of_one(rng, rng.randint(1, 5)),
    "report_pattern": lambda rng: figures.shares_of_one(rng, rng.randint(1, 5)),
}
RISING = ("at", "above", "reach", "within", "until", "loss_ratio", "from_units")
PEOPLE = ("partner", "customer", "contract", "premium_written", "result")


class Drawing:
    """Draws one scenario; `redraw` has for each path how what stands there is drawn."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.richness = self.rng.choice(RICHNESS)
        self.months = self.rng.randint(1, figures.LONGEST)
        self.redraw: dict[Path, Callable[[], Any]] = {}
        self.optional: set[Path] = set()
        self.names = self._names()
        self.wishes = wished(self.rng)
        self.files = {
            name: table(self.rng, self.names, self.months)
            for key, (name, table) in TABLES.items() if (key,) in self.wishes
        }  # fmt: skip
        """tables beside the scenario, by name"""
        self.tree: Tree = {}

    def scenario(self) -> Tree:
        """A tree as a user would write it, valid or nearly so."""
        self.tree = self.block(scenario_model(), ())
        return self.tree

    def block(self, model: type[BaseModel], at: Path) -> Tree:
        """What may be stated of a block."""
        if model is Bounded and self.rng.random() < PLAIN:
            return self._condition()
        if model is Unknown:
            return unknown(self.rng, figures_stated(self.tree))
        found: Tree = {}
        if not at:
            self.tree = found
        for key in sorted(keys_of(model), key=lambda key: key.path in LAST):
            if self._states(key, at):
                found[key.path] = self.of_key(key, (*at, key.path))
        if model is Product:
            insured = of_path(self.wishes, (*at, "claims")) and not of_path(self.wishes, (*at, "stock"))
            found.pop("cost_ratio" if insured else self.rng.choice(["claims", "cost_ratio"]), None)
            found |= {} if "claims" in found else {"cost_ratio": figures.figure(self.rng, "", "ratio")}
        return found

    def _condition(self) -> Tree:
        """What a partner must have reached, with the keys that its measure takes."""
        by = self.rng.choice(get_args(Bounded.model_fields["by"].annotation))
        bound = f"{self.rng.randint(0, 6)}mo" if by == "tenure" else figures.figure(self.rng, "", "number")
        found = {"by": by, self.rng.choice(["least", "most"]): bound}
        if by in MEMBERSHIPS:
            return {
                "by": by,
                "which": ["hull" if by == "certified" else "gold" if by == "group" else self._name("partners")],
            }
        return (
            found if by in STATES else found | {"window": self.rng.choice(["month", "quarter", "trailing", "lifetime"])}
        )

    def of_key(self, key: Key, at: Path) -> Any:
        """The value of a key, remembering how it was drawn."""

        def draw() -> Any:
            return self._value(key, key.unit, at)

        self.redraw[at] = draw
        if key.default != REQUIRED:
            self.optional.add(at)
        return draw()

    def _names(self) -> dict[str, list[str]]:
        some = {kind: [f"{kind[0]}{i}" for i in range(self.rng.randint(low, high))] for kind, low, high in _POOLS}
        ids = [f"{name}-{i}" for name in some["segments"] for i in range(1, 4)]
        return some | {
            "ids": ids, "who": ["partner", *some["own"], *some["segments"]], "lost": [*some["journeys"], "alone"],
            "owners": ["house"], "regions": ["north", "south"], "groups": ["gold", "silver"],
            "certificates": ["hull", "life"], "which": ["hull", "gold", *some["rules"], *ids[:1]],
            "kpis": [one.name for one in KEY], "words": list(PEOPLE),
        }  # fmt: skip

    def _states(self, key: Key, at: Path) -> bool:
        wish = of_path(self.wishes, (*at, key.path))
        if key.path in NEVER and wish is None:
            return False
        if key.default == REQUIRED or key.path in ALWAYS or wish is not None:
            return True
        chance = self.richness ** (1 if len(at) < SOON_ENOUGH else 2)
        if at[-2:-1] == ("rules",):  # a rule's own keys often, those that every rule has seldom
            chance = chance / 2 if key.path in Rule.model_fields else max(chance, OF_RULES)
        return self.rng.random() < (max(chance, 0.7) if key.path in OFTEN else chance)

    def _value(self, key: Key, unit: str, at: Path) -> Any:
        wish = of_path(self.wishes, at)
        if at in FIXED or (wish is not None and wish is not DRAWN_BY_WISH):
            return FIXED.get(at, wish)
        if at == ("months",):
            return f"{self.months}mo"
        name = str(key.path)
        if name == "breaks":
            return (
                self._list(key, "path", at)
                if unit.startswith(LISTED)
                else breaking(self.rng, figures_stated(self.tree))
            )
        if unit in (RATES, RATES.removesuffix(DATED)):
            return self._rates(at)
        if name in LISTS:
            return LISTS[name](self.rng)
        if unit.endswith(DATED):
            return figures.maybe_dated(self.rng, lambda: self._value(key, unit.removesuffix(DATED), at))
        if unit.startswith(LISTED):
            return self._list(key, unit.removeprefix(LISTED), at)
        if unit.startswith(NAMED):
            return self._mapping(key, unit.removeprefix(NAMED), at)
        if unit == "block":
            return self._block(key, at)
        if unit == "text" and name in NAMES_OF:
            return self._name(name)
        return figures.figure(self.rng, name, unit)

    def _name(self, key: str) -> str:
        return self.rng.choice(self.names[NAMES_OF[key]] or ["nobody"])

    def _list(self, key: Key, unit: str, at: Path) -> Any:
        if unit == "text":
            pool = self.names[NAMES_OF.get(key.path, "groups")]
            return self.rng.sample(pool, min(len(pool), self.rng.randint(1, 2))) or ["nobody"]
        items = [self._item(key, unit, (*at, i)) for i in range(self.rng.randint(1, 3))]
        if unit != "block":
            return items
        by = next((name for name in RISING if all(name in one for one in items)), None)
        if by is not None:
            items = sorted({one[by]: one for one in items}.values(), key=lambda one: _size(one[by]))
        if by == "above":
            items[0][by] = 0
        return sorted(items, key=lambda one: -one["days"]) if all("days" in one for one in items) else items

    def _item(self, key: Key, unit: str, at: Path) -> Any:
        draw = (lambda: self._block(key, at)) if unit == "block" else (lambda: self._value(key, unit, at))
        self.redraw[at] = draw
        self.optional.add(at)
        return draw()

    def _mapping(self, key: Key, unit: str, at: Path) -> Any:
        if key.path == "units" or key.path == "partners_only":
            return {figures.figure(self.rng, "", "month"): self.rng.randint(0, 60) for _ in range(2)}
        pool = self.names.get(NAMES_OF.get(key.path, key.path), ["a", "b"])
        whole = at in (("products",), ("segments",), ("rivals",), ("own",)) or at[-2:] == ("policy", "rules")
        chosen = pool if whole else self.rng.sample(pool, self.rng.randint(min(1, len(pool)), len(pool)))
        return {name: self._item(key, unit, (*at, name)) for name in chosen}

    def _block(self, key: Key, at: Path) -> Any:
        kind = of_path(self.wishes, (*at, "kind"))
        fits = [one for one in key.blocks if kind in (None, *kinds_of(one))]
        model = self.rng.choice(fits or key.blocks)
        if model is Law:
            claim = at[-2:] == ("claims", "severity")
            left_open = key.path == "sizes" or (claim and self.rng.random() < 0.5)
            return figures.law(self.rng, 100.0 if claim else LAWS.get(key.path, 1.0), left_open)
        return self.block(model, at)

    def _rates(self, at: Path) -> Any:
        draw = lambda: figures.maybe_dated(self.rng, lambda: figures.figure(self.rng, "commission", "share"))  # noqa: E731
        if self.rng.random() < 1 - self.richness:
            return draw()
        return {"rate": draw(), "products": {self._name("product"): draw()}}


_POOLS = (
    ("products", 1, 3), ("segments", 1, 3), ("rivals", 0, 3), ("own", 0, 3), ("journeys", 0, 2), ("rules", 1, 6),
    ("events", 0, 4), ("criteria", 0, 2), ("attribution", 0, 2), ("separation", 0, 1), ("incidents", 1, 2),
)  # fmt: skip


def kinds_of(block: type[BaseModel]) -> tuple[str, ...]:
    """The words for its kind that a block may have."""
    return get_args(block.model_fields["kind"].annotation) if "kind" in block.model_fields else ()


def _size(value: Any) -> float:
    return float(str(value).removesuffix("mo")) if isinstance(value, str) else float(value)
