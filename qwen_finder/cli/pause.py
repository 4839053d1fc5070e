"""``pause``: no indexing for a while, or until ``resume``; searching goes on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qwen_finder.cli.arguments import Parser, add_no_start
from qwen_finder.cli.context import Context
from qwen_finder.core.errors import UsageError

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_TIME = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*([smhd])", re.ASCII)


def run(argv: Sequence[str], context: Context) -> int:
    parser = Parser(
        "qwen-finder pause", "Stop indexing, now and after a restart, until the time is over or `resume`."
    )
    parser.add_argument("--for", dest="time", metavar="TIME", help="such as 30m, 1h or 2d")
    add_no_start(parser)
    args = parser.parse_args(argv)
    seconds = None if args.time is None else seconds_of(args.time)
    _, reason = context.client(start=not args.no_start).set_pace("paused", seconds)
    context.console.talk(f"Indexing is paused {reason}.")
    return 0


def seconds_of(text: str) -> float:
    """The seconds that ``30m``, ``1h``, ``1.5h`` or ``2d`` mean. Raises UsageError for anything else."""
    match = _TIME.fullmatch(text.strip().lower())
    seconds = float(match[1]) * _SECONDS[match[2]] if match else 0.0
    if not seconds:
        raise UsageError("usage", f"--for takes a time such as 30m, 1h or 2d, not {text!r}.")
    return seconds
