"""RTF: bytes in the code page of their font, and everything that is not text."""

from __future__ import annotations

import pytest

from qwen_finder.extraction.office.compressed_rtf import unpacked
from qwen_finder.extraction.office.rtf import rtf_text
from qwen_finder.extraction.reading import Limits

LIMITS = Limits(max_bytes=1 << 20, max_characters=10_000)


def text_of(body: str | bytes) -> str:
    content = body if isinstance(body, bytes) else body.encode("ascii")
    return rtf_text(rb"{\rtf1\ansi\ansicpg1252 " + content + b"}", LIMITS).strip()


@pytest.mark.parametrize(
    ("charset", "codec", "word"),
    [
        (204, "cp1251", "Маяк"),
        (128, "cp932", "灯台"),
        (134, "gbk", "灯塔"),
        (129, "cp949", "등대"),
        (136, "big5", "燈塔"),
        (161, "cp1253", "Φάρος"),
        (0, "cp1252", "Größe"),
    ],
)
def test_bytes_are_in_the_code_page_of_their_font(charset: int, codec: str, word: str) -> None:
    font = f"{{\\fonttbl{{\\f0\\fcharset0 A;}}{{\\f1\\fcharset{charset} B;}}}}"
    escaped = "".join(f"\\'{byte:02x}" for byte in word.encode(codec))
    assert text_of(f"{font}a {{\\f1 {escaped}}} b") == f"a {word} b"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"\u1052?\u1072?\u1103?\u1082?", "Маяк"),
        (r"\uc2\u1052\'8c\'8dx{\uc0\u1072 b}", "Мxаb"),
        (r"\u-10179?\u-8704?", "😀"),
        (r"{\upr{old}{\*\ud{new}}}", "new"),
        (r"a{\*\unknown b}c{\pict\bin4 }}}}d}e", "ace"),
        (r"a{\v hidden}{\deleted gone}{\revised come}", "acome"),
        (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt shown}}", "shown"),
        (r"\{ \\ \} a\~b\_c\-d\emdash", "{ \\ } a b-cd—"),
        (r"a}}} b {c", "a b c"),
    ],
)
def test_what_is_text_and_what_is_not(body: str, text: str) -> None:
    assert text_of(body) == text


def test_footnotes_and_text_boxes_follow_their_paragraph() -> None:
    body = (
        r"one{\super 1{\footnote\pard below}} two{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}"
        r"{\shptxt boxed\par}}{\shprslt boxed}}\par next"
    )
    assert text_of(body) == "one1 two\n\nbelow\n\nboxed\n\nnext"


def test_tables_are_rows() -> None:
    body = r"\trowd\pard\intbl a\par b\cell c\cell\row\trowd\intbl\cell d\cell\row\pard after\par"
    assert text_of(body) == "a b\tc\nd\nafter"


def test_deep_nesting_is_no_recursion() -> None:
    assert text_of("{" * 50_000 + "deep" + "}" * 50_000) == "deep"


def test_the_packed_form_of_outlook() -> None:
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert unpacked(packed, 1000) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert unpacked(packed, 1000).startswith(unpacked(packed[:30], 1000))
    assert unpacked(b"", 10) == unpacked(bytes(40), 10) == b""
