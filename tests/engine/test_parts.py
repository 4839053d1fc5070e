"""The engine's smaller parts: which languages a model reads, the model list, the doctor's checks."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from qwen_finder.core.document import Document, FileState, Kind, Segment
from qwen_finder.core.errors import ModelError, StorageError
from qwen_finder.core.status import Check, CheckState, FileCounts, FolderStatus, IndexSize
from qwen_finder.engine import checks as checks_module
from qwen_finder.engine.backend import Opened
from qwen_finder.engine.checks import run_checks
from qwen_finder.engine.listing import listings, note_on, reads
from qwen_finder.engine.picture_checks import PictureState
from qwen_finder.engine.reading import chunker_for, limits_of, open_scan, stamps_for
from qwen_finder.engine.sight import OpenedPictures
from qwen_finder.settings.store import Settings

TINY_CLIP = Path(__file__).parents[1] / "data" / "tiny_clip"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("tax invoice", True),
        ("Steuerbescheid für Müller", True),
        ("2024-06-30 #42", True),
        ("", True),
        ("猫の写真", False),
        ("налоговая декларация", False),
        ("فاتورة", False),
        ("README 猫の写真について", False),
        ("the 猫 photo", True),
    ],
)
def test_an_english_model_reads_latin_letters_only(text: str, read: bool) -> None:
    assert reads("English", text) is read
    assert reads("100+ languages", text) is True


def test_the_active_models_are_marked(tmp_path: Path) -> None:
    def active(text: str, image: str) -> list[str]:
        return [item.id for item in listings(tmp_path, active=text, seeing=image) if item.active]

    assert active("starter", "off") == active("gguf:starter", "auto") == ["starter"]
    large = "ViT-L-16-SigLIP2-256"
    assert active("starter", large) == active("starter", f"clip:{large}") == ["starter", large]
    # The starter comes with the program, whatever is in the models folder.
    assert [item.id for item in listings(tmp_path, active="starter", seeing="auto") if item.installed] == [
        "starter"
    ]
    shutil.copytree(TINY_CLIP, tmp_path / "ViT-B-32-SigLIP2-256")
    assert active("starter", "auto") == ["starter", "ViT-B-32-SigLIP2-256"]


def test_a_model_of_ones_own_is_listed_when_active(tmp_path: Path) -> None:
    file = tmp_path / "own.gguf"
    *_, missing = listings(tmp_path, active=f"gguf:{file}", seeing="off")
    assert (missing.name, missing.installed, missing.active) == ("own.gguf", False, True)
    file.write_bytes(b"GGUF")
    *_, own, seeing = listings(tmp_path, active=f"gguf:{file}", seeing=f"clip:{TINY_CLIP}")
    assert (own.installed, own.bytes, own.modality) == (True, 4, "text")
    assert (seeing.installed, seeing.active, seeing.modality) == (True, True, "image")
    assert seeing.bytes > 1_000_000
    assert note_on(f"gguf:{file}") == ""
    assert note_on("starter") == note_on("gguf:starter") != ""


def embedder(fingerprint: str = "f" * 40, max_tokens: int = 512) -> Any:
    spec = SimpleNamespace(
        name="model",
        dimensions=8,
        languages="English",
        fingerprint=fingerprint,
        max_tokens=max_tokens,
    )
    return SimpleNamespace(spec=spec, count_tokens=lambda text: len(text.split()))


def test_stamps_change_with_what_decides_an_outcome() -> None:
    plain = stamps_for(embedder(), Settings())
    other_model = stamps_for(embedder("0" * 40), Settings())
    other_limit = stamps_for(embedder(), Settings({"index.max_characters": 5_000}))
    assert stamps_for(embedder(), Settings()) == plain
    assert other_model.reading == plain.reading
    assert other_model.indexing != plain.indexing
    assert other_limit.reading != plain.reading
    assert other_limit.indexing != plain.indexing
    assert stamps_for(embedder(), Settings({"search.limit": 3, "index.hidden": True})) == plain


def test_limits_and_chunks_follow_settings_and_model() -> None:
    limits = limits_of(Settings({"index.max_file_mb": 3, "index.max_characters": 5_000}))
    assert (limits.max_bytes, limits.max_characters) == (3_000_000, 5_000)
    long = Document(Kind.TEXT, (Segment("Words and more words. " * 400),))
    small = chunker_for(embedder(max_tokens=64)).chunk(long, "a.txt")
    assert all(len(chunk.embedded_text.split()) <= 56 for chunk in small)
    assert len(small) > len(chunker_for(embedder(max_tokens=8_192)).chunk(long, "a.txt"))


def test_the_scan_follows_the_settings(tmp_path: Path) -> None:
    for name in ("a.txt", ".hidden.txt", "b.log", "ignored.md", ".gitignore"):
        (tmp_path / name).write_text("ignored.md\n")

    def names(**settings: Any) -> set[str]:
        chosen = Settings({f"index.{key}": value for key, value in settings.items()})
        return {Path(record.path).name for record in open_scan(str(tmp_path), chosen)}

    assert names() == {"a.txt", "b.log"}
    assert names(hidden=True) == {"a.txt", "b.log", ".hidden.txt", ".gitignore"}
    assert names(gitignore=False) == {"a.txt", "b.log", "ignored.md"}
    assert names(skip=["*.log"]) == {"a.txt"}


def test_secrets_are_left_out_by_a_list_that_can_be_changed(tmp_path: Path) -> None:
    for name in ("a.txt", "server.key", "id_rsa", "passwords.kdbx"):
        (tmp_path / name).write_text("x")

    def names(**chosen: Any) -> set[str]:
        return {Path(record.path).name for record in open_scan(str(tmp_path), Settings(chosen))}

    assert names() == {"a.txt"}
    assert "*.key" in Settings().names("index.secrets")
    assert names(**{"index.secrets": ["*.kdbx"]}) == {"a.txt", "server.key", "id_rsa"}


def test_junk_is_left_out_by_a_list_that_can_be_changed(tmp_path: Path) -> None:
    for name in ("a.txt", "b.tmp", "disk.vmdk", "server.key"):
        (tmp_path / name).write_text("x")

    def names(**chosen: Any) -> set[str]:
        return {Path(record.path).name for record in open_scan(str(tmp_path), Settings(chosen))}

    assert names() == {"a.txt"}
    assert names(**{"index.skip_defaults": ["*.tmp"]}) == {"a.txt", "disk.vmdk"}
    assert names(**{"index.skip": ["!*.tmp"]}) == {"a.txt", "b.tmp"}


class Store:
    def __init__(self, size: IndexSize, counts: dict[int, int], **answers: Any) -> None:
        self._size = size
        self._counts = counts
        self._damage = answers.get("damage")
        self._recall = answers.get("recall")

    def size(self) -> IndexSize:
        return self._size

    def chunk_counts(self) -> dict[int, int]:
        return self._counts

    def check(self) -> None:
        if self._damage is not None:
            raise self._damage

    def recall(self, k: int) -> float | None:
        return self._recall


def checks(
    tmp_path: Path, *, size: IndexSize | None = None, chunks: int = 0, **changed: Any
) -> dict[str, Check]:
    data = tmp_path / "data"
    data.mkdir(mode=0o700, exist_ok=True)
    store: Any = None if size is None else Store(size, {1: size.chunks} if size.chunks else {}, **changed)
    opened = changed.get("opened") or Opened(store, embedder())
    folders = changed.get("folders", [FolderStatus("/docs", "timed", FileCounts(indexed=3))])
    catalog: Any = SimpleNamespace(
        chunk_count=lambda: chunks, chunk_counts=lambda: {1: (FileState.INDEXED, chunks)}
    )
    pictures = PictureState(OpenedPictures(), None, None, FileCounts(), "")
    found = run_checks(catalog, opened, pictures, folders, data, changed.get("error"))
    return {check.name: check for check in found}


def test_a_healthy_index_passes_every_check(tmp_path: Path) -> None:
    found = checks(tmp_path, size=IndexSize(chunks=5, bytes=10_000), chunks=5)
    assert {check.state for check in found.values()} == {CheckState.OK}
    assert all(check.detail for check in found.values())


def test_each_check_fails_with_its_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = Opened(None, None, ModelError("model.missing", "There is no model.", "Fetch it."))
    found = checks(
        tmp_path,
        opened=missing,
        folders=[],
        error=StorageError("storage.full", "No space is left.", "Free some."),
    )
    assert (found["text model"].state, found["text model"].cure) == (CheckState.FAILED, "Fetch it.")
    assert found["folders"].state is CheckState.WARNING
    assert (found["indexing"].state, found["indexing"].cure) == (CheckState.FAILED, "Free some.")
    assert found["index"].state is CheckState.WARNING

    monkeypatch.setattr(checks_module, "LEAST_FREE_BYTES", 1 << 80)
    monkeypatch.setattr(checks_module.ocr, "missing", lambda: "The Python package rapidocr is not installed")
    monkeypatch.setattr(checks_module.tesseract, "languages", lambda *, foreign: ())
    found = checks(tmp_path, size=IndexSize(5, 300_000_000, 200_000_000), chunks=6)
    assert found["index"].state is CheckState.WARNING
    assert found["index size"].state is CheckState.WARNING
    assert found["disk space"].state is CheckState.FAILED
    assert found["text recognition"].state is CheckState.WARNING
    assert "rapidocr" in found["text recognition"].cure
    assert all(check.cure for check in found.values() if check.state is not CheckState.OK)


def test_failed_files_are_no_failed_check(tmp_path: Path) -> None:
    folders = [FolderStatus("/docs", "timed", FileCounts(indexed=3, failed=2))]
    check = checks(tmp_path, size=IndexSize(), folders=folders)["indexing"]
    assert check.state is CheckState.OK
    assert "2 failed" in check.detail


def test_damage_and_poor_recall_name_the_repair(tmp_path: Path) -> None:
    size = IndexSize(5, 10_000)
    broken = StorageError("storage.broken", "The index cannot be used.")
    assert checks(tmp_path, size=size, chunks=5, damage=broken)["damage"].state is CheckState.FAILED
    assert checks(tmp_path, size=size, chunks=5, recall=0.5)["search by meaning"].state is CheckState.WARNING
    good = checks(tmp_path, size=size, chunks=5, recall=0.997)["search by meaning"]
    assert (good.state, good.detail) == (
        CheckState.OK,
        "the search index finds 99.7% of the true 10 nearest passages",
    )
    (tmp_path / "data" / "catalog.sqlite.broken-20260101-000000").write_bytes(b"x")
    (tmp_path / "data").chmod(0o755)
    found = checks(tmp_path, size=size, chunks=5)
    assert found["damage"].state is CheckState.WARNING
    assert found["privacy"].state is CheckState.WARNING
    for check in found.values():
        assert check.state is CheckState.OK or check.cure
