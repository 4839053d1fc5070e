"""Where the functions, classes and other named things of a program begin, by its tree-sitter grammar.

Bodies of functions are not entered, so that the cost follows the number of symbols, not of tokens. A file
that does not parse still gives the symbols around the damage. What is a symbol is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from tree_sitter import Node, Parser
from tree_sitter_language_pack import get_parser

from qwen_finder.extraction.segments import Mark, Path
from qwen_finder.extraction.symbols import Role, symbol

MAX_BYTES = 1_000_000
"""Larger files are usually generated, and minified ones take seconds to parse: they are cut by lines."""

_MAX_DEPTH = 40
_OUTER = frozenset({"decorated_definition", "export_statement", "template_declaration"})
"""What stands around a symbol and begins with it."""


def symbols(text: str, grammar: str) -> Iterator[Mark]:
    """Where each symbol of ``text`` begins, with its qualified name; and where its scope goes on after it."""
    content = text.encode("utf-8", "replace") if len(text) <= MAX_BYTES else b""
    if not content or len(content) > MAX_BYTES:
        return
    offsets = _Offsets(content)
    last = 0
    for start, path in _walk(_parser(grammar).parse(content).root_node, grammar, content, (), 0):
        # Grammars may nest what they call a declaration: marks never go back.
        last = max(last, start)
        yield offsets.at(last), path


@cache
def _parser(grammar: str) -> Parser:
    parser: Parser = get_parser(grammar)
    return parser


def _walk(root: Node, grammar: str, content: bytes, path: Path, depth: int) -> Iterator[Mark]:
    """Marks, in bytes. Comments and decorators right above a symbol belong to it."""
    lead: int | None = None
    lead_end = 0
    for node in root.named_children:
        role, name = symbol(node, grammar)
        start = node.start_byte
        attached = lead is not None and content.count(b"\n", lead_end, start) <= 1
        if role is Role.COMMENT:
            lead = lead if attached else start
            lead_end = node.end_byte
            continue
        if lead is not None and attached:
            start = lead
        lead = None
        if depth > _MAX_DEPTH:
            continue
        if name:
            inner = path + name
            yield _line_start(content, start), inner
            if role is Role.SCOPE:
                yield from _walk(node, grammar, content, inner, depth + 1)
            yield _after(content, node.end_byte), path
        elif role in (Role.WRAPPER, Role.SCOPE):
            marks = _walk(node, grammar, content, path, depth + 1)
            first = next(marks, None)
            if first is not None:
                yield (_line_start(content, start) if node.type in _OUTER else first[0]), first[1]
                yield from marks


def _line_start(content: bytes, offset: int) -> int:
    """The start of the line when only indentation stands before ``offset`` on it."""
    start = content.rfind(b"\n", max(0, offset - 400), offset) + 1
    return offset if content[start:offset].strip() else start


def _after(content: bytes, offset: int) -> int:
    """Behind the line end when nothing but punctuation follows on the line."""
    end = content.find(b"\n", offset, offset + 40)
    return end + 1 if end >= 0 and not content[offset:end].strip(b" \t;,})") else offset


class _Offsets:
    """Byte offsets to code-point offsets, asked in ascending order."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._ascii = content.isascii()
        self._byte = 0
        self._character = 0

    def at(self, byte: int) -> int:
        if self._ascii:
            return byte
        self._character += len(self._content[self._byte : byte].decode("utf-8", "replace"))
        self._byte = byte
        return self._character
