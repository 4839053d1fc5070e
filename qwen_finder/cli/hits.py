"""Hits as a person reads them: name, folder, page or line, and the passage with the match marked."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from itertools import groupby

from qwen_finder.cli.console import BOLD, CYAN, DIM, GREEN, RESET, YELLOW, Console
from qwen_finder.cli.text import cells, shorten, visible, wrap
from qwen_finder.cli.units import count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from qwen_finder.api.wire.shapes import HitJson, PassageJson, ResponseJson

_INDENT = "    "
_WIDEST = 100
_MOST_LINES = 5
_STYLES = {"strong": GREEN, "good": CYAN, "weak": YELLOW, "none": DIM}


def show(response: ResponseJson, console: Console, *, explain: bool) -> None:
    """Print all hits; a response without any gets a sentence on stderr."""
    if not response["hits"]:
        console.talk("Nothing found.")
        return
    if response["strength"] in ("weak", "none"):
        console.talk("No file answers this well; these come nearest.")
    for number, hit in enumerate(response["hits"], 1):
        if number > 1:
            console.line()
        for line in _lines(number, hit, console, explain=explain):
            console.line(line)


def _lines(number: int, hit: HitJson, console: Console, *, explain: bool) -> Iterator[str]:
    folder, name = os.path.split(hit["path"])
    width = min(console.width, _WIDEST)
    shown = shorten(visible(name), max(width - 14, 8))
    title = console.link(console.paint(shown, BOLD), hit["uri"])
    yield f"{number:>2}. {title}  {console.paint(hit['strength'], _STYLES[hit['strength']])}"
    place = _place(hit["passages"][0]) if hit["passages"] else ""
    place = _picture(hit) + place
    room = max(width - len(_INDENT) - cells(place), 8)
    yield _INDENT + console.paint(shorten(visible(_homely(folder)), room), DIM) + place
    for passage in hit["passages"][:1]:
        for line in passage_lines(passage, width - len(_INDENT) - 2, reflow=hit["kind"] != "code"):
            text = "".join(_mark(part, console) if marked else part for part, marked in line)
            yield f"{_INDENT}  {text}"
    if others := hit["more_passages"] + len(hit["passages"][1:]):
        more = count(others, "more passage")
        yield _INDENT + console.paint(f"{more} in this file", DIM)
    if hit["copies"]:
        yield _INDENT + console.paint("same content: " + ", ".join(map(visible, hit["copies"])), DIM)
    if near := hit["near_duplicates"]:
        yield _INDENT + console.paint(f"{count(near, 'more file')} almost the same", DIM)
    if explain:
        yield from (_INDENT + console.paint(line, DIM) for line in _reasons(hit["why"]))


Line = list[tuple[str, bool]]
"""The parts of a line, each with whether it belongs to a match."""


def passage_lines(passage: PassageJson, width: int, *, reflow: bool) -> list[Line]:
    """The lines around the first match, of at most ``width`` cells; ``reflow`` fills them anew."""
    lines: list[Line] = []
    for text, marks in _paragraphs(passage, reflow=reflow):
        for start, end in wrap(text, max(width - 1, 8)):
            parts = groupby(range(start, end), key=marks.__getitem__)
            lines.append([("".join(text[offset] for offset in offsets), marked) for marked, offsets in parts])
    first = next((number for number, line in enumerate(lines) if any(marked for _, marked in line)), 0)
    begin = max(min(first - 1, len(lines) - _MOST_LINES), 0)
    chosen = lines[begin : begin + _MOST_LINES]
    if begin + _MOST_LINES < len(lines):
        chosen[-1].append(("…", False))
    return chosen


def _paragraphs(passage: PassageJson, *, reflow: bool) -> Iterator[tuple[str, list[bool]]]:
    """Text to be wrapped, made visible, with a mark for each of its characters."""
    text: str = ""
    marks: list[bool] = []
    spans = [range(start, end) for start, end in passage["highlights"]]
    for offset, character in enumerate(passage["text"]):
        if character == "\n" and not reflow:
            yield text, marks
            text, marks = "", []
            continue
        if character.isspace():
            shown = " " * 4 if character == "\t" and not reflow else " "
            if reflow and (not text or text[-1] == " "):
                continue
        else:
            shown = visible(character)
        text += shown
        marks += [any(offset in span for span in spans)] * len(shown)
    yield text, marks


def _mark(text: str, console: Console) -> str:
    return f"{BOLD}{YELLOW}{text}{RESET}" if console.colours else f"*{text}*"


def _picture(hit: HitJson) -> str:
    """What a picture measures and when it was taken: " · 4000 × 3000 · 2024-06-30"."""
    parts = [f"{hit['width']} × {hit['height']}"] if hit["width"] is not None else []
    if hit["taken"]:
        parts.append(visible(hit["taken"][:10]))
    return "".join(f" · {part}" for part in parts)


def _place(passage: PassageJson) -> str:
    """Where the passage stands, from the outside in: " · report.pdf · page 3"."""
    parts = [visible(passage["member"])] if passage["member"] else []
    if passage["page"] is not None:
        parts.append(f"{passage['unit']} {passage['page']}")
    if passage["line"] is not None:
        parts.append(f"{'line' if passage['page'] is None else 'row'} {passage['line']}")
    return "".join(f" · {part}" for part in parts)


def _homely(folder: str) -> str:
    home = os.path.expanduser("~")
    return f"~{folder[len(home) :]}" if folder == home or folder.startswith(home + os.sep) else folder


def _reasons(why: Mapping[str, object]) -> Iterator[str]:
    """One line for each reason; their shapes are the engine's own affair."""
    for name, reason in why.items():
        if isinstance(reason, Mapping):
            reason = ", ".join(f"{key} {_number(value)}" for key, value in reason.items())
        yield f"{visible(name)}: {visible(str(_number(reason)))}"


def _number(value: object) -> object:
    return f"{value:.3f}" if isinstance(value, float) else value
