"""``folders``: which folders are searched."""

from __future__ import annotations

from collections.abc import Sequence

from qwen_finder.api.wire.status import folder_to_json
from qwen_finder.cli.arguments import Parser, absolute, add_json, add_no_start
from qwen_finder.cli.context import Context
from qwen_finder.cli.text import visible
from qwen_finder.cli.units import count
from qwen_finder.core.errors import FolderError
from qwen_finder.core.status import FolderStatus


def run(argv: Sequence[str], context: Context) -> int:
    args = _parser().parse_args(argv)
    client, code = context.client(start=not args.no_start), 0
    if args.action == "list":
        folders = client.folders()
    else:
        folders = []
        act = client.add_folder if args.action == "add" else client.remove_folder
        for folder in args.folders:
            try:
                folders.append(act(absolute(folder)))
            except FolderError as error:
                # The other folders are none the worse for it.
                context.console.error(error.message, error.hint)
                code = error.exit_code
    if args.json:
        context.console.json({"folders": [folder_to_json(item) for item in folders]})
    elif args.action == "list":
        _show(folders, context)
    else:
        for folder in folders:
            context.console.talk(_done(args.action, folder))
    return code


def _parser() -> Parser:
    parser = Parser("qwen-finder folders", "List, add or remove the folders that are searched.")
    actions = parser.add_subparsers(dest="action", required=True, metavar="list | add | remove")
    listing = actions.add_parser("list", help="show the folders")
    add = actions.add_parser("add", help="search these folders too; indexing goes on in the background")
    remove = actions.add_parser("remove", help="forget these folders and delete what the index holds of them")
    for action in (add, remove):
        action.add_argument("folders", nargs="+", metavar="DIR")
    for action in (listing, add, remove):
        add_json(action)
        add_no_start(action)
    return parser


def _show(folders: Sequence[FolderStatus], context: Context) -> None:
    if not folders:
        context.console.talk("No folder is searched yet. Begin with `qwen-finder folders add DIR`.")
    for folder in folders:
        context.console.line(describe(folder))


def describe(folder: FolderStatus) -> str:
    """The folder on one line, for people."""
    files = folder.files
    parts = [f"{files.indexed:,} indexed"]
    others = (("pending", files.pending), ("skipped", files.skipped), ("failed", files.failed))
    parts += [f"{number:,} {state}" for state, number in others if number]
    reason = f": {visible(folder.reason)}" if folder.reason else ""
    return f"{visible(folder.path)}  {', '.join(parts)}  ({folder.mode}{reason})"


def _done(action: str, folder: FolderStatus) -> str:
    name = visible(folder.path)
    if action == "add":
        return f"{name} is being indexed. `qwen-finder status` shows how far it is."
    held = folder.files.indexed + folder.files.pending + folder.files.skipped + folder.files.failed
    return f"{name} and its {count(held, 'file')} are no longer in the index."
