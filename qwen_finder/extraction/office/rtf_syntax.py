"""RTF as tokens, and the code pages of its bytes. Knows the grammar, not what the words mean."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?"
    r"|\\'([0-9a-fA-F]{2})"
    r"|\\(.)"
    r"|([{}])"
    r"|[\r\n\0]+"
    r"|([^\\{}\r\n\0]+)",
    re.DOTALL,
)

WORD, BYTES, SYMBOL, BEGIN, END = range(5)

Token = tuple[int, str, int | None]
"""WORD: its name and parameter; BYTES: characters below 256 that stand for bytes; SYMBOL: one sign."""


def tokens(content: str) -> Iterator[Token]:
    """The tokens of an RTF file that was decoded as Latin-1; what is no token is passed over."""
    position = 0
    size = len(content)
    match = _TOKEN.match
    while position < size:
        found = match(content, position)
        if found is None:
            position += 1
            continue
        position = found.end()
        kind = found.lastindex
        if kind in (1, 2):
            word = found[1]
            number = int(found[2]) if found[2] else None
            if word == "bin":
                position += max(0, number or 0)
                continue
            yield WORD, word, number
        elif kind == 3:
            yield BYTES, chr(int(found[3], 16)), None
        elif kind == 4:
            yield SYMBOL, found[4], None
        elif kind == 5:
            yield (BEGIN if found[5] == "{" else END), "", None
        elif kind == 6:
            yield BYTES, found[6], None


_CODECS_BY_CHARSET = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "big5hkscs",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_CODECS_BY_PAGE = {936: "gb18030", 950: "big5hkscs", 10000: "mac_roman", 65001: "utf-8", 1361: "johab"}
SYMBOLS = 2
"""The charset of fonts whose letters are pictures."""


def codec_of_charset(charset: int, default: str) -> str:
    """The codec of a font's character set; 0 and 1 mean the document's own."""
    return _CODECS_BY_CHARSET.get(charset, default)


def codec_of_page(page: int) -> str:
    """The codec of a Windows code page; the western one when it is unknown."""
    name = _CODECS_BY_PAGE.get(page, f"cp{page}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"
