"""What goes over the pipes: everything arrives as it was sent, and nothing else is let in."""

from __future__ import annotations

import contextlib
import io
import json
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwen_finder.core.document import Document, Kind, Segment, Unit
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.reading import Limits
from qwen_finder.extraction.sandbox import codec, frames
from qwen_finder.extraction.sandbox.codec import Answer, Bug, OutOfMemory, Question, Setup
from qwen_finder.extraction.sandbox.frames import Frame, Malformed

# Every code point, lone surrogates among them, as names of files and broken texts have them.
words = st.text(st.characters(codec=None), max_size=20)
counts = st.integers(0, 2**53)
segments = st.builds(
    Segment,
    text=words,
    start=counts,
    line=counts,
    page=st.none() | counts,
    path=st.lists(words, max_size=3).map(tuple),
    unit=st.sampled_from(Unit),
    member=words,
)
documents = st.builds(
    Document,
    kind=st.sampled_from(Kind),
    segments=st.lists(segments, max_size=6).map(tuple),
    language=words,
    title=words,
    metadata=st.dictionaries(words, words, max_size=3),
    partial=words,
)
limits = st.builds(
    Limits,
    max_bytes=counts,
    max_characters=counts,
    max_seconds=st.floats(0, 1e6),
    max_pages=counts,
    ocr=st.booleans(),
)


def over_the_pipe(frame: Frame) -> Frame:
    pipe = io.BytesIO()
    frames.send(pipe, frame)
    frames.send(pipe, frames.pack("the next one"))
    pipe.seek(0)
    received = frames.receive(pipe)
    following = frames.receive(pipe)
    assert received is not None
    assert following is not None
    assert frames.unpack(following) == ("the next one", "")
    assert frames.receive(pipe) is None
    return received


@given(documents, counts)
def test_a_document_arrives_as_it_was(document: Document, memory: int) -> None:
    frame = over_the_pipe(codec.encode_answer(Answer(document, memory)))
    assert codec.decode_answer(frame) == Answer(document, memory)


def test_surrogates_that_would_make_a_character_stay_two() -> None:
    split = Document(Kind.TEXT, (Segment("\ud83d"), Segment("\ude00")), title="\ud83d\ude00")
    assert codec.decode_answer(over_the_pipe(codec.encode_answer(Answer(split)))).verdict == split


@given(words, limits)
def test_a_question_arrives_as_it_was(path: str, limits: Limits) -> None:
    question = Question(path, limits)
    assert codec.decode_question(over_the_pipe(codec.encode_question(question))) == question


def test_a_setup_arrives_as_it_was() -> None:
    assert codec.decode_setup(over_the_pipe(codec.encode_setup(Setup(5)))) == Setup(5)


@given(words, words, words, st.booleans())
def test_an_error_arrives_as_it_was(code: str, message: str, hint: str, skipped: bool) -> None:
    sent = FileError(code, message, hint, skipped=skipped)
    error = codec.decode_answer(over_the_pipe(codec.encode_answer(Answer(sent)))).verdict
    assert isinstance(error, FileError)
    assert (error.code, error.message, error.hint, error.skipped) == (code, message, hint, skipped)


@pytest.mark.parametrize("verdict", [Bug("KeyError", ("a.py:1 in f", "b.py:2 in g")), OutOfMemory()])
def test_what_went_wrong_arrives_as_it_was(verdict: Any) -> None:
    assert codec.decode_answer(over_the_pipe(codec.encode_answer(Answer(verdict, 9)))) == Answer(verdict, 9)


GOOD = {
    "kind": "text",
    "language": "en",
    "title": "",
    "metadata": {},
    "partial": "",
    "segments": [[5, 0, 1, None, "page", "", []]],
}


def answer(text: str = "words", **changed: Any) -> Frame:
    head = json.dumps({"document": {**GOOD, **changed}, "memory_bytes": 0})
    return Frame(head.encode(), text.encode())


def test_the_answer_that_the_next_test_spoils_is_a_good_one() -> None:
    assert codec.decode_answer(answer()).verdict == Document(Kind.TEXT, (Segment("words"),), "en")


@pytest.mark.parametrize(
    "frame",
    [
        Frame(b""),
        Frame(b"\xff"),
        Frame(b"{"),
        Frame(b"[" * 200_000),
        Frame(b"null"),
        Frame(b"{}"),
        Frame(b'{"memory_bytes": 0}'),
        Frame(b'{"memory_bytes": -1, "out_of_memory": true}'),
        Frame(b'{"memory_bytes": 0, "out_of_memory": 1}'),
        Frame(b'{"memory_bytes": 0, "error": {"code": 3, "message": "", "hint": ""}}'),
        Frame(b'{"memory_bytes": 0, "bug": {"type": "x", "places": [1]}}'),
        Frame(b'{"memory_bytes": 0, "document": []}'),
        answer("word"),
        answer("words and more"),
        answer(kind="spell"),
        answer(kind=None),
        answer(title=1),
        answer(metadata={"a": 1}),
        answer(metadata=[]),
        answer(segments=None),
        answer(segments=[[5, 0, 1, None, "page", "", []], [-5, 0, 1, None, "page", "", []]]),
        answer(segments=[[5.0, 0, 1, None, "page", "", []]]),
        answer(segments=[[True, 0, 1, None, "page", "", []]]),
        answer(segments=[["5", 0, 1, None, "page", "", []]]),
        answer(segments=[[5, 0, 1, None, "planet", "", []]]),
        answer(segments=[[5, 0, 1, None, "page", "", [1]]]),
        answer(segments=[[5, 0, 1, None, "page", ""]]),
        answer(segments=[[]]),
        answer(segments=["text"]),
        Frame(answer().head, b"\xff\xfe\xfd\xfc\xfb"),
    ],
)
def test_what_no_worker_says_is_malformed(frame: Frame) -> None:
    with pytest.raises(Malformed):
        codec.decode_answer(frame)


@given(st.binary(max_size=200), st.binary(max_size=20))
def test_no_bytes_do_harm(head: bytes, text: bytes) -> None:
    with contextlib.suppress(Malformed):
        codec.decode_answer(Frame(head, text))


@pytest.mark.parametrize(
    "content",
    [
        b"\x01",
        struct.pack("<III", 5, 0, 0) + b"ab",
        struct.pack("<III", 2, 5, 0) + b"{}ab",
        struct.pack("<III", 2, 0, 5) + b"{}ab",
        struct.pack("<III", 0xFFFFFFFF, 0, 0),
        struct.pack("<III", 2, 0xFFFFFFFF, 0) + b"{}",
        struct.pack("<III", 2, 0, 0xFFFFFFFF) + b"{}",
    ],
    ids=[
        "half a length",
        "half a head",
        "half a text",
        "half a body",
        "an endless head",
        "an endless text",
        "an endless body",
    ],
)
def test_half_a_message_and_an_endless_one_are_malformed(content: bytes) -> None:
    with pytest.raises(Malformed):
        frames.receive(io.BytesIO(content))


def test_words_of_an_error_are_cut_where_nobody_reads_on() -> None:
    sent = FileError("file.broken", "x" * 1_000_000)
    error = codec.decode_answer(codec.encode_answer(Answer(sent))).verdict
    assert isinstance(error, FileError)
    assert len(error.message) < 10_000
