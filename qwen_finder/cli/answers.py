"""What commands that print hits have in common: the options that narrow and shape them, and the printing."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from qwen_finder.cli.arguments import Parser, add_no_start
from qwen_finder.cli.console import Console
from qwen_finder.cli.text import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from qwen_finder.api.wire.shapes import ResponseJson

_MOST = 1000


def add_output(parser: Parser) -> None:
    """``-n`` and how hits are printed: ``args.limit``, ``args.output``."""
    parser.add_argument(
        "-n", dest="limit", type=_limit, default=0, metavar="N", help="how many hits (default: search.limit)"
    )
    output = parser.add_mutually_exclusive_group()
    for flag, summary in (
        ("--json", "print one JSON object"),
        ("--jsonl", "print one JSON object a hit, each on its line"),
        ("--paths", "print one path a line"),
        ("-0", "print paths, each ended by a NUL (for xargs -0)"),
    ):
        output.add_argument(flag, dest="output", action="store_const", const=flag, default="", help=summary)


def add_filters(parser: Parser) -> None:
    """What every hit must satisfy: ``args.type``, ``ext``, ``folder``, ``after`` and ``before``."""
    add = parser.add_argument
    add("--type", action="append", default=[], metavar="T", help="document, text, code, image …")
    add("--ext", action="append", default=[], metavar="E", help="file name extension")
    add("--in", action="append", default=[], dest="folder", metavar="DIR", help="at or below this folder")
    add("--after", default="", metavar="D", help="changed on or after: 2024, 2024-06 or 2024-06-30")
    add("--before", default="", metavar="D", help="changed before")


def add_judgement(parser: Parser) -> None:
    """``args.min_strength``, ``explain`` and ``no_start``."""
    add = parser.add_argument
    add("--min-strength", choices=["weak", "good", "strong"], default="none", help="leave out weaker hits")
    add("--explain", action="store_true", help="say why each file was found")
    add_no_start(parser)


def split(values: Sequence[str]) -> list[str]:
    """Options may be repeated or hold several values: ``--ext pdf,docx``."""
    return [item for value in values for item in value.split(",") if item]


def print_answer(response: ResponseJson, console: Console, args: argparse.Namespace) -> int:
    """Print hits as the options say; the exit code."""
    for notice in response["notices"]:
        console.talk(visible(notice))
    _PRINTERS[args.output](response, console, args.explain)
    return 0 if response["hits"] else 1


def _limit(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST:
        raise argparse.ArgumentTypeError(f"it takes a number from 1 to {_MOST}, not {text!r}")
    return int(text)


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
