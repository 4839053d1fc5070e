"""``failures``: the files that are not in the index, or only in part, and why.

On a terminal they are grouped by reason: what is broken first, what is left out on purpose last, and of a
reason that thousands of files share only a few, with how many more of which kind. Elsewhere each is a line.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence

from qwen_finder.api.wire.status import failure_to_json
from qwen_finder.cli.arguments import Parser, add_json, add_no_start
from qwen_finder.cli.console import BOLD, DIM
from qwen_finder.cli.context import Context
from qwen_finder.cli.text import visible
from qwen_finder.cli.units import count
from qwen_finder.core.document import FileState
from qwen_finder.core.status import Failure

_ORDER = (FileState.FAILED, FileState.PENDING, FileState.INDEXED, FileState.SKIPPED)
_STATES = {
    FileState.FAILED: "failed",
    FileState.SKIPPED: "found by name only",
    FileState.INDEXED: "indexed in part",
    FileState.PENDING: "waiting",
}
_REASONS = {
    "file.broken": "Damaged or cut off",
    "file.timeout": "Took too long to read",
    "file.crashed": "Crashed the program that read them",
    "file.memory": "Need too much memory",
    "file.quarantined": "Stopped the service twice, not tried again",
    "file.reader_bug": "The program's own fault",
    "file.unreadable": "Cannot be opened",
    "file.not_embedded": "The model could not take them in",
    "file.partial": "Read in part",
    "file.too_small": "Pictures too small to look at",
    "file.no_picture": "Pictures that cannot be looked at",
    "file.encrypted": "Locked with a password",
    "file.placeholder": "Not on this computer",
    "file.too_large": "Too large",
    "file.bomb": "Unpack to suspiciously much",
    "file.deep": "Packed too often",
    "file.scan": "Scanned pages without text",
    "file.no_reader": "Kinds of files whose text is not read",
    "file.no_text": "Without words",
    "file.binary": "Not text",
    "file.empty": "Empty",
    "file.vanished": "Gone before they were read",
}
_SAID_BY_STATE = {"", "It is found by its name only.", "It is found by name."}
_WITHIN = " › "
_FEW = 5
_ALL_OF_FEWER = 10


def run(argv: Sequence[str], context: Context) -> int:
    parser = Parser("qwen-finder failures", "List files that could not be indexed, and why.")
    parser.add_argument("--all", action="store_true", help="name every file, also of reasons that many share")
    add_json(parser)
    add_no_start(parser)
    args = parser.parse_args(argv)
    failures, console = context.client(start=not args.no_start).failures(), context.console
    if args.json:
        console.json({"failures": [failure_to_json(item) for item in failures]})
    elif console.interactive:
        _show_by_reason(failures, context, everything=args.all)
    else:
        for failure in failures:
            console.line(
                f"{visible(failure.path)}\t{failure.state}\t{failure.code}\t{visible(failure.message)}"
            )
    if not failures:
        console.talk("Every file is in the index.")
    return 0


def _show_by_reason(failures: Sequence[Failure], context: Context, *, everything: bool) -> None:
    console = context.console
    reasons: dict[tuple[FileState, str], list[Failure]] = {}
    for failure in failures:
        reasons.setdefault((failure.state, failure.code), []).append(failure)
    hidden = 0
    for (state, code), members in sorted(reasons.items(), key=_urgency):
        title = _REASONS.get(code, code)
        named = "" if title == code else console.paint(f"  {code}", DIM)
        console.line(f"{console.paint(title, BOLD)}: {count(len(members), 'file')}, {_STATES[state]}{named}")
        hints = {failure.hint for failure in members} - _SAID_BY_STATE
        if len(hints) == 1:
            console.line(f"  {visible(*hints)}")
        if not everything and len(members) > _ALL_OF_FEWER:
            members = _rare_first(members)
            shown = members[:_FEW]
        else:
            shown = members
        for failure in shown:
            console.line(f"    {visible(failure.path)}")
            sentences = [_said_of(failure, title), failure.hint if len(hints) > 1 else ""]
            if said := " ".join(part for part in sentences if part not in _SAID_BY_STATE):
                console.line(f"      {console.paint(visible(said), DIM)}")
        if rest := members[len(shown) :]:
            hidden += len(rest)
            console.line(f"    … and {len(rest):,} more: {_kinds(rest)}")
        console.line()
    if failures:
        console.talk(_summary(failures))
    if hidden:
        console.talk("`qwen-finder failures --all` names every one.")


def _urgency(entry: tuple[tuple[FileState, str], list[Failure]]) -> tuple[int, int, str]:
    """What somebody may want to mend comes first, and of that what is rare."""
    (state, code), members = entry
    return _ORDER.index(state), len(members), code


def _rare_first(failures: Sequence[Failure]) -> list[Failure]:
    """By extension, so that one broken document is not lost among hundreds of broken pictures."""
    numbers = Counter(_extension(failure) for failure in failures)
    return sorted(failures, key=lambda failure: numbers[_extension(failure)])


def _extension(failure: Failure) -> str:
    return os.path.splitext(failure.path)[1].lower()


def _said_of(failure: Failure, title: str) -> str:
    """The sentence without the path, which stands above it; "" when it only says what the title says."""
    said = failure.message
    if said.startswith(failure.path):
        said = said[len(failure.path) :]
        said = said.removeprefix(_WITHIN) if said.startswith(_WITHIN) else "It" + said
    return "" if said.rstrip(".").lower() == f"it is {title.lower()}" else said


def _kinds(failures: Sequence[Failure]) -> str:
    """ "280 .png, 15 .jpg, 3 others": the commonest extensions."""
    extensions = Counter(_extension(failure) for failure in failures)
    common = [(ext, number) for ext, number in extensions.most_common() if ext][:4]
    parts = [f"{number:,} {visible(ext)}" for ext, number in common]
    others = len(failures) - sum(number for _, number in common)
    if others:
        parts.append(f"{others:,} {'other' if others == 1 else 'others'}" if parts else "without extension")
    return ", ".join(parts)


def _summary(failures: Sequence[Failure]) -> str:
    states = Counter(failure.state for failure in failures)
    parts = [f"{states[state]:,} {_STATES[state]}" for state in _ORDER if states[state]]
    return f"{count(len(failures), 'file')}: {', '.join(parts)}."
