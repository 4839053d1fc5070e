"""How fast Qwen3-Embedding runs here: our embedder against llama.cpp's own decoding of the same tokens.

    python scripts/bench/gpu.py [--shape 4B] [--quantization Q4_K_M]

Writes a model of the real shape with random weights (4B where llama.cpp can use a graphics card, 0.6B
elsewhere), which is as fast and as large as the real one, and prints one JSON object: tokens a second of
both, their ratio, the time of a query, where the model is and what it takes. Rounds alternate, so that a busy
machine slows both alike; figures are medians. Trust the ratio.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from random_qwen3 import QUANTIZATIONS, SHAPES, write_random_qwen3

from qwen_finder.models.batch import submit
from qwen_finder.models.devices import graphics_devices
from qwen_finder.models.llama_cpp import LlamaCppEmbedder
from qwen_finder.models.native import NativeModel, library
from qwen_finder.models.packing import pack
from qwen_finder.models.tokenizer import Tokenizer, Tokens
from qwen_finder.models.tuning import default_threads, processor

BASELINE_BATCHES = (512, 2048)
# As many tokens as the instruction and a short question have in the real vocabulary.
QUERY = "where is the invoice of june?"


class Memory(dict[str, str]):
    """Remembers the tuned batch shape for the length of this run."""

    def set(self, key: str, value: str) -> None:
        self[key] = value


class PlainDecode:
    """llama.cpp's batched decode: batches of ready token ids, all but the numbers that come out of it."""

    def __init__(self, path: Path, tokens: int, threads: int, layers: int) -> None:
        self._api: Any = library()
        self.model = NativeModel(path, layers)
        self._tokens = tokens
        parameters = self._api.llama_context_default_params()
        parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = tokens
        parameters.n_seq_max = parameters.n_outputs_max = 64
        parameters.n_threads = parameters.n_threads_batch = threads
        parameters.kv_unified = True
        parameters.no_perf = True
        parameters.flash_attn_type = self._api.LLAMA_FLASH_ATTN_TYPE_ENABLED
        self._pointer = self._api.llama_init_from_model(self.model.pointer, parameters)
        if not self._pointer:
            raise SystemExit("llama.cpp cannot make the context to compare with")

    def run(self, sequences: Sequence[Tokens]) -> None:
        memory = self._api.llama_get_memory(self._pointer)
        for batch in pack([len(item) for item in sequences], self._tokens, 64):
            chosen = [sequences[index] for index in batch]
            outputs = np.zeros(sum(map(len, chosen)), np.int8)
            outputs[np.cumsum([len(item) for item in chosen]) - 1] = 1
            self._api.llama_memory_clear(memory, False)
            starts = np.zeros(len(chosen), np.int32)
            if submit(self._api.llama_decode, self._pointer, chosen, starts, outputs):
                raise SystemExit("llama.cpp failed on a batch")
        self._api.llama_synchronize(self._pointer)

    def close(self) -> None:
        self._api.llama_free(self._pointer)
        self.model.close()


def texts_of(count: int, seed: int = 1) -> list[str]:
    """Texts of the lengths that passages have: 40 to 400 tokens."""
    generator = random.Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyz     "
    return ["".join(generator.choices(letters, k=generator.randint(40, 400))) for _ in range(count)]


def seconds_of(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(path: Path, options: argparse.Namespace) -> dict[str, object]:
    texts = texts_of(options.texts)
    process = psutil.Process()
    before = process.memory_info().rss
    embedder = LlamaCppEmbedder(
        path, threads=options.threads, instruction="{text}", store=Memory(), self_test=False
    )
    placement = embedder.placement
    layers = int(placement.layers.partition("/")[0])
    rates: dict[str, float] = {}
    ratios: list[float] = []
    all_ours: list[float] = []
    embedder.embed_documents(texts[:2])
    resident = process.memory_info().rss - before
    query = min(seconds_of(lambda: embedder.embed_queries([QUERY])) for _ in range(5))
    for size in BASELINE_BATCHES:
        plain = PlainDecode(path, size, options.threads, layers)
        tokenizer = Tokenizer(plain.model, 8_192, ensure_eos=True)
        sequences = [tokenizer.encode(text) for text in texts]
        plain.run(sequences[:2])
        theirs, ours = [], []
        for _ in range(options.rounds):
            theirs.append(seconds_of(lambda: plain.run(sequences)))  # noqa: B023
            ours.append(seconds_of(lambda: embedder.embed_documents(texts)))
        tokenizer.close()
        plain.close()
        rates[f"llama_decode_{size}"] = sum(map(len, sequences)) / statistics.median(theirs)
        # Each against the rounds beside it: minutes later the machine may be a slower one.
        ratios.append(statistics.median(theirs) / statistics.median(ours))
        all_ours += ours
    tokens = sum(len(text) + 1 for text in texts)
    rate = tokens / statistics.median(all_ours)
    placement = embedder.placement
    embedder.close()
    return {
        "device": placement.device,
        "layers_on_device": placement.layers,
        "texts": len(texts),
        "tokens": tokens,
        "tokens_per_s": {"ours": round(rate, 1)} | {name: round(value, 1) for name, value in rates.items()},
        "ratio_to_llama_decode": round(min(ratios), 3),
        "query_tokens": len(QUERY) + 1,
        "query_ms": round(query * 1000, 1),
        "model_memory_mb": round(placement.memory_bytes / 1e6),
        "resident_mb": round(resident / 1e6),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    cards = graphics_devices()
    parser.add_argument("--shape", choices=SHAPES, default="4B" if cards else "0.6B")
    parser.add_argument("--quantization", choices=QUANTIZATIONS, default="Q4_K_M" if cards else "Q8_0")
    parser.add_argument("--texts", type=int, default=400 if cards else 12)
    parser.add_argument("--rounds", type=int, default=3 if cards else 1)
    parser.add_argument("--threads", type=int, default=default_threads())
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qwen-finder-bench-") as folder:
        path = Path(folder) / f"random-{options.shape}-{options.quantization}.gguf"
        made = seconds_of(lambda: write_random_qwen3(path, SHAPES[options.shape], options.quantization))
        result = {
            "benchmark": "gpu",
            "processor": processor(),
            "cards": [f"{card.description}, {card.total / 1e9:.0f} GB" for card in cards],
            "threads": options.threads,
            "shape": options.shape,
            "quantization": options.quantization,
            "file_mb": round(path.stat().st_size / 1e6),
            "made_in_s": round(made, 1),
        }
        print(json.dumps(result | measure(path, options), indent=2))


if __name__ == "__main__":
    main()
