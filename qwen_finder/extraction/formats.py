"""Which format a file is in: by its first bytes, then by looking into containers, then by its name.

A wrong extension is normal: a page saved as ``.xls``, a picture called ``.txt``. So what the bytes say
wins, and the name only decides what bytes leave open. This module does not know who reads a format.
"""

from __future__ import annotations

import re
import struct
from enum import StrEnum

from qwen_finder.core.document import Kind
from qwen_finder.extraction.kind import extension_of, is_probably_text, kind_of, looks_utf16
from qwen_finder.extraction.reading import Source


class Format(StrEnum):
    """What a file is, as far as readers differ; the value names it for people."""

    TEXT = "text"
    """Everything a person can read in a text editor and that no other member names: also code."""
    HTML = "web page"
    XML = "XML document"
    """Prose, that is; other XML is text."""
    NOTEBOOK = "notebook"
    MAIL = "mail"
    MBOX = "mailbox"
    PDF = "PDF"
    RTF = "RTF document"
    DOC = "Word 97 document"
    XLS = "Excel 97 workbook"
    PPT = "PowerPoint 97 presentation"
    MSG = "Outlook message"
    DOCX = "Word document"
    XLSX = "Excel workbook"
    PPTX = "PowerPoint presentation"
    ODT = "OpenDocument text"
    ODS = "OpenDocument spreadsheet"
    ODP = "OpenDocument presentation"
    FLAT_ODF = "flat OpenDocument"
    EPUB = "EPUB book"
    OFFICE_ENCRYPTED = "encrypted Office document"
    OLE = "compound file"
    POSTSCRIPT = "PostScript document"
    DJVU = "DjVu document"
    IMAGE = "picture"
    AUDIO = "audio"
    VIDEO = "video"
    FONT = "font"
    PLIST = "property list"
    ZIP = "ZIP archive"
    TAR = "tar archive"
    GZIP = "gzip file"
    BZIP2 = "bzip2 file"
    XZ = "xz file"
    ZSTD = "Zstandard file"
    SEVEN_ZIP = "7-Zip archive"
    RAR = "RAR archive"
    AR = "ar archive"
    PROGRAM = "program"
    DATABASE = "SQLite database"
    MODEL = "GGUF model"
    PARQUET = "Parquet table"
    TNEF = "Outlook attachment container"
    BINARY = ""
    """Not text, and nothing known."""


