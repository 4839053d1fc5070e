from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QSpinBox,
)

from fakes.pages import DONE, GONE, REFUSED, SPOKEN, PagesClient, model, status
from qwen_finder.core.desk import PrivacyReport
from qwen_finder.core.events import Event
from qwen_finder.core.status import DownloadState, DownloadStatus
from qwen_finder.core.switching import SwitchStatus
from qwen_finder.gui import words
from qwen_finder.gui.session import Session
from qwen_finder.gui.settings import titles
from qwen_finder.gui.settings.dialog import SettingsDialog
from qwen_finder.gui.settings.setting_row import SettingRow
from qwen_finder.gui.settings.values import Values
from qwen_finder.gui.theme import Theme
from qwen_finder.settings.schema import SETTINGS

PAGES = ("folders", "models", "pace", "looks", "privacy", "failures", "advanced")


@pytest.fixture
def client() -> PagesClient:
    return PagesClient()


@pytest.fixture
def session(qapp, client: PagesClient):
    session = Session(client)
    yield session
    session.close()


@pytest.fixture
def theme(qapp) -> Theme:
    return Theme("light")


@pytest.fixture
def dialog(session: Session, theme: Theme, qtbot):
    dialog = SettingsDialog(session, theme)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.values.known)
    yield dialog
    dialog.close()


def row(dialog: SettingsDialog, key: str, page: str = "advanced") -> SettingRow:
    dialog.show_page(page)
    return next(one for one in dialog.page(page).findChildren(SettingRow) if one.key == key)


def texts(widget) -> str:
    # What was added to a layout is shown when the layout is looked at.
    QApplication.processEvents()
    return "\n".join(one.text() for one in widget.findChildren(QLabel) if one.isVisible())


def press(widget, beginning: str) -> None:
    QApplication.processEvents()
    found = [one for one in widget.findChildren(QPushButton) if one.text().startswith(beginning)]
    next(one for one in found if one.isVisible()).click()


def answer(qtbot, beginning: str) -> None:
    """Press a button of the question that is asked now."""
    qtbot.waitUntil(lambda: question() is not None)
    box = question()
    next(one for one in box.buttons() if one.text().startswith(beginning)).click()
    box.close()


def question() -> QMessageBox | None:
    boxes = [one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox)]
    return next((one for one in boxes if one.isVisible()), None)


def test_every_setting_can_be_reached_and_has_a_title(dialog: SettingsDialog) -> None:
    dialog.show_page("advanced")
    page = dialog.page("advanced")
    assert sorted(page.visible_keys()) == sorted(item.key for item in SETTINGS)
    assert [item.key for item in SETTINGS if item.key not in titles._titles()] == []
    shown = texts(page)
    assert [item.key for item in SETTINGS if item.description not in shown] == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("battery", "pace.mode"),
        ("THREADS", "models.threads"),
        ("index.ocr", "index.ocr"),
        ("gitignore syntax secrets", "index.secrets"),
    ],
)
def test_settings_are_found_by_any_word(dialog: SettingsDialog, words: str, found: str) -> None:
    dialog.show_page("advanced")
    page = dialog.page("advanced")
    page.search.setText(words)
    assert found in page.visible_keys()
    assert len(page.visible_keys()) < len(SETTINGS) / 2
    page.search.setText("nothing has this")
    assert page.visible_keys() == []
    assert "No setting has these words." in texts(page)


def test_each_kind_of_setting_is_changed_through_the_service(dialog, client: PagesClient, qtbot) -> None:
    check = row(dialog, "index.hidden").control
    number = row(dialog, "index.max_pages").control
    choice = row(dialog, "pace.mode").control
    text = row(dialog, "models.image").control
    lines = row(dialog, "index.skip").control
    assert isinstance(check, QCheckBox)
    assert isinstance(number, QSpinBox)
    assert isinstance(choice, QComboBox)
    check.click()
    number.setValue(70)
    choice.setCurrentIndex(choice.findData("quiet"))
    text.setText("off")
    text.editingFinished.emit()
    lines.setPlainText("*.iso\n\n  *.tmp ")
    lines.left.emit()
    wanted = {
        "index.hidden": True,
        "index.max_pages": 70,
        "pace.mode": "quiet",
        "models.image": "off",
        "index.skip": ["*.iso", "*.tmp"],
    }
    qtbot.waitUntil(lambda: all(client.values[key] == value for key, value in wanted.items()))


