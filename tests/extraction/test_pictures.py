"""What a picture looks like, of every format and every oddity: right way up, in its colours, or a reason."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from qwen_finder.core.errors import FileError
from qwen_finder.core.picture import Framing, Picture
from qwen_finder.extraction import pixels
from qwen_finder.extraction.pictures import decode, decode_file
from qwen_finder.extraction.reading import PictureLimits, Source

SIZE = 32
LIMITS = PictureLimits(50_000_000, thumbnails=(256, 1024))
FRAMING = Framing(SIZE)

RED, GREEN, BLUE, YELLOW = (220, 20, 20), (20, 180, 40), (20, 40, 200), (240, 220, 20)


def quarters(size: tuple[int, int] = (160, 120), mode: str = "RGB") -> Image.Image:
    """Red and green above, blue and yellow below: whatever is turned or mirrored shows."""
    image = Image.new("RGB", size)
    draw = ImageDraw.Draw(image)
    width, height = size
    for place, colour in (((0, 0), RED), ((1, 0), GREEN), ((0, 1), BLUE), ((1, 1), YELLOW)):
        left, top = place[0] * width // 2, place[1] * height // 2
        draw.rectangle((left, top, left + width // 2, top + height // 2), colour)
    return image.convert(mode)


def saved(image: Image.Image, format: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, format, **options)
    return stream.getvalue()


def look(content: bytes, name: str = "a.png", limits: PictureLimits = LIMITS) -> Picture:
    with Source.of_bytes(name, content) as source:
        return decode(source, limits, FRAMING)


def refused(content: bytes, name: str = "a.png", limits: PictureLimits = LIMITS) -> FileError:
    with pytest.raises(FileError) as raised:
        look(content, name, limits)
    assert raised.value.message.endswith(".")
    assert raised.value.hint
    return raised.value


def corners(picture: Picture) -> list[tuple[int, ...]]:
    """The colours of the four quarters, row by row."""
    view = picture.views[0]
    at = (SIZE // 4, 3 * SIZE // 4)
    return [tuple(int(part) for part in view[y, x]) for y in at for x in at]


def shows_quarters(picture: Picture, tolerance: int = 30) -> None:
    for seen, meant in zip(corners(picture), (RED, GREEN, BLUE, YELLOW), strict=True):
        assert max(abs(one - other) for one, other in zip(seen, meant, strict=True)) <= tolerance


# Formats.


@pytest.mark.parametrize(
    ("format", "options"),
    [
        ("JPEG", {"quality": 95}),
        ("JPEG", {"quality": 95, "progressive": True}),
        ("PNG", {}),
        ("WebP", {"quality": 95}),
        ("WebP", {"lossless": True}),
        ("AVIF", {"quality": 90}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("GIF", {}),
        ("BMP", {}),
        ("ICO", {"sizes": [(16, 16), (128, 96)]}),
        ("JPEG2000", {}),
        ("PPM", {}),
        ("TGA", {}),
        ("PCX", {}),
    ],
)
def test_every_format_shows_what_is_on_it(format: str, options: dict[str, Any]) -> None:
    picture = look(saved(quarters(), format, **options), f"a.{format.lower()}")
    assert picture.views.shape == (1, SIZE, SIZE, 3)
    assert picture.views.dtype == np.uint8
    shows_quarters(picture)
    assert (picture.width, picture.height) == ((128, 96) if format == "ICO" else (160, 120))
    assert (picture.taken, picture.partial) == (None, "")


def test_photos_of_telephones() -> None:
    picture = look((Path(__file__).parents[1] / "data" / "photo.heic").read_bytes(), "IMG_1.HEIC")
    assert (picture.width, picture.height) == (96, 64)
    assert picture.taken == 1706955072


@pytest.mark.parametrize(
    "mode", ["P", "CMYK", "RGBA", "LAB", "YCbCr", "I;16", "L", "1", "LA", "PA", "F", "I"]
)
def test_every_sort_of_pixels_becomes_rgb(mode: str) -> None:
    format = "TIFF" if mode not in ("PA",) else "PNG"
    if mode == "LAB":
        from PIL import ImageCms

        profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        image = ImageCms.profileToProfile(quarters(), *profiles, outputMode="LAB")
        assert image is not None
    elif mode in ("I;16", "I"):
        values = np.asarray(quarters(mode="L")).astype(np.uint16) * 256
        image = Image.fromarray(values if mode == "I;16" else values.astype(np.int32))
    else:
        image = quarters(mode="P" if mode == "PA" else mode)
    picture = look(saved(image, format))
    if mode in ("P", "PA", "CMYK", "RGBA", "YCbCr", "LAB"):
        shows_quarters(picture, 60)
    else:
        # Grey: green and yellow are lighter than red and blue.
        red, green, blue, yellow = (sum(corner) for corner in corners(picture))
        assert blue <= red <= green <= yellow
        assert blue + 100 < yellow


def test_a_photo_for_print_has_its_colours() -> None:
    assert look(saved(Image.new("RGB", (90, 90), RED).convert("CMYK"), "JPEG")).colours == ("red",)


def test_sixteen_bits_are_not_cut_off_and_twelve_are_not_black() -> None:
    ramp = np.tile(np.linspace(0, 65_535, 128), (128, 1))
    for values in (ramp, ramp / 16 - 0.01):
        view = look(saved(Image.fromarray(values.clip(0).astype(np.uint16)), "PNG")).views[0, 16, :, 0]
        assert list(view) == sorted(view)
        assert view[0] < 10
        assert view[-1] > 245
        assert abs(int(view[SIZE // 2]) - 128) < 10


def test_measurements_that_are_none_do_no_harm() -> None:
    values = np.full((80, 80), np.nan, np.float32)
    values[20:60] = np.inf
    assert look(saved(Image.fromarray(values), "TIFF")).colours == ("black",)


@pytest.mark.parametrize("mode", ["RGBA", "CMYK", "L", "LA", "I;16", "F", "P"])
def test_very_large_ones_are_made_smaller_before_their_pixels_are_converted(
    mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if mode == "I;16":
        image = Image.fromarray(np.asarray(quarters((900, 700), "L")).astype(np.uint16) * 256)
    else:
        image = quarters((900, 700), mode)
    content = saved(image, "PNG" if mode == "LA" else "TIFF")
    usual = look(content)
    monkeypatch.setattr(pixels, "_LARGE", 100_000)
    smaller = look(content)
    assert (smaller.width, smaller.height) == (900, 700)
    assert np.abs(smaller.views.astype(int) - usual.views).mean() < 3


def transparent(mode: str) -> Image.Image:
    image = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    image.paste((*RED, 255), (0, 0, 50, 100))
    return image.convert(mode) if mode != "P" else image.quantize(8)


@pytest.mark.parametrize(
    ("mode", "format"), [("RGBA", "PNG"), ("P", "PNG"), ("RGBA", "GIF"), ("RGBA", "WebP"), ("RGBA", "TIFF")]
)
def test_behind_what_is_transparent_is_white(mode: str, format: str) -> None:
    options = {"lossless": True} if format == "WebP" else {}
    picture = look(saved(transparent(mode), format, **options))
    assert corners(picture) == [RED, (255, 255, 255)] * 2
    assert set(picture.colours) == {"red", "white"}


def test_a_colour_that_stands_for_transparent() -> None:
    image = quarters(mode="RGB")
    picture = look(saved(image, "PNG", transparency=BLUE))
    assert corners(picture)[2] == (255, 255, 255)


# Orientation, dates.


def camera(orientation: object = 1, taken: str = "") -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
    return exif


_SAVED_AS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    ("format", "size"), [("JPEG", (160, 120)), ("JPEG", (1600, 1200)), ("PNG", (160, 120))]
)
def test_a_camera_held_otherwise_is_no_matter(orientation: int, format: str, size: tuple[int, int]) -> None:
    turn = _SAVED_AS[orientation]
    stored = quarters(size) if turn is None else quarters(size).transpose(turn)
    options = {"quality": 95} if format == "JPEG" else {}
    picture = look(saved(stored, format, exif=camera(orientation), **options))
    shows_quarters(picture)
    assert (picture.width, picture.height) == size
    for _, thumbnail in picture.thumbnails:
        with Image.open(io.BytesIO(thumbnail)) as small:
            assert small.width > small.height


@pytest.mark.parametrize("orientation", [0, 9, 4711])
def test_an_orientation_that_lies_is_left_alone(orientation: int) -> None:
    shows_quarters(look(saved(quarters(), "JPEG", quality=95, exif=camera(orientation))))


def test_headers_that_are_nonsense_are_left_alone() -> None:
    content = saved(quarters(), "JPEG", quality=95, exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xee" * 400)
    picture = look(content)
    shows_quarters(picture)
    assert picture.taken is None


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("2023:07:14 18:30:05", 1689359405),
        ("1955:01:02 00:00:00", -473299200),
        ("2023:07:14", 1689292800),
        ("0000:00:00 00:00:00", None),
        ("2023:02:31 10:00:00", None),
        ("2023:07:14 25:61:00", None),
        ("last summer", None),
        ("", None),
    ],
)
def test_when_it_was_taken(said: str, seconds: int | None) -> None:
    assert look(saved(quarters(), "JPEG", exif=camera(1, said))).taken == seconds


# Sizes and shapes.


def test_long_pictures_are_shown_in_parts_too() -> None:
    wide = Image.new("RGB", (1200, 300), "white")
    ImageDraw.Draw(wide).rectangle((900, 0, 1200, 300), RED)
    picture = look(saved(wide, "PNG"))
    assert picture.views.shape == (5, SIZE, SIZE, 3)
    assert [tuple(view[16, 16]) == RED for view in picture.views] == [False, False, False, False, True]


@pytest.mark.parametrize("size", [(30_000, 200), (200, 30_000), (30_000, 1), (1, 30_000)])
def test_very_long_pictures(size: tuple[int, int]) -> None:
    picture = look(saved(Image.new("RGB", size, BLUE), "PNG"))
    assert picture.views.shape == (5, SIZE, SIZE, 3)
    assert (picture.width, picture.height) == size
    assert picture.colours == ("blue",)


def test_pictures_that_are_too_small_are_left_out_unless_wanted() -> None:
    icon = saved(quarters((48, 48)), "PNG")
    error = refused(icon)
    assert (error.code, error.skipped) == ("file.too_small", True)
    assert "48 × 48" in error.message
    assert "index.min_picture_px" in error.hint
    shows_quarters(look(icon, limits=PictureLimits(1_000_000, min_side=48)))
    dot = saved(Image.new("RGB", (1, 1), RED), "PNG")
    assert look(dot, limits=PictureLimits(1_000_000, min_side=0)).colours == ("red",)


def test_thumbnails_are_webp_and_never_larger_than_the_picture() -> None:
    def sizes(width: int, height: int) -> dict[int, tuple[int, int]]:
        picture = look(saved(quarters((width, height)), "PNG"))
        found = {}
        for side, content in picture.thumbnails:
            with Image.open(io.BytesIO(content)) as thumbnail:
                assert thumbnail.format == "WEBP"
                found[side] = thumbnail.size
        return found

    assert sizes(2000, 1000) == {256: (256, 128), 1024: (1024, 512)}
    assert sizes(600, 800) == {256: (192, 256), 1024: (600, 800)}
    assert sizes(100, 80) == {256: (100, 80), 1024: (100, 80)}
    assert sizes(3000, 2) == {256: (256, 1), 1024: (1024, 1)}


def test_thumbnails_of_a_photo_decoded_smaller_are_as_large_as_they_are_to_be() -> None:
    photo = saved(quarters((4000, 3000)), "JPEG")
    picture = look(photo)
    assert (picture.width, picture.height) == (4000, 3000)
    with Image.open(io.BytesIO(dict(picture.thumbnails)[1024])) as thumbnail:
        assert thumbnail.size == (1024, 768)


# Several frames.


@pytest.mark.parametrize("format", ["GIF", "WebP", "PNG", "TIFF"])
def test_of_several_frames_the_first_is_shown(format: str) -> None:
    others = [Image.new("RGB", (160, 120), "black")] * 3
    options = {"lossless": True} if format == "WebP" else {}
    shows_quarters(look(saved(quarters(), format, save_all=True, append_images=others, **options)))


def test_an_animation_without_frames_is_broken() -> None:
    assert refused(b"GIF89a" + struct.pack("<HHBBB", 100, 100, 0, 0, 0) + b";").code == "file.broken"


# Damage.


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "TGA"])
def test_a_picture_that_is_cut_off_is_shown_as_far_as_it_goes(format: str) -> None:
    noisy = np.random.default_rng(1).integers(0, 40, (400, 400, 3), dtype=np.uint8)
    image = Image.fromarray(np.asarray(quarters((400, 400))) // 2 + noisy)
    content = saved(image, format)
    whole, part = look(content, "a.tga"), look(content[: len(content) * 7 // 10], "a.tga")
    assert whole.partial == ""
    assert "could not be decoded" in part.partial
    assert (part.width, part.height) == (400, 400)
    # Some formats begin with the last line.
    read = slice(SIZE // 2, -2) if format in ("BMP", "TGA") else slice(2, SIZE // 2)
    difference = np.abs(part.views[0, read].astype(int) - whole.views[0, read].astype(int))
    assert np.median(difference) <= 8


def test_one_cut_off_picture_does_not_make_the_next_lenient() -> None:
    content = saved(quarters(), "PNG")
    assert look(content[:-300]).partial
    assert look(content[:-300]).partial
    assert not look(content).partial


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
        b"\xff\xd8\xff\xe0",
        b"GIF89a",
        saved(quarters(), "WebP")[:200],
        saved(quarters(), "JPEG")[:150],
    ],
)
def test_a_damaged_picture_says_so(content: bytes) -> None:
    error = refused(content)
    assert (error.code, error.skipped) == ("file.broken", False)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WebP", "TIFF", "BMP", "AVIF", "ICO", "TGA"])
def test_damage_anywhere_is_told_and_never_raised(format: str) -> None:
    whole = saved(quarters(), format)
    random = np.random.default_rng(5)
    codes = set()
    for _ in range(25):
        content = bytearray(whole)
        for at in random.integers(0, len(content), 6):
            content[at] = random.integers(0, 256)
        try:
            look(bytes(content), f"a.{format.lower()}")
        except FileError as error:
            codes.add(error.code)
    assert codes <= {"file.broken", "file.no_picture", "file.too_large", "file.too_small"}


# What is no picture, or too much of one.


def test_a_video_that_is_called_a_picture() -> None:
    error = refused(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 500, "holiday.jpg")
    assert (error.code, error.skipped) == ("file.no_picture", True)
    assert "video" in error.message


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", b"%PDF-1.7 ..."),
        ("a.jpg", b"Dear Ann, here is the picture."),
        ("a.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\nshowpage\n"),
        ("a.xcf", b"gimp xcf v011\0" + b"\0" * 100),
        ("a.jxl", b"\0\0\0\x0cJXL \r\n\x87\n" + b"\0" * 100),
        ("a.svg", b"Only words."),
    ],
)
def test_what_is_no_picture_that_is_read(name: str, content: bytes) -> None:
    error = refused(content, name)
    assert error.code in ("file.no_picture", "file.broken")
    assert error.skipped == (error.code == "file.no_picture")


def test_an_empty_file_and_one_that_is_too_large() -> None:
    assert refused(b"").code == "file.empty"
    content = saved(quarters(), "BMP")
    assert refused(content, limits=PictureLimits(len(content) - 1)).code == "file.too_large"


def test_a_picture_of_absurd_size_is_not_decoded() -> None:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    def bomb(side: int) -> bytes:
        header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
        return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 9)) + chunk(b"IEND", b"")

    for side in (65_000, 20_000, 12_000):
        error = refused(bomb(side))
        assert (error.code, error.skipped) == ("file.too_large", True)
        assert "megapixels" in error.message
    inside = bomb(20_000)
    icon = (
        struct.pack("<HHH", 0, 1, 1) + struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 32, len(inside), 22) + inside
    )
    assert refused(icon, "a.ico").code == "file.too_large"


def test_the_file_is_read_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(saved(quarters(), "PNG"))
    shows_quarters(decode_file(str(path), LIMITS, FRAMING))
    with pytest.raises(FileError) as raised:
        decode_file(str(tmp_path / "gone.png"), LIMITS, FRAMING)
    assert raised.value.code == "file.vanished"


# Colours.


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ("#000000", "black"), ("#ffffff", "white"), ("#808080", "grey"), ("#d01010", "red"),
        ("#ff8c00", "orange"), ("#ffe000", "yellow"), ("#208030", "green"), ("#30c8c0", "turquoise"),
        ("#2050d0", "blue"), ("#7020a0", "purple"), ("#ff80b0", "pink"), ("#ff7f7f", "pink"),
        ("#6a4020", "brown"), ("#e8d8b8", "beige"),
    ],
)  # fmt: skip
def test_colours_have_the_names_people_give_them(colour: str, name: str) -> None:
    assert look(saved(Image.new("RGB", (80, 80), colour), "PNG")).colours == (name,)


def test_the_commonest_colours_come_first_and_specks_not_at_all() -> None:
    image = Image.new("RGB", (200, 200), "white")
    draw: Callable[..., None] = ImageDraw.Draw(image).rectangle
    draw((0, 0, 200, 70), BLUE)
    draw((0, 70, 60, 200), RED)
    draw((190, 190, 200, 200), GREEN)
    assert look(saved(image, "PNG")).colours == ("white", "blue", "red")
