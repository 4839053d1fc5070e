"""Headings of text formats that people write by hand: Markdown, reStructuredText, Org, AsciiDoc, LaTeX, INI.

Each finder walks the lines once and yields where a section begins. The text itself is left as it stands:
what a reader of the file sees is what is shown and what is found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from qwen_finder.extraction.segments import Mark, Outline

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_BLOCK_START = re.compile(r" {0,3}(?:[>|]|[-*+][ \t]|\d{1,9}[.)][ \t]|#)|\t| {4}")
_INLINE_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(?<!\w)[*_`]{1,3}|[*_`]{1,3}(?!\w)")

_RST_RULE = re.compile(r"([!-/:-@\[-`{-~])\1{2,}[ \t]*$")
_ORG = re.compile(r"(\*+)[ \t]+(?:(?:TODO|DONE)[ \t]+)?(.*?)(?:[ \t]+:[\w@:]+:)?[ \t]*$")
_ADOC = re.compile(r"(={1,6})[ \t]+(\S.*?)[ \t]*$")
_TEX = re.compile(
    r"^[ \t]*\\(part|chapter|section|subsection|subsubsection|paragraph)\*?[ \t]*(?:\[[^\]]*\])?"
    r"\{((?:[^{}\n]|\{[^{}\n]*\}){1,300})\}",
    re.MULTILINE,
)
_TEX_LEVELS = {
    "part": 1, "chapter": 2, "section": 3, "subsection": 4, "subsubsection": 5, "paragraph": 6,
}  # fmt: skip
_INI = re.compile(r"^[ \t]*\[{1,2}([^\[\]\n]{1,200})\]{1,2}[ \t]*(?:[#;].*)?$", re.MULTILINE)

_MAX_HEADING = 400

MarkFinder = Callable[[str], Iterator[Mark]]


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """(offset, line without its end) of every line."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield start, text[start:end]
        start = end + 1
    if start < len(text):
        yield start, text[start:]


def markdown(text: str) -> Iterator[Mark]:
    """ATX and setext headings outside fenced code and front matter."""
    outline = Outline()
    fence = ""
    before = (0, "")  # the line above, when it can be the text of a setext heading
    front_matter = text.startswith("---\n") and "\n---\n" in text[:8192]
    for offset, line in lines_of(text):
        if front_matter:
            front_matter = offset == 0 or line != "---"
            continue
        opening = _FENCE.match(line)
        if fence:
            if opening and opening[1].startswith(fence) and not line[opening.end() :].strip():
                fence = ""
            continue
        if opening:
            fence = opening[1]
            before = (0, "")
            continue
        heading = _ATX.match(_short(line)) if "#" in line[:4] else None
        if heading:
            yield offset, outline.enter(len(heading[1]), _plain(heading[2] or ""))
            before = (0, "")
        elif before[1] and (rule := _SETEXT.match(line)):
            yield before[0], outline.enter(1 if rule[1][0] == "=" else 2, _plain(before[1]))
            before = (0, "")
        else:
            # Only a paragraph of one line is taken for a heading: longer ones are followed by a rule.
            starts = bool(line.strip()) and not _BLOCK_START.match(line) and len(line) < 200
            before = (offset, line) if starts and before == (0, "") else (offset, "")
            if not line.strip():
                before = (0, "")


def rst(text: str) -> Iterator[Mark]:
    """Titles with an underline, and perhaps an overline; levels in the order in which styles appear."""
    outline = Outline()
    styles: list[str] = []
    two_above, above = (0, ""), (0, "")
    for offset, line in lines_of(text):
        rule = _RST_RULE.match(line) if line else None
        title = above[1].strip()
        if rule and title and not _RST_RULE.match(above[1]) and len(line.rstrip()) >= min(len(title), 4):
            over = two_above[1].rstrip() == line.rstrip()
            if over or not two_above[1].strip() or two_above[0] == above[0]:
                style = line[0] * (2 if over else 1)
                if style not in styles:
                    styles.append(style)
                yield (two_above[0] if over else above[0]), outline.enter(styles.index(style) + 1, title)
                line = ""
        two_above, above = above, (offset, line)


def org(text: str) -> Iterator[Mark]:
    """Headlines: stars at the margin."""
    outline = Outline()
    for offset, line in lines_of(text):
        if line.startswith("*") and (heading := _ORG.match(_short(line))):
            yield offset, outline.enter(len(heading[1]), heading[2])


def asciidoc(text: str) -> Iterator[Mark]:
    """Section titles: equals signs at the margin."""
    outline = Outline()
    for offset, line in lines_of(text):
        if line.startswith("=") and (heading := _ADOC.match(_short(line))):
            yield offset, outline.enter(len(heading[1]), heading[2])


def latex(text: str) -> Iterator[Mark]:
    """Sectioning commands."""
    outline = Outline()
    for heading in _TEX.finditer(text):
        yield heading.start(), outline.enter(_TEX_LEVELS[heading[1]], heading[2])


def ini(text: str) -> Iterator[Mark]:
    """``[section]`` headers, of TOML too."""
    for heading in _INI.finditer(text):
        yield heading.start(), (heading[1].strip(),)


def _short(line: str) -> str:
    """A line as far as a heading may reach: the patterns are not made for a megabyte of blanks."""
    return line[:_MAX_HEADING].rstrip()


def _plain(title: str) -> str:
    return _EMPHASIS.sub("", _INLINE_LINK.sub(r"\1", title))
