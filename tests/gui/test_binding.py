"""That the Qt binding itself can be lived with: 6.12.0 could not on Python 3.11."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject


def test_calls_without_a_result_leave_none_alone(qapp) -> None:
    called = QObject()
    before = sys.getrefcount(None)
    for _ in range(500):
        called.setObjectName("x")
    assert abs(sys.getrefcount(None) - before) < 50
