"""When a model is loaded and when it goes. What it computes meanwhile the contract suite shows."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fakes.embedder import HashingEmbedder
from fakes.picture_embedder import ColourEmbedder
from qwen_finder.core.errors import ModelError
from qwen_finder.models.resting import RestingEmbedder, RestingPictureEmbedder


class Loading:
    """Loads fake models and counts them."""

    def __init__(self) -> None:
        self.make = HashingEmbedder
        self.models: list[Any] = []
        self.unloaded = 0
        self.dimensions = 16
        self.error: Exception | None = None

    def __call__(self) -> Any:
        if self.error is not None:
            raise self.error
        self.models.append(self.make(self.dimensions))
        return self.models[-1]

    def note_unloaded(self) -> None:
        self.unloaded += 1


@pytest.fixture
def loading() -> Loading:
    return Loading()


@pytest.fixture
def resting(loading: Loading) -> Iterator[Callable[[float], RestingEmbedder]]:
    made: list[RestingEmbedder] = []

    def make(idle_s: float) -> RestingEmbedder:
        made.append(RestingEmbedder(loading, idle_s=idle_s, unloaded=loading.note_unloaded))
        return made[-1]

    yield make
    for embedder in made:
        embedder.close()


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


def test_it_loads_on_first_use_and_once(resting: Any, loading: Loading) -> None:
    embedder = resting(100.0)
    assert not embedder.loaded
    assert embedder.spec.dimensions == 16
    embedder.embed_documents(["a"])
    embedder.embed_queries(["a"])
    embedder.count_tokens("a")
    assert len(loading.models) == 1
    assert embedder.loaded


def test_it_goes_when_nobody_used_it_and_comes_back(resting: Any, loading: Loading) -> None:
    embedder = resting(0.02)
    before = embedder.embed_documents(["a cat"])
    wait_for(lambda: loading.unloaded)
    assert not embedder.loaded
    assert embedder.spec.dimensions == 16, "what is known of it needs no model"
    assert len(loading.models) == 1
    assert (embedder.embed_documents(["a cat"]) == before).all()
    assert len(loading.models) == 2


def test_what_the_first_self_test_measured_stays_known(resting: Any, loading: Loading) -> None:
    """Later loadings leave the test out."""
    embedder = resting(0.02)
    related = embedder.spec.related
    assert related is not None

    def untested(dimensions: int) -> Any:
        made = HashingEmbedder(dimensions)
        made._spec = dataclasses.replace(made.spec, related=None, unrelated=None)
        return made

    loading.make = untested
    wait_for(lambda: loading.unloaded)
    embedder.embed_queries(["a cat"])
    assert len(loading.models) == 2
    assert embedder.spec.related == related


def test_a_rest_of_zero_keeps_it(resting: Any, loading: Loading) -> None:
    before = set(threading.enumerate())
    resting(0.0).embed_queries(["a"])
    assert set(threading.enumerate()) <= before


def test_a_model_at_rest_leaves_no_thread(resting: Any, loading: Loading) -> None:
    embedder = resting(0.01)
    before = set(threading.enumerate())
    embedder.embed_queries(["a"])
    wait_for(lambda: loading.unloaded)
    # Threads of other tests may end meanwhile: only new ones count.
    wait_for(lambda: set(threading.enumerate()) <= before)


def test_it_stays_while_it_is_used(resting: Any, loading: Loading) -> None:
    embedder = resting(0.01)
    used, go_on = threading.Event(), threading.Event()
    assert embedder.spec
    loading.make = lambda dimensions: _Slow(HashingEmbedder(dimensions), used, go_on)
    wait_for(lambda: loading.unloaded)
    thread = threading.Thread(target=embedder.embed_documents, args=(["a"],))
    thread.start()
    used.wait(30)
    time.sleep(0.05)
    assert embedder.loaded
    go_on.set()
    thread.join()
    wait_for(lambda: loading.unloaded == 2)


def test_many_who_need_it_at_once_load_it_once(resting: Any, loading: Loading) -> None:
    embedder = resting(100.0)
    threads = [threading.Thread(target=embedder.embed_queries, args=(["a"],)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loading.models) == 1


def test_a_model_that_cannot_be_loaded_says_so_and_is_tried_again(resting: Any, loading: Loading) -> None:
    embedder = resting(100.0)
    loading.error = ModelError("model.missing", "it is gone", "Fetch it.")
    with pytest.raises(ModelError, match="it is gone"):
        embedder.embed_queries(["a"])
    loading.error = None
    assert embedder.embed_queries(["a"]).shape == (1, 16)


def test_another_model_in_its_place_is_refused(resting: Any, loading: Loading) -> None:
    embedder = resting(0.01)
    embedder.embed_documents(["a"])
    loading.dimensions = 32
    wait_for(lambda: loading.unloaded)
    with pytest.raises(ModelError) as caught:
        embedder.embed_documents(["a"])
    assert caught.value.code == "model.changed"
    with pytest.raises(ModelError):
        loading.models[-1].embed_queries(["it was closed"])


def test_closing_waits_for_those_who_use_it(resting: Any, loading: Loading) -> None:
    used, go_on = threading.Event(), threading.Event()
    loading.make = lambda dimensions: _Slow(HashingEmbedder(dimensions), used, go_on)
    embedder = resting(100.0)
    answers: list[Any] = []
    user = threading.Thread(target=lambda: answers.append(embedder.embed_documents(["a"])))
    user.start()
    used.wait(30)
    closer = threading.Thread(target=embedder.close)
    closer.start()
    closer.join(0.05)
    assert closer.is_alive()
    go_on.set()
    user.join()
    closer.join()
    assert answers[0].shape == (1, 16)
    with pytest.raises(ModelError):
        embedder.embed_queries(["a"])


class _Slow:
    """Embeds when it is told to."""

    def __init__(self, embedder: Any, used: threading.Event, go_on: threading.Event) -> None:
        self._embedder = embedder
        self._used, self._go_on = used, go_on
        self.spec = dataclasses.replace(embedder.spec)

    def embed_documents(self, inputs: Any) -> Any:
        self._used.set()
        self._go_on.wait(30)
        return self._embedder.embed_documents(inputs)

    def close(self) -> None:
        self._embedder.close()


def test_what_a_picture_model_wants_to_see_is_known_while_it_rests() -> None:
    loading = Loading()
    loading.make = ColourEmbedder  # type: ignore[assignment]
    embedder = RestingPictureEmbedder(loading, idle_s=0.01, unloaded=loading.note_unloaded)
    framing = embedder.framing
    wait_for(lambda: loading.unloaded)
    assert (embedder.framing, embedder.spec.modality, embedder.notice) == (framing, "image", "")
    assert len(loading.models) == 1
    embedder.close()


def test_what_a_loaded_picture_model_has_to_say() -> None:
    model = ColourEmbedder()
    model.notice = "It is slow today."  # type: ignore[attr-defined]
    embedder = RestingPictureEmbedder(lambda: model, idle_s=0)  # type: ignore[arg-type,return-value]
    assert embedder.notice == ""
    assert embedder.embed_queries(["red"]).shape == (1, 16)
    assert embedder.notice == "It is slow today."
    embedder.close()
