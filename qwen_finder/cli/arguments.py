"""Command-line arguments as every command takes them."""

from __future__ import annotations

import argparse
import os

from qwen_finder.core.errors import UsageError

# The real one would load `typing`, which a query has no other use for.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


class Parser(argparse.ArgumentParser):
    """Refuses wrong usage as a UsageError, and no abbreviation: a new option must not change old scripts."""

    def __init__(self, prog: str, description: str = "", epilog: str = "", **options: Any) -> None:
        super().__init__(
            prog,
            description=description,
            epilog=epilog,
            formatter_class=_formatter,
            allow_abbrev=False,
            **options,
        )

    def error(self, message: str) -> NoReturn:
        raise UsageError("usage", f"{message[:1].upper()}{message[1:]}.", f"See `{self.prog} --help`.")


def _formatter(prog: str) -> argparse.HelpFormatter:
    """Shows the epilog as it stands, and asks for the width without the archives that shutil loads."""
    try:
        columns = os.get_terminal_size().columns
    except OSError:
        columns = 0
    return argparse.RawDescriptionHelpFormatter(prog, width=max((columns or 80) - 2, 40))


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")


def add_no_start(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-start", action="store_true", help="fail instead of starting the service when it is not running"
    )


def absolute(folder: str) -> str:
    """``folder``, or file, as the service, which runs elsewhere, has to be told."""
    if not folder:
        raise UsageError("usage", "A file's or folder's name cannot be empty.", "`.` is the current folder.")
    return os.path.abspath(os.path.expanduser(folder))
