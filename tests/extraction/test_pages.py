"""Pages as they are printed, and how they travel from the worker that drew them."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from qwen_finder.core.desk import PageView
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.pages import MOST_WIDTH, look_at_page
from qwen_finder.extraction.reading import PageRequest
from qwen_finder.extraction.sandbox import codec
from qwen_finder.extraction.sandbox.codec import Answer
from qwen_finder.extraction.sandbox.frames import Frame, Malformed, pack
from qwen_finder.extraction.sandbox.page_codec import PageQuestion

SAMPLES = Path(__file__).parents[1] / "data" / "samples"


def picture(view: PageView) -> Image.Image:
    return Image.open(io.BytesIO(view.content))


@pytest.mark.parametrize("name", ["writer-en", "writer-zh", "writer-ru", "ghostscript-de", "objects-es"])
def test_words_are_boxed_where_they_stand(name: str) -> None:
    path = str(SAMPLES / f"{name}.pdf")
    text = look_at_page(path, PageRequest(1)).text
    words = [match.span() for match in re.finditer(r"\w{2,}", text)]
    plain, boxed = (look_at_page(path, PageRequest(1, 500, marks)) for marks in ((), tuple(words[:3])))
    assert (plain.boxed, boxed.boxed, boxed.pages) == (0, 3, 3)
    assert boxed.metadata["title"]
    with picture(plain) as before, picture(boxed) as after:
        assert before.size == after.size == (500, before.height)
        # The words are at the top of the page, and nothing else has changed.
        from PIL import ImageChops

        changed = ImageChops.difference(before.convert("RGB"), after.convert("RGB"))
        left, top, right, bottom = changed.point(lambda value: 255 * (value > 90)).getbbox() or (0,) * 4
        assert 0 < left < right
        assert 0 < top < bottom < before.height / 3


def test_ranges_that_are_none_are_passed_over() -> None:
    path = str(SAMPLES / "writer-en.pdf")
    marks = ((0, 0), (5, 2), (10**6, 10**6 + 1), (0, 10**9))
    assert look_at_page(path, PageRequest(1, 300, marks)).boxed == 0


def test_a_turned_and_cut_page_is_boxed_in_place(tmp_path: Path) -> None:
    from pypdfium2 import PdfDocument

    pdf = PdfDocument(SAMPLES / "writer-en.pdf")
    pdf[0].set_rotation(90)
    path = str(tmp_path / "turned.pdf")
    pdf.save(path)
    pdf.close()
    text = look_at_page(path, PageRequest(1)).text
    at = text.index("Arrival")
    with picture(look_at_page(path, PageRequest(1, 800, ((at, at + 7),)))) as image:
        assert image.width > image.height
        yellow = [
            (number % 800, number // 800)
            for number, (red, green, blue) in enumerate(image.convert("RGB").get_flattened_data())
            if red > 180 and green > 140 and blue < 110
        ]
        # Turned to the right, the top of the page is at its right side.
        assert yellow
        assert min(x for x, _ in yellow) > 400


def test_a_page_is_never_larger_than_can_be_shown() -> None:
    path = str(SAMPLES / "writer-en.pdf")
    with picture(look_at_page(path, PageRequest(1, 10**6))) as image:
        assert image.width <= MOST_WIDTH
        assert image.width * image.height <= 20_100_000


@pytest.mark.parametrize(
    ("name", "page", "code"),
    [
        ("locked-en.pdf", 1, "file.encrypted"),
        ("writer-en.pdf", 0, "file.no_pages"),
        ("writer-en.pdf", 4, "file.no_pages"),
        ("mail-de.eml", 1, "file.no_pages"),
        ("nowhere.pdf", 1, "file.vanished"),
    ],
)
def test_what_cannot_be_drawn_is_told(name: str, page: int, code: str) -> None:
    with pytest.raises(FileError) as raised:
        look_at_page(str(SAMPLES / name), PageRequest(page, 100))
    assert raised.value.code == code


def test_a_question_and_an_answer_arrive_as_they_were() -> None:
    question = PageQuestion("/a/\udcff.pdf", PageRequest(7, 800, ((1, 2), (5, 9)), 2.5))
    assert codec.decode_question(codec.encode_question(question)) == question
    view = PageView(9, 7, "text \udcff", b"RIFF\0\0\0\0WEBPdata", 2, {"author": "Ann"})
    assert codec.decode_answer(codec.encode_answer(Answer(view, 5)), page=True) == Answer(view, 5)


GOOD = {"pages": 1, "number": 1, "boxed": 0, "metadata": {}}


@pytest.mark.parametrize(
    ("changed", "body"),
    [
        ({"pages": -1}, b""),
        ({"number": "one"}, b""),
        ({"boxed": None}, b""),
        ({"metadata": []}, b""),
        ({"metadata": {"a": 1}}, b""),
        ({}, b"\x89PNG"),
    ],
)
def test_an_answer_of_another_shape_is_refused(changed: dict[str, Any], body: bytes) -> None:
    frame = pack({"page": {**GOOD, **changed}, "memory_bytes": 1}, "", body)
    with pytest.raises(Malformed):
        codec.decode_answer(frame, page=True)


def test_a_page_is_only_taken_from_who_was_asked_for_one() -> None:
    frame: Frame = codec.encode_answer(Answer(PageView(1, 1)))
    with pytest.raises(Malformed):
        codec.decode_answer(frame)


@pytest.mark.parametrize(
    "changed", [{"marks": [[1]]}, {"marks": "all"}, {"width": -1}, {"max_seconds": "soon"}, {"path": 3}]
)
def test_a_question_of_another_shape_is_refused(changed: dict[str, Any]) -> None:
    asked = {"path": "/a", "number": 1, "width": 1, "marks": [], "max_seconds": 1.0, **changed}
    with pytest.raises(Malformed):
        codec.decode_question(pack({"page": asked}))
