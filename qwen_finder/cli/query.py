"""``query``: ask, and print what was found for a person, a script or a pipe."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from qwen_finder.cli.arguments import Parser, absolute, add_no_start
from qwen_finder.cli.console import Console
from qwen_finder.cli.context import Context
from qwen_finder.cli.text import visible
from qwen_finder.core.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from qwen_finder.api.wire.shapes import ResponseJson, SearchJson

_MOST = 1000

_LANGUAGE = """\
query language:
  "exact phrase"  -word  type:document|text|code|image  ext:pdf  in:DIR  name:report
  after:2024-01  before:2024-06-30  size:>10mb  lang:zh
"""


# Given, so that argparse need not make it up: it does so at every start, whether it is shown or not.
_USAGE = """\
%(prog)s TEXT… [-n N] [--json | --jsonl | --paths | -0] [--type T] [--ext E] [--in DIR]
       [--after D] [--before D] [--mode hybrid|semantic|keyword|name] [--min-strength weak|good|strong]
       [--explain] [--no-start]"""


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
        "types": _split(args.type),
        "exts": _split(args.ext),
        "folders": [absolute(folder) for folder in args.folder],
        "after": args.after,
        "before": args.before,
        "min_strength": args.min_strength,
        "explain": args.explain,
    }
    response = context.client(start=not args.no_start).search_json(request)
    for notice in response["notices"]:
        context.console.talk(visible(notice))
    _PRINTERS[args.output](response, context.console, args.explain)
    return 0 if response["hits"] else 1


def _parser() -> Parser:
    parser = Parser("qwen-finder query", "Find files by meaning.", usage=_USAGE, epilog=_LANGUAGE)
    add = parser.add_argument
    add("text", nargs="*", metavar="TEXT", help="what to look for")
    add("-n", dest="limit", type=_limit, default=0, metavar="N", help="how many hits (default: search.limit)")
    output = parser.add_mutually_exclusive_group()
    for flag, summary in (
        ("--json", "print one JSON object"),
        ("--jsonl", "print one JSON object a hit, each on its line"),
        ("--paths", "print one path a line"),
        ("-0", "print paths, each ended by a NUL (for xargs -0)"),
    ):
        output.add_argument(flag, dest="output", action="store_const", const=flag, default="", help=summary)
    add("--type", action="append", default=[], metavar="T", help="document, text, code, image …")
    add("--ext", action="append", default=[], metavar="E", help="file name extension")
    add("--in", action="append", default=[], dest="folder", metavar="DIR", help="at or below this folder")
    add("--after", default="", metavar="D", help="changed on or after: 2024, 2024-06 or 2024-06-30")
    add("--before", default="", metavar="D", help="changed before")
    add("--mode", choices=["hybrid", "semantic", "keyword", "name"], default="hybrid", help="how to search")
    add("--min-strength", choices=["weak", "good", "strong"], default="none", help="leave out weaker hits")
    add("--explain", action="store_true", help="say why each file was found")
    add_no_start(parser)
    return parser


def _keep_exclusion(word: str) -> str:
    """``-word`` excludes a word; argparse takes what begins with a space for text, not for an option."""
    is_exclusion = len(word) > 2 and word[0] == "-" and word[1] not in "-0" and not word[2:].isdecimal()
    return f" {word}" if is_exclusion else word


def _limit(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST:
        raise argparse.ArgumentTypeError(f"it takes a number from 1 to {_MOST}, not {text!r}")
    return int(text)


def _split(values: Sequence[str]) -> list[str]:
    """Options may be repeated or hold several values: ``--ext pdf,docx``."""
    return [item for value in values for item in value.split(",") if item]


def _print_text(response: ResponseJson, console: Console, explain: bool) -> None:
    from qwen_finder.cli.hits import show

    show(response, console, explain=explain)


def _print_json(response: ResponseJson, console: Console, explain: bool) -> None:
    console.json(response)


def _print_lines(response: ResponseJson, console: Console, explain: bool) -> None:
    for hit in response["hits"]:
        console.json(hit, compact=True)


def _print_paths(response: ResponseJson, console: Console, explain: bool) -> None:
    for hit in response["hits"]:
        console.write(os.fsencode(hit["path"]) + b"\n")


def _print_nul(response: ResponseJson, console: Console, explain: bool) -> None:
    for hit in response["hits"]:
        console.write(os.fsencode(hit["path"]) + b"\0")


_PRINTERS = {
    "": _print_text,
    "--json": _print_json,
    "--jsonl": _print_lines,
    "--paths": _print_paths,
    "-0": _print_nul,
}
