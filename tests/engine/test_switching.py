"""Changing the text model while files are searched and indexed, with the real model and stores."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qwen_finder.core.document import FileState
from qwen_finder.core.errors import ModelError, StorageError, UsageError
from qwen_finder.core.query import Mode
from qwen_finder.core.status import CheckState
from qwen_finder.engine import changeover, reading, switch_cost
from qwen_finder.engine.answering import Answering
from qwen_finder.engine.chosen import Choice, in_use, plain
from qwen_finder.indexing import rebuild
from qwen_finder.models import tuning
from qwen_finder.models.catalog import load_catalog
from qwen_finder.models.llama_cpp import LlamaCppEmbedder
from qwen_finder.settings.store import load
from qwen_finder.storage.vectors import LanceVectorStore


@pytest.fixture(autouse=True)
def untuned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of many models would be measured for two seconds, in each home anew."""
    monkeypatch.setattr(tuning, "measure", lambda *_, **__: tuning.DEFAULT_SHAPE)


@pytest.fixture
def another(filled: Any) -> Path:
    """A model that is another one to this program, a copy of the English starter."""
    return copy_of_starter(filled, filled.files.parent / "another.gguf")


def copy_of_starter(home: Any, path: Path) -> Path:
    starter = next(home.paths.models.glob("*.gguf"))
    shutil.copyfile(starter, path)
    with path.open("ab") as file:
        # Bytes that nobody reads, for another hash.
        file.write(path.name.encode())
    return path


def wait(home: Any, condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, home.engine.status()
        time.sleep(0.01)


def switched(home: Any) -> Any:
    """The status of the change when it has ended, and all is indexed again."""
    wait(home, lambda: (status := home.engine.status().switch) is None or status.state != "building")
    home.settle()
    return home.engine.status().switch


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory, home_in: Callable[[Path], Any]) -> tuple[Path, Path]:
    """Where a home lies with its files, and a copy of both as they are when all is indexed."""
    folder = tmp_path_factory.mktemp("switching")
    home = home_in(folder / "now")
    home.write("ferry.txt", "The ferry leaves at nine.")
    home.write("bread.txt", "Knead flour, yeast and salt, and bake the loaf for an hour.")
    for number in range(12):
        home.write(f"notes/{number}.txt", f"Note number {number}: the tomatoes want water in summer.")
    home.start().add_folder(str(home.files))
    home.settle()
    home.close()
    shutil.copytree(folder / "now", folder / "master")
    return folder / "now", folder / "master"


@pytest.fixture
def filled(indexed: tuple[Path, Path], home_in: Callable[[Path], Any]) -> Iterator[Any]:
    now, master = indexed
    shutil.rmtree(now)
    home = home_in(now)
    shutil.copytree(master, now, dirs_exist_ok=True)
    home.start()
    home.settle()
    yield home
    home.close()


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every passage that any model is given from now on."""
    seen: list[str] = []
    original = LlamaCppEmbedder.embed_documents

    def counting(self: Any, inputs: Any) -> Any:
        seen.extend(inputs)
        return original(self, inputs)

    monkeypatch.setattr(LlamaCppEmbedder, "embed_documents", counting)
    return seen


@pytest.fixture
def extracted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The path of every file that is read from now on."""
    seen: list[str] = []
    original = reading.Pool.extract

    def noting(self: Any, path: str, *rest: Any) -> Any:
        seen.append(path)
        return original(self, path, *rest)

    monkeypatch.setattr(reading.Pool, "extract", noting)
    return seen


def consistent(home: Any) -> bool:
    return {check.name: check.state for check in home.engine.checks()}["index"] is CheckState.OK


