"""Pages in messages: what is asked of a worker, and text and picture that it answers with."""

from __future__ import annotations

from dataclasses import dataclass

from qwen_finder.core.desk import PageView
from qwen_finder.extraction.reading import PageRequest
from qwen_finder.extraction.sandbox.frames import Malformed
from qwen_finder.extraction.sandbox.values import fields, items, number, string, text, whole

_LONGEST_SAID = 4_000
_MOST_SAID = 100


@dataclass(frozen=True, slots=True)
class PageQuestion:
    """Show a page of this file. ``limits`` are called as in other questions."""

    path: str
    limits: PageRequest


def question_fields(question: PageQuestion) -> dict[str, object]:
    request = question.limits
    return {
        "path": question.path,
        "number": request.page,
        "width": request.width,
        "marks": request.marks,
        "max_seconds": request.max_seconds,
    }


def question_of(values: dict[str, object]) -> PageQuestion:
    """Raises Malformed."""
    seconds = values.get("max_seconds")
    if not isinstance(seconds, int | float):
        raise Malformed("not a time")
    marks = tuple(_span(mark) for mark in items(values.get("marks")))
    return PageQuestion(
        text(values, "path"), PageRequest(whole(values, "number"), whole(values, "width"), marks, seconds)
    )


def page_fields(view: PageView) -> dict[str, object]:
    return {
        "pages": view.pages,
        "number": view.page,
        "boxed": view.boxed,
        "metadata": dict(view.metadata),
    }


def page_of(values: dict[str, object], said: str, content: bytes) -> PageView:
    """Raises Malformed."""
    if content and (content[:4] != b"RIFF" or content[8:12] != b"WEBP"):
        raise Malformed("a page in another format")
    metadata = list(fields(values.get("metadata")).items())[:_MOST_SAID]
    return PageView(
        pages=whole(values, "pages"),
        page=whole(values, "number"),
        text=said,
        content=content,
        boxed=whole(values, "boxed"),
        metadata={key: string(value)[:_LONGEST_SAID] for key, value in metadata},
    )


def _span(value: object) -> tuple[int, int]:
    pair = items(value)
    if len(pair) != 2:
        raise Malformed("not a range")
    return number(pair[0]), number(pair[1])
