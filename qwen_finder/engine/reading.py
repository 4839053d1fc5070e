"""How files are found and read under the current settings: scan rules, limits, chunker, version stamps."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from qwen_finder.chunking.chunker import CHUNKER_VERSION, Chunker
from qwen_finder.core.ports import Catalog, CatalogFile, Embedder, VectorStore
from qwen_finder.extraction.registry import EXTRACTOR_VERSION, Limits, extract
from qwen_finder.indexing.indexer import Workshop
from qwen_finder.indexing.prepare import PreparedFile, Stamps, prepare
from qwen_finder.indexing.recent import RecentVectors
from qwen_finder.sources.ignore import DEFAULT_SKIP, IgnoreRules
from qwen_finder.sources.scan import Scan

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vector
    from qwen_finder.settings.store import Settings

CHUNK_TOKENS = 400


def open_scan(folder: str, settings: Settings, only: Collection[str] | None = None) -> Scan:
    """A scan of ``folder``, or of these paths in it; FolderError when it is not there."""
    return Scan(folder, _rules(folder, settings), only)


def left_out(folder: str, settings: Settings) -> Callable[[str], bool]:
    """Whether a directory at a path below ``folder`` is left out whatever ignore files say."""
    rules = _rules(folder, settings)
    return lambda path: rules.ignores(None, path, os.path.basename(path), is_directory=True)


def _rules(folder: str, settings: Settings) -> IgnoreRules:
    return IgnoreRules(
        folder,
        use_gitignore=settings.flag("index.gitignore"),
        hidden=settings.flag("index.hidden"),
        patterns=(*DEFAULT_SKIP, *settings.names("index.secrets"), *settings.names("index.skip")),
    )


def limits_of(settings: Settings) -> Limits:
    return Limits(
        max_bytes=settings.number("index.max_file_mb") * 1_000_000,
        max_characters=settings.number("index.max_characters"),
    )


def chunker_for(embedder: Embedder) -> Chunker:
    return Chunker(embedder.count_tokens, max_tokens=min(CHUNK_TOKENS, embedder.spec.max_tokens - 8))


def stamps_for(embedder: Embedder, settings: Settings) -> Stamps:
    limits = limits_of(settings)
    reading = f"x{EXTRACTOR_VERSION}.{limits.max_bytes}.{limits.max_characters}"
    return Stamps(reading, f"{reading}/c{CHUNKER_VERSION}/{embedder.spec.fingerprint[:16]}")


def open_workshop(
    catalog: Catalog, store: VectorStore, embedder: Embedder, recent: RecentVectors, settings: Settings
) -> Workshop:
    """Everything that indexing under ``settings`` works with."""
    stamps = stamps_for(embedder, settings)
    limits = limits_of(settings)
    chunker = chunker_for(embedder)
    known = vectors_known_to(catalog, store)

    def read(file: CatalogFile) -> PreparedFile:
        return prepare(
            file,
            extract=lambda path: extract(path, limits),
            cut=chunker.chunk,
            stamps=stamps,
            known_vectors=known,
            stored=store.ordinals,
        )

    return Workshop(store, embedder, read, stamps.current, recent)


def vectors_known_to(
    catalog: Catalog, store: VectorStore
) -> Callable[[CatalogFile, str], Mapping[str, Vector]]:
    """Vectors that need not be computed again: of the file's last version and of one file like it."""

    def known(file: CatalogFile, content_hash: str) -> Mapping[str, Vector]:
        alike = catalog.same_content([content_hash]).get(content_hash, [])
        sources = [id for id in alike if id != file.id][:1]
        if file.chunks:
            sources.append(file.id)
        return store.vectors_by_hash(sources) if sources else {}

    return known
