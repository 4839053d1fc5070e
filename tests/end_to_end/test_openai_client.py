"""Other programs share the loaded model: the real ``openai`` client against the real service."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator

import numpy as np
import openai
import pytest

from qwen_finder.api.client import Client
from qwen_finder.api.endpoint import Endpoint
from qwen_finder.api.launcher import Launcher
from qwen_finder.core.query import Mode, SearchRequest
from qwen_finder.settings.paths import find_paths

TEXTS = ["The ferry leaves at nine.", "Knead flour, yeast and salt.", "Wann fährt das Schiff?"]


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QWEN_FINDER_HOME", str(tmp_path_factory.mktemp("home")))
        launcher = Launcher(find_paths())
        yield launcher.connect()
        launcher.stop()


@pytest.fixture
def programs(endpoint: Endpoint) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(
        base_url=f"http://127.0.0.1:{endpoint.port}/v1", api_key=endpoint.token, max_retries=0
    ) as client:
        yield client


def test_a_text_a_list_and_both_forms_of_vectors(programs: openai.OpenAI) -> None:
    # This client asks for base64 unless told otherwise.
    one = programs.embeddings.create(model="any", input=TEXTS[0])
    several = programs.embeddings.create(model="any", input=TEXTS, encoding_format="float")
    assert [row.index for row in several.data] == [0, 1, 2]
    vectors = np.array([row.embedding for row in several.data])
    assert vectors.shape == (3, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(3), abs=1e-4)
    assert float(vectors[0] @ np.array(one.data[0].embedding)) > 0.999
    assert several.model == "Qwen Finder multilingual starter"
    assert several.usage.prompt_tokens == several.usage.total_tokens > 15


def test_dimensions_are_cut(programs: openai.OpenAI) -> None:
    whole = programs.embeddings.create(model="any", input=TEXTS).data
    short = programs.embeddings.create(model="any", input=TEXTS, dimensions=64).data
    for row, long in zip(short, whole, strict=True):
        expected = np.array(long.embedding[:64])
        assert np.array(row.embedding) == pytest.approx(expected / np.linalg.norm(expected), abs=2e-2)
    with pytest.raises(openai.BadRequestError, match="384 dimensions"):
        programs.embeddings.create(model="any", input=TEXTS, dimensions=4096)


def test_what_is_no_text_is_refused_clearly(programs: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="takes texts"):
        programs.embeddings.create(model="any", input=[1, 2, 3])
    with pytest.raises(openai.BadRequestError, match="takes texts"):
        programs.embeddings.create(model="any", input=[[1, 2], [3]])
    with pytest.raises(openai.BadRequestError, match="At most 2048"):
        programs.embeddings.create(model="any", input=["x"] * 2049)
    with pytest.raises(openai.BadRequestError, match="too large"):
        programs.embeddings.create(model="any", input="x" * 2_000_000)
    with pytest.raises(openai.BadRequestError, match="a text or a list"):
        programs.embeddings.create(model="any", input=[])


def test_the_token_is_required(endpoint: Endpoint) -> None:
    with (
        openai.OpenAI(base_url=f"http://127.0.0.1:{endpoint.port}/v1", api_key="guessed") as stranger,
        pytest.raises(openai.AuthenticationError),
    ):
        stranger.embeddings.create(model="any", input=TEXTS)


def test_the_list_of_models_is_read_by_both(programs: openai.OpenAI, endpoint: Endpoint) -> None:
    assert [model.id for model in programs.models.list()] == ["starter"]
    listed = Client(Launcher(find_paths({"QWEN_FINDER_HOME": _home()}))).models()
    assert [model.id for model in listed if model.active and model.modality == "text"] == ["starter"]


def test_a_query_does_not_wait_for_a_program(programs: openai.OpenAI) -> None:
    finder = Client(Launcher(find_paths({"QWEN_FINDER_HOME": _home()})))
    finder.search(SearchRequest("warm up", mode=Mode.SEMANTIC))
    asked = threading.Thread(
        target=programs.embeddings.create,
        kwargs={"model": "any", "input": [f"{n} " + "the house by the river " * 20 for n in range(60)]},
    )
    began = time.monotonic()
    asked.start()
    waits = []
    while asked.is_alive():
        asking = time.monotonic()
        finder.search(SearchRequest("when does the boat go", mode=Mode.SEMANTIC))
        waits.append(time.monotonic() - asking)
        time.sleep(0.2)
    took = time.monotonic() - began
    assert len(waits) >= 2
    assert sorted(waits)[len(waits) // 2] < took / 2


def _home() -> str:
    return os.environ["QWEN_FINDER_HOME"]
