"""The two streams of a command: data to stdout, talk to stderr, and what each of them can show."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from qwen_finder.api.wire.text import dumps
from qwen_finder.cli.text import visible

# The real one would load `typing`, which a query has no other use for.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

RESET = "\x1b[0m"
BOLD = "\x1b[1m"
DIM = "\x1b[2m"
RED = "\x1b[31m"
GREEN = "\x1b[32m"
YELLOW = "\x1b[33m"
CYAN = "\x1b[36m"


class Console:
    """Writes for people or programs. ``colours`` and ``talk_colours``: whether escapes may be used."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        env = os.environ if environ is None else environ
        plain = bool(env.get("NO_COLOR")) or env.get("TERM") == "dumb"
        self.interactive = sys.stdout.isatty()
        self.talk_interactive = sys.stderr.isatty() and env.get("TERM") != "dumb"
        self.colours = self.interactive and not plain
        self.talk_colours = self.talk_interactive and not plain

    @property
    def width(self) -> int:
        """Columns of the terminal, 80 when there is none."""
        return _columns(sys.stdout)

    @property
    def talk_width(self) -> int:
        """Columns that a line of talk may fill without the cursor going on to the next line."""
        return _columns(sys.stderr) - 1

    def line(self, text: str = "") -> None:
        """A line of data for people. ``text`` must not hold foreign characters (see ``cli.text``)."""
        self.write(_encode(text + "\n", sys.stdout))

    def write(self, content: bytes) -> None:
        """Data as bytes, as they are."""
        sys.stdout.flush()
        sys.stdout.buffer.write(content)

    def json(self, value: object, *, compact: bool = False) -> None:
        """JSON data; ``compact`` keeps it on one line."""
        self.write(dumps(value, indent=None if compact else 2) + b"\n")

    def talk(self, text: str) -> None:
        """A sentence for the person, never part of the data."""
        sys.stderr.flush()
        sys.stderr.buffer.write(_encode(text + "\n", sys.stderr))
        sys.stderr.buffer.flush()

    def error(self, message: str, hint: str = "") -> None:
        label = f"{RED}error:{RESET}" if self.talk_colours else "error:"
        self.talk(f"{label} {visible(message)}")
        if hint:
            self.talk(f"  {visible(hint)}")

    def paint(self, text: str, *styles: str) -> str:
        """``text`` in ``styles`` where the terminal shows them."""
        return f"{''.join(styles)}{text}{RESET}" if self.colours and styles else text

    def link(self, text: str, uri: str) -> str:
        """``text``, clickable where the terminal can do that (OSC 8)."""
        return f"\x1b]8;;{visible(uri)}\x1b\\{text}\x1b]8;;\x1b\\" if self.colours else text

    def flush(self) -> None:
        sys.stdout.flush()


class ProgressLine:
    """One line on stderr that is written over and over; silent when stderr is no terminal."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._shown = False

    def show(self, text: str) -> None:
        """``text`` must fit ``talk_width`` and hold no foreign characters."""
        if self._console.talk_interactive:
            sys.stderr.buffer.write(_encode(f"\r\x1b[K{text}", sys.stderr))
            sys.stderr.buffer.flush()
            self._shown = True

    def clear(self) -> None:
        if self._shown:
            sys.stderr.buffer.write(b"\r\x1b[K")
            sys.stderr.buffer.flush()
            self._shown = False


def _columns(stream: TextIO) -> int:
    try:
        columns = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        columns = 0
    # A terminal that does not know its size says 0.
    return max(columns or 80, 20)


def _encode(text: str, stream: TextIO) -> bytes:
    return text.encode(stream.encoding or "utf-8", "backslashreplace")
