"""What a person reads of the files that are not in the index: the few that are broken before the many."""

from __future__ import annotations

from dataclasses import dataclass, field

from qwen_finder.cli import failures
from qwen_finder.cli.console import Console
from qwen_finder.core.document import FileState
from qwen_finder.core.status import Failure

BY_NAME = "It is found by its name only."


@dataclass
class Room:
    """A context whose service knows these failures, and a terminal."""

    known: list[Failure]
    console: Console = field(default_factory=lambda: Console({"NO_COLOR": "1"}))

    def __post_init__(self):
        self.console.interactive = True

    def client(self, *, start=True):
        return self

    def failures(self):
        return self.known


def shown(capsysbinary, known, *argv):
    assert failures.run(argv, Room(known)) == 0
    out, err = capsysbinary.readouterr()
    return out.decode(), err.decode()


def pictures(number):
    return [
        Failure(f"/p/{n}.png", FileState.SKIPPED, "file.no_reader", f"/p/{n}.png is not read.", BY_NAME)
        for n in range(number)
    ]


def test_a_few_broken_files_do_not_drown_among_many_pictures(capsysbinary):
    broken = Failure("/a.zip", FileState.FAILED, "file.broken", "/a.zip is not whole.", "Fetch it again.")
    out, err = shown(capsysbinary, [*pictures(1_700), broken])
    assert out == (
        "Damaged or cut off: 1 file, failed  file.broken\n"
        "  Fetch it again.\n"
        "    /a.zip\n"
        "      It is not whole.\n"
        "\n"
        "Kinds of files whose text is not read: 1,700 files, found by name only  file.no_reader\n"
        + "".join(f"    /p/{n}.png\n      It is not read.\n" for n in range(5))
        + "    … and 1,695 more: 1,695 .png\n\n"
    )
    assert err == (
        "1,701 files: 1 failed, 1,700 found by name only.\n`qwen-finder failures --all` names every one.\n"
    )
    assert shown(capsysbinary, pictures(1_700), "--all")[0].count(".png\n") == 1_700


def test_the_rare_ones_of_many_are_named(capsysbinary):
    known = [
        *(Failure(f"/{n}.png", FileState.FAILED, "file.broken", "Damaged.", "") for n in range(300)),
        Failure("/b.docx", FileState.FAILED, "file.broken", "/b.docx is damaged.", ""),
        Failure("/c.gz", FileState.FAILED, "file.broken", "/c.gz › c.html is a bomb.", ""),
    ]
    out, _ = shown(capsysbinary, known)
    assert out.splitlines()[1:5] == [
        "    /b.docx",
        "      It is damaged.",
        "    /c.gz",
        "      c.html is a bomb.",
    ]
    assert "… and 297 more: 297 .png" in out


def test_hints_that_differ_stand_with_their_files(capsysbinary):
    known = [
        Failure("/a.zip", FileState.FAILED, "file.broken", "/a.zip is cut off.", "Fetch it again."),
        Failure("/b.ipynb", FileState.FAILED, "file.broken", "/b.ipynb is no notebook.", "Save it again."),
    ]
    assert "It is cut off. Fetch it again.\n" in shown(capsysbinary, known)[0]


def test_what_a_title_says_is_not_said_again(capsysbinary):
    known = [Failure("/a.txt", FileState.SKIPPED, "file.empty", "/a.txt is empty.", BY_NAME)]
    assert shown(capsysbinary, known)[0] == "Empty: 1 file, found by name only  file.empty\n    /a.txt\n\n"


def test_kinds_of_what_is_not_named(capsysbinary):
    known = pictures(12) + [
        Failure(f"/q/{n}", FileState.SKIPPED, "file.no_reader", "Not read.", BY_NAME) for n in range(3)
    ]
    assert "… and 10 more: 10 .png\n" in shown(capsysbinary, known)[0]
    assert (
        "… and 7 more: without extension\n"
        in shown(
            capsysbinary,
            [Failure(f"/q/{n}", FileState.SKIPPED, "file.binary", "x", BY_NAME) for n in range(12)],
        )[0]
    )


def test_nothing_failed(capsysbinary):
    assert shown(capsysbinary, []) == ("", "Every file is in the index.\n")
