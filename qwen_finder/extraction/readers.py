"""The reader for each text format, found by name, extension or the first line.

Readers of formats with a grammar of their own live in their own modules and are imported when first needed.
"""

from __future__ import annotations

from collections.abc import Callable

from qwen_finder.core.document import Document, Kind, Segment
from qwen_finder.extraction import markup
from qwen_finder.extraction.kind import kind_of
from qwen_finder.extraction.languages import grammar_for
from qwen_finder.extraction.reading import Limits, Source, left_out
from qwen_finder.extraction.segments import cut

Reader = Callable[[Source, Limits], Document]

_FINDERS: dict[str, markup.MarkFinder] = {
    "md": markup.markdown,
    "markdown": markup.markdown,
    "mdown": markup.markdown,
    "mkd": markup.markdown,
    "mdx": markup.markdown,
    "rmd": markup.markdown,
    "qmd": markup.markdown,
    "rst": markup.rst,
    "org": markup.org,
    "adoc": markup.asciidoc,
    "asciidoc": markup.asciidoc,
    "tex": markup.latex,
    "ltx": markup.latex,
    "latex": markup.latex,
    "ini": markup.ini,
    "cfg": markup.ini,
    "conf": markup.ini,
    "config": markup.ini,
    "cnf": markup.ini,
    "toml": markup.ini,
    "desktop": markup.ini,
    "url": markup.ini,
    "service": markup.ini,
}
_TABLES = frozenset({"csv", "tsv", "tab", "psv"})
_CONTENT_LINES = frozenset({"vcf", "vcard", "ics", "ical", "ifb"})
_SUBTITLES = frozenset({"srt", "vtt", "ass", "ssa", "sbv"})


def reader_for(name: str, extension: str, head: bytes) -> Reader:
    """The reader for a text file with this name that begins with ``head``."""
    if extension in _TABLES:
        return _table
    if extension in _CONTENT_LINES:
        return _content_lines
    if extension in _SUBTITLES:
        return _subtitles
    if extension in _FINDERS:
        return _marked_up(_FINDERS[extension])
    grammar = grammar_for(name, extension, head)
    if grammar:
        return _code(grammar)
    return _plain


def _marked_up(finder: markup.MarkFinder) -> Reader:
    def read(source: Source, limits: Limits) -> Document:
        text, whole = source.read_text(limits.max_characters)
        segments = cut(text, finder(text))
        kind = kind_of(source.name)
        titles = (segment.path[0] for segment in segments if segment.path)
        title = next(titles, "") if kind is Kind.DOCUMENT else ""
        return Document(kind, segments, title=title, partial="" if whole else left_out(limits))

    return read


def _plain(source: Source, limits: Limits) -> Document:
    text, whole = source.read_text(limits.max_characters)
    kind = kind_of(source.name)
    return Document(
        Kind.TEXT if kind is Kind.OTHER else kind, (Segment(text),), partial="" if whole else left_out(limits)
    )


def _code(grammar: str) -> Reader:
    def read(source: Source, limits: Limits) -> Document:
        from qwen_finder.extraction.code import symbols

        text, whole = source.read_text(limits.max_characters)
        return Document(
            Kind.CODE, cut(text, symbols(text, grammar)), partial="" if whole else left_out(limits)
        )

    return read


def _table(source: Source, limits: Limits) -> Document:
    from qwen_finder.extraction.table import header_path

    text, whole = source.read_text(limits.max_characters)
    path = header_path(text)
    return Document(Kind.TEXT, (Segment(text, path=path),), partial="" if whole else left_out(limits))


def _content_lines(source: Source, limits: Limits) -> Document:
    from qwen_finder.extraction.content_lines import read_content_lines

    return read_content_lines(source, limits)


def _subtitles(source: Source, limits: Limits) -> Document:
    from qwen_finder.extraction.subtitles import read_subtitles

    return read_subtitles(source, limits)
