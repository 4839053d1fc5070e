"""How fast texts become vectors: our embedder against ``llama_cpp.Llama.embed`` on the same model file, and
the starter against the smaller English one that taught it.

Prints one JSON object. Rounds alternate, so that a busy machine slows all alike; figures are medians. Trust
the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from qwen_finder.models.factory import open_embedder, resolve
from qwen_finder.models.native import library
from qwen_finder.models.tuning import default_threads, processor

REPOSITORY = Path(__file__).parents[2]
WORDS = """
report invoice garden travel meeting server error database picture music family winter project budget contract
river kitchen recipe doctor train letter school window engine market paper teacher number the a of and to in
is for with on at from by that was not are has will
"""

Embed = Callable[[Sequence[str]], Any]


class Memory(dict[str, str]):
    """Remembers the tuned batch shape for the length of this run."""

    def set(self, key: str, value: str) -> None:
        self[key] = value


def mixed_texts(count: int, seed: int = 1) -> list[str]:
    """Texts of 20 to 400 tokens (most words here are one token)."""
    generator, words = random.Random(seed), WORDS.split()
    return [" ".join(generator.choices(words, k=generator.randint(18, 390))) for _ in range(count)]


def plain(path: Path, threads: int, *, flash_attention: bool) -> Embed:
    """The call that most programs make."""
    llama = library().Llama(
        str(path),
        embedding=True,
        n_ctx=2048,
        n_batch=2048,
        n_ubatch=2048,
        n_threads=threads,
        n_threads_batch=threads,
        flash_attn=flash_attention,
        verbose=False,
    )
    embed: Embed = llama.embed
    return embed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=default_threads())
    options = parser.parse_args()

    import numpy as np

    models = Path(os.environ.get("QWEN_FINDER_MODELS") or REPOSITORY / ".models")
    texts = mixed_texts(options.texts)
    memory = Memory()
    embedder = open_embedder("starter", models, threads=options.threads, store=memory)
    path = resolve("starter", models).path
    english = open_embedder("starter-en", models, threads=options.threads, store=memory)
    contenders: dict[str, Embed] = {
        "ours": embedder.embed_documents,
        "english_starter": english.embed_documents,
        "llama_embed": plain(path, options.threads, flash_attention=False),
        "llama_embed_flash": plain(path, options.threads, flash_attention=True),
    }
    lengths = [embedder.count_tokens(text) + 2 for text in texts]
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    vectors: dict[str, Any] = {}
    for embed in contenders.values():
        embed(texts[:4])
    for _ in range(options.rounds):
        for name, embed in contenders.items():
            start = time.perf_counter()
            vectors[name] = embed(texts)
            seconds[name].append(time.perf_counter() - start)

    def cosine(name: str) -> float:
        other = np.asarray(vectors[name], np.float32)
        other /= np.linalg.norm(other, axis=1, keepdims=True)
        return round(float((vectors["ours"] * other).sum(1).min()), 5)

    rate = {name: sum(lengths) / statistics.median(times) for name, times in seconds.items()}
    queries = [time_of(embedder.embed_queries, [text]) for text in ("where is the invoice", "winter holiday")]
    print(
        json.dumps(
            {
                "benchmark": "embed",
                "processor": processor(),
                "threads": options.threads,
                "model": embedder.spec.name,
                "texts": len(texts),
                "tokens": sum(lengths),
                "shortest": min(lengths),
                "longest": max(lengths),
                "batch": next(json.loads(memory[key]) for key in memory if key.startswith("tuning.")),
                "tokens_per_s": {name: round(value) for name, value in rate.items()},
                "ratio_to_llama_embed": round(rate["ours"] / rate["llama_embed"], 2),
                "ratio_to_llama_embed_flash": round(rate["ours"] / rate["llama_embed_flash"], 2),
                "ratio_to_english_starter": round(rate["ours"] / rate["english_starter"], 2),
                "min_cosine": min(cosine("llama_embed"), cosine("llama_embed_flash")),
                "query_ms": round(min(queries) * 1000, 1),
            },
            indent=2,
        )
    )
    embedder.close()
    english.close()


def time_of(embed: Embed, texts: Sequence[str]) -> float:
    """Seconds for one call, the best of five."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        embed(texts)
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    main()
