"""The settings file: TOML that people edit by hand and ``config set`` edits without losing their comments."""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from qwen_finder.core.errors import SettingsError
from qwen_finder.settings.schema import SETTINGS, Value, setting


class Settings:
    """The values in force: what the file says over the defaults."""

    def __init__(self, chosen: Mapping[str, Value] | None = None) -> None:
        self._values: dict[str, Value] = {item.key: item.default for item in SETTINGS}
        self._values.update(chosen or {})

    def __getitem__(self, key: str) -> Value:
        return self._values[key]

    def as_dict(self) -> dict[str, Value]:
        return dict(self._values)

    def text(self, key: str) -> str:
        value = self._values[key]
        assert isinstance(value, str), key
        return value

    def number(self, key: str) -> int:
        value = self._values[key]
        assert isinstance(value, int), key
        return value

    def flag(self, key: str) -> bool:
        value = self._values[key]
        assert isinstance(value, bool), key
        return value

    def names(self, key: str) -> tuple[str, ...]:
        value = self._values[key]
        assert isinstance(value, list), key
        return tuple(value)


def load(file: Path) -> Settings:
    """Read ``file``; a missing one means defaults.

    Raises SettingsError that names the file and the key or line that is wrong: a mistyped key that were
    silently ignored would leave the user thinking it is in force.
    """
    content = _read(file)
    try:
        parsed = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(file, error) from error
    return Settings({key: setting(key, str(file)).check(value, str(file)) for key, value in _flatten(parsed)})


def save(file: Path, key: str, value: Value) -> None:
    """Set one key in ``file``, keeping the rest of it as the user wrote it; atomic, owner-only (0600).

    Raises SettingsError when the file is not valid TOML, and is left as it is, or cannot be written.
    """
    # Slow to import, and only writing needs it.
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    section, _, name = key.partition(".")
    try:
        document = tomlkit.parse(_read(file))
        if section not in document:
            document[section] = tomlkit.table()
        table: Any = document[section]
        table[name] = value
    except (TOMLKitError, TypeError) as error:
        raise _not_toml(file, error) from error
    try:
        # A file that is a link to the user's own, kept elsewhere, stays one.
        _replace(file.resolve(), tomlkit.dumps(document))
    except OSError as error:
        raise SettingsError(
            "settings.unwritable",
            f"The settings file {file} cannot be written: {error}.",
            "Check the permissions of its folder and the space on its disk.",
        ) from error


def _read(file: Path) -> str:
    """The text of ``file``, empty when it is not there."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            "settings.unreadable",
            f"The settings file {file} cannot be read: {error}.",
            "Mend or remove the file; without it the defaults are used.",
        ) from error


def _replace(file: Path, content: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".settings-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(content)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _not_toml(file: Path, error: Exception) -> SettingsError:
    return SettingsError(
        "settings.syntax",
        f"The settings file {file} is not valid TOML: {error}.",
        "Mend that line, or remove the file to use the defaults.",
    )


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
