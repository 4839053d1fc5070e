"""The pages that are little more than settings: pace and power, and looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from qwen_finder.gui import pausing, words
from qwen_finder.gui.pieces import Elided, button, card, label, row
from qwen_finder.gui.settings.page import Page
from qwen_finder.gui.settings.values import Values
from qwen_finder.gui.situation import paused_by_user

if TYPE_CHECKING:
    from qwen_finder.api.wire.status import ServiceStatus
    from qwen_finder.gui.session import Session
    from qwen_finder.gui.theme import Theme


class PacePage(Page):
    """How hard indexing works, and why just now."""

    def __init__(self, session: Session, theme: Theme, values: Values) -> None:
        super().__init__(
            theme,
            self.tr("Pace and power"),
            self.tr("Indexing waits for you: it is slower while you work, and stops on a low battery."),
        )
        self._session = session
        frame, inside = card(theme)
        self._now = label("", "strong", wrap=True)
        self._why = label("", "muted", wrap=True)
        inside.addWidget(self._now)
        inside.addWidget(self._why)
        buttons = row(theme)
        self._resume = button(self.tr("Resume"), "primary")
        self._resume.clicked.connect(lambda: pausing.resume(session, self.note.tell))
        self._full = button(self.tr("Full speed for 1 hour"))
        self._full.clicked.connect(lambda: pausing.set_pace(session, "full", 3600.0, self.note.tell))
        buttons.addWidget(self._resume)
        buttons.addWidget(self._full)
        buttons.addStretch(1)
        inside.addLayout(buttons)
        self.body.addWidget(frame)
        self.add_settings(["pace.mode", "pace.idle_minutes"], values)
        self.add_settings(
            ["models.threads", "models.idle_minutes", "index.workers", "index.min_free_mb"],
            values,
            self.tr("What it may take"),
        )
        self.body.addStretch(1)
        session.status.connect(self._status_came)
        if session.last_status is not None:
            self._status_came(session.last_status)

    def _status_came(self, status: ServiceStatus) -> None:
        engine = status.engine
        self._now.setText(self.tr("Now: {pace}").format(pace=words.pace(engine.pace)))
        self._why.setText(words.pace_reason(engine.pace_reason))
        asked = paused_by_user(status) or engine.pace_reason.startswith("you asked for it")
        self._resume.setText(self.tr("Resume") if engine.pace == "paused" else self.tr("Automatic again"))
        self._resume.setVisible(asked)
        self._full.setVisible(not asked)


class LooksPage(Page):
    """Language, colours, size of letters; a change of colours and letters is seen at once."""

    def __init__(self, session: Session, theme: Theme, values: Values) -> None:
        super().__init__(theme, self.tr("Language and appearance"))
        self._values = values
        self._spoken = values["interface.language"]
        self.add_settings(["interface.language"], values)
        self._later = label(
            self.tr("The language changes when the window is started again."), "warning", wrap=True
        )
        self._later.hide()
        self.body.addWidget(self._later)
        self.add_settings(["interface.theme", "interface.text_size"], values)
        self.body.addWidget(label(self.tr("A look at it"), "heading"))
        self.body.addWidget(_sample(theme))
        self.add_settings(["interface.keep_history", "search.limit"], values, self.tr("Searching"))
        self.body.addStretch(1)
        values.changed.connect(self._changed)

    def _changed(self, key: str) -> None:
        if key == "":
            self._spoken = self._values["interface.language"]
        self._later.setVisible(self._values["interface.language"] != self._spoken)


def _sample(theme: Theme) -> QWidget:
    frame, inside = card(theme)
    inside.addWidget(Elided("Reisekosten 2024.pdf", "strong"))
    inside.addWidget(label("… 会议纪要 · ملاحظات · протокол …", "muted"))
    return frame
