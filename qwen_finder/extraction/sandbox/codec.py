"""What the service asks its workers and what they answer, as frames of plain values.

Answers are checked to the last field: they come from a process that has read a file of unknown origin.
"""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass

from qwen_finder.core.desk import PageView
from qwen_finder.core.document import Document, Kind, Segment, Unit
from qwen_finder.core.errors import FileError
from qwen_finder.core.picture import Framing, Picture
from qwen_finder.extraction.reading import Limits
from qwen_finder.extraction.sandbox import values
from qwen_finder.extraction.sandbox.frames import Frame, Malformed, pack, unpack
from qwen_finder.extraction.sandbox.page_codec import PageQuestion, page_fields, page_of
from qwen_finder.extraction.sandbox.page_codec import question_fields as page_question_fields
from qwen_finder.extraction.sandbox.page_codec import question_of as page_question_of
from qwen_finder.extraction.sandbox.picture_codec import (
    PictureQuestion,
    picture_body,
    picture_fields,
    picture_of,
    question_fields,
    question_of,
)

# As far as anybody reads a sentence about an error.
_LONGEST_SENTENCE = 2_000
_MOST_PLACES = 40


@dataclass(frozen=True, slots=True)
class Setup:
    """The first message to a worker: how much memory it may take beyond what it has when it is ready."""

    memory_bytes: int


@dataclass(frozen=True, slots=True)
class Question:
    """Read this file."""

    path: str
    limits: Limits


@dataclass(frozen=True, slots=True)
class Bug:
    """A reader raised what it should not have: the error's type, and where, innermost last; no contents."""

    type: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutOfMemory:
    """The file needs more memory than a worker may take."""


AnyQuestion = Question | PictureQuestion | PageQuestion
Verdict = Document | Picture | PageView | FileError | Bug | OutOfMemory


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of the file; ``memory_bytes`` the worker holds now (0: it cannot tell)."""

    verdict: Verdict
    memory_bytes: int = 0


# To the worker.


def encode_setup(setup: Setup) -> Frame:
    return pack({"memory_bytes": setup.memory_bytes})


def decode_setup(frame: Frame) -> Setup:
    head, _ = unpack(frame)
    return Setup(values.whole(values.fields(head), "memory_bytes"))


def encode_question(question: AnyQuestion) -> Frame:
    if isinstance(question, PageQuestion):
        return pack({"page": page_question_fields(question)})
    if isinstance(question, PictureQuestion):
        return pack({"picture": question_fields(question)})
    return pack({"path": question.path, "limits": asdict(question.limits)})


def decode_question(frame: Frame) -> AnyQuestion:
    head, _ = unpack(frame)
    fields = values.fields(head)
    if "page" in fields:
        return page_question_of(values.fields(fields["page"]))
    if "picture" in fields:
        return question_of(values.fields(fields["picture"]))
    try:
        limits = Limits(**values.fields(fields.get("limits")))  # type: ignore[arg-type]
    except TypeError as error:
        raise Malformed("the limits are not those of this version") from error
    return Question(values.text(fields, "path"), limits)


# From the worker.


def encode_answer(answer: Answer) -> Frame:
    """Raises ValueError for a document that is too large for one message."""
    memory = {"memory_bytes": answer.memory_bytes}
    match answer.verdict:
        case Document() as document:
            text = "".join(segment.text for segment in document.segments)
            return pack({"document": _document_fields(document), **memory}, text)
        case Picture() as picture:
            return pack({"picture": picture_fields(picture), **memory}, body=picture_body(picture))
        case PageView() as view:
            return pack({"page": page_fields(view), **memory}, view.text, view.content)
        case FileError() as error:
            words = (error.code, error.message, error.hint)
            fields = dict(zip(("code", "message", "hint"), words, strict=True))
            return pack({"error": {**fields, "skipped": error.skipped, "kind": error.kind}, **memory})
        case Bug() as bug:
            return pack({"bug": {"type": bug.type, "places": bug.places}, **memory})
        case OutOfMemory():
            return pack({"out_of_memory": True, **memory})


def decode_answer(frame: Frame, framing: Framing | None = None, *, page: bool = False) -> Answer:
    """What a worker says that was asked for a document, for a picture in this ``framing``, or for a page.

    Raises Malformed for everything that no worker of this version says to that.
    """
    head, text = unpack(frame)
    fields = values.fields(head)
    memory = values.whole(fields, "memory_bytes")
    if framing is not None and "picture" in fields:
        return Answer(picture_of(values.fields(fields["picture"]), frame.body, framing), memory)
    if page and "page" in fields:
        return Answer(page_of(values.fields(fields["page"]), text, frame.body), memory)
    if framing is None and not page and "document" in fields:
        return Answer(_document(values.fields(fields["document"]), text), memory)
    if "error" in fields:
        return Answer(_error(values.fields(fields["error"])), memory)
    if "bug" in fields:
        bug = values.fields(fields["bug"])
        places = tuple(map(values.string, values.items(bug.get("places"))[-_MOST_PLACES:]))
        return Answer(Bug(values.text(bug, "type")[:_LONGEST_SENTENCE], places), memory)
    if fields.get("out_of_memory") is True:
        return Answer(OutOfMemory(), memory)
    raise Malformed("the answer is none")


def _document_fields(document: Document) -> dict[str, object]:
    return {
        "kind": document.kind.value,
        "language": document.language,
        "title": document.title,
        "metadata": dict(document.metadata),
        "partial": document.partial,
        "segments": [
            (
                len(segment.text),
                segment.start,
                segment.line,
                segment.page,
                segment.unit.value,
                segment.member,
                segment.path,
            )
            for segment in document.segments
        ],
    }


def _document(fields: dict[str, object], text: str) -> Document:
    rows = [values.items(row) for row in values.items(fields.get("segments"))]
    try:
        ends = list(itertools.accumulate((values.number(row[0]) for row in rows), initial=0))
        segments = tuple(
            _segment(text[start:end], *row[1:])
            for (start, end), row in zip(itertools.pairwise(ends), rows, strict=True)
        )
    except (IndexError, TypeError) as error:
        raise Malformed("a segment has other fields") from error
    if ends[-1] != len(text):
        raise Malformed("the segments do not make up the text")
    metadata = values.fields(fields.get("metadata"))
    return Document(
        kind=_kind(fields.get("kind")),
        segments=segments,
        language=values.text(fields, "language"),
        title=values.text(fields, "title"),
        metadata={key: values.string(value) for key, value in metadata.items()},
        partial=values.text(fields, "partial"),
    )


def _segment(
    text: str, start: object, line: object, page: object, unit: object, member: object, path: object
) -> Segment:
    return Segment(
        text,
        start=values.number(start),
        line=values.number(line),
        page=None if page is None else values.number(page),
        path=tuple(map(values.string, values.items(path))),
        unit=_unit(unit),
        member=values.string(member),
    )


def _error(fields: dict[str, object]) -> FileError:
    code, message, hint = (
        values.text(fields, key)[:_LONGEST_SENTENCE] for key in ("code", "message", "hint")
    )
    kind = fields.get("kind")
    known = kind if isinstance(kind, str) and kind in set(Kind) else ""
    return FileError(code, message, hint, skipped=fields.get("skipped") is True, kind=known)


def _kind(value: object) -> Kind:
    try:
        return Kind(values.string(value))
    except ValueError as error:
        raise Malformed("a kind that does not exist") from error


_UNITS = {unit.value: unit for unit in Unit}


def _unit(value: object) -> Unit:
    unit = _UNITS.get(values.string(value))
    if unit is None:
        raise Malformed("a unit that does not exist")
    return unit
