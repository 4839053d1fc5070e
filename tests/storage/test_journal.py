"""The journal of files in flight, read by another process after a kill."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

from qwen_finder.storage.journal import CrashJournal

_WORK_AND_DIE = """
import os, signal, sys
from pathlib import Path
from qwen_finder.storage.journal import CrashJournal
journal = CrashJournal(Path(sys.argv[1]))
journal.note("embedding", [7, 8, 9])
journal.note("embedding", [8, 9])
for file in range(1000, 1200):
    journal.note("reading", [file])
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_process_leaves_what_it_was_working_on(tmp_path: Path) -> None:
    path = tmp_path / "in-flight"
    subprocess.run([sys.executable, "-c", _WORK_AND_DIE, str(path)], check=False)
    journal = CrashJournal(path)
    assert journal.left_over == (1199, 8, 9)
    journal.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_orderly_end_leaves_nothing(tmp_path: Path) -> None:
    journal = CrashJournal(tmp_path / "in-flight")
    assert journal.left_over == ()
    journal.note("reading", [1])
    journal.close()
    journal.note("reading", [2])
    journal.close()
    again = CrashJournal(tmp_path / "in-flight")
    assert again.left_over == ()
    again.close()


def test_what_is_left_over_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "in-flight"
    CrashJournal(path).note("reading", [5])
    assert CrashJournal(path).left_over == (5,)
    assert CrashJournal(path).left_over == ()


def test_a_torn_or_foreign_file_accuses_nobody(tmp_path: Path) -> None:
    path = tmp_path / "in-flight"
    for content in (b"", b"\x05", b"\xff" * 9000, b"\x10" + bytes(7) + b"\x01" * 8):
        path.write_bytes(content)
        assert CrashJournal(path).left_over == ()


def test_more_files_than_a_slot_holds(tmp_path: Path) -> None:
    path = tmp_path / "in-flight"
    CrashJournal(path).note("embedding", list(range(2000)))
    assert CrashJournal(path).left_over == tuple(range(511))
