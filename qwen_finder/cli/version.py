"""``version``: which one this is."""

from __future__ import annotations

from collections.abc import Sequence

from qwen_finder import __version__
from qwen_finder.cli.arguments import Parser
from qwen_finder.cli.context import Context


def run(argv: Sequence[str], context: Context) -> int:
    Parser("qwen-finder version", "Show the version.").parse_args(argv)
    context.console.line(f"qwen-finder {__version__}")
    return 0
