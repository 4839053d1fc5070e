"""What every Embedder does: the fake, llama.cpp with tiny random models, the real starter, and
that one on a server."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from fakes.embedder import HashingEmbedder
from fakes.embedding_servers import llama_server
from fakes.tiny_models import tiny_bert, tiny_qwen3
from qwen_finder.core.errors import ModelError
from qwen_finder.core.ports import Embedder
from qwen_finder.core.probes import PLAIN_PAIRS
from qwen_finder.models.bert_gguf import write_bert_gguf
from qwen_finder.models.factory import open_embedder
from qwen_finder.models.llama_cpp import LlamaCppEmbedder
from qwen_finder.models.remote import RemoteEmbedder
from qwen_finder.models.remote_address import RemoteAddress
from qwen_finder.models.resting import RestingEmbedder

MODELS = Path(os.environ.get("QWEN_FINDER_MODELS") or Path(__file__).parents[2] / ".models")
TEXTS = [
    "The cat sleeps in the house.",
    "",
    "red trees " * 30,
    "x",
    "The river runs, and a dog jumps.\nAnother line!",
    "日本語の文章と Ελληνικά",
]


def _fake(_folder: Path) -> Embedder:
    return HashingEmbedder()


def _bert(folder: Path) -> Embedder:
    write_bert_gguf(tiny_bert(), folder / "bert.gguf", name="tiny", licence="none")
    return LlamaCppEmbedder(folder / "bert.gguf", self_test=False)


def _qwen3(folder: Path) -> Embedder:
    tiny_qwen3().write(folder / "qwen3.gguf")
    return LlamaCppEmbedder(folder / "qwen3.gguf", self_test=False)


def _resting(folder: Path) -> Embedder:
    write_bert_gguf(tiny_bert(), folder / "bert.gguf", name="tiny", licence="none")
    # So short a rest that the model comes and goes all the time.
    embedder = RestingEmbedder(lambda: LlamaCppEmbedder(folder / "bert.gguf", self_test=False), idle_s=0.001)
    assert embedder.spec
    return embedder


def _starter(_folder: Path, dimensions: int = 0) -> Embedder:
    return open_embedder("starter", MODELS, dimensions=dimensions)


def _remote(base: str) -> Embedder:
    return RemoteEmbedder(RemoteAddress.of(f"openai:{base}"))


@pytest.fixture(scope="module")
def remote_server() -> Iterator[str]:
    """llama-cpp-python's own server, in a process of its own."""
    with llama_server(next(MODELS.glob("starter-*.gguf"))) as base:
        yield base


@pytest.fixture(
    scope="module",
    params=[_fake, _bert, _qwen3, _resting, _starter, partial(_starter, dimensions=128), _remote],
    ids=["fake", "bert", "qwen3", "resting", "starter", "starter-128", "remote"],
)
def make(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Embedder]:
    if request.param is _remote:
        return partial(_remote, request.getfixturevalue("remote_server"))
    return partial(request.param, tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def embedder(make: Callable[[], Embedder]) -> Iterator[Embedder]:
    opened = make()
    yield opened
    opened.close()


def test_vectors_are_float32_of_unit_length(embedder: Embedder) -> None:
    for vectors in (embedder.embed_documents(TEXTS), embedder.embed_queries(TEXTS)):
        assert vectors.dtype == np.float32
        assert vectors.shape == (len(TEXTS), embedder.spec.dimensions)
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_nothing_in_nothing_out(embedder: Embedder) -> None:
    assert embedder.embed_documents([]).shape == (0, embedder.spec.dimensions)
    assert embedder.embed_queries([]).shape == (0, embedder.spec.dimensions)


def test_a_text_in_a_batch_gets_the_vector_it_gets_alone(embedder: Embedder) -> None:
    texts = [f"{word} " * count for count in (1, 3, 9, 27, 40) for word in ("cat", "river", "green", "two")]
    alone = np.concatenate([embedder.embed_documents([text]) for text in texts])
    assert (alone * embedder.embed_documents(texts)).sum(1).min() > 0.999


def test_vectors_come_in_the_order_of_the_texts(embedder: Embedder) -> None:
    forwards, backwards = embedder.embed_documents(TEXTS), embedder.embed_documents(TEXTS[::-1])
    assert (forwards * backwards[::-1]).sum(1).min() > 0.999


def test_same_text_same_vector(embedder: Embedder) -> None:
    first, second = embedder.embed_documents(["a cat", "a cat"])
    assert first @ second > 0.999


def test_an_overlong_text_is_cut_at_its_end(embedder: Embedder) -> None:
    words = "the cat sleeps and a dog runs to the river " * 400
    overlong, another_end = embedder.embed_documents([words, words + "red green blue " * 100])
    assert overlong @ another_end > 0.999


def test_hostile_texts_are_texts(embedder: Embedder) -> None:
    texts = ["\0", "\udcff\ud800", "[CLS] <|endoftext|> [SEP]", "\n\t ", "a" * 50_000, "🇩🇪" * 99]
    assert np.isfinite(embedder.embed_documents(texts)).all()
    assert all(embedder.count_tokens(text) >= 0 for text in texts)


def test_tokens_are_counted_without_special_ones(embedder: Embedder) -> None:
    assert embedder.count_tokens("") == 0
    one = embedder.count_tokens("the cat sleeps ")
    assert one >= 3
    assert abs(embedder.count_tokens("the cat sleeps " * 20_000) - 20_000 * one) < 200


def test_a_query_is_embedded_while_documents_are(embedder: Embedder) -> None:
    expected_query = embedder.embed_queries(["a green house"])
    documents = [f"document {number} of the river and the house" for number in range(60)]
    expected = embedder.embed_documents(documents)
    found: list[float] = []

    def index() -> None:
        found.append(float((embedder.embed_documents(documents) * expected).sum(1).min()))

    threads = [threading.Thread(target=index) for _ in range(3)]
    for thread in threads:
        thread.start()
    indexing = True
    while indexing:
        # A quick fake may be done before the first query: then it is asked all the same.
        indexing = any(thread.is_alive() for thread in threads)
        found.append(float((embedder.embed_queries(["a green house"]) * expected_query).sum()))
    for thread in threads:
        thread.join()
    assert len(found) >= 4
    assert min(found) > 0.999


def test_the_specification_is_stable(make: Callable[[], Embedder], embedder: Embedder) -> None:
    again = make()
    again.close()
    assert again.spec == embedder.spec
    assert embedder.spec.modality == "text"
    assert embedder.spec.max_tokens > 0
    assert embedder.spec.fingerprint.replace("-", "").isalnum()


def test_it_says_how_alike_it_finds_what_belongs_together(embedder: Embedder) -> None:
    spec = embedder.spec
    if spec.related is None or spec.unrelated is None:
        # Loaded without a self-test, as random weights must be.
        assert (spec.related, spec.unrelated) == (None, None)
        return
    questions, answers = zip(*PLAIN_PAIRS, strict=True)
    cosines = embedder.embed_queries(questions) @ embedder.embed_documents(answers).T
    others = cosines[~np.eye(len(cosines), dtype=bool)]
    assert spec.related == pytest.approx(float(cosines.diagonal().mean()), abs=1e-3)
    assert spec.unrelated == pytest.approx(float(others.mean()), abs=1e-3)
    assert -1.0 <= spec.unrelated < spec.related <= 1.0


def test_closing_twice_is_harmless_and_use_afterwards_an_error(make: Callable[[], Embedder]) -> None:
    closed = make()
    closed.close()
    closed.close()
    with pytest.raises(ModelError) as caught:
        closed.embed_documents(["text"])
    assert caught.value.code == "model.closed"
