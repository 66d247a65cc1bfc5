"""extends, --set and presets: what lies over what, where each value came from, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.base.errors import ScenarioError
from sim.scenario.language.overrides import parsed_path
from sim.scenario.load import load
from tests.scenario.minimal import write

CHILD = "schema: 1\nextends: base.yaml\n"


def child(folder: Path, text: str, name: str = "main.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path, *sets: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        load(path, sets)
    return str(caught.value)


def test_mappings_merge_lists_replace_null_deletes(tmp_path: Path) -> None:
    write(tmp_path, {"products.hull.renewal": "[50%, 60%]", "rivals.second.commission": "9%",
                     "rivals.second.strategy.kind": "static"}, "base.yaml")  # fmt: skip
    path = child(tmp_path, CHILD + "products: {hull: {renewal: [70%]}}\nrivals: {second: null}\nmonths: 36mo\n")
    loaded = load(path)
    assert loaded.scenario.months == 36
    assert loaded.tree["products"]["hull"]["renewal"] == ["70%"]
    assert loaded.tree["products"]["hull"]["price"] == 60e3
    assert list(loaded.scenario.rivals) == ["other"]
    assert loaded.files == (path.resolve(), (tmp_path / "base.yaml").resolve())
    assert "extends" not in loaded.tree


def test_changed_kind_law_and_dates_replace_the_block(tmp_path: Path) -> None:
    write(tmp_path, {"products.hull.price": "{since: {2024-01: 1, 2024-06: 2}}"}, "base.yaml")
    text = (
        "products: {hull: {price: {since: {2025-01: 3}}, claims: {severity: {dist: exponential}}}}\n"
        "policy: {rules: {base: {kind: tiers, scale: {kind: marginal, brackets: [{above: 0, rate: 5%}]}}}}\n"
        "rivals: {other: {strategy: {kind: follow, gap: 1%}}}\n"
    )
    tree = load(child(tmp_path, CHILD + text)).tree
    assert tree["products"]["hull"]["price"] == {"since": {"2025-01": 3}}
    assert tree["products"]["hull"]["claims"]["severity"] == {"dist": "exponential"}
    assert "new" not in tree["policy"]["rules"]["base"]
    assert tree["rivals"]["other"]["strategy"] == {"kind": "follow", "gap": "1%"}


def test_same_kind_merges(tmp_path: Path) -> None:
    write(tmp_path, {"segments.bank.flow": "{dist: lognormal, mean: 20, cv: 1}"}, "base.yaml")
    tree = load(child(tmp_path, CHILD + "segments: {bank: {flow: {dist: lognormal, mean: 30}}}\n")).tree
    assert tree["segments"]["bank"]["flow"] == {"dist": "lognormal", "mean": 30, "cv": 1}


def test_an_exception_opens_a_bare_rate(tmp_path: Path) -> None:
    write(tmp_path, {}, "base.yaml")
    text = CHILD + "policy: {rules: {base: {new: {products: {hull: {rate: 9%, segments: {bank: 8%}}}}}}}\n"
    rates = load(child(tmp_path, text)).scenario.policy.rules["base"].new
    assert rates.at("hull", "bank", 0) == 0.08
    assert rates.at("other", "bank", 0) == 0.15


def test_later_file_of_a_list_wins(tmp_path: Path) -> None:
    write(tmp_path, {}, "base.yaml")
    child(tmp_path, "seed: 5\nmonths: 12mo\n", "first.yaml")
    child(tmp_path, "seed: 6\n", "second.yaml")
    loaded = load(child(tmp_path, "schema: 1\nextends: [base.yaml, first.yaml, second.yaml]\nname: mine\n"))
    assert (loaded.scenario.seed, loaded.scenario.months, loaded.scenario.name) == (6, 12, "mine")
    assert loaded.origins["seed"].file.endswith("second.yaml")
    assert loaded.origins["name"].line == 3
    assert loaded.origins["opening.capital"].file.endswith("base.yaml")


def test_null_that_deletes_nothing_is_reported(tmp_path: Path) -> None:
    write(tmp_path, {}, "base.yaml")
    message = refusal(child(tmp_path, CHILD + "comission: null\nproducts: {hul: null}\n"))
    assert 'unknown key "comission"' in message
    assert "products.hul: mapping expected, got nothing" in message


def test_extends_stays_in_the_scenarios_folder(tmp_path: Path) -> None:
    write(tmp_path / "scenarios", {}, "base.yaml")
    inner = child(tmp_path / "scenarios" / "gallery", "schema: 1\nextends: ../base.yaml\n")
    assert load(inner).scenario.name == "t"
    write(tmp_path, {}, "secret.yaml")
    outer = child(tmp_path / "scenarios" / "gallery", "schema: 1\nextends: ../../secret.yaml\n", "out.yaml")
    assert "outside the scenario folder" in refusal(outer)


def test_extends_stays_in_the_project(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    write(tmp_path, {}, "base.yaml")
    assert load(child(tmp_path / "a" / "b", "schema: 1\nextends: ../../base.yaml\n")).scenario.name == "t"


def test_cycle_is_shown_as_a_chain(tmp_path: Path) -> None:
    child(tmp_path, "extends: c.yaml\n", "b.yaml")
    child(tmp_path, "extends: a.yaml\n", "c.yaml")
    path = child(tmp_path, "schema: 1\nextends: b.yaml\n", "a.yaml")
    assert "a.yaml -> b.yaml -> c.yaml -> a.yaml" in refusal(path)


def test_depth_and_number_of_files_are_limited(tmp_path: Path) -> None:
    write(tmp_path, {}, "f0.yaml")
    for i in range(1, 13):
        child(tmp_path, f"extends: f{i - 1}.yaml\n", f"f{i}.yaml")
    assert load(tmp_path / "f10.yaml").scenario.name == "t"
    assert "deeper than 10" in refusal(tmp_path / "f11.yaml")
    child(tmp_path, f"extends: [{', '.join(['f5.yaml'] * 30)}]\n", "wide.yaml")
    assert "over 100 files" in refusal(tmp_path / "wide.yaml")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("/etc/passwd", "local file expected"), ("~/x.yaml", "local file expected"),
        ("C:\\x.yaml", "local file expected"),
        ("http://x/y.yaml", "local file expected"), ('"a\\0b"', "control characters"), ('""', "file name expected"),
        ("5", "a file name or a list"), ("{a: 1}", "a file name or a list"), ("[[a]]", "a file name or a list"),
        ("no.yaml", "included from"), (".", "not a regular file"),
    ],
)  # fmt: skip
def test_names_that_extends_refuses(tmp_path: Path, name: str, words: str) -> None:
    assert words in refusal(child(tmp_path, f"extends: {name}\n"))


def test_a_refused_file_is_not_quoted(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("password: hunter2\n", encoding="utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link.yaml").symlink_to(tmp_path / "secret.txt")
    message = refusal(child(tmp_path / "in", "extends: link.yaml\n"))
    assert "outside" in message
    assert "hunter2" not in message


def test_sets_are_laid_over_everything(tmp_path: Path) -> None:
    path = write(tmp_path, {"products.hull.claims.payment_pattern": "[0.5, 0.5]"})
    sets = ["policy.rules.base.new=20%", "segments.bank.flow={dist: gamma, mean: 5, cv: 1}", "seed=7", "seed=8",
            "products.hull.claims.payment_pattern[0]=0.25", "products.hull.claims.payment_pattern.1=0.75",
            "rivals.new one={commission: 3%, strategy: {kind: static}}", "rivals.other="]  # fmt: skip
    loaded = load(path, sets)
    assert loaded.scenario.policy.rules["base"].new.at("hull", "bank", 0) == 0.2
    assert loaded.scenario.seed == 8
    assert loaded.tree["products"]["hull"]["claims"]["payment_pattern"] == [0.25, 0.75]
    assert list(loaded.scenario.rivals) == ["new one"]
    assert loaded.origins["policy.rules.base.new"].kind == "set"
    assert loaded.origins["segments.bank.flow.cv"].kind == "set"
    assert loaded.origins["segments.bank.partners"].kind == "file"


def test_a_set_below_a_shorthand(tmp_path: Path) -> None:
    path = write(tmp_path, {"policy.rules.base.new": "{since: {2024-01: 15%, 2025-01: 10%}}"})
    rates = load(path, ["policy.rules.base.new.products.hull=9%"]).scenario.policy.rules["base"].new
    assert [rates.at("hull", "bank", 24288), rates.at("x", "bank", 24288)] == [0.09, 0.15]
    assert rates.at("x", "bank", 24300) == 0.1
    rates = load(path, ["policy.rules.base.new.since.2025-01=11%"]).scenario.policy.rules["base"].new
    assert rates.at("x", "bank", 24300) == 0.11
    assert load(path, ["policy.rules.base.new.rate=12%"]).scenario.policy.rules["base"].new.at("x", "y", 0) == 0.12


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("polcy.rules=1", 'unknown key "polcy"; did you mean policy?'),
        ("segments.bank.choice.weights.comission=1", "did you mean commission?"),
        ("seed", '"path=value" expected'), ("=5", '"path=value" expected'), ("a..b=1", '"path=value" expected'),
        ("extends=x.yaml", "cannot be set"), ("seed=*x", "undefined alias x"), ("seed=0x10", "decimal integer"),
        ("products.hull.renewal[3]=1", "renewal"), ("segments.bank.region=no", "quote it"),
        ("seed=[1", "not valid YAML"),
        ("policy.rules.base.new=15", "did you mean 0.15"), ("name=!!python/tuple [1]", "tag not allowed"),
    ],
)  # fmt: skip
def test_sets_that_are_refused(tmp_path: Path, text: str, words: str) -> None:
    message = refusal(write(tmp_path), text)
    assert words in message
    assert "sets" in message


def test_index_outside_a_list(tmp_path: Path) -> None:
    path = write(tmp_path, {"products.hull.renewal": "[50%, 60%]"})
    assert "the list has 2 items" in refusal(path, "products.hull.renewal[2]=1")


def test_paths() -> None:
    assert parsed_path('a.b[2]."c.d".e') == ("a", "b", 2, "c.d", "e")
    assert parsed_path("rules.Каско плюс.rate") == ("rules", "Каско плюс", "rate")
    assert parsed_path("a.") == ("a",) or parsed_path("a.") is None
    assert parsed_path("") is None


def test_preset_lies_below_the_users_values(tmp_path: Path) -> None:
    shop_of = "{preset: car_dealer, partners: 3, mix: {hull: 50%}, choice: {pull: null}}"
    path = write(tmp_path, {"segments.shop": shop_of})
    loaded = load(path, ["segments.shop.choice.review=9%"])
    shop = loaded.scenario.segments["shop"]
    assert (shop.choice.homing, shop.choice.review.at(0), shop.choice.pull) == ("multi", 0.09, 0.0)
    assert loaded.origins["segments.shop.fraud"].kind == "preset"
    assert loaded.origins["segments.shop.mix.hull"].kind == "file"
    assert loaded.files == (path.resolve(),)


def test_unknown_preset(tmp_path: Path) -> None:
    message = refusal(write(tmp_path, {"segments.bank.preset": "car_deeler"}))
    assert 'segments.bank.preset: unknown preset "car_deeler"; did you mean car_dealer?' in message


def test_a_proposal_may_change_the_preset(tmp_path: Path) -> None:
    write(tmp_path, {"segments.shop": "{preset: car_dealer, partners: 3, mix: {hull: 50%}}"}, "base.yaml")
    loaded = load(child(tmp_path, CHILD + "segments: {shop: {preset: broker, remittance: null}}\n"))
    assert loaded.scenario.segments["shop"].choice.review.at(0) == 0.15
    assert loaded.scenario.segments["shop"].remittance.lag == 1.0  # the default, not the preset's
