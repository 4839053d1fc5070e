"""Text recognition: the words of pictures and scanned pages, in order and in time, with nothing fetched."""

from __future__ import annotations

import io
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from PIL import Image, ImageDraw, ImageFont

from qwen_finder.core.document import Document
from qwen_finder.core.errors import FileError
from qwen_finder.extraction import ocr, tesseract
from qwen_finder.extraction.budget import Budget
from qwen_finder.extraction.reading_order import Line, in_order
from qwen_finder.extraction.registry import Limits

from .pdfs import Page, pdf

Read = Callable[..., Document]
LIMITS = Limits(max_bytes=10**7, max_characters=10**5, ocr=True, ocr_seconds=200.0)


@pytest.fixture(autouse=True)
def nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("text recognition went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def without_tesseract(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    tesseract._installed.cache_clear()
    monkeypatch.setenv("PATH", "")
    yield
    tesseract._installed.cache_clear()


def drawn(*lines: str, size: tuple[int, int] = (640, 200), background: str = "white") -> Image.Image:
    image = Image.new("RGB", size, background)
    for row, line in enumerate(lines):
        ImageDraw.Draw(image).text((30, 30 + 50 * row), line, "black", ImageFont.load_default(30))
    return image


def saved(image: Image.Image, format: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, format, **options)
    return stream.getvalue()


def test_a_screenshot_is_found_by_its_words(read: Read) -> None:
    document = read(
        "shot.png", saved(drawn("Deposit of the flat", "Amount due: 1.249,50 EUR"), "PNG"), LIMITS
    )
    assert [segment.text for segment in document.segments] == [
        "Deposit of the flat\nAmount due: 1.249,50 EUR\n\n"
    ]
    assert document.segments[0].page is None
    assert document.partial == ""


def test_a_scanned_page_keeps_its_number_and_a_photo_of_a_page_is_read(read: Read) -> None:
    scan = saved(drawn("Minutes of the meeting", size=(600, 850)), "JPEG", quality=90)
    pages = [["A page with enough words on it"], Page(image=scan, image_size=(600, 850))]
    document = read("a.pdf", pdf(pages), LIMITS)
    assert [(segment.page, segment.text.strip()) for segment in document.segments] == [
        (1, "A page with enough words on it"),
        (2, "Minutes of the meeting"),
    ]
    assert document.partial == ""
    assert read("a.jpg", scan, LIMITS).segments[0].text == "Minutes of the meeting\n\n"


def test_pages_of_a_fax_keep_their_numbers(read: Read) -> None:
    pages = [drawn("Page with an order"), drawn("Page with the receipt")]
    document = read("fax.tiff", saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]), LIMITS)
    assert [(segment.page, segment.text) for segment in document.segments] == [
        (1, "Page with an order\n\n"),
        (2, "Page with the receipt\n\n"),
    ]


def test_pictures_without_text_and_icons_cost_little_and_say_nothing(read: Read) -> None:
    for name, image in (
        ("photo.jpg", Image.effect_noise((400, 300), 40)),
        ("icon.png", drawn("A", size=(32, 32))),
    ):
        with pytest.raises(FileError) as error:
            read(name, saved(image.convert("RGB"), "JPEG" if name.endswith("jpg") else "PNG"), LIMITS)
        assert (error.value.code, error.value.skipped) == ("file.no_text", True)


def test_words_that_a_line_end_cuts_are_made_whole() -> None:
    assert ocr.recognise(drawn("The words of the agree-", "ment are here"), 60.0) == (
        "The words of the agreement are here"
    )


def test_text_on_nothing_is_seen_as_on_white() -> None:
    image = Image.new("RGBA", (400, 120), (0, 0, 0, 0))
    ImageDraw.Draw(image).text((30, 30), "Transparent words", (0, 0, 0, 255), ImageFont.load_default(36))
    assert ocr.recognise(image, 60.0) == "Transparent words"


def test_time_that_is_over_is_said(read: Read) -> None:
    scan = Page(picture=1.0)
    limits = Limits(max_bytes=10**7, max_characters=10**5, ocr=True, ocr_seconds=0.0)
    document = read("a.pdf", pdf([["A page with enough words on it"], scan]), limits)
    assert (
        document.partial == "1 of 2 pages are scanned pictures: recognising it takes longer than 0 seconds."
    )


