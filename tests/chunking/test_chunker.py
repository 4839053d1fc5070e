"""What every chunk promises: exact spans, nothing lost, never over budget, few questions to the tokenizer."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qwen_finder.chunking.chunker import Chunker
from qwen_finder.core.document import Chunk, Document, Kind, Segment, Unit

ENGLISH = (
    "The tenant pays the deposit within ten days. The landlord returns it when the lease ends, less repairs. "
)
CHINESE = "房东收到押金后应出具收据。租约到期时，房东应在十天内退还押金！如有损坏，可以扣除维修费用。"
HINDI = "किरायेदार दस दिनों के भीतर जमा राशि देता है। मकान मालिक इसे लौटाता है। "


def document(*segments: tuple[str, tuple[str, ...]], kind: Kind = Kind.DOCUMENT) -> Document:
    built = []
    start, line = 0, 1
    for text, path in segments:
        built.append(Segment(text, start, line, None, path))
        start += len(text)
        line += text.count("\n")
    return Document(kind, tuple(built))


def whole(doc: Document) -> str:
    return "".join(segment.text for segment in doc.segments)


def check(doc: Document, chunks: list[Chunk]) -> None:
    """The promises that hold for every document."""
    text = whole(doc)
    covered = bytearray(len(text))
    for ordinal, chunk in enumerate(chunks):
        assert chunk.ordinal == ordinal
        assert chunk.text == text[chunk.start : chunk.end] != ""
        assert chunk.line == text.count("\n", 0, chunk.start) + 1
        assert chunk.end_line == text.count("\n", 0, chunk.end) + 1
        assert re.fullmatch("[0-9a-f]{32}", chunk.hash)
        covered[chunk.start : chunk.end] = b"\1" * (chunk.end - chunk.start)
    for before, after in pairwise(chunks):
        assert before.start < after.start
        assert before.end < after.end
    lost = "".join(text[i] for i, mark in enumerate(covered) if not mark)
    assert not re.search(r"[^\W_]", lost)


pieces = st.one_of(
    st.text(alphabet="ab .\n", max_size=200),
    st.text(max_size=80),
    st.sampled_from(
        [ENGLISH, CHINESE, HINDI, "x" * 500, "\n\n", "  def f():\n    pass\n", "e\u0301" * 40, "…!?"]
    ),
)
segments = st.lists(
    st.tuples(
        st.lists(pieces, min_size=1, max_size=8).map("".join),
        st.lists(st.sampled_from(["A", "B", "C d"]), max_size=3).map(tuple),
    ),
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(parts=segments, code=st.booleans(), most=st.integers(6, 120), name=st.text(max_size=60))
@example(parts=[("000000000:0:0:0:\u030000:0\u0300\u0300  00000", ("A",))], code=False, most=10, name="")
@example(parts=[("00000" + "\u0300" * 6 + "0:", ())], code=False, most=8, name="")
def test_promises_hold_for_any_text(
    parts: list[tuple[str, tuple[str, ...]]], code: bool, most: int, name: str
) -> None:
    def count(text: str) -> int:
        return len(re.findall(r"[^\W_]{1,5}|[^\w\s]|_", text))

    doc = document(*parts, kind=Kind.CODE if code else Kind.DOCUMENT)
    chunker = Chunker(count, max_tokens=most, min_tokens=most // 8, overlap_tokens=most // 8)
    chunks = chunker.chunk(doc, name)
    check(doc, chunks)
    assert all(count(chunk.embedded_text) <= most for chunk in chunks)
    assert chunker.chunk(doc, name) == chunks


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=600), most=st.integers(8, 60))
def test_promises_hold_when_every_byte_is_a_token(text: str, most: int) -> None:
    def count(text: str) -> int:
        return len(text.encode("utf-8", "surrogatepass"))

    doc = document((text, ("Heading",)))
    chunks = Chunker(count, max_tokens=most, min_tokens=4, overlap_tokens=2).chunk(doc, "name.txt")
    check(doc, chunks)
    assert all(count(chunk.embedded_text) <= most for chunk in chunks)


def test_the_tokenizer_is_asked_little_more_than_once_a_chunk(counter: Callable[[str], int]) -> None:
    for text in (ENGLISH * 400, CHINESE * 400, "key=0x1f;" * 4000, HINDI * 400, "a1b2c3d4" * 5000):
        counter.calls = 0  # type: ignore[attr-defined]
        chunks = Chunker(counter).chunk(document((text, ())), "a.txt")
        assert len(chunks) > 10
        assert counter.calls <= 1.5 * len(chunks)  # type: ignore[attr-defined]


def test_chunks_are_well_filled(counter: Callable[[str], int]) -> None:
    for text in (ENGLISH * 200, CHINESE * 200):
        chunks = Chunker(counter).chunk(document((text, ())), "a.txt")
        sizes = [counter(chunk.embedded_text) for chunk in chunks]
        assert sum(sizes) / len(sizes) > 300


@pytest.mark.parametrize(("text", "ends"), [(ENGLISH, "."), (CHINESE, "。！"), (HINDI, "।")])
def test_sentences_stay_whole(counter: Callable[[str], int], text: str, ends: str) -> None:
    chunks = Chunker(counter).chunk(document((text * 60, ())), "a.txt")
    assert len(chunks) > 2
    assert all(chunk.text[-1] in ends for chunk in chunks)
    assert all(before.end <= after.start for before, after in pairwise(chunks))


def test_wrapped_lines_are_not_taken_for_sentence_ends(counter: Callable[[str], int]) -> None:
    wrapped = (
        "the whole deposit is paid within\nten days and comes back when all of\nthe lease ends. It is over. "
    )
    chunks = Chunker(counter, max_tokens=60, min_tokens=8, overlap_tokens=8).chunk(
        document((wrapped * 20, ())), "a.txt"
    )
    assert all(chunk.text.endswith(".") for chunk in chunks)


def test_lines_of_tables_and_settings_stay_whole(counter: Callable[[str], int]) -> None:
    rows = "".join(f"item number {i} of the long list, value {i}\n" for i in range(300))
    for name in ("a.csv", "a.yaml", "a.log"):
        chunks = Chunker(counter).chunk(document((rows, ()), kind=Kind.TEXT), name)
        assert len(chunks) > 5
        assert all(chunk.text.startswith("item") for chunk in chunks)
        assert sum(chunk.text.count("item") for chunk in chunks) == 300


def test_a_sentence_that_must_be_cut_is_repeated_a_little(counter: Callable[[str], int]) -> None:
    text = "word " * 2000
    chunks = Chunker(counter).chunk(document((text, ())), "a.txt")
    overlaps = [before.end - after.start for before, after in pairwise(chunks)]
    assert all(5 <= overlap <= 45 * 5 for overlap in overlaps)
    assert all(chunk.text.startswith("word") and chunk.text.endswith("word") for chunk in chunks)


def test_paragraphs_are_preferred_to_sentences(counter: Callable[[str], int]) -> None:
    paragraph = ENGLISH * 3 + "\n\n"
    chunks = Chunker(counter, max_tokens=200).chunk(document((paragraph * 10, ())), "a.txt")
    assert all(
        chunk.text.startswith("The tenant") and len(chunk.text) % 2 == len(chunks[0].text) % 2
        for chunk in chunks
    )
    assert {(len(chunk.text) + 3) % len(paragraph) for chunk in chunks} == {0}


def test_tiny_sections_share_a_chunk_under_their_common_heading(counter: Callable[[str], int]) -> None:
    sections = [(f"## Item {i}\nShort line.\n", ("List", f"Item {i}")) for i in range(30)]
    doc = document(("# List\n", ("List",)), *sections)
    chunks = Chunker(counter).chunk(doc, "shopping-list.md")
    check(doc, chunks)
    assert len(chunks) <= 3
    assert chunks[0].context == "shopping list › List"


def test_sections_of_some_length_keep_their_own_chunk_and_heading(counter: Callable[[str], int]) -> None:
    doc = document(("# A\n" + ENGLISH * 3, ("A",)), ("# B\n" + ENGLISH * 3, ("B",)))
    chunks = Chunker(counter).chunk(doc, "lease_agreement-2024.md")
    assert [chunk.context for chunk in chunks] == ["lease agreement 2024 › A", "lease agreement 2024 › B"]


def test_a_lone_heading_goes_with_what_is_below_it(counter: Callable[[str], int]) -> None:
    doc = document(("# Lease\n\n", ("Lease",)), ("## Deposit\n" + ENGLISH * 2, ("Lease", "Deposit")))
    (chunk,) = Chunker(counter).chunk(doc, "a.md")
    assert chunk.context == "a › Lease › Deposit"
    assert chunk.text.startswith("# Lease")


def test_the_name_of_a_member_is_context_once(counter: Callable[[str], int]) -> None:
    def context(member: str, path: tuple[str, ...]) -> str:
        segment = Segment("Words that are long enough to be read.", path=path, member=member)
        (chunk,) = Chunker(counter).chunk(Document(Kind.ARCHIVE, (segment,)), "old_stuff.zip")
        return chunk.context

    assert context("mail.zip › docs/lease.pdf", ("Deposit",)) == "old stuff › lease.pdf › Deposit"
    assert context("Trip to Kiel", ("Trip to Kiel",)) == "old stuff › Trip to Kiel"


def test_pages_are_never_mixed(counter: Callable[[str], int]) -> None:
    pages = (Segment("one\n", 0, 1, 1), Segment("two\n", 4, 1, 2))
    chunks = Chunker(counter).chunk(Document(Kind.DOCUMENT, pages), "a.pdf")
    assert [(chunk.page, chunk.text) for chunk in chunks] == [(1, "one"), (2, "two")]


def test_segments_with_a_gap_between_them_are_never_mixed(counter: Callable[[str], int]) -> None:
    parts = (Segment("one\n", 0, 1), Segment("two\n", 10, 7))
    chunks = Chunker(counter).chunk(Document(Kind.TEXT, parts), "a.txt")
    assert [(chunk.start, chunk.line) for chunk in chunks] == [(0, 1), (10, 7)]


def test_an_edit_moves_only_the_chunks_of_its_section(counter: Callable[[str], int]) -> None:
    sections = [(f"# {i}\n" + ENGLISH * 20, (str(i),)) for i in range(6)]
    before = {chunk.hash for chunk in Chunker(counter).chunk(document(*sections), "a.md")}
    sections[2] = ("# 2\nA new first sentence. " + ENGLISH * 20, ("2",))
    after = {chunk.hash for chunk in Chunker(counter).chunk(document(*sections), "a.md")}
    assert len(after - before) <= len(after) / 6 + 1


def test_indentation_stays_with_its_line(counter: Callable[[str], int]) -> None:
    doc = document(
        ("\n\n    def withdraw(self):\n        return 1\n\n", ("Account", "withdraw")), kind=Kind.CODE
    )
    (chunk,) = Chunker(counter).chunk(doc, "bank.py")
    assert chunk.text == "    def withdraw(self):\n        return 1"
    assert (chunk.line, chunk.end_line) == (3, 4)
    assert chunk.context == "bank › Account › withdraw"


@pytest.mark.parametrize("text", ["", " \n\t", "-----\n=====\n", "…!?\u200d", "_____"])
def test_nothing_to_read_gives_no_chunk(counter: Callable[[str], int], text: str) -> None:
    assert Chunker(counter).chunk(document((text, ())), "a.txt") == []


def test_a_million_characters_without_a_space(counter: Callable[[str], int]) -> None:
    doc = document(("x1" * 500_000, ()))
    chunks = Chunker(counter).chunk(doc, "a.txt")
    check(doc, chunks)
    assert counter.calls <= 1.5 * len(chunks)  # type: ignore[attr-defined]


def test_a_million_blanks_between_two_words(counter: Callable[[str], int]) -> None:
    doc = document(("one" + " " * 1_000_000 + "two" + "\n" * 1_000_000 + "three", ()))
    chunks = Chunker(counter).chunk(doc, "a.txt")
    check(doc, chunks)
    assert len(chunks) <= 3


def test_a_model_of_few_tokens_gets_less_overlap(counter: Callable[[str], int]) -> None:
    doc = document(("word " * 500, ()))
    chunks = Chunker(counter, max_tokens=16).chunk(doc, "a.txt")
    check(doc, chunks)
    assert all(counter(chunk.embedded_text) <= 16 for chunk in chunks)


def test_budgets_that_make_no_sense_are_refused(counter: Callable[[str], int]) -> None:
    with pytest.raises(ValueError, match="positive"):
        Chunker(counter, max_tokens=0)


def test_a_renamed_file_keeps_its_hashes_a_changed_heading_does_not(
    counter: Callable[[str], int],
) -> None:
    chunker = Chunker(counter)
    sections = [("Two months' rent.\n" * 9, ("Lease", "Deposit")), ("One cat.\n" * 40, ("Lease", "Pets"))]
    named = [chunk.hash for chunk in chunker.chunk(document(*sections), "a.md")]
    assert named == [chunk.hash for chunk in chunker.chunk(document(*sections), "another name.md")]
    sections[1] = (sections[1][0], ("Lease", "Animals"))
    assert named[-1] != chunker.chunk(document(*sections), "a.md")[-1].hash


def test_chunks_know_their_page_and_member_and_never_cross_them() -> None:
    parts = [
        ("First slide.\n", 1, Unit.SLIDE, "deck.pptx"),
        ("Second slide.\n", 2, Unit.SLIDE, "deck.pptx"),
        ("A note.\n", None, Unit.PAGE, "notes.txt"),
        ("Another note.\n", None, Unit.PAGE, "more.txt"),
    ]
    segments, start = [], 0
    for text, page, unit, member in parts:
        segments.append(Segment(text, start, 1, page, (), unit, member))
        start += len(text)
    chunks = Chunker(len).chunk(Document(Kind.ARCHIVE, tuple(segments)), "talk.zip")
    assert [(chunk.text + "\n", chunk.page, chunk.unit, chunk.member) for chunk in chunks] == parts


def test_a_passage_of_a_sheet_never_skips_rows(counter: Callable[[str], int]) -> None:
    first = Segment("a\tb\n", 0, 3, 1, ("Sheet",), Unit.SHEET)
    rest = Segment("c\td\n", 4, 900, 1, ("Sheet",), Unit.SHEET)
    chunks = Chunker(counter).chunk(Document(Kind.DOCUMENT, (first, rest)), "a.xlsx")
    assert [(chunk.line, chunk.text.strip()) for chunk in chunks] == [(3, "a\tb"), (900, "c\td")]


def test_where_lines_lead_nowhere_there_are_none(counter: Callable[[str], int]) -> None:
    text = "A sentence of some length stands here.\n\n" * 60
    chunks = Chunker(counter).chunk(Document(Kind.DOCUMENT, (Segment(text, line=0),)), "a.docx")
    assert len(chunks) > 1
    assert {(chunk.line, chunk.end_line) for chunk in chunks} == {(0, 0)}
