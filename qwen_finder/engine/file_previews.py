"""What can be shown of an indexed file: its text around a place, or a page as it is printed.

Files are opened by workers only, and only what the index holds: a path that is not in the catalog gets
nothing, whatever lies there. What answers the query is marked as in the passages of a hit.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from qwen_finder.core.desk import FilePreview, Form, PageView
from qwen_finder.core.document import Document, FileId, Kind, Segment, Unit
from qwen_finder.core.errors import FileError, UsageError
from qwen_finder.core.picture import StoredPicture
from qwen_finder.core.ports import Catalog, CatalogFile
from qwen_finder.engine import text_window
from qwen_finder.engine.lookup import find_file
from qwen_finder.engine.reading import limits_of
from qwen_finder.extraction.colouring import written_in
from qwen_finder.extraction.kind import extension_of
from qwen_finder.extraction.reading import PageRequest
from qwen_finder.extraction.sandbox.pool import Pool
from qwen_finder.settings.store import Settings

MOST_WIDTH = 4_000
"""Pixels that a page may be wide."""

Marks = Callable[[str, str], tuple[tuple[int, int], ...]]

# A reader need not look at more of a file than anybody would scroll through.
_MOST_READ = 5_000_000
_HEAD_CHARACTERS = 200


class FilePreviews:
    """``pool`` reads for those who look; ``marks`` says where a text answers a query; ``pictures`` is what
    the index knows of pictures, ``words`` the text that was recognised on one.
    """

    def __init__(
        self,
        catalog: Catalog,
        pool: Pool,
        *,
        settings: Callable[[], Settings],
        marks: Marks,
        pictures: Callable[[Sequence[FileId]], Mapping[FileId, StoredPicture]],
        words: Callable[[CatalogFile], str],
    ) -> None:
        self._catalog = catalog
        self._pool = pool
        self._settings = settings
        self._marks = marks
        self._pictures = pictures
        self._words = words

    def of(self, path: str, *, page: int | None, line: int | None, member: str, query: str) -> FilePreview:
        """The file at ``path`` around ``line`` or on ``page``, of ``member`` if it holds others.

        UsageError "file.unknown" for a path that is not in the index. What cannot be read has a ``reason``.
        """
        file = self._known(path)
        shown = FilePreview(path, file.kind, Form.NONE, member=member, metadata=_facts_of(file))
        try:
            if file.kind is Kind.IMAGE:
                return self._picture(file, shown, query)
            if extension_of(os.path.basename(path)) == "pdf" and not member:
                return self._printed(shown, page or 1, query)
            return self._text(file, shown, page, line, query)
        except FileError as error:
            return replace(shown, reason=f"{error.message} {error.hint}".strip())

    def page(self, path: str, number: int, width: int, query: str) -> PageView:
        """Page ``number`` with its picture, ``width`` pixels wide, what answers ``query`` boxed.

        UsageError "file.unknown", "preview.width"; FileError for what has no such page or cannot be read.
        """
        self._known(path)
        if not 1 <= width <= MOST_WIDTH:
            raise UsageError("preview.width", f"A page is 1 to {MOST_WIDTH:,} pixels wide, not {width}.")
        marks: tuple[tuple[int, int], ...] = ()
        if query:
            marks = self._marks(self._pool.page(path, PageRequest(number)).text, query)
        return self._pool.page(path, PageRequest(number, width, marks))

    def _known(self, path: str) -> CatalogFile:
        file = find_file(self._catalog, path)
        if file is None:
            raise UsageError(
                "file.unknown",
                f"{path} is not in the index.",
                "Only indexed files are shown; `qwen-finder folders list` says where they are.",
            )
        return file

    def _picture(self, file: CatalogFile, shown: FilePreview, query: str) -> FilePreview:
        known = self._pictures([file.id]).get(file.id)
        facts: list[tuple[str, str]] = []
        if known is not None:
            facts.append(("dimensions", f"{known.width} × {known.height}"))
        try:
            limits = replace(limits_of(self._settings()), ocr=False)
            facts += _said(self._pool.extract(file.path, limits))
        except FileError:
            # It has no words of its own; it is to be seen all the same.
            pass
        text = self._words(file)
        return replace(
            shown,
            form=Form.IMAGE,
            text=text,
            highlights=self._marked(text, query),
            metadata=_joined(facts, shown.metadata),
        )

    def _printed(self, shown: FilePreview, page: int, query: str) -> FilePreview:
        try:
            view = self._pool.page(shown.path, PageRequest(page))
        except FileError as error:
            if error.code != "file.no_pages" or page == 1:
                raise
            # It has become shorter since it was indexed.
            view = self._pool.page(shown.path, PageRequest(1))
        return replace(
            shown,
            form=Form.PAGES,
            text=view.text,
            highlights=self._marked(view.text, query),
            pages=view.pages,
            page=view.page,
            metadata=_joined(view.metadata.items(), shown.metadata),
        )

    def _text(
        self, file: CatalogFile, shown: FilePreview, page: int | None, line: int | None, query: str
    ) -> FilePreview:
        limits = limits_of(self._settings())
        most = min(limits.max_characters, _MOST_READ)
        document = self._pool.extract(file.path, replace(limits, ocr=False, max_characters=most))
        segments, unit, pages, number = text_window.chosen(document.segments, shown.member, page)
        text = "".join(segment.text for segment in segments)
        first = _first_line(segments, number, unit)
        marked = self._marked(text, query)
        window = text_window.around(text, first, line, marked)
        language = "" if shown.member else written_in(os.path.basename(file.path), _head(text))
        return replace(
            shown,
            form=_form(document.kind, language),
            text=text[window.start : window.end],
            first_line=window.line,
            cut_before=window.start > 0,
            cut_after=window.end < len(text),
            language=language,
            highlights=window.inside(marked),
            pages=pages,
            page=number,
            unit=unit,
            metadata=_joined(_said(document), shown.metadata),
            reason=document.partial,
        )

    def _marked(self, text: str, query: str) -> tuple[tuple[int, int], ...]:
        return self._marks(text, query) if text and query.strip() else ()


def _first_line(segments: Sequence[Segment], page: int | None, unit: Unit) -> int:
    """The number of the first line; 0 where lines have none, as on pages and slides."""
    counted = bool(segments) and (page is None or unit is Unit.SHEET)
    return segments[0].line if counted else 0


def _form(kind: Kind, language: str) -> Form:
    if kind is Kind.CODE and not language:
        # Made by a reader, as of a notebook: prose and code by turns.
        return Form.TEXT
    return Form.CODE if kind is Kind.CODE or (kind is Kind.TEXT and language) else Form.TEXT


def _head(text: str) -> bytes:
    return text[:_HEAD_CHARACTERS].encode("utf-8", "replace")


def _facts_of(file: CatalogFile) -> tuple[tuple[str, str], ...]:
    """What is known of any file; of the disk as it is now, so that it fits what is shown."""
    size, seconds = file.size, file.mtime_ns / 1e9
    try:
        status = os.lstat(file.path)
        size, seconds = status.st_size, status.st_mtime
    except OSError:
        # It is gone; the preview says so.
        pass
    facts = [("size", str(size))]
    # Some file systems hold times that no calendar has.
    with contextlib.suppress(ValueError, OverflowError, OSError):
        facts.append(("modified", datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")))
    if file.language:
        facts.append(("language", file.language))
    return tuple(facts)


def _said(document: Document) -> list[tuple[str, str]]:
    title = [("title", document.title)] if document.title else []
    return title + [(key, said) for key, said in document.metadata.items() if said]


def _joined(said: Iterable[tuple[str, str]], facts: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """What the file says of itself, then what the disk does; the disk knows better when it was changed."""
    own = {key for key, _ in facts}
    return (*((key, value) for key, value in said if key not in own), *facts)
