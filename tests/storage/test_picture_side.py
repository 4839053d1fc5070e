"""The looks of files in the catalog: wanted, decided on, wanted again, and apart from their text."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qwen_finder.core.document import FileRecord, FileState, Kind
from qwen_finder.core.ports import CatalogFile, Outcome, PictureOutcome, SeenFile
from qwen_finder.core.status import FileCounts, Folder
from qwen_finder.storage.catalog import SqliteCatalog
from qwen_finder.storage.picture_side import wanted
from qwen_finder.storage.schema import MIGRATIONS

NOW = 1_700_000_000 * 10**9
STAMP = "p1/colours"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.db"


@pytest.fixture
def catalog(path: Path) -> Iterator[SqliteCatalog]:
    opened = SqliteCatalog(path)
    yield opened
    opened.close()


@pytest.fixture
def home(catalog: SqliteCatalog) -> Folder:
    return catalog.add_folder("/home/ada")


def enter(
    catalog: SqliteCatalog, folder: Folder, *names: str, kind: Kind = Kind.IMAGE, mtime_ns: int = NOW
) -> list[CatalogFile]:
    seen = [
        SeenFile(FileRecord(f"/home/ada/{name}", 1000, mtime_ns + at), kind) for at, name in enumerate(names)
    ]
    ids = catalog.enter(folder.id, seen)
    known = catalog.files(ids)
    return [known[number] for number in ids]


def looked(file: CatalogFile, views: int = 1, stamp: str = STAMP, **more: object) -> PictureOutcome:
    outcome = PictureOutcome(
        file.id, file.generation, FileState.INDEXED, stamp, content_hash=f"hash{file.id}", views=views
    )
    return replace(outcome, **more)  # type: ignore[arg-type]


def refused(file: CatalogFile, code: str = "file.too_small") -> PictureOutcome:
    return looked(file, 0, state=FileState.SKIPPED, code=code, message="It is too small.", hint="A cure.")


def read(file: CatalogFile, **more: object) -> Outcome:
    return Outcome(file.id, file.generation, FileState.SKIPPED, "x1", **more)  # type: ignore[arg-type]


def names_wanted(catalog: SqliteCatalog, stamp: str = STAMP) -> list[str]:
    return [Path(file.path).name for file in catalog.pictures_wanted(stamp, 100)]


def test_pictures_are_wanted_the_most_recent_first_whatever_becomes_of_their_text(
    catalog: SqliteCatalog, home: Folder
) -> None:
    files = enter(catalog, home, "a.jpg", "b.jpg", "c.jpg")
    enter(catalog, home, "notes.txt", kind=Kind.TEXT)
    assert names_wanted(catalog) == ["c.jpg", "b.jpg", "a.jpg"]
    assert len(catalog.pictures_wanted(STAMP, 2)) == 2
    catalog.finish([read(files[0])])
    catalog.finish_pictures([looked(files[2])])
    assert names_wanted(catalog) == ["b.jpg", "a.jpg"]
    assert catalog.pictures_waiting(STAMP) == 2
    assert catalog.files([files[2].id])[files[2].id].state is FileState.PENDING


def test_a_picture_is_what_its_contents_say(catalog: SqliteCatalog, home: Folder) -> None:
    film, photo = enter(catalog, home, "film.jpg", "photo")
    catalog.finish([read(film, kind=Kind.VIDEO), read(photo, kind=Kind.IMAGE)])
    assert names_wanted(catalog) == ["photo"]


def test_another_stamp_or_a_change_wants_it_again(catalog: SqliteCatalog, home: Folder) -> None:
    (file,) = enter(catalog, home, "a.jpg")
    catalog.finish_pictures([looked(file)])
    assert names_wanted(catalog) == []
    assert names_wanted(catalog, "p2/colours") == ["a.jpg"]
    (changed,) = enter(catalog, home, "a.jpg", mtime_ns=NOW + 5)
    assert names_wanted(catalog) == ["a.jpg"]
    catalog.finish_pictures([looked(file)])
    assert names_wanted(catalog) == ["a.jpg"], "an outcome of the former generation counts for nothing"
    catalog.finish_pictures([looked(changed)])
    assert names_wanted(catalog) == []
    catalog.requeue([file.id])
    assert names_wanted(catalog) == ["a.jpg"]


def test_wanting_again_by_hand(catalog: SqliteCatalog, home: Folder) -> None:
    one, two = enter(catalog, home, "a.jpg", "b.jpg")
    catalog.finish_pictures([looked(one), looked(two)])
    catalog.want_pictures([one.id])
    assert names_wanted(catalog) == ["a.jpg"]


def test_counts_and_views(catalog: SqliteCatalog, home: Folder) -> None:
    one, two, three, _ = enter(catalog, home, "a.jpg", "b.jpg", "c.jpg", "d.jpg")
    catalog.finish_pictures(
        [looked(one, 3), refused(two), looked(three, 0, state=FileState.FAILED, code="file.broken")]
    )
    assert catalog.picture_counts(STAMP) == FileCounts(indexed=1, pending=1, skipped=1, failed=1)
    assert catalog.picture_counts("p2") == FileCounts(pending=4)
    assert catalog.picture_views() == catalog.picture_views(STAMP) == {one.id: 3}
    assert catalog.picture_views("p2") == {}
    assert catalog.pictures_of_size(STAMP, 1000)
    assert not catalog.pictures_of_size(STAMP, 999)
    assert not catalog.pictures_of_size("p2", 1000)
    known = catalog.known_files(home.id)
    assert known["/home/ada/a.jpg"].views == 3
    assert catalog.known_files(home.id, ["/home/ada/a.jpg"]) == {"/home/ada/a.jpg": known["/home/ada/a.jpg"]}


def test_files_of_the_same_content_share_what_was_made_by_the_same_stamp(
    catalog: SqliteCatalog, home: Folder
) -> None:
    one, two, three, four = enter(catalog, home, "a.jpg", "b.jpg", "c.jpg", "d.jpg")
    catalog.finish_pictures(
        [
            looked(one, content_hash="same"),
            looked(two, content_hash="same"),
            looked(three, content_hash="same", stamp="p0"),
            looked(four, 0, content_hash="same", state=FileState.SKIPPED),
        ]
    )
    assert catalog.same_pictures(STAMP, ["same", "other"]) == {"same": [one.id, two.id]}
    # What limits are in force changes no vector, the model does.
    catalog.finish_pictures([looked(two, content_hash="same", stamp="p1/colours#64px")])
    assert catalog.same_pictures("p1/colours#32px", ["same"]) == {"same": [two.id]}
    assert catalog.pictures_of_size("p1/colours#32px", 1000)
    assert catalog.same_pictures("p1/colour#64px", ["same"]) == {}
    catalog.finish_pictures([looked(two, content_hash="same")])
    # A file that was touched still has what it had.
    catalog.requeue([one.id])
    assert catalog.same_pictures(STAMP, ["same"]) == {"same": [one.id, two.id]}


def test_failures_tell_of_looks_what_the_text_does_not_tell(catalog: SqliteCatalog, home: Folder) -> None:
    small, broken, plain, film = enter(catalog, home, "a.png", "b.jpg", "c.jpg", "d.jpg")
    catalog.finish(
        [
            read(small, code="file.no_text", message="No words."),
            read(broken, code="file.broken", message="Damaged."),
            read(plain),
            read(film, kind=Kind.VIDEO),
        ]
    )
    catalog.finish_pictures([refused(small), refused(broken, "file.broken"), looked(plain), refused(film)])
    told = [(Path(item.path).name, item.state, item.code) for item in catalog.failures()]
    assert told == [("a.png", "skipped", "file.too_small"), ("b.jpg", "skipped", "file.broken")]
    catalog.requeue([small.id])
    assert [Path(item.path).name for item in catalog.failures()] == ["b.jpg"]


def test_text_and_looks_may_both_have_something_to_tell(catalog: SqliteCatalog, home: Folder) -> None:
    (file,) = enter(catalog, home, "a.png")
    catalog.finish([read(file, code="file.partial", message="Read in part.")])
    catalog.finish_pictures([refused(file)])
    assert [item.code for item in catalog.failures()] == ["file.partial", "file.too_small"]


def test_all_failures_are_told_page_by_page(
    catalog: SqliteCatalog, home: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qwen_finder.storage.catalog._PAGE", 2)
    files = enter(catalog, home, *(f"{number}.png" for number in range(7)))
    catalog.finish([read(file, code="file.no_text") for file in files[:5]])
    catalog.finish_pictures([refused(file) for file in files])
    assert len(list(catalog.failures())) == 7


def test_crashes_are_held_against_pictures_too(catalog: SqliteCatalog, home: Folder) -> None:
    one, two = enter(catalog, home, "a.jpg", "b.jpg")
    catalog.finish([read(one)])
    catalog.suspect([one.id, two.id], 3)
    assert names_wanted(catalog) == []
    # The text of the second has to be read first, and clears it.
    assert [file.id for file in catalog.picture_suspects(STAMP)] == [one.id]
    assert catalog.pictures_waiting(STAMP) == 1
    catalog.finish([read(two)])
    assert names_wanted(catalog) == ["b.jpg"]
    catalog.finish_pictures([looked(one)])
    assert catalog.picture_suspects(STAMP) == []
    catalog.requeue([one.id])
    catalog.finish([read(replace(one, generation=one.generation + 1))])
    assert names_wanted(catalog) == ["b.jpg", "a.jpg"]


def test_what_waits_counts_among_the_pending_versions_for_who_asks(
    catalog: SqliteCatalog, home: Folder
) -> None:
    (file,) = enter(catalog, home, "a.jpg")
    catalog.finish([read(file)])
    assert catalog.pending_versions() == set()
    assert catalog.pending_versions(STAMP) == {(1000, NOW)}
    catalog.finish_pictures([looked(file)])
    assert catalog.pending_versions(STAMP) == set()


def test_a_catalog_from_before_pictures_wants_them_all(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(path) as former:
        for number, script in enumerate(MIGRATIONS[:3], 1):
            former.executescript(f"{script}PRAGMA user_version = {number};")
        former.execute("INSERT INTO folders (path) VALUES (?)", (b"/home/ada",))
        former.execute("INSERT INTO directories (path, folded) VALUES (?, '/home/ada/')", (b"/home/ada",))
        former.execute(
            "INSERT INTO files (folder, directory, name, lowered, stem, searchable, ext, kind, size,"
            " size_class, mtime_ns, state) VALUES (1, 1, ?, '', '', '', 'jpg', 'image', 5, 0, 6, 'skipped')",
            (b"a.jpg",),
        )
    former.close()
    catalog = SqliteCatalog(path)
    assert names_wanted(catalog) == ["a.jpg"]
    assert catalog.picture_counts(STAMP) == FileCounts(pending=1)
    catalog.close()


def test_what_is_wanted_is_found_without_reading_all_files(catalog: SqliteCatalog, path: Path) -> None:
    plans: list[str] = []
    database = sqlite3.connect(path)

    class Explaining:
        def execute(self, sql: str, values: object) -> list[tuple[object, ...]]:
            plans.extend(str(row[3]) for row in database.execute(f"EXPLAIN QUERY PLAN {sql}", values))  # type: ignore[arg-type]
            return []

    wanted(Explaining(), STAMP, 10)  # type: ignore[arg-type]
    database.close()
    assert plans == ["SCAN files USING COVERING INDEX files_pictures"]