def test_another_model_takes_over_without_reading_a_file(
    filled: Any, another: Path, extracted: list[str]
) -> None:
    engine = filled.engine
    assert engine.switching.use(str(another)).state in ("building", "ready")
    status = switched(filled)
    assert (status.state, status.target, status.previous) == ("ready", f"gguf:{another}", "starter")
    assert extracted == []
    assert engine.status().text_model.id == f"gguf:{another}"
    assert engine.status().files.indexed == engine.status().index.chunks == 14
    assert filled.names("when does the boat go")[0] == "ferry.txt"
    assert filled.names("how to make dough", mode=Mode.SEMANTIC)[0] == "bread.txt"
    assert consistent(filled)
    assert engine.settings()["models.text"] == f"gguf:{another}"

    filled.close()
    engine = filled.start()
    filled.settle()
    assert extracted == []
    assert engine.status().text_model.id == f"gguf:{another}"
    assert filled.names("when does the boat go")[0] == "ferry.txt"


def test_the_old_model_answers_until_the_new_one_has_all(
    filled: Any, another: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = filled.engine
    gate = Gate(monkeypatch)
    engine.switching.use(str(another))
    gate.reached.wait(30)
    told = engine.status().switch
    assert (told.state, told.done, told.total) == ("building", 0, 14)
    assert engine.status().text_model.id == "starter"
    assert any("is being made" in notice for notice in engine.status().notices)
    assert filled.names("when does the boat go")[0] == "ferry.txt"
    # What changes meanwhile is found at once, and right afterwards too.
    filled.write("bread.txt", "The lighthouse keeper sleeps until noon.")
    filled.write("new.txt", "A passport takes six weeks to be issued.")
    os.unlink(filled.files / "notes" / "3.txt")
    filled.index()
    assert filled.names("how long do travel documents take")[0] == "new.txt"
    gate.open()
    assert switched(filled).state == "ready"
    assert filled.names("how long do travel documents take")[0] == "new.txt"
    assert filled.names("who is asleep in the morning", mode=Mode.SEMANTIC)[0] == "bread.txt"
    assert "3.txt" not in filled.names("tomatoes")
    assert engine.status().index.chunks == 14
    assert consistent(filled)


def test_back_at_once_with_what_changed_since(
    filled: Any, another: Path, embedded: list[str], extracted: list[str]
) -> None:
    engine = filled.engine
    engine.switching.use(str(another))
    switched(filled)
    filled.write("ferry.txt", "The night train departs at eleven.")
    filled.write("new.txt", "A passport takes six weeks to be issued.")
    os.unlink(filled.files / "bread.txt")
    filled.index()
    embedded.clear()
    extracted.clear()
    status = engine.switching.rollback()
    assert (status.state, status.target, status.previous) == ("ready", "starter", f"gguf:{another}")
    assert engine.status().text_model.id == "starter"
    filled.settle()
    assert {os.path.basename(path) for path in extracted} == {"ferry.txt", "new.txt"}
    assert sum("tomatoes" in text for text in embedded) == 0
    assert filled.names("railway in the evening")[0] == "ferry.txt"
    assert filled.names("how long do travel documents take")[0] == "new.txt"
    assert "bread.txt" not in filled.names("how to make dough")
    assert engine.settings()["models.text"] == "starter"
    assert consistent(filled)
    # And forth again, which is a rollback of the rollback.
    extracted.clear()
    assert engine.switching.rollback().target == f"gguf:{another}"
    filled.settle()
    assert extracted == []
    assert filled.names("railway in the evening")[0] == "ferry.txt"


def test_there_and_back_and_there_again_embeds_nothing_twice(
    filled: Any, another: Path, embedded: list[str]
) -> None:
    engine = filled.engine
    engine.switching.use(str(another))
    switched(filled)
    embedded.clear()
    engine.switching.use("starter")
    assert switched(filled).target == "starter"
    engine.switching.use(str(another))
    assert switched(filled).target == f"gguf:{another}"
    assert [text for text in embedded if "ferry" in text or "tomatoes" in text] == []


def test_fewer_dimensions_embed_nothing(filled: Any, embedded: list[str], extracted: list[str]) -> None:
    engine = filled.engine
    engine.change_settings({"models.dimensions": 96})
    assert switched(filled).state == "ready"
    assert engine.status().text_model.dimensions == 96
    assert [text for text in embedded if "ferry" in text or "tomatoes" in text] == []
    assert extracted == []
    assert filled.names("when does the boat go")[0] == "ferry.txt"
    stored = engine._backend.opened.store.vectors_by_hash([1])
    passage = engine._backend.opened.store.beside(96, "0" * 16).passages([1 << 20])[0]
    expected = engine._backend.opened.embedder.embed_documents([passage.text])[0]
    assert float(np.dot(stored[passage.hash], expected)) > 0.999
    # More than there were have to be computed.
    engine.change_settings({"models.dimensions": 0})
    switched(filled)
    assert engine.status().text_model.dimensions == 384
    assert sum("ferry" in text for text in embedded) <= 1


def test_vectors_that_a_change_deleted_while_they_were_looked_over_are_no_damage(
    filled: Any, embedded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, looked_over = filled.engine, LanceVectorStore.check

    def check(store: LanceVectorStore) -> None:
        monkeypatch.setattr(LanceVectorStore, "check", looked_over)
        engine.change_settings({"models.dimensions": 96})
        switched(filled)
        raise StorageError("storage.broken", "The table is gone.", "It is rebuilt.")

    monkeypatch.setattr(LanceVectorStore, "check", check)
    assert "damaged" not in " ".join(engine.repair())
    assert filled.names("when does the boat go")[0] == "ferry.txt"
    assert [text for text in embedded if "ferry" in text] == []


@pytest.mark.parametrize("harm", ["missing", "foreign", "truncated", "meaningless", "dimensions", "no room"])
def test_a_model_that_cannot_be_used_leaves_the_old_one(
    filled: Any, another: Path, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, dimensions = filled.engine, None
    if harm == "missing":
        another.unlink()
    elif harm == "foreign":
        another.write_bytes(b"<html>Not found</html>")
    elif harm == "truncated":
        os.truncate(another, another.stat().st_size // 2)
    elif harm == "meaningless":
        refuse_self_test(monkeypatch)
    elif harm == "dimensions":
        dimensions = 5000
    else:
        monkeypatch.setattr(switch_cost, "BYTES_PER_ROW", 10**15)
    try:
        engine.switching.use(str(another), dimensions)
        error: Any = switched(filled)
    except (ModelError, StorageError) as refused:
        error = refused
    else:
        assert error.state == "failed"
        assert any(error.message in notice for notice in engine.status().notices)
    assert error.message
    assert error.hint
    assert (
        engine.settings()["models.text"] == load(filled.paths.settings_file).text("models.text") == "starter"
    )
    assert engine.status().text_model.id == "starter"
    assert filled.names("when does the boat go")[0] == "ferry.txt"
    filled.write("new.txt", "A passport takes six weeks to be issued.")
    filled.index()
    assert filled.names("how long do travel documents take")[0] == "new.txt"


def test_config_set_takes_the_same_road(filled: Any, another: Path, extracted: list[str]) -> None:
    engine = filled.engine
    with pytest.raises(ModelError, match="no model file"):
        engine.change_settings({"models.text": "gguf:/absent.gguf"})
    assert engine.settings()["models.text"] == "starter"
    engine.change_settings({"models.text": f"gguf:{another}", "models.threads": 1})
    wait(filled, lambda: engine.status().text_model.id == f"gguf:{another}")
    assert switched(filled).target == f"gguf:{another}"
    assert extracted == []
    assert filled.names("when does the boat go")[0] == "ferry.txt"


def test_a_change_of_the_settings_file_while_nobody_runs_takes_it_too(
    filled: Any, another: Path, extracted: list[str]
) -> None:
    filled.close()
    filled.paths.settings_file.write_text(f'[models]\ntext = "gguf:{another}"\n')
    engine = filled.start()
    engine._backend.wait()
    assert switched(filled).target == engine.status().text_model.id == f"gguf:{another}"
    assert extracted == []
    assert filled.names("when does the boat go")[0] == "ferry.txt"


def test_an_end_in_the_middle_costs_nothing(
    filled: Any, another: Path, monkeypatch: pytest.MonkeyPatch, embedded: list[str], extracted: list[str]
) -> None:
    monkeypatch.setattr(rebuild, "BLOCK", 4)
    gate = Gate(monkeypatch, after=4)
    filled.engine.switching.use(str(another))
    gate.reached.wait(30)
    before = [text for text in embedded if "tomatoes" in text or "ferry" in text or "flour" in text]
    closing = threading.Thread(target=filled.close)
    closing.start()
    time.sleep(0.1)
    gate.open()
    closing.join(30)
    engine = filled.start()
    engine._backend.wait()
    assert switched(filled).target == f"gguf:{another}"
    after = [text for text in embedded if "tomatoes" in text or "ferry" in text or "flour" in text]
    assert 14 <= len(after) <= 14 + 4
    assert len(before) >= 4
    assert extracted == []
    assert filled.names("when does the boat go")[0] == "ferry.txt"


def test_a_change_that_is_called_off_leaves_nothing(
    filled: Any, another: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = filled.engine
    gate = Gate(monkeypatch)
    engine.switching.use(str(another))
    gate.reached.wait(30)
    assert engine.switching.cancel() is None
    gate.open()
    wait(filled, lambda: not any(thread.name == "change-model" for thread in threading.enumerate()))
    assert engine.status().switch is None
    assert engine.settings()["models.text"] == engine.status().text_model.id == "starter"
    assert engine._backend.opened.store._tables.others == []
    assert filled.names("when does the boat go")[0] == "ferry.txt"
    with pytest.raises(UsageError) as raised:
        engine.switching.rollback()
    assert raised.value.code == "model.no_previous"


def test_only_the_last_model_is_kept_and_not_for_ever(
    filled: Any, another: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    third = copy_of_starter(filled, another.with_name("third.gguf"))
    engine = filled.engine
    for model in (another, third):
        engine.switching.use(str(model))
        switched(filled)
    tables = engine._backend.opened.store._tables
    wait(filled, lambda: len(tables.others) == 1)
    assert engine.status().switch.previous == f"gguf:{another}"
    monkeypatch.setattr("qwen_finder.engine.switching.time.time", lambda: time.monotonic() + 1e12)
    engine.switching.tidy()
    assert tables.others == []
    assert engine.status().switch is None


def test_a_former_model_that_is_gone_or_another_says_so(filled: Any, another: Path) -> None:
    engine = filled.engine
    engine.switching.use(str(another))
    switched(filled)
    engine.switching.use("starter")
    switched(filled)
    another.write_bytes(copy_of_starter(filled, another.with_name("other")).read_bytes())
    with pytest.raises(ModelError) as raised:
        engine.switching.rollback()
    assert raised.value.code == "model.changed"
    another.unlink()
    with pytest.raises(ModelError) as raised:
        engine.switching.rollback()
    assert raised.value.code == "model.missing"
    assert engine.status().text_model.id == "starter"
    assert filled.names("when does the boat go")[0] == "ferry.txt"


def test_a_full_disk_is_waited_for(filled: Any, another: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changeover, "RETRY_SECONDS", 0.05)
    full = threading.Event()
    full.set()
    original = rebuild.Rebuild._store

    def store(self: Any, made: Any) -> None:
        if full.is_set():
            raise StorageError("storage.full", "No space is left on the disk.", "Free some space.")
        original(self, made)

    monkeypatch.setattr(rebuild.Rebuild, "_store", store)
    engine = filled.engine
    engine.switching.use(str(another))
    wait(filled, lambda: "No space" in engine.status().switch.message)
    assert filled.names("when does the boat go")[0] == "ferry.txt"
    full.clear()
    assert switched(filled).state == "ready"


def test_the_cost_is_told_before(filled: Any, another: Path) -> None:
    cost = filled.engine.switching.cost(str(another))
    assert (cost.files, cost.chunks) == (14, 14)
    assert cost.bytes > 14 * 384 * 4
    assert cost.free_bytes > cost.bytes
    assert cost.seconds is not None
    assert 0 < cost.seconds < 60
    assert filled.engine.switching.cost(str(another), 96).bytes < cost.bytes
    with pytest.raises(ModelError):
        filled.engine.switching.cost("/absent.gguf")


def test_events_tell_how_far_it_is(filled: Any, another: Path) -> None:
    filled.engine.switching.use(str(another))
    switched(filled)
    told = [event.data for event in filled.engine.events.since(0) if event.kind == "model.switch"]
    assert told[0]["state"] == "building"
    assert (told[-1]["state"], told[-1]["target"]) == ("ready", f"gguf:{another}")


def test_searches_never_fail_through_changes_and_rollbacks(filled: Any, another: Path) -> None:
    done = threading.Event()
    answers: list[str] = []
    errors: list[Exception] = []

    def search() -> None:
        while not done.is_set():
            time.sleep(0.02)
            try:
                answers.append(filled.names("when does the boat go", mode=Mode.SEMANTIC)[0])
            except Exception as error:  # noqa: BLE001 - shown by the assertion below
                errors.append(error)

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    filled.engine.switching.use(str(another))
    switched(filled)
    filled.engine.switching.rollback()
    filled.engine.change_settings({"models.dimensions": 128})
    switched(filled)
    done.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert set(answers) == {"ferry.txt"}


def test_the_old_model_is_there_for_as_long_as_searches_begin_with_it(
    filled: Any, another: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[str] = []
    original = Answering.renew

    def renew(self: Answering) -> None:
        time.sleep(0.2)
        answers.append(filled.names("when does the boat go", mode=Mode.SEMANTIC)[0])
        original(self)

    monkeypatch.setattr(Answering, "renew", renew)
    filled.engine.switching.use(str(another))
    switched(filled)
    assert set(answers) == {"ferry.txt"}


def test_one_model_has_one_name() -> None:
    assert plain("gguf:starter") == plain("starter") == "starter"
    assert plain("/a/../b.gguf") == plain("gguf:/b.gguf") == "gguf:/b.gguf"
    assert plain("openai:http://host/v1#m") == "openai:http://host/v1#m"
    assert plain("~/m.gguf") == f"gguf:{Path.home()}/m.gguf"


def test_another_name_of_the_same_model_changes_nothing(
    filled: Any, another: Path, embedded: list[str]
) -> None:
    entry = load_catalog().find("starter")
    assert entry is not None
    starter = entry.path(filled.paths.models)
    twin = another.with_name("twin.gguf")
    shutil.copyfile(starter, twin)
    filled.engine.switching.use(str(twin))
    switched(filled)
    used = in_use(filled.engine._catalog)
    assert used is not None
    assert used.choice == Choice(f"gguf:{twin}", 0)
    assert [text for text in embedded if "ferry" in text] == []
    states = {state for state, _ in filled.engine._catalog.chunk_counts().values()}
    assert states == {FileState.INDEXED}


def refuse_self_test(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str, *_: object) -> None:
        raise ModelError("model.broken", f"The model {name} does not work.", "Use another.")

    monkeypatch.setattr("qwen_finder.models.llama_cpp.run_self_test", fail)


class Gate:
    """Holds a change up once so many passages were made."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, after: int = 0) -> None:
        self.reached = threading.Event()
        self._opened = threading.Event()
        original = rebuild.Rebuild._make

        def make(self_: Any, ids: Any) -> bool:
            if self_.done >= after and not self._opened.is_set():
                self.reached.set()
                self._opened.wait(30)
            return bool(original(self_, ids))

        monkeypatch.setattr(rebuild.Rebuild, "_make", make)

    def open(self) -> None:
        self._opened.set()
