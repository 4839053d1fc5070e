from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPixmap

from qwen_finder.core.document import Kind
from qwen_finder.core.query import Hit, Strength
from qwen_finder.gui.preview.colouring import colour
from qwen_finder.gui.preview.details import facts, reasons
from qwen_finder.gui.preview.picture_view import PictureView
from qwen_finder.gui.preview.text_view import TextView


@pytest.fixture
def text(qtbot, qapp, theme):
    view = TextView(theme, None)
    qtbot.addWidget(view)
    view.resize(400, 200)
    view.show()
    return view


def test_a_text_is_scrolled_to_its_first_match(text):
    lines = [f"line {number}" for number in range(300)]
    lines[200] = "here is the 😀 needle"
    whole = "\n".join(lines)
    start = whole.index("needle")
    text.show_text(whole, 10, [(start, start + 6)], code=False)
    assert text.firstVisibleBlock().blockNumber() <= 200 <= text.firstVisibleBlock().blockNumber() + 15
    (selection,) = text.extraSelections()
    assert selection.cursor.selectedText() == "needle"
    assert text.numbers_width() > 0
    text.show_text("one page", 0, [], code=False)
    assert text.numbers_width() == 0


def test_a_text_is_scrolled_to_its_passage_though_words_stand_before_it(text):
    lines = [f"line {number}" for number in range(10, 310)]
    lines[5] = lines[200] = "a needle"
    whole = "\n".join(lines)
    marks = [(at, at + 6) for at in (whole.index("needle"), whole.rindex("needle"))]
    text.show_text(whole, 10, marks, code=False, line=208)
    assert text.firstVisibleBlock().blockNumber() <= 198 <= text.firstVisibleBlock().blockNumber() + 15
    text.next_mark(1)
    assert text.textCursor().position() == marks[1][0]
    text.show_text(whole, 10, marks, code=False, line=9_999)
    assert text.textCursor().position() == marks[0][0]


def test_matches_are_gone_through_in_turn(text):
    text.show_text("a x b x c x", 1, [(2, 3), (6, 7), (10, 11)], code=False)
    places = [text.textCursor().position()]
    for step in (1, 1, 1, -1):
        text.next_mark(step)
        places.append(text.textCursor().position())
    assert places == [2, 6, 10, 2, 10]


def test_source_is_coloured_where_it_is_seen(text, theme):
    source = "def f():\n    return 'x'  # why\n" * 500
    text.show_text(source, 1, [], code=True)
    spans = colour(source, "python")
    text.set_colours(spans)
    first = text.document().firstBlock()
    shades = {span.format.foreground().color().name() for span in first.layout().formats()}
    assert theme.colours.code_keyword.name() in shades
    assert not text.document().lastBlock().layout().formats(), "what is far away costs nothing"
    text.verticalScrollBar().setValue(text.verticalScrollBar().maximum())
    assert text.document().findBlockByNumber(998).layout().formats()


def test_colours_belong_to_their_lines():
    spans = colour('x = """a\nb"""\n# 猫 end', "python")
    assert [name for _, _, name in spans[0] + spans[1]] == ["code_string"] * len(spans[0] + spans[1])
    assert spans[2] == [(0, 7, "code_comment")]
    assert colour("x", "no such language") == {}


def test_a_text_from_the_right_stands_at_the_right(text):
    text.show_text("المرق في المطبخ", 1, [(0, 5)], code=False)
    assert text.document().defaultTextOption().alignment() & Qt.AlignmentFlag.AlignRight


def test_a_picture_fits_and_is_looked_at_closely(qtbot, theme):
    view = PictureView(theme, None)
    qtbot.addWidget(view)
    view.resize(300, 300)
    view.show()
    picture = QPixmap(1000, 500)
    picture.fill(QColor("red"))
    view.show_picture(picture)
    fitted = view._target()
    assert fitted.width() <= 300
    assert view.rect().contains(fitted.toAlignedRect())
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.zoom > 1
    before = view._target().left()
    for _ in range(3):
        qtbot.keyClick(view, Qt.Key.Key_Plus)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view._target().left() != before
    qtbot.keyClick(view, Qt.Key.Key_0)
    assert view._target() == fitted
    small = QPixmap(20, 20)
    view.show_picture(small)
    assert view._target().width() == 20, "a small picture is not blown up"


