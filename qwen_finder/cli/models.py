"""``models``: which models there are, which one is in use, and the change to another."""

from __future__ import annotations

from collections.abc import Sequence

from qwen_finder.api.wire.models import model_to_json
from qwen_finder.cli.arguments import Parser, add_json, add_no_start
from qwen_finder.cli.console import BOLD
from qwen_finder.cli.context import Context
from qwen_finder.cli.models_use import add_use, run_use
from qwen_finder.cli.text import visible
from qwen_finder.cli.units import size


def run(argv: Sequence[str], context: Context) -> int:
    parser = Parser("qwen-finder models", "List the models and change to another.")
    actions = parser.add_subparsers(dest="action", required=True, metavar="list | use")
    listing = actions.add_parser("list", help="show the models that can be used")
    add_json(listing)
    add_no_start(listing)
    use = actions.add_parser("use", help="change to another model, or back; the old one answers meanwhile")
    add_use(use)
    add_no_start(use)
    args = parser.parse_args(argv)
    if args.action == "use":
        return run_use(args, context)
    models, console = context.client(start=not args.no_start).models(), context.console
    if args.json:
        console.json({"models": [model_to_json(model) for model in models]})
        return 0
    for model in models:
        state = "in use" if model.active else "installed" if model.installed else "not installed"
        if model.active and not model.installed:
            state = "chosen, but not installed"
        console.line(f"{console.paint(visible(model.id), BOLD)}  {visible(model.name)}  ({state})")
        console.line(
            f"    {model.modality}, {model.dimensions} dimensions, {size(model.bytes)}, "
            f"{visible(model.licence)}; languages: {visible(model.languages)}"
        )
        if model.note:
            console.line(f"    {visible(model.note)}")
    return 0