_MAGIC: tuple[tuple[bytes, Format], ...] = (
    (b"%PDF-", Format.PDF),
    (b"{\\rtf", Format.RTF),
    (b"%!PS", Format.POSTSCRIPT),
    (b"\xc5\xd0\xd3\xc6", Format.POSTSCRIPT),
    (b"AT&TFORM", Format.DJVU),
    (b"\x89PNG\r\n\x1a\n", Format.IMAGE),
    (b"\xff\xd8\xff", Format.IMAGE),
    (b"GIF87a", Format.IMAGE),
    (b"GIF89a", Format.IMAGE),
    (b"II*\0", Format.IMAGE),
    (b"MM\0*", Format.IMAGE),
    (b"II+\0", Format.IMAGE),
    (b"MM\0+", Format.IMAGE),
    (b"8BPS\0", Format.IMAGE),
    (b"gimp xcf", Format.IMAGE),
    (b"\xff\x0a", Format.IMAGE),
    (b"\0\0\0\x0cJXL \r\n\x87\n", Format.IMAGE),
    (b"\0\0\0\x0cjP  \r\n\x87\n", Format.IMAGE),
    (b"ID3", Format.AUDIO),
    (b"fLaC", Format.AUDIO),
    (b"OggS", Format.AUDIO),
    (b"MThd\0\0", Format.AUDIO),
    (b"MAC ", Format.AUDIO),
    (b"wvpk", Format.AUDIO),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Format.AUDIO),
    (b"\x1aE\xdf\xa3", Format.VIDEO),
    (b"FLV\x01", Format.VIDEO),
    (b"\0\0\x01\xba", Format.VIDEO),
    (b"PK\x03\x04", Format.ZIP),
    (b"PK\x05\x06", Format.ZIP),
    (b"\x1f\x8b", Format.GZIP),
    (b"BZh", Format.BZIP2),
    (b"\xfd7zXZ\0", Format.XZ),
    (b"\x28\xb5\x2f\xfd", Format.ZSTD),
    (b"7z\xbc\xaf\x27\x1c", Format.SEVEN_ZIP),
    (b"Rar!\x1a\x07", Format.RAR),
    (b"!<arch>\n", Format.AR),
    (b"\x78\x9f\x3e\x22", Format.TNEF),
    (b"bplist00", Format.PLIST),
    (b"\x7fELF", Format.PROGRAM),
    (b"MZ\x90\0", Format.PROGRAM),
    (b"\xcf\xfa\xed\xfe", Format.PROGRAM),
    (b"\xca\xfe\xba\xbe", Format.PROGRAM),
    (b"\0asm", Format.PROGRAM),
    (b"SQLite format 3\0", Format.DATABASE),
    (b"GGUF", Format.MODEL),
    (b"PAR1", Format.PARQUET),
    (b"wOFF", Format.FONT),
    (b"wOF2", Format.FONT),
    (b"ttcf\0", Format.FONT),
    (b"\0\x01\0\0\0", Format.FONT),
    (b"true\0", Format.FONT),
    (b"OTTO\0", Format.FONT),
)

