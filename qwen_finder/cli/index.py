"""``index``: look at the folders now; ``--wait`` until all is done, or say beforehand what it would cost."""

from __future__ import annotations

import time
from collections.abc import Sequence

from qwen_finder.api.client import Client
from qwen_finder.api.wire.status import ServiceStatus
from qwen_finder.cli.arguments import Parser, absolute, add_no_start
from qwen_finder.cli.console import ProgressLine
from qwen_finder.cli.context import Context
from qwen_finder.cli.progress import progress_line
from qwen_finder.cli.text import visible
from qwen_finder.cli.units import count, duration, size
from qwen_finder.core.status import Estimate

_FIRST_LOOK_S = 0.1
_LONGEST_PAUSE_S = 1.0

EXIT_UNUSABLE = 3


def run(argv: Sequence[str], context: Context) -> int:
    args = _parser().parse_args(argv)
    folders = [absolute(folder) for folder in args.folders]
    client = context.client(start=not args.no_start)
    if args.dry_run:
        _show_estimate(client.estimate(folders), context)
        return 0
    client.index(folders)
    if args.wait:
        status = _wait(client, folders, context)
        for notice in status.engine.notices:
            context.console.talk(visible(notice))
        files = status.engine.files
        context.console.talk(
            f"{count(files.indexed, 'file')} indexed, {files.skipped:,} skipped, {files.failed:,} failed."
        )
        # What is pending now waits for a model or for room on the disk: the notices say which.
        return EXIT_UNUSABLE if files.pending else 0
    return 0


def _parser() -> Parser:
    parser = Parser("qwen-finder index", "Look at the folders now and index what is new or changed.")
    parser.add_argument("folders", nargs="*", metavar="DIR", help="these folders only")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--wait", action="store_true", help="return when nothing is left to do")
    how.add_argument("--dry-run", action="store_true", help="say what it would cost and do nothing")
    add_no_start(parser)
    return parser


def _wait(client: Client, folders: Sequence[str], context: Context) -> ServiceStatus:
    """The status when nothing is left to do. Raises ServiceError when somebody stops the service."""
    following = client.following()
    line, pause = ProgressLine(context.console), _FIRST_LOOK_S
    process: int | None = None
    try:
        while not (status := following.status()).idle:
            if process not in (None, status.process.pid):
                # It crashed; the new one does not know that somebody waits.
                client.index(folders)
            process = status.process.pid
            if status.engine.progress is not None:
                line.show(progress_line(status.engine.progress, context.console.talk_width))
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE_S)
        return status
    finally:
        line.clear()


def _show_estimate(estimate: Estimate, context: Context) -> None:
    line = context.console.line
    line(f"{count(estimate.files, 'file')}, {size(estimate.bytes)}")
    others = f"{estimate.unchanged:,} unchanged, {estimate.skipped:,} skipped"
    line(f"{count(estimate.to_index, 'file')} to index, {others}")
    if estimate.pictures:
        line(f"{count(estimate.pictures, 'picture')} to look at, whose time is not in what follows")
    line(f"about {duration(estimate.seconds)}, {size(estimate.index_bytes)} of index")
