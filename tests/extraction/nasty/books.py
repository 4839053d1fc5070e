"""OpenDocument, EPUB, RTF and the old binary formats of Office, in every way that they can be wrong."""

from __future__ import annotations

from collections.abc import Iterator

from .archive import Member, member, pack, stored
from .case import BROKEN, EMPTY, ENCRYPTED, Nasty, either, found, refused
from .compound import compound
from .ooxml import LAUGHS, OUTER, OUTSIDE, xml
from .streams import noise

PHRASE = "the clockmaker sleeps in the lighthouse"
SWOLLEN = ("file.too_large", "file.memory", "file.timeout", BROKEN)
_ODT = "application/vnd.oasis.opendocument.text"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table")
)
_CONTAINER = (
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="{opf}" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


def cases() -> Iterator[Nasty]:
    """Every nasty file of these formats."""
    yield from _open_documents()
    yield from _epubs()
    yield from _rich_texts()
    yield from _compounds()


def _open_documents() -> Iterator[Nasty]:
    yield refused("no_content.odt", "has no content", lambda: _opened(_ODT), BROKEN, EMPTY)
    yield refused("locked.odt", "wants a password", _locked_odt, ENCRYPTED, BROKEN)
    yield either("laughs.odt", "entities of 900 MB in 1 kB", lambda: _odt("&z;", LAUGHS), PHRASE, *SWOLLEN)
    yield either("outside.odt", "an entity that is a file outside", _outside, PHRASE, BROKEN, absent=OUTSIDE)
    yield either("nested.odt", "20,000 sections in each other", _nested_odt, PHRASE, BROKEN, "file.crashed")
    yield found("spaces.odt", "says 2,000,000,000 spaces in one tag", _spaces, PHRASE)
    yield either("repeated.ods", "rows repeated 1,048,576 times, cells 16,384", _repeated, PHRASE, *SWOLLEN)


def _epubs() -> Iterator[Nasty]:
    yield either("no_spine.epub", "has no reading order", lambda: _epub("<spine/>"), PHRASE, BROKEN, EMPTY)
    yield either("no_package.epub", "its package file is missing", _no_package, PHRASE, BROKEN, EMPTY)
    yield either("lost_chapter.epub", "a chapter that is not there", _lost_chapter, PHRASE, BROKEN)
    yield either(
        "outside.epub", "a chapter that is a file outside", _escaping, PHRASE, BROKEN, absent=OUTSIDE
    )
    yield found("spine_cycle.epub", "one chapter, 100,000 times", _spine_cycle, PHRASE)
    yield refused("protected.epub", "all chapters are encrypted", _protected, ENCRYPTED, BROKEN, EMPTY)


def _rich_texts() -> Iterator[Nasty]:
    yield either("braces.rtf", "100,000 open braces", _braces, PHRASE, BROKEN)
    yield either("binary_lies.rtf", r"\bin that claims 2 GB", lambda: _rtf(rb"\bin2147483647 x"), PHRASE)
    yield either(
        "negative.rtf", r"\bin and \uc of negative length", lambda: _rtf(rb"\bin-9\uc-9\u-99999 "), PHRASE
    )
    yield found(
        "truncated.rtf", "cut in the middle of a word", lambda: _rtf(b"")[:-8] + rb"\par the cl", PHRASE
    )
    yield found("object.rtf", "an embedded object of 6 MB", _rtf_object, PHRASE)
    yield found("rtf_called.doc", "an RTF called .doc", lambda: _rtf(b""), PHRASE)
    yield either("escapes.rtf", "500,000 broken escapes", lambda: _rtf(rb"\'zz\u\*\'" * 100_000), PHRASE)


def _compounds() -> Iterator[Nasty]:
    yield found("mail.msg", "the smallest Outlook message", lambda: compound(_message()), PHRASE)
    yield either("sector_cycle.msg", "sectors that lead in a circle", _sector_cycle, PHRASE, BROKEN)
    yield either("directory_cycle.msg", "a directory that leads in a circle", _directory_cycle, PHRASE, EMPTY)
    yield refused("shift.msg", "claims sectors of 2^63 bytes", _shift, BROKEN)
    yield refused("truncated.msg", "cut after its header", lambda: compound(_message())[:600], BROKEN)
    yield refused("noise.doc", "a Word 97 header with noise", _noisy_word, BROKEN, EMPTY)
    yield refused("cycle.xls", "a workbook whose sectors lead in a circle", _cyclic_book, BROKEN, EMPTY)
    yield refused(
        "noise.xls", "a workbook of noise", lambda: compound({"Workbook": noise(90_000)}), BROKEN, EMPTY
    )
    yield refused("noise.ppt", "a presentation of noise", _noisy_show, BROKEN, EMPTY)
    yield refused(
        "program_called.doc", "a program called .doc", lambda: b"MZ\x90\0" + noise(9000), "file.no_reader"
    )
    yield refused("locked.xls", "a workbook with a password", _locked_book, ENCRYPTED, BROKEN, EMPTY)


def _opened(kind: str, *parts: Member) -> bytes:
    return pack([stored("mimetype", kind.encode()), *parts, xml("META-INF/manifest.xml", "<manifest/>")])


def _odt(text: str, doctype: str = "") -> bytes:
    body = (
        f"<office:document-content {_NAMES}><office:body><office:text><text:p>{PHRASE}</text:p>"
        f"<text:p>{text}</text:p></office:text></office:body></office:document-content>"
    )
    return _opened(_ODT, xml("content.xml", body, doctype))


def _outside() -> bytes:
    return _odt("&z;", OUTER)


def _nested_odt() -> bytes:
    return _odt("</text:p>" + "<text:section>" * 20_000 + "</text:section>" * 20_000 + "<text:p>")


def _spaces() -> bytes:
    return _odt('<text:s text:c="2000000000"/>')


def _locked_odt() -> bytes:
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:size="900">'
        '<manifest:encryption-data manifest:checksum="x"><manifest:algorithm '
        'manifest:algorithm-name="http://www.w3.org/2001/04/xmlenc#aes256-cbc"/>'
        "</manifest:encryption-data></manifest:file-entry></manifest:manifest>"
    )
    parts = [stored("content.xml", noise(900)), xml("META-INF/manifest.xml", manifest)]
    return pack([stored("mimetype", _ODT.encode()), *parts])


