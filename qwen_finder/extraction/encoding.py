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

# The commonest characters of each script, a small part of what its encoding holds.
_EVERYDAY = {
    "gb18030": re.compile(
        "[的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行"
        "所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力"
        "它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产"
        "新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条"
        "平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队"
        "形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万"
        "取拉格望觉术领共确传师观清今切院让识候带导争运，。、：；？！《》（）“”]"
    ),
    "cp932": re.compile("[\u3041-\u3093\u30a1-\u30f6、。「」ー]"),
    "cp949": re.compile(
        "[은는이가을를의에도로다고지하한사기시어아나리자인그라서있해대보수일정스들만부주전제모여]"
    ),
}

_WESTERN = frozenset({"cp1252", "windows-1252", "iso-8859-15", "us-ascii", "cp1250", "iso-8859-2"})
_NOT_DECLARED = frozenset(
    {"idna", "punycode", "unicode_escape", "unicode-escape", "raw_unicode_escape", "mbcs", "oem", "undefined"}
)
"""Codecs of Python that no text is in, some of them slow."""
_HIGH = bytes(range(128, 256))

_ISO_2022 = re.compile(rb"\x1b\$\)?[@-D]")
_DROPPED = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
_ESCAPES = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~])?")
_LINE_ENDS = re.compile("\r\n?")
_BLANKS = re.compile("[\x0b\x0c\x85\u2028\u2029]")


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
    return _BLANKS.sub(" ", _DROPPED.sub("", text))


def decode(content: bytes, declared: str = "") -> str:
    """The clean text of ``content``; the ``declared`` encoding is believed as far as it fits."""
    name = _SUPERSETS.get(declared.lower(), declared.lower())
    if not name or name in _NOT_DECLARED or _contradicted(content, name):
        name, mark = detect_encoding(content[:HEAD_BYTES])
        return clean(content[mark:].decode(name, "replace"))
    try:
        return clean(content.decode(name))
    except (LookupError, ValueError):
        found, mark = detect_encoding(content[:HEAD_BYTES])
        return clean(content[mark:].decode(found, "replace"))


def _contradicted(content: bytes, name: str) -> bool:
    """Whether a Western single-byte encoding, which fits anything, is declared for what is none."""
    if content.isascii() or name not in _WESTERN:
        return False
    high = len(content) - len(content.translate(None, _HIGH))
    if high > max(12, 0.3 * len(content)):
        return True
    try:
        content.decode("utf-8")
        return True
    except UnicodeDecodeError:
        return False


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


def _is_utf8(head: bytes) -> bool:
    """Valid UTF-8; its end may cut a character."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
        return True
    except UnicodeDecodeError:
        return False


def _mostly_utf8(head: bytes) -> bool:
    """Valid UTF-8, or with so few slips that nothing else explains it."""
    if _is_utf8(head):
        return True
    text = head.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = sum(1 for character in text if character > "\x7f") - wrong
    return right > 8 * wrong


def _by_statistics(head: bytes) -> str:
    import chardet

    guess = chardet.detect(head[:HEAD_BYTES])["encoding"] or "cp1252"
    name = _SUPERSETS.get(guess.lower(), guess)
    if name.lower() not in _EVERYDAY:
        # A single odd byte makes the statistics rule out the multi-byte encoding that the rest is in.
        name = next((asian for asian in _EVERYDAY if _is_everyday(head, asian)), name)
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name


def _is_everyday(head: bytes, encoding: str) -> bool:
    """Whether ``head`` is nearly all valid in ``encoding`` and holds what people write every day in it.

    Single-byte text decodes too, but stumbles at every word of odd length and gives rare characters.
    """
    text = head[:4096].decode(encoding, "replace")
    foreign = [character for character in text if character > "\x7f"]
    wrong = foreign.count("\ufffd")
    everyday = len(_EVERYDAY[encoding].findall(text))
    return len(foreign) >= 20 and wrong <= 0.03 * len(foreign) and everyday >= 0.35 * len(foreign)
