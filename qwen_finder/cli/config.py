"""``config``: settings by key. The file is enough; a running service is told, so that it obeys."""

from __future__ import annotations

from collections.abc import Sequence

from qwen_finder import __version__
from qwen_finder.cli.arguments import Parser
from qwen_finder.cli.console import BOLD, DIM
from qwen_finder.cli.context import Context
from qwen_finder.cli.text import visible
from qwen_finder.settings.schema import SETTINGS, Value, setting
from qwen_finder.settings.store import load, save

_WHERE = "config"


def run(argv: Sequence[str], context: Context) -> int:
    args = _parser().parse_args(argv)
    console, file = context.console, context.paths.settings_file
    if args.action == "path":
        console.line(visible(str(file)))
    elif args.action == "list":
        values = load(file)
        for item in SETTINGS:
            value = values[item.key]
            changed = "" if value == item.default else f" (default {_text(item.default)})"
            console.line(f"{console.paint(item.key, BOLD)} = {visible(_text(value))}{changed}")
            console.line(f"    {console.paint(item.description, DIM)}")
    elif args.action == "get":
        console.line(visible(_text(load(file)[setting(args.key, _WHERE).key])))
    else:
        _set(args.key, args.value, context)
    return 0


def _parser() -> Parser:
    parser = Parser("qwen-finder config", "Show and change settings.")
    actions = parser.add_subparsers(dest="action", required=True, metavar="list | get | set | path")
    actions.add_parser("list", help="show all settings and what they mean")
    get = actions.add_parser("get", help="show one setting")
    get.add_argument("key", metavar="KEY")
    change = actions.add_parser("set", help="change one setting; lists are separated by commas")
    change.add_argument("key", metavar="KEY")
    change.add_argument("value", metavar="VALUE")
    actions.add_parser("path", help="show where the settings file is")
    return parser


def _set(key: str, text: str, context: Context) -> None:
    value = setting(key, _WHERE).parse(text, _WHERE)
    # A file with a mistake in it is refused before anything is added to it.
    load(context.paths.settings_file)
    launcher = context.launcher(start=False)
    running = launcher.running()
    if running is not None and running.version == __version__:
        from qwen_finder.api.client import Client

        Client(launcher).change_settings({key: value})
        return
    save(context.paths.settings_file, key, value)


def _text(value: Value) -> str:
    """As ``config set`` takes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(value) if isinstance(value, list) else str(value)
