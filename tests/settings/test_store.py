"""The settings file: read strictly, edited without losing what a person wrote."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from qwen_finder.core.errors import SettingsError
from qwen_finder.settings.schema import SETTINGS
from qwen_finder.settings.store import Settings, load, save


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def written(file: Path, text: str) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_missing_file_means_defaults(file: Path) -> None:
    assert load(file).as_dict() == {item.key: item.default for item in SETTINGS}
    assert not file.exists()


def test_values_stand_over_defaults(file: Path) -> None:
    settings = load(written(file, '[index]\nhidden = true\nskip = ["*.log"]\n[search]\nlimit = 7\n'))
    assert settings.flag("index.hidden") is True
    assert settings.names("index.skip") == ("*.log",)
    assert settings.number("search.limit") == settings["search.limit"] == 7
    assert settings.text("models.text") == "starter"


def test_dotted_and_inline_tables_are_the_same(file: Path) -> None:
    assert load(written(file, "search.limit = 7")).number("search.limit") == 7
    assert load(written(file, "search = {limit = 7}")).number("search.limit") == 7


def test_changing_a_copy_changes_nothing() -> None:
    settings = Settings()
    settings.as_dict()["search.limit"] = 1
    assert settings.number("search.limit") == 20


@pytest.mark.parametrize(
    ("text", "code", "named"),
    [
        ("[search]\nlimt = 7\n", "settings.unknown", "search.limt"),
        ("limit = 7\n", "settings.unknown", "limit"),
        ("[[index]]\nhidden = true\n", "settings.unknown", "index"),
        ('[search]\nlimit = "7"\n', "settings.value", "search.limit"),
        ("[search]\nlimit = 0\n", "settings.value", "search.limit"),
        ("[index]\nskip = [1]\n", "settings.value", "index.skip"),
        ("[search]\nlimit = 7\n[search\n", "settings.syntax", "line 3"),
        ("[search]\nlimit = 7\nlimit = 8\n", "settings.syntax", "line 3"),
    ],
)
def test_what_is_wrong_is_named_with_the_file(file: Path, text: str, code: str, named: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load(written(file, text))
    assert raised.value.code == code
    assert named in raised.value.message
    assert str(file) in raised.value.message
    assert raised.value.hint


def test_a_typo_in_the_file_names_the_key_that_was_meant(file: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        load(written(file, "[search]\nlimt = 7\n"))
    assert "search.limit" in raised.value.hint


def test_a_file_that_is_not_text_is_named(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError) as raised:
        load(file)
    assert raised.value.code == "settings.unreadable"
    assert str(file) in raised.value.message


def test_saving_makes_an_owner_only_file(file: Path) -> None:
    save(file, "search.limit", 7)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert load(file).number("search.limit") == 7
    assert list(file.parent.iterdir()) == [file], "nothing half-written is left"


def test_saving_keeps_comments_and_order(file: Path) -> None:
    written(
        file,
        "# my settings\n\n[search]\nlimit = 7  # not too many\n\n[index]\n# dotfiles too\nhidden = true\n",
    )
    save(file, "search.limit", 9)
    save(file, "index.skip", ["*.log", "größe/"])
    save(file, "models.text", 'gguf:/a "b".gguf')
    assert file.read_text(encoding="utf-8").startswith(
        "# my settings\n\n[search]\nlimit = 9  # not too many\n\n[index]\n# dotfiles too\nhidden = true\n"
    )
    settings = load(file)
    assert settings.number("search.limit") == 9
    assert settings.names("index.skip") == ("*.log", "größe/")
    assert settings.text("models.text") == 'gguf:/a "b".gguf'


@pytest.mark.parametrize(
    "text", ["search.limit = 7\n", "search = {limit = 7}\n", "[search]\n", "", "# only a comment"]
)
def test_saving_into_any_way_of_writing_tables(file: Path, text: str) -> None:
    save(written(file, text), "search.limit", 9)
    save(file, "index.hidden", True)
    assert load(file).number("search.limit") == 9
    assert load(file).flag("index.hidden") is True


@pytest.mark.parametrize("content", [b"[search\nlimit = 7\n", b"\xff\xfe\x00", b"search = 3\n"])
def test_saving_into_a_broken_file_says_so_and_keeps_it(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    with pytest.raises(SettingsError) as raised:
        save(file, "search.limit", 9)
    assert str(file) in raised.value.message
    assert file.read_bytes() == content


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where the folder should be")
    with pytest.raises(SettingsError) as raised:
        save(tmp_path / "config" / "settings.toml", "search.limit", 9)
    assert raised.value.code in ("settings.unwritable", "settings.unreadable")
    assert "settings.toml" in raised.value.message


def test_a_linked_settings_file_stays_a_link(file: Path, tmp_path: Path) -> None:
    """People keep such files in a repository and link them."""
    own = tmp_path / "dotfiles.toml"
    own.write_text("# mine\n")
    file.parent.mkdir()
    file.symlink_to(own)
    save(file, "search.limit", 9)
    assert file.is_symlink()
    assert load(own).number("search.limit") == 9
