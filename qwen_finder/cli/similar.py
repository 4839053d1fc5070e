"""``similar``: files like one that is named, indexed or not."""

from __future__ import annotations

import os
from collections.abc import Sequence

from qwen_finder.cli.answers import add_filters, add_judgement, add_output, print_answer, split
from qwen_finder.cli.arguments import Parser, absolute
from qwen_finder.cli.context import Context
from qwen_finder.cli.text import visible
from qwen_finder.core.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from qwen_finder.api.wire.shapes import SimilarJson

_USAGE = """\
%(prog)s FILE [-n N] [--json | --jsonl | --paths | -0] [--type T] [--ext E] [--in DIR]
       [--after D] [--before D] [--min-strength weak|good|strong] [--explain] [--no-start]"""


def run(argv: Sequence[str], context: Context) -> int:
    args = _parser().parse_args(argv)
    path = absolute(args.file)
    # Said here, before a service is started for nothing.
    if not os.path.isfile(path):
        raise UsageError("similar.missing", f"There is no file {visible(path)}.", "Check its name.")
    request: SimilarJson = {
        "path": path,
        "limit": args.limit,
        "types": split(args.type),
        "exts": split(args.ext),
        "folders": [absolute(folder) for folder in args.folder],
        "after": args.after,
        "before": args.before,
        "min_strength": args.min_strength,
        "explain": args.explain,
    }
    response = context.client(start=not args.no_start).similar_json(request)
    return print_answer(response, context.console, args)


def _parser() -> Parser:
    parser = Parser(
        "qwen-finder similar",
        "Find files like FILE: texts by what they say, pictures by how they look.",
        usage=_USAGE,
    )
    parser.add_argument(
        "file", metavar="FILE", help="the file that others shall be like; it need not be indexed"
    )
    add_output(parser)
    add_filters(parser)
    add_judgement(parser)
    return parser
