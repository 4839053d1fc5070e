"""How files are found and read under the current settings: scan rules, limits, workers, chunker, stamps."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from qwen_finder.chunking.chunker import CHUNKER_VERSION, Chunker
from qwen_finder.core.ports import (
    Catalog,
    CatalogFile,
    Embedder,
    ModelSpec,
    PictureEmbedder,
    PictureStore,
    VectorStore,
)
from qwen_finder.engine import exclusions
from qwen_finder.extraction.pictures import DECODER_VERSION
from qwen_finder.extraction.reading import Limits, PictureLimits
from qwen_finder.extraction.registry import EXTRACTOR_VERSION
from qwen_finder.extraction.sandbox.pool import Allowance, Pool
from qwen_finder.indexing.indexer import Workshop
from qwen_finder.indexing.pictures import Gallery
from qwen_finder.indexing.prepare import PreparedFile, Stamps, prepare
from qwen_finder.indexing.recent import RecentVectors
from qwen_finder.sources.ignore import IgnoreRules
from qwen_finder.sources.scan import Scan

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vector
    from qwen_finder.settings.store import Settings

CHUNK_TOKENS = 400

# A mailbox or an archive may hold many texts of the size that one file may have.
CONTAINER_CHARACTERS = 20_000_000


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
        patterns=(
            *settings.names("index.skip_defaults"),
            *settings.names("index.secrets"),
            *settings.names("index.skip"),
            *exclusions.patterns_below(folder, settings.names(exclusions.SETTING)),
        ),
    )


def limits_of(settings: Settings) -> Limits:
    return Limits(
        max_bytes=settings.number("index.max_file_mb") * 1_000_000,
        max_characters=settings.number("index.max_characters"),
        max_total_characters=max(CONTAINER_CHARACTERS, settings.number("index.max_characters")),
        max_pages=settings.number("index.max_pages"),
        max_members=settings.number("index.max_members"),
        max_depth=settings.number("index.max_depth"),
        ocr=settings.text("index.ocr") == "auto",
    )


def picture_limits_of(settings: Settings) -> PictureLimits:
    return PictureLimits(
        max_bytes=settings.number("index.max_file_mb") * 1_000_000,
        min_side=settings.number("index.min_picture_px"),
    )


def allowance_of(settings: Settings) -> Allowance:
    return Allowance(
        workers=settings.number("index.workers"),
        memory_bytes=settings.number("index.worker_memory_mb") * 1_000_000,
        seconds=float(settings.number("index.max_seconds")),
        seconds_per_mb=float(settings.number("index.max_seconds_per_mb")),
    )


def open_pool(state: Path, settings: Settings) -> Pool:
    """The processes that read; none is started yet."""
    return Pool(state / "workers", allowance_of(settings))


def open_viewers(state: Path, settings: Settings) -> Pool:
    """Processes for what somebody looks at: who waits for a preview does not wait for the index."""
    return Pool(state / "viewers", viewing_of(settings))


def viewing_of(settings: Settings) -> Allowance:
    return replace(allowance_of(settings), workers=2)


def chunker_for(embedder: Embedder) -> Chunker:
    return Chunker(embedder.count_tokens, max_tokens=min(CHUNK_TOKENS, embedder.spec.max_tokens - 8))


def stamps_for(embedder: Embedder, settings: Settings) -> Stamps:
    reading = _reading_stamp(settings)
    return Stamps(
        reading,
        indexing_stamp(embedder.spec.fingerprint, settings),
        f"{reading}/e{_digest(replace(allowance_of(settings), workers=0))}",
    )


def indexing_stamp(fingerprint: str, settings: Settings) -> str:
    """Of files whose passages are embedded by the model of ``fingerprint``."""
    return f"{_reading_stamp(settings)}/c{CHUNKER_VERSION}/{fingerprint[:16]}"


def _reading_stamp(settings: Settings) -> str:
    return f"x{EXTRACTOR_VERSION}.{_digest(limits_of(settings))}"


def _digest(values: Limits | PictureLimits | Allowance) -> str:
    return hashlib.blake2b(repr(values).encode(), digest_size=5).hexdigest()


def open_workshop(
    catalog: Catalog,
    store: VectorStore,
    embedder: Embedder,
    recent: RecentVectors,
    settings: Settings,
    pool: Pool,
) -> Workshop:
    """Everything that indexing under ``settings`` works with."""
    stamps = stamps_for(embedder, settings)
    limits = limits_of(settings)
    chunker = chunker_for(embedder)
    known = vectors_known_to(catalog, store)

    def read(file: CatalogFile, halted: Callable[[], bool]) -> PreparedFile:
        return prepare(
            file,
            extract=lambda path: pool.extract(path, limits, halted),
            cut=chunker.chunk,
            stamps=stamps,
            known_vectors=known,
            stored=store.ordinals,
        )

    return Workshop(store, embedder, read, stamps.current, allowance_of(settings).count, recent)


def picture_stamp(spec: ModelSpec, settings: Settings) -> str:
    limits, allowance = picture_limits_of(settings), allowance_of(settings)
    decided = f"{_digest(replace(limits, thumbnails=()))}.{_digest(replace(allowance, workers=0))}"
    return f"d{DECODER_VERSION}/{spec.fingerprint[:16]}#{decided}"


def open_gallery(
    catalog: Catalog,
    store: PictureStore,
    embedder: PictureEmbedder,
    recent: RecentVectors,
    settings: Settings,
    pool: Pool,
    keep: Callable[[CatalogFile, Sequence[tuple[int, bytes]]], None],
) -> Gallery:
    """Everything that indexing pictures under ``settings`` works with; ``keep`` is given thumbnails."""
    limits, framing = picture_limits_of(settings), embedder.framing
    return Gallery(
        store,
        embedder,
        decode=lambda path, halted: pool.picture(path, limits, framing, halted),
        stamp=picture_stamp(embedder.spec, settings),
        keep=keep,
        readers=allowance_of(settings).count,
        recent=recent,
    )


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