def test_pages_are_turned_and_fetched_ahead(qtbot, window, search, fake_client):
    search("manual ext:pdf")
    qtbot.waitUntil(lambda: window.parts.preview._pages is not None)
    pages = window.parts.preview._pages
    qtbot.waitUntil(lambda: {order[1] for order in fake_client.orders("preview_page")} == {1, 2})
    qtbot.waitUntil(lambda: len(pages._kept) == 2)
    asked = len(fake_client.orders("preview_page"))
    qtbot.keyClick(pages.view, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: len(fake_client.orders("preview_page")) == asked + 1)
    assert (pages.page, fake_client.orders("preview_page")[-1][1]) == (2, 3)
    pages.turn(-1)
    pages.turn(-1)
    assert pages.page == 1


def test_a_picture_is_shown_with_its_facts(qtbot, window, search):
    search("type:image")
    qtbot.waitUntil(lambda: window.parts.preview._picture is not None)
    view = window.parts.preview._picture.view
    qtbot.waitUntil(lambda: not view._picture.isNull())
    assert view._picture.width() == 64


def test_facts_and_reasons_are_told():
    why = {"text": {"rank": 2, "score": 0.5}, "coverage": 1.0, "context": "a › b"}
    hit = Hit(
        "/f/a.txt", "file:///f/a.txt", Kind.TEXT, 0.5, Strength.GOOD, "2024-01-01T00:00:00Z", 2048, (), why
    )
    told = dict(facts(hit, (("author", "Ines"), ("size", "2048"), ("taken", "2024-06-30T08:15:00"))))
    assert told["Author"] == "Ines"
    assert told["Folder"] == "/f"
    assert "2024" not in told["Size"]
    assert told["Taken"] != "2024-06-30T08:15:00"
    because = dict(reasons(hit))
    assert "place 2" in because["Words"]
    assert because["Context"] == "a › b"


def test_why_and_details_open_on_demand(qtbot, window, search):
    search("plumber")
    shown = window.parts.preview._facts
    assert not shown._table.isVisible()
    shown.details.click()
    assert shown._table.isVisible()
    shown.why.click()
    assert not shown.details.isChecked()
    assert shown._grid.count() >= 4
    shown.why.click()
    assert not shown._table.isVisible()


def test_what_cannot_be_looked_into_says_why(qtbot, window, search, fake_client):
    from qwen_finder.core.errors import FileError

    fake_client.failing["preview"] = FileError("pdf.password", "It is locked.", "Unlock it.")
    search("plumber")
    qtbot.waitUntil(lambda: "It is locked." in window.parts.preview._message.text())


def test_of_a_long_text_the_part_that_answers_is_shown():
    from qwen_finder.core.desk import FilePreview, Form
    from qwen_finder.gui.preview.excerpt import excerpt

    lines = [f"line {number} " + "x" * 80 for number in range(1, 5001)]
    text = "\n".join(lines)
    start = text.index("line 3000")
    whole = FilePreview("/f", Kind.TEXT, Form.TEXT, text, 1, highlights=((start, start + 9),))
    part = excerpt(whole)
    ((first, last),) = part.highlights
    assert part.text[first:last] == "line 3000"
    assert part.text.startswith(f"line {part.first_line} ")
    assert part.text.rpartition("\n")[2] in lines
    assert part.cut_before
    assert part.cut_after
    assert len(part.text) < 81_000
    assert excerpt(part, 10**6) is part
    assert len(excerpt(FilePreview("/f", Kind.TEXT, Form.TEXT, "y" * 200_000, 1)).text) <= 80_000
