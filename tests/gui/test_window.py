"""What a person does with the window, and what it shows."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication

from qwen_finder.core.errors import UsageError
from qwen_finder.gui.results_rows import RowKind, Sort
from qwen_finder.gui.shortcuts import Shortcuts


def names(window, *kinds):
    kinds = kinds or (RowKind.HIT, RowKind.PICTURE)
    return [row.name for row in window.model.rows if row.kind in kinds]


def press(qtbot, widget, key, modifiers=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(widget, key, modifiers)


def test_typing_answers_once_and_shows_the_first_result(qtbot, window, fake_client):
    qtbot.keyClicks(window.parts.box, "plumber invoice")
    qtbot.waitUntil(lambda: "plumber.txt" in names(window))
    assert [order[0].text for order in fake_client.orders("search")][-1] == "plumber invoice"
    assert len(fake_client.orders("search")) <= 3
    assert window.parts.view.current_row().name == "plumber.txt"
    qtbot.waitUntil(lambda: window.parts.preview._text is not None)
    qtbot.waitUntil(lambda: "mended" in window.parts.preview._text.view.toPlainText())
    assert window.parts.preview._text.view.marks == 3
    assert "ms" in window.parts.status._found.whole_text()


def test_everything_is_done_by_keys_alone(qtbot, window, search, opener, history):
    search("plumber")
    box, view = window.parts.box, window.parts.view
    press(qtbot, box, Qt.Key.Key_Down)
    assert QApplication.focusWidget() is view
    first = view.current_row()
    press(qtbot, view, Qt.Key.Key_Down)
    second = view.current_row()
    assert second is not first
    press(qtbot, view, Qt.Key.Key_Return)
    assert opener.done == [("open", second.path)]
    press(qtbot, view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert opener.done[-1] == ("reveal", second.path)
    assert history.recent == ["plumber"]
    press(qtbot, view, Qt.Key.Key_Up)
    press(qtbot, view, Qt.Key.Key_Up)
    assert QApplication.focusWidget() is box
    press(qtbot, box, Qt.Key.Key_Down)
    qtbot.keyClicks(view, "s")
    assert QApplication.focusWidget() is box
    assert box.text() == "plumbers"


def test_pictures_are_moved_through_as_a_grid(qtbot, window, search):
    search("type:image")
    view = window.parts.view
    press(qtbot, window.parts.box, Qt.Key.Key_Down)
    rows = window.model.rows
    assert [row.kind for row in rows[1:]] == [RowKind.PICTURE] * 5
    press(qtbot, view, Qt.Key.Key_Right)
    assert view.currentIndex().row() == 2
    columns = len(view._layout.line_of(1))
    press(qtbot, view, Qt.Key.Key_Down)
    assert view.currentIndex().row() == min(2 + columns, 5)
    press(qtbot, view, Qt.Key.Key_Home)
    assert view.currentIndex().row() == 1
    press(qtbot, view, Qt.Key.Key_End)
    assert view.currentIndex().row() == 5
    qtbot.waitUntil(lambda: window.thumbnails.get(rows[1].path) is not None)


def test_other_passages_of_a_file_open_and_close(qtbot, window, search, fake_client):
    search("plumber")
    view = window.parts.view
    view.select(window.model.index_of(next(r.path for r in window.model.rows if r.name == "plumber.txt")))
    view.setFocus()
    press(qtbot, view, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: len(names(window, RowKind.PASSAGE)) == 1)
    assert fake_client.orders("passages")[0][1] == "plumber"
    qtbot.wait(30)
    assert len(names(window, RowKind.PASSAGE)) == 1
    press(qtbot, view, Qt.Key.Key_Left)
    assert names(window, RowKind.PASSAGE) == []


def test_the_old_list_stays_and_is_dimmed_while_the_next_answer_is_slow(qtbot, window, search, fake_client):
    search("plumber")
    shown = names(window)
    fake_client.delay_s = 0.5
    window.search("invoice")
    assert not window.parts.view.outdated
    qtbot.waitUntil(lambda: window.parts.view.outdated)
    assert names(window) == shown
    qtbot.waitUntil(lambda: not window.parts.view.outdated)
    assert names(window) != shown


def test_chips_write_the_query_language(qtbot, window, search):
    search("plumber")
    window.parts.chips.type.menu().aboutToShow.emit()
    action = next(a for a in window.parts.chips.type.menu().actions() if a.text() == "Code")
    action.trigger()
    assert window.parts.box.text() == "plumber type:code"
    qtbot.waitUntil(lambda: names(window) == ["pipe.py"])
    assert window.parts.chips.type.isChecked()
    assert window.parts.chips.type.text() == "Code"
    window.parts.chips.type.menu().aboutToShow.emit()
    window.parts.chips.type.menu().actions()[0].trigger()
    assert window.parts.box.text() == "plumber"


def test_another_order_keeps_the_chosen_file(qtbot, window, search):
    search("plumber")
    view = window.parts.view
    view.select(window.model.index_of(next(r.path for r in window.model.rows if r.name == "pipe.py")))
    window.parts.chips.sorted.emit(Sort.NAME)
    qtbot.waitUntil(lambda: window.model.rows[0].group.value != "best")
    assert view.current_row().name == "pipe.py"


@pytest.mark.parametrize(
    ("query", "pending", "icon"),
    [("zzz", 0, "search"), ("zzz", 12, "clock"), ("zzz type:image", 0, "filter")],
)
def test_nothing_found_is_said_honestly(qtbot, window, search, fake_client, session, query, pending, icon):
    fake_client.pending = pending
    session.refresh()
    qtbot.waitUntil(lambda: session.last_status.idle == (pending == 0))
    search(query)
    assert window.parts.stack.currentWidget() is window.parts.empty
    shown = window.parts.empty.shown
    assert shown.icon == icon
    if pending:
        assert "12" in shown.text
    if icon == "filter":
        window.parts.empty.acted.emit(shown.actions[0][0])
        assert window.parts.box.text() == "zzz"


def test_without_folders_the_first_run_is_offered(qtbot, window, fake_client, session):
    fake_client.remove_folder(fake_client._folders[0])
    session.refresh()
    qtbot.waitUntil(lambda: window.parts.empty.shown.icon == "folder")
    with qtbot.waitSignal(window.wanted) as caught:
        window.parts.empty.acted.emit(window.parts.empty.shown.actions[0][0])
    assert caught.args == ["first_run"]


def test_a_service_that_goes_leaves_a_banner_and_comes_back_by_its_button(
    qtbot, window, search, fake_client, session
):
    search("plumber")
    fake_client.stays_stopped = True
    fake_client.stop()
    session.refresh()
    qtbot.waitUntil(lambda: "stopped" in window.parts.banner.text())
    assert names(window), "what was found stays to be read"
    window.search("invoice")
    qtbot.wait(30)
    assert not [order for order in fake_client.orders("search") if order[0].text == "invoice"]
    window.parts.banner.acted.emit("start")
    qtbot.waitUntil(lambda: window.searching.answered.text == "invoice")
    assert window.parts.banner.text() == ""


def test_an_error_of_a_search_is_shown_with_its_cure(qtbot, window, fake_client):
    fake_client.failing["search"] = UsageError("query.odd", "That cannot be asked.", "Ask otherwise.")
    window.search("plumber")
    qtbot.waitUntil(lambda: window.parts.banner.text() == "That cannot be asked. Ask otherwise.")
    del fake_client.failing["search"]
    window.parts.banner.acted.emit("again")
    qtbot.waitUntil(lambda: bool(names(window)))


# Qt offers no other way to make the event.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_file_that_is_dropped_finds_similar_ones(qtbot, window, folder, fake_client):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder / "plumber.txt"))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, buttons, keys)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    assert window.parts.drop.isVisible()
    window.dropEvent(QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, buttons, keys))
    qtbot.waitUntil(lambda: "plumber letter.txt" in names(window))
    assert not window.parts.drop.isVisible()
    assert fake_client.orders("similar")[0][0].path == str(folder / "plumber.txt")
    assert "plumber.txt" in window.parts.like._text.whole_text()
    window.parts.like._close()
    assert window.parts.stack.currentWidget() is window.parts.empty


def test_a_file_is_left_out_and_let_in_again(qtbot, window, search, folder):
    search("plumber")
    view = window.parts.view
    view.select(window.model.index_of(str(folder / "plumber.txt")))
    window.actions_.exclude_file.trigger()
    qtbot.waitUntil(lambda: "plumber.txt" not in names(window))
    assert str(folder / "plumber.txt") in window.parts.notice.text()
    window.parts.notice._take_back()
    qtbot.waitUntil(lambda: "plumber.txt" in names(window))


def test_paths_and_files_are_copied(window, search, folder):
    search("plumber")
    path = str(folder / "plumber.txt")
    window.parts.view.select(window.model.index_of(path))
    window.actions_.copy_path.trigger()
    assert QGuiApplication.clipboard().text() == path
    window.actions_.copy_file.trigger()
    assert [url.toLocalFile() for url in QGuiApplication.clipboard().mimeData().urls()] == [path]


def test_several_files_are_opened_and_dragged_at_once(qtbot, window, search, opener):
    search("plumber")
    view = window.parts.view
    view.setFocus()
    press(qtbot, view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    chosen = [row.path for row in view.selected_rows()]
    assert len(chosen) == 2
    press(qtbot, view, Qt.Key.Key_Return)
    assert [path for _, path in opener.done] == chosen
    data = window.model.mimeData(view.selectedIndexes())
    assert [url.toLocalFile() for url in data.urls()] == chosen


def test_a_file_that_nothing_opens_is_told(window, search, opener):
    opener.works = False
    search("plumber")
    window.actions_.open.trigger()
    assert window.parts.view.current_row().name in window.parts.notice.text()


def test_similar_files_by_key(qtbot, window, search, fake_client):
    search("plumber letter")
    window.actions_.find_similar.trigger()
    qtbot.waitUntil(lambda: window.searching.answered.path.endswith("plumber letter.txt"))
    qtbot.keyClicks(window.parts.box, "s")
    qtbot.waitUntil(lambda: window.searching.answered.text == "plumber letters")
    assert not window.parts.like.isVisible()


def test_recent_searches_are_offered_and_kept_only_if_wanted(qtbot, window, search, history, fake_client):
    search("plumber")
    press(qtbot, window.parts.box, Qt.Key.Key_Return)
    assert history.recent == ["plumber"]
    qtbot.waitUntil(lambda: history._file.exists())
    window.parts.box.setFocus()
    window.parts.box.clear()
    press(qtbot, window.parts.box, Qt.Key.Key_Down)
    offers = window.parts.box.offers
    assert offers.isVisible()
    assert offers.item(0).text() == "plumber"
    press(qtbot, window.parts.box, Qt.Key.Key_Down)
    press(qtbot, window.parts.box, Qt.Key.Key_Return)
    assert window.parts.box.text() == "plumber"
    window.keep_history(False)
    assert history.recent == []
    qtbot.waitUntil(lambda: not history._file.exists())


def test_filters_are_completed(qtbot, window):
    box = window.parts.box
    qtbot.keyClicks(box, "pipe type:im")
    assert box.offers.isVisible()
    press(qtbot, box, Qt.Key.Key_Tab)
    assert box.text() == "pipe type:image "
    assert not box.offers.isVisible()
    assert QApplication.focusWidget() is box


def test_the_preview_is_put_away_where_there_is_no_room(qtbot, window, search):
    search("plumber")
    assert window.parts.preview.isVisible()
    window.resize(700, 450)
    qtbot.waitUntil(lambda: not window.parts.preview.isVisible())
    window.set_preview(True)
    assert window.parts.preview.isVisible()


def test_every_key_is_listed(qtbot, window):
    window.show_shortcuts()
    dialog = window.findChild(Shortcuts)
    from PySide6.QtWidgets import QLabel

    texts = [label.text() for label in dialog.findChildren(QLabel)]
    for action in window.actions_.all():
        assert action.text().rstrip("…") in texts
        assert action.shortcut().toString() in texts
    dialog.close()


def test_a_screen_reader_knows_every_control(window):
    from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLineEdit

    for kind in (QAbstractButton, QLineEdit, QAbstractItemView):
        for widget in window.findChildren(kind):
            text = widget.text() if hasattr(widget, "text") else ""
            inside = widget.objectName().startswith("qt_") or "Calendar" in type(widget).__name__
            assert inside or not widget.isVisibleTo(window) or widget.accessibleName() or text, widget


def test_tab_goes_through_the_window_in_reading_order(qtbot, window, search):
    search("plumber")
    parts = window.parts
    seen = [QApplication.focusWidget()]
    for _ in range(40):
        press(qtbot, QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
        if seen[-1] is parts.box:
            break
    order = [w for w in seen if w in (parts.box, parts.chips.type, parts.chips.order, parts.view)]
    assert order[:4] == [parts.box, parts.chips.type, parts.chips.order, parts.view]


def test_nothing_is_asked_on_the_thread_that_paints(window, search, fake_client):
    search("plumber")
    assert fake_client.threads
    assert threading.main_thread() not in fake_client.threads
