"""``gui``: the window and its tray icon."""

from __future__ import annotations

from collections.abc import Sequence

from qwen_finder.cli.arguments import Parser
from qwen_finder.cli.context import Context


def run(argv: Sequence[str], context: Context) -> int:
    parser = Parser("qwen-finder gui", "Open the window, or raise the one that is open.")
    parser.add_argument("--hidden", action="store_true", help="start in the tray, without a window")
    parser.add_argument(
        "--toggle", action="store_true", help="hide the window when it is in front (for a global shortcut)"
    )
    args = parser.parse_args(argv)
    return context.run_window(hidden=args.hidden, toggle=args.toggle)
