"""EPUB books: the chapters in reading order, each passage under its chapter and the headings in it.

Chapters are named by the book's table of contents; a file that it does not name goes on with the chapter
before. Books have no pages of their own. A book whose text is encrypted (by a shop) says so and is left out.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from qwen_finder.core.document import Document, Kind
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.html import read_html
from qwen_finder.extraction.office.package import DamagedPart, Package, broken
from qwen_finder.extraction.office.relations import part_events
from qwen_finder.extraction.office.transcript import Transcript, one_line
from qwen_finder.extraction.office.xml import END, START, TEXT, Event
from qwen_finder.extraction.reading import Limits, Source
from qwen_finder.extraction.segments import Path, name_of

_MAX_CHAPTER = 16_000_000
"""Bytes of one file of the book that are read."""

_PROPERTIES = {
    "title": "title",
    "creator": "author",
    "subject": "subject",
    "description": "description",
    "date": "created",
}
_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document"})
_PAGE_NAMES = (".xhtml", ".html", ".htm", ".xml")
# In HTML these would swallow everything up to an end tag that never comes.
_CLOSED = re.compile(rb"<(title|script|style|iframe|textarea|noscript)\b([^<>]*)/>", re.IGNORECASE)


@dataclass(slots=True)
class _Book:
    """What the package document says: files by their ids, the ids in reading order."""

    folder: str = ""
    files: dict[str, tuple[str, str]] = field(default_factory=dict)
    """id → (part, media type)"""
    spine: list[str] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)
    """The parts that hold the table of contents, the newer form first."""
    metadata: dict[str, list[str]] = field(default_factory=dict)


def read_epub(source: Source, limits: Limits) -> Document:
    """A segment for each section. Raises FileError "file.broken", "file.encrypted" (skipped)."""
    package = Package(source, limits)
    book = _book(package)
    if _is_locked(package):
        raise FileError(
            "file.encrypted",
            f"{source.path} is a book whose text is encrypted by its shop.",
            "Only the shop's own program can read it.",
            skipped=True,
        )
    if not book.spine:
        raise broken(source.path, "it names no chapters")
    chapters: dict[str, Path] = {}
    for part in book.contents:
        chapters = chapters or _chapters(part_events(package, part), posixpath.dirname(part))
    transcript = Transcript(limits, package.damage)
    chapter: Path = ()
    for part in book.spine:
        chapter = chapters.get(part, chapter)
        try:
            content = package.read(part, _MAX_CHAPTER)
        except DamagedPart:
            transcript.damaged(source.path, exhausted=package.exhausted)
            continue
        with Source.of_bytes(part, _CLOSED.sub(rb"<\1\2></\1>", content)) as page:
            document = read_html(page, limits)
        for segment in document.segments:
            inner = tuple(name for name in segment.path if name not in chapter)
            transcript.paragraph(segment.text, chapter + inner)
        if transcript.full or package.exhausted:
            transcript.full = True
            break
    metadata = {name: ", ".join(values) for name, values in book.metadata.items()}
    return transcript.document(Kind.DOCUMENT, metadata.pop("title", ""), metadata)


def _book(package: Package) -> _Book:
    book = _Book()
    part = next(
        (
            attributes.get("full-path", "")
            for kind, name, attributes in part_events(package, "META-INF/container.xml")
            if kind == START and name == "rootfile"
        ),
        next((name for name in package if name.endswith(".opf")), ""),
    )
    book.folder = posixpath.dirname(part)
    order: list[str] = []
    text: list[str] = []
    current = ncx = nav = ""
    for kind, name, attributes in part_events(package, part):
        if kind == TEXT:
            if current:
                text.append(name)
        elif kind == END:
            if current and (value := one_line("".join(text))):
                book.metadata.setdefault(current, []).append(value)
            current = ""
        elif name == "item":
            target = _resolved(book.folder, attributes.get("href", ""))
            media = attributes.get("media-type", "")
            book.files[attributes.get("id", "")] = (target, media)
            if media == "application/x-dtbncx+xml":
                ncx = target
            if "nav" in attributes.get("properties", "").split():
                nav = target
        elif name == "itemref":
            order.append(attributes.get("idref", ""))
        elif name in _PROPERTIES:
            current = _PROPERTIES[name]
            text.clear()
    # A book may name a file once; one that does not keep to that is no longer for it.
    for identity in dict.fromkeys(order):
        target, media = book.files.get(identity, ("", ""))
        if target and target != nav and (media in _PAGES or target.lower().endswith(_PAGE_NAMES)):
            book.spine.append(target)
    book.contents = [each for each in (nav, ncx) if each]
    return book


def _chapters(source: Iterator[Event], folder: str) -> dict[str, Path]:
    """Part → the titles above it in the table of contents, which is either an NCX or a page with lists."""
    chapters: dict[str, Path] = {}
    titles: list[str] = []
    label: list[str] = []
    target = ""
    in_label = False
    in_other_list = 0
    for kind, name, attributes in source:
        if kind == TEXT:
            if in_label:
                label.append(name)
        elif name == "nav":
            is_contents = kind == END or attributes.get("type", "toc") == "toc"
            in_other_list = 0 if is_contents else 1
        elif in_other_list:
            continue
        elif name in ("navPoint", "li"):
            if kind == START:
                titles.append("")
            elif titles:
                titles.pop()
        elif name in ("a", "span", "navLabel"):
            in_label = kind == START
            if kind == START:
                label.clear()
                target = attributes.get("href", "")
            elif titles:
                titles[-1] = titles[-1] or name_of(one_line("".join(label)))
            if kind == END and name == "a" and target:
                _enter(chapters, folder, target, titles)
        elif name == "content" and kind == START:
            _enter(chapters, folder, attributes.get("src", ""), titles)
    return chapters


def _enter(chapters: dict[str, Path], folder: str, target: str, titles: list[str]) -> None:
    chapters.setdefault(_resolved(folder, target), tuple(title for title in titles if title))


def _resolved(folder: str, reference: str) -> str:
    """The part that ``reference`` in a file of ``folder`` means, without the place in it."""
    path = unquote(urlsplit(reference).path)
    return posixpath.normpath(posixpath.join(folder, path)) if path else ""


def _is_locked(package: Package) -> bool:
    """Whether pages of text are encrypted; books often encrypt their fonts only."""
    return any(
        kind == START
        and name == "CipherReference"
        and attributes.get("URI", "").lower().endswith(_PAGE_NAMES)
        for kind, name, attributes in part_events(package, "META-INF/encryption.xml")
    )
