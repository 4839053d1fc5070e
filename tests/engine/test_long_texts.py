"""Nothing of a long text is lost: files are cut to what the model takes, whatever that is."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.tiny_models import tiny_qwen3
from qwen_finder.core.document import Document, Kind, Segment
from qwen_finder.engine.reading import chunker_for
from qwen_finder.models.llama_cpp import LlamaCppEmbedder


@pytest.mark.parametrize("most", [64, 200, 8_192])
def test_every_chunk_fits_and_every_word_is_in_one(tmp_path: Path, most: int) -> None:
    tiny_qwen3().write(tmp_path / "qwen3.gguf")
    embedder = LlamaCppEmbedder(tmp_path / "qwen3.gguf", max_tokens=most, self_test=False)
    words = [f"word{number}" for number in range(400)]
    document = Document(Kind.TEXT, (Segment(" ".join(words)),))
    chunks = chunker_for(embedder).chunk(document, "long.txt")
    lengths = [embedder.count_tokens(chunk.embedded_text) for chunk in chunks]
    limit = embedder.spec.max_tokens
    embedder.close()
    # With EOS, which is not counted.
    assert max(lengths) + 1 <= limit == min(most, 256)
    held = {word for chunk in chunks for word in chunk.text.split()}
    assert held >= set(words)
