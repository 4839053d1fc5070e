"""Drawings, raw photos and layered pictures: what has to be rendered, or looked for, before it is seen."""

from __future__ import annotations

import base64
import gzip
import io
import struct
from pathlib import Path

import pytest
from PIL import Image

from qwen_finder.core.errors import FileError
from qwen_finder.core.picture import Framing, Picture
from qwen_finder.extraction.pictures import decode
from qwen_finder.extraction.raw_photos import EXTENSIONS, largest_preview
from qwen_finder.extraction.reading import PictureLimits, Source

LIMITS = PictureLimits(50_000_000)
SIZE = 32
RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)


def look(content: bytes, name: str) -> Picture:
    with Source.of_bytes(name, content) as source:
        return decode(source, LIMITS, Framing(SIZE))


def refused(content: bytes, name: str) -> str:
    with pytest.raises(FileError) as raised:
        look(content, name)
    assert raised.value.hint
    return raised.value.code


def middle(picture: Picture) -> tuple[int, ...]:
    return tuple(int(part) for part in picture.views[0, SIZE // 2, SIZE // 2])


# Drawings.

NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def svg(inside: str, attributes: str = 'width="200" height="100"', before: str = "") -> bytes:
    return f"{before}<svg {NAMESPACES} {attributes}>{inside}</svg>".encode()


SQUARE = '<rect x="50" y="0" width="100" height="100" fill="red"/>'


def test_a_drawing_is_rendered_on_white() -> None:
    picture = look(svg(SQUARE), "a.svg")
    assert middle(picture) == RED
    assert tuple(picture.views[0, SIZE // 2, 2]) == WHITE
    assert (picture.width, picture.height, set(picture.colours)) == (200, 100, {"white", "red"})
    with Image.open(io.BytesIO(picture.thumbnails[0][1])) as thumbnail:
        assert thumbnail.size == (256, 128)


def test_a_drawing_may_be_packed_and_in_any_encoding() -> None:
    assert middle(look(gzip.compress(svg(SQUARE)), "a.svgz")) == RED
    declared = '<?xml version="1.0" encoding="UTF-16"?>' + svg(SQUARE).decode()
    assert middle(look(declared.encode("utf-16"), "a.svg")) == RED
    assert middle(look(svg(SQUARE), "drawing without extension")) == RED


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="10cm" height="5cm"', (378, 189)),
        ('width="3in" height="72pt"', (288, 96)),
        ('viewBox="0 0 640 480"', (640, 480)),
        ('viewBox="0,0,640,480" width="100%" height="100%"', (640, 480)),
        ('viewBox="0 0 640 480" width="320"', (320, 240)),
        ('viewBox="0 0 640 480" height="960px"', (1280, 960)),
        ('viewBox="nonsense"', (100, 100)),
        ('width="1e9" height="1e9"', (1_000_000, 1_000_000)),
        ('width="100" height="20000"', (100, 20_000)),
    ],
)
def test_the_size_of_a_drawing(attributes: str, size: tuple[int, int]) -> None:
    picture = look(svg('<rect width="100%" height="100%" fill="red"/>', attributes), "a.svg")
    assert (picture.width, picture.height) == size
    assert picture.colours[0] == "red"


def test_a_small_drawing_is_not_made_very_large() -> None:
    with Source.of_bytes("a.svg", svg(SQUARE, 'width="20" height="10" viewBox="0 0 200 100"')) as source:
        picture = decode(source, PictureLimits(1_000_000, min_side=0, thumbnails=(256,)), Framing(256))
    assert picture.views.shape == (3, 256, 256, 3)
    with Image.open(io.BytesIO(picture.thumbnails[0][1])) as thumbnail:
        assert thumbnail.size == (80, 40)


def test_small_drawings_are_icons_like_others() -> None:
    assert refused(svg(SQUARE, 'width="24" height="24"'), "a.svg") == "file.too_small"


def test_a_drawing_shows_no_other_file(tmp_path: Path) -> None:
    other = tmp_path / "other.png"
    Image.new("RGB", (100, 100), "red").save(other)
    nested = base64.b64encode(svg(f'<image href="{other}" width="200" height="100"/>')).decode()
    for reference in (
        f'<image href="{other}" width="200" height="100"/>',
        f'<image xlink:href="{other}" width="200" height="100"/>',
        f'<image xlink:href=" {other.as_uri()}" width="200" height="100"/>',
        f'<image href="data:image/svg+xml;base64,{nested}" width="200" height="100"/>',
        f'<filter id="f"><feImage href="{other}"/></filter><rect width="1" height="1" filter="url(#f)"/>',
        f'<style>@import url("{other}"); rect {{ fill: url("{other}") }}</style>',
    ):
        assert middle(look(svg(reference + '<rect width="9" height="9"/>'), "a.svg")) == WHITE, reference


def test_a_drawing_shows_what_it_carries_and_refers_to_in_itself() -> None:
    stream = io.BytesIO()
    Image.new("RGB", (10, 10), "blue").save(stream, "PNG")
    carried = base64.b64encode(stream.getvalue()).decode()
    image = f'<image xlink:href="data:image/png;base64,{carried}" width="200" height="100"/>'
    assert middle(look(svg(image), "a.svg")) == BLUE
    assert middle(look(svg(f'<defs><g id="s">{SQUARE}</g></defs><use xlink:href="#s"/>'), "a.svg")) == RED


def test_entities_in_drawings_are_refused() -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    assert refused(svg("<text>&b;</text>", before=bomb), "a.svg") == "file.broken"
    secret = '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    assert refused(svg("<text>&a;</text>", before=secret), "a.svg") == "file.broken"


@pytest.mark.parametrize(
    "content",
    [
        b"<svg",
        svg(SQUARE)[:-20],
        svg("&nbsp;"),
        gzip.compress(svg(SQUARE))[:-20],
    ],
)
def test_a_damaged_drawing_says_so(content: bytes) -> None:
    name = "a.svgz" if content.startswith(b"\x1f") else "a.svg"
    assert refused(content, name) in ("file.broken", "file.no_picture")


def test_a_drawing_that_unpacks_to_too_much_is_left_out() -> None:
    assert refused(gzip.compress(svg(" " * 11_000_000)), "a.svgz") == "file.too_large"


# Raw photos.


def jpeg(colour: str, size: tuple[int, int], orientation: int = 0) -> bytes:
    stream = io.BytesIO()
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    image = Image.new("RGB", size, colour)
    image.paste("white", (0, 0, size[0], size[1] // 4))
    image.save(stream, "JPEG", quality=95, exif=exif)
    return stream.getvalue()


def lossless(size: tuple[int, int]) -> bytes:
    """The beginning of raw pixels as DNG and CR2 keep them: a JPEG that is no picture."""
    frame = struct.pack(">HBHHB", 11, 14, size[1], size[0], 1) + b"\1\x11\0"
    return b"\xff\xd8\xff\xc3" + frame + b"\xff\xda" + b"\x55" * 3_000


def tiff(parts: bytes, orientation: int = 1, taken: str = "") -> bytes:
    """A TIFF as cameras write them: a tiny uncompressed preview first, and ``parts`` somewhere behind."""
    stream = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = orientation
    if taken:
        exif[0x0110], exif[0x0132] = "A camera", taken
    Image.new("RGB", (16, 12), "yellow").save(stream, "TIFF", exif=exif)
    return stream.getvalue() + b"\x77" * 1_001 + parts


SMALL, LARGE = jpeg("blue", (160, 120)), jpeg("red", (1200, 800))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.dng", tiff(SMALL + lossless((6000, 4000)) + LARGE)),
        ("a.NEF", tiff(LARGE + SMALL)),
        ("a.raf", b"FUJIFILMCCD-RAW 0201" + b"\0" * 100 + LARGE + b"\x99" * 5_000),
        ("a.rw2", b"IIU\0" + b"\0" * 100 + SMALL + LARGE),
        ("a.cr3", b"\0\0\0\x18ftypcrx \0\0\0\1crx isom" + SMALL + b"\0" * 500 + LARGE + b"\x12" * 9_000),
    ],
)
def test_a_raw_photo_shows_its_largest_preview(name: str, content: bytes) -> None:
    picture = look(content, name)
    assert (picture.width, picture.height) == (1200, 800)
    assert picture.colours == ("red", "white")
    assert picture.partial == ""


def test_a_raw_photo_is_turned_and_dated_as_the_file_says() -> None:
    picture = look(tiff(LARGE, orientation=6, taken="2023:07:14 18:30:05"), "a.nef")
    assert (picture.width, picture.height) == (800, 1200)
    assert tuple(picture.views[0, SIZE // 2, SIZE - 2]) == WHITE
    assert picture.taken == 1689359405


def test_a_preview_that_says_how_it_is_turned_is_turned_once() -> None:
    picture = look(tiff(jpeg("red", (1200, 800), orientation=6), orientation=6), "a.nef")
    assert (picture.width, picture.height) == (800, 1200)


def test_a_preview_across_the_blocks_that_are_searched_is_found() -> None:
    for shift in (-3, -2, -1, 0, 1):
        content = b"\x77" * ((1 << 20) + shift) + LARGE
        found = largest_preview(io.BytesIO(content), len(content))
        assert found is not None
        assert found == ((1 << 20) + shift, 1200, 800)


def test_marks_of_jpegs_that_are_none_are_passed_over() -> None:
    noise = (
        b"\xff\xd8\xff" + b"\xe1\x00\x04ab" + b"zzzz" + b"\xff\xd8\xff\xff\xff\xd8\xff\xda" + b"\xff\xd8\xff"
    )
    assert largest_preview(io.BytesIO(noise), len(noise)) is None
    content = tiff(noise + LARGE)
    assert largest_preview(io.BytesIO(content), len(content)) is not None


def test_a_raw_photo_without_a_preview_is_left_out() -> None:
    assert refused(tiff(lossless((6000, 4000))), "a.dng") == "file.no_picture"
    assert refused(b"FUJIFILMCCD-RAW 0201" + bytes(range(256)) * 20, "a.raf") == "file.no_picture"


def test_a_plain_photo_that_is_called_raw() -> None:
    assert look(LARGE, "a.nef").colours == ("red", "white")


def test_extensions_of_raw_photos_are_lower_case_without_a_dot() -> None:
    assert {"dng", "cr3", "nef", "arw"} <= EXTENSIONS
    assert all(extension.isalnum() and extension.islower() for extension in EXTENSIONS)


# Layers.


def test_a_layered_picture_shows_them_together() -> None:
    width, height = 100, 80
    header = b"8BPS" + struct.pack(">HxxxxxxHIIHH", 1, 3, height, width, 8, 3)
    planes = b"".join(bytes([value]) * (width * height) for value in (255, 0, 0))
    picture = look(header + struct.pack(">III", 0, 0, 0) + struct.pack(">H", 0) + planes, "a.psd")
    assert middle(picture) == RED
    assert (picture.width, picture.height) == (width, height)
