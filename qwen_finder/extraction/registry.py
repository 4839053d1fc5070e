"""Which reader reads which file, and the one way in: ``extract``.

The first bytes say what a file is, the name what they leave open. Every way in which a file can have no
text ends in a FileError that says so; the program goes on.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

from qwen_finder.core.document import Document, Kind
from qwen_finder.core.errors import FileError
from qwen_finder.extraction import readers
from qwen_finder.extraction.about import with_facts
from qwen_finder.extraction.encoding import HEAD_BYTES
from qwen_finder.extraction.formats import Format, format_of
from qwen_finder.extraction.kind import extension_of
from qwen_finder.extraction.language import detect
from qwen_finder.extraction.readers import Reader
from qwen_finder.extraction.reading import Limits, Source, placeholder

EXTRACTOR_VERSION = "2"
"""Part of the fingerprint of everything that is indexed: raise it when the same file gives another text."""

__all__ = ["EXTRACTOR_VERSION", "Limits", "extract", "extract_source"]

_LANGUAGE_SAMPLE = 4000
_BYTES_PER_CHARACTER = 4
_BY_NAME = "It is found by its name only."

_LFS_POINTER = b"version https://git-lfs.github.com/spec/v1"

_READERS: dict[Format, str] = {
    Format.HTML: "qwen_finder.extraction.html:read_html",
    Format.XML: "qwen_finder.extraction.xml_prose:read_xml",
    Format.PDF: "qwen_finder.extraction.pdf:read_pdf",
    Format.IMAGE: "qwen_finder.extraction.image:read_image",
    Format.NOTEBOOK: "qwen_finder.extraction.notebook:read_notebook",
    Format.DOC: "qwen_finder.extraction.office.legacy:read_doc",
    Format.PPT: "qwen_finder.extraction.office.legacy:read_ppt",
    Format.XLS: "qwen_finder.extraction.office.legacy:read_xls",
    Format.RTF: "qwen_finder.extraction.office.rtf:read_rtf",
    Format.EPUB: "qwen_finder.extraction.office.epub:read_epub",
    Format.MSG: "qwen_finder.extraction.office.outlook:read_msg",
    Format.DOCX: "qwen_finder.extraction.office.docx:read_docx",
    Format.OFFICE_ENCRYPTED: "qwen_finder.extraction.office.package:read_encrypted",
    Format.PPTX: "qwen_finder.extraction.office.pptx:read_pptx",
    Format.XLSX: "qwen_finder.extraction.office.xlsx:read_xlsx",
    Format.ODT: "qwen_finder.extraction.office.opendocument:read_opendocument",
    Format.ODS: "qwen_finder.extraction.office.opendocument:read_opendocument",
    Format.FLAT_ODF: "qwen_finder.extraction.office.opendocument:read_flat_opendocument",
    Format.ODP: "qwen_finder.extraction.office.opendocument:read_opendocument",
    Format.MAIL: "qwen_finder.extraction.mail:read_eml",
    Format.MBOX: "qwen_finder.extraction.mailbox:read_mbox",
    Format.AUDIO: "qwen_finder.extraction.media:read_media",
    Format.VIDEO: "qwen_finder.extraction.media:read_media",
    Format.FONT: "qwen_finder.extraction.fonts:read_font",
    Format.PLIST: "qwen_finder.extraction.property_list:read_property_list",
    Format.ZIP: "qwen_finder.extraction.archives:read_zip",
    Format.TAR: "qwen_finder.extraction.archives:read_tar",
    Format.SEVEN_ZIP: "qwen_finder.extraction.sevenzip:read_7z",
    Format.GZIP: "qwen_finder.extraction.packed:read_gzip",
    Format.BZIP2: "qwen_finder.extraction.packed:read_bzip2",
    Format.XZ: "qwen_finder.extraction.packed:read_xz",
    Format.ZSTD: "qwen_finder.extraction.packed:read_zstd",
}
"""Format → "module:function", a ``Reader`` that is imported when the first such file comes.

``Format.TEXT`` has a reader for each kind of text, in ``readers``.
"""


def extract(path: str, limits: Limits) -> Document:
    """The text of the file at ``path`` with its structure.

    Its segments touch: joined, they are the document's text. Raises FileError: "file.vanished",
    "file.unreadable", "file.broken", and as skipped "file.empty", "file.binary", "file.no_reader",
    "file.encrypted", "file.placeholder", "file.too_large".
    """
    with Source(path) as source:
        document = with_facts(extract_source(source, limits))
    if not document.language and document.kind is not Kind.CODE:
        document = replace(document, language=detect(_sample(document)))
    return document


def extract_source(source: Source, limits: Limits) -> Document:
    """As ``extract``, for what is open already: also for the members of containers, within its limits."""
    if not source.head:
        raise FileError("file.empty", f"{source.path} is empty.", _BY_NAME, skipped=True)
    if source.head.startswith(_LFS_POINTER) and source.size < 1024:
        raise placeholder(source.path)
    document = _reader_for(format_of(source), source)(source, limits)
    if not any(segment.text and not segment.text.isspace() for segment in document.segments):
        raise FileError("file.empty", f"{source.path} holds no text.", _BY_NAME, skipped=True)
    return document


def bytes_wanted(beginning: Source, limits: Limits) -> int:
    """How much of a file that begins like this its reader looks at; FileError when it has none."""
    found = format_of(beginning)
    _reader_for(found, beginning)
    if found is Format.TEXT:
        return max(HEAD_BYTES, _BYTES_PER_CHARACTER * (limits.max_characters + 1))
    return limits.max_bytes


def _reader_for(found: Format, source: Source) -> Reader:
    if found is Format.TEXT:
        return readers.reader_for(source.name, extension_of(source.name), source.head)
    if found in _READERS:
        module, _, function = _READERS[found].partition(":")
        reader: Reader = getattr(import_module(module), function)
        return reader
    if found is Format.BINARY:
        raise FileError("file.binary", f"{source.path} is not text.", _BY_NAME, skipped=True)
    raise FileError(
        "file.no_reader",
        f"{source.path} is of a kind whose text is not read ({found.value}).",
        _BY_NAME,
        skipped=True,
    )


def _sample(document: Document) -> str:
    parts: list[str] = []
    wanted = _LANGUAGE_SAMPLE
    for segment in document.segments:
        parts.append(segment.text[:wanted])
        wanted -= len(parts[-1])
        if wanted <= 0:
            break
    return "".join(parts)
