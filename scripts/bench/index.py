"""How much of the embedder's speed is left when files are read, chunked and stored around it.

    python scripts/bench/index.py DIR [--rounds 2]

Indexes DIR with the real engine into a fresh home, and embeds the very same passages (each distinct one
once, as indexing does) with the embedder alone, in turns. Prints one JSON object; ``ratio`` is tokens a
second of indexing over tokens a second of embedding.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "resources" / "demo")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    os.environ.setdefault("QWEN_FINDER_MODELS", str(ROOT / ".models"))
    print(json.dumps(measure(options.folder.resolve(), options.rounds)))
    return 0


def measure(folder: Path, rounds: int) -> dict[str, object]:
    alone: list[float] = []
    whole: list[float] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as home:
            os.environ["QWEN_FINDER_HOME"] = home
            seconds, facts = index(folder)
        whole.append(seconds)
        seconds, tokens, distinct = embed(folder)
        alone.append(seconds)
    return {
        "folder": folder.name,
        "distinct_chunks": distinct,
        "tokens": tokens,
        "embedder_tokens_per_s": round(tokens / statistics.median(alone)),
        "indexing_tokens_per_s": round(tokens / statistics.median(whole)),
        "ratio": round(statistics.median(alone) / statistics.median(whole), 3),
        **facts,
    }


def index(folder: Path) -> tuple[float, dict[str, object]]:
    """Seconds from adding the folder until nothing is left to do, and what the index looks like then."""
    from qwen_finder.engine import Engine
    from qwen_finder.settings.paths import find_paths
    from qwen_finder.settings.store import Settings

    paths = find_paths()
    paths.create()
    # As fast as it goes, whoever uses the machine meanwhile.
    engine = Engine(paths, Settings({"pace.mode": "full"}))
    engine.start()
    while not engine.idle():
        time.sleep(0.05)
    started = time.perf_counter()
    engine.add_folder(str(folder))
    while not engine.idle():
        time.sleep(0.02)
    seconds = time.perf_counter() - started
    status = engine.status()
    engine.close()
    size = status.index
    return seconds, {
        "files": status.files.indexed,
        "chunks": size.chunks,
        "index_bytes_per_chunk": round(size.bytes / max(1, size.chunks)),
        "dead_bytes": size.dead_bytes,
    }


def embed(folder: Path) -> tuple[float, int, int]:
    """Seconds to embed the distinct passages of ``folder``, their tokens and their number."""
    from qwen_finder.core.errors import FileError
    from qwen_finder.engine.reading import chunker_for, limits_of, open_scan
    from qwen_finder.extraction.registry import extract
    from qwen_finder.models.factory import open_embedder
    from qwen_finder.settings.store import Settings

    settings = Settings()
    embedder = open_embedder("starter", Path(os.environ["QWEN_FINDER_MODELS"]))
    chunker = chunker_for(embedder)
    texts: dict[str, str] = {}
    for record in open_scan(str(folder), settings):
        try:
            document = extract(record.path, limits_of(settings))
        except FileError:
            continue
        for chunk in chunker.chunk(document, os.path.basename(record.path)):
            texts[chunk.hash] = chunk.embedded_text
    tokens = sum(embedder.count_tokens(text) for text in texts.values())
    embedder.embed_documents(list(texts.values())[:8])
    started = time.perf_counter()
    embedder.embed_documents(list(texts.values()))
    seconds = time.perf_counter() - started
    embedder.close()
    return seconds, tokens, len(texts)


if __name__ == "__main__":
    sys.exit(main())
