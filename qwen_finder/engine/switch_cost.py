"""What a change of the text model would cost, and whether it can be made at all: told before it begins."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from qwen_finder.core.document import CHUNK_BITS
from qwen_finder.core.errors import StorageError
from qwen_finder.core.ports import Catalog
from qwen_finder.core.switching import SwitchCost
from qwen_finder.engine.backend import Opened, wishes_of
from qwen_finder.engine.chosen import Choice, in_use
from qwen_finder.settings.store import Settings

# Of a row beside its vector: numbers, names, their indices.
BYTES_PER_ROW = 250
# The search index over the vectors, as a share of them.
INDEX_SHARE = 0.05

TIMED_PASSAGES = 16


def cost_of(
    choice: Choice,
    catalog: Catalog,
    opened: Opened,
    settings: Settings,
    models: Path,
    data: Path,
    *,
    timed: bool = True,
) -> SwitchCost:
    """What a change to ``choice`` would cost. Raises ModelError when the model is not there or cannot be one
    that embeds; it is not loaded. ``timed``: some passages are embedded to see how long it would take.
    """
    dimensions, weights = _measures(choice, models, settings)
    room = room_for(catalog, dimensions, data)
    seconds = _seconds(opened, weights, catalog, models, settings) if timed and room.chunks else None
    # To a tenth, but not to nothing: something has to be done.
    in_all = None if seconds is None else max(0.1, round(seconds * room.chunks, 1))
    return SwitchCost(room.files, room.chunks, in_all, room.bytes, room.free_bytes)


def room_for(catalog: Catalog, dimensions: int, data: Path) -> SwitchCost:
    """The cost without its time."""
    counts = [count for _, count in catalog.chunk_counts().values() if count]
    chunks = sum(counts)
    size = chunks * (BYTES_PER_ROW + round(4 * dimensions * (1 + INDEX_SHARE)))
    return SwitchCost(len(counts), chunks, None, size, shutil.disk_usage(data).free)


def check_room(cost: SwitchCost, settings: Settings, model: str) -> None:
    """Raises StorageError when the disk has no room for another index."""
    reserve = settings.number("index.min_free_mb") * 1_000_000
    if cost.bytes + reserve > cost.free_bytes:
        raise StorageError(
            "switch.no_room",
            f"The index for {model} takes {cost.bytes / 1e6:,.0f} MB beside the present one; of"
            f" {cost.free_bytes / 1e6:,.0f} MB that are free, {reserve / 1e6:,.0f} MB are to stay so.",
            "Free some space, take fewer dimensions, or lower index.min_free_mb.",
        )


def _measures(choice: Choice, models: Path, settings: Settings) -> tuple[int, int]:
    """Dimensions, and bytes of weights (0: not known)."""
    # Imported here and not above, as all that is of models.
    from qwen_finder.models.factory import probe_text_model

    return probe_text_model(choice.address, models, wishes_of(settings, choice.dimensions))


def _seconds(
    opened: Opened, weights: int, catalog: Catalog, models: Path, settings: Settings
) -> float | None:
    """Seconds a passage: those of the model in use, by how much heavier the other one is."""
    used = in_use(catalog)
    if opened.embedder is None or opened.store is None or used is None or not weights:
        return None
    _, own = _measures(used.choice, models, settings)
    files = [file for file, (_, count) in catalog.chunk_counts().items() if count][:TIMED_PASSAGES]
    passages = opened.store.chunks([file << CHUNK_BITS for file in files])
    texts = [f"{passage.context}\n{passage.text}" for passage in passages.values()]
    if not texts or not own:
        return None
    began = time.perf_counter()
    opened.embedder.embed_documents(texts)
    return (time.perf_counter() - began) / len(texts) * weights / own
