"""A process that indexes pictures slowly until somebody kills it: ``picture_owner.py STATE FILES``."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from fakes.picture_embedder import ColourEmbedder
from qwen_finder.core.picture import Picture
from qwen_finder.indexing.pace import Pacer, Wish
from qwen_finder.indexing.picture_recovery import reconcile_pictures
from qwen_finder.indexing.pictures import Gallery, PicturePipeline, Watched
from qwen_finder.indexing.surroundings import Surroundings
from qwen_finder.indexing.turns import Turns
from qwen_finder.storage.catalog import SqliteCatalog
from qwen_finder.storage.journal import CrashJournal
from qwen_finder.storage.pictures import LancePictureStore

STAMP = "d1/colours#limits"


class SlowEmbedder(ColourEmbedder):
    """As slow as a large model: so that there is a middle in which to die."""

    def embed_pictures(self, views: Any) -> Any:
        time.sleep(0.02 * len(views))
        return super().embed_pictures(views)


def decode(path: str, halted: object) -> Picture:
    """Two views of a grey that differs from file to file."""
    shade = int(Path(path).read_text()) % 200
    views = np.full((2, 8, 8, 3), shade, np.uint8)
    return Picture(views, 8, 8, None, ("grey",))


def index(state: Path, *, stored: Any = lambda done: None) -> LancePictureStore:
    """Put right what the last process left, then index what is wanted."""
    catalog = SqliteCatalog(state / "catalog.sqlite")
    store = LancePictureStore(state / "pictures", dimensions=16, fingerprint="colours")
    journal = CrashJournal(state / "in-flight")
    reconcile_pictures(catalog, store, STAMP)
    PicturePipeline(
        catalog,
        Gallery(store, SlowEmbedder(), decode, STAMP, readers=2),
        stop=threading.Event(),
        storing=threading.Lock(),
        journal=journal,
        pace=Pacer(
            wish=lambda: Wish("full"),
            look=lambda: Surroundings(None, True, None, 0.0, 10**12),
            recall=lambda key: None,
            remember=lambda key, value: None,
        ),
        turns=Turns(),
        watched=Watched(stored=stored),
    ).run()
    journal.close()
    catalog.close()
    return store


if __name__ == "__main__":
    index(Path(sys.argv[1]), stored=lambda done: print(len(done), flush=True))
