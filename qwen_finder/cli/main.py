"""Dispatch: the first word names the module that is imported, and nothing else is.

The exit codes are a contract: 0 done or found, 1 nothing found or a check failed, 2 wrong usage, 3 the
service or a model is not usable, 4 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from qwen_finder.cli.context import Context
from qwen_finder.core.errors import FinderError, UnusableError, UsageError

PROGRAM = "qwen-finder"
INTERRUPTED = 4

COMMANDS = {
    "query": "find files by meaning, words or name",
    "similar": "find files like one that you name",
    "folders": "list, add or remove the folders that are searched",
    "index": "look at the folders now and index what is new",
    "pause": "stop indexing for a while",
    "resume": "go on with indexing",
    "status": "folders, progress, model, memory and index size",
    "failures": "files that could not be indexed, and why",
    "models": "list, download, use and remove models",
    "config": "show and change settings",
    "service": "start and stop the background service",
    "gui": "open the window",
    "doctor": "check everything, with a cure for what is wrong",
    "version": "show the version",
}


# The real one would load `typing`, which a query has no other use for.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from qwen_finder.cli.context import RunWindow

    class Command(Protocol):
        def run(self, argv: Sequence[str], context: Context) -> int: ...


def main(argv: Sequence[str], *, run_service: Callable[[], int], run_window: RunWindow) -> int:
    """Run the command that ``argv`` asks for; returns its exit code."""
    context = Context(run_service, run_window)
    try:
        code = _dispatch(argv, context)
        context.console.flush()
    except FinderError as error:
        context.console.error(error.message, error.hint)
        return error.exit_code
    except KeyboardInterrupt:
        context.console.talk("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        # `| head` has seen enough.
        _abandon_output()
        return 0
    except OSError as error:
        _abandon_output()
        context.console.error(f"{error}.")
        return UnusableError.exit_code
    return code


def _abandon_output() -> None:
    """What Python still holds for stdout must not fail again when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _dispatch(argv: Sequence[str], context: Context) -> int:
    if not argv or argv[0] in ("-h", "--help", "help"):
        _show_help(context)
        return 0 if argv else UsageError.exit_code
    name = "version" if argv[0] == "--version" else argv[0]
    if name not in COMMANDS:
        raise UsageError("usage", f"There is no command {name!r}.", _suggestion(name))
    command: Command = import_module(f"qwen_finder.cli.{name}")
    try:
        return command.run(argv[1:], context)
    except SystemExit as end:
        # argparse has printed the help.
        return int(end.code or 0)


def _show_help(context: Context) -> None:
    console = context.console
    console.line(f"usage: {PROGRAM} COMMAND …\n\nFind any file by meaning, on your own machine.\n")
    for name, summary in COMMANDS.items():
        console.line(f"  {name:<10} {summary}")
    console.line(f"\n`{PROGRAM} COMMAND --help` says more. Begin with `{PROGRAM} folders add DIR`.")


def _suggestion(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, COMMANDS, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"`{PROGRAM} --help` lists the commands."
