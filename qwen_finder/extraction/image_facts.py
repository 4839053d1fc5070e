"""What a picture's headers say of it (EXIF, IPTC, XMP, text chunks), as sentences that embed and read well.

Takes an image that Pillow has opened, not decoded. Headers are written by thousands of programs and many are
damaged: what cannot be understood is left out.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qwen_finder.extraction.encoding import clean
from qwen_finder.extraction.kind import looks_utf16
from qwen_finder.extraction.segments import name_of
from qwen_finder.extraction.xmp import properties

if TYPE_CHECKING:
    from PIL.Image import Exif, Image
    from PIL.ImageFile import ImageFile

DAMAGED = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, AttributeError, EOFError, ArithmeticError,
    RuntimeError, struct.error,
)  # fmt: skip
"""What Pillow raises, one time or another, at pictures that are not what they say."""

_MAX_CHARACTERS = 20_000
_DESCRIPTION, _MAKE, _MODEL, _CHANGED, _ARTIST, _RATING = 0x010E, 0x010F, 0x0110, 0x0132, 0x013B, 0x4746
_XP_TITLE, _XP_COMMENT, _XP_AUTHOR, _XP_KEYWORDS, _XP_SUBJECT = 0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F
_EXIF_IFD, _TAKEN, _OFFSET, _COMMENT, _LENS = 0x8769, 0x9003, 0x9011, 0x9286, 0xA434
_GPS_IFD, _LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE = 0x8825, 1, 2, 3, 4

_IPTC_TITLE, _IPTC_KEYWORD, _IPTC_BYLINE, _IPTC_HEADLINE, _IPTC_CAPTION = 5, 25, 80, 105, 120
_IPTC_PLACE, _IPTC_CITY, _IPTC_STATE, _IPTC_COUNTRY = 92, 90, 95, 101

# What cameras and programs write themselves when nobody described the picture.
_SAYS_NOTHING = re.compile(
    r"\s*(?:olympus digital camera|sony dsc|minolta digital camera|konica minolta.*|samsung|dcim\S*|default"
    r"|exif_jpeg_picture|screenshot|untitled|created with (?:the )?gimp|.*\bgd-jpeg v.*|lavc\S+|ascii"
    r"|optimized by .*|file (?:written|source): .*|jpeg encoder .*|\W*)\s*",
    re.IGNORECASE,
)
_CHUNKS = ("Description", "Comment", "comment", "Subject", "parameters", "prompt", "Caption")
_DATE = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?")
_MONTH_NAMES = "January February March April May June July August September October November December"
_MONTHS = tuple(_MONTH_NAMES.split(" "))
_COMMENT_IN_ASCII, _COMMENT_IN_UNICODE = (b"ASCII\0\0\0", b"\0\0\0\0\0\0\0\0"), b"UNICODE\0"


@dataclass(slots=True)
class Facts:
    """All "" or empty when not known. ``taken`` is ISO 8601, ``place`` from the street to the country."""

    title: str = ""
    descriptions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    author: str = ""
    place: str = ""
    coordinates: str = ""
    taken: str = ""
    camera: str = ""
    lens: str = ""
    rating: str = ""

    def sentences(self) -> str:
        """The facts as people would write them under the picture; "" without any."""
        parts = [self.title, *(text for text in self.descriptions if text != self.title)]
        text = "\n".join(part for part in parts if part)
        origin = []
        if self.taken:
            origin.append(f"on {_day(self.taken)}")
        if self.camera:
            origin.append(f"with {self.camera}" + (f" and {self.lens}" if self.lens else ""))
        if self.place:
            origin.append(f"in {self.place}")
        if self.coordinates:
            origin.append(f"at {self.coordinates}")
        said = [f"Photo taken {' '.join(origin)}."] if origin else []
        if self.people:
            said.append(f"People: {', '.join(self.people)}.")
        if self.keywords:
            said.append(f"Keywords: {', '.join(self.keywords)}.")
        if self.author:
            said.append(f"By {self.author}.")
        if self.rating:
            said.append(f"Rated {self.rating} of 5 stars.")
        return "\n".join(part for part in (text, " ".join(said)) if part)

    def metadata(self) -> dict[str, str]:
        found = {
            "author": self.author,
            "created": self.taken,
            "keywords": ", ".join(self.keywords),
            "camera": self.camera,
            "lens": self.lens,
            "place": self.place,
            "coordinates": self.coordinates,
            "rating": self.rating,
        }
        return {name: value for name, value in found.items() if value}


def facts_of(image: ImageFile) -> Facts:
    """What the headers of ``image`` say."""
    exif = _exif(image)
    inner, gps = _directory(exif, _EXIF_IFD), _directory(exif, _GPS_IFD)
    iptc, xmp = _iptc(image), _xmp(image)
    chunks = {key: text for key, text in image.info.items() if isinstance(key, str)}
    title = _first(
        *xmp.get("title", ()), *iptc.get(_IPTC_TITLE, ()), _wide(exif.get(_XP_TITLE)),
        *xmp.get("Headline", ()), *iptc.get(_IPTC_HEADLINE, ()), chunks.get("Title"),
    )  # fmt: skip
    return Facts(
        title=name_of(title),
        descriptions=_different(
            [
                *xmp.get("description", ()), *iptc.get(_IPTC_CAPTION, ()), exif.get(_DESCRIPTION),
                _comment(inner.get(_COMMENT)), _wide(exif.get(_XP_COMMENT)), _wide(exif.get(_XP_SUBJECT)),
                *(chunks.get(key) for key in _CHUNKS), *xmp.get("Event", ()),
            ]
        ),
        keywords=_different(
            [*xmp.get("subject", ()), *iptc.get(_IPTC_KEYWORD, ()), *_wide(exif.get(_XP_KEYWORDS)).split(";")]
        ),
        people=_different(xmp.get("PersonInImage", ())),
        author=_first(
            ", ".join(xmp.get("creator", ())), ", ".join(iptc.get(_IPTC_BYLINE, ())), exif.get(_ARTIST),
            _wide(exif.get(_XP_AUTHOR)), chunks.get("Author"),
        ),
        place=_place(xmp, iptc),
        coordinates=_coordinates(gps),
        taken=_taken(exif, inner, xmp),
        camera=_camera(exif),
        lens=_words(inner.get(_LENS)),
        rating=_rating(exif, xmp),
    )  # fmt: skip


def _exif(image: Image) -> Exif | dict[int, Any]:
    try:
        return image.getexif()
    except DAMAGED:
        return {}


def _directory(exif: Any, tag: int) -> Mapping[int, Any]:
    try:
        return dict(exif.get_ifd(tag)) if hasattr(exif, "get_ifd") else {}
    except DAMAGED:
        return {}


def _iptc(image: ImageFile) -> dict[int, list[str]]:
    """Dataset of the application record → its texts."""
    from PIL import IptcImagePlugin

    try:
        found = IptcImagePlugin.getiptcinfo(image) or {}
        texts: dict[int, list[str]] = {}
        for (record, dataset), value in found.items():
            if record == 2:
                values = value if isinstance(value, list) else [value]
                texts[dataset] = [text for text in map(_words, values) if text]
        return texts
    except DAMAGED:
        return {}


def _xmp(image: Image) -> Mapping[str, list[str]]:
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    if isinstance(packet, str):
        packet = packet.encode("utf-8", "replace")
    return properties(packet) if isinstance(packet, bytes) else {}


def _words(value: object) -> str:
    """A value as text on one line; "" for what is none or says nothing."""
    if isinstance(value, bytes):
        value = _decoded(value)
    if not isinstance(value, str):
        return ""
    text = " ".join(clean(value[:_MAX_CHARACTERS]).split())
    return "" if _SAYS_NOTHING.fullmatch(text) else text


def _decoded(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace")


def _wide(value: object) -> str:
    """The texts of Windows, which are UTF-16 in bytes."""
    if isinstance(value, tuple):
        value = bytes(number & 0xFF for number in value if isinstance(number, int))
    return _words(value.decode("utf-16-le", "replace")) if isinstance(value, bytes) else ""


def _comment(value: object) -> str:
    """EXIF's user comment, whose first eight bytes name its encoding."""
    if not isinstance(value, bytes):
        return ""
    if value.startswith(_COMMENT_IN_ASCII):
        return _words(value[8:])
    if value.startswith(_COMMENT_IN_UNICODE):
        # In the byte order of the file or in that of the machine, whatever the standard says.
        return _words(value[8:].decode(looks_utf16(value[8:]) or "utf-16", "replace"))
    return ""


