"""The engine as a library: folders, indexing, searching, settings, and what it says of itself."""

from __future__ import annotations

import os
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from qwen_finder.core.errors import FolderError, ModelError, SettingsError, UsageError
from qwen_finder.core.query import Mode, SearchRequest
from qwen_finder.core.status import CheckState
from qwen_finder.engine.backend import Backend
from qwen_finder.models.llama_cpp import LlamaCppEmbedder


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every passage that the model is given from now on."""
    seen: list[str] = []
    original = LlamaCppEmbedder.embed_documents

    def counting(self: Any, inputs: Any) -> Any:
        seen.extend(inputs)
        return original(self, inputs)

    monkeypatch.setattr(LlamaCppEmbedder, "embed_documents", counting)
    return seen


def test_index_search_edit_index_search(home: Any) -> None:
    home.write("garden.md", "# Garden\n\nWater the tomatoes every evening in summer.")
    home.write("taxes.md", "# Taxes\n\nThe declaration of income is due at the end of July.")
    home.write("recipes/bread.txt", "Knead flour, yeast and salt, and bake the loaf for an hour.")
    engine = home.start()
    status = engine.add_folder(str(home.files))
    assert (status.path, status.mode) == (os.path.realpath(home.files), "timed")
    home.settle()
    assert engine.status().files.indexed == 3

    assert home.names("when do I have to report what I earned")[0] == "taxes.md"
    assert home.names("how to make dough", mode=Mode.SEMANTIC)[0] == "bread.txt"
    assert home.names("tomatoes", mode=Mode.KEYWORD) == ["garden.md"]
    assert home.names("bread", mode=Mode.NAME) == ["bread.txt"]
    assert home.names("in:recipes loaf") == ["bread.txt"]
    assert home.names('"flour, yeast"') == ["bread.txt"]

    home.write("garden.md", "# Garden\n\nThe hedgehogs sleep under the leaves all winter.")
    os.unlink(home.files / "taxes.md")
    home.index()
    assert home.names("tomatoes", mode=Mode.KEYWORD) == []
    assert home.names("hibernating animals")[0] == "garden.md"
    assert "taxes.md" not in home.names("report what I earned")
    assert engine.status().files.indexed == 2
    assert {check.state for check in engine.checks()} == {CheckState.OK}


def test_a_second_start_finds_nothing_to_do(home: Any, embedded: list[str]) -> None:
    home.write("a.txt", "The ferry leaves at nine.")
    home.write("empty.txt", "")
    home.start().add_folder(str(home.files))
    home.settle()
    assert any("ferry" in text for text in embedded)
    home.close()

    embedded.clear()
    engine = home.start()
    home.settle()
    assert [text for text in embedded if "ferry" in text] == []
    assert engine.status().files.indexed == 1
    assert home.names("when does the boat go") == ["a.txt"]


def test_moved_and_renamed_files_are_not_embedded_again(home: Any, embedded: list[str]) -> None:
    home.write("old/a.txt", "The ferry leaves at nine.")
    home.write("b.txt", "The lighthouse keeper sleeps.")
    home.start().add_folder(str(home.files))
    home.settle()
    home.close()
    # Nothing is remembered in memory any more.
    home.start()
    home.settle()
    embedded.clear()
    os.rename(home.files / "old", home.files / "new")
    os.rename(home.files / "b.txt", home.files / "c.txt")
    home.index()
    assert embedded == []
    assert home.names("ferry", mode=Mode.KEYWORD) == ["a.txt"]
    assert home.names("in:new ferry") == ["a.txt"]
    assert home.names("keeper", mode=Mode.KEYWORD) == ["c.txt"]
    assert home.engine.status().index.chunks == 2


def test_files_that_vanished_while_nobody_ran_leave_no_text(home: Any) -> None:
    """They are missed while the index is still being opened."""
    home.write("stays.txt", "The ferry leaves at nine.")
    gone = home.write("gone.txt", "The secret of the old lighthouse.")
    home.start().add_folder(str(home.files))
    home.settle()
    home.close()
    gone.unlink()

    engine = home.start()
    home.settle()
    assert engine.status().index.chunks == 1
    assert {check.name: check.state for check in engine.checks()}["index"] is CheckState.OK


def test_a_folder_removed_while_the_index_is_opened_leaves_no_text(home: Any) -> None:
    home.write("a.txt", "The secret of the old lighthouse.")
    home.start().add_folder(str(home.files))
    home.settle()
    home.close()
    engine = home.start()
    engine.remove_folder(str(home.files))
    home.settle()
    assert engine.status().index.chunks == 0


def test_a_removed_folder_is_gone_from_every_search(home: Any) -> None:
    home.write("a.txt", "The ferry leaves at nine.")
    engine = home.start()
    engine.add_folder(str(home.files))
    home.settle()
    assert engine.remove_folder(f"{home.files}/").files.indexed == 1
    home.settle()
    assert engine.folders() == ()
    assert home.names("ferry") == []
    assert home.names("a.txt") == []
    assert engine.status().index.chunks == 0


def test_folders_that_cannot_be_added_or_found_say_why(home: Any, tmp_path: Path) -> None:
    engine = home.start()
    inside = home.files / "inside"
    inside.mkdir()
    engine.add_folder(str(home.files))

    def code(act: Any, path: object) -> str:
        with pytest.raises(FolderError) as raised:
            act(str(path))
        assert raised.value.hint
        return raised.value.code

    assert code(engine.add_folder, tmp_path / "missing") == "folder.missing"
    assert code(engine.add_folder, home.write("file.txt", "x")) == "folder.not_a_folder"
    assert code(engine.add_folder, home.files) == "folder.already"
    assert code(engine.add_folder, inside) == "folder.inside"
    assert code(engine.add_folder, tmp_path) == "folder.contains"
    assert code(engine.add_folder, "") == "folder.missing"
    assert code(engine.remove_folder, inside) == "folder.unknown"
    assert code(engine.remove_folder, "a\0b") == "folder.unknown"
    assert code(lambda path: engine.index([path]), tmp_path / "missing") == "folder.unknown"
    assert [folder.path for folder in engine.folders()] == [os.path.realpath(home.files)]


def test_a_folder_is_known_by_its_tilde_path_too(home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(home.files.parent))
    engine = home.start()
    engine.add_folder("~/files")
    engine.index(["~/files"])
    assert engine.remove_folder("~/files").path == os.path.realpath(home.files)


def test_an_offline_folder_keeps_its_entries_and_says_so(home: Any) -> None:
    home.write("a.txt", "The ferry leaves at nine.")
    engine = home.start()
    engine.add_folder(str(home.files))
    home.settle()
    home.files.rename(home.files.with_name("unplugged"))
    home.index()
    (folder,) = engine.folders()
    assert folder.mode == "offline"
    assert folder.files.indexed == 1
    check = {check.name: check for check in engine.checks()}["folders"]
    assert check.state is CheckState.WARNING
    assert str(home.files) in check.detail


def test_settings_take_effect_at_once_and_stay(home: Any) -> None:
    home.write("keep.txt", "The ferry leaves at nine.")
    home.write("skip.log", "The ferry was late.")
    engine = home.start()
    engine.add_folder(str(home.files))
    home.settle()
    assert set(home.names("ferry")) == {"keep.txt", "skip.log"}

    assert engine.change_settings({"index.skip": ["*.log"]})["index.skip"] == ["*.log"]
    home.settle()
    assert home.names("ferry") == ["keep.txt"]
    home.close()
    engine = home.start()
    home.settle()
    assert engine.settings()["index.skip"] == ["*.log"]
    assert home.names("ferry") == ["keep.txt"]

    engine.change_settings({"index.skip": []})
    home.settle()
    assert set(home.names("ferry")) == {"keep.txt", "skip.log"}


def test_a_smaller_limit_reads_files_again(home: Any) -> None:
    home.write(
        "long.txt", "The beginning.\n\n" + "Filling words of no weight. " * 100 + "\n\nThe lighthouse."
    )
    engine = home.start()
    engine.add_folder(str(home.files))
    home.settle()
    assert home.names("lighthouse", mode=Mode.KEYWORD) == ["long.txt"]
    engine.change_settings({"index.max_characters": 1_000})
    home.settle()
    assert home.names("lighthouse", mode=Mode.KEYWORD) == []
    assert [failure.code for failure in engine.failures()] == ["file.partial"]


def test_a_setting_changed_meanwhile_has_nothing_embedded_again(
    home: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    original = LlamaCppEmbedder.embed_documents
    engine = home.start()
    changing = threading.Thread(target=engine.change_settings, args=({"index.rescan_minutes": 77},))

    def changed_after_the_first(self: Any, inputs: Any) -> Any:
        vectors = original(self, inputs)
        if any("fact" in text for text in inputs):
            seen.extend(inputs)
            if len(seen) == len(inputs):
                changing.start()
                assert engine._indexer._interrupt.wait(30)
        return vectors

    monkeypatch.setattr(LlamaCppEmbedder, "embed_documents", changed_after_the_first)
    for number in range(4):
        facts = (f"A plain fact, number {number}.{line}." for line in range(130))
        home.write(f"{number}.txt", "\n".join(facts))
    engine.add_folder(str(home.files))
    home.settle()
    changing.join(30)
    home.settle()
    assert engine.status().files.indexed == 4
    assert len(seen) == len(set(seen)) >= 8


def test_a_wrong_setting_changes_nothing(home: Any) -> None:
    engine = home.start()
    before = engine.settings()
    with pytest.raises(SettingsError, match=r"search\.limit"):
        engine.change_settings({"index.hidden": True, "search.limit": 0})
    assert engine.settings() == before
    assert not home.paths.settings_file.exists()


def test_searches_go_on_while_models_are_loaded_anew(home: Any) -> None:
    home.write("a.txt", "The ferry leaves at nine.")
    engine = home.start()
    engine.add_folder(str(home.files))
    home.settle()
    done = threading.Event()
    errors: list[Exception] = []
    answers: list[list[str]] = []

    def search() -> None:
        while not done.is_set():
            try:
                answers.append(home.names("ferry"))
            except Exception as error:  # noqa: BLE001 - shown by the assertion below
                errors.append(error)

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for minutes in (3, 15):
        engine.change_settings({"models.idle_minutes": minutes})
        home.settle()
    done.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert answers[-1] == ["a.txt"]


def test_without_a_model_names_are_found_and_the_status_says_so(make_home: Any, tmp_path: Path) -> None:
    home = make_home(str(tmp_path / "no-models"))
    home.paths.settings_file.parent.mkdir(parents=True, exist_ok=True)
    home.paths.settings_file.write_text('[models]\ntext = "starter-en"\n')
    home.write("invoice.txt", "The sum is due in March.")
    engine = home.start()
    engine.add_folder(str(home.files))
    home.settle()
    status = engine.status()
    assert status.text_model.state == "missing"
    assert status.text_model.detail
    assert status.files.pending == 1
    response = engine.search(SearchRequest("invoice"))
    assert [os.path.basename(hit.path) for hit in response.hits] == ["invoice.txt"]
    assert any("not installed" in notice for notice in response.notices)
    assert any("by name only" in notice for notice in response.notices)
    assert home.names("invoice", mode=Mode.KEYWORD) == []
    with pytest.raises(ModelError):
        home.names("invoice", mode=Mode.SEMANTIC)
    with pytest.raises(ModelError):
        engine.estimate()
    check = {check.name: check for check in engine.checks()}["text model"]
    assert check.state is CheckState.FAILED
    assert check.cure


def test_a_model_that_went_missing_leaves_words_searchable(home: Any) -> None:
    home.write("a.txt", "The ferry leaves at nine.")
    own = home.files.parent / "own.gguf"
    shutil.copyfile(next(home.paths.models.glob("*.gguf")), own)
    home.paths.settings_file.parent.mkdir(parents=True, exist_ok=True)
    home.paths.settings_file.write_text(f'[models]\ntext = "gguf:{own}"\n')
    home.start().add_folder(str(home.files))
    home.settle()
    while home.engine.status().text_model.id != f"gguf:{own}":
        time.sleep(0.05)
    home.settle()
    home.close()
    own.unlink()
    engine = home.start()
    home.settle()
    assert engine.status().text_model.state == "missing"
    assert home.names("ferry") == ["a.txt"]
    assert home.names("ferry", mode=Mode.KEYWORD) == ["a.txt"]
    engine.change_settings({"models.text": "starter"})
    home.settle()
    assert engine.status().text_model.state == "loaded"
    assert home.names("when does the boat go", mode=Mode.SEMANTIC) == ["a.txt"]


def test_the_estimate_counts_what_is_left_to_do(home: Any) -> None:
    for number in range(5):
        home.write(f"{number}.txt", f"Note number {number} about the harbour.")
    engine = home.start()
    told = engine.estimate([str(home.files)])
    assert (told.files, told.to_index) == (5, 5)
    assert told.index_bytes > 0
    engine.add_folder(str(home.files))
    home.settle()
    assert engine.estimate().to_index == 0
    with pytest.raises(FolderError):
        engine.estimate([str(home.files / "missing")])


def test_an_empty_query_is_refused_and_a_home_without_folders_noticed(home: Any) -> None:
    engine = home.start()
    with pytest.raises(UsageError):
        engine.search(SearchRequest("  "))
    assert any("No folder" in notice for notice in engine.search(SearchRequest("x")).notices)


def test_an_index_that_cannot_be_opened_is_said(home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_self: object, _embedder: object) -> None:
        raise RuntimeError("a library is missing")

    monkeypatch.setattr(Backend, "_open_store", broken)
    home.write("ferry.txt", "It leaves at nine.")
    engine = home.start()
    engine.add_folder(str(home.files))
    home.settle()
    assert home.names("ferry") == ["ferry.txt"]
    assert any("a library is missing" in notice for notice in engine.status().notices)


def test_a_query_that_the_model_cannot_read_is_told_so(fresh_home: Any) -> None:
    home = fresh_home
    home.paths.settings_file.parent.mkdir(parents=True, exist_ok=True)
    home.paths.settings_file.write_text('[models]\ntext = "starter-en"\n')
    engine = home.start()
    home.write("rent.txt", "The rent is due.")
    engine.add_folder(str(home.files))
    home.settle()
    assert engine.search(SearchRequest("when is the rent due")).notices == ()
    (notice,) = engine.search(SearchRequest("房租什么时候到期")).notices
    assert "reads English" in notice
