"""What indexing folders would cost, as the engine would index them now."""

from __future__ import annotations

import os
from collections.abc import Sequence

from qwen_finder.core.document import Kind
from qwen_finder.core.ports import Catalog, Embedder
from qwen_finder.core.status import Estimate, IndexSize
from qwen_finder.engine import reading
from qwen_finder.extraction.kind import kind_of
from qwen_finder.extraction.sandbox.pool import Pool
from qwen_finder.indexing.estimate import estimate
from qwen_finder.settings.store import Settings

# What a chunk takes on disk before there is an index to measure: its text twice and its vector.
TEXT_BYTES_PER_CHUNK = 3_500

_ENOUGH_CHUNKS = 1_000


def estimate_folders(
    folders: Sequence[str],
    *,
    catalog: Catalog,
    embedder: Embedder,
    looks: bool,
    size: IndexSize,
    pool: Pool,
    settings: Settings,
) -> Estimate:
    """The cost of ``folders``, which need not be in the catalog, or of all that are; ``looks``: pictures are
    looked at too. ``size`` is that of the index now.
    """
    known = {folder.path: folder for folder in catalog.folders()}
    roots = [os.path.realpath(folder) for folder in folders] or list(known)
    limits = reading.limits_of(settings)
    measured = size.bytes / size.chunks if size.chunks > _ENOUGH_CHUNKS else None
    return estimate(
        (record for root in roots for record in reading.open_scan(root, settings)),
        {
            path: file
            for root in roots
            if root in known
            for path, file in catalog.known_files(known[root].id).items()
        },
        reading.stamps_for(embedder, settings).current,
        extract=lambda path: pool.extract(path, limits),
        cut=reading.chunker_for(embedder).chunk,
        embed=embedder.embed_documents,
        bytes_per_chunk=measured or TEXT_BYTES_PER_CHUNK + embedder.spec.dimensions * 4,
        is_picture=lambda path: looks and kind_of(os.path.basename(path)) is Kind.IMAGE,
    )
