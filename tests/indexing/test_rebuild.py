"""Making the vectors of another model beside those in use."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from fakes.embedder import HashingEmbedder
from fakes.vector_store import MemoryVectorStore
from qwen_finder.core.document import Chunk, FileFields, Kind
from qwen_finder.core.errors import ModelError
from qwen_finder.core.ports import EmbeddedChunk
from qwen_finder.indexing import rebuild as rebuild_module
from qwen_finder.indexing.pace import Mode, Pacer, Wish
from qwen_finder.indexing.rebuild import Rebuild
from qwen_finder.indexing.splitting import mean, pieces_that_fit
from qwen_finder.indexing.surroundings import Surroundings

NEXT = "next"


class Rig:
    """A store of passages made by one model, and what it takes to make those of another."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.old = HashingEmbedder(32)
        self.store = MemoryVectorStore(dimensions=32)
        self.new: Any = HashingEmbedder(24)
        self.stop = threading.Event()
        self.stored = 0
        self.pacer = Pacer(
            wish=lambda: Wish("full"),
            look=lambda: Surroundings(None, True, None, 0.0, 10**12),
            recall=lambda _: None,
            remember=lambda _key, _value: None,
        )
        for file, text in enumerate(texts, 1):
            self.write(file, text)

    def write(self, file: int, text: str) -> None:
        fields = FileFields(file, 1, f"{file}.txt", "txt", Kind.TEXT, len(text), 1)
        chunk = Chunk(0, text, "", 0, len(text), 1, 1, None, hash=text)
        self.store.replace([file], [EmbeddedChunk(fields, chunk, self.old.embed_documents([text])[0])])

    def rebuild(self, *, cut: bool = False, stored: Callable[[], None] = lambda: None) -> Rebuild:
        return Rebuild(
            lambda: self.store.beside(self.new.spec.dimensions, NEXT),
            self.new,
            cut=cut,
            pace=self.pacer,
            storing=threading.Lock(),
            stop=self.stop,
            stored=stored,
            changed=lambda: None,
        )

    def vectors(self) -> dict[str, Any]:
        rows = self.store.beside(self.new.spec.dimensions, NEXT).rows.values()  # type: ignore[attr-defined]
        return {text_hash: vector for text_hash, _, vector in rows}


def texts(count: int) -> list[str]:
    return [f"Passage number {number} of a long story." for number in range(count)]


def test_every_passage_gets_the_vector_of_the_other_model() -> None:
    rig = Rig(texts(40))
    rebuild = rig.rebuild()
    assert rebuild.run()
    assert rebuild.complete()
    assert (rebuild.done, rebuild.total) == (40, 40)
    made = rig.vectors()
    expected = rig.new.embed_documents(list(made))
    assert np.stack(list(made.values())) == pytest.approx(expected, abs=1e-5)


def test_the_same_text_is_embedded_once_in_however_many_files() -> None:
    rig = Rig(["The licence of everything."] * 30 + texts(5))
    assert rig.rebuild().run()
    assert rig.new.embedded == 6


def test_a_run_that_is_stopped_is_gone_on_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild_module, "BLOCK", 8)
    rig = Rig(texts(40))
    assert not rig.rebuild(stored=rig.stop.set).run()
    begun = rig.new.embedded
    assert 0 < begun < 40
    rig.stop.clear()
    assert rig.rebuild().run()
    assert rig.new.embedded == 40


def test_what_changes_meanwhile_is_right_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild_module, "BLOCK", 8)
    rig = Rig(texts(40))
    changes = iter(range(3))

    def meanwhile() -> None:
        if next(changes, None) is not None:
            rig.write(1, f"Another text, after {rig.new.embedded}.")
            rig.store.delete([5])
            rig.write(41, "A file that is new.")

    rebuild = rig.rebuild(stored=meanwhile)
    assert rebuild.run()
    assert rebuild.complete()
    assert set(rig.vectors()) == {row.chunk.hash for row in rig.store._rows.values()}
    assert "A file that is new." in rig.vectors()
    assert texts(40)[4] not in rig.vectors()


def test_fewer_dimensions_of_the_same_model_embed_nothing() -> None:
    rig = Rig(texts(20))
    rig.new = HashingEmbedder(8)
    rebuild = rig.rebuild(cut=True)
    assert rebuild.run()
    assert rebuild.complete()
    assert rig.new.embedded == 0
    for text, vector in rig.vectors().items():
        whole = rig.old.embed_documents([text])[0][:8]
        assert vector == pytest.approx(whole / np.linalg.norm(whole), abs=1e-5)


def test_a_passage_too_long_for_the_model_is_embedded_in_pieces() -> None:
    long = " ".join(f"word{number}" for number in range(200))
    rig = Rig([long])
    rig.new = HashingEmbedder(24, max_tokens=64)
    assert rig.rebuild().run()
    pieces = pieces_that_fit(long, 64, rig.new.count_tokens)
    assert len(pieces) > 3
    assert "".join(pieces) == long
    assert max(map(rig.new.count_tokens, pieces)) <= 64
    expected = mean(list(rig.new.embed_documents(pieces)), [len(piece) for piece in pieces])
    assert rig.vectors()[long] == pytest.approx(expected, abs=1e-5)
    # Nothing is lost at the end, as it would be by cutting.
    assert rig.vectors()[long] @ rig.new.embed_documents(["word199"])[0] > 0.05


def test_a_text_the_model_cannot_embed_holds_nothing_up() -> None:
    rig = Rig(["poison", *texts(10)])
    rig.new = Picky()
    rebuild = rig.rebuild()
    assert rebuild.run()
    assert rebuild.complete()
    assert set(rig.vectors()) == set(texts(10))


def test_a_model_that_embeds_nothing_ends_it() -> None:
    rig = Rig(texts(3))
    rig.new = Picky(everything=True)
    with pytest.raises(ModelError):
        rig.rebuild().run()


def test_it_waits_while_indexing_is_paused_and_says_so() -> None:
    rig = Rig(texts(3))
    rig.pacer.order(Mode.PAUSED.value)
    rebuild = rig.rebuild()
    running = threading.Thread(target=rebuild.run)
    running.start()
    while "paused" not in rebuild.waits_for:
        assert running.is_alive()
    assert rig.vectors() == {}
    rig.stop.set()
    running.join(30)
    assert not running.is_alive()


class Picky(HashingEmbedder):
    """Cannot embed one text, or any."""

    def __init__(self, *, everything: bool = False) -> None:
        super().__init__(24)
        self._everything = everything

    def embed_documents(self, inputs: Sequence[str]) -> Any:
        if self._everything or "poison" in inputs:
            raise ModelError("model.broken", "It gave a vector that is not a number.")
        return super().embed_documents(inputs)
