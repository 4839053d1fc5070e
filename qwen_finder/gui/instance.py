"""One window for each user and home: a second start speaks to the first one and ends.

A local socket named after the home folder is the lock; what is said over it is one word.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

WORDS = ("raise", "toggle", "hidden")
_PATIENCE_MS = 1_000


class Instance(QObject):
    """``first`` tells whether this is the only one; then ``asked`` tells the word of each later start."""

    asked = Signal(str)

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Names of sockets are short and know no slashes.
        self._name = (
            "qwen-finder-" + hashlib.sha256(str(home).encode("utf-8", "surrogateescape")).hexdigest()[:24]
        )
        self._server: QLocalServer | None = None

    def first(self, word: str) -> bool:
        """Become the one, or say ``word`` to who is it already."""
        if self._say(word):
            return False
        # What a crashed one left behind. Nobody answers there, so nobody is robbed.
        QLocalServer.removeServer(self._name)
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        if not server.listen(self._name):
            # Another one was faster by a hair.
            return not self._say(word)
        server.newConnection.connect(self._listen)
        self._server = server
        return True

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _say(self, word: str) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_PATIENCE_MS):
            return False
        socket.write(word.encode("ascii"))
        socket.waitForBytesWritten(_PATIENCE_MS)
        socket.disconnectFromServer()
        return True

    def _listen(self) -> None:
        server = self._server
        while server is not None and (socket := server.nextPendingConnection()) is not None:
            socket.readyRead.connect(lambda socket=socket: self._hear(socket))
            socket.disconnected.connect(socket.deleteLater)
            if socket.bytesAvailable():
                self._hear(socket)

    def _hear(self, socket: QLocalSocket) -> None:
        word = bytes(socket.readAll().data()).decode("ascii", "replace")
        if word in WORDS:
            self.asked.emit(word)