def test_the_default_is_one_click_away(dialog, client: PagesClient, qtbot) -> None:
    shown = row(dialog, "index.max_pages")
    assert not shown._reset.isVisible()
    shown.control.setValue(70)
    assert shown._reset.isVisible()
    shown._reset.click()
    qtbot.waitUntil(lambda: client.values["index.max_pages"] == 5000 and not shown._reset.isVisible())


def test_a_refused_value_is_taken_back_and_said(dialog, client: PagesClient, qtbot) -> None:
    client.errors["models.image"] = REFUSED
    control = row(dialog, "models.image").control
    control.setText("nonsense")
    control.editingFinished.emit()
    qtbot.waitUntil(lambda: control.text() == "auto")
    assert "That cannot be." in texts(dialog)


def test_two_controls_of_one_setting_agree(dialog, client: PagesClient, qtbot) -> None:
    one, other = row(dialog, "pace.mode").control, row(dialog, "pace.mode", "pace").control
    other.setCurrentIndex(other.findData("full"))
    assert one.currentData() == "full"
    qtbot.waitUntil(lambda: client.values["pace.mode"] == "full")
    assert len(client.orders("change_settings")) == 1


def test_scrolling_over_a_control_changes_nothing(dialog) -> None:
    control = row(dialog, "index.max_pages").control
    before = control.value()
    control.clearFocus()
    turn = QWheelEvent(QPointF(5, 5), QPointF(5, 5), QPoint(0, 120), QPoint(0, 120), Qt.MouseButton.NoButton,
                       Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(control, turn)
    assert control.value() == before


def test_colours_and_letters_change_at_once(dialog, theme: Theme, client: PagesClient, qtbot) -> None:
    colours = row(dialog, "interface.theme", "looks").control
    colours.setCurrentIndex(colours.findData("dark"))
    row(dialog, "interface.text_size", "looks").control.setValue(120)
    assert theme.dark
    assert theme.text_size == 120
    language = row(dialog, "interface.language", "looks").control
    assert language.itemText(language.findData("zh_CN")) == "简体中文"
    language.setCurrentIndex(language.findData("zh_CN"))
    assert "started again" in texts(dialog)
    qtbot.waitUntil(lambda: client.values["interface.language"] == "zh_CN")


def test_an_answer_does_not_undo_a_change_that_came_after_its_question(session: Session, qtbot) -> None:
    values = Values(session)
    qtbot.waitUntil(lambda: values.known)
    before = values["interface.language"]
    values.set("interface.text_size", 120)
    values.set("interface.language", "zh_CN")
    values._taken(("interface.text_size", {"interface.text_size": 120, "interface.language": before}))
    assert values["interface.language"] == "zh_CN"
    assert values["interface.text_size"] == 120


@pytest.mark.parametrize("page", PAGES)
def test_every_control_has_a_name(dialog, session: Session, page: str) -> None:
    session.status.emit(status(DONE, GONE))
    dialog.show_page(page)
    QApplication.processEvents()
    nameless = [
        type(one).__name__
        for kind in (QAbstractButton, QComboBox, QSpinBox)
        for one in dialog.page(page).findChildren(kind)
        if one.isVisible()
        # The glass of a search field is a picture.
        and not isinstance(one.parent(), QLineEdit)
        and not (one.accessibleName() or getattr(one, "text", str)())
    ]
    assert nameless == []


def test_folders_are_added_and_removed(dialog, session: Session, client: PagesClient, qtbot) -> None:
    dialog.show_page("folders")
    page = dialog.page("folders")
    session.status.emit(status(DONE, GONE))
    assert GONE.reason in texts(page)
    page.add("/home/anna/New")
    qtbot.waitUntil(lambda: client.orders("add_folder") == [["/home/anna/New"]])
    page._ask_remove(GONE.path)
    answer(qtbot, "Remove")
    qtbot.waitUntil(lambda: client.orders("remove_folder") == [[GONE.path]])
    client.errors["add_folder"] = REFUSED
    page.add("/etc")
    qtbot.waitUntil(lambda: "Take another." in texts(page))


def test_what_was_left_out_can_be_taken_back(dialog, client: PagesClient, qtbot) -> None:
    page = dialog.page("folders")
    qtbot.waitUntil(lambda: "/home/anna/Documents/old" in texts(page))
    press(page, "Search it again")
    qtbot.waitUntil(lambda: "/home/anna/Documents/old" not in texts(page))
    assert client.left_out == []


def test_models_are_shown_by_family_and_size(dialog, client: PagesClient, qtbot) -> None:
    dialog.show_page("models")
    page = dialog.page("models")
    qtbot.waitUntil(lambda: "Starter" in texts(page))
    shown = texts(page)
    assert "For pictures" in shown
    assert "In use" in shown
    big = page._cards["text/Big"]
    assert big.chosen.id == "big-Q4"
    assert "It fits." in texts(big)
    big._sizes.setCurrentIndex(1)
    assert "Too large." in texts(big)
    press(big, "Download")
    qtbot.waitUntil(lambda: client.orders("download_model") == [["big-F16"]])


def test_a_download_is_followed_paused_and_said_to_fail(dialog, session, client: PagesClient, qtbot) -> None:
    dialog.show_page("models")
    page = dialog.page("models")
    qtbot.waitUntil(lambda: "Starter" in texts(page))
    big = page._cards["text/Big"]
    going = {"id": "big-Q4", "state": "running", "bytes_done": 500, "bytes_total": 2000}
    session.event.emit(Event(1, 0.0, "model.download", going))
    assert "500 bytes of 2.0 kB" in texts(big)
    assert big._bar.value() == 250
    press(big, "Pause")
    qtbot.waitUntil(lambda: client.orders("pause_download") == [["big-Q4", False]])
    broken = DownloadStatus("big-Q4", DownloadState.FAILED, 500, 2000, message="No room.", hint="Free some.")
    client.listed[1] = model("big-Q4", family="Big", quantization="Q4", download=broken)
    failed = {**going, "state": "failed", "message": "No room.", "hint": "Free some."}
    session.event.emit(Event(2, 0.0, "model.download", failed))
    assert "No room. Free some." in texts(big)
    press(big, "Resume download")
    qtbot.waitUntil(lambda: client.orders("download_model") == [["big-Q4"]])


def test_another_text_model_is_used_after_its_cost_was_said(dialog, client: PagesClient, qtbot) -> None:
    client.listed[1] = model("big-Q4", family="Big", installed=True)
    dialog.show_page("models")
    page = dialog.page("models")
    qtbot.waitUntil(lambda: "text/Big" in page._cards)
    press(page._cards["text/Big"], "Use this model")
    qtbot.waitUntil(lambda: question() is not None)
    asked = question()
    assert "1 h 30 min" in asked.informativeText()
    assert words.passages(42_000) in asked.informativeText()
    answer(qtbot, "Change")
    qtbot.waitUntil(lambda: client.orders("use_model") == [["big-Q4"]])


def test_a_model_is_verified_and_removed(dialog, client: PagesClient, qtbot) -> None:
    client.listed[3] = model("eyes", "image", installed=True)
    dialog.show_page("models")
    page = dialog.page("models")
    qtbot.waitUntil(lambda: "image/eyes" in page._cards)
    eyes = page._cards["image/eyes"]
    assert [act for act, _, _ in eyes._acts(eyes.chosen)] == ["verify", "remove"]
    eyes.asked.emit("verify", "eyes")
    qtbot.waitUntil(lambda: "All is as published." in texts(eyes))
    eyes.asked.emit("remove", "eyes")
    qtbot.waitUntil(lambda: client.orders("remove_model") == [["eyes"]])
    press(eyes, "Use this model")
    qtbot.waitUntil(lambda: client.orders("use_model") == [["eyes"]])


def test_a_change_can_be_called_off_and_taken_back(dialog, session, client: PagesClient, qtbot) -> None:
    dialog.show_page("models")
    page = dialog.page("models")
    session.status.emit(status(DONE, switch=SwitchStatus("big-Q4", "building", 100, 400, 60.0)))
    assert "100 of 400" in texts(page)
    press(page, "Cancel")
    qtbot.waitUntil(lambda: client.orders("cancel_switch") == [[]])
    session.status.emit(status(DONE, switch=SwitchStatus("big-Q4", "ready", previous="starter")))
    press(page, "Go back")
    qtbot.waitUntil(lambda: client.orders("rollback_model") == [[]])


def test_figures_by_language_are_shown_on_demand(dialog, qtbot) -> None:
    dialog.show_page("models")
    page = dialog.page("models")
    qtbot.waitUntil(lambda: "text/Starter" in page._cards)
    starter = page._cards["text/Starter"]
    press(starter, "By language")
    assert starter._figures.accessibleName() == "English 93 %, Deutsch 71 %"


def test_privacy_says_what_is_kept_and_who_was_spoken_to(dialog, client: PagesClient, qtbot) -> None:
    dialog.show_page("privacy")
    page = dialog.page("privacy")
    qtbot.waitUntil(lambda: "/data/texts" in texts(page))
    assert "2.0 MB" in texts(page)
    assert "None since" in texts(page)
    client.report = PrivacyReport(client.report.places, (SPOKEN,), client.report.since)
    page.shown()
    qtbot.waitUntil(lambda: "models.example" in texts(page))
    assert "None since" not in texts(page)


def test_forgetting_asks_once(dialog, client: PagesClient, qtbot) -> None:
    dialog.show_page("privacy")
    page = dialog.page("privacy")
    press(page, "Forget everything…")
    answer(qtbot, "Cancel")
    assert client.orders("forget_everything") == []
    press(page, "Forget everything…")
    answer(qtbot, "Forget everything")
    qtbot.waitUntil(lambda: client.orders("forget_everything") == [[]])


def test_failures_are_listed_with_reason_and_tried_again(dialog, client: PagesClient, qtbot) -> None:
    dialog.show_page("failures")
    page = dialog.page("failures")
    qtbot.waitUntil(lambda: page._list.count() == 2)
    assert page._list.item(0).text().startswith("a.pdf")
    page._list.setCurrentRow(0)
    assert page._message.toPlainText() == "It is locked.\nUnlock it."
    press(page, "Try again")
    qtbot.waitUntil(lambda: client.orders("retry") == [[["/home/anna/a.pdf"]]])
    press(page, "Try all again")
    qtbot.waitUntil(lambda: client.orders("retry")[-1] == [[]])


def test_the_pace_is_explained_and_changed_for_a_while(dialog, session, client: PagesClient, qtbot) -> None:
    dialog.show_page("pace")
    page = dialog.page("pace")
    session.status.emit(status(DONE))
    assert "Now: Balanced" in texts(page)
    assert "you are active" in texts(page)
    press(page, "Full speed")
    qtbot.waitUntil(lambda: client.orders("set_pace") == [["full", 3600.0]])
    session.status.emit(status(DONE, pace="full", reason="you asked for it, for 60 min"))
    press(page, "Automatic again")
    qtbot.waitUntil(lambda: client.orders("set_pace")[-1] == ["auto", None])
