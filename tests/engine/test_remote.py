"""A text model on another machine, in the engine: consent, indexing, and a server that comes and goes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fakes.embedding_servers import EmbeddingServer
from qwen_finder.core.errors import ModelError
from qwen_finder.core.query import Mode, SearchRequest
from qwen_finder.engine import remote_access
from qwen_finder.engine.remote_access import key_for
from qwen_finder.indexing import indexer
from qwen_finder.models import remote
from qwen_finder.models.selftest import Similarities


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddingServer]:
    monkeypatch.setattr(remote, "PAUSES", (0.02,))
    monkeypatch.setattr(remote, "QUERY_PAUSES", (0.02,))
    monkeypatch.setattr(remote, "AWAY_SECONDS", 0.2)
    monkeypatch.setattr(indexer, "RETRY_SECONDS", 0.3)
    # Hashed words answer no question in other words.
    monkeypatch.setattr(remote, "run_self_test", lambda *_: Similarities(0.5, 0.1))
    opened = EmbeddingServer()
    yield opened
    opened.close()


def wait(home: Any, condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, home.engine.status()
        time.sleep(0.02)


def test_texts_leave_only_with_consent_and_searching_goes_on_without_the_server(
    home: Any, server: EmbeddingServer
) -> None:
    home.write("ferry.txt", "The ferry leaves at nine.")
    home.write("bread.txt", "Knead flour, yeast and salt.")
    engine = home.start()
    engine.add_folder(str(home.files))
    home.settle()
    address = f"openai:{server.base}"
    for act in (
        lambda: engine.switching.use(address),
        lambda: engine.change_settings({"models.text": address}),
    ):
        with pytest.raises(ModelError) as raised:
            act()
        assert raised.value.code == "model.consent"
        assert "127.0.0.1" in raised.value.message
    assert server.asked == []
    assert engine.connections.list() == ()

    engine.switching.use(address, consent=True)
    wait(home, lambda: engine.status().text_model.id == address)
    home.settle()
    model = engine.status().text_model
    assert model.remote == server.base.removeprefix("http://").removesuffix("/v1")
    assert model.dimensions == 24
    assert {one.host for one in engine.connections.list()} == {model.remote}
    assert engine.settings()["models.consent"] == [server.base]
    assert home.names("ferry leaves", mode=Mode.SEMANTIC)[0] == "ferry.txt"

    # The server goes away: words and names are found, and what is new waits.
    server.harm = "503"
    home.write("keeper.txt", "The lighthouse keeper sleeps.")
    engine.index()
    wait(home, lambda: any("is not ready" in notice for notice in engine.status().notices))
    # Not asked before, so that nobody knows its vector.
    answer = engine.search(SearchRequest("when the ferry leaves"))
    assert answer.hits[0].path.endswith("ferry.txt")
    assert any("not by meaning" in notice for notice in answer.notices)
    with pytest.raises(ModelError):
        home.names("ferry", mode=Mode.SEMANTIC)
    # Also for a service that starts meanwhile.
    home.close()
    engine = home.start()
    wait(home, lambda: not engine._backend.opening)
    assert engine.status().text_model.id == address
    assert home.names("ferry", mode=Mode.KEYWORD) == ["ferry.txt"]
    assert engine.status().files.pending == 1

    server.harm = ""
    wait(home, lambda: engine.status().files.pending == 0)
    wait(home, lambda: home.names("lighthouse keeper", mode=Mode.SEMANTIC)[0] == "keeper.txt")
    assert engine.switching.rollback().target == "starter"
    assert engine.status().text_model.remote == ""
    server.asked.clear()
    home.settle()
    assert home.names("when does the boat go")[0] == "ferry.txt"
    assert server.asked == []


@pytest.mark.parametrize("harm", ["html", "401", "nan", "words", "503"])
def test_a_server_that_cannot_be_used_leaves_the_old_model(
    home: Any, server: EmbeddingServer, harm: str
) -> None:
    server.harm = harm
    engine = home.start()
    engine._backend.wait()
    engine.switching.use(f"openai:{server.base}", consent=True)
    wait(home, lambda: engine.status().switch.state == "failed")
    told = engine.status().switch
    assert told.message
    assert told.hint
    assert engine.settings()["models.text"] == engine.status().text_model.id == "starter"


def test_the_key_comes_from_the_environment_the_keyring_or_a_private_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths: Any = SimpleNamespace(config=tmp_path)
    away, here = "openai:http://gpu.example/v1", "openai:http://127.0.0.1:8000/v1"
    asked: list[tuple[str, str]] = []

    def password(service: str, server: str) -> str | None:
        asked.append((service, server))
        return "of the keyring" if "gpu" in server else None

    rings: dict[str, Any] = {"keyring": SimpleNamespace(get_password=password)}
    monkeypatch.setattr(remote_access.importlib, "import_module", lambda name: rings[name])
    assert key_for(away, paths, {"QWEN_FINDER_OPENAI_KEY": " own "}) == "own"
    assert key_for(here, paths, {"OPENAI_API_KEY": "usual"}) == "usual"
    assert key_for("openai:https://gpu.example/v1", paths, {"OPENAI_API_KEY": "usual"}) == "usual"
    # A key meant for another does not travel in the clear.
    assert key_for(away, paths, {"OPENAI_API_KEY": "usual"}) == "of the keyring"
    assert asked == [("qwen-finder", "http://gpu.example/v1")]
    assert key_for(here, paths, {}) == ""
    file = tmp_path / remote_access.KEY_FILE
    file.write_text("of the file\n")
    file.chmod(0o644)
    assert key_for(here, paths, {}) == ""
    file.chmod(0o600)
    assert key_for(here, paths, {}) == "of the file"
    assert key_for("starter", paths, {"QWEN_FINDER_OPENAI_KEY": "own"}) == ""