def test_members_of_a_container_share_its_time() -> None:
    budget = Budget(characters=1, bytes=1, members=1, until=100.0, ocr_seconds=60.0)
    recogniser = ocr.Recogniser(LIMITS, budget)
    assert recogniser.read(lambda: drawn("Words")) == "Words"
    assert 0 < recogniser.spent == pytest.approx(60.0 - budget.ocr_seconds)
    assert budget.until == pytest.approx(100.0 + recogniser.spent)
    budget.ocr_seconds = 0.0
    late = ocr.Recogniser(LIMITS, budget)
    assert late.read(lambda: drawn("Words")) is None
    assert "longer" in late.reason


def test_without_its_library_pictures_are_read_by_their_headers(
    read: Read, without_tesseract: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    monkeypatch.setattr(ocr, "find_spec", lambda name: None)
    ocr._engine.cache_clear()
    assert ocr.missing() == "The Python package rapidocr is not installed"
    document = read("a.gif", saved(drawn("Words"), "GIF", comment=b"The cat jumps"), LIMITS)
    assert (document.segments[0].text, document.partial) == ("The cat jumps\n\n", "")
    document = read("a.pdf", pdf([["A page with enough words on it"], Page(picture=1.0)]), LIMITS)
    assert (
        document.partial == "1 of 2 pages are scanned pictures: The Python package rapidocr is not installed."
    )


def test_the_models_are_in_the_package() -> None:
    assert ocr.missing() == ""


def box(text: str, left: float, top: float, width: float = 200, height: float = 20) -> Line:
    return Line(text, left, top, left + width, top + height)


def test_columns_are_read_one_after_the_other() -> None:
    columns = [
        box(f"{side}{row}", left, 100 + 30 * row) for row in range(4) for side, left in (("a", 0), ("b", 260))
    ]
    title = box("Title over both", 20, 20, 400)
    assert in_order([*columns, title]) == "Title over both\n\na0\na1\na2\na3\n\nb0\nb1\nb2\nb3"


def test_rows_of_a_table_stay_together() -> None:
    cells = [
        box(f"{name}{row}", left, 30 * row, 60)
        for row in range(4)
        for name, left in (("sum", 300), ("item", 0))
    ]
    assert in_order(cells) == "item0 sum0\nitem1 sum1\nitem2 sum2\nitem3 sum3"


def test_wide_gaps_are_paragraphs() -> None:
    assert in_order([box("b", 0, 100), box("a", 0, 0), box("c", 0, 125)]) == "a\n\nb\nc"
    assert in_order([]) == ""


TABLE = """level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext
1\t1\t0\t0\t0\t0\t0\t0\t640\t200\t-1\t
5\t1\t1\t1\t1\t1\t10\t10\t50\t20\t96.1\tГодовой
5\t1\t1\t1\t1\t2\t70\t10\t50\t20\t91\tотчёт
5\t1\t1\t1\t2\t1\t10\t40\t50\t20\t12\t~~|
5\t1\t1\t1\t2\t2\tx\t40\t50\t20\t90\tbad
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_a_script_that_the_models_do_not_know_is_left_to_tesseract(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "table").write_text(TABLE, "utf-8")
    program = tmp_path / "tesseract"
    program.write_text(
        "#!/bin/sh\n"
        'if [ "$1" = --list-langs ]; then printf "List (3):\\neng\\nosd\\nrus\\n"; exit; fi\n'
        "/bin/cat >/dev/null\n"
        f'echo "$@" >>"{tmp_path}/asked"\n'
        f'/bin/cat "{tmp_path}/table"\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))
    tesseract._installed.cache_clear()
    assert tesseract.languages() == ("eng", "rus")
    assert tesseract.languages(foreign=True) == ("rus",)
    runes = drawn("ᚠᚢᚦ", size=(640, 300))
    for row in range(2):
        for column in range(9):
            left, top = 40 + 60 * column, 110 + 70 * row
            ImageDraw.Draw(runes).polygon(
                [(left, top), (left + 40, top + 10), (left + 10, top + 40)], "black"
            )
    assert ocr.recognise(runes, 60.0) == "Годовой отчёт"
    assert "-l rus" in (tmp_path / "asked").read_text()
    # What the models can read is not asked of it.
    (tmp_path / "asked").unlink()
    assert ocr.recognise(drawn("A line of plain words", "and another one"), 60.0).startswith(
        "A line of plain"
    )
    assert not (tmp_path / "asked").exists()
    tesseract._installed.cache_clear()
