"""``failures``: the files that are not in the index, or only in part, and why."""

from __future__ import annotations

from collections.abc import Sequence

from qwen_finder.api.wire.status import failure_to_json
from qwen_finder.cli.arguments import Parser, add_json, add_no_start
from qwen_finder.cli.console import BOLD, DIM
from qwen_finder.cli.context import Context
from qwen_finder.cli.text import visible
from qwen_finder.cli.units import count
from qwen_finder.core.document import FileState
from qwen_finder.core.status import Failure

_STATES = {
    FileState.FAILED: "failed",
    FileState.SKIPPED: "left out",
    FileState.INDEXED: "indexed in part",
    FileState.PENDING: "waiting",
}


def run(argv: Sequence[str], context: Context) -> int:
    parser = Parser("qwen-finder failures", "List files that could not be indexed, and why.")
    add_json(parser)
    add_no_start(parser)
    args = parser.parse_args(argv)
    failures, console = context.client(start=not args.no_start).failures(), context.console
    if args.json:
        console.json({"failures": [failure_to_json(item) for item in failures]})
    elif console.interactive:
        _show_by_reason(failures, context)
    else:
        for failure in failures:
            console.line(
                f"{visible(failure.path)}\t{failure.state}\t{failure.code}\t{visible(failure.message)}"
            )
    if not failures:
        console.talk("Every file is in the index.")
    return 0


def _show_by_reason(failures: Sequence[Failure], context: Context) -> None:
    console = context.console
    reasons: dict[tuple[FileState, str], list[Failure]] = {}
    for failure in failures:
        reasons.setdefault((failure.state, failure.code), []).append(failure)
    for (state, code), members in sorted(reasons.items(), key=lambda item: -len(item[1])):
        title = f"{_STATES[state]}: {code}"
        console.line(f"{console.paint(title, BOLD)}  {count(len(members), 'file')}")
        if members[0].hint:
            console.line(f"  {visible(members[0].hint)}")
        for failure in members:
            console.line(f"    {visible(failure.path)}")
            console.line(f"      {console.paint(visible(failure.message), DIM)}")