def _first(*values: object) -> str:
    return next((text for text in map(_words, values) if text), "")


def _different(values: Iterable[object]) -> tuple[str, ...]:
    """The values that are texts, each once whatever its case."""
    found: dict[str, str] = {}
    for text in map(_words, values):
        if text:
            found.setdefault(text.casefold(), text)
    return tuple(found.values())


def _place(xmp: Mapping[str, list[str]], iptc: Mapping[int, list[str]]) -> str:
    names = (
        ("Location", _IPTC_PLACE), ("City", _IPTC_CITY), ("State", _IPTC_STATE), ("Country", _IPTC_COUNTRY)
    )  # fmt: skip
    return ", ".join(_different(_first(*xmp.get(name, ()), *iptc.get(number, ())) for name, number in names))


def _coordinates(gps: Mapping[int, Any]) -> str:
    latitude = _degrees(gps.get(_LATITUDE), gps.get(_LATITUDE_REF), "north", "south", 90)
    longitude = _degrees(gps.get(_LONGITUDE), gps.get(_LONGITUDE_REF), "east", "west", 180)
    return f"{latitude}, {longitude}" if latitude and longitude else ""


def _degrees(value: Any, side: object, positive: str, negative: str, most: int) -> str:
    try:
        degrees = sum(float(part) / 60**power for power, part in enumerate(value))
    except DAMAGED:
        return ""
    if not 0 <= degrees <= most:
        return ""
    return f"{degrees:.4f}° {negative if str(side).upper().startswith(negative[0].upper()) else positive}"


