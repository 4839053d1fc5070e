"""How fast pictures become vectors: our path from 12-megapixel JPEGs, the bare encoder, and the naive way.

    python scripts/bench/pictures.py [--pictures 24] [--rounds 2] [--threads N] [--model ViT-B-32-SigLIP2-256]

The model has its real shape and random weights, since speed does not depend on their values; only here is the
self-test left out. Three ways take turns: the bare encoder on pixels that are ready; ours, the program's own
pipeline from the catalog to the store, thumbnails and all, where worker processes decode ahead of it; and the
naive way, Pillow's full decoding, open_clip's transform and float32, one picture at a time. Prints one JSON
object: pictures per second, the share of the bare encoder's speed that is left when files are indexed (the
aim is 0.85), ours over naive (the aim is 2 on a processor with bfloat16), how many pictures one worker
decodes per second, what a text query takes alone and among pictures, and memory with the model loaded and
unloaded.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from PIL import Image

from qwen_finder.core.document import FileRecord, Kind
from qwen_finder.core.picture import Framing
from qwen_finder.core.ports import CatalogFile, SeenFile
from qwen_finder.engine.reading import open_gallery
from qwen_finder.extraction.reading import PictureLimits
from qwen_finder.extraction.sandbox.pool import Allowance, Pool
from qwen_finder.indexing.pace import Pacer, Wish
from qwen_finder.indexing.pictures import PicturePipeline, Watched
from qwen_finder.indexing.recent import RecentVectors
from qwen_finder.indexing.surroundings import Surroundings
from qwen_finder.indexing.turns import Turns
from qwen_finder.models.tuning import default_threads, processor
from qwen_finder.settings.store import Settings
from qwen_finder.storage.catalog import SqliteCatalog
from qwen_finder.storage.journal import CrashJournal
from qwen_finder.storage.lance import release_memory
from qwen_finder.storage.thumbnails import Thumbnails

AIM_HIDDEN, AIM_NAIVE = 0.85, 2.0
CALL = 4
"""Pictures given to the encoder at once."""
KINDS_OF_PHOTO = 3
QUERIES = ("a red car by the sea", "whiteboard with a diagram", "海边的日落", "ein Hund im Schnee")


class Memory(dict[str, str]):
    """Remembers what was tuned for the length of this run."""

    def set(self, key: str, value: str) -> None:
        self[key] = value


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--threads", type=int, default=default_threads())
    parser.add_argument("--model", default="ViT-B-32-SigLIP2-256")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qwen-finder-bench-") as temporary:
        model = Path(temporary, options.model)
        make_model(options.model, model)
        photos = make_photos(Path(temporary, "photos"), options.pictures)
        report = measure(model, photos, options.rounds, options.threads)
    print(json.dumps({"benchmark": "pictures", "model": options.model} | report, indent=2))
    return 0


def make_model(name: str, folder: Path) -> None:
    """A folder of open_clip's for ``name``, with its real shape, random weights, a tokenizer of bytes."""
    from safetensors.torch import save_file
    from tokenizers import Tokenizer, models, pre_tokenizers

    from qwen_finder.models.torch_stack import open_clip_library

    open_clip = open_clip_library()
    folder.mkdir()
    save_file(
        open_clip.create_model(name, load_weights=False).state_dict(), folder / "open_clip_model.safetensors"
    )
    alphabet = ["<pad>", "<eos>", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    tokenizer = Tokenizer(models.BPE(vocab={letter: at for at, letter in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel()
    tokenizer.save(str(folder / "tokenizer.json"))
    _write(folder / "tokenizer_config.json", tokenizer_class="PreTrainedTokenizerFast", pad_token="<pad>")
    preprocess = {
        "mean": [0.5] * 3,
        "std": [0.5] * 3,
        "interpolation": "bicubic",
        "resize_mode": "squash",
    }
    _write(
        folder / "open_clip_config.json",
        model_cfg=open_clip.get_model_config(name),
        preprocess_cfg=preprocess,
    )


def _write(path: Path, **content: object) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")


def make_photos(folder: Path, count: int) -> list[Path]:
    """JPEGs of 4000 × 3000 pixels and a few megabytes, with surfaces, edges and the noise of a sensor."""
    folder.mkdir()
    paths = [folder / f"{number}.jpg" for number in range(count)]
    for number, path in enumerate(paths[:KINDS_OF_PHOTO]):
        random = np.random.default_rng(number)
        surfaces = random.integers(0, 256, (12, 16, 3), dtype=np.uint8)
        large = Image.fromarray(surfaces).resize((4000, 3000), Image.Resampling.BICUBIC)
        noisy = np.asarray(large, np.int16) + random.normal(0, 6, (3000, 4000, 1)).astype(np.int16)
        Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(path, quality=90)
    for number, path in enumerate(paths[KINDS_OF_PHOTO:]):
        # Not the very same bytes: a copy of what is known is not looked at again.
        path.write_bytes(paths[number % KINDS_OF_PHOTO].read_bytes() + number.to_bytes(4, "big"))
    return paths


def measure(model: Path, photos: list[Path], rounds: int, threads: int) -> dict[str, object]:
    process = psutil.Process()
    from qwen_finder.models.torch_stack import open_clip_library

    open_clip_library()
    gc.collect()
    memory = {"torch_imported": process.memory_info().rss}
    tuned = Memory()
    embedder = open_embedder(model, threads, tuned)
    memory["loaded"] = process.memory_info().rss
    ways: dict[str, Callable[[], object]] = {}
    with tempfile.TemporaryDirectory(prefix="qwen-finder-bench-") as home:
        pool = Pool(Path(home, "workers"), Allowance())
        try:
            # Imports the database too, which is not to be measured.
            index(Path(home), photos, embedder, pool)
            began = time.perf_counter()
            views = np.concatenate([decode(pool, photo, embedder.framing) for photo in photos])
            decoded_per_s = len(photos) / (time.perf_counter() - began)
            ways["bare"] = lambda: encode(embedder, iter(views[:, None]))
            ways["ours"] = lambda: index(Path(home), photos, embedder, pool)
            few = photos[: max(4, len(photos) // 4)]
            ways["naive"] = naive_way(model, few)
            counts = {"bare": len(photos), "ours": len(photos), "naive": len(few)}
            rates: dict[str, list[float]] = {name: [] for name in ways}
            for _ in range(rounds):
                for name, way in ways.items():
                    rates[name].append(counts[name] / seconds(way))
            alone = [seconds(partial(embedder.embed_queries, [text])) for text in QUERIES * 2]
            among = list(query_times(embedder, views))
        finally:
            pool.close()
    # The naive way has a model of its own.
    del way
    ways.clear()
    embedder.close()
    release_memory()
    memory["unloaded"] = process.memory_info().rss
    rate = {name: statistics.median(values) for name, values in rates.items()}
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "threads": threads,
        "shape": next(json.loads(tuned[key]) for key in tuned if key.startswith("tuning.")),
        "pictures": len(photos),
        "megabytes_per_photo": round(photos[0].stat().st_size / 1e6, 1),
        "pictures_per_s": {name: round(value, 2) for name, value in rate.items()},
        "decoded_per_s_by_one_worker": round(decoded_per_s, 2),
        "hidden": round(rate["ours"] / rate["bare"], 2),
        "aim_hidden": AIM_HIDDEN,
        "ours_to_naive": round(rate["ours"] / rate["naive"], 2),
        "aim_naive": AIM_NAIVE,
        "query_ms": {
            "alone": round(statistics.median(alone) * 1000),
            "among_pictures": round(statistics.median(among) * 1000),
            "among_pictures_worst": round(max(among) * 1000),
        },
        "memory_mb": {name: round(value / 1e6) for name, value in memory.items()},
    }


def open_embedder(model: Path, threads: int, tuned: Memory) -> Any:
    from qwen_finder.models.factory import open_picture_embedder

    return open_picture_embedder(f"clip:{model}", model.parent, threads=threads, store=tuned, self_test=False)


def naive_way(model: Path, photos: list[Path]) -> Callable[[], object]:
    """What open_clip's own examples do with each of ``photos``."""
    import torch

    from qwen_finder.models.torch_stack import open_clip_library

    network, preprocess = open_clip_library().create_model_from_pretrained(f"local-dir:{model}")
    network.eval()

    def embed() -> None:
        with torch.inference_mode():
            for photo in photos:
                pixels = preprocess(Image.open(photo).convert("RGB"))
                network.encode_image(pixels[None], normalize=True)

    return embed


def decode(pool: Pool, photo: Path, framing: Framing) -> Any:
    """The whole of it as the model sees it."""
    return pool.picture(str(photo), PictureLimits(max_bytes=200_000_000), framing).views[:1]


def index(home: Path, photos: list[Path], embedder: Any, pool: Pool) -> None:
    """Index ``photos`` as the service does at full pace, into a catalog and a store of their own."""
    from qwen_finder.storage.pictures import LancePictureStore

    with tempfile.TemporaryDirectory(dir=home) as folder:
        state, spec = Path(folder), embedder.spec
        catalog = SqliteCatalog(state / "catalog.sqlite")
        store = LancePictureStore(
            state / "pictures", dimensions=spec.dimensions, fingerprint=spec.fingerprint
        )
        journal = CrashJournal(state / "in-flight")
        thumbnails = Thumbnails(state / "thumbnails", 500_000_000)

        def keep(file: CatalogFile, made: Sequence[tuple[int, bytes]]) -> None:
            thumbnails.put(file.id, file.generation, made)

        records = [FileRecord(str(photo), photo.stat().st_size, photo.stat().st_mtime_ns) for photo in photos]
        number = catalog.add_folder(str(photos[0].parent)).id
        catalog.enter(number, [SeenFile(record, Kind.IMAGE) for record in records])
        PicturePipeline(
            catalog,
            open_gallery(catalog, store, embedder, RecentVectors(), Settings(), pool, keep),
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
            watched=Watched(),
        ).run()
        assert store.size().chunks == len(photos)
        journal.close()
        store.close()
        catalog.close()


def encode(embedder: Any, views: Iterator[Any]) -> None:
    call: list[Any] = []
    for view in views:
        call.append(view)
        if len(call) == CALL:
            embedder.embed_pictures(np.concatenate(call))
            call = []
    if call:
        embedder.embed_pictures(np.concatenate(call))


def query_times(embedder: Any, views: Any) -> Iterator[float]:
    """Seconds for each of a few queries while pictures are being encoded without a pause."""
    stop = threading.Event()

    def index() -> None:
        while not stop.is_set():
            embedder.embed_pictures(views[:CALL])

    thread = threading.Thread(target=index)
    thread.start()
    try:
        for text in QUERIES * 3:
            # At some moment of a batch, as people do.
            time.sleep(0.37)
            yield seconds(partial(embedder.embed_queries, [text]))
    finally:
        stop.set()
        thread.join()


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
