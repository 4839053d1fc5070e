"""``query``: ask, and print what was found for a person, a script or a pipe."""

from __future__ import annotations

from collections.abc import Sequence

from qwen_finder.cli.answers import add_filters, add_judgement, add_output, print_answer, split
from qwen_finder.cli.arguments import Parser, absolute
from qwen_finder.cli.context import Context
from qwen_finder.core.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from qwen_finder.api.wire.shapes import SearchJson

_LANGUAGE = """\
query language:
  "exact phrase"  -word  type:document|text|code|image  ext:pdf  in:DIR  name:report
  after:2024-01  before:2024-06-30  size:>10mb  lang:zh
"""


# Given, so that argparse need not make it up: it does so at every start, whether it is shown or not.
_USAGE = """\
%(prog)s TEXT… [-n N] [--json | --jsonl | --paths | -0] [--type T] [--ext E] [--in DIR]
       [--after D] [--before D] [--mode hybrid|semantic|keyword|name] [--min-strength weak|good|strong]
       [--rerank | --no-rerank] [--explain] [--no-start]"""


def run(argv: Sequence[str], context: Context) -> int:
    # Cut off here, since argparse takes options out of what follows `--` when words and options mix.
    end = argv.index("--") if "--" in argv else len(argv)
    args = _parser().parse_intermixed_args([_keep_exclusion(word) for word in argv[:end]])
    text = " ".join([*(word.removeprefix(" ") for word in args.text), *argv[end + 1 :]])
    if not text.strip():
        raise UsageError("query.empty", "The query is empty.", "Say what you look for: `query tax 2024`.")
    request: SearchJson = {
        "text": text,
        "limit": args.limit,
        "mode": args.mode,
        "types": split(args.type),
        "exts": split(args.ext),
        "folders": [absolute(folder) for folder in args.folder],
        "after": args.after,
        "before": args.before,
        "min_strength": args.min_strength,
        "explain": args.explain,
        "rerank": args.rerank,
    }
    response = context.client(start=not args.no_start).search_json(request)
    return print_answer(response, context.console, args)


def _parser() -> Parser:
    parser = Parser("qwen-finder query", "Find files by meaning.", usage=_USAGE, epilog=_LANGUAGE)
    add = parser.add_argument
    add("text", nargs="*", metavar="TEXT", help="what to look for")
    add("--mode", choices=["hybrid", "semantic", "keyword", "name"], default="hybrid", help="how to search")
    add("--rerank", action="store_const", const=True, help="have the best hits judged by the reranker")
    add("--no-rerank", action="store_const", const=False, dest="rerank", help="whatever search.rerank says")
    add_output(parser)
    add_filters(parser)
    add_judgement(parser)
    return parser


def _keep_exclusion(word: str) -> str:
    """``-word`` excludes a word; argparse takes what begins with a space for text, not for an option."""
    is_exclusion = len(word) > 2 and word[0] == "-" and word[1] not in "-0" and not word[2:].isdecimal()
    return f" {word}" if is_exclusion else word