def _taken(exif: Any, inner: Mapping[int, Any], xmp: Mapping[str, list[str]]) -> str:
    for value, offset in (
        (inner.get(_TAKEN), inner.get(_OFFSET)),
        (_first(*xmp.get("DateTimeOriginal", ()), *xmp.get("DateCreated", ())), None),
        (exif.get(_CHANGED) if exif.get(_MODEL) else None, None),
    ):
        match = _DATE.match(value) if isinstance(value, str) else None
        if match is None or match[1] == "0000" or not 1 <= int(match[2]) <= 12:
            continue
        date = f"{match[1]}-{match[2]}-{match[3]}"
        if match[4] is None:
            return date
        zone = offset if isinstance(offset, str) and re.fullmatch(r"[+-]\d\d:\d\d", offset) else ""
        return f"{date}T{match[4]}:{match[5]}:{match[6] or '00'}{zone}"
    return ""


def _day(taken: str) -> str:
    year, month, day = taken[:10].split("-")
    return f"{int(day)} {_MONTHS[int(month) - 1]} {year} ({taken[:10]})"


def _camera(exif: Any) -> str:
    make, model = _words(exif.get(_MAKE)), _words(exif.get(_MODEL))
    if make and model.casefold().startswith(make.split()[0].casefold()):
        return model
    return f"{make} {model}".strip()


def _rating(exif: Any, xmp: Mapping[str, list[str]]) -> str:
    for value in (*xmp.get("Rating", ()), exif.get(_RATING)):
        text = str(value).partition(".")[0]
        if text in ("1", "2", "3", "4", "5"):
            return text
    return ""
