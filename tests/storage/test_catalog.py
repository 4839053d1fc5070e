"""The catalog: states, generations, names and hostile paths."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from qwen_finder.core.document import FileRecord, FileState, Kind
from qwen_finder.core.errors import StorageError
from qwen_finder.core.ports import CatalogFile, Outcome, SeenFile
from qwen_finder.core.query import Filter
from qwen_finder.core.status import FileCounts, Folder
from qwen_finder.storage.catalog import SqliteCatalog

HOUR = 3600 * 10**9
NOW = 1_700_000_000 * 10**9


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[SqliteCatalog]:
    opened = SqliteCatalog(tmp_path / "state" / "catalog.db")
    yield opened
    opened.close()


@pytest.fixture
def home(catalog: SqliteCatalog) -> Folder:
    return catalog.add_folder("/home/ada")


def seen(path: str, size: int = 1000, mtime_ns: int = NOW, kind: Kind = Kind.TEXT) -> SeenFile:
    return SeenFile(FileRecord(path, size, mtime_ns), kind)


def enter(catalog: SqliteCatalog, folder: Folder, *paths: str) -> list[int]:
    return catalog.enter(folder.id, [seen(path) for path in paths])


def entry(catalog: SqliteCatalog, path: str) -> CatalogFile:
    (number,) = (
        known[path].id
        for folder in catalog.folders()
        if path in (known := catalog.known_files(folder.id, [path]))
    )
    return catalog.files([number])[number]


def indexed(file: CatalogFile, stamp: str = "v1", **more: object) -> Outcome:
    return Outcome(file.id, file.generation, FileState.INDEXED, stamp, **more)  # type: ignore[arg-type]


def named(catalog: SqliteCatalog, text: str, where: Filter = Filter(), k: int = 50) -> list[str]:  # noqa: B008
    matches = catalog.names(text, k, where)
    files = catalog.files([match.file for match in matches])
    return [os.path.basename(files[match.file].path) for match in matches]


# Folders and files


def test_folders_are_entered_once_and_listed_by_path(catalog: SqliteCatalog) -> None:
    second, first = catalog.add_folder("/b"), catalog.add_folder("/a")
    assert catalog.add_folder("/b") == second
    assert catalog.folders() == [first, second]


def test_entered_files_are_pending_with_all_their_facts(catalog: SqliteCatalog, home: Folder) -> None:
    (number,) = catalog.enter(home.id, [seen("/home/ada/docs/Plan.PDF", 77, NOW + 5, Kind.DOCUMENT)])
    file = entry(catalog, "/home/ada/docs/Plan.PDF")
    assert (file.id, file.folder, file.size, file.mtime_ns) == (number, home.id, 77, NOW + 5)
    assert (file.kind, file.state, file.generation) == (Kind.DOCUMENT, FileState.PENDING, 1)
    assert catalog.files([number, 999]) == {number: file}
    assert catalog.pending(10) == [file]


def test_files_of_one_directory_share_its_id(catalog: SqliteCatalog, home: Folder) -> None:
    enter(catalog, home, "/home/ada/x/a", "/home/ada/x/b", "/home/ada/y/a")
    directories = [entry(catalog, f"/home/ada/{path}").directory for path in ("x/a", "x/b", "y/a")]
    assert directories[0] == directories[1] != directories[2]


def test_entering_again_keeps_the_id_and_raises_the_generation(catalog: SqliteCatalog, home: Folder) -> None:
    first = enter(catalog, home, "/home/ada/a", "/home/ada/b")
    catalog.finish([indexed(entry(catalog, "/home/ada/a"), content_hash="c")])
    again = catalog.enter(home.id, [seen("/home/ada/b", 5), seen("/home/ada/a", 6)])
    assert again == first[::-1]
    file = entry(catalog, "/home/ada/a")
    assert (file.size, file.generation, file.state) == (6, 2, FileState.PENDING)


def test_ids_are_never_used_again(catalog: SqliteCatalog, home: Folder) -> None:
    (first,) = enter(catalog, home, "/home/ada/a")
    catalog.forget([first])
    (second,) = enter(catalog, home, "/home/ada/a")
    assert second > first


def test_known_files_are_what_a_scan_compares_with(catalog: SqliteCatalog, home: Folder) -> None:
    other = catalog.add_folder("/srv")
    enter(catalog, home, "/home/ada/a", "/home/ada/deep/er/b")
    enter(catalog, other, "/srv/c")
    catalog.finish([indexed(entry(catalog, "/home/ada/a"), stamp="x1+c1")])
    known = catalog.known_files(home.id)
    assert set(known) == {"/home/ada/a", "/home/ada/deep/er/b"}
    done = known["/home/ada/a"]
    assert (done.size, done.mtime_ns, done.state, done.stamp) == (1000, NOW, FileState.INDEXED, "x1+c1")


@pytest.mark.parametrize(
    "name",
    [
        b"new\nline.txt",
        b"invalid-\xff\xfe.txt",
        "emoji 🚗.txt".encode(),
        b"quote'\"`;--.txt",
        b"x" * 255,
        "nfd-u\u0308.txt".encode(),
        b".hidden",
        b"-rf",
        b" ",
    ],
)
def test_any_name_the_system_allows_is_kept_as_it_is(
    catalog: SqliteCatalog, home: Folder, name: bytes
) -> None:
    path = "/home/ada/" + os.fsdecode(name)
    (number,) = enter(catalog, home, path)
    assert list(catalog.known_files(home.id)) == [path]
    assert entry(catalog, path).id == number
    assert catalog.pending(1)[0].path == path
    assert catalog.files([number])[number].path == path


def test_files_in_the_root_directory(catalog: SqliteCatalog) -> None:
    root = catalog.add_folder("/")
    enter(catalog, root, "/vmlinuz")
    assert list(catalog.known_files(root.id)) == ["/vmlinuz"]
    assert len(catalog.directories_below("/")) == 1


def test_forgotten_files_leave_no_name_and_no_directory(catalog: SqliteCatalog, home: Folder) -> None:
    gone, stays = enter(catalog, home, "/home/ada/old/letter.txt", "/home/ada/new/letter.txt")
    catalog.forget([gone, 12345])
    assert list(catalog.files([gone, stays])) == [stays]
    assert [match.file for match in catalog.names("letter", 9, Filter())] == [stays]
    assert catalog.directories_below("/home/ada/old") == ()


def test_removing_a_folder_takes_its_files_only(catalog: SqliteCatalog, home: Folder) -> None:
    other = catalog.add_folder("/srv")
    held = enter(catalog, home, "/home/ada/secretname.txt", "/home/ada/b")
    (kept,) = enter(catalog, other, "/srv/c")
    assert sorted(catalog.remove_folder(home.id)) == sorted(held)
    assert catalog.folders() == [other]
    assert catalog.files([*held, kept]).keys() == {kept}
    assert catalog.names("secretname", 5, Filter()) == []
    assert catalog.remove_folder(home.id) == []


def test_removed_names_are_gone_from_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    catalog = SqliteCatalog(path)
    folder = catalog.add_folder("/home/ada")
    enter(catalog, folder, *(f"/home/ada/plantedname{number}.txt" for number in range(200)))
    assert any(b"plantedname" in file.read_bytes() for file in tmp_path.iterdir())
    catalog.remove_folder(folder.id)
    assert not any(b"plantedname" in file.read_bytes() for file in tmp_path.iterdir())
    catalog.close()


# Work


def test_pending_is_small_and_recent_first(catalog: SqliteCatalog, home: Folder) -> None:
    catalog.enter(
        home.id,
        [
            seen("/home/ada/huge-new", 200 << 20, NOW),
            seen("/home/ada/small-old", 3000, NOW - 9 * HOUR),
            seen("/home/ada/medium", 1 << 20, NOW),
            seen("/home/ada/small-new", 200_000, NOW),
            seen("/home/ada/large", 10 << 20, NOW),
        ],
    )
    order = ["small-new", "small-old", "medium", "large", "huge-new"]
    assert [os.path.basename(file.path) for file in catalog.pending(10)] == order
    assert [os.path.basename(file.path) for file in catalog.pending(2)] == order[:2]


def test_finish_records_and_takes_off_the_queue(catalog: SqliteCatalog, home: Folder) -> None:
    enter(catalog, home, "/home/ada/a")
    file = entry(catalog, "/home/ada/a")
    catalog.finish([indexed(file, content_hash="abc", language="de", chunks=4)])
    done = entry(catalog, "/home/ada/a")
    assert (done.state, done.content_hash, done.language, done.chunks) == (FileState.INDEXED, "abc", "de", 4)
    assert catalog.pending(5) == []


def test_finish_ignores_what_changed_meanwhile(catalog: SqliteCatalog, home: Folder) -> None:
    enter(catalog, home, "/home/ada/a", "/home/ada/b")
    old_a, old_b = entry(catalog, "/home/ada/a"), entry(catalog, "/home/ada/b")
    enter(catalog, home, "/home/ada/a")
    catalog.requeue([old_b.id])
    catalog.finish([indexed(old_a), indexed(old_b)])
    assert {file.path for file in catalog.pending(5)} == {"/home/ada/a", "/home/ada/b"}
    catalog.finish([indexed(entry(catalog, "/home/ada/a"))])
    assert [file.path for file in catalog.pending(5)] == ["/home/ada/b"]


def test_counts_by_folder_and_state(catalog: SqliteCatalog, home: Folder) -> None:
    empty = catalog.add_folder("/srv")
    enter(catalog, home, "/home/ada/a", "/home/ada/b", "/home/ada/c", "/home/ada/d")
    one, two, three, _ = catalog.pending(9)
    catalog.finish(
        [
            indexed(one),
            Outcome(two.id, 1, FileState.SKIPPED, "v1", code="file.binary", message="It is binary."),
            Outcome(three.id, 1, FileState.FAILED, "v1", code="file.unreadable", message="It is locked."),
        ]
    )
    assert catalog.counts() == {home.id: FileCounts(1, 1, 1, 1), empty.id: FileCounts()}


def test_what_is_indexed_again_is_told_from_what_is_new(catalog: SqliteCatalog, home: Folder) -> None:
    enter(catalog, home, "/home/ada/a", "/home/ada/b", "/home/ada/c")
    assert catalog.pending_again() == 0
    catalog.finish([indexed(entry(catalog, "/home/ada/a"), chunks=3), indexed(entry(catalog, "/home/ada/b"))])
    assert catalog.pending_again() == 0
    enter(catalog, home, "/home/ada/a", "/home/ada/b")
    assert catalog.pending_again() == 1, "b held nothing to be found"


def test_failures_tell_why(catalog: SqliteCatalog, home: Folder) -> None:
    enter(catalog, home, *(f"/home/ada/{name}" for name in ("fine", "part", "bad", "photo")))
    fine, part, bad, photo = (
        entry(catalog, f"/home/ada/{name}") for name in ("fine", "part", "bad", "photo")
    )
    catalog.finish(
        [
            indexed(fine),
            indexed(part, code="file.partial", message="Only the first 50 MB."),
            Outcome(
                bad.id, 1, FileState.FAILED, "v1", code="file.broken", message="Bad \udcff.", hint="Save it."
            ),
            Outcome(photo.id, 1, FileState.SKIPPED, "v1", code="file.no_text", message="It says nothing."),
        ]
    )
    failures = list(catalog.failures())
    assert [(one.path, one.state.value, one.code) for one in failures] == [
        ("/home/ada/part", "indexed", "file.partial"),
        ("/home/ada/bad", "failed", "file.broken"),
    ]
    assert failures[1].hint == "Save it."
    catalog.requeue([bad.id, part.id])
    assert list(catalog.failures()) == []


def test_thousands_of_failures_are_all_listed(catalog: SqliteCatalog, home: Folder) -> None:
    paths = [f"/home/ada/{number}" for number in range(2345)]
    ids = enter(catalog, home, *paths)
    catalog.finish([Outcome(number, 1, FileState.SKIPPED, "v", code="file.empty") for number in ids])
    assert [failure.path for failure in catalog.failures()] == paths


def test_same_content_lists_indexed_copies(catalog: SqliteCatalog, home: Folder) -> None:
    enter(catalog, home, "/home/ada/a", "/home/ada/b", "/home/ada/c")
    one, two, three = (entry(catalog, f"/home/ada/{name}") for name in "abc")
    catalog.finish([indexed(one, content_hash="h"), indexed(two, content_hash="h"), indexed(three)])
    assert catalog.same_content(["h", "nothing", ""]) == {"h": [one.id, two.id]}
    catalog.requeue([one.id])
    assert catalog.same_content(["h"]) == {"h": [two.id]}


def test_remembered_values(catalog: SqliteCatalog) -> None:
    assert catalog.get("active") is None
    catalog.set("active", "minilm")
    catalog.set("active", "qwen")
    assert catalog.get("active") == "qwen"


# Directories


def test_directories_below_a_path_or_a_name(catalog: SqliteCatalog, home: Folder) -> None:
    paths = ["Docs/a", "Docs/2023/b", "Docs old/c", "work/docs/d", "work/100%_x/e"]
    enter(catalog, home, *(f"/home/ada/{path}" for path in paths))
    number = {path: entry(catalog, f"/home/ada/{path}").directory for path in paths}

    def below(path: str) -> set[str]:
        ids = catalog.directories_below(path)
        return {path for path in paths if number[path] in ids}

    assert below("/home/ada/Docs") == below("/home/ada/Docs/") == {"Docs/a", "Docs/2023/b"}
    assert below("/home/ada") == set(paths)
    assert below("docs") == {"Docs/a", "Docs/2023/b", "work/docs/d"}
    assert below("work/docs") == {"work/docs/d"}
    assert below("%") == below("") == below("oc") == below("/home/ad") == set()


# Names


def fill(catalog: SqliteCatalog, folder: Folder, *names: str) -> None:
    enter(catalog, folder, *(f"/home/ada/{name}" for name in names))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("red car", ["red_car.jpg"]),
        ("税务发票", ["税务发票2023.txt"]),
        ("发票", ["税务发票2023.txt"]),
        ("我的税务发票在哪里", ["税务发票2023.txt"]),
        ("rechnung", ["Rechnung_2023.pdf"]),
        ("RECHNUNG 2023", ["Rechnung_2023.pdf", "税务发票2023.txt"]),
        ("user name", ["getUserName.py"]),
        ("getusername", ["getUserName.py"]),
        ("muller", ["Brief an Müller.odt"]),
        ("Müller", ["Brief an Müller.odt"]),
        ("bericht", ["Jahresbericht.docx"]),
        ("영수증", ["영수증-3월.txt"]),
        ("परीक्षा", ["परीक्षा की तैयारी.md"]),
        ("договор", ["Договор аренды.doc"]),
        ("where is the rechnung for the bicycle", ["Rechnung_2023.pdf"]),
        ("how do I find the best way of doing something useful with a car on holidays", []),
        ("the", []),
        ("!?", []),
    ],
)
def test_names_are_found_word_by_word(
    catalog: SqliteCatalog, home: Folder, query: str, expected: list[str]
) -> None:
    fill(
        catalog, home, "red_car.jpg", "税务发票2023.txt", "Rechnung_2023.pdf", "getUserName.py",
        "Brief an Mu\u0308ller.odt", "Jahresbericht.docx", "영수증-3월.txt", "परीक्षा की तैयारी.md",
        "Договор аренды.doc",
    )  # fmt: skip
    found = [name.replace("u\u0308", "ü") for name in named(catalog, query)]
    assert found[: len(expected)] == expected
    assert bool(found) == bool(expected)


def test_an_empty_query_lists_what_passes_the_filter_most_recent_first(
    catalog: SqliteCatalog, home: Folder
) -> None:
    records = [FileRecord(f"/home/ada/{number}.md", 1, number) for number in (2, 3, 1)]
    catalog.enter(home.id, [SeenFile(record, Kind.DOCUMENT) for record in records])
    fill(catalog, home, "red_car.jpg")
    matches = catalog.names(" \n", 9, Filter(exts=("md",)))
    files = catalog.files([match.file for match in matches])
    assert [files[match.file].mtime_ns for match in matches] == [3, 2, 1]
    assert not any(match.exact for match in matches)


def test_exact_names_come_first_then_all_words_then_some(catalog: SqliteCatalog, home: Folder) -> None:
    fill(
        catalog, home, "budget plan 2024 final version.xlsx", "plan.md", "budget-plan.xlsx", "Budget.xlsx",
        "replanned.txt",
    )  # fmt: skip
    matches = catalog.names("budget plan", 9, Filter())
    assert named(catalog, "budget plan")[:2] == ["budget-plan.xlsx", "budget plan 2024 final version.xlsx"]
    assert [match.exact for match in matches] == [True] + [False] * (len(matches) - 1)
    assert all(0 < match.score <= 1 for match in matches)
    assert named(catalog, "budget.xlsx")[0] == named(catalog, "BUDGET")[0] == "Budget.xlsx"
    assert catalog.names("budget.xlsx", 1, Filter())[0].exact


def test_the_exact_name_is_found_among_thousands_alike(catalog: SqliteCatalog, home: Folder) -> None:
    fill(catalog, home, *(f"report {number} of the year.txt" for number in range(3000)), "report.txt")
    assert named(catalog, "report", k=3)[0] == "report.txt"


def test_name_search_obeys_the_filter(catalog: SqliteCatalog, home: Folder) -> None:
    catalog.enter(
        home.id,
        [
            seen("/home/ada/a/note one.txt", 10, 1000 * 10**9),
            seen("/home/ada/b/note two.md", 20, 2000 * 10**9 + 999_999_999),
            seen("/home/ada/b/note 100%_it's.py", 30, 3000 * 10**9, Kind.CODE),
        ],
    )
    one, two, three = (match for match in sorted(catalog.pending(3), key=lambda file: file.id))
    everything = {"note one.txt", "note two.md", "note 100%_it's.py"}
    for where, expected in [
        (Filter(), everything),
        (Filter(kinds=(Kind.CODE,)), {"note 100%_it's.py"}),
        (Filter(exts=("md", "TXT")), {"note one.txt", "note two.md"}),
        (Filter(directories=(two.directory,)), {"note two.md", "note 100%_it's.py"}),
        (Filter(directories=()), set()),
        (Filter(files=(one.id, three.id)), {"note one.txt", "note 100%_it's.py"}),
        (Filter(files=()), set()),
        (Filter(not_files=(one.id,)), {"note two.md", "note 100%_it's.py"}),
        (Filter(names=("NOTE", "%_it's")), {"note 100%_it's.py"}),
        (Filter(not_names=("%",)), {"note one.txt", "note two.md"}),
        (Filter(after=2000), {"note two.md", "note 100%_it's.py"}),
        (Filter(before=2000), {"note one.txt"}),
        (Filter(after=2000, before=2001), {"note two.md"}),
        (Filter(min_size=20), {"note two.md", "note 100%_it's.py"}),
        (Filter(max_size=20), {"note one.txt", "note two.md"}),
        (Filter(languages=("de",)), set()),
        (Filter(names=("' OR 1=1 --",)), set()),
    ]:
        assert set(named(catalog, "note", where)) == expected, where


@pytest.mark.parametrize(
    "query",
    [
        '"', "a AND", "NEAR(x y", "* ^ -", "name:x", "'; DROP TABLE files; --", "\0x", "\ud800 y", "( ) { }",
        "🚗", "x" * 100_000, "word " * 10_000, " ".join(f"w{number}" for number in range(10_000)),
        "发票" * 5000,
    ],
)  # fmt: skip
def test_hostile_queries_find_or_do_not_but_never_raise(
    catalog: SqliteCatalog, home: Folder, query: str
) -> None:
    fill(catalog, home, "harmless word 🚗.txt")
    catalog.names(query, 10, Filter())
    assert named(catalog, "harmless") == ["harmless word 🚗.txt"]
    assert catalog.names("harmless", 0, Filter()) == []


# The database file


def test_everything_is_there_after_reopening(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    first = SqliteCatalog(path)
    folder = first.add_folder("/home/ada")
    enter(first, folder, "/home/ada/letter.txt")
    first.close()
    second = SqliteCatalog(path)
    assert second.folders() == [folder]
    assert named(second, "letter") == ["letter.txt"]
    second.close()


def test_files_are_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    catalog = SqliteCatalog(path)
    catalog.set("key", "value")
    assert {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {
        "catalog.db": 0o600,
        "catalog.db-wal": 0o600,
        "catalog.db-shm": 0o600,
    }
    catalog.close()


def test_a_newer_schema_is_refused_with_the_cure(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    SqliteCatalog(path).close()
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 999")
    database.close()
    with pytest.raises(StorageError) as refused:
        SqliteCatalog(path)
    assert refused.value.code == "storage.newer"
    assert "Update" in refused.value.hint


def test_a_foreign_file_is_called_broken(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    path.write_bytes(b"this is not a database at all" * 100)
    with pytest.raises(StorageError) as refused:
        SqliteCatalog(path)
    assert refused.value.code == "storage.broken"
    assert str(path) in refused.value.message


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as refused:
        SqliteCatalog(tmp_path)
    assert refused.value.code == "storage.unreadable"


def test_a_full_disk_is_told_as_such(tmp_path: Path) -> None:
    catalog = SqliteCatalog(tmp_path / "catalog.db")
    with catalog._db.writing() as db:
        pass
    db.execute("PRAGMA max_page_count = 1")
    with pytest.raises(StorageError) as full:
        catalog.set("key", "x" * 5_000_000)
    assert full.value.code == "storage.full"
    assert catalog.get("key") is None
    catalog.close()


def test_a_closed_catalog_says_so(tmp_path: Path) -> None:
    catalog = SqliteCatalog(tmp_path / "catalog.db")
    catalog.close()
    catalog.close()
    with pytest.raises(StorageError, match="closed"):
        catalog.folders()


def test_many_threads_write_and_read(catalog: SqliteCatalog, home: Folder) -> None:
    errors: list[BaseException] = []

    def work(worker: int) -> None:
        try:
            for batch in range(5):
                ids = enter(catalog, home, *(f"/home/ada/{worker}/{batch}-{number}" for number in range(20)))
                assert catalog.files(ids).keys() == set(ids)
                catalog.finish([Outcome(number, 1, FileState.INDEXED, "v") for number in ids])
                catalog.counts()
                catalog.names("0", 5, Filter())
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            errors.append(error)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert catalog.counts()[home.id] == FileCounts(indexed=600)


def test_what_one_reader_asks_in_two_questions_is_of_one_moment(
    catalog: SqliteCatalog, home: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its lists of directories and of files, another thread enters a file in a new directory."""
    enter(catalog, home, "/home/ada/a")
    fsdecode, entered = os.fsdecode, []

    def meanwhile(path: bytes) -> str:
        if not entered:
            entered.append(path)
            other = threading.Thread(target=enter, args=(catalog, home, "/home/ada/new/b"))
            other.start()
            other.join()
        return fsdecode(path)

    monkeypatch.setattr("qwen_finder.storage.catalog.os.fsdecode", meanwhile)
    assert set(catalog.known_files(home.id)) == {"/home/ada/a"}
    assert set(catalog.known_files(home.id)) == {"/home/ada/a", "/home/ada/new/b"}


def test_two_processes_worth_of_connections_share_the_file(tmp_path: Path) -> None:
    one, two = SqliteCatalog(tmp_path / "c.db"), SqliteCatalog(tmp_path / "c.db")
    folder = one.add_folder("/home/ada")
    assert two.folders() == [folder]
    enter(two, folder, "/home/ada/a")
    assert len(one.pending(5)) == 1
    one.close()
    two.close()
