"""Bytes to text: which encoding a file is in, and a decoder that never gives up in the middle.

A ladder of tests, surest first: byte order mark, strict UTF-8, UTF-16 by its looks, statistics. What is
found is widened to its superset (files called GB2312 are full of GBK), since a wrong guess there only loses.
"""

from __future__ import annotations

import codecs
import re

from qwen_finder.extraction.kind import looks_utf16

HEAD_BYTES = 1 << 16
"""How much of a file is looked at to tell its encoding."""

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_SUPERSETS = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "hz-gb-2312": "hz",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "cp950": "big5hkscs",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "shift_jis_2004": "shift_jis_2004",
    "euc-kr": "cp949", "cp949": "cp949", "uhc": "cp949",
    "ascii": "cp1252", "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252",
    "iso-8859-9": "cp1254", "tis-620": "cp874", "iso-8859-11": "cp874",
    "utf-8-sig": "utf-8",
}  # fmt: skip

_ISO_2022 = re.compile(rb"\x1b\$\)?[@-D]")
_DROPPED = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
_ESCAPES = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~])?")
_LINE_ENDS = re.compile("\r\n?")
_BLANKS = str.maketrans("\x0b\x0c\x85\u2028\u2029", "     ")


def detect_encoding(head: bytes) -> tuple[str, int]:
    """The Python codec for a text that begins with ``head``, and the length of its byte order mark."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name, len(mark)
    if _ISO_2022.search(head):
        return _by_statistics(head), 0
    if head.isascii() and b"\0" not in head:
        return "utf-8", 0
    wide = looks_utf16(head[:8192])
    if wide:
        return wide, 0
    if _mostly_utf8(head):
        return "utf-8", 0
    return _by_statistics(head), 0


def clean(text: str) -> str:
    """The text with line ends as ``\\n``, without control characters, terminal colours and lone surrogates.

    Other line separators become spaces, so that lines count as in an editor.
    """
    if "\r" in text:
        text = _LINE_ENDS.sub("\n", text)
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    text = _DROPPED.sub("", text)
    return text.translate(_BLANKS) if not text.isascii() or "\x0c" in text or "\x0b" in text else text


class TextDecoder:
    """Decodes a text piece by piece. Bytes that fit no encoding become U+FFFD; nothing raises.

    A text that is plain ASCII as far as its head goes is taken for UTF-8; should other bytes turn up later,
    the encoding is told from those.
    """

    def __init__(self, head: bytes) -> None:
        self.encoding, self.mark = detect_encoding(head)
        self._undecided = self.encoding == "utf-8" and head.isascii()
        self._decoder = codecs.getincrementaldecoder(self.encoding)("replace")

    def decode(self, piece: bytes, *, final: bool = False) -> str:
        """The text of the next ``piece``, as far as it is complete; ``final`` flushes what is left."""
        if self._undecided and not piece.isascii():
            self._undecided = False
            start = next(i for i, byte in enumerate(piece) if byte > 127)
            self.encoding, _ = detect_encoding(piece[max(0, start - 64) :])
            self._decoder = codecs.getincrementaldecoder(self.encoding)("replace")
        return self._decoder.decode(piece, final)


def _mostly_utf8(head: bytes) -> bool:
    """Valid UTF-8 (its end may cut a character), or with so few slips that nothing else explains it."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
        return True
    except UnicodeDecodeError:
        text = head.decode("utf-8", "replace")
        wrong = text.count("\ufffd")
        right = sum(1 for character in text if character > "\x7f") - wrong
        return right > 8 * wrong


def _by_statistics(head: bytes) -> str:
    import chardet

    guess = chardet.detect(head[:HEAD_BYTES])["encoding"] or "cp1252"
    name = _SUPERSETS.get(guess.lower(), guess)
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name
