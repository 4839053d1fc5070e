"""Pictures: what their headers say, in sentences; what is damaged or says too much is told, never raised."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin, TiffImagePlugin

from qwen_finder.core.document import Document, Kind
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.registry import Limits
from qwen_finder.extraction.xmp import properties

Read = Callable[..., Document]

XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:mwg-rs="http://www.metadataworkinggroup.com/"
 xmp:Rating="4" photoshop:City="Lisbon" photoshop:Country="Portugal">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Evening at the sea</rdf:li>
<rdf:li xml:lang="de">Abend</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li>Waves &amp; fishing boats.</rdf:li></rdf:Alt></dc:description>
<dc:subject><rdf:Bag><rdf:li>beach</rdf:li><rdf:li>Abendröte</rdf:li></rdf:Bag></dc:subject>
<dc:creator><rdf:Seq><rdf:li>Ann Lee</rdf:li></rdf:Seq></dc:creator>
<mwg-rs:Regions><mwg-rs:RegionList><rdf:Bag><rdf:li><rdf:Description mwg-rs:Name="Jürgen"/></rdf:li></rdf:Bag>
</mwg-rs:RegionList></mwg-rs:Regions>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def saved(format: str, size: tuple[int, int] = (80, 60), **options: Any) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, "white").save(stream, format, **options)
    return stream.getvalue()


def camera(**more: Any) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Canon", "Canon EOS R6"
    exif.get_ifd(0x8769).update({0x9003: "2023:07:14 18:30:05", 0x9011: "+01:00", 0xA434: "RF24-105mm F4"})
    exif.get_ifd(0x8825).update({1: "N", 2: (38.0, 42.0, 50.0), 3: "W", 4: (9.0, 8.0, 22.0)})
    for tag, value in more.items():
        exif[int(tag[1:], 16)] = value
    return exif


def text(document: Document) -> str:
    return "".join(segment.text for segment in document.segments)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WebP", "AVIF"])
def test_a_photo_says_where_when_and_with_what_it_was_taken(read: Read, format: str) -> None:
    document = read("photo." + format.lower(), saved(format, exif=camera()))
    assert text(document) == (
        "Photo taken on 14 July 2023 (2023-07-14) with Canon EOS R6 and RF24-105mm F4"
        " at 38.7139° north, 9.1394° west.\n\n"
    )
    assert document.kind is Kind.IMAGE
    assert document.segments[0].line == 0
    assert document.metadata == {
        "created": "2023-07-14T18:30:05+01:00",
        "camera": "Canon EOS R6",
        "lens": "RF24-105mm F4",
        "coordinates": "38.7139° north, 9.1394° west",
        "dimensions": "80 × 60 pixels",
    }


def test_photos_of_telephones_are_read(read: Read) -> None:
    content = (Path(__file__).parents[1] / "data" / "photo.heic").read_bytes()
    assert (
        text(read("IMG_1.HEIC", content))
        == "Photo taken on 3 February 2024 (2024-02-03) with Apple iPhone 15.\n\n"
    )


def test_what_photo_programs_wrote(read: Read) -> None:
    document = read("a.jpg", saved("JPEG", xmp=XMP.encode()))
    assert text(document) == (
        "Evening at the sea\nWaves & fishing boats.\nPhoto taken in Lisbon, Portugal. People: Jürgen."
        " Keywords: beach, Abendröte. By Ann Lee. Rated 4 of 5 stars.\n\n"
    )
    assert document.title == "Evening at the sea"
    assert document.metadata["author"] == "Ann Lee"


def test_entities_in_xmp_are_not_expanded() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><r><title>&b;</title></r>'
    assert properties(bomb.encode()) == {}
    assert properties(b"<r><title>good</title><City>Li") == {"title": ["good"]}


def iptc(*entries: tuple[int, bytes]) -> bytes:
    body = b"".join(b"\x1c\x02" + struct.pack(">BH", tag, len(value)) + value for tag, value in entries)
    body += b"\0" * (len(body) % 2)
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(body)) + body
    segment = b"Photoshop 3.0\0" + resource
    return b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment


def test_iptc(read: Read) -> None:
    plain = saved("JPEG")
    entries = iptc(
        (5, "Büro".encode()),
        (120, b"The new office"),
        (25, b"office"),
        (25, b"move"),
        (90, b"K\xf6ln"),
        (80, b"Lee"),
    )
    document = read("a.jpg", plain[:2] + entries + plain[2:])
    assert text(document) == (
        "Büro\nThe new office\nPhoto taken in Köln. Keywords: office, move. By Lee.\n\n"
    )


def test_text_chunks_and_comments(read: Read) -> None:
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("Title", "Plan of the garden")
    chunks.add_itxt("Description", "Obstbäume im Süden")
    chunks.add_text("Software", "Painter 3000")
    assert text(read("a.png", saved("PNG", pnginfo=chunks))) == "Plan of the garden\nObstbäume im Süden\n\n"
    assert text(read("a.gif", saved("GIF", comment=b"The cat jumps"))) == "The cat jumps\n\n"
    windows = camera(x9C9B="Urlaub".encode("utf-16-le"), x9C9E="a;Straße".encode("utf-16-le"))
    said = text(read("a.jpg", saved("JPEG", exif=windows)))
    assert said.startswith("Urlaub\n")
    assert "Keywords: a, Straße." in said


def test_what_cameras_write_by_themselves_is_no_description(read: Read) -> None:
    document = read("a.jpg", saved("JPEG", exif=camera(x010E="OLYMPUS DIGITAL CAMERA         ")))
    assert "OLYMPUS" not in text(document)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "BMP", "WebP", "TIFF"])
def test_a_picture_that_says_nothing_is_no_failure(read: Read, format: str) -> None:
    with pytest.raises(FileError) as error:
        read("a." + format.lower(), saved(format))
    assert (error.value.code, error.value.skipped) == ("file.no_text", True)


def test_a_format_that_is_not_read_is_no_failure(read: Read) -> None:
    with pytest.raises(FileError) as error:
        read("a.xcf", b"gimp xcf v011\0" + b"\0" * 100)
    assert (error.value.code, error.value.skipped) == ("file.no_text", True)


def test_a_picture_that_is_cut_off_still_says_what_its_headers_say(read: Read) -> None:
    content = saved("JPEG", (800, 600), exif=camera())
    assert "Canon" in text(read("a.jpg", content[: len(content) // 2]))


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"\xff\xd8\xff\xe0", b"GIF89a"])
def test_a_damaged_picture_says_so(read: Read, content: bytes) -> None:
    with pytest.raises(FileError) as error:
        read("a.png", content)
    assert (error.value.code, error.value.skipped) == ("file.broken", False)


def test_a_picture_of_absurd_size_is_not_opened(read: Read) -> None:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 20_000, 20_000, 8, 0, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 50_000)) + chunk(b"IEND", b"")
    with pytest.raises(FileError) as error:
        read("a.png", bomb)
    assert (error.value.code, error.value.skipped) == ("file.too_large", True)
    assert "megapixels" in error.value.message


@pytest.mark.parametrize("latitude", [(200.0, 0.0, 0.0), (TiffImagePlugin.IFDRational(1, 0),) * 3, (38.0,)])
def test_nonsense_in_the_headers_is_left_out(read: Read, latitude: Any) -> None:
    exif = camera()
    exif.get_ifd(0x8825)[2] = latitude
    exif.get_ifd(0x8825)[4] = (181.0, 0.0, 0.0)
    exif.get_ifd(0x8769)[0x9003] = "0000:00:00 00:00:00"
    said = text(read("a.jpg", saved("JPEG", exif=exif)))
    assert said == "Photo taken with Canon EOS R6 and RF24-105mm F4.\n\n"


def test_limits(read: Read) -> None:
    document = read("a.jpg", saved("JPEG", xmp=XMP.encode()), Limits(max_bytes=10**6, max_characters=10))
    assert text(document) == "Evening at"
    assert document.partial == "Only the first 10 characters were read."
