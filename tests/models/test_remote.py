"""The embedder on another machine: what it sends, what it believes, and how it takes a server that fails."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from fakes.embedder import HashingEmbedder
from fakes.embedding_servers import EmbeddingServer
from qwen_finder.core.errors import ModelError, RemoteModelError
from qwen_finder.models import remote
from qwen_finder.models.remote import RemoteEmbedder, cut_to_fit, guessed_tokens
from qwen_finder.models.remote_address import RemoteAddress


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "PAUSES", (0.02, 0.05))
    monkeypatch.setattr(remote, "QUERY_PAUSES", (0.02,))


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    opened = EmbeddingServer()
    yield opened
    opened.close()


class Memory(dict[str, str]):
    def set(self, key: str, value: str) -> None:
        self[key] = value


def connect(server: EmbeddingServer, *, self_test: bool = False, **options: Any) -> RemoteEmbedder:
    # Hashed words answer no question in other words.
    return RemoteEmbedder(RemoteAddress.of(f"openai:{server.base}"), self_test=self_test, **options)


def test_it_embeds_in_the_order_of_the_texts_and_at_unit_length(server: EmbeddingServer) -> None:
    embedder = connect(server)
    texts = [f"Passage number {number}." for number in range(70)]
    vectors = embedder.embed_documents(texts)
    assert vectors == pytest.approx(HashingEmbedder(24).embed_documents(texts), abs=1e-5)
    assert max(map(len, server.asked)) <= remote.BATCH_TEXTS
    assert (embedder.spec.name, embedder.spec.dimensions, embedder.spec.max_tokens) == ("hashing", 24, 256)
    embedder.close()


def test_vectors_are_cut_here(server: EmbeddingServer) -> None:
    whole, short = connect(server), connect(server, dimensions=8)
    vector = short.embed_documents(["a house"])[0]
    expected = whole.embed_documents(["a house"])[0][:8]
    assert vector == pytest.approx(expected / np.linalg.norm(expected), abs=1e-5)
    assert short.spec.fingerprint != whole.spec.fingerprint
    assert short.spec.lineage == whole.spec.lineage
    with pytest.raises(ModelError) as raised:
        connect(server, dimensions=99)
    assert raised.value.code == "model.dimensions"


def test_a_model_of_a_known_name_is_treated_as_its_makers_say(server: EmbeddingServer) -> None:
    server.model, server.dimensions = "Qwen/Qwen3-Embedding-4B", 1100
    embedder = connect(server)
    assert embedder.spec.dimensions == 1024
    server.asked.clear()
    embedder.embed_queries(["red car"])
    assert server.asked[-1][0].startswith("Instruct: ")
    assert server.asked[-1][0].endswith("red car")
    embedder.embed_documents(["red car"])
    assert server.asked[-1] == ["red car"]


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        ("html", "model.remote"),
        ("404", "model.remote"),
        ("401", "model.key"),
        ("403", "model.key"),
        ("429", "model.unreachable"),
        ("503", "model.unreachable"),
        ("redirect", "model.remote"),
        ("cut", "model.unreachable"),
        ("nan", "model.broken"),
        ("zero", "model.broken"),
        ("size", "model.remote"),
        ("all sizes", "model.changed"),
        ("fewer", "model.remote"),
        ("words", "model.remote"),
    ],
)
def test_a_server_that_does_wrong_is_an_error_with_a_cure(
    server: EmbeddingServer, harm: str, code: str
) -> None:
    embedder = connect(server)
    server.harm = harm
    for embed in (embedder.embed_documents, embedder.embed_queries):
        with pytest.raises(RemoteModelError) as raised:
            embed(["a house", "a river"])
        assert raised.value.code == code
        assert raised.value.hint
        assert "127.0.0.1" in raised.value.message
    server.harm = ""
    embedder._away = None
    assert embedder.embed_queries(["a house"]).shape == (1, 24)


@pytest.mark.parametrize("harm", ["429", "503", "cut"])
def test_a_moment_of_trouble_goes_unnoticed(server: EmbeddingServer, harm: str) -> None:
    embedder = connect(server)
    server.harm, server.harmed = harm, 1
    assert embedder.embed_documents(["a house"]).shape == (1, 24)


def test_a_slow_server_is_given_up_sooner_by_a_query(
    server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "QUERY_SECONDS", 0.2)
    embedder = connect(server)
    server.harm = "slow"
    began = time.monotonic()
    with pytest.raises(RemoteModelError) as raised:
        embedder.embed_queries(["a house"])
    assert raised.value.code == "model.unreachable"
    # The next does not wait at all.
    with pytest.raises(RemoteModelError):
        embedder.embed_queries(["a river"])
    assert time.monotonic() - began < 0.9
    assert embedder.embed_documents(["a house"]).shape == (1, 24)


def test_a_text_that_is_too_long_for_the_server_is_shortened(server: EmbeddingServer) -> None:
    embedder = connect(server)
    server.harm = "long"
    long = "the house by the river has two doors " * 15
    alone, beside = embedder.embed_documents([long]), embedder.embed_documents(["short", long])
    assert beside[1] == pytest.approx(alone[0], abs=1e-5)


def test_what_is_known_is_remembered_while_the_server_is_away(server: EmbeddingServer) -> None:
    memory = Memory()
    first = connect(server, store=memory)
    spec, expected = first.spec, first.embed_documents(["a house"])
    server.asked.clear()
    again = connect(server, store=memory)
    assert again.spec == spec
    assert (again.spec.related, again.spec.unrelated) == (spec.related, spec.unrelated)
    assert server.asked == []
    assert again.embed_documents(["a house"]) == pytest.approx(expected, abs=1e-5)
    assert server.asked[0] == [remote.PROBE]


def test_another_model_in_the_place_of_the_known_one_is_noticed(
    server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Memory()
    connect(server, store=memory)
    again = connect(server, store=memory)
    monkeypatch.setattr(
        server,
        "embed",
        lambda texts: {"data": [{"index": i, "embedding": [1.0] + [0.0] * 23} for i in range(len(texts))]},
    )
    with pytest.raises(RemoteModelError) as raised:
        again.embed_documents(["a house"])
    assert raised.value.code == "model.changed"


def test_a_model_that_means_nothing_is_refused(server: EmbeddingServer) -> None:
    with pytest.raises(ModelError) as raised:
        connect(server, self_test=True)
    assert raised.value.code == "model.broken"


def test_the_key_travels_and_each_connection_is_noted(server: EmbeddingServer) -> None:
    server.key = "secret"
    with pytest.raises(RemoteModelError) as raised:
        connect(server)
    assert raised.value.code == "model.key"
    noted: list[int] = []
    embedder = connect(server, key="secret", noted=lambda: noted.append(1))
    embedder.embed_queries(["a house"])
    assert set(server.keys[-2:]) == {"Bearer secret"}
    # The list of models is asked for too.
    assert len(noted) == len(server.asked) + 1


def test_nobody_there_is_said_at_once() -> None:
    with pytest.raises(RemoteModelError) as raised:
        RemoteEmbedder(RemoteAddress.of("openai:http://127.0.0.1:9/v1"))
    assert raised.value.code == "model.unreachable"
    assert "127.0.0.1:9" in raised.value.message


@pytest.mark.parametrize(
    "address",
    ["openai:", "openai:host", "openai:ftp://host/v1", "openai:http://", "openai:http://user:key@host/v1",
     "openai:http://host:99999/v1", "openai:http://host/v1?key=1"],
)  # fmt: skip
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ModelError) as raised:
        RemoteAddress.of(address)
    assert raised.value.code == "model.address"


def test_an_address_in_its_parts() -> None:
    address = RemoteAddress.of("openai:https://gpu.example:8000/v1/#Qwen/Qwen3-Embedding-4B")
    assert (address.base, address.model) == ("https://gpu.example:8000/v1", "Qwen/Qwen3-Embedding-4B")
    assert (address.host, address.local) == ("gpu.example:8000", False)
    assert RemoteAddress.of("openai:http://localhost:1/v1").local
    assert RemoteAddress.of("openai:http://[::1]:1/v1").local


def test_tokens_are_guessed_rather_too_many() -> None:
    assert guessed_tokens("") == 0
    assert guessed_tokens("the cat sleeps") == 5
    assert guessed_tokens("日本語の文章") == 6
    for text in ("the cat sleeps " * 99, "日本語" * 99, "aé" * 99, "x"):
        cut = cut_to_fit(text, 64)
        assert text.startswith(cut)
        assert guessed_tokens(cut) <= 64
        assert cut == text or guessed_tokens(cut) > 62
