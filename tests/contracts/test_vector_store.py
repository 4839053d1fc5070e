"""What every VectorStore does, the fake and the real one alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from qwen_finder.core.document import Chunk, FileFields, Kind, Unit, chunk_id
from qwen_finder.core.errors import StorageError
from qwen_finder.core.ports import EmbeddedChunk, VectorStore
from qwen_finder.core.query import Filter, TextQuery

DIMENSIONS = 16
ANY = Filter()


def vector(seed: int) -> npt.NDArray[np.float32]:
    drawn = np.random.default_rng(seed).normal(size=DIMENSIONS)
    return np.asarray(drawn / np.linalg.norm(drawn), dtype=np.float32)


def fields(file: int, name: str = "notes.txt", **more: object) -> FileFields:
    base = FileFields(file, directory=1, name=name, ext="txt", kind=Kind.TEXT, size=1000, mtime=1_700_000_000)
    return replace(base, **more)  # type: ignore[arg-type]


def row(about: FileFields | int, text: str, ordinal: int = 0, context: str = "") -> EmbeddedChunk:
    if isinstance(about, int):
        about = fields(about)
    number = chunk_id(about.file, ordinal)
    chunk = Chunk(ordinal, text, context, 7, 7 + len(text), 3, 4, None, hash=f"hash-{number}")
    return EmbeddedChunk(about, chunk, vector(number))


def put(store: VectorStore, *rows: EmbeddedChunk) -> None:
    store.replace(sorted({one.fields.file for one in rows}), rows)


def found(store: VectorStore, words: str = "", *phrases: str, where: Filter = ANY) -> list[int]:
    return [candidate.file for candidate in store.matching(TextQuery(words, phrases), 50, where)]


# Vectors


def test_empty_store_answers_everything_with_nothing(store: VectorStore) -> None:
    assert store.nearest(vector(1), 5, ANY) == []
    assert store.matching(TextQuery("anything", ("a phrase",)), 5, ANY) == []
    assert store.chunks([1, 2]) == {}
    assert store.vectors_by_hash([1]) == {}
    assert store.ordinals(1) == set()
    assert store.sample(10).shape == (0, DIMENSIONS)
    assert store.size().chunks == 0
    store.delete([1, 2, 3])
    store.replace([], [])


def test_nearest_gives_cosines_best_first(store: VectorStore) -> None:
    rows = [row(file, f"text {file}") for file in range(1, 31)]
    put(store, *rows)
    asked = vector(99)
    exact = sorted(((float(one.vector @ asked), one.fields.file) for one in rows), reverse=True)
    answer = store.nearest(asked, 7, ANY)
    assert [candidate.file for candidate in answer] == [file for _, file in exact[:7]]
    assert [candidate.score for candidate in answer] == pytest.approx(
        [score for score, _ in exact[:7]], abs=1e-5
    )
    assert answer[0].chunk == chunk_id(answer[0].file, 0)


def test_a_vector_is_its_own_nearest_whatever_its_length(store: VectorStore) -> None:
    put(store, row(1, "one"), row(2, "two"))
    (best,) = store.nearest(vector(chunk_id(2, 0)) * np.float32(40), 1, ANY)
    assert best.file == 2
    assert best.score == pytest.approx(1.0, abs=1e-5)


def test_vectors_are_stored_at_unit_length(store: VectorStore) -> None:
    one = row(1, "one")
    put(store, replace(one, vector=one.vector * np.float32(1000)))
    assert np.linalg.norm(store.vectors_by_hash([1])[one.chunk.hash]) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(
    "broken",
    [
        np.full(DIMENSIONS, np.nan, dtype=np.float32),
        np.full(DIMENSIONS, np.inf, dtype=np.float32),
        np.zeros(DIMENSIONS, dtype=np.float32),
        np.ones(DIMENSIONS - 1, dtype=np.float32),
        np.ones(2 * DIMENSIONS, dtype=np.float32),
    ],
    ids=["nan", "infinite", "zero", "short", "long"],
)
def test_a_broken_vector_is_refused_in_query_and_row(
    store: VectorStore, broken: npt.NDArray[np.float32]
) -> None:
    put(store, row(1, "one"))
    with pytest.raises(StorageError) as refused:
        store.nearest(broken, 3, ANY)
    assert refused.value.code == "storage.vector"
    with pytest.raises(StorageError):
        store.replace([1], [replace(row(1, "other"), vector=broken)])
    assert store.chunks([chunk_id(1, 0)])[chunk_id(1, 0)].text == "one"


def test_zero_results_asked_for(store: VectorStore) -> None:
    put(store, row(1, "one"))
    assert store.nearest(vector(1), 0, ANY) == []
    assert store.matching(TextQuery("one"), 0, ANY) == []


# Writing


def test_own_writes_are_seen_at_once(store: VectorStore) -> None:
    for file in range(1, 6):
        put(store, row(file, f"word{file} shared"))
        assert store.nearest(vector(chunk_id(file, 0)), 1, ANY)[0].file == file
        assert found(store, f"word{file}") == [file]
        assert len(found(store, "shared")) == file


def test_replace_forgets_what_the_files_held(store: VectorStore) -> None:
    put(store, row(1, "first draft", 0), row(1, "second page", 1), row(2, "untouched"))
    put(store, row(1, "final version"))
    assert found(store, "draft") == found(store, "page") == []
    assert found(store, "final") == [1]
    assert store.size().chunks == 2
    assert {candidate.file for candidate in store.nearest(vector(5), 10, ANY)} == {1, 2}


def test_a_replay_changes_nothing(store: VectorStore) -> None:
    rows = [row(1, "one", 0), row(1, "two", 1), row(2, "three")]
    put(store, *rows)
    before = store.nearest(vector(3), 9, ANY)
    put(store, *rows)
    assert store.nearest(vector(3), 9, ANY) == before
    assert store.size().chunks == 3


def test_rows_are_added_to_what_a_file_holds(store: VectorStore) -> None:
    store.add([])
    store.add([row(1, "beginning", 0), row(1, "middle", 1)])
    store.add([row(1, "end", 2), row(2, "another")])
    assert store.ordinals(1) == {0, 1, 2}
    assert store.chunk_counts() == {1: 3, 2: 1}
    assert found(store, "beginning") == found(store, "end") == [1]
    assert store.nearest(vector(chunk_id(1, 2)), 1, ANY)[0].chunk == chunk_id(1, 2)
    put(store, row(1, "anew"))
    assert store.ordinals(1) == {0}


def test_adding_a_chunk_again_replaces_it(store: VectorStore) -> None:
    put(store, row(1, "first draft", 0), row(1, "second page", 1))
    for _ in range(2):
        store.add([row(1, "final version", 0)])
    assert store.chunk_counts() == {1: 2}
    assert found(store, "draft") == []
    assert found(store, "final") == found(store, "page") == [1]


def test_delete_removes_from_every_search(store: VectorStore) -> None:
    put(store, row(1, "keep me"), row(2, "drop me"))
    store.delete([2, 77])
    assert found(store, "me") == [1]
    assert [candidate.file for candidate in store.nearest(vector(1), 9, ANY)] == [1]
    assert store.chunks([chunk_id(2, 0)]) == {}
    assert store.vectors_by_hash([2]) == {}


def test_a_file_may_become_empty(store: VectorStore) -> None:
    put(store, row(1, "text"))
    store.replace([1], [])
    assert store.size().chunks == 0


def test_maintenance_changes_no_answer(store: VectorStore) -> None:
    put(store, *(row(file, f"text number{file}") for file in range(1, 20)))
    store.delete([3, 4])
    before = store.nearest(vector(8), 30, ANY)
    for exclusive in (False, True, True):
        store.maintain(exclusive=exclusive)
        assert [one.chunk for one in store.nearest(vector(8), 30, ANY)] == [one.chunk for one in before]
        assert found(store, "number7") == [7]
        assert found(store, "number3") == []
    put(store, row(30, "written afterwards"))
    assert found(store, "afterwards") == [30]


# Reading back


def test_chunks_come_back_as_they_were(store: VectorStore) -> None:
    text = "Zürich 税务\n\tline with 'quotes' and \0 and emoji 🚗 and combining e\u0301"
    one = row(5, text, 3, context="Title > Part")
    put(store, replace(one, chunk=replace(one.chunk, page=12)), row(5, "other", 4))
    kept = store.chunks([chunk_id(5, 3), chunk_id(5, 9)])
    assert list(kept) == [chunk_id(5, 3)]
    stored = kept[chunk_id(5, 3)]
    assert (stored.text, stored.context, stored.file, stored.page) == (text, "Title > Part", 5, 12)
    assert (stored.start, stored.end, stored.line, stored.end_line) == (7, 7 + len(text), 3, 4)


def test_vectors_by_hash_spare_embedding_again(store: VectorStore) -> None:
    rows = [row(1, "one", 0), row(1, "two", 1), row(2, "three")]
    put(store, *rows)
    kept = store.vectors_by_hash([1])
    assert sorted(kept) == sorted(one.chunk.hash for one in rows[:2])
    for one in rows[:2]:
        assert kept[one.chunk.hash] == pytest.approx(one.vector, abs=1e-6)


def test_sample_is_of_stored_vectors_without_repetition(store: VectorStore) -> None:
    rows = [row(file, "text") for file in range(1, 11)]
    put(store, *rows)
    store.delete([4])
    assert store.sample(5).shape == (5, DIMENSIONS)
    everything = store.sample(100)
    assert everything.shape == (9, DIMENSIONS)
    assert everything.dtype == np.float32
    expected = sorted(one.vector.tolist() for one in rows if one.fields.file != 4)
    assert np.array(sorted(everything.tolist())) == pytest.approx(np.array(expected), abs=1e-6)


# Full text


@pytest.mark.parametrize(
    ("words", "files"),
    [
        ("car", {1, 2}),
        ("CAR", {1, 2}),
        ("car invoice", {1, 2, 3}),
        ("发票", {4}),
        ("东京", {5}),
        ("영수증", {6}),
        ("договор", {7}),
        ("परीक्षा", {12}),
        ("العقد", {13}),
        ("สัญญา", {14}),
        ("Straße", {15}),
        ("getUserName", {8}),
        ("user", {8}),
        ("parse_http_header", {8}),
        ("header", {8}),
        ("C++", {9}),
        ("C#", {10}),
        ("chapter", {11}),
        ("nothing-like-this-xyzzy", set()),
        ("", set()),
        ("  \t ", set()),
        ("!!! ??? ...", set()),
    ],
)
def test_words_are_found_in_every_script(store: VectorStore, words: str, files: set[int]) -> None:
    put(
        store,
        row(1, "The red car drives fast."),
        row(2, "A car, a house."),
        row(3, "Invoice No. 17"),
        row(4, "这里是税务发票，请保存。"),
        row(5, "私は東京に行きます。东京"),
        row(6, "영수증 2023"),
        row(7, "Это договор аренды."),
        row(8, "def getUserName(): return parse_http_header()"),
        row(9, "written in C++ for speed"),
        row(10, "a library for C# and others"),
        row(11, "body text", context="Chapter One"),
        row(12, "परीक्षा की तैयारी कैसे करें"),
        row(13, "أرسلت العقد أمس"),
        row(14, "สัญญาเช่าบ้าน"),
        row(15, "an der Straße"),
    )
    assert set(found(store, words)) == files


def test_more_and_rarer_words_rank_first(store: VectorStore) -> None:
    put(store, *(row(file, f"common filler text number {file}") for file in range(1, 20)))
    put(store, row(40, "common filler zebra"), row(41, "common filler zebra giraffe"))
    answer = store.matching(TextQuery("common zebra giraffe"), 5, ANY)
    assert [candidate.file for candidate in answer[:2]] == [41, 40]
    assert [candidate.score for candidate in answer] == sorted(
        (candidate.score for candidate in answer), reverse=True
    )
    assert len(answer) == 5


@pytest.mark.parametrize(
    ("phrase", "files"),
    [
        ("red car", {1}),
        ("RED Car", {1}),
        ("red\n  car", {1}),
        ("car red", {2}),
        ("drives", {1}),
        ("drive", set()),
        ("red ca", set()),
        ("红色的汽车", {3}),
        ("色的汽", {3}),
        ("汽车红色", set()),
        ("東京に行き", {4}),
        ("계약서를", {5}),
        ("परीक्षा की", {9}),
        ("user_name = 'x'", {6}),
        ("->", {6}),
        ("don't stop", {7}),
        ("cafe au lait", set()),
        ("café au lait", {7}),
        ("", set()),
    ],
)
def test_a_phrase_stands_word_for_word(store: VectorStore, phrase: str, files: set[int]) -> None:
    put(
        store,
        row(1, "The red  \n car drives."),
        row(2, "The car red as blood. A red fast car."),
        row(3, "我有一辆红色的汽车。"),
        row(4, "明日は東京に行きます"),
        row(5, "임대 계약서를 보냈다"),
        row(6, "user_name = 'x' if a->b else None"),
        row(7, "Please don't stop the café au lait"),
        row(8, "nothing here", context="red car"),
        row(9, "परीक्षा की तैयारी"),
    )
    assert set(found(store, "", phrase)) == files


def test_every_phrase_must_occur_and_words_only_help(store: VectorStore) -> None:
    put(
        store,
        row(1, "the red car stands by the old house"),
        row(2, "the red car stands alone"),
        row(3, "the old house and a red bicycle"),
        row(4, "the red car and its driver stand by the old house"),
    )
    assert set(found(store, "", "red car", "old house")) == {1, 4}
    assert found(store, "driver", "red car", "old house")[0] == 4
    assert set(found(store, "bicycle", "red car")) == {1, 2, 4}


@pytest.mark.parametrize(
    "hostile",
    [
        '"', "'", "''; DROP TABLE chunks; --", "a AND (b OR", "NOT", "+a -b", "*", "a*", "field:value", "\\",
        "%_", "\0", "\x1b[31m", "\ud800", "a" * 5000, "(" * 200, "~2", "word^3", "[a TO b]", "🚗", "{}",
        "${x}", "\u202e",
    ],
)  # fmt: skip
def test_hostile_queries_are_only_words(store: VectorStore, hostile: str) -> None:
    put(store, row(1, "harmless text"))
    found(store, hostile)
    found(store, "", hostile)
    found(store, f"harmless {hostile}", where=Filter(names=(hostile,)))
    assert found(store, "harmless") == [1]


def test_a_query_of_ten_thousand_words(store: VectorStore) -> None:
    put(store, row(1, "harmless text"))
    assert found(store, "harmless " + " ".join(f"word{number}" for number in range(10_000))) == [1]


# Filters

FILES = [
    fields(1, "report.pdf", ext="pdf", kind=Kind.DOCUMENT, language="en", directory=10, size=100, mtime=1000),
    fields(2, "bericht.txt", ext="txt", kind=Kind.TEXT, language="de", directory=11, size=200, mtime=2000),
    fields(3, "o'reilly_100%.py", ext="py", kind=Kind.CODE, language="", directory=12, size=300, mtime=3000),
    fields(4, "报告.txt", ext="txt", kind=Kind.TEXT, language="zh", directory=13, size=400, mtime=4000),
    fields(5, 'we"ird\\name.md', ext="md", kind=Kind.TEXT, language="en", directory=30, size=500, mtime=5000),
]


@pytest.mark.parametrize(
    ("where", "files"),
    [
        (Filter(), {1, 2, 3, 4, 5}),
        (Filter(kinds=(Kind.TEXT,)), {2, 4, 5}),
        (Filter(kinds=(Kind.TEXT, Kind.CODE)), {2, 3, 4, 5}),
        (Filter(exts=("pdf",)), {1}),
        (Filter(exts=("PDF", "py")), {1, 3}),
        (Filter(exts=("'",)), set()),
        (Filter(languages=("zh", "de")), {2, 4}),
        (Filter(directories=(10, 11, 12)), {1, 2, 3}),
        (Filter(directories=(30, 10, 99)), {1, 5}),
        (Filter(directories=()), set()),
        (Filter(files=(2, 3)), {2, 3}),
        (Filter(files=()), set()),
        (Filter(not_files=(1, 2, 3)), {4, 5}),
        (Filter(names=("report",)), {1}),
        (Filter(names=("REPORT",)), {1}),
        (Filter(names=("报告",)), {4}),
        (Filter(names=("o're", "py")), {3}),
        (Filter(names=("100%",)), {3}),
        (Filter(names=("_1",)), {3}),
        (Filter(names=("%",)), {3}),
        (Filter(names=('e"i',)), {5}),
        (Filter(names=("d\\n",)), {5}),
        (Filter(names=("' OR '1'='1",)), set()),
        (Filter(not_names=("o'reilly", "报")), {1, 2, 5}),
        (Filter(after=2000), {2, 3, 4, 5}),
        (Filter(before=2000), {1}),
        (Filter(after=2000, before=4000), {2, 3}),
        (Filter(min_size=300), {3, 4, 5}),
        (Filter(max_size=300), {1, 2, 3}),
        (Filter(min_size=10**30), set()),
        (Filter(kinds=(Kind.TEXT,), languages=("en",), after=4500), {5}),
    ],
)
def test_filters_hold_in_every_search(store: VectorStore, where: Filter, files: set[int]) -> None:
    put(store, *(row(file, "same words everywhere, a phrase") for file in FILES))
    assert {candidate.file for candidate in store.nearest(vector(1), 10, where)} == files
    assert set(found(store, "words", where=where)) == files
    assert set(found(store, "", "a phrase", where=where)) == files


def test_a_filter_is_inside_the_search_not_after_it(store: VectorStore) -> None:
    put(store, *(row(file, "word word word") for file in range(1, 60)))
    put(store, row(fields(99, directory=7), "a longer text with the word once"))
    where = Filter(directories=(7,))
    assert [candidate.file for candidate in store.nearest(vector(chunk_id(1, 0)), 1, where)] == [99]
    assert [candidate.file for candidate in store.matching(TextQuery("word"), 1, where)] == [99]


def test_thousands_of_ids_in_a_filter(store: VectorStore) -> None:
    put(store, *(row(fields(file, directory=file), "word") for file in range(1, 20)))
    where = Filter(directories=tuple(range(2, 20_000, 2)), not_files=tuple(range(10, 5000)))
    assert set(found(store, "word", where=where)) == {2, 4, 6, 8}


# Counting


def test_chunks_are_counted_by_file(store: VectorStore) -> None:
    assert store.chunk_counts() == {}
    put(store, row(1, "one"), row(1, "more", 1), row(2, "two"))
    assert store.chunk_counts() == {1: 2, 2: 1}
    store.delete([1])
    assert store.chunk_counts() == {2: 1}


def test_a_passage_keeps_its_place(store: VectorStore) -> None:
    one = row(1, "the third slide")
    put(store, replace(one, chunk=replace(one.chunk, page=3, unit=Unit.SLIDE, member="mail.eml › deck.pptx")))
    (stored,) = store.chunks([chunk_id(1, 0)]).values()
    assert (stored.page, stored.unit, stored.member) == (3, Unit.SLIDE, "mail.eml › deck.pptx")
