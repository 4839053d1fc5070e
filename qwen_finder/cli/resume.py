"""``resume``: indexing goes on, at the pace that settings and machine allow."""

from __future__ import annotations

from collections.abc import Sequence

from qwen_finder.cli.arguments import Parser, add_no_start
from qwen_finder.cli.context import Context


def run(argv: Sequence[str], context: Context) -> int:
    parser = Parser("qwen-finder resume", "Go on with indexing after a pause.")
    add_no_start(parser)
    args = parser.parse_args(argv)
    mode, reason = context.client(start=not args.no_start).set_pace("auto")
    sentence = "Indexing is still paused" if mode == "paused" else f"Indexing goes on; pace {mode}"
    context.console.talk(f"{sentence}: {reason}.")
    return 0
