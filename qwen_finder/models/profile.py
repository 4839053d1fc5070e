"""How a model wants to be used: pooling, instruction, prefix and dimensions, from its GGUF metadata, the
catalog and what the user says.

A wrong answer here gives vectors that look healthy and find nothing, so what is not known is an error that
names the key, never a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from qwen_finder.core.errors import ModelError
from qwen_finder.models.catalog import CatalogEntry, Family, ModelCatalog
from qwen_finder.models.gguf_file import GgufFile

AUTO = "auto"
NormalForm = Literal["", "NFC"]
POOLING_SETTING = "`qwen-finder config set models.pooling mean` (or cls, or last)"


class Pooling(IntEnum):
    """How the vectors of the tokens become one; the numbers are llama.cpp's and GGUF's."""

    MEAN = 1
    CLS = 2
    LAST = 3


_RANK = 4
_EOS = "tokenizer.ggml.eos_token_id"
_TASK = re.compile("Instruct: .*\\n")


@dataclass(frozen=True, slots=True)
class Profile:
    """``query_instruction`` holds ``{text}`` where the query goes, or is "" when queries are bare.
    ``smallest_dimensions`` and ``default_dimensions`` as of a Family in the catalog."""

    name: str
    pooling: Pooling
    query_instruction: str
    document_prefix: str
    languages: str
    smallest_dimensions: int = 0
    default_dimensions: int = 0

    def query(self, text: str) -> str:
        # Not str.format: an instruction, or a query, may hold braces of its own.
        return self.query_instruction.replace("{text}", text) if self.query_instruction else text

    def document(self, text: str) -> str:
        return self.document_prefix + text

    def dimensions(self, wanted: int, native: int) -> int:
        """How long vectors are when ``wanted`` is asked for (0: the best for the model) of ``native``.

        Raises ModelError "model.dimensions" if they may not be so.
        """
        if wanted == 0:
            return min(self.default_dimensions or native, native)
        smallest = self.smallest_dimensions or 1
        if not smallest <= wanted <= native:
            raise ModelError(
                "model.dimensions",
                f"{self.name} gives vectors of {smallest} to {native} dimensions, not {wanted}.",
                f"`qwen-finder config set models.dimensions` takes 0 (the best for the model), or {smallest} "
                f"to {native}.",
            )
        return wanted


def profile_of(
    file: GgufFile,
    entry: CatalogEntry | None,
    catalog: ModelCatalog,
    *,
    pooling: str = AUTO,
    instruction: str = "",
) -> Profile:
    """The profile of ``file``: what its catalog entry says, else its family, else bare texts.

    ``pooling`` ("mean", "cls", "last") and ``instruction`` are the user's word, which counts where the file
    does not say, and for the instruction always. Raises ModelError "model.pooling" if nothing tells how it
    pools or the file contradicts its family, "model.foreign" if it is a reranker, "model.tokenizer" if it
    has another tokenizer than its family.
    """
    family = catalog.family_of(file.architecture, file.name)
    if family is None and entry is not None:
        # A conversion may call it otherwise.
        family = catalog.family_of(file.architecture, entry.name)
    known = entry or family
    _check_tokenizer(file, family)
    chosen = _pooling(file, family, pooling)
    if chosen is Pooling.LAST:
        _check_end(file)
    return Profile(
        name=entry.name if entry else file.name,
        pooling=chosen,
        query_instruction=instructed(known.query_instruction if known else "", instruction),
        document_prefix=known.document_prefix if known else "",
        languages=known.languages if known else "",
        smallest_dimensions=family.smallest_dimensions if family else 0,
        default_dimensions=family.default_dimensions if family else 0,
    )


def normal_form_of(file: GgufFile) -> NormalForm:
    """The normal form of Unicode that the makers' tokenizer begins with, and llama.cpp leaves out."""
    return "NFC" if file.text("tokenizer.ggml.pre") == "qwen2" else ""


def instructed(own: str, wish: str) -> str:
    """The model's ``own`` instruction with the user's ``wish`` in it, which may be the task in a sentence, or
    all of it with {text} where the query goes."""
    if not wish or "{text}" in wish:
        return wish or own
    if _TASK.match(own):
        return _TASK.sub(lambda _: f"Instruct: {wish}\n", own, count=1)
    return wish + "{text}"


def _check_tokenizer(file: GgufFile, family: Family | None) -> None:
    if family is None or not family.tokenizer:
        return
    found = f"{file.text('tokenizer.ggml.model')}/{file.text('tokenizer.ggml.pre')}"
    if found != family.tokenizer:
        raise ModelError(
            "model.tokenizer",
            f"{file.path} is a wrong conversion of {file.name}: its tokenizer is {found}, not "
            f"{family.tokenizer}.",
            "It would read other words than are written. Use the file that the model's makers offer.",
        )


def _check_end(file: GgufFile) -> None:
    """Where the file names none, llama.cpp takes another token for it, and its vector for the text's."""
    if not isinstance(file.metadata.get(_EOS), int):
        raise ModelError(
            "model.tokenizer",
            f"{file.path} does not name the EOS token, which its pooling reads ({_EOS} is missing).",
            "Use the file that the model's makers offer.",
        )


def _pooling(file: GgufFile, family: Family | None, wish: str) -> Pooling:
    key = f"{file.architecture}.pooling_type"
    number = file.number("pooling_type")
    if number == _RANK or (family is not None and family.pooling == "rank"):
        raise ModelError(
            "model.foreign",
            f"{file.path} is a reranker, not an embedding model.",
            "Use an embedding model here, such as Qwen3-Embedding; this one serves as `models.reranker`.",
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
    if wish != AUTO:
        return Pooling[wish.upper()]
    chat = " and it has a chat template: it seems to be a chat model" if _chats(file) else ""
    raise ModelError(
        "model.pooling",
        f"{file.path} does not say how its vectors are pooled ({key} is "
        f"{'missing' if number is None else number}){chat}.",
        "Use an embedding model: a chat model is none. If it is one and its makers say how it pools, say so: "
        f"{POOLING_SETTING}.",
    )


def _chats(file: GgufFile) -> bool:
    return bool(file.text("tokenizer.chat_template"))
