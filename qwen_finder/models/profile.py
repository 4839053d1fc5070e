"""How a model wants to be used: pooling, instruction and prefix, from its GGUF metadata and the catalog.

A wrong answer here gives vectors that look healthy and find nothing, so what is not known is an error that
names the key, never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from qwen_finder.core.errors import ModelError
from qwen_finder.models.catalog import CatalogEntry, Family, ModelCatalog
from qwen_finder.models.gguf_file import GgufFile


class Pooling(IntEnum):
    """How the vectors of the tokens become one; the numbers are llama.cpp's and GGUF's."""

    MEAN = 1
    CLS = 2
    LAST = 3


_RANK = 4


@dataclass(frozen=True, slots=True)
class Profile:
    """``query_instruction`` holds ``{text}`` where the query goes, or is "" when queries are bare."""

    name: str
    pooling: Pooling
    query_instruction: str
    document_prefix: str
    languages: str

    def query(self, text: str) -> str:
        # Not str.format: an instruction, or a query, may hold braces of its own.
        return self.query_instruction.replace("{text}", text) if self.query_instruction else text

    def document(self, text: str) -> str:
        return self.document_prefix + text


def profile_of(file: GgufFile, entry: CatalogEntry | None, catalog: ModelCatalog) -> Profile:
    """The profile of ``file``: what its catalog entry says, else its family, else bare texts.

    Raises ModelError "model.pooling" if nothing tells how it pools or the file contradicts its family,
    "model.foreign" if it is a reranker.
    """
    family = catalog.family_of(file.architecture, file.name)
    known = entry or family
    return Profile(
        name=entry.name if entry else file.name,
        pooling=_pooling(file, family),
        query_instruction=known.query_instruction if known else "",
        document_prefix=known.document_prefix if known else "",
        languages=known.languages if known else "",
    )


def _pooling(file: GgufFile, family: Family | None) -> Pooling:
    key = f"{file.architecture}.pooling_type"
    number = file.number("pooling_type")
    if number == _RANK:
        raise ModelError(
            "model.foreign",
            f"{file.path} is a reranker, not an embedding model ({key} is {number}).",
            "Use an embedding model, such as Qwen3-Embedding.",
        )
    meant = Pooling[family.pooling.upper()] if family else None
    found = Pooling(number) if number in tuple(Pooling) else None
    if meant and found and meant is not found:
        raise ModelError(
            "model.pooling",
            f"{file.path} is a wrong conversion of {file.name}: {key} is {found.name}, not {meant.name}.",
            "Its vectors would look healthy and find nothing. Use the file that the model's makers offer.",
        )
    if pooling := found or meant:
        return pooling
    raise ModelError(
        "model.pooling",
        f"{file.path} does not say how its vectors are pooled ({key} is "
        f"{'missing' if number is None else number}).",
        f"Use a conversion that sets {key}, or an embedding model: a chat model is none.",
    )