def _repeated() -> bytes:
    text = f'<table:table-cell office:value-type="string"><text:p>{PHRASE}</text:p></table:table-cell>'
    wide = text.replace("<table:table-cell", '<table:table-cell table:number-columns-repeated="16384"', 1)
    body = (
        f"<office:document-content {_NAMES}><office:body><office:spreadsheet><table:table table:name='A'>"
        f"<table:table-row>{text}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048575">'
        f"{wide}"
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    return _opened(_ODS, xml("content.xml", body))


def _epub(
    spine: str, item: str = '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>', *more: Member
) -> bytes:
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/>'
        f"<manifest>{item}</manifest>{spine}</package>"
    )
    chapter = f'<html xmlns="http://www.w3.org/1999/xhtml"><body><p>{PHRASE}</p></body></html>'
    return pack(
        [
            stored("mimetype", b"application/epub+zip"),
            xml("META-INF/container.xml", _CONTAINER.format(opf="book.opf")),
            xml("book.opf", package),
            xml("a.xhtml", chapter),
            *more,
        ]
    )


def _no_package() -> bytes:
    container = xml("META-INF/container.xml", _CONTAINER.format(opf="nowhere.opf"))
    return pack([stored("mimetype", b"application/epub+zip"), container, xml("a.xhtml", f"<p>{PHRASE}</p>")])


def _lost_chapter() -> bytes:
    items = '<item id="b" href="gone.xhtml" media-type="application/xhtml+xml"/>'
    items += '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'
    return _epub('<spine><itemref idref="b"/><itemref idref="never"/><itemref idref="a"/></spine>', items)


def _escaping() -> bytes:
    items = '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'
    outside = ("../../../../../../../etc/passwd", "file:///etc/passwd", "/etc/passwd")
    for n, target in enumerate(outside):
        items += f'<item id="x{n}" href="{target}" media-type="application/xhtml+xml"/>'
    references = "".join(f'<itemref idref="{name}"/>' for name in ("a", "x0", "x1", "x2"))
    return _epub(f"<spine>{references}</spine>", items)


def _spine_cycle() -> bytes:
    reference = '<itemref idref="a"/>'
    return _epub(f"<spine>{reference * 100_000}</spine>")


def _protected() -> bytes:
    locked = (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData>'
        '<CipherData><CipherReference URI="a.xhtml"/></CipherData></EncryptedData></encryption>'
    )
    return pack(
        [
            stored("mimetype", b"application/epub+zip"),
            xml("META-INF/container.xml", _CONTAINER.format(opf="book.opf")),
            xml("META-INF/encryption.xml", locked),
            member(
                "book.opf",
                b'<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="a.xhtml" '
                b'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine>'
                b"</package>",
            ),
            stored("a.xhtml", noise(4000)),
        ]
    )


def _rtf(inside: bytes) -> bytes:
    return rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 %b\par %b\par}" % (PHRASE.encode(), inside)


def _braces() -> bytes:
    return rb"{\rtf1\ansi %b\par %b" % (PHRASE.encode(), b"{" * 100_000)


def _rtf_object() -> bytes:
    return _rtf(rb"{\object\objemb{\*\objdata %b}}" % noise(3_000_000).hex().encode())


def _message() -> dict[str, bytes]:
    return {
        "__properties_version1.0": bytes(32),
        "__substg1.0_001A001F": "IPM.Note".encode("utf-16-le"),
        "__substg1.0_0037001F": "Lighthouse".encode("utf-16-le"),
        "__substg1.0_1000001F": f"{PHRASE}\r\n".encode("utf-16-le"),
    }


def _sector_cycle() -> bytes:
    return compound(_message(), looping_sectors=True)


def _directory_cycle() -> bytes:
    return compound(_message(), looping_directory=True)


def _shift() -> bytes:
    return compound(_message(), sector_shift=63)


def _noisy_word() -> bytes:
    return compound({"WordDocument": b"\xec\xa5\xc1\0" + bytes(28) + noise(60_000), "1Table": noise(30_000)})


def _noisy_show() -> bytes:
    return compound({"PowerPoint Document": noise(90_000), "Current User": noise(100)})


def _cyclic_book() -> bytes:
    return compound({"Workbook": b"\x09\x08\x10\0\0\6\5\0" + noise(90_000)}, looping_sectors=True)


def _locked_book() -> bytes:
    begin = b"\x09\x08\x10\0\0\6\5\0\xbb\x0d\xcc\x07\0\0\0\0\6\0\0\0"
    lock = b"\x2f\0\x36\0\1\0\1\0\1\0" + noise(48)
    return compound({"Workbook": begin + lock + noise(8000)})
