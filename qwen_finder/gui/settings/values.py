"""The settings in force as the service last said, and the way to change one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from qwen_finder.settings.schema import BY_KEY, Value

if TYPE_CHECKING:
    from qwen_finder.core.errors import FinderError
    from qwen_finder.gui.session import Session


class Values(QObject):
    """Holds the defaults until the service has answered. A change shows at once and is taken back when the
    service refuses it, which ``failed`` tells."""

    changed = Signal(str)
    """The key whose value is another now, "" for all of them."""
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._values: dict[str, Any] = {key: setting.default for key, setting in BY_KEY.items()}
        self.known = False
        # Changes that are under way: an answer to an earlier question does not hold them yet.
        self._sent: Counter[str] = Counter()
        session.connection.connect(self._connection_changed)
        self.load()

    def __getitem__(self, key: str) -> Value:
        value: Value = self._values[key]
        return value

    def load(self) -> None:
        self._session.ask(lambda client: client.settings(), self._came, self.failed.emit, lane="settings")

    def set(self, key: str, value: Value) -> None:
        if self._values.get(key) == value and self.known:
            return
        before = self._values[key]
        self._values[key] = value
        self._sent[key] += 1
        self.changed.emit(key)

        def refused(error: FinderError) -> None:
            self._sent[key] -= 1
            self._values[key] = before
            self.changed.emit(key)
            self.failed.emit(error)

        self._session.ask(lambda client: (key, client.change_settings({key: value})), self._taken, refused)

    def _taken(self, answer: tuple[str, dict[str, Any]]) -> None:
        key, values = answer
        self._sent[key] -= 1
        self._came(values)

    def _came(self, values: dict[str, Any]) -> None:
        settled = {key: value for key, value in values.items() if not self._sent[key]}
        changed = [key for key, value in settled.items() if self._values.get(key) != value]
        self._values.update(settled)
        first, self.known = not self.known, True
        if first:
            self.changed.emit("")
        else:
            for key in changed:
                self.changed.emit(key)

    def _connection_changed(self, state: str, _error: object) -> None:
        # Somebody else may have changed them while the service was away.
        if state == "connected":
            self.load()
