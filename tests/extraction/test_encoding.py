"""Texts of every encoding come out as they were written; broken ones lose no more than what is broken."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwen_finder.extraction.encoding import TextDecoder, clean, detect_encoding

CHINESE = "会议改到星期四，因为会议室被占用了。请带上签好的合同，谢谢。\n" * 4
JAPANESE = "会議室が使えないため、打ち合わせは木曜日に変更になりました。契約書をお持ちください。\n" * 4
KOREAN = "회의실이 사용 중이어서 회의가 목요일로 변경되었습니다. 서명한 계약서를 가져오세요.\n" * 4
RUSSIAN = "Встреча перенесена на четверг, потому что комната занята. Возьмите договор.\n" * 4
GERMAN = "Die Besprechung wurde verlegt, weil der Raum für Übungen benötigt wird. Grüße aus München.\n" * 4
FRENCH = "La réunion est déplacée à jeudi, car la salle était déjà occupée par l'équipe.\n" * 4


def decode(content: bytes) -> str:
    decoder = TextDecoder(content[:65536])
    return decoder.decode(content[decoder.mark :], final=True)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "utf-8"), (CHINESE, "utf-8-sig"), (CHINESE, "utf-16"), (CHINESE, "utf-16-le"),
        (CHINESE, "utf-16-be"), (CHINESE, "utf-32"), (CHINESE, "gbk"), (CHINESE, "gb18030"),
        (JAPANESE, "shift_jis"), (JAPANESE, "euc_jp"), (JAPANESE, "iso2022_jp"), (JAPANESE, "utf-16-be"),
        (KOREAN, "euc_kr"), (KOREAN, "utf-16-le"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8_r"),
        (RUSSIAN, "utf-16-le"), (GERMAN, "latin-1"), (GERMAN, "utf-16-le"), (FRENCH, "cp1252"),
        ("plain ASCII", "ascii"), ("plain", "utf-16-le"), ("plain", "utf-16-be"),
    ],
)  # fmt: skip
def test_tells_the_encoding(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_a_character_cut_at_the_end_of_the_head_is_no_error() -> None:
    head = ("é" * 40000).encode()[:65535]
    assert detect_encoding(head) == ("utf-8", 0)


def test_a_few_broken_bytes_leave_the_rest_alone() -> None:
    broken = CHINESE.encode().replace("星".encode(), b"\xe6\x98", 1)
    assert decode(broken).count("\ufffd") == 1
    assert "会议改到" in decode(broken)


def test_an_encoding_that_shows_only_later_is_still_told() -> None:
    content = b"log line\n" * 10000 + GERMAN.encode("cp1252")
    decoder = TextDecoder(content[:65536])
    text = decoder.decode(content[:65536]) + decoder.decode(content[65536:], final=True)
    assert text.endswith(GERMAN)


def test_a_multibyte_character_between_two_pieces_is_whole() -> None:
    for encoding in ("utf-8", "gb18030", "utf-16-le"):
        content = CHINESE.encode(encoding)
        decoder = TextDecoder(content)
        text = "".join(decoder.decode(content[i : i + 1]) for i in range(len(content)))
        assert text + decoder.decode(b"", final=True) == CHINESE


@given(st.binary(max_size=300))
def test_no_bytes_raise(content: bytes) -> None:
    text = clean(decode(content))
    text.encode("utf-8")
    assert "\0" not in text
    assert "\r" not in text
    codecs.lookup(detect_encoding(content)[0])


def test_cleaning_keeps_lines_where_editors_see_them() -> None:
    assert clean("a\r\nb\rc\x0bd\x0ce\x85f\u2028g\0h\x1b[31mred\x1b[0m\ud800") == "a\nb\nc d e f ghred"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gb18030", "第三章写守塔人怎样在台风夜里修好发电机。他一个人背着油桶爬了二百多级台阶。"),
        ("cp932", "エレベーターが止まったままです。管理会社に電話をしてください。よろしくお願いします。"),
        ("cp949", "엘리베이터가 고장 나서 관리사무소에 전화했습니다. 내일 오전에 기사가 온다고 합니다."),
    ],
)
def test_one_odd_byte_does_not_turn_a_text_into_another_script(encoding: str, text: str) -> None:
    raw = (text * 3).encode(encoding)
    middle = len(text[:10].encode(encoding))
    decoder = TextDecoder(raw[:middle] + b"\xff" + raw[middle:])
    assert decoder.encoding.lower() == encoding
    assert text in decoder.decode(raw[:middle] + b"\xff" + raw[middle:], final=True)
