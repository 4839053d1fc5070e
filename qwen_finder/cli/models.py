"""``models``: which models there are, which is in use, having others. A module for each kind of verb."""

from __future__ import annotations

from collections.abc import Sequence

from qwen_finder.api.wire.models import model_to_json
from qwen_finder.cli.arguments import Parser, add_json, add_no_start
from qwen_finder.cli.context import Context
from qwen_finder.cli.models_fetch import add_fetch, run_fetch
from qwen_finder.cli.models_list import show_models
from qwen_finder.cli.models_use import add_use, run_use


def run(argv: Sequence[str], context: Context) -> int:
    parser = Parser("qwen-finder models", "List the models, have others, and change to one of them.")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="show the models, and which suits this machine")
    add_json(listing)
    add_no_start(listing)
    use = actions.add_parser("use", help="change to another model, or back; the old one answers meanwhile")
    add_use(use)
    add_no_start(use)
    add_fetch(actions)
    args = parser.parse_args(argv)
    if args.action == "use":
        return run_use(args, context)
    if args.action != "list":
        return run_fetch(args, context)
    models, console = context.client(start=not args.no_start).models(), context.console
    if args.json:
        console.json({"models": [model_to_json(model) for model in models]})
    else:
        show_models(models, console)
    return 0