_RIFF = {b"WEBP": Format.IMAGE, b"WAVE": Format.AUDIO, b"AVI ": Format.VIDEO}
_ISO_PICTURES = frozenset({b"avif", b"avis", b"heic", b"heix", b"heim", b"hevc", b"mif1", b"msf1", b"crx "})
_ISO_SOUNDS = frozenset({b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B "})

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS: tuple[tuple[str, Format], ...] = (
    ("EncryptedPackage", Format.OFFICE_ENCRYPTED),
    ("WordDocument", Format.DOC),
    ("Workbook", Format.XLS),
    ("Book", Format.XLS),
    ("PowerPoint Document", Format.PPT),
    ("__properties_version1.0", Format.MSG),
)
_MAX_DIRECTORY = 1 << 16

_ZIP_MIMETYPES = (
    (b"application/epub+zip", Format.EPUB),
    (b"application/vnd.oasis.opendocument.text", Format.ODT),
    (b"application/vnd.oasis.opendocument.spreadsheet", Format.ODS),
    (b"application/vnd.oasis.opendocument.presentation", Format.ODP),
    (b"application/vnd.oasis.opendocument.graphics", Format.ODP),
)
_ZIP_PARTS = (
    (b"word/document", Format.DOCX),
    (b"xl/workbook", Format.XLSX),
    (b"ppt/presentation", Format.PPTX),
    (b"META-INF/container.xml", Format.EPUB),
)
_PACKAGE_BEGINS = (
    b"[Content_Types].xml", b"_rels/", b"docProps/", b"customXml/", b"word/", b"xl/", b"ppt/", b"mimetype",
    b"META-INF/",
    b"content.xml", b"meta.xml", b"settings.xml", b"styles.xml", b"OEBPS/",
)  # fmt: skip
_TAIL = 1 << 16

_EXTENSIONS: dict[str, Format] = {
    **dict.fromkeys(("html", "htm", "xhtml"), Format.HTML),
    "ipynb": Format.NOTEBOOK,
    **dict.fromkeys(("eml", "emlx", "mhtml", "mht"), Format.MAIL),
    **dict.fromkeys(("mbox", "mbx"), Format.MBOX),
    **dict.fromkeys(("docx", "docm", "dotx", "dotm"), Format.DOCX),
    **dict.fromkeys(("xlsx", "xlsm", "xltx", "xltm", "xlsb"), Format.XLSX),
    **dict.fromkeys(("pptx", "pptm", "potx", "ppsx", "ppsm"), Format.PPTX),
    **dict.fromkeys(("doc", "dot"), Format.DOC),
    **dict.fromkeys(("xls", "xlt"), Format.XLS),
    **dict.fromkeys(("ppt", "pps", "pot"), Format.PPT),
    "msg": Format.MSG,
    "epub": Format.EPUB,
    **dict.fromkeys(("odt", "ott", "odm"), Format.ODT),
    **dict.fromkeys(("ods", "ots"), Format.ODS),
    **dict.fromkeys(("odp", "otp", "odg", "otg"), Format.ODP),
}
_PACKAGES = frozenset(
    {Format.DOCX, Format.XLSX, Format.PPTX, Format.ODT, Format.ODS, Format.ODP, Format.EPUB}
)
_OLE_BY_NAME = frozenset({Format.DOC, Format.XLS, Format.PPT, Format.MSG})

# What may stand before the root element; atomic groups, so that a failure is not tried in other ways.
_PROLOG = rb"(?>\s*(?>(?><\?[^>]*>|<!--.*?-->|<!doctype(?!\s+html)[^\[>]*(?>\[.*?\]\s*)?>)\s*)*)"
_HTML_HEAD = re.compile(_PROLOG + rb"<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE | re.DOTALL)
_FLAT_ODF = b'office:mimetype="application/vnd.oasis.opendocument.'
_XML_ROOT = re.compile(_PROLOG + rb"<(?:[\w-]+:)?([\w.-]+)", re.IGNORECASE | re.DOTALL)
_PROSE_ROOTS = frozenset(
    b"""article book bookmap chapter concept document feed fictionbook part preface rdf refentry reference rss
    sect1 section set svg task tei tei.2 topic""".split()
)
_HEADER_LINE = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,40}):[ \t]")
_MAIL_HEADERS = frozenset(
    b"""return-path received delivered-to from to cc date subject message-id mime-version content-type
    reply-to x-mailer references in-reply-to dkim-signature arc-seal x-received""".split()
)
_MBOX_FROM = re.compile(rb"From \S+ .*\d\d:\d\d")
_WEAK_NAMES = frozenset({"", "txt"})
"""Extensions that say nothing of what a text is."""


def format_of(source: Source) -> Format:
    """The format of an open file."""
    head = source.head
    seen = _by_magic(head)
    if seen is Format.ZIP:
        return _inside_zip(source)
    if seen is not None:
        return seen
    if head.startswith(_OLE):
        return _inside_ole(source)
    extension = extension_of(source.name)
    if b"%PDF-" in head[:1024] and kind_of(source.name) not in (Kind.CODE, Kind.TEXT):
        return Format.PDF
    if not is_probably_text(head[:8192]):
        return _by_kind(source.name)
    return _text_format(source.name, extension, _eight_bit(head))


def _by_magic(head: bytes) -> Format | None:
    for magic, found in _MAGIC:
        if head.startswith(magic):
            return found
    if head[:4] == b"RIFF" and head[8:12] in _RIFF:
        return _RIFF[head[8:12]]
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return Format.AUDIO
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0" and head[15:18] == b"\0\0\0":
        return Format.IMAGE
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return (
            Format.IMAGE if brand in _ISO_PICTURES else Format.AUDIO if brand in _ISO_SOUNDS else Format.VIDEO
        )
    if head[257:262] == b"ustar":
        return Format.TAR
    return None


def _by_kind(name: str) -> Format:
    """Binary formats whose first bytes are too short or too varied to tell (MP3 frames, TGA, raw photos)."""
    kind = kind_of(name)
    if kind is Kind.IMAGE:
        return Format.IMAGE
    if kind is Kind.AUDIO:
        return Format.AUDIO
    if kind is Kind.VIDEO:
        return Format.VIDEO
    return Format.TAR if extension_of(name) == "tar" else Format.BINARY


def _eight_bit(head: bytes) -> bytes:
    """The beginning of a text in an encoding in which ASCII is ASCII."""
    wide = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else looks_utf16(head[:8192])
    if wide:
        return head[:16384].decode(wide, "replace").encode("utf-8", "replace")
    return head.removeprefix(b"\xef\xbb\xbf")


def _text_format(name: str, extension: str, head: bytes) -> Format:
    known = _EXTENSIONS.get(extension)
    if known in (Format.HTML, Format.NOTEBOOK, Format.MAIL, Format.MBOX):
        if known is Format.MAIL and _MBOX_FROM.match(head):
            return Format.MBOX
        return known
    if b"<plist" in head[:1024] and kind_of(name) is not Kind.CODE:
        return Format.PLIST
    if head.lstrip()[:1] == b"<" and kind_of(name) is not Kind.CODE:
        root = _XML_ROOT.match(head[:8192])
        if root and _FLAT_ODF in head[:8192]:
            return Format.FLAT_ODF
        if root and root[1].lower() in _PROSE_ROOTS:
            return Format.XML
    # An office extension on a text, or a name that does not tell.
    if extension in _WEAK_NAMES or known is not None or kind_of(name) is Kind.OTHER:
        if _HTML_HEAD.match(head[:2048]):
            return Format.HTML
        if _MBOX_FROM.match(head) and _looks_like_mail(head.split(b"\n", 1)[-1]):
            return Format.MBOX
        if _looks_like_mail(head):
            return Format.MAIL
    return Format.TEXT


def _looks_like_mail(head: bytes) -> bool:
    """Whether it begins with header lines of which three or more are those of mail."""
    known: set[bytes] = set()
    for line in head[:8192].replace(b"\r\n", b"\n").split(b"\n"):
        if line[:1] in (b" ", b"\t") and known:
            continue
        header = _HEADER_LINE.match(line)
        if header is None:
            break
        known.add(header[1].lower())
    return len(known & _MAIL_HEADERS) >= 3


def _inside_zip(source: Source) -> Format:
    """What a zip is: a package of an office program names its kind in its first entries."""
    head = source.head
    if len(head) < 30:
        return Format.ZIP
    length, extra = struct.unpack_from("<HH", head, 26)
    first = head[30 : 30 + length]
    if not first.startswith(_PACKAGE_BEGINS):
        return Format.ZIP
    if first == b"mimetype":
        content = head[30 + length + extra :]
        for mimetype, found in _ZIP_MIMETYPES:
            if content.startswith(mimetype):
                return found
    stream = source.stream()
    stream.seek(max(0, source.size - _TAIL))
    seen = head + stream.read(_TAIL)
    for part, found in _ZIP_PARTS:
        if part in seen:
            return found
    known = _EXTENSIONS.get(extension_of(source.name))
    return known if known in _PACKAGES else Format.ZIP


def _inside_ole(source: Source) -> Format:
    """What a compound file is, by the names of the streams in its first directory sectors."""
    head = source.head
    known = _EXTENSIONS.get(extension_of(source.name))
    named = known if known in _OLE_BY_NAME else Format.OLE
    if len(head) < 512:
        return named
    shift = struct.unpack_from("<H", head, 30)[0]
    first = struct.unpack_from("<I", head, 48)[0]
    if shift not in (9, 12):
        return named
    stream = source.stream()
    stream.seek((first + 1) << shift)
    directory = stream.read(_MAX_DIRECTORY)
    names = set()
    for offset in range(0, len(directory) - 127, 128):
        length = struct.unpack_from("<H", directory, offset + 64)[0]
        names.add(directory[offset : offset + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace"))
    return next((found for name, found in _OLE_STREAMS if name in names), named)
