"""Every setting as data: types, bounds, choices and the words of a command line."""

from __future__ import annotations

import pytest

from qwen_finder.core.errors import SettingsError
from qwen_finder.settings.schema import BY_KEY, SETTINGS, Setting, Value, setting

CHOICE = Setting("a.choice", "one", "A choice.", choices=("one", "two"))


@pytest.mark.parametrize("item", SETTINGS, ids=lambda item: item.key)
def test_every_default_is_valid_and_described(item: Setting) -> None:
    assert item.check(item.default, "here") == item.default
    assert item.description.endswith(".")
    assert item.key.count(".") == 1
    assert BY_KEY[item.key] is item


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("search.limit", "20"),
        ("search.limit", 20.0),
        ("search.limit", True),
        ("search.limit", 0),
        ("search.limit", 1001),
        ("models.threads", -1),
        ("index.hidden", 1),
        ("index.hidden", "yes"),
        ("index.skip", "*.log"),
        ("index.skip", ["*.log", 3]),
        ("models.text", ["starter"]),
        ("models.text", None),
        ("index.rescan_minutes", {}),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_key_place_and_default(key: str, value: object) -> None:
    with pytest.raises(SettingsError) as raised:
        BY_KEY[key].check(value, "settings.toml")
    assert raised.value.code == "settings.value"
    assert raised.value.message.startswith(f"settings.toml: {key} cannot be {value!r}")
    assert repr(BY_KEY[key].default) in raised.value.hint


@pytest.mark.parametrize(("value", "reason"), [(0, "the least is 1"), (1001, "the most is 1000")])
def test_bounds_are_named(value: int, reason: str) -> None:
    with pytest.raises(SettingsError, match=reason):
        BY_KEY["search.limit"].check(value, "here")
    assert BY_KEY["search.limit"].check(1, "here") == 1
    assert BY_KEY["search.limit"].check(1000, "here") == 1000


@pytest.mark.parametrize("value", ["auto", "0", "36"])
def test_a_number_may_stand_beside_the_choices(value: str) -> None:
    assert BY_KEY["models.gpu_layers"].check(value, "here") == value


@pytest.mark.parametrize("value", ["all", "-1", "36 layers", "", "4\n"])
def test_what_is_neither_choice_nor_number_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match="one of auto or a number"):
        BY_KEY["models.gpu_layers"].check(value, "here")


def test_choices_are_named() -> None:
    assert CHOICE.check("two", "here") == "two"
    with pytest.raises(SettingsError, match="one of one, two"):
        CHOICE.check("three", "here")


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("index.hidden", "true", True),
        ("index.hidden", " Yes ", True),
        ("index.hidden", "ON", True),
        ("index.hidden", "off", False),
        ("search.limit", " 50 ", 50),
        ("models.text", "gguf:/models/a b.gguf", "gguf:/models/a b.gguf"),
        ("index.skip", "*.log, build/ ,,", ["*.log", "build/"]),
        ("index.skip", "", []),
    ],
)
def test_words_of_a_command_line_become_values(key: str, text: str, value: Value) -> None:
    assert BY_KEY[key].parse(text, "here") == value


@pytest.mark.parametrize(
    ("key", "text"),
    [("index.hidden", "maybe"), ("search.limit", "many"), ("search.limit", "1.5"), ("search.limit", "0")],
)
def test_words_that_mean_nothing_are_refused(key: str, text: str) -> None:
    with pytest.raises(SettingsError, match=key.replace(".", r"\.")):
        BY_KEY[key].parse(text, "here")


@pytest.mark.parametrize(
    ("typo", "meant"),
    [
        ("search.limits", "search.limit"),
        ("index.gitingore", "index.gitignore"),
        ("model.text", "models.text"),
    ],
)
def test_a_typo_names_the_nearest_key(typo: str, meant: str) -> None:
    with pytest.raises(SettingsError) as raised:
        setting(typo, "settings.toml")
    assert raised.value.code == "settings.unknown"
    assert repr(typo) in raised.value.message
    assert meant in raised.value.hint


def test_a_key_like_no_other_points_at_the_list() -> None:
    with pytest.raises(SettingsError) as raised:
        setting("zzz", "settings.toml")
    assert "config list" in raised.value.hint
