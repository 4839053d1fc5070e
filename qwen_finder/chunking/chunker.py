"""Documents to passages: sections become blocks, blocks are cut, each passage says where it stands.

Everything depends on the document alone, and each section is cut by itself: the same text always gives the
same chunks, and an edit moves only those of its own section.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from qwen_finder.chunking.blocks import LineFinder, blocks_of
from qwen_finder.chunking.context import context_of
from qwen_finder.chunking.cutter import Cutter
from qwen_finder.chunking.tokens import Budget, estimate_tokens
from qwen_finder.core.document import CHUNK_BITS, Chunk, Document, Kind

CHUNKER_VERSION = "1"
"""Part of the fingerprint of everything that is indexed: raise it when the same text gives other chunks."""

_MAX_CHUNKS = 1 << CHUNK_BITS


class Chunker:
    """Cuts documents into chunks whose ``embedded_text`` has at most ``max_tokens`` tokens.

    ``count_tokens`` is the model's counter. Sections below ``min_tokens`` are put together with their
    neighbours. ``overlap_tokens`` are repeated only where a sentence had to be cut. Neither is more than a
    quarter of ``max_tokens``.
    """

    def __init__(
        self,
        count_tokens: Callable[[str], int],
        *,
        max_tokens: int = 400,
        min_tokens: int = 40,
        overlap_tokens: int = 40,
    ) -> None:
        if max_tokens < 1 or min_tokens < 0 or overlap_tokens < 0:
            raise ValueError("max_tokens must be positive, min_tokens and overlap_tokens at least 0")
        self._budget = Budget(count_tokens, max_tokens, min(overlap_tokens, max_tokens // 4))
        self._min_tokens = min(min_tokens, max_tokens // 4)

    def chunk(self, document: Document, name: str) -> list[Chunk]:
        """The passages of ``document``, in order; ``name`` is the file's name.

        Each chunk's text is the document's text at [start:end]. Stretches without a letter or digit give
        no chunk.
        """
        chunks: list[Chunk] = []
        prose = _is_prose(document.kind, name)
        most = self._budget.max_tokens
        for block in blocks_of(document.segments, estimate_tokens, most * 9 // 10, self._min_tokens):
            # A byte is a token at worst, so the context never takes more than a third of the budget.
            context = context_of(name, _with_member(block.first.member, block.path), most // 3)
            lines = LineFinder(block.segments)
            text = block.text
            for span in Cutter(text, context, self._budget, prose=prose, least=self._min_tokens):
                if len(chunks) == _MAX_CHUNKS:
                    return chunks
                passage = text[span.start : span.end]
                chunks.append(
                    Chunk(
                        ordinal=len(chunks),
                        text=passage,
                        context=span.context,
                        start=block.start + span.start,
                        end=block.start + span.end,
                        line=lines.at(block.start + span.start),
                        end_line=lines.at(block.start + span.end - 1),
                        page=block.first.page,
                        hash=_hash(block.path, passage),
                        unit=block.first.unit,
                        member=block.first.member,
                    )
                )
        return chunks


def _with_member(member: str, path: tuple[str, ...]) -> tuple[str, ...]:
    """The headings below the name of the innermost member they stand in, without its folders."""
    name = member.rpartition(" › ")[2].rpartition("/")[2]
    return path if not name or name in path else (name, *path)


def _is_prose(kind: Kind, name: str) -> bool:
    """Whether lines may be wrapped sentences; in code, tables, logs and settings a line is a line."""
    return kind is Kind.DOCUMENT or (kind is Kind.TEXT and name.lower().endswith((".txt", ".text")))


def _hash(path: Sequence[str], passage: str) -> str:
    """Of the passage and the headings above it, without the file's name: a renamed file keeps its vectors."""
    text = "\0".join([*path, passage])
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
